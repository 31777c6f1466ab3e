/** Digests: what is new since the last one, grouped by conversation, for those whose turn it is; nothing new, no mail. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { followers } from '../../src/following/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { beginDigests } from '../../src/mailings/digest.ts'
import { mailings } from '../../src/mailings/schema.ts'
import { planPresences } from '../../src/places/presence-plan.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPlace, windowIn } from '../places/presence-world.ts'
import { openPostOffice, type Arrived, type PostOffice } from './post-office.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let office: PostOffice
let team: TeamName
let other: TeamName
let officer: SignedIn
let resident: SignedIn

beforeAll(async () => {
  office = await openPostOffice()
  const { db } = office.world
  team = await makeTeam(db, 'Bracebridge Heath')
  other = await makeTeam(db, 'Skegness')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
})
afterAll(() => office.close())
beforeEach(async () => {
  await office.run()
  await office.world.db.delete(followers)
  await office.world.db.delete(mailings)
  // What another test published stands in the past, also where it was in the future.
  for (const [table, column] of [
    ['posts', 'published_at'],
    ['post_teams', 'listed_at'],
    ['post_tags', 'published_at'],
  ])
    await office.world.db.$client.query(`update ${table} set ${column} = now() - interval '60 days'`)
})
afterEach(() => moveClock(0))

const newPost = (title?: string) => makePost(office.world.db, officer, team, title)
const say = (by: SignedIn, conversationId: number, body: string) =>
  postComment(office.world.db, by, conversationId, { body, parentId: null, clientKey: randomUUID() })
const teamKey = () => `team:${team.id}`
const rowOf = async (id: number) => (await office.world.db.select().from(followers).where(eq(followers.id, id)))[0]

/** Moves the clock to just after somebody's next turn, and does the work of that minute. */
async function atNextTurn(rhythm: 'daily' | 'weekly', email = 'ann@example.org'): Promise<Arrived[]> {
  const [follower] = await office.world.db.select().from(followers).where(eq(followers.email, email))
  const due = rhythm === 'daily' ? follower?.dailyDueAt : follower?.weeklyDueAt
  if (!due) throw new Error('no turn')
  moveClock(due.getTime() - now().getTime() + 60_000)
  await beginDigests(office.world.db)
  return office.run()
}

