import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { teamWeeks } from '../../src/insights/schema.ts'
import { makeWeeks } from '../../src/insights/week.ts'
import { weekOf } from '../../src/insights/week-page.ts'
import { weekBefore, weekCalled } from '../../src/insights/week-time.ts'
import { mails } from '../../src/mail/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { lockBox } from '../../src/priorities/box.ts'
import { answerQuestion, publishQuestion } from '../../src/questions/answer.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { roleGrants } from '../../src/accounts/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import { ukMoment } from '../../src/text/moment.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff } from '../people.ts'
import { travelTo } from '../questions/counter.ts'
import { DAY, openWorks, type Works } from './works.ts'

let t: TestApp
let resident: SignedIn
let neighbour: SignedIn
let press: SignedIn

beforeAll(async () => {
  t = await openApp({ LIMIT_FACTOR: '1000' })
  resident = await makeResident(t.world.db, 'Maureen T')
  neighbour = await makeResident(t.world.db, 'Ted N')
  press = await makeStaff(t.world.db, 'Dana Price', 'press-office')
})
afterEach(() => moveClock(0))
afterAll(() => t.close())

/** The Monday after this week, at six. What happens is dated by the database, so the tests let it happen now. */
function toMonday(): string {
  moveClock(0)
  const { week } = weekBefore(new Date(Date.now() + 7 * DAY))
  const monday = new Date(Date.parse(`${week}T12:00:00Z`) + 7 * DAY).toISOString().slice(0, 10)
  travelTo(ukMoment(monday, '06:00')!.toISOString())
  return week
}

const say = async (conversationId: number, by = resident, body = 'A word on this.'): Promise<number> =>
  (await postComment(t.world.db, by, conversationId, { body, clientKey: randomUUID(), parentId: null })).id

async function asked(works: Works, visibility: 'public' | 'private' = 'public'): Promise<number> {
  const form = { title: 'When is the ford closed?', body: 'Is it in winter?', visibility, named: false, clientKey: randomUUID() }
  return (await askQuestion(t.world.db, resident, works.team, form)).id
}

const words = () => ({ body: 'From Monday.', clientKey: randomUUID() })
const weekRow = async (works: Works) => (await t.world.db.select().from(teamWeeks).where(eq(teamWeeks.teamId, works.team.id)))[0]
const mailsTo = async (person: SignedIn) => t.world.db.select().from(mails).where(eq(mails.to, person.email))

