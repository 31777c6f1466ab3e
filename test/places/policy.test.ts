import { describe, expect, test } from 'vitest'
import { GOOD_STANDING, visitor, type Actor, type Role } from '../../src/actor.ts'
import { keepingDuty, keeps, mayAnswer, mayPropose, mayReadProposal } from '../../src/places/policy.ts'

const PARTNER = 50
const actor = (accountId: number, role: Role | null, teamId: number | null = null): Actor => ({
  kind: 'account',
  accountId,
  email: 'a@example.org',
  displayName: 'A',
  publishedCount: 0,
  standing: GOOD_STANDING,
  duties: role === null ? [] : [{ role, teamId, teamName: null, teamSlug: null }],
})

const EVERYBODY: Readonly<Record<string, Actor>> = {
  visitor,
  resident: actor(1, null),
  officer: actor(2, 'officer', 7),
  supervisor: actor(3, 'supervisor', 7),
  'officer elsewhere': actor(4, 'officer', 8),
  'supervisor elsewhere': actor(5, 'supervisor', 8),
  'press office': actor(6, 'press-office'),
  administrator: actor(9, 'administrator'),
  partner: actor(PARTNER, 'partner'),
  'another partner': actor(51, 'partner'),
  'former partner': actor(PARTNER, null),
}

const those = (may: (actor: Actor) => boolean): string[] => Object.keys(EVERYBODY).filter((who) => may(EVERYBODY[who] ?? visitor))

const TEAMS = { teamId: 7, partnerId: null, closedAt: null }
const PARTNERS = { teamId: 7, partnerId: PARTNER, closedAt: null }

describe('who keeps places', () => {
  test('the people of the team and the press office, alone', () => {
    const own = ['officer', 'supervisor', 'press office']
    expect(those((who) => keepingDuty(who, 7) !== null)).toEqual(own)
    for (const place of [TEAMS, PARTNERS]) expect(those((who) => keeps(who, place) === 'alone')).toEqual(own)
  })

  test('a partner their own, by proposal', () => {
    expect(those(mayPropose)).toEqual(['partner', 'another partner'])
    expect(those((who) => keeps(who, PARTNERS) === 'by-proposal')).toEqual(['partner'])
    expect(those((who) => keeps(who, TEAMS) === 'by-proposal')).toEqual([])
  })

  test('what is closed for good stays as it is', () => {
    expect(those((who) => keeps(who, { ...PARTNERS, closedAt: new Date() }) !== null)).toEqual([])
  })

  test('a supervisor of the team or the press office answers; nobody their own', () => {
    expect(those((who) => mayAnswer(who, { teamId: 7, changedBy: PARTNER }))).toEqual(['supervisor', 'press office'])
    expect(those((who) => mayAnswer(who, { teamId: 7, changedBy: 6 }))).toEqual(['supervisor'])
    expect(those((who) => mayAnswer(who, { teamId: 7, changedBy: 3 }))).toEqual(['press office'])
  })

  test('what waits is read by its author and those who answer', () => {
    expect(those((who) => mayReadProposal(who, { teamId: 7, changedBy: PARTNER }))).toEqual([
      'supervisor',
      'press office',
      'partner',
      'former partner',
    ])
  })
})
