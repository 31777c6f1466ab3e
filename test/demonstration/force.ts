/**
 * What the demonstration shows of the staff network: a week of it in every kind, a link to each thing that the person named can open, and nothing of it for anybody else. Told
 * of in visit.test.ts, which seeds for all.
 */
import { sql, type SQL } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { FLAGGED_INSIDE, PLANNED_IN_SUPPORT, PLANNED_PERSONAS } from '../../src/demonstration/force-circles.ts'
import { PLANNED_PROFILES } from '../../src/demonstration/force-people.ts'
import { ANSWERED_FROM_NOTE } from '../../src/demonstration/force-together.ts'
import { forceSights } from '../../src/demonstration/tour-force.ts'
import { STAFF_KINDS } from '../../src/posts/schema.ts'
import type { TestApp } from '../app.ts'

const PERSONAS: Readonly<Record<string, string>> = {
  anybody: 'visitor',
  'an officer': 'officer',
  'a sergeant': 'sergeant',
  'the press office': 'press-office',
  'the fire service': 'fire-service',
  'an administrator': 'administrator',
}

export function describeForce(seeded: () => TestApp): void {
  async function rowsOf<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]> {
    return (await seeded().world.db.execute<Row>(query)).rows as Row[]
  }

  const count = async (query: SQL): Promise<number> =>
    Number((await rowsOf<{ n: string }>(sql`select count(*) as n from (${query}) as counted`))[0]?.n)

  async function become(persona: string): Promise<string> {
    if (persona === 'visitor') return ''
    const reply = await seeded().post('/demonstration/persona', { persona })
    return String(reply.headers['set-cookie']).split(';')[0] ?? ''
  }

  async function wordsOf(path: string, cookie: string): Promise<string> {
    const reply = await seeded().get(path, cookie)
    expect([path, reply.statusCode]).toEqual([path, 200])
    return reply.body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  }

  async function sightPath(beginning: string): Promise<string> {
    const sights = await forceSights(seeded().world.db)
    return sights.find(({ what }) => what.startsWith(beginning))?.path ?? 'nothing to see'
  }

  describe('a week in a force', () => {
    test('every link of the tour opens for the person named, and those of the network for no visitor and no resident', async () => {
      const sights = await forceSights(seeded().world.db)
      expect(sights.length).toBeGreaterThan(45)
      const resident = await become('resident')
      const cookies = new Map<string, string>()
      for (const [as, persona] of Object.entries(PERSONAS)) cookies.set(as, await become(persona))
      for (const { what, path, as } of sights) {
        const address = (path ?? '/nothing').split('#')[0] ?? ''
        expect([what, as, (await seeded().get(address, cookies.get(as) ?? '')).statusCode]).toEqual([what, as, 200])
        if (!address.startsWith('/staff')) continue
        expect([what, (await seeded().get(address)).statusCode]).not.toEqual([what, 200])
        expect([what, (await seeded().get(address, resident)).statusCode]).not.toEqual([what, 200])
      }
    })

    test.each(STAFF_KINDS)('has a post of the kind %s', async (kind) => {
      expect(await count(sql`select 1 from posts where kind = ${kind} and audience = 'staff'`)).toBeGreaterThan(0)
    })

    test('people say what they can, one leads, one is away, and somebody is found by a language', async () => {
      expect(await count(sql`select 1 from staff_profiles where skills <> '{}'`)).toBe(PLANNED_PROFILES.length)
      expect(PLANNED_PROFILES.length).toBeGreaterThanOrEqual(14)
      expect(await count(sql`select 1 from staff_profiles where leads is not null`)).toBe(1)
      const found = await wordsOf('/staff/people?q=Polish', await become('officer'))
      expect(found).toContain('Ewa Nowicka')
      expect(found).toContain('Piotr Zielinski')
      expect(found).not.toContain('Will Harrod')
    })

    test('the homes of those whom anybody can be have something new', async () => {
      for (const persona of ['officer', 'sergeant', 'press-office']) {
        const [about] = await rowsOf<{ n: number }>(
          sql`select count(*)::int as n from home_entries e join home_marks m on m.account_id = e.account_id where e.at > m.new_since
            and e.account_id = (select id from accounts where display_name = ${NAMES[persona] ?? ''})`,
        )
        expect([persona, (about?.n ?? 0) > 0]).toEqual([persona, true])
      }
    })

    test('four requests for help: with the best answer, with replies, without for three days, and of today', async () => {
      expect(await count(sql`select 1 from help_requests h join posts p on p.id = h.post_id where p.audience = 'staff'`)).toBe(4)
      expect(await count(sql`select 1 from help_requests where best_id is not null and best_by is not null`)).toBe(1)
      const silent = sql`select 1 from help_requests where first_reply_at is null`
      expect(await count(sql`${silent} and asked_at < now() - interval '3 days'`)).toBe(1)
      expect(await count(sql`${silent} and asked_at > now() - interval '26 hours'`)).toBe(1)
    })

    test('practice is used by other teams, issues are worked on by several, and one has an outcome', async () => {
      expect(await count(sql`select 1 from practices`)).toBe(3)
      expect(await count(sql`select 1 from practice_uses`)).toBeGreaterThanOrEqual(6)
      const page = await wordsOf(await sightPath('Several teams on one issue'), await become('officer'))
      for (const shown of ['Off-road bikes by the river path', 'Off-road bikes at the lakes', 'Quad bikes at the lakes'])
        expect(page).toContain(shown)
      expect(await count(sql`select 1 from issues where closed_at is not null and outcome is not null`)).toBe(1)
      expect(await wordsOf('/staff/today', await become('sergeant'))).toContain('Bracebridge Heath')
      expect(await count(sql`select 1 from help_offers where ends_at > now()`)).toBe(2)
    })

    test('a session was answered in the order of support, a group has notes, and what was done stands with both', async () => {
      const turns = await rowsOf<{ support: number }>(
        sql`select c.same_here_count as support from session_turns t join comments c on c.id = t.comment_id order by t.taken_at`,
      )
      expect(turns.map(({ support }) => support)).toEqual([6, 5, 3, 2, 1])
      expect(await count(sql`select 1 from session_turns where passed_because is not null`)).toBe(1)
      const officer = await become('officer')
      expect(await wordsOf(await sightPath('A focus group with its notes'), officer)).toContain('The rota: what follows from your answers')
      expect(await wordsOf(await sightPath('Results, talked about'), officer)).toContain('The rota: what follows from your answers')
      expect(await count(sql`select 1 from follow_ups`)).toBe(2)
    })

    test('a note of a colleague became the answer to a resident', async () => {
      const words = ANSWERED_FROM_NOTE.notes.find((note) => 'becomesAnswer' in note)?.text
      expect(await count(sql`select 1 from comments where body = ${words}`)).toBe(2)
      const { body } = await seeded().get(await sightPath('The answer that one of them became'))
      expect(body).toContain('first where nobody sees it')
      expect(body).not.toContain('I do not want to spoil')
    })
  })

  describe('circles', () => {
    test('there are five, and guests are marked with their organisations', async () => {
      const kinds = await rowsOf<{ kind: string }>(sql`select kind from circles order by kind`)
      expect(kinds.map(({ kind }) => kind)).toEqual(['open', 'private', 'restricted', 'restricted', 'support'])
      expect(await count(sql`select 1 from circle_members where organisation_id is not null and left_at is null`)).toBe(2)
      const page = await wordsOf(await sightPath('The same as a guest sees it'), await become('fire-service'))
      expect(page).toContain('Safe at home on the heath')
    })

    test('a guest reads one circle and nothing else', async () => {
      const guest = await become('fire-service')
      const sights = await forceSights(seeded().world.db)
      const others = sights.filter(({ as, path }) => as !== 'the fire service' && /^\/staff\/(posts|people|today|circles\/)/.test(path ?? ''))
      const own = await sightPath('The same as a guest sees it')
      for (const { what, path } of others.filter(({ path: address }) => address !== own))
        expect([what, [403, 404].includes((await seeded().get(path ?? '', guest)).statusCode)]).toEqual([what, true])
    })

    test('one comment waits for the press office, and a request for the sergeant', async () => {
      const page = await wordsOf(await sightPath('A comment in a circle'), await become('press-office'))
      expect(page).toContain(FLAGGED_INSIDE.words.split('. ')[0])
      expect(await count(sql`select 1 from circle_requests where answer is null`)).toBe(1)
    })

    test('four write under pseudonyms; nobody else reads it, and nothing says who they are', async () => {
      expect(await count(sql`select 1 from personas`)).toBe(PLANNED_PERSONAS.length)
      const path = await sightPath('The same from inside')
      const inside = await wordsOf(path, await become('officer'))
      for (const { title } of PLANNED_IN_SUPPORT) expect(inside).toContain(title)
      const outside = await wordsOf(path, await become('sergeant'))
      for (const { title } of PLANNED_IN_SUPPORT) expect(outside).not.toContain(title)
      expect(outside).toContain('116 123')
      // Under a pseudonym nobody has done anything with their own account.
      const ids = sql`select account_id from personas`
      expect(await count(sql`select 1 from role_grants where account_id in (${ids})`)).toBe(0)
      expect(await count(sql`select 1 from activities where actor_id in (${ids}) and kind like 'circle.%'`)).toBe(0)
    })
  })
}

const NAMES: Readonly<Record<string, string>> = {
  officer: 'PC Imran Adeyemi',
  sergeant: 'Sergeant Helen Marriott',
  'press-office': 'Sam Carter',
}
