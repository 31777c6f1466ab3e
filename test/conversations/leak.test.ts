/**
 * What was said among few is nowhere else: marked words are planted in a private question, in the notes beside it, in notes beside a public post and in
 * a conversation of the staff, and then everybody who may not read them asks for everything.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { editComment, postComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { notesPath, sideConversation } from '../../src/conversations/side.ts'
import { mails } from '../../src/mail/schema.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { questions } from '../../src/questions/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

/** One word each, as no page has them by chance. */
const PRIVATE = ['Quillfeather', 'Brambleworth', 'Thistlemoor', 'Ravenscombe', 'Pennywhistle']
const STAFF = ['Hollowmere', 'Larkspindle']

let site: TestApp
let team: TeamName
let elsewhere: TeamName
let officer: SignedIn
let question: { id: number; path: string; conversationId: number }
let comment = 0
let answer = 0
let note = 0
let post: Awaited<ReturnType<typeof makePost>>

const say = async (actor: SignedIn, conversationId: number, body: string): Promise<number> =>
  (await postComment(site.world.db, actor, conversationId, { body, parentId: null, clientKey: randomUUID() })).id

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  elsewhere = await makeTeam(db, 'Alford')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  post = await makePost(db, officer, team)
  const asker = await makeResident(db, 'Maureen T', 0)
  const asked = { title: 'Quillfeather comes at night', body: 'Brambleworth is the name', visibility: 'private' as const, named: false }
  const { id, path } = await askQuestion(db, asker, team, { ...asked, clientKey: randomUUID() })
  const [row] = await db.select().from(questions).where(eq(questions.id, id))
  question = { id, path, conversationId: Number(row?.conversationId) }
  comment = await say(asker, question.conversationId, 'Thistlemoor said so')
  await editComment(db, asker, comment, 'Ravenscombe said so')
  answer = await say(officer, question.conversationId, 'We know about Thistlemoor')
  const beside = await sideConversation(db, officer, question.conversationId)
  await say(officer, beside.id, 'Pennywhistle is known to us')
  const notes = await sideConversation(db, officer, post.conversationId)
  note = await say(officer, notes.id, 'Hollowmere has cameras')
  const [inside] = await db.insert(conversations).values({ audience: 'staff', teamId: team.id, title: 'Among us', path: '/staff/1' }).returning()
  await say(officer, Number(inside?.id), 'Larkspindle is off sick')
  // Where their public words wait for a moderator, the record of the author is shown.
  await say(asker, (await makePost(db, await makeStaff(db, 'PC There', 'officer', elsewhere), elsewhere)).conversationId, 'In public')
  // A case about private words, too.
  const trial = { mode: 'legal-lock' as const, trigger: 'charge' as const, reviewAt: new Date(Date.now() + 86_400_000) }
  const later = await say(asker, question.conversationId, 'Thistlemoor again')
  await db.transaction((tx) => setMode(tx, null, question.conversationId, trial))
  await db.$client.query(`update comments set state = 'published' where id = any($1)`, [[comment, answer]])
  await db.transaction((tx) => setMode(tx, null, question.conversationId, { mode: 'open' }))
  expect(later).toBeGreaterThan(answer)
})
afterAll(() => site?.close())

/** Every number that something in this world has as its id, and some that nothing has. */
const highestId = async (): Promise<number> => {
  const { rows } = await site.world.db.$client.query<{ last: string }>(
    'select greatest((select max(id) from comments), (select max(id) from conversations), (select max(id) from questions), (select max(id) from cases), (select max(id) from accounts)) as last',
  )
  return Number(rows[0]?.last) + 1
}

const QUERIES = (ids: number[]): string[] => ['', '?all=yes', ...ids.flatMap((id) => [`?thread=${id}`, `?note=${id}`, `?reply=${id}`])]

