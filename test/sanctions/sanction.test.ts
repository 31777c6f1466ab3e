import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readKey } from '../../src/database/moment-key.ts'
import { sanctions } from '../../src/accounts/schema.ts'
import { activities, log } from '../../src/activity/schema.ts'
import { verifyLog } from '../../src/activity/log.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { comments } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { cases, strikes } from '../../src/moderation/schema.ts'
import { answerProposal } from '../../src/proposals/proposal.ts'
import { proposals } from '../../src/proposals/schema.ts'
import { registerSanctions } from '../../src/sanctions/register.ts'
import { liftSanction, sanctionAuthor, type Imposed, type NewSanction } from '../../src/sanctions/sanction.ts'
import { proposeRenewal, sanctionsInForce } from '../../src/sanctions/suspension.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  registerSanctions()
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const DAY = 86_400_000

/** A case about a comment of this person that was taken down. */
async function removedOf(person: SignedIn, reasonCode = 'abuse'): Promise<number> {
  const commentId = await desk.say(person)
  await desk.flag({ commentId }, randomUUID())
  await desk.decide(desk.press, { commentId }, 'remove', { reasonCode })
  return (await desk.caseOf({ commentId })).id
}

const impose = (caseId: number, kind: NewSanction['kind'], by = desk.press, more: Partial<NewSanction> = {}): Promise<Imposed> =>
  sanctionAuthor(desk.db, by, caseId, { kind, publicText: 'Please write without insults.', note: 'Third time.', clientKey: randomUUID(), ...more })

const idOf = (imposed: Imposed): number => ('sanctionId' in imposed ? imposed.sanctionId : -1)
const rowOf = async (id: number) => (await desk.db.select().from(sanctions).where(eq(sanctions.id, id)))[0]
const newPerson = () => desk.newPerson('Kim Lowe', [], 5)

/** As if these had been imposed long enough ago to be over, and not so long that they no longer count. */
async function climbTo(person: SignedIn, kinds: NewSanction['kind'][]): Promise<void> {
  for (const kind of kinds) await impose(await removedOf(person), kind)
}

async function suspend(person: SignedIn, reasonCode = 'threat'): Promise<number> {
  const made = await impose(await removedOf(person, reasonCode), 'suspend')
  if (!('proposalId' in made)) throw new Error('not proposed')
  await agree(made.proposalId)
  const [row] = await desk.db
    .select()
    .from(sanctions)
    .where(eq(sanctions.accountId, person.accountId))
    .orderBy(sql`id desc`)
    .limit(1)
  return Number(row?.id)
}

async function agree(proposalId: number, by = desk.press2): Promise<void> {
  const [file] = await desk.db.select().from(cases).where(eq(cases.proposalId, proposalId))
  await answerProposal(desk.db, by, proposalId, { answer: 'agreed', note: 'I have read it.', version: file?.version ?? 0 })
}

