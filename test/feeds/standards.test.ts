/**
 * Feeds and calendars held to their standards, in a town where titles and comments hold whatever breaks XML, HTML, JSON and iCalendar.
 */
import { randomUUID } from 'node:crypto'
import ICAL from 'ical.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment, unnameComment, withdrawComment } from '../../src/conversations/comment.ts'
import { cancelPresence } from '../../src/places/presence-change.ts'
import { planPresences } from '../../src/places/presence-plan.ts'
import { presences } from '../../src/places/schema.ts'
import { publishPost } from '../../src/posts/post.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPlace, windowIn } from '../places/presence-world.ts'
import { faultsOfAtom, faultsOfJson, faultsOfLines, readAtom, type JsonFeed } from './standards.ts'

const SITE = 'http://portal.example.org'
const NASTY = 'Ends ]]> & <b>bold</b> "quoted"; comma, \\ back\u0007slash — ünïcödé 🚲'

let site: TestApp
let team: TeamName
let sergeant: SignedIn
let resident: SignedIn
let conversationId: number

beforeAll(async () => {
  site = await openApp({ PUBLIC_URL: SITE })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  sergeant = await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team)
  resident = await makeResident(db, 'Maureen <T> & Co')
  for (const title of [NASTY, 'A second one']) {
    moveClock(60_000 * (title.length + 1))
    await publishPost(db, sergeant, team, {
      title: title.replace('\u0007', ''),
      body: `${NASTY}\n\nhttps://example.org/a?b=c&d=e`,
      tags: ['speeding', 'two words'],
      clientKey: randomUUID(),
    })
  }
  ;({ conversationId } = await makePost(db, sergeant, team, 'Talk about <this> & that'))
  for (const body of ['One & only <script>alert(1)</script>', NASTY.replace('\u0007', '')]) await say(resident, body)
  await say(sergeant, 'An official word.')
})
afterAll(() => {
  moveClock(0)
  return site.close()
})

async function say(actor: SignedIn, body: string): Promise<number> {
  const said = await postComment(site.world.db, actor, conversationId, { body, parentId: null, clientKey: randomUUID() })
  return said.id
}

const FEEDS = ['/teams/bracebridge-heath/feed', '/tags/speeding/feed', '/feed', '/conversations/ID/feed'] as const
const addressOf = (feed: string): string => feed.replace('ID', String(conversationId))

