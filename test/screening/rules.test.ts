/** The rules that make a comment wait, one by one, and the hours in which somebody is there to look. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chosenBecause, hasLink, holdBecause, refersTo, type Sending } from '../../src/screening/rules.ts'
import { findIn } from '../../src/screening/findings.ts'
import { awayUntil, isStaffed } from '../../src/text/staffed.ts'
import { moveClock } from '../../src/clock.ts'
import { wordLists } from '../../src/screening/schema.ts'
import { makeResident } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const HOURS = { from: 8, until: 20 }
const NOON = new Date('2026-11-23T12:00:00Z')

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const because = async (more: Partial<Sending>, published = 10) =>
  holdBecause(world.db, await makeResident(world.db, null, published), {
    body: 'The lights are out again.',
    at: NOON,
    staffed: HOURS,
    quick: false,
    chosen: null,
    ...more,
  })

describe('a comment', () => {
  test('that no rule wants to see appears at once', async () => {
    expect(await because({})).toBeNull()
  })

  test.each<[string, Partial<Sending>, RegExp]>([
    ['words of a list', { body: 'Sort them out ourselves, I say' }, /^Words of the list “Calls to take the law.*” \(“sort them out ourselves”\)\.$/],
    ['speed', { quick: true }, /^More than 5 comments of this account in 10 minutes\.$/],
    ['an empty desk', { at: new Date('2026-11-23T21:00:00Z') }, /^Written while nobody was at the desk\.$/],
    ['its author', { chosen: 'Its author asked.' }, /^Its author asked\.$/],
  ])('waits because of %s', async (_what, sending, words) => {
    expect(await because(sending)).toMatch(words)
  })

  test('waits because of a link until ten comments of the account are published', async () => {
    expect(await because({ body: 'See https://example.org/x' }, 9)).toMatch(/^A link/)
    expect(await because({ body: 'See https://example.org/x' }, 10)).toBeNull()
  })

  test('names every rule at once', async () => {
    const all = await because({ body: 'wanker, see www.x.example', quick: true, chosen: 'Asked.', at: new Date('2026-11-23T03:00:00Z') }, 0)
    expect(all).toMatch(/^Asked\. Words of the list .* A link.* More than 5.* nobody was at the desk\.$/)
  })

  test('names the lines of a list, each once and a few of them only, and no word of the author', async () => {
    expect(await because({ body: 'wanker wankers wankered' })).toMatch(/\(“wanker\*”\)\.$/)
    await world.db
      .insert(wordLists)
      .values({ name: 'Many', version: 1, purpose: 'hold', patterns: 'one1\ntwo2\nthree3\nfour4\nfive5\nsix6', note: 'A test.' })
    moveClock(6000)
    const many = await because({ body: 'one1 two2 three3 four4 five5 six6' })
    moveClock(0)
    expect(many).toMatch(/“Many” \(“one1”, “two2”, “three3”, “four4”, “five5”, …\)/)
  })

  test('waits when the name over it has words of a list', async () => {
    const person = await makeResident(world.db, 'Total Wanker', 10)
    const rule = await holdBecause(world.db, person, { body: 'Hello.', at: NOON, staffed: HOURS, quick: false, chosen: null })
    expect(rule).toMatch(/^Words of the list .* \(“wanker\*”\), in the display name\.$/)
  })
})

test.each([
  ['https://example.org', true],
  ['join t.me/freestuff', true],
  ['look at bit.ly/3xYz', true],
  ['go to example.shopping/now', true],
  ['and/or, 24/7, e.g. this/that', false],
  ['HTTP://EXAMPLE.ORG', true],
  ['go to www.example', true],
  ['cheap-watches.shop now', true],
  ['example.co.uk', true],
  ['It ended.Then it began', false],
  ['e.g. the 5.30pm bus', false],
  ['No.10', false],
  ['', false],
])('a link in %j: %s', (text, expected) => {
  expect(hasLink(text)).toBe(expected)
})

test('what its author was asked about is said to the moderator', () => {
  expect(chosenBecause([])).toBe('Its author asked for a moderator to look first.')
  expect(chosenBecause(findIn('01522 555 123 or 01522 555 124'))).toMatch(/It was asked about: a phone number\.$/)
})

test('only a complaint is referred', () => {
  expect(refersTo(['complaint', 'phone'])).toBe('standards')
  expect(refersTo(['phone', 'crime', 'emergency'])).toBeNull()
})

describe('the desk', () => {
  // The clocks go forward on 29 March 2026 and back on 25 October 2026: 8am is 7:00 UTC in summer.
  test.each([
    ['2026-11-23T07:59:59Z', false, 'after 8am today'],
    ['2026-11-23T08:00:00Z', true, null],
    ['2026-11-23T19:59:59Z', true, null],
    ['2026-11-23T20:00:00Z', false, 'after 8am tomorrow'],
    ['2026-11-23T23:59:59Z', false, 'after 8am tomorrow'],
    ['2026-11-24T00:00:00Z', false, 'after 8am today'],
    ['2026-03-28T07:30:00Z', false, 'after 8am today'],
    ['2026-03-29T07:30:00Z', true, null],
    ['2026-03-29T06:59:59Z', false, 'after 8am today'],
    ['2026-10-24T07:00:00Z', true, null],
    ['2026-10-25T07:00:00Z', false, 'after 8am today'],
    ['2026-10-24T19:00:00Z', false, 'after 8am tomorrow'],
    ['2026-10-25T19:00:00Z', true, null],
    ['2026-07-01T22:59:00Z', false, 'after 8am tomorrow'],
    ['2026-07-01T23:01:00Z', false, 'after 8am today'],
  ])('at %s: staffed %s, away %s', (moment, staffed, away) => {
    expect(isStaffed(new Date(moment), HOURS)).toBe(staffed)
    expect(awayUntil(new Date(moment), HOURS)).toBe(away)
  })

  test('round the clock is never empty', () => {
    for (let hour = 0; hour < 48; hour++) expect(awayUntil(new Date(NOON.getTime() + hour * 3_600_000), { from: 0, until: 24 })).toBeNull()
  })
})
