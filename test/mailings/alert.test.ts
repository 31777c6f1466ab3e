/** Urgent alerts: two people, those who chose them and nobody else, at any hour, before everything that waits. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { followers } from '../../src/following/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { proposeAlert } from '../../src/mailings/alert.ts'
import { cannotAlertBecause } from '../../src/mailings/policy.ts'
import { alerts, mailings } from '../../src/mailings/schema.ts'
import { cases } from '../../src/moderation/schema.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { answerProposal } from '../../src/proposals/proposal.ts'
import { proposals } from '../../src/proposals/schema.ts'
import { answerRequest, askPressOffice } from '../../src/requests/request.ts'
import { requests } from '../../src/requests/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPostOffice, type PostOffice } from './post-office.ts'

const HOUR = 3_600_000
let office: PostOffice
let team: TeamName
let other: TeamName
let people: Record<'officer' | 'sergeant' | 'press' | 'press2' | 'administrator' | 'resident', SignedIn>

beforeAll(async () => {
  office = await openPostOffice()
  const { db } = office.world
  team = await makeTeam(db, 'Bracebridge Heath')
  other = await makeTeam(db, 'Skegness')
  people = {
    officer: await makeStaff(db, 'PC Adeyemi', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Marsh', 'supervisor', team),
    press: await makeStaff(db, 'Sam Carter', 'press-office'),
    press2: await makeStaff(db, 'Theo Lund', 'press-office'),
    administrator: await makeStaff(db, 'Ada Min', 'administrator'),
    resident: await makeResident(db, 'Maureen T'),
  }
})
afterAll(() => office.close())
beforeEach(async () => {
  await office.run()
  await office.world.db.delete(followers)
})
afterEach(() => moveClock(0))

const newPost = () => makePost(office.world.db, people.officer, team, 'Gas leak in Chapel Lane')
const propose = (postId: number, by = people.press, words = 'Leave Chapel Lane now, away from the river') =>
  proposeAlert(office.world.db, by, postId, { words, because: 'The gas company asks for it.', clientKey: randomUUID() })

async function answer(caseId: number, by: SignedIn, answered: 'agreed' | 'refused' = 'agreed'): Promise<void> {
  const { db } = office.world
  const [file] = await db.select().from(cases).where(eq(cases.id, caseId))
  await answerProposal(db, by, Number(file?.proposalId), { answer: answered, note: 'I have read it.', version: file?.version ?? 0 })
}
const alertsOf = (postId: number) => office.world.db.select().from(alerts).where(eq(alerts.postId, postId))

describe('an urgent alert', () => {
  test('takes two people of the press office, and nothing goes before the second agreed', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', `team:${team.id}`, 'weekly', { wantsAlerts: true })
    const post = await newPost()
    for (const by of [people.officer, people.sergeant, people.administrator, people.resident])
      await expect(propose(post.id, by)).rejects.toBeInstanceOf(Forbidden)
    const { caseId } = await propose(post.id)
    expect((await db.select().from(cases).where(eq(cases.id, caseId)))[0]).toMatchObject({ cause: 'proposal', urgent: true, waits: true })
    expect(await office.run()).toEqual([])
    await expect(answer(caseId, people.press)).rejects.toBeInstanceOf(Forbidden)
    expect(await alertsOf(post.id)).toEqual([])
    await answer(caseId, people.press2)
    expect(await alertsOf(post.id)).toMatchObject([{ proposedBy: people.press.accountId, agreedBy: people.press2.accountId }])
    const [arrived] = await office.run()
    expect(arrived?.mail.subject).toBe('Urgent: Leave Chapel Lane now, away from the river')
    expect(arrived?.mail.text?.startsWith('Leave Chapel Lane now, away from the river\n')).toBe(true)
    expect(arrived?.mail.text).toContain(`https://blue-lamp.example${post.path}`)
    expect(arrived?.mail.text).toContain('you follow the Bracebridge Heath team and asked for urgent alerts.')
  })

  test('is due within the hour, at night too', async () => {
    const { caseId } = await propose((await newPost()).id)
    const [file] = await office.world.db.select().from(cases).where(eq(cases.id, caseId))
    expect(Math.abs((file?.dueAt.getTime() ?? 0) - now().getTime() - HOUR)).toBeLessThan(60_000)
  })

  test('is not made of a time to meet the team', () => {
    const post = { audience: 'public', state: 'published', expiresAt: null, alertedAt: null }
    expect(cannotAlertBecause({ ...post, kind: 'update' }, now())).toBeNull()
    expect(cannotAlertBecause({ ...post, kind: 'presence' }, now())).toContain('A time to meet the team')
  })

  test('cannot be written into the table by one, whoever tries', async () => {
    const { db } = office.world
    const post = await newPost()
    const { caseId } = await propose(post.id)
    const [proposal] = await db.select().from(proposals).where(eq(proposals.postId, post.id))
    const row = {
      postId: post.id,
      words: 'Now',
      proposalId: proposal!.id,
      proposedBy: people.press.accountId,
      agreedBy: people.press2.accountId,
      at: now(),
    }
    await expect(db.insert(alerts).values(row)).rejects.toThrow()
    await expect(db.insert(alerts).values({ ...row, agreedBy: people.press.accountId })).rejects.toThrow()
    await answer(caseId, people.press2, 'refused')
    await expect(db.insert(alerts).values(row)).rejects.toThrow()
    expect(await alertsOf(post.id)).toEqual([])
  })

  test('reaches those who chose alerts, at night and whatever their rhythm, and nobody else', async () => {
    const { db } = office.world
    moveClock(new Date('2027-06-10T23:30:00Z').getTime() - Date.now())
    const quiet = { quietFrom: 22, quietUntil: 7 }
    await office.reader('ann@example.org', `team:${team.id}`, 'weekly', { wantsAlerts: true, ...quiet })
    await office.reader('ann@example.org', 'force', 'daily')
    await office.reader('ben@example.org', 'force', 'daily', { wantsAlerts: true })
    await office.reader('cleo@example.org', `team:${team.id}`, 'instant', { byMail: true })
    await office.reader('dai@example.org', `team:${other.id}`, 'instant', { wantsAlerts: true })
    await office.reader('eve@example.org', `team:${team.id}`, 'daily', { wantsAlerts: true, stoppedAt: now(), stoppedBecause: 'bounced' })
    const post = await newPost()
    await office.reader('fay@example.org', `conversation:${post.conversationId}`, 'instant', { wantsAlerts: true })
    await office.run()
    await answer((await propose(post.id)).caseId, people.press2)
    expect((await office.run()).map(({ to }) => to).toSorted()).toEqual(['ann@example.org', 'ben@example.org'])
    const [mailing] = await db
      .select()
      .from(mailings)
      .where(and(eq(mailings.postId, post.id), eq(mailings.cause, 'alert')))
    expect(mailing).toMatchObject({ mailed: 2 })
  })

  test('comes before every newsletter that waits', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', `team:${team.id}`, 'instant', { wantsAlerts: true })
    const post = await newPost()
    await office.echo()
    await office.workAll()
    await answer((await propose(post.id)).caseId, people.press2)
    await office.workAll()
    const { rows } = await db.$client.query<{ priority: number; cause: string }>(
      `select j.priority, g.cause from pgboss.job j join mails m on m.id = (j.data->'ids'->>0)::bigint join mailings g on g.id = m.mailing_id
       where j.name = 'bulk-mail' and g.post_id = $1 order by j.priority desc`,
      [post.id],
    )
    expect(rows).toEqual([
      { priority: 10, cause: 'alert' },
      { priority: 0, cause: 'post' },
    ])
  })

  test('is in the public log and on the page of the post', async () => {
    const { db } = office.world
    const post = await newPost()
    expect((await office.get(post.path)).body).not.toContain('Sent as an urgent alert')
    await answer((await propose(post.id)).caseId, people.press2)
    const rows = await db
      .select()
      .from(log)
      .where(and(eq(log.act, 'send-alert'), eq(log.itemId, post.id)))
    expect(rows).toMatchObject([{ item: 'post', audience: 'public', actorId: people.press2.accountId }])
    expect((await office.get('/moderation-log')).body).toContain('Sent as an urgent alert')
    expect((await office.get(post.path)).body).toContain('Sent as an urgent alert')
  })

  test('is not sent for what is withdrawn or over, nor twice within the hour', async () => {
    const { db } = office.world
    const gone = await newPost()
    const { caseId } = await propose(gone.id)
    await withdrawPost(db, people.press, gone.id, 'It was wrong.')
    await expect(answer(caseId, people.press2)).rejects.toBeInstanceOf(Overtaken)
    expect(await alertsOf(gone.id)).toEqual([])
    await expect(propose(gone.id)).rejects.toBeInstanceOf(Overtaken)
    const over = await newPost()
    await db
      .update(posts)
      .set({ expiresAt: new Date(now().getTime() - 1000) })
      .where(eq(posts.id, over.id))
    await expect(propose(over.id)).rejects.toBeInstanceOf(Overtaken)
    const post = await newPost()
    await answer((await propose(post.id)).caseId, people.press2)
    await expect(propose(post.id)).rejects.toThrow('The same post can be sent again an hour later')
    moveClock(HOUR + 60_000)
    await answer((await propose(post.id)).caseId, people.press2)
    expect(await alertsOf(post.id)).toHaveLength(2)
    await expect(propose(999_999)).rejects.toBeInstanceOf(NotFound)
  })

  test('does not leave once its post was withdrawn', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', `team:${team.id}`, 'weekly', { wantsAlerts: true })
    const post = await newPost()
    await answer((await propose(post.id)).caseId, people.press2)
    await office.workAll()
    await withdrawPost(db, people.press, post.id, 'It was wrong.')
    expect(await office.run()).toEqual([])
    expect(JSON.stringify(await db.select().from(mails))).not.toContain('Chapel Lane now')
  })

  test('is proposed on a page, by the press office alone, and asked for by the team', async () => {
    const { db } = office.world
    const post = await newPost()
    const page = `/posts/${post.id}/alert`
    const [press, officer] = [await office.cookieOf(people.press), await office.cookieOf(people.officer)]
    expect((await office.get(post.path, press)).body).toContain(page)
    expect((await office.get(post.path, officer)).body).toContain(`/posts/${post.id}/requests?kind=alert`)
    expect((await office.get(page, officer)).statusCode).toBe(403)
    expect((await office.get(page, press)).body).toContain('A colleague has to agree first.')
    const key = randomUUID()
    const tooLong = await office.post(page, { words: 'x'.repeat(141), because: '', key }, press)
    expect(tooLong.statusCode).toBe(422)
    expect(tooLong.body).toContain('The alert must be 140 characters or fewer')
    const sent = await office.post(page, { words: 'Leave now', because: 'Gas', key }, press)
    expect(sent.headers.location).toMatch(/^\/moderation\/cases\/\d+\?done=alert-proposed$/)
    expect((await office.post(page, { words: 'Leave now', because: 'Gas', key }, press)).headers.location).toBe(sent.headers.location)
    const asked = { kind: 'alert' as const, note: 'Gas leak.', clientKey: randomUUID(), staffed: office.config.staffed }
    const { id } = await askPressOffice(db, people.sergeant, { kind: 'post', id: post.id }, asked)
    const [file] = await db.select({ id: cases.id }).from(cases).where(eq(cases.requestId, id))
    expect((await office.get(`/moderation/cases/${file?.id}`, press)).body).toContain(`href="${page}"`)
    expect(await db.select().from(requests).where(eq(requests.id, id))).toMatchObject([{ kind: 'alert', postId: post.id }])
  })

  test('that somebody asked for is not done before a colleague has proposed it', async () => {
    const { db } = office.world
    const post = await newPost()
    const asked = { kind: 'alert' as const, note: 'Gas leak.', clientKey: randomUUID(), staffed: office.config.staffed }
    const { id } = await askPressOffice(db, people.sergeant, { kind: 'post', id: post.id }, asked)
    const done = async () => {
      const [file] = await db.select().from(cases).where(eq(cases.requestId, id))
      return answerRequest(db, people.press, Number(file?.id), { answer: 'done', text: null, version: file?.version ?? 0 })
    }
    await expect(done()).rejects.toThrow('Do it first: “Propose the alert”. Then say that it is done')
    await answer((await propose(post.id)).caseId, people.press2, 'refused')
    await expect(done()).rejects.toThrow('Do it first')
    await propose(post.id)
    await done()
    expect(await db.select().from(requests).where(eq(requests.id, id))).toMatchObject([{ answer: 'done' }])
  })

  test('and how far it has come is for the press office and administrators to see', async () => {
    const post = await newPost()
    await office.reader('ann@example.org', `team:${team.id}`, 'weekly', { wantsAlerts: true })
    await answer((await propose(post.id)).caseId, people.press2)
    for (const who of ['press', 'administrator'] as const) {
      const page = await office.get('/moderation/mailings', await office.cookieOf(people[who]))
      expect(page.body).toContain('Urgent alert')
      expect(page.body).toContain('Gas leak in Chapel Lane')
    }
    for (const who of ['officer', 'sergeant', 'resident'] as const)
      expect((await office.get('/moderation/mailings', await office.cookieOf(people[who]))).statusCode).toBe(403)
  })
})
