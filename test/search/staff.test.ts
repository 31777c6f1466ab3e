/**
 * The staff network is searched by itself: what is found there can be read there, by everybody in and outside of it, after every act; nothing of it is found in
 * public, and nothing of a support circle anywhere.
 */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import { isInternal, mayRead } from '../../src/conversations/audience.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { sideConversation } from '../../src/conversations/side.ts'
import { posts } from '../../src/posts/schema.ts'
import { takeDown } from '../../src/posts/removal.ts'
import { search } from '../../src/search/search.ts'
import { NETWORK } from '../../src/search/shelf.ts'
import { staffFormOf } from '../../src/search/staff-form.ts'
import { staffSearch } from '../../src/search/staff-search.ts'
import { learnWords } from '../../src/search/words.ts'
import { openApp, type TestApp } from '../app.ts'
import { letIn, makeCircle, makePartner, makePersona, write } from '../network/circle.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let officer: SignedIn
let colleague: SignedIn
let partner: SignedIn
let persona: SignedIn
let readers: [string, Actor][]
let drones: number
let hidden: number
let support: number
let number = 0

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  drones = await makeCircle(db, 'Drones', 'restricted', team.id)
  hidden = await makeCircle(db, 'Covert work', 'private')
  support = await makeCircle(db, 'Under pressure', 'support')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  for (const circle of [drones, hidden]) officer = await letIn(db, officer, circle)
  colleague = await makeStaff(db, 'PC Dora Elsewhere', 'officer', await makeTeam(db, 'Skegness'))
  partner = await makePartner(db, 'Pat Partner', drones, officer)
  persona = await makePersona(db, 'Quiet River', support)
  const member = await letIn(db, await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team), drones)
  readers = [
    ['visitor', visitor],
    ['resident', await makeResident(db, 'Maureen T')],
    ['officer in both circles', officer],
    ['member of one', member],
    ['colleague in none', colleague],
    ['press office', await makeStaff(db, 'Press office', 'press-office')],
    ['administrator', await makeStaff(db, 'Ada Min', 'administrator')],
    ['partner in one circle', partner],
    ['partner in none', await makeStaff(db, 'Ward Council', 'partner')],
    ['persona', persona],
  ]
})
afterAll(() => site?.close())

const newWord = (): string => `zs${'abcdefghij'[number % 10]}${'klmnopqrst'[Math.floor(number++ / 10) % 10]}yword`

async function findersOf(word: string, place: 'network' | 'outside' = 'network'): Promise<string[]> {
  const finders: string[] = []
  const shelf = place === 'network' ? { shelf: NETWORK } : {}
  for (const [name, reader] of readers) {
    const pages = await Promise.all(
      (['best', 'newest'] as const).map((order) => search(site.world.db, reader, { q: word, order, exact: true, ...shelf })),
    )
    expect(pages[0]?.results.map(({ path }) => path)).toEqual(pages[1]?.results.map(({ path }) => path))
    if ((pages[0]?.results.length ?? 0) > 0) finders.push(name)
  }
  return finders
}

const readersOf = (item: { audience: string; teamId: number | null }): string[] =>
  readers.filter(([, reader]) => mayRead(reader, item)).map(([name]) => name)

const postOf = async (id: number) => {
  const [post] = await site.world.db.select().from(posts).where(eq(posts.id, id))
  if (!post) throw new Error('no post')
  return post
}

const say = async (by: SignedIn, conversationId: number, body: string) =>
  (await postComment(site.world.db, by, conversationId, { body, parentId: null, clientKey: randomUUID(), hold: null })).id

