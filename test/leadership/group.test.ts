import { and, eq, like } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GOOD_STANDING, visitor, type SignedIn } from '../../src/actor.ts'
import { circleMembers, roleGrants } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { convene, groupById, groupsWaitingFor, notedGroups } from '../../src/leadership/group.ts'
import { groupPanel } from '../../src/leadership/group-panel.ts'
import { answerInvitation, colleaguesToInvite, comingTo, inviteColleagues } from '../../src/leadership/invitation.ts'
import { callOffGroup, publishNotes } from '../../src/leadership/outcome.ts'
import { remindOfGroups } from '../../src/leadership/reminder.ts'
import { focusGroupPeople, focusGroups } from '../../src/leadership/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { travelTo } from '../places/presence-world.ts'
import { makePersona, makeCircle } from '../network/circle.ts'
import type { World } from '../world.ts'
import { convened, DAY, groupForm, HOUR, openForce, type People } from './leadership-world.ts'

const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgres://test' })
let force: World & People
let invited: SignedIn[]
let postId: number
beforeAll(async () => {
  force = await openForce()
})
beforeEach(async () => {
  invited = force.crowd.slice(0, 6)
  postId = await convened(force.db, force.officer, invited)
})
afterEach(() => moveClock(0))
afterAll(() => force.close())

const group = () => groupById(force.db, force.officer, postId)
const answers = (by: SignedIn, answer: 'coming' | 'not-coming' = 'coming') => answerInvitation(force.db, by, postId, answer)
const nth = (at: number): SignedIn => invited[at] ?? force.officer
const held = async (past = 0) => travelTo((await group()).endsAt, past)
const mailsTo = (who: SignedIn, group = postId) =>
  force.db
    .select()
    .from(mails)
    .where(and(eq(mails.to, who.email), like(mails.key, `focus-group:${group}:%`)))

describe('convening', () => {
  test('every member of staff does, ahead of time; the same form twice at once is one group', async () => {
    const { db, officer, press, administrator, resident, partner, alone, circleId } = force
    const form = groupForm()
    const made = await Promise.all([convene(db, officer, form), convene(db, officer, form)])
    expect(made[0]).toEqual(made[1])
    for (const by of [press, administrator]) await expect(convene(db, by, groupForm())).resolves.toBeDefined()
    await expect(convene(db, administrator, groupForm({ circleId }))).rejects.toThrow(NotFound)
    for (const by of [alone, resident]) await expect(convene(db, by, groupForm())).rejects.toThrow(Forbidden)
    await expect(convene(db, partner, groupForm({ circleId }))).rejects.toThrow(Forbidden)
    await expect(convene(db, officer, groupForm({ startsAt: new Date(Date.now() - HOUR) }))).rejects.toThrow(Refused)
  })

  test('under a pseudonym nobody does', async () => {
    const { db } = force
    const circleId = await makeCircle(db, 'Hard days', 'support')
    const persona = await makePersona(db, 'Heron', circleId)
    await expect(convene(db, persona, groupForm({ circleId }))).rejects.toThrow(Forbidden)
  })

  test('all staff see that there is one; nobody outside does, and of a circle’s only its members', async () => {
    const { db, stranger, administrator, resident, partner, alone, owner, member, circleId } = force
    for (const who of [stranger, administrator]) expect((await groupPanel(db, who, postId)).group.title).toBe('Night shifts')
    for (const who of [visitor, alone, resident, partner]) await expect(groupPanel(db, who, postId)).rejects.toThrow(NotFound)
    const inside = await convened(db, owner, [member, partner], { circleId, title: 'Farm visits' })
    expect((await groupPanel(db, partner, inside)).mine).toEqual({ answer: null })
    for (const who of [stranger, administrator]) await expect(groupPanel(db, who, inside)).rejects.toThrow(NotFound)
    await expect(answerInvitation(db, stranger, inside, 'coming')).rejects.toThrow(NotFound)
    await answerInvitation(db, partner, inside, 'coming')
    const { people } = await groupPanel(db, member, inside)
    expect(people?.coming.map(({ name, mark }) => [name, mark])).toEqual([['Pat North', 'Partner · Pat North Council']])
  })
})

