/** What colleagues ask of the press office: who may, one open request of a kind, answered once by somebody else, and told. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { mails } from '../../src/mail/schema.ts'
import { caseActs, cases } from '../../src/moderation/schema.ts'
import { answerRequest, askPressOffice, type Answer } from '../../src/requests/request.ts'
import { remindOfReviews } from '../../src/requests/review.ts'
import { requests, type RequestKind } from '../../src/requests/schema.ts'
import type { SubjectRef } from '../../src/requests/subject.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let site: TestApp
let team: TeamName
let people: Record<'officer' | 'supervisor' | 'stranger' | 'press' | 'press2' | 'administrator' | 'resident', SignedIn>
const cookies: Record<string, string> = {}

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  const elsewhere = await makeTeam(db, 'Skegness')
  people = {
    officer: await makeStaff(db, 'PC Adeyemi', 'officer', team),
    supervisor: await makeStaff(db, 'Sgt Marsh', 'supervisor', team),
    stranger: await makeStaff(db, 'PC Stone', 'officer', elsewhere),
    press: await makeStaff(db, 'Sam Carter', 'press-office'),
    press2: await makeStaff(db, 'Theo Lund', 'press-office'),
    administrator: await makeStaff(db, 'Ada Min', 'administrator'),
    resident: await makeResident(db, 'Maureen T'),
  }
  for (const [name, person] of Object.entries(people)) cookies[name] = await site.cookieOf(person)
})
afterAll(() => site?.close())
afterEach(() => moveClock(0))

const newTalk = async (): Promise<SubjectRef> => ({ kind: 'conversation', id: (await makePost(site.world.db, people.officer, team)).conversationId })
const ask = (actor: SignedIn, ref: SubjectRef, kind: RequestKind, more: { note?: string; clientKey?: string } = {}) =>
  askPressOffice(site.world.db, actor, ref, { kind, note: 'Charged this morning.', clientKey: randomUUID(), staffed: site.config.staffed, ...more })
const caseOf = async (requestId: number) => (await site.world.db.select().from(cases).where(eq(cases.requestId, requestId)))[0]!
const answer = async (actor: SignedIn, requestId: number, more: Partial<Answer> = {}) => {
  const file = await caseOf(requestId)
  await answerRequest(site.world.db, actor, file.id, { answer: 'declined', text: 'Not yet.', version: file.version, ...more })
}
const rowOf = async (id: number) => (await site.world.db.select().from(requests).where(eq(requests.id, id)))[0]!
const lock = (id: number, reviewAt = new Date(now().getTime() + DAY)) =>
  site.world.db.transaction((tx) => setMode(tx, people.press, id, { mode: 'legal-lock', trigger: 'charge', reviewAt }))

describe('asking', () => {
  test('opens a case of its own with its clock, and tells of it', async () => {
    const ref = await newTalk()
    const { id, joined } = await ask(people.officer, ref, 'legal-lock')
    expect(joined).toBe(false)
    expect(await rowOf(id)).toMatchObject({ kind: 'legal-lock', askedBy: people.officer.accountId, askedRole: 'officer', conversationId: ref.id })
    const file = await caseOf(id)
    expect(file).toMatchObject({ cause: 'request', urgent: true, state: 'open', teamId: team.id, title: 'Speed checks on Grantham Road' })
    expect(file.because).toBe('Officer asks for a legal lock.')
    const close = await caseOf((await ask(people.supervisor, ref, 'close')).id)
    expect(close).toMatchObject({ urgent: false, because: 'Sergeant asks for closing a conversation.' })
    expect(close.dueAt > file.dueAt).toBe(true)
    const told = await site.world.db.select().from(activities).where(eq(activities.kind, 'request.asked'))
    expect(told.filter(({ conversationId }) => conversationId === ref.id)).toHaveLength(2)
  })

  test('is for the people of the team: others are told why not, and nobody else is let in', async () => {
    const ref = await newTalk()
    for (const who of ['stranger', 'press', 'administrator', 'resident'] as const)
      await expect(ask(people[who], ref, 'hold')).rejects.toBeInstanceOf(Forbidden)
    await expect(ask(people.officer, ref, 'seal')).rejects.toBeInstanceOf(Refused)
    await expect(ask(people.officer, { kind: 'team', id: team.id }, 'hold')).rejects.toBeInstanceOf(Refused)
    expect((await ask(people.officer, { kind: 'team', id: team.id }, 'pre-election')).joined).toBe(false)
  })

  test('a second time joins the first, with its words; also at once, and the same form makes one', async () => {
    const ref = await newTalk()
    const clientKey = randomUUID()
    const first = await Promise.all([ask(people.officer, ref, 'hold', { clientKey }), ask(people.officer, ref, 'hold', { clientKey })])
    expect(new Set(first.map(({ id }) => id)).size).toBe(1)
    const version = (await caseOf(first[0].id)).version
    const [one, two] = await Promise.all([ask(people.supervisor, ref, 'hold', { note: 'It gets worse.' }), ask(people.officer, ref, 'close')])
    expect(one).toEqual({ id: first[0].id, joined: true })
    expect(two.joined).toBe(false)
    const file = await caseOf(one.id)
    expect(file.version).toBe(version + 1)
    const acts = await site.world.db.select().from(caseActs).where(eq(caseActs.caseId, file.id))
    expect(acts.map(({ act, role, note }) => [act, role, note])).toEqual([['noted', 'supervisor', 'It gets worse.']])
    await answer(people.press, one.id)
    expect((await ask(people.officer, ref, 'hold')).joined).toBe(false)
  })
})

describe('answering', () => {
  test('closes the case, keeps who and why, and tells whoever asked by mail, once', async () => {
    const { id } = await ask(people.officer, await newTalk(), 'hold')
    for (const _ of [1, 2]) await answer(people.press, id)
    expect(await rowOf(id)).toMatchObject({ answer: 'declined', answerText: 'Not yet.', answeredBy: people.press.accountId })
    const file = await caseOf(id)
    expect(file).toMatchObject({ state: 'closed', waits: false })
    const acts = await site.world.db.select().from(caseActs).where(eq(caseActs.caseId, file.id))
    expect(acts.map(({ act, note }) => [act, note])).toEqual([['answered-request', 'Not yet.']])
    const told = await site.world.db.select().from(activities).where(eq(activities.kind, 'request.answered'))
    const mine = told.filter(({ detail }) => detail['requestId'] === id)
    expect(mine).toHaveLength(1)
    for (const _ of [1, 2]) await echoActivity(site.world.db, mine[0] as unknown as Activity)
    const sent = await site.world.db.select().from(mails).where(eq(mails.to, people.officer.email))
    expect(sent.filter(({ text }) => text?.includes('Not yet.')).map(({ subject }) => subject)).toEqual(['What you asked for was declined'])
  })

  test('is for the press office, and not for whoever asked', async () => {
    const { id } = await ask(people.officer, await newTalk(), 'hold')
    // The case is on the press office's desk alone.
    await expect(answer(people.supervisor, id)).rejects.toBeInstanceOf(NotFound)
    await site.world.db.update(requests).set({ askedBy: people.press.accountId }).where(eq(requests.id, id))
    await expect(answer(people.press, id)).rejects.toBeInstanceOf(Forbidden)
    await answer(people.press2, id)
  })

  test('two at once: one answer, and the second learns of it', async () => {
    const { id } = await ask(people.officer, await newTalk(), 'hold')
    const { version } = await caseOf(id)
    const tries = await Promise.allSettled([answer(people.press, id, { version }), answer(people.press2, id, { version, text: 'Later.' })])
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(Overtaken) as unknown })
    expect(
      await site.world.db
        .select()
        .from(caseActs)
        .where(and(eq(caseActs.caseId, (await caseOf(id)).id), eq(caseActs.act, 'answered-request'))),
    ).toHaveLength(1)
  })

  test('"done" is said of what was done', async () => {
    const ref = await newTalk()
    const { id } = await ask(people.officer, ref, 'legal-lock')
    await expect(answer(people.press, id, { answer: 'done', text: null })).rejects.toBeInstanceOf(Refused)
    await expect(answer(people.press, id, { text: null })).rejects.toBeInstanceOf(Refused)
    await lock(ref.id)
    await answer(people.press, id, { answer: 'done', text: null })
    expect((await rowOf(id)).answer).toBe('done')
    await site.world.db.transaction((tx) => setMode(tx, people.press, ref.id, { mode: 'open' }))
  })
})

describe('the review date of a legal lock', () => {
  test('comes before the press office once, and unlocks nothing', async () => {
    const ref = await newTalk()
    await lock(ref.id)
    expect(await remindOfReviews(site.world.db)).toBe(0)
    moveClock(DAY + 1000)
    const made = await Promise.all([remindOfReviews(site.world.db), remindOfReviews(site.world.db)])
    expect(made.toSorted()).toEqual([0, 1])
    expect(await remindOfReviews(site.world.db)).toBe(0)
    const [reminder, ...more] = await site.world.db.select().from(requests).where(eq(requests.conversationId, ref.id))
    expect(more).toEqual([])
    expect(await caseOf(reminder?.id ?? 0)).toMatchObject({ because: 'The review date of a legal lock has come.', urgent: false, state: 'open' })
    expect((await site.world.db.select().from(conversations).where(eq(conversations.id, ref.id)))[0]?.mode).toBe('legal-lock')
    await lock(ref.id, new Date(now().getTime() + DAY))
    moveClock(2 * DAY)
    expect(await remindOfReviews(site.world.db)).toBe(1)
    // Whoever set the lock is not the one who says that it was looked at.
    await expect(answer(people.press, reminder?.id ?? 0, { answer: 'done' })).rejects.toBeInstanceOf(Forbidden)
    await answer(people.press2, reminder?.id ?? 0, { answer: 'done' })
  })
})

describe('over HTTP', () => {
  test('asked from the conversation, answered on the case, seen on the desk', async () => {
    const { id } = await newTalk()
    const address = `/conversations/${id}/requests`
    expect((await site.get(`${address}?kind=legal-lock`, cookies['officer'])).body).toContain('value="legal-lock" id="kind" checked')
    const empty = await site.post(address, { kind: 'legal-lock', note: ' ', key: randomUUID() }, cookies['officer'])
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#note"')
    const form = { kind: 'legal-lock', note: 'Two were charged at nine.', key: randomUUID() }
    expect((await site.post(address, form, cookies['officer'])).headers['location']).toBe('/officers/requests?done=request-asked')
    expect((await site.get('/officers/requests', cookies['officer'])).body).toContain('What you asked of the press office')
    expect((await site.get(address, cookies['supervisor'])).body).toContain('Asked for already')
    const [request] = await site.world.db.select().from(requests).where(eq(requests.conversationId, id))
    const file = await caseOf(request?.id ?? 0)
    const page = await site.get(`/moderation/cases/${file.id}`, cookies['press'])
    expect(page.body).toContain('Two were charged at nine.')
    expect(page.body).toContain(`/conversations/${id}/mode?mode=legal-lock`)
    const answered = { 'request-answer': 'declined', 'request-text': '', version: String(file.version) }
    const refused = await site.post(`/moderation/cases/${file.id}/answers`, answered, cookies['press'])
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('href="#request-text"')
    const given = { ...answered, 'request-text': 'They were only summoned.' }
    expect((await site.post(`/moderation/cases/${file.id}/answers`, given, cookies['supervisor'])).statusCode).toBe(404)
    expect((await site.post(`/moderation/cases/${file.id}/answers`, given, cookies['press'])).statusCode).toBe(303)
    const second = await site.post(`/moderation/cases/${file.id}/answers`, { ...given, 'request-text': 'My words.' }, cookies['press2'])
    expect(second.statusCode).toBe(409)
    expect((await site.get('/officers/requests', cookies['officer'])).body).toContain('They were only summoned.')
  })

  test('a seal is asked for a comment, and leads to a case about it', async () => {
    const { id } = await newTalk()
    const said = await postComment(site.world.db, people.resident, id, { body: 'Words', parentId: null, clientKey: randomUUID() })
    const address = `/comments/${said.id}/requests`
    expect((await site.get(address, cookies['stranger'])).statusCode).toBe(403)
    expect((await site.post(address, { kind: 'seal', note: 'Op Willow.', key: randomUUID() }, cookies['officer'])).statusCode).toBe(303)
    const [request] = await site.world.db.select().from(requests).where(eq(requests.commentId, said.id))
    const file = await caseOf(request?.id ?? 0)
    expect((await site.get(`/moderation/cases/${file.id}`, cookies['press'])).body).toContain(`/comments/${said.id}/flag`)
  })
})
