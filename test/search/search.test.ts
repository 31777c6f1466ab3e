/**
 * Looking for words: spellings, typos, marks, filters, pages, and whatever else people type.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { posts } from '../../src/posts/schema.ts'
import { places, presences } from '../../src/places/schema.ts'
import { startConversation } from '../../src/conversations/conversation.ts'
import { BOUNDS, PAGE, type Bounds } from '../../src/search/candidates.ts'
import { search, type Search } from '../../src/search/search.ts'
import { searchWords } from '../../src/search/schema.ts'
import { learnWords } from '../../src/search/words.ts'
import { localities, officers, teams } from '../../src/teams/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { makePost, makeTeam } from '../people.ts'
import { publishPost, withdrawPost } from '../../src/posts/post.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(async () => {
  moveClock(0)
  await desk?.close()
})

const look = (q: string, more: Partial<Search> = {}, actor: Actor = visitor, bounds?: Bounds) =>
  search(desk.db, actor, { q, order: 'best', ...more }, bounds)
const pathsOf = async (q: string, more: Partial<Search> = {}, actor: Actor = visitor) => (await look(q, more, actor)).results.map(({ path }) => path)
const sayNew = async (body: string, where: { conversationId?: number } = {}) => `/comments/${await desk.say(desk.resident, body, where)}`
const publish = async (title: string, body: string, tags: string[] = []) =>
  publishPost(desk.db, desk.officer, desk.team, { title, body, tags, clientKey: randomUUID() })

describe('words', () => {
  test('are found in any form, in posts and comments', async () => {
    const comment = await sayNew('Somebody keeps burning hedges.')
    const { path } = await publish('Hedge cutting', 'We burned nothing.')
    expect(await pathsOf('burn hedge')).toEqual(expect.arrayContaining([comment, path]))
    expect(await pathsOf('"burning hedges"')).toEqual([comment])
    expect(await pathsOf('burn hedge -somebody')).toEqual([path])
    expect((await pathsOf('zebra OR somebody burning')).includes(comment)).toBe(true)
  })

  test.each([
    ['neighbour', 'neighbor'],
    ['neighbourhood', 'neighborhood'],
    ['behavioural', 'behavioral'],
    ['licence', 'license'],
    ['tyre', 'tire'],
    ['kerb', 'curb'],
    ['theatre', 'theater'],
    ['centre', 'center'],
    ['organised', 'organized'],
    ['vandalise', 'vandalize'],
    ['grey', 'gray'],
    ['jewellery', 'jewelry'],
    ['programme', 'program'],
    ['practise', 'practice'],
    ['travelling', 'traveling'],
    ['anti-social', 'antisocial'],
    ['kilometres', 'kilometers'],
    ['pyjamas', 'pajamas'],
    ['analyse', 'analyze'],
  ])('%s and %s find each other', async (british, american) => {
    const [one, other] = [await sayNew(`They said ${british} about it.`), await sayNew(`They said ${american} about it.`)]
    expect((await pathsOf(british)).toSorted()).toEqual([one, other].toSorted())
    expect((await pathsOf(american)).toSorted()).toEqual([one, other].toSorted())
  })

  test('of a kind of post are found where readers see them, and what is kept for the record is not', async () => {
    const { path } = await publish('With a detail', 'Nothing more.')
    const id = Number(/(\d+)-/.exec(path)?.[1])
    await desk.db
      .update(posts)
      .set({ kind: 'outcome', details: { 'you-said': 'Quibblewick', 'we-did': 'Marrowfat', 'exception-note': 'Secretsword' } })
      .where(eq(posts.id, id))
    expect(await pathsOf('Quibblewick')).toEqual([path])
    expect(await pathsOf('Marrowfat')).toEqual([path])
    expect(await pathsOf('Secretsword')).toEqual([])
  })

  test('say roughly where a post is about', async () => {
    const { path } = await publish('Lights out', 'Nothing more.')
    const id = Number(/(\d+)-/.exec(path)?.[1])
    await desk.db
      .update(posts)
      .set({ details: { near: 'Near Fiddlestick Lane' } })
      .where(eq(posts.id, id))
    expect(await pathsOf('Fiddlestick')).toEqual([path])
  })

  test('find teams by their name, places and people, and places by theirs: those stand first', async () => {
    const { db, team } = desk
    await db.insert(localities).values({ teamId: team.id, name: 'Canwick Hill', key: 'canwick hill' })
    await db.insert(officers).values({ teamId: team.id, name: 'Philippa Oddbody', rank: 'PC', source: 'portal' })
    expect((await look('bracebridge')).named.map(({ path }) => path)).toEqual([`/teams/${team.slug}`])
    expect(await pathsOf('Canwick')).toEqual([`/teams/${team.slug}`])
    expect(await pathsOf('Oddbody')).toEqual([`/teams/${team.slug}`])
    await db.delete(officers).where(eq(officers.name, 'Philippa Oddbody'))
    expect(await pathsOf('Oddbody')).toEqual([])
    const gone = await makeTeam(db, 'Vanishing Point')
    expect((await look('vanishing')).named).toHaveLength(1)
    await db.update(teams).set({ archivedAt: new Date(), archivedBecause: 'Gone' }).where(eq(teams.id, gone.id))
    expect((await look('vanishing')).named).toHaveLength(0)
  })
})

describe('typos', () => {
  test('are forgiven with a word that stands in what one may read, and nothing else', async () => {
    const comment = await sayNew('The bollard on Wragby Road was knocked over.')
    await learnWords(desk.db)
    const found = await look('bolard wragby')
    expect(found.instead).toBe('bollard wragby')
    expect(found.results.map(({ path }) => path)).toEqual([comment])
    expect((await look('bolard wragby', { exact: true })).results).toEqual([])
    expect((await look('wargby')).instead).toBe('wragby')
  })

  test('are mended where they stand, and nowhere inside another word', async () => {
    await sayNew('A rebolarded bollard.')
    await learnWords(desk.db)
    expect((await look('rebolarded bolard')).instead).toBe('rebolarded bollard')
  })

  test('never lead to what was taken down, and the word is forgotten', async () => {
    const id = await desk.say(desk.resident, 'It was Gobbledore who did it.')
    const elsewhere = await desk.say(desk.resident, 'The tinkering goes on.')
    await learnWords(desk.db)
    expect((await look('Gobbeldore')).instead).toBe('gobbledore')
    await desk.flag({ commentId: id }, 'somebody', 'threat')
    await desk.decide(desk.press, { commentId: id }, 'remove', { reasonCode: 'threat' })
    expect((await look('Gobbeldore')).instead).toBeNull()
    const known = async () => (await desk.db.select().from(searchWords)).map(({ word }) => word)
    expect(await known()).toContain('gobbledore')
    await learnWords(desk.db)
    expect(await known()).not.toContain('gobbledore')
    expect(await known()).toContain('tinkering')
    expect(await desk.stateOf(elsewhere)).toBe('published')
  })

  test('a word is forgotten however many others have lost only one of the texts that they stand in', async () => {
    const letter = (index: number): string => String.fromCharCode(97 + index)
    const others = Array.from({ length: 600 }, (_word, index) => `survivor${letter(Math.floor(index / 26))}${letter(index % 26)}x`)
    const enter = async (item: number, text: string): Promise<number> => {
      const { rows } = await desk.db.$client.query<{ id: string }>(
        `insert into search_entries (kind, item_id, audience, at, words) values ('comment', $1, 'public', now(), to_tsvector('english', $2)) returning id`,
        [item, text],
      )
      return Number(rows[0]?.id)
    }
    const stands = await enter(2_000_001, others.join(' '))
    const gone = await enter(2_000_002, 'gone')
    await desk.db.insert(searchWords).values([...others, 'forgettable'].map((word) => ({ word, entryId: gone })))
    await desk.db.$client.query(`update search_words set entry_id = entry_id + 1 where word = 'forgettable'`)
    await desk.db.$client.query('delete from search_entries where id = $1', [gone])
    await learnWords(desk.db)
    await learnWords(desk.db)
    const known = (await desk.db.select().from(searchWords)).map(({ word }) => word)
    expect(known).not.toContain('forgettable')
    expect(known).toEqual(expect.arrayContaining(others))
    await desk.db.$client.query('delete from search_entries where id = $1', [stands])
  })

  test('do not lead out of the reader’s scope', async () => {
    await desk.db.insert(searchWords).values({ word: 'hushwords', entryId: 1 })
    expect((await look('hushword')).instead).toBeNull()
  })
})

describe('marks', () => {
  test('stand around what was found, and what people typed stays text', async () => {
    await sayNew('Look: <script>alert(1)</script> & "quotes" near the pillarbox <b onclick=x>now</b>.')
    const [found] = (await look('pillarbox')).results
    expect(found?.excerpt.html).toContain('<mark>pillarbox</mark>')
    expect(found?.excerpt.html.replace(/<\/?mark>/g, '')).not.toMatch(/<|"/)
    const { path } = await publish('A <img src=x> gramophone', 'Nothing.')
    const [titled] = (await look('gramophone')).results
    expect(titled?.path).toBe(path)
    expect(titled?.title.html.replace(/<\/?mark>/g, '')).not.toContain('<')
    expect(titled?.title.html).toContain('<mark>gramophone</mark>')
  })
})

describe('pages', () => {
  test.each(['best', 'newest'] as const)('in the order of the %s hold each thing once, however they are looked for', async (order) => {
    const word = order === 'best' ? 'xylophone' : 'harpsichord'
    const said: string[] = []
    const { path } = await publish(`About the ${word}`, 'It plays.')
    for (let count = 0; count < 2 * PAGE + 5; count++) said.push(await sayNew(`The ${word} number ${count} plays ${'on '.repeat(count % 7)}.`))
    await desk.db.$client.query('analyze search_entries')
    const ways: (Bounds | undefined)[] = [undefined, { ...BOUNDS, direct: -1 }, { ...BOUNDS, direct: -1, walk: 10 }]
    const runs: string[][] = []
    for (const bounds of ways) {
      const seen: string[] = []
      let after: string | undefined
      for (let page = 0; page < 5; page++) {
        const { results, next } = await look(word, { order, after }, visitor, bounds)
        seen.push(...results.map((result) => result.path))
        if (next === null) break
        after = next
      }
      expect(seen.length).toBe(new Set(seen).size)
      expect(seen.toSorted()).toEqual([path, ...said].toSorted())
      runs.push(seen)
    }
    expect(runs[1]).toEqual(runs[0])
    expect(runs[2]).toEqual(runs[0])
    expect(runs[0]).toEqual(order === 'best' ? [path, ...(runs[0] ?? []).filter((other) => other !== path)] : [path, ...said].toReversed())
  })

  test('of the best among too many are honest about it', async () => {
    const { newestOnly, results } = await look('harpsichord', {}, visitor, { ...BOUNDS, direct: -1, walk: PAGE + 10 })
    expect(newestOnly).toBe(true)
    expect(results).toHaveLength(PAGE)
  })

  test('what would take too long is refused with a sentence', async () => {
    const { rows } = await desk.db.$client.query<{ id: string }>(
      `insert into search_entries (kind, item_id, audience, at, words) select 'comment', 1000000 + n, 'public', now() - n * interval '1 second', to_tsvector('english', 'humdrum text ' || n)
       from generate_series(1, 20000) n returning id`,
    )
    const asked = look('humdrum', {}, visitor, { direct: -1, walk: 1, patience: 1 })
    await expect(asked).rejects.toMatchObject({ fields: { q: expect.stringContaining('very common words') } })
    await desk.db.$client.query('delete from search_entries where id = any($1)', [rows.map(({ id }) => id)])
  })
})

describe('choices', () => {
  test('narrow down by team, kind and dates', async () => {
    const here = await sayNew('A kaleidoscope here.')
    const there = await sayNew('A kaleidoscope there.', { conversationId: desk.otherPost.conversationId })
    const { path } = await publish('Kaleidoscope', 'It turns.')
    expect((await pathsOf('kaleidoscope', { teamId: desk.otherTeam.id })).toSorted()).toEqual([there])
    expect((await pathsOf('kaleidoscope', { kind: 'comment' })).toSorted()).toEqual([here, there].toSorted())
    expect(await pathsOf('kaleidoscope', { kind: 'post', order: 'newest' })).toEqual([path])
    expect(await pathsOf('kaleidoscope', { kind: 'answer' })).toEqual([])
    await desk.db.$client.query(`update search_entries set at = '2020-05-05T12:00Z' where kind = 'comment' and item_id = $1`, [here.split('/')[2]])
    expect(await pathsOf('kaleidoscope', { until: new Date('2020-05-06') })).toEqual([here])
    expect((await pathsOf('kaleidoscope', { from: new Date('2020-05-06') })).toSorted()).toEqual([there, path].toSorted())
  })

  test('a place is found until it is gone, and marked when it has closed', async () => {
    const { db, team } = desk
    const conversation = await db.transaction((tx) => startConversation(tx, { audience: 'public', teamId: team.id, title: 'Tumbleweed Hub' }))
    const [place] = await db
      .insert(places)
      .values({
        slug: 'tumbleweed-hub',
        name: 'Tumbleweed Hub',
        kind: 'hub',
        teamId: team.id,
        conversationId: conversation.id,
        address: '1 Sycamine Street',
        lat: 53.1,
        lng: -0.5,
        accessNotes: 'A portcullis at the door',
        week: [[], [], [], [], [], [], []],
        changedAt: new Date(),
        clientKey: randomUUID(),
      })
      .returning()
    expect((await look('tumbleweed')).named.map(({ path }) => path)).toEqual(['/places/tumbleweed-hub'])
    expect(await pathsOf('Sycamine')).toEqual(['/places/tumbleweed-hub'])
    expect(await pathsOf('portcullis', { kind: 'place' })).toEqual(['/places/tumbleweed-hub'])
    await db
      .update(places)
      .set({ closedAt: new Date(), closedBecause: 'Sold.' })
      .where(eq(places.id, Number(place?.id)))
    expect((await look('portcullis')).results[0]?.note).toBe('Closed for good')
    const { id, conversationId } = await makePost(db, desk.officer, team, 'Gooseberry morning')
    await db.update(posts).set({ kind: 'presence' }).where(eq(posts.id, id))
    const soon = new Date(Date.now() + 3_600_000)
    await db
      .insert(presences)
      .values({ placeId: Number(place?.id), teamId: team.id, postId: id, startsAt: new Date(), endsAt: soon, changedAt: new Date() })
    await sayNew('Gooseberry jam, please.', { conversationId })
    expect(await pathsOf('gooseberry')).toHaveLength(2)
    moveClock(3_700_000)
    expect(await pathsOf('gooseberry')).toEqual([])
    moveClock(0)
    expect(await pathsOf('gooseberry')).toHaveLength(2)
  })

  test('what is over is found and says so; what was taken back is not', async () => {
    const { path } = await publish('Thimbleful of news', 'Soon over.')
    const id = Number(/(\d+)-/.exec(path)?.[1])
    await desk.db
      .update(posts)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(posts.id, id))
    expect((await look('thimbleful')).results).toMatchObject([{ path, note: 'Over' }])
    await withdrawPost(desk.db, desk.officer, id, 'It was wrong.')
    expect(await pathsOf('thimbleful')).toEqual([])
  })
})

describe('whatever is typed', () => {
  test.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['ten thousand characters', 'speeding '.repeat(1200)],
    ['one very long word', 'x'.repeat(10_000)],
    ['quotes', `"'"''""`],
    ['half a quote', '"grantham road'],
    ['colons and stars', 'a:* b:A c<->d !e (f | g) & :*'],
    ['a backslash', "\\ '\\' \\'"],
    ['nought', 'spe\0eding'],
    ['half a character', 'spe\ud800eding'],
    ['words that everything holds', 'the of and'],
    ['emoji', '🚓🚨'],
    ['nothing but without', '-speeding -"grantham road"'],
    ['or alone', 'or OR |'],
    ['a wildcard', '%_%'],
    ['many terms', Array.from({ length: 200 }, (_term, index) => `w${index}`).join(' ')],
    ['an address of the web', 'https://example.org/a?b=c&d=e#f'],
    ['other scripts', 'полиция 警察 شرطة'],
  ])('%s gives a page', async (_name, typed) => {
    for (const order of ['best', 'newest'] as const) {
      const found = await look(typed, { order })
      expect(found.results.length).toBeLessThanOrEqual(PAGE)
    }
  })

  test('says when words tell nothing apart', async () => {
    expect((await look('the of and')).telling).toBe(false)
    expect((await look('')).telling).toBe(true)
  })

  test.each(['1_1', '-1_1', '1.5_2', 'x', '9999999999999999_1', '-99999.999999_999999999999999', "'; drop table posts --"])(
    '%s as the key of a page gives one',
    async (after) => {
      for (const order of ['best', 'newest'] as const) expect(Array.isArray((await look('speeding', { order, after })).results)).toBe(true)
    },
  )
})