describe('inviting', () => {
  test('by a part of the name, those who can read it and are not invited; the convener alone', async () => {
    const { db, officer, sergeant, owner, circleId } = force
    const find = async (name: string) => (await colleaguesToInvite(db, officer, postId, name)).map((one) => [one.name, one.mark])
    expect(await find('una st')).toEqual([['PC Una Stone', 'Officer · Waddington team']])
    expect(await find('ann cl')).toEqual([['Ann Clerk', 'Administrator']])
    for (const name of ['Kim Resident', 'Lee Moss', 'Pat North', 'Imran', 'Crowd 0', '%', 'x']) expect(await find(name), name).toEqual([])
    await expect(colleaguesToInvite(db, sergeant, postId, 'una')).rejects.toThrow(Forbidden)
    const inside = await convened(db, owner, [], { circleId })
    const there = async (name: string) => (await colleaguesToInvite(db, owner, inside, name)).map((one) => one.name)
    expect([await there('north'), await there('fell'), await there('stone'), await there('clerk')]).toEqual([['Pat North'], ['PC Joan Fell'], [], []])
  })

  test('each once, told once; nobody who does not read it, and nobody by a colleague', async () => {
    const { db, officer, sergeant, stranger, resident, alone, administrator } = force
    const one = [stranger.accountId]
    await Promise.all([inviteColleagues(db, officer, postId, one), inviteColleagues(db, officer, postId, [...one, ...one])])
    const told = and(eq(activities.postId, postId), eq(activities.kind, 'group.invited'))
    expect(await db.$count(activities, told)).toBe(invited.length + 1)
    for (const who of [resident, alone]) await expect(inviteColleagues(db, officer, postId, [who.accountId])).rejects.toThrow(Refused)
    await inviteColleagues(db, officer, postId, [administrator.accountId])
    await answers(administrator)
    expect((await groupPanel(db, officer, postId)).people?.coming.map(({ name, mark }) => [name, mark])).toEqual([['Ann Clerk', 'Administrator']])
    await expect(inviteColleagues(db, officer, postId, [])).rejects.toThrow('Choose somebody')
    await expect(inviteColleagues(db, sergeant, postId, one)).rejects.toThrow(Forbidden)
  })

  test('who is invited is seen by the invited and the convener, and by nobody else', async () => {
    const { db, officer, sergeant, press, stranger } = force
    for (const who of [officer, nth(0)]) expect((await groupPanel(db, who, postId)).people?.unanswered).toHaveLength(invited.length)
    for (const who of [sergeant, press, stranger]) {
      const panel = await groupPanel(db, who, postId)
      expect([panel.people, panel.mine, panel.may.answer]).toEqual([null, null, false])
    }
  })
})

