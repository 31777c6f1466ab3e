/**
 * What the demonstration shows of taking part: one chain that is finished, things in every state, and a link to each that the person named can open. Told of
 * in visit.test.ts, which seeds for all.
 */
import { sql, type SQL } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { residentEmail } from '../../src/demonstration/residents.ts'
import { takingPartSights } from '../../src/demonstration/tour-taking-part.ts'
import { chainAccounts, chainOf } from '../../src/priorities/chain.ts'
import type { TestApp } from '../app.ts'

const PERSONAS: Readonly<Record<string, string>> = {
  anybody: 'visitor',
  'a resident': 'resident',
  'an officer': 'officer',
  'a sergeant': 'sergeant',
  'partner staff': 'partner',
}

export function describeTakingPart(seeded: () => TestApp): void {
  async function rowsOf<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]> {
    return (await seeded().world.db.execute<Row>(query)).rows as Row[]
  }

  const count = async (query: SQL): Promise<number> =>
    Number((await rowsOf<{ n: string }>(sql`select count(*) as n from (${query}) as counted`))[0]?.n)

  async function become(persona: string): Promise<string> {
    const reply = await seeded().post('/demonstration/persona', { persona })
    return String(reply.headers['set-cookie']).split(';')[0] ?? ''
  }

  async function bodyOf(path: string, cookie?: string): Promise<string> {
    const reply = await seeded().get(path, cookie)
    expect([path, reply.statusCode]).toEqual([path, 200])
    return reply.body
  }

  /** The words on a page. */
  const wordsOf = async (path: string, cookie?: string): Promise<string> => (await bodyOf(path, cookie)).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

  async function sightPath(beginning: string): Promise<string> {
    const sights = await takingPartSights(seeded().world.db)
    return sights.find(({ what }) => what.startsWith(beginning))?.path?.split('#')[0] ?? 'nothing to see'
  }

  test('every link of the tour opens for the person named', async () => {
    const sights = await takingPartSights(seeded().world.db)
    expect(sights.length).toBeGreaterThan(40)
    const cookies = new Map<string, string>()
    for (const [as, persona] of Object.entries(PERSONAS)) cookies.set(as, persona === 'visitor' ? '' : await become(persona))
    for (const { what, path, as } of sights) {
      const { statusCode } = await seeded().get((path ?? '/nothing').split('#')[0] ?? '', cookies.get(as))
      // A comment leads on to its place.
      expect([what, as, statusCode]).toEqual([what, as, path?.startsWith('/comments/') ? 302 : 200])
    }
  })

  describe('the finished chain', () => {
    const speed = async (): Promise<number> => {
      const [found] = await rowsOf<{ id: string }>(
        sql`select q.id from priorities q join posts p on p.id = q.post_id where p.title like 'Slower cars%'`,
      )
      return Number(found?.id)
    }

    test('goes from a comment over suggestions and a priority with actions and reviews to its outcome', async () => {
      const chain = await chainOf(seeded().world.db, await speed(), null)
      expect(chain.said.map(({ what, by }) => [what, by])).toEqual([['Comment', 'Dave on the Heath']])
      expect(chain.suggested.filter(({ isMerged }) => isMerged)).toHaveLength(1)
      expect(chain.suggested).toHaveLength(2)
      expect(Math.max(...chain.suggested.map(({ supportCount }) => supportCount))).toBeGreaterThanOrEqual(12)
      expect(chain.actions.map(({ state }) => state).toSorted()).toEqual(['done', 'done', 'done', 'dropped'])
      expect(chain.actions.filter(({ state }) => state === 'done').every(({ post, note }) => post !== null && note !== null)).toBe(true)
      expect(chain.actions.find(({ state }) => state === 'dropped')?.note).toContain('on his first night')
      expect(chain.reviews).toHaveLength(2)
      expect(chain.priority.owner?.name).toBe('PC Imran Adeyemi')
      expect(chain.priority.closedAt).not.toBeNull()
      expect(chain.priority.outcome?.title).toContain('one in eleven')
    })

    test('has a permalink at each hop', async () => {
      const { priority, said, suggested, actions } = await chainOf(seeded().world.db, await speed(), null)
      const hops = [...said, ...suggested].map(({ path }) => path)
      for (const path of hops) expect([path, [200, 302].includes((await seeded().get(path)).statusCode)]).toEqual([path, true])
      const page = await bodyOf(priority.path)
      for (const { id, post } of actions) {
        expect(page).toContain(`id="action-${id}"`)
        if (post) await bodyOf(post.path)
      }
      expect(page).toContain(priority.outcome?.path)
      expect(await bodyOf(priority.outcome?.path ?? '')).toContain('From what was said to what came of it')
    })

    test('everybody in it was told of the outcome', async () => {
      const { db } = seeded().world
      const [outcome] = await rowsOf<{ id: string }>(sql`select outcome_id as id from priorities where id = ${await speed()}`)
      const told = await rowsOf<{ id: string }>(
        sql`select account_id as id from notifications where kind = 'acted-on' and post_id = ${Number(outcome?.id)}`,
      )
      const chain = await chainAccounts(db, await speed())
      expect(chain.length).toBeGreaterThan(15)
      // Whoever closed it knows.
      const [closer] = await rowsOf<{ id: string }>(sql`select closed_by as id from priorities where id = ${await speed()}`)
      const others = chain.map(String).filter((id) => id !== String(closer?.id))
      expect(others.filter((id) => !told.some((row) => String(row.id) === id))).toEqual([])
      expect(
        await count(sql`select 1 from notifications n join accounts a on a.id = n.account_id where a.email = ${residentEmail('ruth')}
        and n.kind in ('taken-up', 'acted-on') and n.post_id is not null`),
      ).toBeGreaterThanOrEqual(3)
    })
  })

  describe('what a team works on', () => {
    test('one priority is fresh with three plans, one is stale, one was closed before', async () => {
      const page = await wordsOf('/teams/bracebridge-heath/priorities')
      expect(page).toContain('0 of 3 planned actions done')
      expect(page.match(/Nobody has said how it stands for three months/g)).toHaveLength(1)
      expect(page.match(/Closed on/g)).toHaveLength(2)
      expect(await count(sql`select distinct team_id from priorities`)).toBe(4)
    })

    test('suggestions wait with different support, and one was declined with a reason', async () => {
      const rows = await rowsOf<{ n: number }>(
        sql`select support_count as n from raised_comments r join suggestion_boxes b on b.conversation_id = r.gathered_in
          where settled_at is null and b.team_id = (select id from teams where slug = 'bracebridge-heath') order by 1 desc`,
      )
      const support = rows.map(({ n }) => n)
      expect(support.length).toBeGreaterThanOrEqual(5)
      expect(new Set(support).size).toBe(support.length)
      expect(await wordsOf('/teams/bracebridge-heath/suggestions')).toContain('Only the county council can close a road')
    })

    test('the effort is shared out in two quarters, with places shown and places kept back', async () => {
      const results = await rowsOf<{ final: boolean; answers: number; places: string[] }>(
        sql`select final_at is not null as final, answers, array(select jsonb_object_keys(body -> 'groups') order by 1) as places from effort_results
          where team_id = (select id from teams where slug = 'bracebridge-heath') order by period desc`,
      )
      expect(results.at(-1)?.final).toBe(true)
      for (const { answers, places } of results) {
        expect(answers).toBeGreaterThanOrEqual(12)
        expect(places).toEqual(expect.arrayContaining(['Bracebridge Heath', 'Waddington']))
        expect(places).not.toContain('Canwick')
      }
      // On the first day of a quarter nobody can have answered for long.
      expect([1, 2]).toContain(results.length)
    })
  })

  describe('events', () => {
    test('a meeting every month has dates past with notes, and dates ahead with people', async () => {
      const page = await wordsOf(await sightPath('A meeting every month'))
      expect(page.match(/What was decided/g)?.length).toBeGreaterThanOrEqual(2)
      expect(page).toContain('41 people')
      expect(page).toContain('13 of 60 places taken')
      expect(page).toContain('being varnished')
    })

    test('one is full and people wait, by their accounts, by email and by telephone; needs are for the organiser alone', async () => {
      expect(await wordsOf(await sightPath('An event that is full'))).toContain('All 12 places taken, 4 people wait')
      expect(await count(sql`select 1 from sign_ups where account_id is null and email is not null and state = 'coming'`)).toBeGreaterThanOrEqual(5)
      expect(await count(sql`select 1 from sign_ups where email is null and state = 'coming'`)).toBeGreaterThanOrEqual(1)
      const monthly = await sightPath('A meeting every month')
      expect(await wordsOf(monthly)).not.toContain('A seat near the front')
    })

    test('one is called off, one is online, and the live hour answered in the order of support', async () => {
      expect(await wordsOf(await sightPath('An event that is called off'))).toContain('The heating of the hall is still out')
      expect(await wordsOf(await sightPath('A meeting online'))).toContain('Online')
      const taken = await rowsOf<{ support: number; passed: boolean }>(
        sql`select c.same_here_count as support, passed_because is not null as passed from hour_answers h join comments c on c.id = h.comment_id order by taken_at`,
      )
      expect(taken).toHaveLength(7)
      expect(taken.map(({ support }) => support)).toEqual(taken.map(({ support }) => support).toSorted((one, other) => other - one))
      expect(taken.filter(({ passed }) => passed)).toHaveLength(1)
      expect(await wordsOf(await sightPath('A live hour that lies ahead'))).toContain('water board')
    })
  })

  test('tasks: seven of twelve places, full with people waiting, a partner’s, one that waits, one done with what came of it', async () => {
    expect(await wordsOf(await sightPath('A task with places left'))).toContain('7 of 12 places taken')
    expect(await wordsOf(await sightPath('A task that is full'))).toContain('3 people wait')
    expect(await wordsOf(await sightPath('A task run by a partner'))).toContain('North Kesteven District Council')
    expect(await wordsOf(await sightPath('A task that is done'))).toContain('nineteen sacks')
    expect(await count(sql`select 1 from tasks where closed_at is not null and outcome_id is not null`)).toBe(1)
    const waiting = await sightPath('A task that a partner has proposed')
    expect(await wordsOf(waiting, await become('sergeant'))).toContain('Waits for a second person')
    expect((await seeded().get(waiting, await become('resident'))).statusCode).toBe(403)
  })

  test('surveys: results with places kept back and chosen words, paper answers, one open, one of colleagues, one that waits', async () => {
    const results = await wordsOf(await sightPath('Results, by place'))
    expect(results).toContain('37 people answered')
    expect(results).toContain('It is not so bad. People say good evening.')
    expect(results).not.toContain('with my keys in my hand')
    expect(results).not.toMatch(/Canwick \(?\d/)
    expect(results).toContain('Because so few answered from there')
    expect(await count(sql`select 1 from survey_takers where taker like 'paper:%'`)).toBe(6)
    expect(await count(sql`select 1 from surveys where state = 'open' and audience = 'staff' and answer_count >= 5`)).toBe(1)
    expect(await count(sql`select 1 from surveys where state = 'submitted'`)).toBe(1)
    const colleagues = await sightPath('A survey among colleagues')
    expect((await seeded().get(colleagues)).statusCode).toBe(404)
    expect((await seeded().get(colleagues, await become('resident'))).statusCode).toBe(404)
    // The resident of the demonstration can try it.
    expect(await bodyOf(await sightPath('A survey to answer'), await become('resident'))).toMatch(/action="\/surveys\/\d+\/answers"/)
  })

  test('weeks are made and mailed to the sergeants, and people said whether answers helped', async () => {
    expect(await count(sql`select distinct week from team_weeks`)).toBeGreaterThanOrEqual(3)
    expect(await count(sql`select 1 from mails where subject like 'What % told you last week%'`)).toBeGreaterThanOrEqual(6)
    expect(await wordsOf('/teams/bracebridge-heath/performance')).toContain('of 10 people who said so')
  })

  test('nothing of it waits to be told', async () => {
    expect(await count(sql`select 1 from mailings where finished_at is null and stopped_at is null`)).toBe(0)
    expect(await count(sql`select 1 from mails where created_at > now() + interval '1 minute'`)).toBe(0)
  })
}