describe('what is written for', () => {
  const PLACES: [string, () => { author: SignedIn; circleId: number | null }][] = [
    ['all staff', () => ({ author: officer, circleId: null })],
    ['a circle', () => ({ author: officer, circleId: drones })],
    ['a circle by partner staff', () => ({ author: partner, circleId: drones })],
    ['a private circle', () => ({ author: officer, circleId: hidden })],
  ]
  test.each(PLACES)('%s is found by those who may read it, from the moment of each act', async (_name, where) => {
    const { db } = site.world
    const { author, circleId } = where()
    const [title, said, noted] = [newWord(), newWord(), newWord()]
    const { id, conversationId } = await write(db, author, { title: `All about ${title}`, circleId })
    const allowed = readersOf(await postOf(id))
    expect(await findersOf(title)).toEqual(allowed)
    await say(author, conversationId, `There is ${said}.`)
    expect(await findersOf(said)).toEqual(allowed)
    const gone = await say(author, conversationId, `And ${noted}.`)
    await withdrawComment(db, author, gone)
    expect(await findersOf(noted)).toEqual([])
    for (const word of [title, said]) expect(await findersOf(word, 'outside')).toEqual([])
    await db.transaction(async (tx) => takeDown(tx, await postOf(id), 'It was wrong.', null))
    expect(await findersOf(title)).toEqual([])
    expect(await findersOf(said)).toEqual(allowed)
  })

  test('a support circle is found by nobody, neither there nor outside', async () => {
    const [title, said] = [newWord(), newWord()]
    const { conversationId } = await write(site.world.db, persona, { title: `All about ${title}`, circleId: support })
    await say(persona, conversationId, `There is ${said}.`)
    for (const word of [title, said]) expect([...(await findersOf(word)), ...(await findersOf(word, 'outside'))]).toEqual([])
    const { rows } = await site.world.db.execute(sql`select id from staff_entries where audience = ${`circle:${support}`}`)
    expect(rows).toEqual([])
  })

  test('colleagues as notes beside a public conversation is found in both, by them alone', async () => {
    const { db } = site.world
    const word = newWord()
    const post = await makePost(db, officer, { id: Number(officer.duties[0]?.teamId), slug: 'bracebridge-heath', name: 'Bracebridge Heath' })
    await say(officer, (await sideConversation(db, officer, post.conversationId)).id, `Note ${word}`)
    const staff = readersOf({ audience: 'staff', teamId: null })
    expect(await findersOf(word)).toEqual(staff)
    expect(await findersOf(word, 'outside')).toEqual(staff)
    const { results } = await search(db, officer, { q: word, order: 'best' })
    expect(results).toMatchObject([{ kindName: 'Staff note', among: 'Staff only' }])
  })

  test('the public is not found in the network', async () => {
    const word = newWord()
    await makePost(
      site.world.db,
      officer,
      { id: Number(officer.duties[0]?.teamId), slug: 'bracebridge-heath', name: 'Bracebridge Heath' },
      `All about ${word}`,
    )
    expect(await findersOf(word)).toEqual([])
    expect(await findersOf(word, 'outside')).toHaveLength(readers.length)
  })
})

test('whatever is asked, by whoever: nothing is found that the reader may not read, and nothing public or private', async () => {
  const { db } = site.world
  const words = ['alpha', 'bravo', 'charlie', 'delta']
  for (const circleId of [null, drones, hidden])
    for (const word of words) {
      const { conversationId } = await write(db, officer, {
        title: `Secret ${word}`,
        tags: [word],
        circleId,
        kind: circleId === drones ? 'issue' : 'update',
      })
      await say(officer, conversationId, `More on ${words.join(' ')}`)
    }
  const asked = fc.record({
    q: fc
      .array(fc.constantFrom(...words, 'secret', 'more', '-alpha', 'or', '"on alpha"'), { minLength: 1, maxLength: 4 })
      .map((list) => list.join(' ')),
    kind: fc.constantFrom('', 'post', 'issue', 'update', 'comment', 'nonsense'),
    topic: fc.constantFrom('', '', 'alpha', 'no such'),
    circle: fc.constantFrom('', '', 'all', String(drones), String(hidden), String(support), '0'),
    who: fc.constantFrom('', '', 'imran', 'Adeyemi PC', 'quiet'),
    order: fc.constantFrom('best', 'newest'),
  })
  await fc.assert(
    fc.asyncProperty(asked, fc.constantFrom(...readers), async (query, [, reader]) => {
      const { results } = await staffSearch(db, reader, staffFormOf(query), query)
      for (const { path } of results) {
        const id = Number(/\d+/.exec(path)?.[0])
        const audience = path.startsWith('/staff/posts/') ? (await postOf(id)).audience : await audienceOfComment(id)
        expect([isInternal(audience), mayRead(reader, { audience, teamId: null })]).toEqual([true, true])
      }
    }),
    { numRuns: 150 },
  )
})