describe('answering', () => {
  test('full when full, however many answer at once; a place that becomes free is free', async () => {
    const { db } = force
    const tried = await Promise.allSettled(invited.map((who) => answers(who)))
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(tried.every((one) => one.status === 'fulfilled' || (one.reason instanceof Refused && one.reason.message === 'The group is full'))).toBe(
      true,
    )
    expect(await comingTo(db, postId)).toBe(3)
    const came = tried.findIndex(({ status }) => status === 'fulfilled')
    const late = tried.findIndex(({ status }) => status === 'rejected')
    await answers(nth(came), 'not-coming')
    await answers(nth(late))
    await expect(answers(nth(came))).rejects.toThrow('full')
    expect(await comingTo(db, postId)).toBe(3)
  })

  test('a double tap is one answer, told once', async () => {
    await Promise.all([answers(nth(0)), answers(nth(0)), answers(nth(0))])
    const told = and(eq(activities.postId, postId), eq(activities.kind, 'group.answered'))
    expect(await force.db.$count(activities, told)).toBe(1)
  })

  test('only for oneself, and until it begins', async () => {
    const { db, stranger, press } = force
    for (const who of [stranger, press]) await expect(answers(who)).rejects.toThrow('not invited')
    await answers(nth(0))
    travelTo((await group()).startsAt)
    await expect(answers(nth(0), 'not-coming')).rejects.toThrow('has begun')
    await expect(answers(nth(1))).rejects.toThrow('has begun')
    await expect(inviteColleagues(db, force.officer, postId, [stranger.accountId])).rejects.toThrow('has begun')
    // A line on which the first answer was lost.
    await answers(nth(0))
  })

  test('an invitation waits for an answer on one’s list, and no longer', async () => {
    const { db } = force
    const waits = async (who: SignedIn) => (await groupsWaitingFor(db, who)).toAnswer.some((one) => one.postId === postId)
    expect(await waits(nth(0))).toBe(true)
    await answers(nth(0), 'not-coming')
    expect(await waits(nth(0))).toBe(false)
    travelTo((await group()).startsAt)
    expect(await waits(nth(1))).toBe(false)
  })
})

describe('the reminder', () => {
  test('goes once to those who come, the day before, and to nobody else', async () => {
    const { db } = force
    await answers(nth(0))
    await answers(nth(1), 'not-coming')
    const { startsAt } = await group()
    travelTo(startsAt, -DAY - 60_000)
    await remindOfGroups(db, config)
    expect(await mailsTo(nth(0))).toEqual([])
    travelTo(startsAt, -DAY + 60_000)
    await Promise.all([remindOfGroups(db, config), remindOfGroups(db, config)])
    moveClock(HOUR)
    await remindOfGroups(db, config)
    const [mail, ...more] = await mailsTo(nth(0))
    expect([mail?.subject, more]).toEqual(['Tomorrow: Night shifts', []])
    expect(mail?.text).toContain('Conference room 2')
    for (const at of [1, 2]) expect(await mailsTo(nth(at))).toEqual([])
  })

  test('not for who said so within the day, who has left, a group that is called off or withdrawn', async () => {
    const { db, officer, owner, partner, member, circleId } = force
    const inside = await convened(db, owner, [partner, member], { circleId })
    for (const who of [partner, member]) await answerInvitation(db, who, inside, 'coming')
    await answers(nth(2))
    await answers(nth(3))
    const [off, gone] = [await convened(db, officer, [nth(4)]), await convened(db, officer, [nth(5)])]
    await answerInvitation(db, nth(5), gone, 'coming')
    await callOffGroup(db, config, officer, off, 'No room.')
    await withdrawInNetwork(db, officer, gone, 'A mistake.')
    await db
      .update(roleGrants)
      .set({ endedAt: new Date() })
      .where(eq(roleGrants.accountId, nth(2).accountId))
    await db
      .update(circleMembers)
      .set({ leftAt: new Date() })
      .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, partner.accountId)))
    travelTo((await group()).startsAt, -DAY + 60_000)
    await answers(nth(1))
    await remindOfGroups(db, config)
    expect(await mailsTo(nth(3))).toHaveLength(1)
    expect(await mailsTo(member, inside)).toHaveLength(1)
    expect(await mailsTo(partner, inside)).toEqual([])
    for (const who of [nth(1), nth(2)]) expect(await mailsTo(who)).toEqual([])
    expect([await mailsTo(nth(4), off), await mailsTo(nth(5), gone)]).toEqual([[], []])
    await db
      .update(roleGrants)
      .set({ endedAt: null })
      .where(eq(roleGrants.accountId, nth(2).accountId))
    await db.update(circleMembers).set({ leftAt: null }).where(eq(circleMembers.circleId, circleId))
  })
})

