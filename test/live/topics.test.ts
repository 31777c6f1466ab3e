/** Who may listen to what, and what a stream tells: ids, never words, and nothing that its reader could not see on the page. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { recordActivity } from '../../src/activity/activity.ts'
import { postComment, editComment, withdrawComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { sideConversation } from '../../src/conversations/side.ts'
import { privateTo } from '../../src/conversations/audience.ts'
import { flagItem } from '../../src/moderation/flag.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { listen, listening, quiet, soon, type Ear } from './listening.ts'

const WHO = ['visitor', 'resident', 'asker', 'partner', 'officer', 'supervisor', 'elsewhere', 'press', 'administrator'] as const
type Who = (typeof WHO)[number]

let site: TestApp
let address: string
let team: TeamName
let other: TeamName
let people: Record<Exclude<Who, 'visitor'>, SignedIn>
let open: number
let quietTalk: number
let notes: number

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  address = await listening(site.app)
  team = await makeTeam(db, 'Bracebridge Heath')
  other = await makeTeam(db, 'Skegness')
  people = {
    resident: await makeResident(db, 'Maureen T'),
    asker: await makeResident(db, 'Ann Asker'),
    partner: await makeStaff(db, 'Ward Council', 'partner'),
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    supervisor: await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team),
    elsewhere: await makeStaff(db, 'PC Baker', 'officer', other),
    press: await makeStaff(db, 'Press office', 'press-office'),
    administrator: await makeStaff(db, 'Ada Min', 'administrator'),
  }
  open = (await makePost(db, people.officer, team)).conversationId
  const asked = { title: 'A private matter', body: 'Only for you.', visibility: 'private' as const, named: true, clientKey: randomUUID() }
  await askQuestion(db, people.asker, team, asked)
  const [found] = await db
    .select()
    .from(conversations)
    .where(eq(conversations.audience, privateTo(people.asker.accountId)))
  quietTalk = found?.id ?? 0
  notes = (await sideConversation(db, people.officer, open)).id
})
afterAll(() => site?.close())

const cookieOf = async (who: Who): Promise<string | undefined> => (who === 'visitor' ? undefined : site.cookieOf(people[who]))

async function ear(topics: string, who: Who, more?: Parameters<typeof listen>[3]): Promise<Ear> {
  const opened = await listen(address, topics, await cookieOf(who), more)
  onTestFinished(() => opened.close())
  return opened
}

const EVERYBODY: readonly Who[] = WHO
const STAFF: readonly Who[] = ['officer', 'supervisor', 'press']

describe('who may listen', () => {
  test.each<[string, () => string, readonly Who[]]>([
    ['a public conversation', () => `conversation:${open}`, EVERYBODY],
    ['a private one', () => `conversation:${quietTalk}`, ['asker', ...STAFF]],
    ['notes of the staff', () => `conversation:${notes}`, ['officer', 'supervisor', 'elsewhere', 'press', 'administrator']],
    ['what concerns their own account', () => 'account', WHO.filter((who) => who !== 'visitor')],
    ['the desk of a team', () => `team:${team.id}`, STAFF],
    ['the desk of their teams', () => 'team', [...STAFF, 'elsewhere']],
    ['the queue', () => 'queue', ['supervisor', 'press']],
    ['what is not there', () => 'conversation:999999', []],
    ['what has no name', () => 'everything', []],
    ['nothing', () => '', []],
    ['another account', () => `account:${people.asker.accountId}`, []],
    ['something of which one part is not theirs', () => `conversation:${open},conversation:${quietTalk}`, ['asker', ...STAFF]],
    ['too much at once', () => [1, 2, 3, 4, 5, 6].map((id) => `conversation:${id}`).join(), []],
  ])('%s', async (_what, topics, those) => {
    const statuses = await Promise.all(WHO.map(async (who) => [who, (await ear(topics(), who)).status] as const))
    expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(WHO.map((who) => [who, those.includes(who) ? 200 : 404])))
  })

  test('a stream is kept by nobody and gathered by nobody', async () => {
    const { headers } = await ear(`conversation:${open}`, 'visitor', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })
})

const say = (who: SignedIn, conversationId: number, body = 'Something said.') =>
  postComment(site.world.db, who, conversationId, { body, parentId: null, clientKey: randomUUID() })

/** Said, and heard by those who listened before: whoever comes later does not hear it any more. */
async function saidBefore(who: SignedIn, body?: string) {
  const probe = await ear(`conversation:${open}`, 'visitor')
  const said = await say(who, open, body)
  await soon(() => expect(probe.signals().some(({ commentId }) => commentId === said.id)).toBe(true))
  return said
}