const audienceOfComment = async (id: number): Promise<string> => {
  const [found] = await site.world.db
    .select({ audience: conversations.audience })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(eq(comments.id, id))
  return found?.audience ?? 'gone'
}

describe('the choices', () => {
  let word: string
  let issue: { id: number; path: string; conversationId: number }
  const find = async (more: Record<string, string> = {}, reader: Actor = officer) => {
    const query = { q: word, ...more }
    return (await staffSearch(site.world.db, reader, staffFormOf(query), query)).results
  }

  beforeEach(async () => {
    const { db } = site.world
    word = newWord()
    issue = await write(db, officer, { title: `Who works on ${word}?`, kind: 'issue', tags: ['drones'], circleId: drones })
    await write(db, colleague, { title: `An update on ${word}`, tags: ['bicycles'] })
    await say(officer, issue.conversationId, `I do ${word}.`)
  })

  test('of kind, topic, circle, person and dates narrow it down', async () => {
    expect(await find()).toHaveLength(3)
    expect((await find({ kind: 'issue' })).map(({ kindName }) => kindName)).toEqual(['Issue'])
    expect(await find({ kind: 'post' })).toHaveLength(2)
    expect((await find({ kind: 'comment' })).map(({ kindName }) => kindName)).toEqual(['Comment'])
    expect(await find({ topic: 'Drones' })).toHaveLength(2)
    expect(await find({ circle: String(drones) })).toHaveLength(2)
    expect(await find({ circle: 'all' })).toHaveLength(1)
    expect(await find({ who: 'elsewhere' })).toHaveLength(1)
    expect(await find({ who: 'nobody of this name' })).toEqual([])
    expect(await find({ from: '1/1/2020', until: '2/1/2020' })).toEqual([])
    expect(await find({ circle: String(drones) }, colleague)).toEqual([])
  })

  test('show where it stands, with its address and the official mark', async () => {
    const [post] = await find({ kind: 'issue' })
    expect(post).toMatchObject({ path: issue.path, among: 'Drones', team: null, mark: 'Officer · Bracebridge Heath team' })
    expect(issue.path).toMatch(/^\/staff\/posts\/\d+-/)
    expect((await find({ circle: 'all' }))[0]).toMatchObject({ among: 'Staff only' })
  })

  test('do not give away who said what was cut loose from a name', async () => {
    const comment = await say(officer, issue.conversationId, `Also ${word} ${word}.`)
    const before = (await find({ who: 'imran', kind: 'comment' })).length
    await site.world.db.update(comments).set({ unnamedAt: new Date() }).where(eq(comments.id, comment))
    expect(await find({ who: 'imran', kind: 'comment' })).toHaveLength(before - 1)
    expect(await find({ kind: 'comment' })).toHaveLength(2)
  })

  test('end with the membership', async () => {
    const { db } = site.world
    const former = await letIn(db, await makeStaff(db, 'Gone Soon', 'press-office'), drones)
    expect(await find({ circle: String(drones) }, former)).toHaveLength(2)
    await db.update(circleMembers).set({ leftAt: new Date() }).where(eq(circleMembers.accountId, former.accountId))
    expect(await find({ circle: String(drones) }, { ...former, circles: [] })).toEqual([])
  })
})

