/** Sessions and groups at another time, invitations that are taken back, notes that are corrected: who hears, and what stands there afterwards. */
import { and, eq, like } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { Forbidden, Overtaken, Refused } from '../../src/errors.ts'
import { groupById } from '../../src/leadership/group.ts'
import { groupPanel } from '../../src/leadership/group-panel.ts'
import { answerInvitation, inviteColleagues } from '../../src/leadership/invitation.ts'
import { moveGroup, moveSession } from '../../src/leadership/moving.ts'
import { correctNotes } from '../../src/leadership/notes.ts'
import { callOffGroup, publishNotes } from '../../src/leadership/outcome.ts'
import { takeBackInvitation } from '../../src/leadership/recall.ts'
import { remindOfGroups } from '../../src/leadership/reminder.ts'
import { focusGroups, liveSessions } from '../../src/leadership/schema.ts'
import { callOffSession, sessionById } from '../../src/leadership/session.ts'
import { mails } from '../../src/mail/schema.ts'
import { newsOf } from '../../src/notifications/news.ts'
import { registerNotifications } from '../../src/notifications/register.ts'
import { notifications } from '../../src/notifications/schema.ts'
import { disposeOfNetwork } from '../../src/network/retention.ts'
import { travelTo } from '../places/presence-world.ts'
import type { World } from '../world.ts'
import { convened, DAY, HOUR, openForce, planned, say, support, type People } from './leadership-world.ts'

const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgres://test' })
let force: World & People
let invited: SignedIn[]
let postId: number
beforeAll(async () => {
  registerNotifications(config)
  force = await openForce()
})
beforeEach(async () => {
  invited = force.crowd.slice(0, 4)
  postId = await convened(force.db, force.officer, invited)
})
afterEach(() => moveClock(0))
afterAll(() => force.close())

const nth = (at: number): SignedIn => invited[at] ?? force.officer
const group = () => groupById(force.db, force.officer, postId)
const answers = (by: SignedIn, answer: 'coming' | 'not-coming' = 'coming') => answerInvitation(force.db, by, postId, answer)
const held = async () => travelTo((await group()).endsAt, 0)
const later = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, by = DAY) => ({
  startsAt: new Date(startsAt.getTime() + by),
  endsAt: new Date(endsAt.getTime() + by),
})
const moves = async (by = DAY, more: Partial<{ seen: number; venue: string }> = {}, actor = force.officer) => {
  const { venue, moveCount, ...found } = await group()
  return moveGroup(force.db, config, actor, postId, { ...later(found, by), venue, seen: moveCount, ...more })
}
const mailsTo = async (who: SignedIn, kind: string, of = postId) =>
  (
    await force.db
      .select({ text: mails.text })
      .from(mails)
      .where(and(eq(mails.to, who.email), like(mails.key, `focus-group:${of}:${kind}`)))
  ).map(({ text }) => text)

/** Runs all echoes, twice, and answers what is new for somebody. */
async function sentencesTo(who: SignedIn): Promise<string[]> {
  const happened = await force.db.select().from(activities).orderBy(activities.id)
  for (const activity of [...happened, ...happened]) await echoActivity(force.db, activity as Activity)
  await force.db.delete(activities)
  return (await newsOf(force.db, who, null)).items.map(({ sentence }) => sentence)
}
const forgetNews = () => force.db.delete(notifications)

