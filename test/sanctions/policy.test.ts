import { describe, expect, test } from 'vitest'
import { visitor } from '../../src/actor.ts'
import { cannotSanctionBecause, countedSince, endOf, hardestOf, isUnderReview, standingOf, stepsAfter } from '../../src/sanctions/policy.ts'
import { daysAfter } from '../../src/text/moment.ts'

const at = (text: string) => new Date(text)
const imposed = (kind: 'advice' | 'hold' | 'mute' | 'suspend', startsAt: string, liftedAt: string | null = null) => ({
  kind,
  startsAt: at(startsAt),
  liftedAt: liftedAt === null ? null : at(liftedAt),
})

describe('when a sanction ends', () => {
  test.each([
    ['hold', '2027-02-01T15:30:00Z', '2027-02-08T15:30:00Z'],
    ['mute', '2027-02-01T15:30:00Z', '2027-03-03T15:30:00Z'],
    ['suspend', '2026-10-30T09:00:00Z', '2027-01-28T09:00:00Z'],
  ] as const)('%s from %s until %s', (kind, from, until) => {
    expect(endOf(kind, at(from))).toEqual(at(until))
  })

  test('at the same time on UK clocks when they go forward, and when they go back', () => {
    // 3:30pm on 25 March, in winter time; 3:30pm on 1 April, in summer time.
    expect(endOf('hold', at('2027-03-25T15:30:00Z'))).toEqual(at('2027-04-01T14:30:00Z'))
    expect(endOf('mute', at('2027-03-25T15:30:00Z'))).toEqual(at('2027-04-24T14:30:00Z'))
    expect(endOf('hold', at('2027-10-28T14:30:00Z'))).toEqual(at('2027-11-04T15:30:00Z'))
    expect(endOf('suspend', at('2027-10-28T14:30:00Z'))).toEqual(at('2028-01-26T15:30:00Z'))
    // Over both changes there is nothing to make up for.
    expect(daysAfter(at('2027-03-01T10:00:00Z'), 270)).toEqual(at('2027-11-26T10:00:00Z'))
  })

  test('advice has no end, as it restricts nothing', () => {
    expect(endOf('advice', at('2027-02-01T15:30:00Z'))).toBeNull()
  })
})

describe('the ladder', () => {
  test('is climbed a step at a time', () => {
    expect(stepsAfter(null, 'abuse')).toEqual(['advice'])
    expect(stepsAfter('advice', 'abuse')).toEqual(['hold'])
    expect(stepsAfter('hold', 'abuse')).toEqual(['mute'])
    expect(stepsAfter('mute', 'abuse')).toEqual(['suspend'])
    expect(stepsAfter('suspend', 'abuse')).toEqual(['suspend'])
  })

  test.each(['threat', 'illegal'])('for the reason %s any step may be taken', (reason) => {
    expect(stepsAfter(null, reason)).toEqual(['advice', 'hold', 'mute', 'suspend'])
    expect(stepsAfter('mute', reason)).toContain('hold')
  })

  test('counts the hardest of the last twelve months, not the newest, and nothing that was lifted', () => {
    const moment = at('2027-06-01T12:00:00Z')
    expect(hardestOf([], moment)).toBeNull()
    expect(hardestOf([imposed('mute', '2026-09-01T12:00:00Z'), imposed('hold', '2027-03-01T12:00:00Z')], moment)).toBe('mute')
    expect(hardestOf([imposed('mute', '2026-09-01T12:00:00Z', '2026-09-02T12:00:00Z'), imposed('hold', '2027-03-01T12:00:00Z')], moment)).toBe('hold')
    expect(hardestOf([imposed('mute', '2026-06-01T12:00:01Z')], moment)).toBe('mute')
    expect(hardestOf([imposed('mute', '2026-06-01T12:00:00Z')], moment)).toBeNull()
  })

  test('a year before a leap day is the last day of its month', () => {
    expect(countedSince(at('2028-02-29T12:00:00Z'))).toEqual(at('2027-02-28T12:00:00Z'))
  })
})

describe('how a sanction stands', () => {
  const mute = { startsAt: at('2027-02-01T12:00:00Z'), endsAt: at('2027-03-03T12:00:00Z'), liftedAt: null }

  test.each([
    ['2027-02-01T11:59:59Z', 'to-come'],
    ['2027-02-01T12:00:00Z', 'in-force'],
    ['2027-03-03T11:59:59Z', 'in-force'],
    ['2027-03-03T12:00:00Z', 'over'],
  ])('at %s it is %s', (moment, standing) => {
    expect(standingOf(mute, at(moment))).toBe(standing)
  })

  test('lifted is lifted, and advice is given', () => {
    expect(standingOf({ ...mute, liftedAt: at('2027-02-02T12:00:00Z') }, at('2027-02-03T12:00:00Z'))).toBe('lifted')
    expect(standingOf({ ...mute, endsAt: null }, at('2028-02-03T12:00:00Z'))).toBe('given')
  })

  test('only a suspension is looked at again, from a week before its end', () => {
    const suspension = { ...mute, kind: 'suspend' as const }
    expect(isUnderReview(suspension, at('2027-02-24T11:59:59Z'))).toBe(false)
    expect(isUnderReview(suspension, at('2027-02-24T12:00:00Z'))).toBe(true)
    expect(isUnderReview(suspension, at('2027-03-03T12:00:00Z'))).toBe(false)
    expect(isUnderReview({ ...mute, kind: 'mute' }, at('2027-03-02T12:00:00Z'))).toBe(false)
    expect(isUnderReview({ ...suspension, liftedAt: at('2027-02-25T12:00:00Z') }, at('2027-03-02T12:00:00Z'))).toBe(false)
  })
})

test('a visitor has no hand in it', () => {
  const ground = { authorId: 1, byStaff: false, act: 'remove' as const, overturned: false, appealed: false }
  expect(cannotSanctionBecause(visitor, ground)).toContain('press office')
})