async function addresses(): Promise<string[]> {
  const ids = Array.from({ length: await highestId() }, (_each, index) => index + 1)
  const routes = site.app.routeList.filter(({ method, url }) => method === 'GET' && !url.startsWith('/assets') && !url.startsWith('/sign-in/:'))
  const paths = routes.flatMap(({ url }) => {
    const filled = [url.replace(':tag', 'speeding').replace(':size', 'medium').replace('*', 'none')]
    const named = filled.flatMap((path) => (path.includes(':team') ? [team, elsewhere].map(({ slug }) => path.replace(':team', slug)) : [path]))
    return named.flatMap((path) => (/:\w+/.test(path) ? ids.map((id) => path.replaceAll(/:\w+/g, String(id))) : [path]))
  })
  // Part of a word only: a page may show what was searched for.
  const asked = [
    '/find?q=Quillfeat',
    '/find?q=night',
    `/ask/${team.slug}?title=Quillfeat+comes+at+night`,
    `/ask/${team.slug}?q=night`,
    '/tags?starts=q',
  ]
  const within = [post.path, question.path, notesPath(post.conversationId), notesPath(question.conversationId)].flatMap((path) =>
    QUERIES(ids).map((query) => path + query),
  )
  const forms = [post.conversationId, question.conversationId].flatMap((id) =>
    QUERIES(ids).map((query) => `/conversations/${id}/comments/new${query}`),
  )
  return [...new Set([...paths, ...asked, ...within, ...forms])]
}

/** Where marked words came out, for whoever holds that cookie. */
async function found(words: readonly string[], as?: string): Promise<string[]> {
  const out: string[] = []
  for (const address of await addresses()) {
    const answer = await site.get(address, as)
    const said = `${answer.body} ${JSON.stringify(answer.headers)}`.toLowerCase()
    if (answer.statusCode >= 500) out.push(`${address} broke`)
    out.push(...words.filter((word) => said.includes(word.toLowerCase())).map((word) => `${address}: ${word}`))
  }
  return out
}

const cookieOf = async (made: Promise<SignedIn>): Promise<string> => site.cookieOf(await made)

describe('what was said among few', () => {
  test('is there for those who may read it', { timeout: 120_000 }, async () => {
    const seen = (await found([...PRIVATE, ...STAFF], await site.cookieOf(officer))).join('\n')
    // Without this the tests below could look in the wrong places.
    for (const word of [...PRIVATE, ...STAFF].filter((one) => one !== 'Larkspindle')) expect(seen).toContain(word)
    expect(seen).toContain(`${notesPath(post.conversationId)}: Hollowmere`)
    expect(seen).toContain(`/conversations/${post.conversationId}/comments/new?note=${note}: Hollowmere`)
    expect(seen).toContain(`/comments/${comment}/reply: Ravenscombe`)
    expect(seen).toContain(`${question.path}: Ravenscombe`)
  })

  const OUTSIDE: [string, () => Promise<string | undefined>, readonly string[]][] = [
    ['a visitor', async () => undefined, [...PRIVATE, ...STAFF]],
    ['another resident', () => cookieOf(makeResident(site.world.db, 'Nosy')), [...PRIVATE, ...STAFF]],
    ['a partner', () => cookieOf(makeStaff(site.world.db, 'Ward Council', 'partner')), [...PRIVATE, ...STAFF]],
    ['an officer of another team', () => cookieOf(makeStaff(site.world.db, 'PC Else Where', 'officer', elsewhere)), PRIVATE],
    ['a sergeant of another team', () => cookieOf(makeStaff(site.world.db, 'Sgt Else Where', 'supervisor', elsewhere)), PRIVATE],
    ['an administrator', () => cookieOf(makeStaff(site.world.db, 'Ada Min', 'administrator')), PRIVATE],
  ]
  test.each(OUTSIDE)('is nowhere for %s', { timeout: 120_000 }, async (_who, as, words) => {
    expect(await found(words, await as())).toEqual([])
  })

  test('is in nobody’s mail but the asker’s', async () => {
    const { db } = site.world
    for (const row of await db.select().from(activities)) await echoActivity(db, row as Activity)
    const sent = (await db.select().from(mails)).filter((mail) => [...PRIVATE, ...STAFF].some((word) => JSON.stringify(mail).includes(word)))
    const [row] = await db.select().from(questions).where(eq(questions.id, question.id))
    const { rows } = await db.$client.query<{ email: string }>('select email from accounts where id = $1', [row?.askerId])
    expect(sent.filter(({ to }) => to !== rows[0]?.email)).toEqual([])
  })
})