describe('a week', () => {
  test.each([
    ['2026-11-23T06:00:00Z', '2026-11-16', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['2026-11-22T23:59:59Z', '2026-11-09', '2026-11-09T00:00:00Z', '2026-11-16T00:00:00Z'],
    // The clocks go forward on Sunday, 28 March 2027, and back on Sunday, 31 October 2027.
    ['2027-03-29T05:00:00Z', '2027-03-22', '2027-03-22T00:00:00Z', '2027-03-28T23:00:00Z'],
    ['2027-03-28T23:30:00Z', '2027-03-22', '2027-03-22T00:00:00Z', '2027-03-28T23:00:00Z'],
    ['2027-11-01T06:00:00Z', '2027-10-25', '2027-10-24T23:00:00Z', '2027-11-01T00:00:00Z'],
    ['2027-10-31T23:30:00Z', '2027-10-18', '2027-10-17T23:00:00Z', '2027-10-24T23:00:00Z'],
    // Over the turn of the year.
    ['2027-01-04T06:00:00Z', '2026-12-28', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['2028-01-03T06:00:00Z', '2027-12-27', '2027-12-27T00:00:00Z', '2028-01-03T00:00:00Z'],
    ['2028-03-06T06:00:00Z', '2028-02-28', '2028-02-28T00:00:00Z', '2028-03-06T00:00:00Z'],
  ])('before %s is that of %s', (moment, week, from, until) => {
    expect(weekBefore(new Date(moment))).toEqual({ week, from: new Date(from), until: new Date(until) })
    expect(weekCalled(week)).toEqual({ week, from: new Date(from), until: new Date(until) })
  })

  test.each(['2026-11-17', '2026-11-31', '2026-1-5', 'monday', '', '20261116', '2026-11-16T00:00', '0000-01-03', '9999-12-27'])(
    'is not called %s',
    (key) => {
      expect(weekCalled(key)).toBeNull()
    },
  )
})

describe('making the week', () => {
  test('keeps what was raised, done and waits, as ids and counts', async () => {
    const works = await openWorks(t.world)
    const update = await works.post('update', 'Speed checks')
    const quiet = await works.post('update', 'Nobody said a word')
    const spoken = [await say(update.conversationId), await say(update.conversationId, neighbour)]
    await say(update.conversationId, works.officer, 'An official word is nothing raised.')
    const box = await t.world.db.transaction((tx) => lockBox(tx, works.team))
    const idea = await say(box, resident, 'More patrols by the park.')
    await t.world.db.update(comments).set({ sameHereCount: 3 }).where(eq(comments.id, idea))
    const open = await asked(works)
    await publishQuestion(t.world.db, works.officer, open, { title: 'The ford', body: 'When?', tags: [], answer: null, clientKey: randomUUID() })
    const [question] = await t.world.db.select().from(posts).where(eq(posts.title, 'The ford'))
    await t.world.db.update(conversations).set({ sameHereCount: 7 }).where(eq(conversations.id, question!.conversationId))
    await answerQuestion(t.world.db, works.officer, await asked(works, 'private'), words())
    const stale = await works.priority('Long forgotten', new Date(Date.now() - 100 * DAY))
    const action = await works.action(stale.priorityId, 'Put up a sign', new Date())
    const outcome = await works.close((await works.priority('Done')).priorityId, new Date())
    const held = await works.occasion(await works.post('event', 'Street briefing'), new Date())
    const task = await works.task('Litter pick')
    await works.occasion(task, new Date(Date.now() + 30 * DAY))
    const week = toMonday()
    await makeWeeks(t.world.db, t.config)
    const row = await weekRow(works)
    expect(row).toMatchObject({ week })
    expect(row?.body).toMatchObject({
      talked: [{ id: update.conversationId, count: spoken.length }],
      wondered: [{ id: question!.id, count: 7 }],
      suggested: [{ id: idea, count: 3 }],
      answered: 1,
      answers: [],
      actions: [action],
      outcomes: [outcome.id],
      held: [held],
      open: 1,
      suggestions: 1,
      stale: [stale.priorityId],
      tasks: [task.taskId],
    })
    expect(JSON.stringify(row?.body)).not.toMatch(/Speed|patrols|sign|ford/i)
    expect(row?.body.talked.map(({ id }) => id)).not.toContain(quiet.conversationId)
    expect(row?.body.closed).toHaveLength(1)
  })

  test('twice, and by two at once, makes and tells it once', async () => {
    const works = await openWorks(t.world)
    await say((await works.post('update', 'Speed checks')).conversationId)
    const gone = await makeStaff(t.world.db, 'Sgt Gone', 'supervisor', works.team)
    await t.world.db.update(roleGrants).set({ endedAt: new Date() }).where(eq(roleGrants.accountId, gone.accountId))
    const week = toMonday()
    await Promise.all([makeWeeks(t.world.db, t.config), makeWeeks(t.world.db, t.config)])
    const made = await weekRow(works)
    await say((await works.post('update', 'Said too late')).conversationId)
    await makeWeeks(t.world.db, t.config)
    expect(await weekRow(works)).toEqual(made)
    const told = await mailsTo(works.sergeant)
    expect(told).toHaveLength(1)
    expect(told[0]?.text).toContain('“Speed checks”: 1 comment')
    expect(told[0]?.text).toContain(`/teams/${works.team.slug}/weeks/${week}`)
    expect([...(await mailsTo(works.officer)), ...(await mailsTo(gone))]).toEqual([])
    expect((await mailsTo(press)).filter(({ key }) => key.startsWith(`week:${week}:`))).toHaveLength(1)
  })

  test('the mail holds no word of a resident', async () => {
    const works = await openWorks(t.world)
    const box = await t.world.db.transaction((tx) => lockBox(tx, works.team))
    const idea = await say(box, resident, 'Xylophone by the pond')
    await t.world.db.update(comments).set({ sameHereCount: 2 }).where(eq(comments.id, idea))
    toMonday()
    await makeWeeks(t.world.db, t.config)
    const [mail] = await mailsTo(works.sergeant)
    expect(mail?.text).toContain('The suggestion with the most support has 2 supporters')
    expect(mail?.text).not.toContain('Xylophone')
  })

  test('a team of which there is nothing to say has none, nor has one that is gone', async () => {
    const [silent, gone] = [await openWorks(t.world), await openWorks(t.world)]
    await say((await gone.post('update', 'Speed checks')).conversationId)
    await t.world.db.update(teams).set({ archivedAt: now(), archivedBecause: 'Merged' }).where(eq(teams.id, gone.team.id))
    toMonday()
    await makeWeeks(t.world.db, t.config)
    expect([await weekRow(silent), await weekRow(gone)]).toEqual([undefined, undefined])
    expect([...(await mailsTo(silent.sergeant)), ...(await mailsTo(gone.sergeant))]).toEqual([])
  })

  test('on another day than Monday only where the Monday was missed', async () => {
    const [works, others] = [await openWorks(t.world), await openWorks(t.world)]
    for (const one of [works, others]) await say((await one.post('update', 'Speed checks')).conversationId)
    const week = toMonday()
    await t.world.db.delete(teamWeeks).where(eq(teamWeeks.week, week))
    moveClock(2 * DAY)
    await makeWeeks(t.world.db, t.config)
    expect([(await weekRow(works))?.week, (await weekRow(others))?.week]).toEqual([week, week])
    await t.world.db.delete(teamWeeks).where(eq(teamWeeks.teamId, works.team.id))
    await makeWeeks(t.world.db, t.config)
    expect(await weekRow(works)).toBeUndefined()
  })

  test('its edges are midnights of UK clocks, when they change too', async () => {
    const works = await openWorks(t.world)
    const event = await works.post('event', 'Street briefing')
    const ends = ['2027-03-21T23:59:00Z', '2027-03-22T00:00:00Z', '2027-03-28T22:59:00Z', '2027-03-28T23:00:00Z']
    const ids: number[] = []
    for (const end of ends) ids.push(await works.occasion(event, new Date(end)))
    travelTo('2027-03-29T05:00:00Z')
    await makeWeeks(t.world.db, t.config)
    expect((await weekRow(works))?.body.held).toEqual(ids.slice(1, 3))
    travelTo('2027-04-05T05:00:00Z')
    await makeWeeks(t.world.db, t.config)
    const rows = await t.world.db.select().from(teamWeeks).where(eq(teamWeeks.teamId, works.team.id)).orderBy(teamWeeks.week)
    expect(rows.map(({ week, body }) => [week, body.held])).toEqual([
      ['2027-03-22', ids.slice(1, 3)],
      ['2027-03-29', ids.slice(3)],
    ])
  })
})

describe('the page of a week', () => {
  test('shows words as they are public now: what was withdrawn or removed since is gone', async () => {
    const works = await openWorks(t.world)
    const [update, other] = [await works.post('update', 'Speed checks'), await works.post('update', 'Bicycle marking')]
    await say(update.conversationId)
    await say(other.conversationId)
    const box = await t.world.db.transaction((tx) => lockBox(tx, works.team))
    const [idea, bad] = [await say(box, resident, 'More <b>patrols</b> by the park.'), await say(box, neighbour, 'Something unlawful.')]
    await t.world.db
      .update(comments)
      .set({ sameHereCount: 2 })
      .where(inArray(comments.id, [idea, bad]))
    const outcome = await works.close((await works.priority('Parking')).priorityId, new Date())
    const week = toMonday()
    await makeWeeks(t.world.db, t.config)
    const path = `/teams/${works.team.slug}/weeks/${week}`
    const before = await t.get(path)
    expect(before.statusCode).toBe(200)
    for (const text of ['Speed checks', 'Bicycle marking', 'patrols', 'Something unlawful.', 'What came of it']) expect(before.body).toContain(text)
    expect(before.body).not.toContain('Maureen T')
    await withdrawPost(t.world.db, works.sergeant, other.id, 'A mistake.')
    await t.world.db.update(comments).set({ state: 'hidden-pending' }).where(eq(comments.id, bad))
    await t.world.db.update(posts).set({ title: 'Speed checks, corrected' }).where(eq(posts.id, update.id))
    await t.world.db.update(conversations).set({ title: 'Speed checks, corrected' }).where(eq(conversations.id, update.conversationId))
    const after = await t.get(path)
    expect(after.body).toContain('Speed checks, corrected')
    expect(after.body).toContain(outcome.path)
    for (const text of ['Bicycle marking', 'Something unlawful.']) expect(after.body).not.toContain(text)
  })

  test('says of private questions only that they were answered', async () => {
    const works = await openWorks(t.world)
    await answerQuestion(t.world.db, works.officer, await asked(works, 'private'), words())
    const week = toMonday()
    await makeWeeks(t.world.db, t.config)
    const { body } = await t.get(`/teams/${works.team.slug}/weeks/${week}`)
    expect(body).toContain('<b>1 question</b> was answered.')
    expect(body).not.toContain('ford')
  })

  test('leads to the weeks before and after, and there is no other', async () => {
    const works = await openWorks(t.world)
    const event = await works.post('event', 'Street briefing')
    for (const end of ['2029-01-02T12:00:00Z', '2029-01-16T12:00:00Z', '2029-01-23T12:00:00Z']) await works.occasion(event, new Date(end))
    for (const monday of ['2029-01-08', '2029-01-22', '2029-01-29']) {
      travelTo(`${monday}T06:00:00Z`)
      await makeWeeks(t.world.db, t.config)
    }
    const at = (week: string) => t.get(`/teams/${works.team.slug}/weeks/${week}`)
    const middle = await at('2029-01-15')
    expect(middle.body).toContain(`/weeks/2029-01-01"`)
    expect(middle.body).toContain(`/weeks/2029-01-22"`)
    for (const none of ['2029-01-08', '2029-01-16', '2029-02-05', 'x', '2029-13-01']) expect((await at(none)).statusCode).toBe(404)
    expect((await t.get(`/teams/no-such-team/weeks/2029-01-15`)).statusCode).toBe(404)
    expect(await weekOf(t.world.db, works.team, '2029-01-01')).toMatchObject({ earlier: null, later: '2029-01-15' })
  })
})
