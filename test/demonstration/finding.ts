/**
 * What the demonstration shows of finding and following: each journey has something concrete at its end, and starting the work behind the pages afterwards
 * tells nobody anything twice. Told of in visit.test.ts, which seeds for both.
 */
import { sql, type SQL } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import { WAITING_PLACE } from '../../src/demonstration/meeting-places.ts'
import { residentEmail } from '../../src/demonstration/residents.ts'
import { seedOnce } from '../../src/demonstration/seed.ts'
import { locate } from '../../src/geography/locate.ts'
import { teamsOfAreas } from '../../src/teams/team.ts'
import type { TestApp } from '../app.ts'

export function describeFinding(seeded: () => TestApp): void {
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

  describe('places', () => {
    test('are listed with their hours, without the one that is closed for good, which keeps its page', async () => {
      const list = await bodyOf('/places')
      expect([...list.matchAll(/href="\/places\/[a-z-]+"/g)].length).toBeGreaterThanOrEqual(12)
      expect(list).toContain('Open all day')
      expect(list).not.toContain('Market Rasen Police Station')
      expect(await bodyOf('/places/market-rasen-police-station')).toContain('Closed for good')
    })

    test('have tips, and days around Christmas that differ', async () => {
      expect(await bodyOf('/places/bracebridge-heath-library')).toContain('The ramp is fine')
      expect(await bodyOf('/places/bracebridge-heath-village-hall')).toContain('Use the side door in the evening')
      const [library] = await rowsOf<{ days: string[] }>(
        sql`select array(select jsonb_object_keys(exceptions) order by 1) as days from places where slug = 'bracebridge-heath-library'`,
      )
      const days = ['12-24', '12-25', '12-26', '12-27', '12-28', '12-29', '12-30', '12-31', '01-01']
      expect(library?.days.map((day) => day.slice(5))).toEqual(days)
      expect(library?.days.at(-1)?.localeCompare(new Date().toISOString())).toBe(1)
    })

    test('lie in the area of the team that looks after them', async () => {
      const rows = await rowsOf<{ name: string; lat: number; lng: number; team: string }>(
        sql`select p.name, p.lat, p.lng, t.name as team from places p join teams t on t.id = p.team_id`,
      )
      for (const { name, lat, lng, team } of rows) {
        const areas = await locate(seeded().world.db, { lat, lng }, { kinds: ['team'] })
        const found = await teamsOfAreas(
          seeded().world.db,
          areas.map(({ id }) => id),
        )
        expect([name, found.map((those) => those.name)]).toEqual([name, [team]])
      }
    })

    test('one that a partner proposed waits, in view of its author and of those who may agree', async () => {
      const [waiting] = await rowsOf<{ id: string }>(sql`select id from place_changes where answer is null`)
      const path = `/place-changes/${waiting?.id}`
      for (const persona of ['partner', 'sergeant', 'press-office']) {
        const cookie = await become(persona)
        expect(await bodyOf('/officers/places', cookie)).toContain(WAITING_PLACE)
        expect(await bodyOf(path, cookie)).toContain(WAITING_PLACE)
      }
      expect((await seeded().get(path, await become('resident'))).statusCode).not.toBe(200)
      for (const page of ['/places', '/nearby?q=LN4+2LE', '/search?q=council+advice']) expect(await bodyOf(page)).not.toContain(WAITING_PLACE)
    })
  })

  describe('where officers can be met', () => {
    test('one goes on now and for three hours, several are ahead, one is called off with a reason', async () => {
      const page = await bodyOf('/teams/bracebridge-heath')
      expect(page).toContain('Here now until')
      expect(page).toContain('The heating of the hall has failed')
      const here = sql`cancelled_at is null and starts_at < now()`
      expect(await count(sql`select 1 from presences where ${here} and ends_at > now() + interval '2 hours 50 minutes'`)).toBe(1)
      expect(await count(sql`select 1 from presences where starts_at > now() and cancelled_at is null`)).toBeGreaterThanOrEqual(8)
      expect(await count(sql`select 1 from presences where cancelled_at is not null`)).toBe(1)
    })

    test('only while the place is open, apart from the one that goes on now, and never at two places at once', async () => {
      const weekend = sql`extract(isodow from starts_at at time zone 'Europe/London') > 5`
      expect(await count(sql`select 1 from presences where starts_at > now() and ${weekend}`)).toBe(0)
      const christmas = sql`to_char(starts_at at time zone 'Europe/London', 'MM-DD') in ('12-24', '12-25', '12-26', '12-31', '01-01')`
      expect(await count(sql`select 1 from presences where starts_at > now() and ${christmas}`)).toBe(0)
    })

    test('residents said that they came', async () => {
      expect(await count(sql`select 1 from presences where ends_at < now() and came_count > 1`)).toBe(5)
      expect(await count(sql`select 1 from presences where ends_at > now() and came_count = 3`)).toBe(1)
      expect(await count(sql`select 1 from presences p where came_count <> (select count(*) from presence_visits where presence_id = p.id)`)).toBe(0)
    })
  })

  describe('near LN4 2LE', () => {
    test('are more than ten things within three miles, half of them round the corner, and what goes on now is first', async () => {
      const page = await bodyOf('/nearby?q=LN4+2LE&within=3')
      const [first] = [...page.matchAll(/<li[^>]*>.*?<\/li>/gs)].map(([item]) => item).filter((item) => item.includes('metres'))
      expect(first).toContain('Here now')
      expect([...page.matchAll(/About (\d+) metres/g)].filter(([, metres]) => Number(metres) <= 500).length).toBeGreaterThanOrEqual(10)
    })

    test('looking around has the same, in a list that needs no camera', async () => {
      const page = await bodyOf('/nearby/look?q=LN4+2LE')
      for (const name of ['Bracebridge Heath Library', 'Keys found by the bus stop', 'On Grantham Road this morning']) expect(page).toContain(name)
    })

    test('posts of several kinds say roughly where, on the grid', async () => {
      expect(await count(sql`select distinct kind from posts join post_points on post_id = id`)).toBeGreaterThanOrEqual(4)
      expect(await count(sql`select 1 from post_points where round(lat::numeric, 3) <> lat::numeric or round(lng::numeric, 3) <> lng::numeric`)).toBe(
        0,
      )
    })
  })

  test.each([
    ['bike', 'Forty bicycles marked'],
    ['bracebrige', 'Search instead for'],
    ['curb', 'kerb'],
    ['neighbor', 'neighbour'],
    ['bracebridge heath library', 'href="/places/bracebridge-heath-library"'],
  ])('searching for %s finds %s', async (words, found) => {
    expect((await bodyOf(`/search?q=${encodeURIComponent(words)}`)).replace(/<\/?mark>/g, '')).toContain(found)
  })

  describe('following', () => {
    const mails = (subject: string) =>
      rowsOf<{ to: string; subject: string; text: string }>(sql`select "to", subject, text from mails where subject like ${subject} order by id`)

    test.each([
      ['a link to confirm', 'Confirm: follow %', 'not.yet@mail.example'],
      ['news as it happens', 'Bracebridge Heath team: %', 'neighbour@mail.example'],
      ['an official reply as it happens', 'From the police: Speed watch%', residentEmail('ruth')],
      ['a daily summary', 'Today: %', residentEmail('ruth')],
      ['a weekly summary', 'This week: %', 'parish.clerk@mail.example'],
      ['an urgent alert', 'Urgent: Gas leak%', residentEmail('ruth')],
      ['another team, because a line was drawn anew', 'You now follow the Bracebridge Heath team', 'on.the.hill@mail.example'],
    ])('%s is among the mail', async (_what, subject, to) => {
      const found = await mails(subject)
      expect(found.map((mail) => mail.to)).toContain(to)
      expect(found.every(({ text }) => text.length > 50)).toBe(true)
    })

    test('the links of a mail open what they say', async () => {
      const [mail] = await mails('Urgent: %')
      const links = [...(mail?.text ?? '').matchAll(/https?:\/\/[^/\s]+(\/\S+)/g)].map(([, path = '']) => path)
      expect(links.length).toBeGreaterThanOrEqual(3)
      // The address of what was corrected since leads on to where it stands now.
      for (const link of links) expect([200, 301]).toContain((await seeded().get(link)).statusCode)
      const [asked] = await mails('Confirm: follow Posts about scams')
      expect(await bodyOf(/\/follow\/confirm\/\S+/.exec(asked?.text ?? '')?.[0] ?? '')).toContain('scams')
    })

    test('the resident sees what she follows, and what is new for her', async () => {
      const ruth = await become('resident')
      const followed = await bodyOf('/following', ruth)
      for (const thing of ['Bracebridge Heath team', 'Bracebridge Heath Library', 'Speed watch: six places']) expect(followed).toContain(thing)
      expect(followed).toContain('LN4 2LE')
      const news = await bodyOf('/account/notifications', ruth)
      for (const sentence of [
        '3 unread',
        'acted on what you said',
        'replied to your comment',
        'was removed',
        'Your question is answered',
        'is published',
      ])
        expect(news).toContain(sentence)
    })

    test('the press office sees an alert of two people, and nothing that is stuck', async () => {
      const page = await bodyOf('/moderation/mailings', await become('press-office'))
      expect(page).toContain('Urgent alert')
      expect(await count(sql`select 1 from mailings where finished_at is null and stopped_at is null`)).toBe(0)
      expect(await count(sql`select 1 from mails where mailing_id is not null and sent_at is null`)).toBe(0)
      expect(await count(sql`select 1 from alerts where proposed_by <> agreed_by`)).toBe(1)
    })

    test('whoever gave a postcode was moved with the line, and nobody else', async () => {
      const moved = await rowsOf<{ email: string; slug: string }>(
        sql`select email, slug from follows join followers f on f.id = follower_id join teams on key = 'team:' || teams.id where moved_at is not null`,
      )
      expect(moved).toEqual([{ email: 'on.the.hill@mail.example', slug: 'bracebridge-heath' }])
    })
  })

  describe('afterwards', () => {
    const EVERYTHING = [
      'mails',
      'mailings',
      'notifications',
      'follows',
      'places',
      'place_changes',
      'presences',
      'posts',
      'comments',
      'activities',
      'alerts',
    ]
    const counts = async () =>
      Object.fromEntries(await Promise.all(EVERYTHING.map(async (table) => [table, await count(sql`select 1 from ${sql.identifier(table)}`)])))

    test('seeding again changes nothing', async () => {
      const before = await counts()
      expect(await seedOnce(seeded().world.db, seeded().config)).toBe(false)
      expect(await counts()).toEqual(before)
    })

    test('the jobs that wait tell nobody anything twice', async () => {
      const before = await counts()
      const told = sql`kind in ('post.published', 'post.corrected', 'presence.cancelled', 'presence.changed', 'place.closed', 'question.answered', 'areas.changed',
        'suggestion.adopted', 'suggestion.declined', 'suggestion.merged', 'priority.acted', 'priority.reviewed', 'priority.closed', 'occasion.changed',
        'occasion.cancelled', 'event.changed', 'event.noted', 'task.answered', 'task.closed', 'survey.submitted', 'survey.closed', 'survey.published')`
      for (const row of await seeded().world.db.select().from(activities).where(told)) await echoActivity(seeded().world.db, row as Activity)
      expect(await counts()).toEqual(before)
    })

    test.each([
      '/',
      '/teams/bracebridge-heath',
      '/places',
      '/places/bracebridge-heath-library',
      '/nearby?q=LN4+2LE',
      '/nearby/look?q=LN4+2LE',
      '/search?q=bike',
    ])('%s says that people are invented', async (path) => {
      expect(await bodyOf(path)).toContain('invented people')
    })

    test.each(['/follow/bracebridge-heath', '/tags/bike-marking', '/demonstration', '/demonstration/mail', '/find', '/offline'])(
      '%s says so too',
      async (path) => {
        expect(await bodyOf(path)).toContain('invented people')
      },
    )
  })
}