describe.each(FEEDS)('%s', (feed) => {
  test('is Atom', async () => {
    const address = `${addressOf(feed)}.atom`
    const answer = await site.get(address)
    expect(answer.headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    expect(faultsOfAtom(answer.body, `${SITE}${address}`)).toEqual([])
    expect(readAtom(answer.body).entry?.length).toBeGreaterThanOrEqual(2)
  })

  test('is a JSON Feed', async () => {
    const address = `${addressOf(feed)}.json`
    const answer = await site.get(address)
    expect(answer.headers['content-type']).toBe('application/feed+json; charset=utf-8')
    expect(faultsOfJson(answer.body, `${SITE}${address}`)).toEqual([])
    expect(answer.json<JsonFeed>().items?.length).toBeGreaterThanOrEqual(2)
  })

  test('is answered with 304 while nothing changes', async () => {
    const { headers } = await site.get(`${addressOf(feed)}.atom`)
    const again = await site.app.inject({ url: `${addressOf(feed)}.atom`, headers: { 'if-none-match': String(headers['etag']) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    expect(headers['last-modified']).toBeUndefined()
  })
})

describe('these rules see', () => {
  test.each([
    ['a foreign namespace', '<feed xmlns="x"><id>a:b</id><title>t</title><updated>2026-01-01T00:00:00Z</updated></feed>'],
    ['no updated', '<feed xmlns="http://www.w3.org/2005/Atom"><id>a:b</id><title>t</title></feed>'],
    ['broken XML', '<feed xmlns="http://www.w3.org/2005/Atom"><id>a:b</feed>'],
  ])('%s', (_name, body) => expect(faultsOfAtom(body, 'https://x.test')).not.toEqual([]))

  test('an item without content, and a line that is too long', () => {
    expect(faultsOfJson(JSON.stringify({ version: 'https://jsonfeed.org/version/1', title: 't', items: [{ id: '1' }] }), 'x').length).toBeGreaterThan(
      2,
    )
    expect(faultsOfLines(`BEGIN:VCALENDAR\r\n${'x'.repeat(76)}\r\nEND:VCALENDAR`)).toHaveLength(1)
    expect(faultsOfLines('BEGIN:VCALENDAR\nX:1\r\nEND:VCALENDAR')).toHaveLength(1)
  })
})

describe('the feed of a conversation', () => {
  const items = async () => ((await site.get(`/conversations/${conversationId}/feed.json`)).json() as JsonFeed).items ?? []

  test('marks what is official, and runs no script', async () => {
    const [official, nasty] = await items()
    expect(official?.title).toBe('Sgt Helen Marsh (Sergeant · Bracebridge Heath team): An official word.')
    expect(nasty?.title).toContain('Maureen <T> & Co: Ends')
    expect((await items()).map((item) => item.content_html).join('')).not.toContain('<script>')
  })

  test('forgets a name that was taken off, and loses what was withdrawn at once', async () => {
    const id = await say(resident, 'Without my name, please.')
    await unnameComment(site.world.db, resident, id)
    expect((await items())[0]?.title).toBe('A resident: Without my name, please.')
    await withdrawComment(site.world.db, resident, id)
    expect(JSON.stringify(await items())).not.toContain('Without my name')
  })

  test('of a staff or private conversation is not there, for anybody', async () => {
    const hidden = await site.world.db.$client.query<{ id: string }>(
      "insert into conversations (audience, team_id, title, path) values ('staff', null, 'Staff', '/x'), ('private:1', null, 'Private', '/y') returning id",
    )
    for (const { id } of hidden.rows) expect((await site.get(`/conversations/${id}/feed.atom`, await site.cookieOf(sergeant))).statusCode).toBe(404)
    expect(hidden.rows).toHaveLength(2)
  })
})

describe('calendars', () => {
  beforeAll(async () => {
    const { db } = site.world
    const place = await openPlace(db, team, 'Heath Library; the big, old one')
    const plan = (about: string, from: string, until: string) =>
      planPresences(db, sergeant, { placeId: place.id, teamId: team.id, about, windows: [windowIn(3, from, until)], clientKey: randomUUID() })
    await plan(NASTY.replace('\u0007', ''), '14:00', '16:00')
    await plan('Another', '17:00', '18:00')
  })

  const read = async (address: string) => {
    const answer = await site.get(address)
    expect(answer.statusCode, address).toBe(200)
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(faultsOfLines(answer.body)).toEqual([])
    const calendar = new ICAL.Component(ICAL.parse(answer.body))
    expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
    expect(calendar.getFirstPropertyValue('prodid')).toMatch(/^-\/\/.+\/\/EN$/)
    expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH')
    return calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component))
  }

  test.each(['/teams/bracebridge-heath/events.ics', '/events.ics', '/places/PLACE/events.ics'])('%s', async (address) => {
    const [placed] = await site.world.db.$client.query<{ slug: string }>('select slug from places').then(({ rows }) => rows)
    const events = await read(address.replace('PLACE', placed?.slug ?? ''))
    expect(events).toHaveLength(2)
    const [first] = events
    expect(first?.uid).toMatch(/^presence-\d+@portal\.example\.org$/)
    expect(first?.location).toContain('Heath Library; the big, old one')
    expect(first?.description).toContain('back')
    expect(first?.startDate.toJSDate()).toEqual(windowIn(3).startsAt)
    expect(first?.duration.toSeconds()).toBe(7200)
  })

  test('one that is called off stays, marked, with a higher sequence; one that is over is gone', async () => {
    const { db } = site.world
    const [one] = await db.select().from(presences).orderBy(presences.startsAt).limit(1)
    const [before] = await read(`/presences/${one?.id}/event.ics`)
    await cancelPresence(db, sergeant, one?.id ?? 0, { because: 'We are needed elsewhere.', version: 1 })
    const [after] = await read(`/presences/${one?.id}/event.ics`)
    expect(after?.component.getFirstPropertyValue('status')).toBe('CANCELLED')
    expect(after?.sequence).toBeGreaterThan(before?.sequence ?? 0)
    expect(after?.uid).toBe(before?.uid)
    expect(await read('/events.ics')).toHaveLength(2)
    moveClock(5 * 86_400_000)
    expect(await read('/events.ics')).toHaveLength(0)
    moveClock(0)
  })
})
