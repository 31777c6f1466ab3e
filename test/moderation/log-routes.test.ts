import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLog } from '../../src/activity/log.ts'
import { parseRows } from '../../src/imports/csv.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from './desk.ts'

let site: TestApp
let desk: Desk
beforeAll(async () => {
  site = await openApp()
  desk = await furnish(site.world)
})
afterAll(() => site.close())

const write = (more: Partial<Parameters<typeof writeLog>[1]>) =>
  desk.db.transaction((tx) =>
    writeLog(tx, {
      actorId: desk.press.accountId,
      role: 'press-office',
      act: 'remove',
      item: 'comment',
      itemId: 1,
      audience: 'public',
      teamId: desk.team.id,
      teamName: desk.team.name,
      publicText: 'Only its author reads this.',
      note: 'Only moderators read this.',
      ...more,
    }),
  )

test('the file holds every row of the filter, quoted where it has to be, and no formula', async () => {
  const hostile = await write({ teamName: '=HYPERLINK("http://x.example","Click")', reasonCode: 'spam', reasonTitle: 'Advertising, or "spam"' })
  for (let row = 0; row < 60; row++) await write({ reasonCode: 'abuse', reasonTitle: 'Abuse or harassment' })
  const all = await site.get('/moderation-log/log.csv')
  expect(all.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(all.headers['content-disposition']).toContain('attachment')
  const rows = parseRows(all.body.replace('\ufeff', ''))
  expect(rows[0]).toEqual(['number', 'date', 'team', 'item', 'decision', 'reason', 'decided by', 'appeal'])
  expect(rows.length).toBe(62)
  expect(rows.every((row) => row.length === 8)).toBe(true)
  expect(rows.find(([number]) => number === String(hostile))?.slice(2)).toEqual([
    `'=HYPERLINK("http://x.example","Click")`,
    'Comment',
    'Removed',
    'Advertising, or "spam"',
    'Press office',
    '',
  ])
  for (const secret of ['Only its author', 'Only moderators', 'Sam Carter', desk.press.email]) expect(all.body).not.toContain(secret)
  expect(parseRows((await site.get('/moderation-log/log.csv?reason=spam')).body).length).toBe(2)
})

test('the page names its feeds for feed readers where they are', async () => {
  const { body } = await site.get('/moderation-log?reason=spam')
  const named = [...body.matchAll(/<link rel="alternate"[^>]* href="([^"]+)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&') ?? '')
  expect(named).toContain('/moderation-log/feed.atom?reason=spam')
  for (const href of named) expect((await site.get(href)).statusCode).toBe(200)
})

test('the feed says the same, is the same while nothing changed, and keeps the filter', async () => {
  const feed = await site.get('/moderation-log/feed.atom?reason=spam&team=')
  expect(feed.headers['content-type']).toBe('application/atom+xml; charset=utf-8')
  expect(feed.body.match(/<entry>/g)).toHaveLength(1)
  expect(feed.body).toContain('Comment: Removed')
  expect(feed.body).not.toContain('Sam Carter')
  const again = await site.app.inject({
    url: '/moderation-log/feed.atom?reason=spam&team=',
    headers: { 'if-none-match': String(feed.headers['etag']) },
  })
  expect(again.statusCode).toBe(304)
})

test('the page keeps the filter through its pages, and says so when nothing fits', async () => {
  const page = await site.get('/moderation-log?reason=abuse&team=&act=&month=')
  expect(page.body).toContain('60 decisions that match')
  expect(page.body).toMatch(/before=\d+&(amp;)?reason=abuse/)
  expect((await site.get('/moderation-log?reason=copyright')).body).toContain('No decisions match')
})

test.each(['?act=look-up', '?month=2026-13', '?team=x', '?reason=%27'])('%s is no page of ours', async (query) => {
  for (const path of ['/moderation-log', '/moderation-log/feed.atom', '/moderation-log/log.csv'])
    expect((await site.get(`${path}${query}`)).statusCode, path).toBe(404)
})