describe('how it ends', () => {
  test('called off with a reason, once; whoever comes gets one mail, and nothing goes on', async () => {
    const { db, officer, sergeant } = force
    await answers(nth(0))
    await expect(callOffGroup(db, config, sergeant, postId, 'I say so.')).rejects.toThrow(Forbidden)
    await expect(callOffGroup(db, config, nth(0), postId, 'I say so.')).rejects.toThrow(Forbidden)
    await Promise.all([callOffGroup(db, config, officer, postId, 'Flood duty.'), callOffGroup(db, config, officer, postId, 'Flood duty.')])
    expect(await mailsTo(nth(0))).toHaveLength(1)
    await expect(answers(nth(1))).rejects.toThrow('called off')
    await held()
    await expect(publishNotes(db, officer, postId, 'Nothing.')).rejects.toThrow('called off')
    await expect(callOffGroup(db, config, officer, postId, 'Again.')).rejects.toThrow(Forbidden)
  })

  test('notes are asked for once it was held, published by the convener to all who read it, and stay', async () => {
    const { db, officer, stranger, sergeant } = force
    await answers(nth(0))
    await expect(publishNotes(db, officer, postId, 'Early.')).rejects.toThrow('not over yet')
    await held()
    expect((await groupsWaitingFor(db, officer)).toNote.map((one) => one.postId)).toContain(postId)
    expect([(await groupPanel(db, stranger, postId)).notesMissing, (await groupPanel(db, officer, postId)).may.note]).toEqual([true, true])
    for (const by of [nth(0), sergeant]) await expect(publishNotes(db, by, postId, 'Mine.')).rejects.toThrow(Forbidden)
    const notes = '**Agreed:** nights go round.'
    await Promise.all([publishNotes(db, officer, postId, notes), publishNotes(db, officer, postId, notes)])
    const panel = await groupPanel(db, stranger, postId)
    expect([panel.group.notes?.html, panel.notesMissing, panel.people]).toEqual(['<p><strong>Agreed:</strong> nights go round.</p>', false, null])
    expect((await notedGroups(db, stranger)).map((one) => one.postId)).toContain(postId)
    const told = and(eq(activities.postId, postId), eq(activities.kind, 'group.noted'))
    expect(await db.$count(activities, told)).toBe(1)
    await expect(publishNotes(db, officer, postId, 'Something else.')).rejects.toThrow(Overtaken)
    await expect(db.update(focusGroups).set({ notes: 'x' }).where(eq(focusGroups.postId, postId))).rejects.toThrow()
  })

  test('whoever is suspended writes no notes, invites nobody and gives no reasons', async () => {
    const { db, officer, crowd } = force
    const silent = { ...officer, standing: { ...GOOD_STANDING, suspendedUntil: new Date(Date.now() + 30 * DAY) } }
    await expect(inviteColleagues(db, silent, postId, [crowd[8]?.accountId ?? 0])).rejects.toThrow(/suspended/)
    await expect(callOffGroup(db, config, silent, postId, 'Because.')).rejects.toThrow(/suspended/)
    await held()
    await expect(publishNotes(db, silent, postId, 'Mine.')).rejects.toThrow(/suspended/)
  })

  test('of a group in a circle the notes are the circle’s', async () => {
    const { db, owner, member, stranger, circleId } = force
    const inside = await convened(db, owner, [member], { circleId })
    await held()
    await publishNotes(db, owner, inside, 'Gates get new locks.')
    expect((await groupPanel(db, member, inside)).group.notes).not.toBeNull()
    await expect(groupById(db, stranger, inside)).rejects.toThrow(NotFound)
    expect((await notedGroups(db, stranger)).map((one) => one.postId)).not.toContain(inside)
  })

  test('an answer without its moment is refused by the database', async () => {
    await expect(force.db.update(focusGroupPeople).set({ answer: 'coming' }).where(eq(focusGroupPeople.postId, postId))).rejects.toThrow()
  })
})
