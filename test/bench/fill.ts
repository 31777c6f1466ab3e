/**
 * A force that has been talking for years, made in seconds: rows as the application would have written them, with their counters.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Connection } from '../../src/database/database.ts'
import { foldName } from '../../src/text/fold.ts'
import { renderComment, renderPost, summarise } from '../../src/text/markdown.ts'
import { slugOf } from '../../src/text/slug.ts'
import { saveCases } from './cases.ts'
import { saveQuestions } from './questions.ts'
import { converse, heavyTail, type Said, type Talk } from './thread.ts'
import { commentText, diceOf, pick, postText, titleText, type Dice } from './words.ts'

export interface Size {
  teams: number
  posts: number
  /** Over all posts but those of `long`. */
  comments: number
  residents: number
  /** Comments of the first posts, in this order; the first of them three levels deep at most and without stubs. */
  long: readonly number[]
  /** Cases that wait at the press office. */
  cases?: number
}

export const WHOLE: Size = { teams: 58, posts: 10_000, comments: 200_000 - 6_200, residents: 5_000, long: [200, 1_000, 5_000, 100_000] }
/** The press office of a busy force, and of a quiet one. Both have as many people and teams, and the same rules. */
export const PRESS = {
  much: { teams: 58, posts: 20_000, comments: 1_000_000, residents: 5_000, long: [200, 1_000, 5_000, 1_000], cases: 50_000 },
  little: { teams: 58, posts: 400, comments: 10_000, residents: 5_000, long: [200, 1_000, 500, 100], cases: 500 },
} satisfies Record<string, Size>
export const QUICK: Size = { teams: 58, posts: 2_000, comments: 20_000, residents: 2_000, long: [200, 1_000, 5_000, 50_000] }

/** Posts by what is measured with them. Ids count from one, in the order of `long`. */
export const LONG = { whole: 1, thousand: 2, hundredThousand: 4 }
/** The team that has the most posts, among them those of `long`. */
export const BUSY_TEAM = 1
/** Teams by what waits for them; they have about as many posts as each other. */
export const ASKED = { much: { team: 2, open: 500, over: 4500 }, little: { team: 3, open: 5, over: 45 } }

const OFFICERS_PER_TEAM = 6
const TAGS = [
  'speeding',
  'parking',
  'burglary',
  'hare-coursing',
  'antisocial-behaviour',
  'road-safety',
  'young-people',
  'fraud',
  'meetings',
  'good-news',
]

interface Cast {
  residents: number[]
  officersOf: number[][]
}

/** Fills a migrated, empty database. */
export async function fill(connection: Connection, size: Size): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const dice = diceOf(1829)
    const cast = castOf(size)
    const talks = talksOf(dice, size, cast)
    const said = converse(dice, talks, cast.residents)
    await saveAccounts(client, cast, said)
    await saveTeams(client, dice, size)
    await savePosts(client, dice, talks, cast, said)
    await saveTexts(client, dice)
    await saveSaid(client, said)
    for (const { team: id, open, over } of size.cases ? [] : Object.values(ASKED)) {
      const name = teamName(id - 1)
      await saveQuestions(client, dice, {
        team: { id, slug: slugOf(name), name },
        residents: cast.residents,
        officers: cast.officersOf[id - 1] ?? [],
        open,
        over,
      })
    }
    if (size.cases) await saveCases(client, size.cases)
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

function castOf(size: Size): Cast {
  const residents = Array.from({ length: size.residents }, (_resident, index) => index + 1)
  const officersOf = Array.from({ length: size.teams }, (_team, team) =>
    Array.from({ length: OFFICERS_PER_TEAM }, (_officer, index) => size.residents + team * OFFICERS_PER_TEAM + index + 1),
  )
  return { residents, officersOf }
}

const teamName = (team: number): string => `${NAMES[team % NAMES.length] ?? 'North'} ${ENDS[Math.floor(team / NAMES.length)] ?? team}`.trim()
const NAMES = [
  'Bracebridge',
  'Waddington',
  'Sleaford',
  'Grantham',
  'Louth',
  'Boston',
  'Spalding',
  'Stamford',
  'Horncastle',
  'Skegness',
  'Alford',
  'Bourne',
]
const ENDS = ['Heath', 'Rural', 'Town', 'North', 'South and villages']