describe('a focus group is moved', () => {
  test('by its convener or the press office, ahead of time, until it begins; the same again is once', async () => {
    const { db, sergeant, press, officer } = force
    const before = await group()
    for (const by of [sergeant, nth(0)]) await expect(moves(DAY, {}, by)).rejects.toThrow(Forbidden)
    await expect(moves(-5 * DAY)).rejects.toThrow(Refused)
    const to = { ...later(before), venue: 'Room 7', seen: 0 }
    await Promise.all([moveGroup(db, config, officer, postId, to), moveGroup(db, config, officer, postId, to)])
    const { startsAt, endsAt, venue } = before
    expect(await group()).toMatchObject({ ...later(before), venue: 'Room 7', moved: { startsAt, endsAt, venue }, moveCount: 1 })
    await expect(moves(DAY, { seen: 0 })).rejects.toThrow(Overtaken)
    await moves(HOUR, {}, press)
    expect((await group()).moved?.venue).toBe('Room 7')
    await held()
    await expect(moves()).rejects.toThrow('It is over')
  })

  test('everybody who is invited hears, whoever comes by mail too and keeps their place', async () => {
    await answers(nth(0))
    await answers(nth(1), 'not-coming')
    await sentencesTo(nth(0))
    await forgetNews()
    await moves(DAY, { venue: 'Room 7' })
    for (const who of [nth(0), nth(1), nth(2)])
      expect(await sentencesTo(who)).toEqual(['A focus group to which you are invited is at another time or place'])
    for (const who of [force.officer, force.stranger]) expect(await sentencesTo(who)).toEqual([])
    const [mail] = await mailsTo(nth(0), 'moved:%')
    expect(mail).toMatch(/Conference room 2[^]*It is now:[^]*Room 7/)
    expect([await mailsTo(nth(1), 'moved:%'), await mailsTo(nth(2), 'moved:%')]).toEqual([[], []])
    expect((await groupPanel(force.db, force.officer, postId)).people?.coming.map(({ id }) => id)).toEqual([nth(0).accountId])
  })

  test('reminders follow the new time, once for each', async () => {
    const { db } = force
    await answers(nth(0))
    const first = await group()
    travelTo(first.startsAt, -DAY + HOUR)
    await remindOfGroups(db, config)
    expect(await mailsTo(nth(0), 'account:%')).toHaveLength(1)
    await moves(2 * DAY)
    await remindOfGroups(db, config)
    expect(await mailsTo(nth(0), 'account:%')).toHaveLength(1)
    travelTo((await group()).startsAt, -DAY + HOUR)
    for (let tick = 0; tick < 2; tick++) await remindOfGroups(db, config)
    expect(await mailsTo(nth(0), 'account:%')).toHaveLength(2)
    // Within its last day the news of the move is the reminder.
    await moves(HOUR)
    await remindOfGroups(db, config)
    expect(await mailsTo(nth(0), 'account:%')).toHaveLength(2)
  })

  test('the database takes no other time that does not say from when', async () => {
    const { db } = force
    const startsAt = new Date((await group()).startsAt.getTime() - HOUR)
    await expect(db.update(focusGroups).set({ startsAt }).where(eq(focusGroups.postId, postId))).rejects.toThrow()
  })
})

describe('a live session', () => {
  test('moved by its host, planner or the press office; whoever asked or supports a question hears, and what was asked stays', async () => {
    const { db, chief, officer, sergeant, stranger, press, head } = force
    const session = await planned(db, chief)
    const asked = await say(db, officer, session.conversationId, 'Why nights?')
    await support(db, asked, [sergeant])
    await sentencesTo(officer)
    await forgetNews()
    const to = { ...later(session), seen: 0 }
    for (const by of [officer, head]) await expect(moveSession(db, by, session.postId, to)).rejects.toThrow(Forbidden)
    await Promise.all([moveSession(db, press, session.postId, to), moveSession(db, press, session.postId, to)])
    const { startsAt, endsAt } = session
    expect(await sessionById(db, stranger, session.postId)).toMatchObject({ ...later(session), moved: { startsAt, endsAt }, state: 'before' })
    for (const who of [chief, officer, sergeant]) expect(await sentencesTo(who)).toEqual(['A live session in which you take part is at another time'])
    for (const who of [press, stranger]) expect(await sentencesTo(who)).toEqual([])
    await expect(moveSession(db, chief, session.postId, { ...later(session, 2 * DAY), seen: 0 })).rejects.toThrow(Overtaken)
    await expect(db.update(liveSessions).set({ endsAt: now() }).where(eq(liveSessions.postId, session.postId))).rejects.toThrow()
    travelTo(startsAt, HOUR / 2)
    expect((await sessionById(db, stranger, session.postId)).state).toBe('before')
    travelTo((await sessionById(db, chief, session.postId)).startsAt, 60_000)
    await expect(moveSession(db, chief, session.postId, { ...later(session, 3 * DAY), seen: 1 })).rejects.toThrow('It has begun')
  })

  test('called off, the same people hear', async () => {
    const { db, chief, officer, sergeant, press } = force
    const session = await planned(db, chief)
    const asked = await say(db, officer, session.conversationId, 'Why days?')
    await support(db, asked, [sergeant])
    await sentencesTo(officer)
    await forgetNews()
    await callOffSession(db, press, session.postId, 'The chief is ill.')
    for (const who of [chief, officer, sergeant])
      expect(await sentencesTo(who)).toEqual(['A live session in which you take part is called off. Its page says why'])
    expect(await sentencesTo(press)).toEqual([])
  })
})