describe('a sanction', () => {
  test('follows a decision, is logged in the same transaction, told to whoever listens, and changes no content', async () => {
    const person = await newPerson()
    const other = await desk.say(person)
    const caseId = await removedOf(person)
    const before = await desk.db.select().from(comments).where(eq(comments.authorId, person.accountId)).orderBy(comments.id)
    const id = idOf(await impose(caseId, 'advice'))
    expect(await desk.db.select().from(comments).where(eq(comments.authorId, person.accountId)).orderBy(comments.id)).toEqual(before)
    expect(await desk.stateOf(other)).toBe('published')
    expect(await desk.db.select().from(strikes).where(eq(strikes.accountId, person.accountId))).toEqual([])
    const row = await rowOf(id)
    expect(row).toMatchObject({
      kind: 'advice',
      endsAt: null,
      publicText: 'Please write without insults.',
      imposedBy: desk.press.accountId,
      liftedAt: null,
    })
    const [entry] = await desk.db
      .select()
      .from(log)
      .where(eq(log.id, Number(row?.logId)))
    expect(entry).toMatchObject({
      item: 'account',
      itemId: person.accountId,
      act: 'sanction',
      fromState: 'none',
      toState: 'advice',
      role: 'press-office',
      reasonCode: 'abuse',
    })
    // Sanctions are no affair of the public log.
    expect(entry?.audience).toBe('staff')
    const told = await desk.db
      .select()
      .from(activities)
      .where(sql`kind = 'sanction.imposed' and (detail->>'sanctionId')::int = ${id}`)
    expect(told).toHaveLength(1)
    expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
  })

  test('a double tap imposes one, whether one after the other or at once', async () => {
    const caseId = await removedOf(await newPerson())
    const clientKey = randomUUID()
    const [one, two] = await Promise.all([impose(caseId, 'advice', desk.press, { clientKey }), impose(caseId, 'advice', desk.press, { clientKey })])
    expect(one).toEqual(two)
    expect(idOf(await impose(caseId, 'advice', desk.press, { clientKey }))).toBe(idOf(one))
    // The same key somewhere else, or from somebody else, is a page that is out of date.
    await expect(impose(await removedOf(await newPerson()), 'advice', desk.press, { clientKey })).rejects.toThrow(Refused)
    await expect(impose(caseId, 'advice', desk.press2, { clientKey })).rejects.toThrow(Refused)
  })

  test('of two moderators at once the second is told what the first did', async () => {
    const caseId = await removedOf(await newPerson())
    const results = await Promise.allSettled([impose(caseId, 'advice', desk.press, { seen: 0 }), impose(caseId, 'advice', desk.press2, { seen: 0 })])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refused = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toBeInstanceOf(Overtaken)
    expect(String(refused.reason)).toMatch(/(Sam Carter|Alex Wray) \(Press office\) imposed “Advice” today/)
  })

  test('and on another decision about the same person too', async () => {
    const person = await newPerson()
    const [one, two] = [await removedOf(person), await removedOf(person)]
    await impose(one, 'advice', desk.press, { seen: 0 })
    await expect(impose(two, 'advice', desk.press2, { seen: 0 })).rejects.toThrow(Overtaken)
  })

  test('one decision carries one sanction, until it is lifted', async () => {
    const caseId = await removedOf(await newPerson())
    const id = idOf(await impose(caseId, 'advice'))
    await expect(impose(caseId, 'hold')).rejects.toThrow(Overtaken)
    await liftSanction(desk.db, desk.press, id, 'The wrong person.')
    // What was lifted no longer counts, so the ladder begins anew.
    await expect(impose(caseId, 'hold')).rejects.toThrow(Refused)
    await impose(caseId, 'advice')
  })

  test('goes up one step at a time; a threat may take any', async () => {
    const person = await newPerson()
    await expect(impose(await removedOf(person), 'mute')).rejects.toMatchObject({
      fields: { 'sanction-kind': 'Choose one of the steps that may follow' },
    })
    await climbTo(person, ['advice', 'hold', 'mute'])
    await expect(impose(await removedOf(await newPerson()), 'hold')).rejects.toThrow(Refused)
    const held = idOf(await impose(await removedOf(await newPerson(), 'threat'), 'mute'))
    expect(await rowOf(held)).toMatchObject({ kind: 'mute' })
  })

  test('after twelve months the ladder begins anew', async () => {
    const person = await newPerson()
    await climbTo(person, ['advice', 'hold', 'mute'])
    moveClock(366 * DAY)
    expect(await rowOf(idOf(await impose(await removedOf(person), 'advice')))).toMatchObject({ kind: 'advice' })
  })

  test('needs a decision that took something down', async () => {
    const person = await newPerson()
    const commentId = await desk.say(person)
    await desk.flag({ commentId }, randomUUID())
    const file = await desk.caseOf({ commentId })
    await expect(impose(file.id, 'advice')).rejects.toThrow('decide the case first')
    await desk.decide(desk.press, { commentId }, 'keep')
    await expect(impose(file.id, 'advice')).rejects.toThrow('took nothing down')
    await expect(impose(999_999, 'advice')).rejects.toThrow(NotFound)
  })

  test('a decision that an appeal overturned carries none, however long ago', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person)
    const [decision] = (await desk.db.execute<{ id: string; log_id: string }>(sql`select id, log_id from decisions where case_id = ${caseId}`)).rows
    await desk.db
      .execute(sql`insert into appeals (decision_id, case_id, account_id, body, lodged_at, due_at, client_key, outcome, outcome_text, decider_id, decided_at, log_id)
      values (${decision?.id}, ${caseId}, ${person.accountId}, 'No.', now(), now(), ${randomUUID()}, 'overturned', 'You were right.', ${desk.press2.accountId}, now(), ${decision?.log_id})`)
    await desk.db.update(cases).set({ state: 'closed' }).where(eq(cases.id, caseId))
    await expect(impose(caseId, 'advice')).rejects.toThrow('overturned by an appeal')
  })

  test('staff are for their line manager, on duty or not any more', async () => {
    const commentId = await desk.say(desk.officer)
    await desk.flag({ commentId }, randomUUID())
    await desk.decide(desk.press, { commentId }, 'remove')
    const file = await desk.caseOf({ commentId })
    await expect(impose(file.id, 'advice')).rejects.toThrow('line manager')
  })

  test.each(['resident', 'officer', 'sergeant', 'otherSergeant', 'administrator'] as const)('is not for a %s', async (who) => {
    const caseId = await removedOf(await newPerson())
    await expect(impose(caseId, 'advice', desk[who])).rejects.toThrow(who === 'sergeant' ? Forbidden : NotFound)
    const id = idOf(await impose(caseId, 'advice'))
    await expect(liftSanction(desk.db, desk[who], id, 'Because.')).rejects.toThrow(Forbidden)
  })

  test('nobody judges themself', async () => {
    const caseId = await removedOf(desk.resident)
    const promoted = { ...desk.resident, duties: desk.press.duties }
    await expect(impose(caseId, 'advice', promoted)).rejects.toThrow('You wrote this yourself')
    const id = idOf(await impose(caseId, 'advice'))
    await expect(liftSanction(desk.db, promoted, id, 'Because.')).rejects.toThrow('about yourself')
  })
})