function talksOf(dice: Dice, size: Size, cast: Cast): (Talk & { team: number })[] {
  const counts = [...size.long, ...heavyTail(size.posts - size.long.length, size.comments)]
  return counts.map((comments, index) => {
    const team = index < size.long.length || dice() < 0.2 ? BUSY_TEAM : 1 + Math.floor(dice() * size.teams)
    return { conversationId: index + 1, comments, officers: cast.officersOf[team - 1] ?? [], teamName: teamName(team - 1), team, flat: index === 0 }
  })
}

async function saveAccounts(client: pg.Client, cast: Cast, said: readonly Said[]): Promise<void> {
  const published = new Map<number, number>()
  for (const { authorId } of said) published.set(authorId, (published.get(authorId) ?? 0) + 1)
  const ids = [...cast.residents, ...cast.officersOf.flat()]
  await client.query(
    `insert into accounts (id, email, display_name, published_count) overriding system value
     select id, 'person' || id || '@example.org', case when id <= $3 then 'Resident ' || id else 'PC ' || id end, published
     from unnest($1::bigint[], $2::int[]) as t(id, published)`,
    [ids, ids.map((id) => published.get(id) ?? 0), cast.residents.length],
  )
  await client.query("select setval('accounts_id_seq', $1)", [ids.length])
}

async function saveTeams(client: pg.Client, dice: Dice, size: Size): Promise<void> {
  const first = size.residents
  for (let team = 0; team < size.teams; team++) {
    const name = teamName(team)
    const contact = {
      email: `${slugOf(name)}@example.police.uk`,
      telephone: '101',
      facebook: 'https://www.facebook.com/example',
      web: 'https://www.example.police.uk/teams',
    }
    const description = renderPost(postText(dice).slice(0, 300))
    await client.query('insert into teams (slug, name, description_html, population, contact) values ($1, $2, $3, $4, $5)', [
      slugOf(name),
      name,
      description,
      12_000,
      contact,
    ])
    const officers = Array.from({ length: OFFICERS_PER_TEAM }, (_officer, index) => first + team * OFFICERS_PER_TEAM + index + 1)
    await client.query(
      `with added as (
         insert into officers (team_id, name, rank, role, contact, position, source)
         select $1, 'Officer ' || id, 'PC', 'Neighbourhood officer', jsonb_build_object('email', 'pc' || id || '@example.police.uk'), id::int, 'import' from unnest($2::bigint[]) as id)
       insert into role_grants (account_id, role, team_id, confirmed_by, confirmed_at, expires_at, proposed_by)
       select id, 'officer', $1, 1, now(), now() + interval '1 year', 2 from unnest($2::bigint[]) as id`,
      [team + 1, officers],
    )
    const places = [...new Set(Array.from({ length: 12 }, () => titleText(dice).split(' ').slice(0, 2).join(' ')))]
    await client.query('insert into localities (team_id, name, key) select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing', [
      team + 1,
      places,
      places.map((place) => foldName(place)),
    ])
  }
}

async function savePosts(
  client: pg.Client,
  dice: Dice,
  talks: readonly (Talk & { team: number })[],
  cast: Cast,
  said: readonly Said[],
): Promise<void> {
  const counts = new Map<number, number>()
  for (const { conversationId, state } of said) if (state === 'published') counts.set(conversationId, (counts.get(conversationId) ?? 0) + 1)
  const posts = talks.map(({ conversationId: id, team }) => postOf(dice, id, team, pick(dice, cast.officersOf[team - 1] ?? [1]), counts.get(id) ?? 0))
  await client.query(
    `insert into conversations (id, audience, team_id, title, path, comment_count, version) overriding system value
     select id, 'public', team_id, title, path, comment_count, comment_count + 1
     from json_to_recordset($1) as t(id bigint, team_id bigint, title text, path text, comment_count int)`,
    [JSON.stringify(posts)],
  )
  await client.query(
    `insert into posts (id, audience, kind, state, team_id, conversation_id, author_id, official_role, official_team, client_key, title, slug, body, body_html,
       summary, tags, published_at) overriding system value
     select id, 'public', 'update', 'published', team_id, id, author_id, 'officer', team_name, client_key, title, slug, body, body_html,
       summary, tags, now() - make_interval(hours => ($2 - id)::int + 720)
     from json_to_recordset($1) as t(id bigint, team_id bigint, author_id bigint, team_name text, client_key uuid, title text, slug text, body text, body_html text,
       summary text, tags text[])`,
    [JSON.stringify(posts), posts.length],
  )
  await client.query(
    'insert into post_tags (tag, post_id, published_at) select tag, id, published_at from posts cross join lateral unnest(tags) as tag',
  )
  await client.query('insert into tags (tag, post_count) select tag, count(*) from post_tags group by tag')
  await client.query("insert into post_teams (post_id, team_id, how, listed_at) select id, team_id, 'own', published_at from posts")
  await client.query("select setval('conversations_id_seq', $1), setval('posts_id_seq', $1)", [posts.length])
}

