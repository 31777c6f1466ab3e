/**
 * The demonstration is whole: every state is there, made by the verbs themselves, once, and nobody in it is real.
 */
import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyLog } from '../../src/activity/log.ts'
import { APPEAL_OUTCOMES } from '../../src/appeals/schema.ts'
import { now } from '../../src/clock.ts'
import { COMMENT_STATES, MODES } from '../../src/conversations/schema.ts'
import { threadPage, WHOLE_SIZE } from '../../src/conversations/thread.ts'
import { seedOnce } from '../../src/demonstration/seed.ts'
import { sightsOf } from '../../src/demonstration/tour.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { emailOf } from '../../src/demonstration/people.ts'
import { residentEmail } from '../../src/demonstration/residents.ts'
import { PUBLIC_ACTS } from '../../src/moderation/log-filter.ts'
import { ACTS, CASE_CAUSES, CASE_STATES, type CaseState } from '../../src/moderation/schema.ts'
import { locate } from '../../src/geography/locate.ts'
import { postcodeByKey } from '../../src/geography/postcode.ts'
import { postsOfTeam } from '../../src/posts/list.ts'
import { DRAFT_STATES, POST_KINDS, POST_STATES } from '../../src/posts/schema.ts'
import { allTeams, teamBySlug, teamsOfAreas } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'

/** Heard appeals are closed with the next round of the housekeeping. */
const HEARD: ReadonlySet<CaseState> = new Set(['upheld', 'varied', 'overturned'] as const)

let site: TestApp
let leftBehind: number
/** Milliseconds: a few seconds on a quiet machine, more where many tests run at once. */
const SEEDING = 300_000

beforeAll(async () => {
  site = await openApp({ DEMONSTRATION: 'yes' })
  // The power fails in the middle; the next start has to find nothing of it.
  await expect(seedOnce(cutAfter(site.world.db, 150), site.config)).rejects.toThrow('power')
  leftBehind = await count(
    sql`select id from teams union all select id from accounts union all select id from log union all select id from activities`,
  )
  expect(await seedOnce(site.world.db, site.config)).toBe(true)
}, SEEDING)
afterAll(() => site.close())

/** A database on which only so many verbs succeed inside one transaction. */
function cutAfter(db: Database, verbs: number): Database {
  const transaction: Database['transaction'] = (act) =>
    db.transaction((tx) => {
      let left = verbs
      const inner: typeof tx.transaction = (verb) => (left-- > 0 ? tx.transaction(verb) : Promise.reject(new Error('the power is cut')))
      return act(Object.create(tx, { transaction: { value: inner } }) as typeof tx)
    })
  return Object.create(db, { transaction: { value: transaction } }) as Database
}

async function count(query: SQL): Promise<number> {
  const { rows } = await site.world.db.execute<{ n: string }>(sql`select count(*) as n from (${query}) as counted`)
  return Number(rows[0]?.n)
}

