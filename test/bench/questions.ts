/**
 * What residents wait for: open questions of one team as asking, publishing and the clock would have left them, and those that were taken back over the years.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { privateTo } from '../../src/conversations/audience.ts'
import { questionPath } from '../../src/questions/asking.ts'
import { HOURS_TO_ANSWER } from '../../src/questions/schema.ts'
import { renderPost, summarise } from '../../src/text/markdown.ts'
import { slugOf } from '../../src/text/slug.ts'
import { commentText, pick, titleText, type Dice } from './words.ts'

export interface Asked {
  team: { id: number; slug: string; name: string }
  residents: readonly number[]
  officers: readonly number[]
  open: number
  /** Taken back before anybody answered, so that they wait for nobody. */
  over: number
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number]

/** Stores questions of one team with their conversations, their posts and their history. */
export async function saveQuestions(client: pg.ClientBase, dice: Dice, asked: Asked): Promise<void> {
  const rows = await rowsOf(client, dice, asked)
  await saveTalks(client, asked, rows)
  await savePublished(client, asked, rows)
  await client.query(QUESTIONS, [JSON.stringify(rows), asked.team.id, HOURS_TO_ANSWER])
  await client.query(ACTS, [JSON.stringify(rows)])
  await client.query(
    'insert into open_questions (team_id, count) values ($1, $2) on conflict (team_id) do update set count = open_questions.count + $2',
    [asked.team.id, asked.open],
  )
}

async function rowsOf(client: pg.ClientBase, dice: Dice, { team, residents, officers, open, over }: Asked) {
  const count = open + over
  const ids = await nextIds(client, 'questions', count)
  const talks = await nextIds(client, 'conversations', 2 * count)
  const posts = await nextIds(client, 'posts', count)
  return ids.map((id, index) => {
    const asker = pick(dice, residents)
    const title = titleText(dice)
    const isPublic = dice() < 0.6
    const reopened = index < open && dice() < 0.04
    const published = isPublic && (reopened || dice() < 0.4)
    const post = posts[index] ?? 0
    return {
      id,
      asker,
      title,
      reopened,
      published,
      post,
      body: commentText(dice),
      key: randomUUID(),
      visibility: isPublic ? 'public' : 'private',
      audience: privateTo(asker),
      talk: talks[index] ?? 0,
      path: questionPath(id),
      public_talk: talks[count + index] ?? 0,
      public_path: `/teams/${team.slug}/posts/${post}-${slugOf(title)}`,
      // About one in twelve clocks has run out; what is over was asked long ago.
      hours: index < open ? dice() * (HOURS_TO_ANSWER + 6) : 24 * (10 + dice() * 700),
      taken_back: index >= open,
      officer: pick(dice, officers),
      assigned: dice() < 0.6,
      acknowledged: dice() < 0.2,
    }
  })
}

async function nextIds(client: pg.ClientBase, table: string, count: number): Promise<number[]> {
  const { rows } = await client.query<{ id: string }>(`select nextval('${table}_id_seq') as id from generate_series(1, $1::int)`, [count])
  return rows.map(({ id }) => Number(id))
}

async function saveTalks(client: pg.ClientBase, { team }: Asked, rows: readonly Row[]): Promise<void> {
  await client.query(
    `insert into conversations (id, audience, team_id, title, path) overriding system value
     select talk, audience, $2, title, path from json_to_recordset($1) as t(talk bigint, audience text, title text, path text)`,
    [JSON.stringify(rows), team.id],
  )
}

async function savePublished(client: pg.ClientBase, { team }: Asked, rows: readonly Row[]): Promise<void> {
  const published = rows.filter((row) => row.published).map((row) => ({ ...row, slug: slugOf(row.title), ...wordsOf(row.body) }))
  await client.query(PUBLISHED, [JSON.stringify(published), team.id, team.name])
}

const wordsOf = (body: string): { html: string; summary: string } => {
  const html = renderPost(body)
  return { html, summary: summarise(html) }
}

const MOMENT = `now() - make_interval(secs => hours * 3600)`

const PUBLISHED = `
  with t as materialized (
    select *, ${MOMENT} as moment from json_to_recordset($1) as t(id bigint, post bigint, public_talk bigint, public_path text, officer bigint, key uuid, title text,
      slug text, body text, html text, summary text, hours float8, taken_back boolean)),
  talk as (
    insert into conversations (id, audience, team_id, title, path) overriding system value
    select public_talk, 'public', $2, title, public_path from t returning id),
  made as (
    insert into posts (id, audience, kind, state, team_id, conversation_id, author_id, official_role, official_team, client_key, title, slug, body, body_html, summary,
      details, published_at) overriding system value
    select post, 'public', 'question', 'published', $2, public_talk, officer, 'officer', $3, key, title, slug, body, html, summary,
      jsonb_build_object('questionId', t.id, 'askedAt', moment, 'dueAt', case when not taken_back then moment + interval '72 hours' end, 'answeredAt', null,
        'answerId', null, 'askedBy', null, 'missed', hours > 72, 'withdrawn', taken_back), moment + interval '5 minutes'
    from t join talk on talk.id = public_talk returning id, team_id, published_at)
  insert into post_teams (post_id, team_id, how, listed_at) select id, team_id, 'own', published_at from made`

const QUESTIONS = `
  insert into questions (id, team_id, asker_id, visibility, title, body, client_key, conversation_id, post_id, assignee_id, asked_at, clock_from, due_at, missed_at,
    reopened_at, reopened_because, withdrawn_at) overriding system value
  select id, $2, asker, visibility, title, body, key, talk, case when published then post end, case when assigned then officer end,
    case when reopened then moment - interval '50 hours' else moment end, moment, moment + make_interval(hours => $3::int),
    case when hours > $3::int then moment + make_interval(hours => $3::int) end,
    case when reopened then moment end, case when reopened then 'It still happens' end, case when taken_back then moment + interval '2 hours' end
  from (select *, ${MOMENT} as moment from json_to_recordset($1) as t(id bigint, asker bigint, visibility text, title text, body text, key uuid, talk bigint, post bigint,
    published boolean, officer bigint, assigned boolean, reopened boolean, hours float8, taken_back boolean)) t`

const ACTS = `
  insert into question_acts (question_id, act, actor_id, role, at)
  select t.id, act, case when act in ('asked', 'reopened', 'withdrawn') then asker when act <> 'missed' then officer end,
    case when act in ('asked', 'reopened', 'withdrawn') then 'resident' when act = 'missed' then 'system' else 'officer' end, ${MOMENT} + make_interval(mins => step)
  from json_to_recordset($1) as t(id bigint, asker bigint, officer bigint, hours float8, published boolean, acknowledged boolean, assigned boolean, reopened boolean, taken_back boolean)
  cross join lateral (values ('asked', 0, not reopened), ('reopened', 0, reopened), ('published', 5, published), ('assigned', 6, assigned), ('acknowledged', 7, acknowledged),
    ('withdrawn', 120, taken_back), ('missed', 4320, hours > 72 and not taken_back)) as a(act, step, done)
  where done order by t.id, step`