const heard = (listener: Ear, ...signals: object[]) => soon(() => expect(listener.signals()).toEqual(signals))

describe('what a conversation tells', () => {
  const topic = () => `conversation:${open}`

  test('a comment to everybody but the one who wrote it', async () => {
    const [visitor, author] = [await ear(topic(), 'visitor'), await ear(topic(), 'resident')]
    const { id } = await say(people.resident, open)
    await heard(visitor, { topic: topic(), kind: 'comment.added', commentId: id })
    await quiet()
    expect(author.signals()).toEqual([])
  })

  test('what its author changed or took back', async () => {
    const { db } = site.world
    const { id } = await saidBefore(people.resident, 'First words.')
    const visitor = await ear(topic(), 'visitor')
    await editComment(db, people.resident, id, 'Other words.', {})
    await heard(visitor, { topic: topic(), kind: 'comment.changed', commentId: id })
    await withdrawComment(db, people.resident, id)
    await soon(() => expect(visitor.signals()).toHaveLength(2))
  })

  test('nothing of what nobody could read yet, and nothing of what a moderator leaves as it is', async () => {
    const { db } = site.world
    const newcomer = await makeResident(db, 'New Here', 0)
    const { id: published } = await saidBefore(people.resident)
    const visitor = await ear(topic(), 'visitor')
    const { id, state } = await say(newcomer, open)
    expect(state).toBe('held')
    await editComment(db, newcomer, id, 'Changed while it waits.', {})
    await withdrawComment(db, newcomer, id)
    const { staffed } = site.config
    const flag = { reasonCode: 'off-topic', note: null, clientKey: randomUUID(), flaggerKey: 'visitor:1', staffed }
    await flagItem(db, people.asker, { commentId: published }, flag)
    const about = { audience: 'public', teamId: team.id, conversationId: open, commentId: published, actorId: people.press.accountId }
    await db.transaction((tx) => recordActivity(tx, { kind: 'appeal.lodged', ...about }))
    await quiet()
    expect(visitor.signals()).toEqual([])
    // An appeal that changes nothing for readers: it stays down.
    await db.update(comments).set({ state: 'hidden-pending' }).where(eq(comments.id, published))
    await db.transaction((tx) => recordActivity(tx, { kind: 'appeal.decided', ...about }))
    await quiet()
    expect(visitor.signals()).toEqual([])
  })

  test('to its readers alone', async () => {
    const [visitor, asker, notesEar] = [
      await ear(topic(), 'visitor'),
      await ear(`conversation:${quietTalk}`, 'asker'),
      await ear(`conversation:${notes}`, 'press'),
    ]
    const { id } = await say(people.officer, quietTalk)
    await heard(asker, { topic: `conversation:${quietTalk}`, kind: 'comment.added', commentId: id })
    const note = await say(people.officer, notes)
    await heard(notesEar, { topic: `conversation:${notes}`, kind: 'comment.added', commentId: note.id })
    expect(visitor.signals()).toEqual([])
    expect(asker.signals()).toHaveLength(1)
  })

  test('many at once as one', async () => {
    const visitor = await ear(topic(), 'visitor')
    const ids = await Promise.all(Array.from({ length: 30 }, () => say(people.resident, open)))
    await soon(() => expect(visitor.signals().length).toBeGreaterThan(0))
    await site.world.db.transaction(async (tx) => {
      for (const { id } of ids)
        await recordActivity(tx, { kind: 'comment.published', audience: 'public', conversationId: open, commentId: id, teamId: team.id })
    })
    await soon(() => expect(visitor.signals().at(-1)).toEqual({ topic: topic(), kind: 'changed' }))
  })
})

