import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookUpAccount, type NewLookUp } from '../../src/accounts/look-up.ts'
import { LOOK_UP_REASONS, lookUps } from '../../src/accounts/schema.ts'
import { activities, log } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'

let site: TestApp
let desk: Desk
let press: string
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1' })
  desk = await furnish(site.world)
  press = await site.cookieOf(desk.press)
})
afterAll(() => site.close())

const newPerson = (name = 'Kim Lowe') => desk.newPerson(name, [], 5)
const form = (more: Partial<NewLookUp> = {}): NewLookUp => ({ reason: 'crime', note: 'Incident 42 of today.', clientKey: randomUUID(), ...more })
const about = (person: SignedIn) => desk.db.select().from(lookUps).where(eq(lookUps.accountId, person.accountId))

describe('looking up who a resident is', () => {
  test('writes who, why and when before it answers; in the log too, and never in public', async () => {
    const person = await newPerson()
    const identity = await lookUpAccount(desk.db, desk.press, person.accountId, form())
    expect(identity).toEqual({ accountId: person.accountId, email: person.email, displayName: 'Kim Lowe' })
    const [row] = await about(person)
    expect(row).toMatchObject({ byId: desk.press.accountId, byRole: 'press-office', reason: 'crime', note: 'Incident 42 of today.' })
    const [entry] = await desk.db
      .select()
      .from(log)
      .where(eq(log.id, Number(row?.logId)))
    expect(entry).toMatchObject({ act: 'look-up', item: 'account', itemId: person.accountId, reasonCode: 'crime', audience: 'staff' })
    // The log tells that somebody looked, not what they saw.
    expect(JSON.stringify(entry)).not.toContain(person.email)
    expect(
      await desk.db
        .select()
        .from(activities)
        .where(sql`kind = 'account.looked-up' and (detail->>'accountId')::int = ${person.accountId}`),
    ).toHaveLength(1)
  })

  test('the same key twice, also at once, is one look', async () => {
    const person = await newPerson()
    const input = form()
    const answers = await Promise.all([1, 2, 3].map(() => lookUpAccount(desk.db, desk.press, person.accountId, input)))
    expect(new Set(answers.map(({ email }) => email))).toEqual(new Set([person.email]))
    expect(await about(person)).toHaveLength(1)
    await expect(lookUpAccount(desk.db, desk.press, (await newPerson()).accountId, input)).rejects.toThrow(Refused)
    await expect(lookUpAccount(desk.db, desk.press2, person.accountId, input)).rejects.toThrow(Refused)
  })

  test('cannot be undone in the database', async () => {
    const person = await newPerson()
    await lookUpAccount(desk.db, desk.press, person.accountId, form())
    await expect(desk.db.delete(lookUps).where(eq(lookUps.accountId, person.accountId))).rejects.toThrow()
    await expect(desk.db.update(lookUps).set({ note: 'Nothing.' }).where(eq(lookUps.accountId, person.accountId))).rejects.toThrow()
  })

  test.each(['resident', 'officer', 'sergeant', 'administrator'] as const)('is not for a %s', async (who) => {
    const person = await newPerson()
    await expect(lookUpAccount(desk.db, desk[who], person.accountId, form())).rejects.toThrow(Forbidden)
    expect(await about(person)).toEqual([])
  })

  test('neither for whoever administers as well, nor of oneself or a colleague', async () => {
    const person = await newPerson()
    const both = { ...desk.press, duties: [...desk.press.duties, ...desk.administrator.duties] }
    await expect(lookUpAccount(desk.db, both, person.accountId, form())).rejects.toThrow(Forbidden)
    await expect(lookUpAccount(desk.db, desk.press, desk.press.accountId, form())).rejects.toThrow(Forbidden)
    await expect(lookUpAccount(desk.db, desk.press, desk.officer.accountId, form())).rejects.toThrow('colleague')
    await expect(lookUpAccount(desk.db, desk.press, 999_999, form())).rejects.toThrow(NotFound)
  })
})

describe('over HTTP', () => {
  const send = (person: SignedIn, more: Record<string, string> = {}, as = press) =>
    site.post(`/moderation/people/${person.accountId}/look-ups`, { reason: 'crime', note: 'Incident 42 of today.', key: randomUUID(), ...more }, as)

  test('the form wants a reason and a note, and shows nothing until then', async () => {
    const person = await newPerson()
    const page = await site.get(`/moderation/people/${person.accountId}/identity`, press)
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toContain(person.email)
    const empty = await send(person, { reason: '', note: '' })
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('Choose why you have to know')
    expect(empty.body).toContain('href="#note"')
    expect(empty.body).not.toContain(person.email)
    expect(await about(person)).toEqual([])
  })

  test('the answer to the form shows it, and nobody keeps a copy', async () => {
    const person = await newPerson()
    const answer = await send(person)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain(person.email)
    expect(answer.headers['cache-control']).toContain('no-store')
    expect(JSON.stringify(answer.headers)).not.toContain(person.email)
    const later = await site.get(`/moderation/people/${person.accountId}`, press)
    expect(later.body).not.toContain(person.email)
    expect(later.body).toContain('Incident 42 of today.')
  })

  test('the resident reads when, which role and why, and neither who nor the note', async () => {
    const person = await newPerson()
    const as = await site.cookieOf(person)
    expect((await site.get('/account', as)).body).not.toContain('Who looked up who you are')
    await send(person, { reason: 'safeguarding' })
    const page = (await site.get('/account', as)).body
    expect(page).toContain('Who looked up who you are')
    expect(page).toContain('To protect a child or an adult at risk')
    expect(page).toContain('Press office')
    expect(page).not.toContain('Sam Carter')
    expect(page).not.toContain('Incident 42')
    const all = await site.get('/account/look-ups', as)
    expect(all.body).toContain('To protect a child or an adult at risk')
    expect(all.body).not.toContain('Sam Carter')
    // And nobody else's.
    expect((await site.get('/account/look-ups', await site.cookieOf(desk.resident))).body).toContain('Nobody has looked up who you are')
  })

  test('a page of look-ups leads to the earlier ones', async () => {
    const person = await newPerson()
    for (let made = 0; made < 23; made++)
      await lookUpAccount(desk.db, desk.press, person.accountId, form({ reason: LOOK_UP_REASONS[made % 6] ?? 'crime' }))
    const as = await site.cookieOf(person)
    const first = (await site.get('/account/look-ups', as)).body
    expect(first.match(/data-label="Why"/g)).toHaveLength(20)
    const next = /href="(\/account\/look-ups\?before=\d+)"/.exec(first)?.[1] ?? ''
    expect((await site.get(next, as)).body.match(/data-label="Why"/g)).toHaveLength(3)
  })

  test('many in a short while are too many', async () => {
    const person = await newPerson()
    const as = await site.cookieOf(desk.press2)
    const answers: number[] = []
    for (let tries = 0; tries < 21; tries++) answers.push((await send(person, {}, as)).statusCode)
    expect(answers.filter((status) => status === 200)).toHaveLength(20)
    expect(answers.at(-1)).toBe(429)
    expect(await about(person)).toHaveLength(20)
  })
})