describe('the demonstration', () => {
  test('is made only once', async () => {
    const before = await count(sql`select 1 from comments`)
    expect(await seedOnce(site.world.db, site.config)).toBe(false)
    expect(await count(sql`select 1 from comments`)).toBe(before)
  })

  test('leaves nothing behind when it is interrupted', () => {
    expect(leftBehind).toBe(0)
  })

  test('sets the clock right again', () => {
    expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(1000)
  })

  test('has all neighbourhoods and Bracebridge Heath', async () => {
    expect(await allTeams(site.world.db)).toHaveLength(59)
    expect(await count(sql`select 1 from teams where neighbourhood_id ~ '^NC[0-5][0-9]$'`)).toBe(58)
    const heath = await teamBySlug(site.world.db, 'bracebridge-heath')
    expect(heath.officers.map((officer) => officer.rank)).toEqual(['Sergeant', 'PC', 'PC', 'PCSO', 'PCSO'])
    expect(heath.localities).toContain('Waddington')
  })

  test('has posts at Bracebridge Heath and in a dozen other teams', async () => {
    const { db } = site.world
    const heath = await teamBySlug(db, 'bracebridge-heath')
    const first = await postsOfTeam(db, heath.id)
    const second = await postsOfTeam(db, heath.id, first.next ?? '')
    expect(first.items.length + second.items.length).toBeGreaterThanOrEqual(25)
    expect(await count(sql`select team_id from posts where audience = 'public' group by team_id having count(*) >= 5`)).toBe(13)
    expect(await count(sql`select 1 from posts`)).toBeGreaterThanOrEqual(85)
  })

  // Nothing is old enough to be disposed of.
  test.each(COMMENT_STATES.filter((state) => state !== 'disposed'))('has a comment that is %s', async (state) => {
    expect(await count(sql`select 1 from comments where state = ${state}`)).toBeGreaterThan(0)
  })

  test.each(POST_STATES)('has a post that is %s', async (state) => {
    expect(await count(sql`select 1 from posts where state = ${state}`)).toBeGreaterThan(0)
  })

  test.each(POST_KINDS)('has a post of the kind %s', async (kind) => {
    expect(await count(sql`select 1 from posts where kind = ${kind} and state <> 'withdrawn'`)).toBeGreaterThan(0)
  })

  test.each(DRAFT_STATES.filter((state) => state !== 'discarded'))('has a draft that is %s', async (state) => {
    expect(await count(sql`select 1 from drafts where state = ${state}`)).toBeGreaterThan(0)
  })

  test('has questions wherever one can stand', async () => {
    const open = sql`answered_at is null and withdrawn_at is null`
    expect(await count(sql`select 1 from questions where ${open} and due_at > now()`)).toBeGreaterThan(1)
    expect(await count(sql`select 1 from questions where ${open} and missed_at is not null`)).toBeGreaterThan(0)
    for (const column of ['answered_at', 'reopened_at', 'review_asked_at', 'withdrawn_at', 'kept_private_because', 'post_id', 'assignee_id'])
      expect(await count(sql`select 1 from questions where ${sql.identifier(column)} is not null`), column).toBeGreaterThan(0)
    expect(await count(sql`select 1 from questions where visibility = 'private'`)).toBeGreaterThan(0)
  })

  test('has photos, a document, a pinned post, a repost, saved replies, a staff note and somebody who is away', async () => {
    expect(await count(sql`select 1 from photos where post_id is not null and stored_at is not null and removed_at is null`)).toBeGreaterThan(2)
    expect(await count(sql`select 1 from photos where removed_at is not null`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from photos where looked_at_by is null and removed_at is null`)).toBeGreaterThan(0)
    for (const table of ['attachments', 'saved_replies', 'absences'])
      expect(await count(sql`select 1 from ${sql.identifier(table)}`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from post_teams where pinned_at is not null`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from post_teams where how = 'repost'`)).toBeGreaterThan(1)
    expect(await count(sql`select 1 from conversations where beside_id is not null and comment_count > 0`)).toBeGreaterThan(0)
  })

  test.each(MODES)('has a conversation that is %s', async (mode) => {
    expect(await count(sql`select 1 from conversations where mode = ${mode}`)).toBeGreaterThan(0)
  })

  test.each(ACTS)('has a decision to %s', async (act) => {
    expect(await count(sql`select 1 from decisions where act = ${act}`)).toBeGreaterThan(0)
  })

  test('has edited, nameless, and withdrawn comments with a stub, reactions, and official replies of several roles', async () => {
    expect(await count(sql`select 1 from comment_versions`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from comments where unnamed_at is not null`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from comments where state = 'withdrawn' and reply_count > 0`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from comments where state = 'removed' and reply_count > 0`)).toBeGreaterThan(0)
    expect(await count(sql`select distinct reaction from comment_reactions`)).toBe(3)
    expect(await count(sql`select distinct official_role from comments where official_role is not null`)).toBe(4)
    expect(await count(sql`select 1 from comments where removal_id is null and state in ('removed', 'rejected')`)).toBe(0)
  })

  test('has a long conversation, and one that goes deeper than a page shows', async () => {
    const { rows } = await site.world.db.execute<{ id: string; n: number }>(
      sql`select id, comment_count as n from conversations order by comment_count desc limit 1`,
    )
    expect(Number(rows[0]?.n)).toBeGreaterThanOrEqual(130)
    expect(Number(rows[0]?.n)).toBeLessThanOrEqual(WHOLE_SIZE)
    const page = await threadPage(site.world.db, Number(rows[0]?.id), { branch: null })
    expect(page.after).not.toBeNull()
    expect(await count(sql`select 1 from comments where level > 6`)).toBeGreaterThan(0)
  })

  test('has an open queue: urgent, late, in time, with several reasons, comments and a post', async () => {
    expect(await count(sql`select 1 from cases where state = 'open' and urgent`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from cases where state = 'open' and due_at < now()`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from cases where state = 'open' and due_at > now()`)).toBeGreaterThan(0)
    expect(await count(sql`select 1 from cases where state = 'open' and post_id is not null`)).toBeGreaterThan(0)
    expect(await count(sql`select distinct reason_code from flags join cases on cases.id = flags.case_id where state = 'open'`)).toBeGreaterThan(2)
    expect(await count(sql`select 1 from cases where waits and due_at > now()`)).toBeGreaterThan(10)
  })

  test.each(CASE_STATES.filter((state) => !HEARD.has(state)))('has a case that is %s', async (state) => {
    expect(await count(sql`select 1 from cases where state = ${state}`)).toBeGreaterThan(0)
  })

  test.each(CASE_CAUSES)('has a case of the cause %s that waits', async (cause) => {
    expect(await count(sql`select 1 from cases where waits and cause = ${cause}`)).toBeGreaterThan(0)
  })

  test('has held comments for every rule', async () => {
    const rules = [
      'first comments',
      'A link',
      'Words of the list',
      'nobody was at the desk',
      'a phone number',
      'a complaint',
      'A sanction',
      'this conversation',
    ]
    for (const rule of rules)
      expect(await count(sql`select 1 from cases where waits and cause = 'held' and because like ${`%${rule}%`}`), rule).toBeGreaterThan(0)
  })

  test('has appeals: one that waits, and one of each outcome', async () => {
    for (const outcome of APPEAL_OUTCOMES) expect(await count(sql`select 1 from appeals where outcome = ${outcome}`), outcome).toBe(1)
    // One against the press office, one against whoever looks after a circle.
    const waiting = sql`select 1 from appeals a join cases c on c.id = a.case_id where a.outcome is null`
    expect(await count(sql`${waiting} and c.cause <> 'appealed'`)).toBe(1)
    expect(await count(sql`${waiting} and c.cause = 'appealed'`)).toBe(1)
    expect(await count(sql`select 1 from strikes where cancelled_at is not null`)).toBe(1)
    // Whoever looks around as the press office can hear the one that waits.
    const own = sql`select 1 from appeals a join decisions d on d.id = a.decision_id join accounts who on who.id = d.decider_id
      where a.outcome is null and who.email = ${emailOf('sam-carter')}`
    expect(await count(own)).toBe(0)
  })

  test('has sanctions, a suspension and a seal that wait for a second person, a seal, a look-up, referrals', async () => {
    expect(await count(sql`select 1 from sanctions where kind = 'hold' and lifted_at is null and ends_at > now()`)).toBe(1)
    expect(await count(sql`select 1 from sanctions where lifted_at is not null`)).toBe(1)
    expect(await count(sql`select 1 from strikes s join sanctions h on h.account_id = s.account_id where h.kind = 'hold'`)).toBe(3)
    for (const kind of ['suspend', 'seal']) expect(await count(sql`select 1 from proposals where kind = ${kind} and answer is null`), kind).toBe(1)
    expect(await count(sql`select 1 from seals where lifted_at is null`)).toBe(1)
    expect(await count(sql`select 1 from look_ups join accounts on accounts.id = account_id where email = ${residentEmail('ruth')}`)).toBe(1)
    expect(await count(sql`select 1 from referrals where handed_over_at is null`)).toBe(1)
    expect(await count(sql`select 1 from referrals where handed_over_at is not null`)).toBe(1)
    expect(await count(sql`select 1 from takedown_notices where stage = 'author-told' and stage_due_at > now()`)).toBe(1)
    expect(await count(sql`select 1 from requests where answer is null`)).toBe(2)
    expect(await count(sql`select 1 from sealed_copies where because = 'redacted'`)).toBe(3)
  })

  test('has a period before elections that is planned, a major incident that is over, and none in force', async () => {
    expect(await count(sql`select 1 from switches where kind = 'pre-election' and starts_at > now() and ended_at is null`)).toBe(1)
    expect(await count(sql`select 1 from switches where kind = 'major-incident' and ended_at < now()`)).toBe(1)
    expect(await count(sql`select 1 from switches where starts_at <= now() and ends_at > now() and ended_at is null`)).toBe(0)
  })

  test('has a log of the months, with all acts and most reasons', async () => {
    const rows = sql`select act, reason_code, month from log_totals where team_id = -1`
    for (const act of PUBLIC_ACTS) expect(await count(sql`select 1 from (${rows}) r where act = ${act}`), act).toBeGreaterThan(0)
    expect(await count(sql`select distinct reason_code from (${rows}) r where reason_code <> ''`)).toBeGreaterThanOrEqual(10)
    expect(await count(sql`select distinct month from (${rows}) r where month <> ''`)).toBeGreaterThanOrEqual(4)
    expect(await count(sql`select distinct actor_id from log where act in ('reject', 'remove', 'redact') and role = 'press-office'`)).toBe(3)
  })

  test('has a photo that is covered', async () => {
    expect(await count(sql`select 1 from photos where graphic and removed_at is null`)).toBe(1)
    expect(await count(sql`select 1 from posts where jsonb_path_exists(photos, '$[*].graphic')`)).toBe(1)
  })

  test('keeps the counters that it shows', async () => {
    const counted = sql`select 1 from conversations c where comment_count <> (select count(*) from comments where conversation_id = c.id and state = 'published')`
    expect(await count(counted)).toBe(0)
    expect(
      await count(
        sql`select 1 from accounts a where published_count <> (select count(*) from comments join conversations c on c.id = conversation_id
          where author_id = a.id and published_at is not null and c.audience = 'public')`,
      ),
    ).toBe(0)
    expect((await verifyLog(site.world.db)).brokenAt).toBeNull()
  })

  test('lies in the past, answers after what they answer, when people are awake', async () => {
    expect(await count(sql`select 1 from comments where created_at > now()`)).toBe(0)
    expect(await count(sql`select 1 from activities where at > now()`)).toBe(0)
    expect(await count(sql`select 1 from posts where published_at > now()`)).toBe(0)
    // Mail bears the day of what it tells of, so that the jobs have nothing left to write.
    // The weeks go out to all sergeants at once, and the digests of the network to all staff, on Mondays.
    expect(await count(sql`select 1 from mails where created_at > now() - interval '1 day' and key !~ '^(week|staff-digest):'`)).toBeLessThan(40)
    expect(
      await count(
        sql`select 1 from mails where key like 'week:%' and (created_at at time zone 'Europe/London')::time not between '06:00' and '06:10'`,
      ),
    ).toBe(0)
    expect(await count(sql`select 1 from mails m join activities a on m.key like 'activity:' || a.id || ':%' where m.created_at <> a.at`)).toBe(0)
    expect(await count(sql`select 1 from comments c join comments p on p.id = c.parent_id where p.created_at >= c.created_at`)).toBe(0)
    const asleep = sql`select 1 from comments where created_at < now() - interval '3 days' and extract(hour from created_at at time zone 'Europe/London') between 0 and 5`
    expect(await count(asleep)).toBe(0)
  })

  test('shows a sight for every state that it lists', async () => {
    const sights = await sightsOf(site.world.db)
    expect(sights.filter((sight) => sight.path === null)).toEqual([])
    for (const { path } of sights.filter((sight) => sight.as === 'anybody')) {
      const reply = await site.get((path ?? '').split('#')[0] ?? '')
      expect([path, reply.statusCode < 400]).toEqual([path, true])
    }
  })
})