describe('typos', () => {
  test('are mended by words that the reader may read in the network, and by no others', async () => {
    const { db } = site.world
    const team = { id: Number(officer.duties[0]?.teamId), slug: 'bracebridge-heath', name: 'Bracebridge Heath' }
    await makePost(db, officer, team, 'About reconnaissance and surveillance')
    await learnWords(db)
    await write(db, officer, { title: 'Reconnaissance by drone', circleId: hidden })
    const instead = async (reader: Actor, q: string) => (await search(db, reader, { q, order: 'best', shelf: NETWORK })).instead
    expect(await instead(officer, 'reconaissance')).toBe('reconnaissance')
    expect(await instead(colleague, 'reconaissance')).toBeNull()
    expect(await instead(officer, 'survaillance')).toBeNull()
  })

  test('in words that only the network holds teach the public list nothing', async () => {
    const { db } = site.world
    const word = 'quokkahandler'
    await write(db, officer, { title: `About ${word}` })
    await learnWords(db)
    const { rows } = await db.execute(sql`select word from search_words where word = ${word}`)
    expect(rows).toEqual([])
  })
})

describe('colleagues', () => {
  test('are found by name for members of staff, administrators among them, and for nobody else', async () => {
    const find = async (reader: Actor) =>
      (await staffSearch(site.world.db, reader, staffFormOf({ q: 'imran' }), {})).colleagues.map(({ name }) => name)
    expect(await find(colleague)).toEqual(['PC Imran Adeyemi'])
    const administrator = readers.find(([name]) => name === 'administrator')?.[1] ?? visitor
    expect(await find(administrator)).toEqual(['PC Imran Adeyemi'])
    expect(await find(partner)).toEqual([])
    expect(await find(visitor)).toEqual([])
    const { colleagues } = await staffSearch(site.world.db, colleague, staffFormOf({ q: 'ada min' }), {})
    expect(colleagues.map(({ name }) => name)).toEqual(['Ada Min'])
  })

  test('who are administrators find what a colleague finds, and nothing of the circles that they are not in', async () => {
    const { db } = site.world
    const [open, inside, covert] = [newWord(), newWord(), newWord()]
    await write(db, officer, { title: `All about ${open}` })
    await write(db, officer, { title: `All about ${inside}`, circleId: drones })
    await write(db, officer, { title: `All about ${covert}`, circleId: hidden })
    expect(await findersOf(open)).toEqual(expect.arrayContaining(['colleague in none', 'administrator']))
    for (const word of [inside, covert]) expect(await findersOf(word)).not.toContain('administrator')
  })
})

describe('the page', () => {
  test('is there for insiders, and for everybody else closed', async () => {
    const status = async (reader: Actor) =>
      (await site.get('/staff/search?q=drones', reader.kind === 'account' ? await site.cookieOf(reader) : undefined)).statusCode
    expect(
      Object.fromEntries(
        await Promise.all(readers.filter(([name]) => name !== 'persona').map(async ([name, reader]) => [name, await status(reader)])),
      ),
    ).toEqual({
      visitor: 303,
      resident: 403,
      'officer in both circles': 200,
      'member of one': 200,
      'colleague in none': 200,
      'press office': 200,
      administrator: 200,
      'partner in one circle': 200,
      'partner in none': 403,
    })
  })

  test('leads to the public search and back, for insiders alone', async () => {
    const as = await site.cookieOf(colleague)
    expect((await site.get('/staff/search?q=drones', as)).body).toContain('href="/search?q=drones"')
    expect((await site.get('/search?q=drones', as)).body).toContain('href="/staff/search?q=drones"')
    expect((await site.get('/search?q=drones')).body).not.toContain('/staff')
  })

  test('bears whatever is typed', async () => {
    const as = await site.cookieOf(partner)
    for (const query of [
      '?q=%00%ff',
      '?q=a&circle=99999999999999999999',
      '?q=a&topic=%27%3b',
      '?q=a&who=%25%5f',
      '?q=the',
      '?q=a&after=x',
      '?kind=x&q=',
      '?q=a&from=nonsense',
      '',
    ]) {
      const { statusCode } = await site.get(`/staff/search${query}`, as)
      expect([query, statusCode]).toEqual([query, query.includes('nonsense') ? 422 : 200])
    }
  })
})