describe('what a desk is told', () => {
  test('the queue: the press office everything, a sergeant what is on the own desk', async () => {
    const { db } = site.world
    const [press, sergeant] = [await ear('queue', 'press'), await ear('queue', 'supervisor')]
    const about = { audience: 'public', conversationId: open }
    const happen = (kind: 'item.unsealed' | 'notice.received' | 'switch.set', teamId: number) =>
      db.transaction((tx) => recordActivity(tx, { kind, ...about, teamId }))
    await happen('item.unsealed', other.id)
    await heard(press, { topic: 'queue', kind: 'changed' })
    await happen('switch.set', team.id)
    await happen('notice.received', team.id)
    await soon(() => expect(press.signals()).toHaveLength(2))
    expect(sergeant.signals()).toEqual([])
    const newcomer = await makeResident(db, 'Also New', 0)
    await say(newcomer, open)
    await heard(sergeant, { topic: 'queue', kind: 'changed' })
  })

  test('an account what was told to it', async () => {
    const [mine, theirs] = [await ear('account', 'resident'), await ear('account', 'asker')]
    const detail = { accountId: people.resident.accountId }
    await site.world.db.transaction((tx) => recordActivity(tx, { kind: 'notification.told', audience: 'staff', detail }))
    await heard(mine, { topic: 'account', kind: 'changed' })
    await quiet()
    expect(theirs.signals()).toEqual([])
  })

  test('a team that a question came', async () => {
    const [officer, elsewhere, press] = [await ear(`team:${team.id}`, 'officer'), await ear('team', 'elsewhere'), await ear('team', 'press')]
    const asked = { title: 'When are the checks?', body: 'On the road.', visibility: 'public' as const, named: true, clientKey: randomUUID() }
    await askQuestion(site.world.db, people.asker, team, asked)
    await soon(() => expect([officer.signals()[0], press.signals()[0]]).toEqual([1, 1].map(() => ({ topic: 'team', kind: 'changed' }))))
    expect(elsewhere.signals()).toEqual([])
  })
})

describe('what was missed', () => {
  const topic = () => `conversation:${open}`
  const missed = () => ({ topic: topic(), kind: 'changed' })

  test('is told to a browser that comes back', async () => {
    const first = await ear(topic(), 'visitor')
    const id = first.lastId() ?? ''
    first.close()
    const headers = { 'last-event-id': id }
    expect((await ear(topic(), 'visitor', { headers })).signals()).toEqual([])
    await say(people.resident, open)
    expect((await ear(topic(), 'visitor', { headers })).signals()).toEqual([missed()])
    expect((await ear(topic(), 'visitor', { query: `&last=${id}` })).signals()).toEqual([missed()])
    expect((await ear(`conversation:${quietTalk}`, 'asker', { headers })).signals()).toEqual([])
  })

  test('also between the page and its stream; after long, perhaps', async () => {
    await say(people.resident, open)
    expect((await ear(topic(), 'visitor', { query: `&since=${Date.now() - 1000}` })).signals()).toEqual([missed()])
    expect((await ear(topic(), 'visitor', { query: `&since=${Date.now() - 3_600_000}` })).signals()).toEqual([{ topic: '*', kind: 'changed' }])
    expect((await ear(topic(), 'visitor', { query: '&since=nonsense&last=-1' })).signals()).toEqual([])
  })
})

test('no stream holds words: only topics, kinds and numbers', async () => {
  const everything = `conversation:${open},conversation:${quietTalk},conversation:${notes},team,queue`
  const press = await ear(everything, 'press')
  const secret = 'Xylophone-Quartz'
  for (const id of [open, quietTalk, notes]) await say(people.officer, id, secret)
  const newcomer = await makeResident(site.world.db, secret, 0)
  await say(newcomer, open, secret)
  await askQuestion(site.world.db, people.asker, team, { title: secret, body: secret, visibility: 'private', named: true, clientKey: randomUUID() })
  await soon(() => expect(new Set(press.signals().map(({ topic }) => topic)).size).toBe(5))
  await quiet()
  expect(press.text()).not.toMatch(/xylophone|quartz/i)
  for (const message of press.text().split('\n\n').filter(Boolean)) {
    expect(message).toMatch(
      /^(:|id:\d+\nevent:begin\ndata:\{\}|(id:\d+\n)?data:\{"topic":"(\*|[a-z]+(:\d+)?)","kind":"[a-z]+(\.[a-z]+)?"(,"commentId":\d+)?\})$/,
    )
  }
})