describe('places', () => {
  const teamAt = async (key: string): Promise<string[]> => {
    const postcode = await postcodeByKey(site.world.db, key)
    if (!postcode?.point) return []
    const areas = await locate(site.world.db, postcode.point, { kinds: ['team'] })
    return (
      await teamsOfAreas(
        site.world.db,
        areas.map((area) => area.id),
      )
    ).map((team) => team.name)
  }

  test.each([
    ['LN42LE', 'Bracebridge Heath'],
    ['LN59ER', 'Bracebridge Heath'],
    ['LN58RP', 'Lincoln Bracebridge'],
    ['LN13AA', 'Lincoln Minster and Castle'],
    ['LN22LT', 'Nettleham'],
    ['LN69BB', 'Hykeham Town'],
    ['LN50EB', 'Cliff Villages'],
    ['LN41BE', 'Washingborough and Metheringham'],
    ['LN83EA', 'Market Rasen'],
    ['LN106QG', 'Woodhall Spa, Coningsby and Tattershall'],
    ['NG347EF', 'Sleaford Town'],
    ['NG316PZ', 'Grantham Town Centre'],
    ['PE218QR', 'Boston Town Centre'],
    ['PE112XE', 'Spalding Town'],
    ['PE251DA', 'Skegness'],
    ['PE92DR', 'Stamford Town'],
    ['LN118UP', 'Louth Rural'],
  ])('%s is %s', async (key, team) => {
    expect(await teamAt(key)).toEqual([team])
  })

  test('a postcode of another force, an old one and one without a position', async () => {
    expect(await teamAt('NG241DU')).toEqual([])
    expect((await postcodeByKey(site.world.db, 'NG241DU'))?.forceCode).toBe('E23000019')
    expect((await postcodeByKey(site.world.db, 'LN42WZ'))?.terminated).not.toBeNull()
    expect((await postcodeByKey(site.world.db, 'LN42ZY'))?.point).toBeNull()
  })

  test('the areas cover the county once', async () => {
    const { rows } = await site.world.db.execute<{ total: number; n: string }>(
      sql`select sum(square_metres) / 1e6 as total, count(*) as n from area_parts`,
    )
    expect(Number(rows[0]?.n)).toBe(59)
    // Lincolnshire without its north is about 5,900 square kilometres.
    expect(Number(rows[0]?.total)).toBeGreaterThan(5000)
    expect(Number(rows[0]?.total)).toBeLessThan(7000)
  })
})