describe('lifting', () => {
  test('ends it with a reason, is logged, and happens once', async () => {
    const id = idOf(await impose(await removedOf(await newPerson(), 'threat'), 'mute'))
    await liftSanction(desk.db, desk.press2, id, 'It was meant as a quotation.')
    const row = await rowOf(id)
    expect(row).toMatchObject({ liftedBy: desk.press2.accountId, liftedBecause: 'It was meant as a quotation.' })
    await liftSanction(desk.db, desk.press2, id, 'Again.')
    expect(await rowOf(id)).toEqual(row)
    await expect(liftSanction(desk.db, desk.press, id, 'Me too.')).rejects.toThrow('Alex Wray (Press office) lifted it today')
    const entries = await desk.db
      .select()
      .from(log)
      .where(sql`item = 'account' and item_id = ${row?.accountId} and act = 'lift-sanction'`)
    expect(entries).toMatchObject([{ fromState: 'mute', toState: 'none', publicText: 'It was meant as a quotation.' }])
    const told = await desk.db
      .select()
      .from(activities)
      .where(sql`kind = 'sanction.lifted' and (detail->>'sanctionId')::int = ${id}`)
    expect(told).toHaveLength(1)
  })

  test('what ended by itself is not lifted', async () => {
    const id = idOf(await impose(await removedOf(await newPerson(), 'threat'), 'hold'))
    moveClock(8 * DAY)
    await expect(liftSanction(desk.db, desk.press, id, 'Late.')).rejects.toThrow('ended by itself')
  })
})