describe('a daily digest', () => {
  test('tells when officers can be met, of a series once, however it is followed', async () => {
    const { db } = office.world
    const hall = await openPlace(db, team, 'Village Hall')
    for (const key of [teamKey(), 'force']) await office.reader('ann@example.org', key, 'daily')
    await office.reader('ben@example.org', `place:${hall.id}`, 'daily')
    await office.reader('cleo@example.org', `team:${other.id}`, 'daily')
    const windows = [3, 10, 17].map((days) => windowIn(days))
    await planPresences(db, officer, { placeId: hall.id, teamId: team.id, windows, about: 'Ask us.', clientKey: randomUUID() })
    const all = await atNextTurn('daily')
    expect(all.map(({ to }) => to).toSorted()).toEqual(['ann@example.org', 'ben@example.org'])
    for (const { mail } of all) expect(mail.text?.match(/^\* Meet us at Village Hall, /gm)).toHaveLength(1)
  })

  test('tells what is new, by conversation, newest first; then nothing until there is more', async () => {
    const ann = await office.reader('ann@example.org', teamKey(), 'daily')
    const first = await newPost('The first')
    await office.reader('ann@example.org', `conversation:${first.conversationId}`, 'daily')
    await newPost('The second')
    await say(resident, first.conversationId, 'What about Station Road?')
    await say(officer, first.conversationId, 'Also there.')
    const [arrived, ...others] = await atNextTurn('daily')
    expect(others).toEqual([])
    expect(arrived?.mail.subject).toBe('Today: The first and 1 more')
    const text = arrived?.mail.text ?? ''
    expect(text.match(/^\* .*/gm)).toEqual(['* The first', '* The second'])
    // Newest first within its conversation: the answer, the question, the post.
    expect(text.match(/^> .*/gm)).toEqual([
      '> Also there.',
      '> What about Station Road?',
      '> We were out this morning.',
      '> We were out this morning.',
    ])
    expect(text).toContain('You get this because you follow “The first” and the Bracebridge Heath team, once a day.')
    expect(text).toContain('[Officer · Bracebridge Heath team]')
    expect((await rowOf(ann.id))?.dailyDueAt?.getTime()).toBeGreaterThan(now().getTime())
    expect(await atNextTurn('daily')).toEqual([])
    await newPost('The third')
    moveClock(HOUR)
    expect((await atNextTurn('daily')).map(({ mail }) => mail.subject)).toEqual(['Today: The third'])
  })

  test('comes once however often it is begun, and is one mailing for the hour', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'daily')
    await office.reader('ben@example.org', teamKey(), 'daily')
    await newPost()
    expect(await atNextTurn('daily')).toHaveLength(2)
    await beginDigests(db)
    await beginDigests(db)
    expect(await office.run()).toEqual([])
    const rows = (await db.select().from(mailings)).filter(({ cause }) => cause === 'daily')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ total: 2, done: 2, mailed: 2 })
    expect(rows[0]?.key).toMatch(/^daily:\d{4}-\d\d-\d\dT07$/)
  })

  test('leaves out what was there before, what is one’s own, what is not followed and what has gone', async () => {
    const { db } = office.world
    await newPost('Before')
    moveClock(HOUR)
    await office.member(resident, teamKey(), 'daily')
    const otherOfficer = await makeStaff(db, 'PC Stone', 'officer', other)
    await makePost(db, otherOfficer, other, 'Elsewhere')
    const gone = await newPost('Gone at once')
    await withdrawPost(db, officer, gone.id, 'It was wrong.')
    const here = await newPost('Here')
    await office.member(resident, `conversation:${here.conversationId}`, 'daily')
    await say(resident, here.conversationId, 'My own words')
    const [arrived] = await atNextTurn('daily', resident.email)
    const text = arrived?.mail.text ?? ''
    expect(text.match(/^\* .*/gm)).toEqual(['* Here'])
    expect(text).not.toContain('My own words')
  })

  test('leaves out what went between its making and its leaving', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'daily', { quietFrom: 5, quietUntil: 9 })
    const gone = await newPost('Larkspindle')
    await newPost('Stays')
    // Made at seven, but Ann sleeps until nine.
    expect(await atNextTurn('daily')).toEqual([])
    await withdrawPost(db, officer, gone.id, 'It was wrong.')
    moveClock(2 * HOUR)
    await office.send()
    expect(office.arrived.map(({ mail }) => mail.subject)).toEqual(['Today: Stays'])
    expect(office.arrived[0]?.raw).not.toContain('Larkspindle')
  })

  test('shows twenty conversations and says how many more there are', async () => {
    await office.reader('ann@example.org', teamKey(), 'daily')
    for (let number = 1; number <= 23; number++) await newPost(`Post number ${number}`)
    const [arrived] = await atNextTurn('daily')
    const text = arrived?.mail.text ?? ''
    expect(text.match(/^\* /gm)).toHaveLength(20)
    expect(text).toContain('* Post number 23')
    expect(text).not.toContain('* Post number 3\n')
    expect(text).toContain('And 3 more conversations:')
  })

  test('does not reach those who are told at once, or who stopped', async () => {
    await office.reader('ann@example.org', teamKey(), 'daily')
    await office.reader('ben@example.org', teamKey(), 'instant')
    await office.reader('cleo@example.org', teamKey(), 'daily', { stoppedAt: new Date(), stoppedBecause: 'asked' })
    await office.reader('dai@example.org', teamKey(), 'daily', { byMail: false })
    await newPost()
    await office.run()
    expect((await atNextTurn('daily')).map(({ to }) => to)).toEqual(['ann@example.org'])
  })
})

describe('a weekly digest', () => {
  test('comes on Friday morning with the week’s news', async () => {
    const ann = await office.reader('ann@example.org', teamKey(), 'weekly')
    await newPost('Of this week')
    const [arrived] = await atNextTurn('weekly')
    expect(arrived?.mail.subject).toBe('This week: Of this week')
    expect(arrived?.mail.text).toContain('once a week.')
    expect(now().getUTCDay()).toBe(5)
    const due = (await rowOf(ann.id))?.weeklyDueAt
    expect(due?.getUTCDay()).toBe(5)
    expect(Math.round(((due?.getTime() ?? 0) - now().getTime()) / DAY)).toBe(7)
  })
})

describe('a place', () => {
  test('has its own news: what is said under it', async () => {
    const { db } = office.world
    const { rows } = await db.$client.query<{ id: string; conversation_id: string }>(
      `with talk as (insert into conversations (audience, team_id, title, path) values ('public', $1, 'The Hub', '/places/the-hub') returning id)
       insert into places (slug, name, kind, team_id, conversation_id, address, lat, lng, week, changed_at, client_key)
       select 'the-hub', 'The Hub', 'hub', $1, id, 'High Street', 53.1, -0.5, '[[],[],[],[],[],[],[]]', now() - interval '1 day', gen_random_uuid() from talk returning id, conversation_id`,
      [team.id],
    )
    const place = rows[0]
    await office.reader('ann@example.org', `place:${place?.id}`, 'daily')
    await office.reader('ben@example.org', `place:${place?.id}`, 'instant')
    await say(resident, Number(place?.conversation_id), 'The ramp is steep.')
    const [instant] = await office.run()
    expect(instant).toMatchObject({ to: 'ben@example.org' })
    expect(instant?.mail.subject).toBe('New comment: The Hub')
    const [arrived] = await atNextTurn('daily')
    expect(arrived?.mail.text).toContain('> The ramp is steep.')
    expect(await db.select().from(mails).where(eq(mails.to, 'nobody@example.org'))).toEqual([])
  })
})