function postOf(dice: Dice, id: number, team: number, authorId: number, commentCount: number) {
  const name = teamName(team - 1)
  const [title, body] = [titleText(dice), postText(dice)]
  const [slug, html] = [slugOf(title), renderPost(body)]
  return {
    id,
    team_id: team,
    author_id: authorId,
    team_name: name,
    client_key: randomUUID(),
    title,
    slug,
    path: `/teams/${slugOf(name)}/posts/${id}-${slug}`,
    body,
    body_html: html,
    summary: summarise(html),
    tags: [...new Set([pick(dice, TAGS), pick(dice, TAGS)])],
    comment_count: commentCount,
  }
}

const TEXTS = 20_000

/** Texts to take from, in a table that goes with the connection. */
export async function saveTexts(client: pg.Client, dice: Dice, count = TEXTS): Promise<void> {
  const texts = Array.from({ length: count }, () => commentText(dice))
  await client.query('create temp table texts (id int primary key, body text, html text)')
  await client.query('insert into texts select (row_number() over ())::int - 1, body, html from unnest($1::text[], $2::text[]) as t(body, html)', [
    texts,
    texts.map(renderComment),
  ])
  await client.query('analyze texts')
}

const ROWS = 20_000
const column = <K extends keyof Said>(rows: readonly Said[], key: K): Said[K][] => rows.map((row) => row[key])

/** Stores comments with texts of `saveTexts`. A removed one points at a row of the log, which several share here. */
export async function saveSaid(client: pg.Client, said: readonly Said[]): Promise<void> {
  const removal = await client.query<{ id: string }>(
    `insert into log (at, role, act, item, audience, reason_title, public_text, previous_hash, hash)
     values (now(), 'press-office', 'remove', 'comment', 'public', 'Abuse or harassment', 'It insulted a person.', repeat('0', 64), md5('bench')) returning id`,
  )
  for (let start = 0; start < said.length; start += ROWS) {
    const rows = said.slice(start, start + ROWS)
    await client.query(SAVE, [
      column(rows, 'id'),
      column(rows, 'conversationId'),
      column(rows, 'parentId'),
      column(rows, 'branchId'),
      column(rows, 'level'),
      column(rows, 'place'),
      column(rows, 'authorId'),
      column(rows, 'official'),
      column(rows, 'state'),
      column(rows, 'replyCount'),
      removal.rows[0]?.id,
      said.at(-1)?.id,
    ])
  }
  await client.query("select setval('comments_id_seq', (select max(id) from comments))")
  await client.query(REACT)
}

const SAVE = `
  insert into comments (id, conversation_id, parent_id, branch_id, level, place, author_id, client_key, body, body_html, state, official_role, official_team,
    created_at, published_at, state_at, reply_count, removal_id, helpful_count)
  overriding system value
  select c.id, conversation_id, parent_id, branch_id, level, place, author_id, gen_random_uuid(), t.body, t.html, state,
    case when official is not null then 'officer' end, official, moment, moment, moment, reply_count, case when state = 'removed' then $11::bigint end,
    case when c.id % 7 = 0 then 1 + c.id % 3 else 0 end
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::int[])
    as c(id, conversation_id, parent_id, branch_id, level, place, author_id, official, state, reply_count)
  join texts t on t.id = (c.id * 7919) % (select count(*) from texts)
  cross join lateral (select now() - interval '30 days' * (1 - c.id / ($12::float8 + 100)) as moment) m
  order by c.id`

// As many people found it helpful as its counter says.
const REACT = `
  insert into comment_reactions (comment_id, account_id, reaction)
  select c.id, person, 'helpful' from comments c cross join lateral generate_series(1, c.helpful_count) as person where c.helpful_count > 0
  on conflict do nothing`