describe('nobody is real', () => {
  test('addresses end where nobody lives', async () => {
    expect(await count(sql`select 1 from accounts where email !~ '(\\.example|@persona\\.invalid)$'`)).toBe(0)
    expect(await count(sql`select 1 from officers where contact ->> 'email' !~ '\\.example$'`)).toBe(0)
    expect(await count(sql`select 1 from mails where "to" !~ '\\.example$'`)).toBe(0)
  })

  test('no telephone numbers but those of the police, no number plates, no card numbers', async () => {
    const { rows } = await site.world.db.execute<{ words: string }>(
      sql`select body as words from comments union all select body || title from posts union all select coalesce(note, '') from flags union all select coalesce(bio_html, '') from officers`,
    )
    const found = rows.flatMap(({ words }) => [...words.matchAll(/\+?\d[\d ]{8,}\d|\b[A-Z]{2}\d{2} ?[A-Z]{3}\b/g)].map(([number]) => number))
    expect(found.filter((number) => !/^(0800 555 111|01632 960\d{3}|07700 900\d{3})$/.test(number))).toEqual([])
  })
})

test('it refuses to be made anywhere else', async () => {
  const production = readConfig({
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://x',
    PUBLIC_URL: 'https://blue-lamp.example',
    SECRET: 'x'.repeat(32),
    SMTP_URL: 'smtp://x',
    MAIL_FROM: 'a@b.example',
    CONTACT_EMAIL: 'a@b.example',
    SECURITY_CONTACT: 'mailto:a@b.example',
    FORCE_ID: 'lincolnshire',
    FORCE_NAME: 'x',
    FORCE_AREA_CODE: 'x',
  })
  expect(production.demonstration).toBe(false)
  await expect(seedOnce(site.world.db, production)).rejects.toThrow('demonstration only')
  await expect(seedOnce(site.world.db, { ...production, demonstration: true })).rejects.toThrow('demonstration only')
})