describe('a suspension', () => {
  test('is proposed, and begins when a second person agrees', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person, 'threat')
    const clientKey = randomUUID()
    const made = await impose(caseId, 'suspend', desk.press, { clientKey })
    expect(await impose(caseId, 'suspend', desk.press, { clientKey })).toEqual(made)
    if (!('proposalId' in made)) throw new Error('it was imposed by one person')
    expect(await desk.db.select().from(sanctions).where(eq(sanctions.accountId, person.accountId))).toEqual([])
    // While it waits, nothing else follows.
    await expect(impose(await removedOf(person), 'advice', desk.press2)).rejects.toThrow(Overtaken)
    await expect(agree(made.proposalId, desk.press)).rejects.toThrow('You proposed this yourself')
    await agree(made.proposalId)
    const rows = await desk.db.select().from(sanctions).where(eq(sanctions.accountId, person.accountId))
    expect(rows).toMatchObject([{ kind: 'suspend', imposedBy: desk.press.accountId, confirmedBy: desk.press2.accountId }])
    expect(Number(rows[0]?.endsAt) - Number(rows[0]?.startsAt)).toBeGreaterThan(89 * DAY)
    // The first tap, sent again after the agreement, finds what came of it.
    expect(await impose(caseId, 'suspend', desk.press, { clientKey })).toEqual({ sanctionId: rows[0]?.id })
  })

  test('the database wants two people as well', async () => {
    const person = await newPerson()
    const id = await suspend(person)
    await expect(desk.db.update(sanctions).set({ confirmedBy: desk.press.accountId }).where(eq(sanctions.id, id))).rejects.toMatchObject({
      cause: { constraint: 'sanctions_two_people' },
    })
    await expect(desk.db.update(sanctions).set({ confirmedBy: null }).where(eq(sanctions.id, id))).rejects.toMatchObject({
      cause: { constraint: 'sanctions_two_people' },
    })
    await expect(desk.db.update(sanctions).set({ endsAt: null }).where(eq(sanctions.id, id))).rejects.toMatchObject({
      cause: { constraint: 'sanctions_end' },
    })
  })

  test('does not begin when the decision was overturned before the second person agreed', async () => {
    const person = await newPerson()
    const caseId = await removedOf(person, 'threat')
    const made = await impose(caseId, 'suspend')
    if (!('proposalId' in made)) throw new Error('not proposed')
    const [decision] = (await desk.db.execute<{ id: string; log_id: string }>(sql`select id, log_id from decisions where case_id = ${caseId}`)).rows
    await desk.db
      .execute(sql`insert into appeals (decision_id, case_id, account_id, body, lodged_at, due_at, client_key, outcome, outcome_text, decider_id, decided_at, log_id)
      values (${decision?.id}, ${caseId}, ${person.accountId}, 'No.', now(), now(), ${randomUUID()}, 'overturned', 'You were right.', ${desk.press2.accountId}, now(), ${decision?.log_id})`)
    await expect(agree(made.proposalId)).rejects.toMatchObject({ fields: { 'proposal-note': expect.stringContaining('overturned') } })
    // The agreement is undone with it: the proposal still waits.
    const [proposal] = await desk.db.select().from(proposals).where(eq(proposals.id, made.proposalId))
    expect(proposal?.answer).toBeNull()
  })

  test('is listed in its last week, and goes on without a gap when two people renew it', async () => {
    const id = await suspend(await newPerson())
    const first = await rowOf(id)
    const renewal = { publicText: 'The threats went on by letter.', note: null, clientKey: randomUUID() }
    const listed = async () => (await sanctionsInForce(desk.db, 'review', null)).rows.map((row) => row.id)
    expect(await listed()).not.toContain(id)
    await expect(proposeRenewal(desk.db, desk.press, id, renewal)).rejects.toThrow(Overtaken)
    moveClock(84 * DAY)
    expect(await listed()).toContain(id)
    const { id: proposalId } = await proposeRenewal(desk.db, desk.press2, id, renewal)
    expect((await proposeRenewal(desk.db, desk.press2, id, renewal)).id).toBe(proposalId)
    await agree(proposalId, desk.press)
    const [second] = await desk.db.select().from(sanctions).where(eq(sanctions.clientKey, renewal.clientKey))
    expect(second).toMatchObject({
      kind: 'suspend',
      startsAt: first?.endsAt,
      imposedBy: desk.press2.accountId,
      confirmedBy: desk.press.accountId,
      decisionId: first?.decisionId,
    })
    await expect(proposeRenewal(desk.db, desk.press, id, { ...renewal, clientKey: randomUUID() })).rejects.toThrow(Overtaken)
  })

  test('ends by itself when nobody renews it', async () => {
    const id = await suspend(await newPerson())
    const row = await rowOf(id)
    moveClock(Number(row?.endsAt) - now().getTime() + 1000)
    expect((await sanctionsInForce(desk.db, 'all', null)).rows.map((one) => one.id)).not.toContain(id)
  })
})

test('the list pages by key and leaves nothing out', async () => {
  for (let made = 0; made < 32; made++) {
    const [person] = await desk.db
      .execute<{ id: string }>(sql`insert into accounts (email) values (${randomUUID()}) returning id`)
      .then(({ rows }) => rows)
    await desk.db.execute(sql`insert into sanctions (account_id, kind, decision_id, public_text, imposed_by, starts_at, ends_at, client_key, log_id)
      select ${person?.id}, 'mute', decision_id, '…', imposed_by, now(), date_trunc('milliseconds', now() + interval '30 days'), ${randomUUID()}, log_id from sanctions limit 1`)
  }
  const first = await sanctionsInForce(desk.db, 'all', null)
  expect(first.rows).toHaveLength(30)
  const second = await sanctionsInForce(desk.db, 'all', readKey(first.next))
  const seen = [...first.rows, ...second.rows].map(({ id }) => id)
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen.length).toBeGreaterThanOrEqual(32)
  const ends = [...first.rows, ...second.rows].map(({ endsAt }) => Number(endsAt))
  expect(ends).toEqual(ends.toSorted((one, other) => one - other))
})