test('an answer is told to the convener, in words', async () => {
  await sentencesTo(force.officer)
  await forgetNews()
  await answers(nth(0))
  await answers(nth(1), 'not-coming')
  expect(await sentencesTo(force.officer)).toEqual(['PC Crowd 1 does not come to your focus group', 'PC Crowd 0 comes to your focus group'])
})

describe('an invitation is taken back', () => {
  test('by the convener until it begins; the place is free, they hear, and can be invited again', async () => {
    const { db, officer, sergeant } = force
    const back = (who: SignedIn, by = officer) => takeBackInvitation(db, config, by, postId, who.accountId)
    for (const at of [0, 1, 2]) await answers(nth(at))
    await expect(answers(nth(3))).rejects.toThrow(Refused)
    for (const by of [sergeant, nth(0)]) await expect(back(nth(1), by)).rejects.toThrow(Forbidden)
    await sentencesTo(nth(0))
    await forgetNews()
    await Promise.all([back(nth(0)), back(nth(0))])
    expect(await sentencesTo(nth(0))).toEqual(['Your invitation to a focus group is taken back, so you need not come'])
    expect(await mailsTo(nth(0), 'back:%')).toHaveLength(1)
    expect((await groupPanel(db, nth(0), postId)).mine).toBeNull()
    await expect(answers(nth(0))).rejects.toThrow(Forbidden)
    await answers(nth(3))
    await inviteColleagues(db, officer, postId, [nth(0).accountId])
    expect((await groupPanel(db, nth(0), postId)).mine).toEqual({ answer: null })
    await back(nth(0))
    expect(await mailsTo(nth(0), 'back:%')).toHaveLength(1)
    travelTo((await group()).startsAt, 1)
    await expect(back(nth(1))).rejects.toThrow(Forbidden)
  })
})

describe('notes are corrected', () => {
  const correct = (notes: string, by = force.officer, version = 1) =>
    correctNotes(force.db, by, postId, { notes, note: 'The number was wrong.', version })

  test('by the convener; all read what they said before, and nobody puts words in their place unseen', async () => {
    const { db, officer, stranger } = force
    await held()
    await expect(correct('Three nights.')).rejects.toThrow('no notes to correct')
    await publishNotes(db, officer, postId, 'Two nights.')
    for (const by of [stranger, nth(0)]) await expect(correct('Mine.', by)).rejects.toThrow(Forbidden)
    await Promise.all([correct('Three nights.'), correct('Three nights.')])
    const { group: found, earlier } = await groupPanel(db, stranger, postId)
    expect([found.notes?.html, earlier.map(({ version, notes, note }) => [version, notes.html, note])]).toEqual([
      '<p>Three nights.</p>',
      [[1, '<p>Two nights.</p>', 'The number was wrong.']],
    ])
    await expect(correct('Four nights.')).rejects.toThrow(Overtaken)
    await correct('Four nights.', officer, 2)
    expect((await groupPanel(db, stranger, postId)).earlier.map(({ version }) => version)).toEqual([2, 1])
    await expect(db.execute(`update focus_group_notes set notes = 'x' where post_id = ${postId}`)).rejects.toThrow()
    await expect(db.execute(`delete from focus_group_notes where post_id = ${postId}`)).rejects.toThrow()
  })

  test('in its time all of it goes, also of a group that was called off', async () => {
    const { db, officer } = force
    await held()
    await publishNotes(db, officer, postId, 'Two nights.')
    await correct('Three nights.')
    moveClock(0)
    const off = await convened(db, officer, invited)
    await callOffGroup(db, config, officer, off, 'Flood duty.')
    moveClock(8 * 366 * DAY)
    await disposeOfNetwork(db, 84)
    const [left] = await db.select().from(focusGroups).where(eq(focusGroups.postId, postId))
    expect([left?.notes, left?.notesHtml]).toEqual(['', ''])
    const { rows } = await db.execute(`select 1 from focus_group_notes where post_id = ${postId}`)
    expect(rows).toEqual([])
    const gone = await db.execute(`select 1 from posts where id in (${postId}, ${off}) and details ? 'disposed'`)
    expect(gone.rows).toHaveLength(2)
  })
})
