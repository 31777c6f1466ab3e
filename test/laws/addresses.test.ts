/**
 * Addresses that people have kept, printed and sent to each other: whatever is built later, these answer.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let resident: SignedIn
let press: SignedIn
let administrator: SignedIn
let postPath: string
let postId: number
let commentId: string

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  await makeTeam(db, 'Sleaford Town')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  resident = await makeResident(db, 'Maureen T')
  press = await makeStaff(db, 'Press office', 'press-office')
  administrator = await makeStaff(db, 'Ada Min', 'administrator')
  const post = await makePost(db, officer, team)
  postPath = post.path
  postId = post.id
  const form = { body: 'Thank you for being there.', key: randomUUID() }
  const said = await site.post(`/conversations/${post.conversationId}/comments`, form, await site.cookieOf(resident))
  commentId = /\/comments\/(\d+)(?:\?|$)/.exec(String(said.headers['location']))?.[1] ?? ''
  expect(commentId).not.toBe('')
})
afterAll(() => site?.close())

/** Open to everybody, with a word that their page must hold. */
const PUBLIC: readonly (readonly [path: string, holds: string])[] = [
  ['/', 'Find your neighbourhood team'],
  ['/find', 'Find your team'],
  ['/search', 'Words to look for'],
  ['/search?q=speed', '<mark>Speed</mark> checks'],
  ['/places', 'No places are listed yet'],
  ['/surveys', 'No team asks anything just now'],
  ['/surveys?view=over', 'No survey is over yet'],
  ['/nearby', 'Where are you?'],
  ['/nearby/look', 'Look around'],
  ['/teams', 'Bracebridge Heath'],
  ['/teams/', 'Bracebridge Heath'],
  ['/teams/bracebridge-heath', 'Bracebridge Heath'],
  ['/teams/bracebridge-heath/performance', 'No questions yet'],
  ['/teams/bracebridge-heath/performance.csv', 'Bracebridge Heath,Meetings held,,0'],
  ['/performance', 'Sleaford Town'],
  ['/performance.csv', 'Sleaford Town,Outcomes published,,0'],
  ['/teams/bracebridge-heath/priorities', 'What we are working on'],
  ['/teams/bracebridge-heath/suggestions', 'What should the team work on?'],
  ['/teams/bracebridge-heath/suggestions/new', 'Your suggestion in one line'],
  ['/teams/bracebridge-heath/area', 'Places in it'],
  ['/teams/bracebridge-heath/effort', 'Share out the effort'],
  ['/teams/bracebridge-heath/effort.csv', 'quarter'],
  ['/teams/bracebridge-heath/area.geojson', 'FeatureCollection'],
  ['/ask/bracebridge-heath', 'What do you want to ask?'],
  ['/tags/speeding', 'Speed checks'],
  ['/tags/speeding/feed.atom', 'Speed checks'],
  ['/teams/bracebridge-heath/feed.json', 'Speed checks'],
  ['/feed.atom', 'Speed checks'],
  ['/feed.json', 'Speed checks'],
  ['/teams/bracebridge-heath/events', 'No event is planned'],
  ['/events', 'No event is planned'],
  ['/events?view=past', 'Nothing has taken place yet'],
  ['/can-you-help', 'Nobody is asking for help just now'],
  ['/can-you-help?view=closed', 'There is nothing more'],
  ['/teams/bracebridge-heath/can-you-help', 'Nobody is asking for help just now'],
  ['/teams/bracebridge-heath/events.ics', 'BEGIN:VCALENDAR'],
  ['/events.ics', 'BEGIN:VCALENDAR'],
  ['/follow/bracebridge-heath', 'Follow the Bracebridge Heath team'],
  ['/follow/force', 'Follow all of Lincolnshire Police'],
  ['/follow/tags/speeding', 'Follow posts about speeding'],
  ['/moderation-log', 'Moderation log'],
  ['/house-rules', 'House rules'],
  ['/privacy', 'Privacy'],
  ['/notices/new', 'Defamation or copyright'],
  ['/accessibility', 'Accessibility'],
  ['/sign-in', 'Sign in'],
  ['/offline', 'You are offline'],
  ['/manifest.webmanifest', 'Blue Lamp: Lincolnshire Police'],
  ['/sw.js', 'addEventListener'],
  ['/robots.txt', 'User-agent'],
  ['/.well-known/security.txt', 'Contact:'],
  ['/health/live', 'live'],
  ['/health/ready', 'ready'],
]

describe('addresses for everybody', () => {
  test.each(PUBLIC)('%s', async (path, holds) => {
    const answer = await site.get(path)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain(holds)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  test('a post: its id never changes, its words and its team may', async () => {
    expect(postPath).toMatch(/^\/teams\/bracebridge-heath\/posts\/\d+-[a-z0-9-]+$/)
    const answer = await site.get(postPath)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('Thank you for being there.')
    for (const other of [`${postId}`, `${postId}-older-words`]) {
      const moved = await site.get(`/teams/bracebridge-heath/posts/${other}`)
      expect([301, 302, 303, 307, 308]).toContain(moved.statusCode)
      expect(moved.headers['location']).toBe(postPath)
    }
    const foreign = await site.get(postPath.replace('bracebridge-heath', 'sleaford-town'))
    expect(foreign.headers['location']).toBe(postPath)
  })

  test('a place that one team looks after leads to its page', async () => {
    const answer = await site.get('/find?q=Bracebridge+Heath')
    expect([302, 303, 307]).toContain(answer.statusCode)
    expect(answer.headers['location']).toBe('/teams/bracebridge-heath')
  })

  test('a comment leads to its place in the thread', async () => {
    const answer = await site.get(`/comments/${commentId}`)
    expect([301, 302, 303, 307, 308]).toContain(answer.statusCode)
    expect(answer.headers['location']).toMatch(new RegExp(`#c${commentId}$`))
    const place = String(answer.headers['location']).split('#')[0] ?? ''
    expect((await site.get(place)).body).toMatch(new RegExp(`\\sid="?c${commentId}\\b`))
  })
})

describe('addresses behind a door', () => {
  test.each([
    ['/account', () => resident],
    ['/account/questions', () => resident],
    ['/following', () => resident],
    ['/officers', () => press],
    ['/officers/questions', () => press],
    ['/officers/events', () => press],
    ['/officers/events/new', () => press],
    ['/officers/absence', () => press],
    ['/moderation', () => press],
    ['/admin', () => administrator],
    ['/admin/teams', () => administrator],
  ] as const)('%s', async (path, who) => {
    const answer = await site.get(path, await site.cookieOf(who()))
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toContain('no-store')
    const visitor = await site.get(path)
    expect(visitor.headers['location']).toBe(`/sign-in?return=${encodeURIComponent(path)}`)
  })
})

test('reading without an account writes nothing', async () => {
  const { db } = site.world
  const { rows } = await db.$client.query<{ name: string }>('select current_database() as name')
  await db.$client.query(`alter database ${rows[0]?.name} set default_transaction_read_only = on`)
  await db.$client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
  await db.$client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
  // The pool may still lend a connection that was just ended.
  await vi.waitFor(() => expect(db.$client.query('create table never (id int)')).rejects.toThrow('read-only'), { timeout: 15_000 })
  for (const path of [...PUBLIC.map(([path]) => path), postPath, `/comments/${commentId}`, `/comments/${commentId}/reply`, `/posts/${postId}/flag`]) {
    expect((await site.get(path)).statusCode, path).toBeLessThan(400)
  }
})
