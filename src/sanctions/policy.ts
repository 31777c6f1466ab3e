/**
 * Which sanction may follow, and for how long: the ladder of section 5 of the product's rules. It is climbed a step at a time, apart from threats and what
 * is illegal, and whatever began more than twelve months ago is forgotten.
 */
import { SANCTIONS, type SanctionKind } from '../accounts/schema.ts'
import { idOf, type Actor } from '../actor.ts'
import { inPressOffice } from '../moderation/policy.ts'
import type { Act } from '../moderation/schema.ts'
import { monthsAfter } from '../moderation/strike.ts'
import { daysAfter } from '../text/moment.ts'

const DAYS: Record<SanctionKind, number | null> = { advice: null, hold: 7, mute: 30, suspend: 90 }

/** So many months a sanction counts against the next one. */
const MONTHS_COUNTED = 12

/** A suspension can be renewed, and is listed to be looked at, in its last days. */
export const REVIEW_DAYS = 7

/** Reasons grave enough for any step. */
const GRAVE: readonly string[] = ['threat', 'illegal']

/** When a sanction that begins then ends by itself; null for advice, which restricts nothing. */
export function endOf(kind: SanctionKind, from: Date): Date | null {
  const days = DAYS[kind]
  return days === null ? null : daysAfter(from, days)
}

/** What began before this moment no longer counts. */
export const countedSince = (moment: Date): Date => monthsAfter(moment, -MONTHS_COUNTED)

interface Imposed {
  kind: SanctionKind
  startsAt: Date
  liftedAt: Date | null
}

/** The hardest sanction that still counts; null when there is none. One that was lifted does not count. */
export function hardestOf(record: readonly Imposed[], moment: Date): SanctionKind | null {
  const counted = record.filter(({ startsAt, liftedAt }) => liftedAt === null && startsAt > countedSince(moment))
  return SANCTIONS.findLast((kind) => counted.some((sanction) => sanction.kind === kind)) ?? null
}

/** The steps that may follow now, mildest first. */
export function stepsAfter(hardest: SanctionKind | null, reasonCode: string | null): SanctionKind[] {
  if (reasonCode !== null && GRAVE.includes(reasonCode)) return [...SANCTIONS]
  const next = hardest === null ? 'advice' : SANCTIONS[Math.min(SANCTIONS.indexOf(hardest) + 1, SANCTIONS.length - 1)]
  return next === undefined ? [] : [next]
}

export const mayWarn = (actor: Actor): boolean => inPressOffice(actor)

/** What a sanction may be tied to. */
interface Ground {
  authorId: number
  /** Written by somebody who is staff, or was when they wrote it. */
  byStaff: boolean
  /** Null while nothing is decided. */
  act: Act | null
  overturned: boolean
  appealed: boolean
}

/** Why no sanction can be tied to this, in words for the page; null when one can. */
export function cannotSanctionBecause(actor: Actor, ground: Ground): string | null {
  if (!mayWarn(actor)) return 'Only the press office can warn or restrict an account.'
  if (idOf(actor) === ground.authorId) return 'You wrote this yourself. A colleague has to decide on it.'
  if (ground.byStaff) return 'A member of staff wrote this. What follows from it is for their line manager, not for this desk.'
  if (ground.act === null) return 'A sanction is tied to a decision, so decide the case first.'
  if (ground.act !== 'reject' && ground.act !== 'remove')
    return 'A sanction is tied to a decision that took something down, and this one took nothing down.'
  if (ground.appealed) return 'The decision is under appeal. What follows from it waits until that is decided.'
  return ground.overturned ? 'The decision was overturned by an appeal, so nothing can be tied to it.' : null
}

export type Standing = 'to-come' | 'in-force' | 'given' | 'over' | 'lifted'

/** How a sanction stands at that moment; advice is given, and restricts nothing. */
export function standingOf(sanction: { startsAt: Date; endsAt: Date | null; liftedAt: Date | null }, moment: Date): Standing {
  if (sanction.liftedAt !== null) return 'lifted'
  if (sanction.endsAt === null) return 'given'
  if (sanction.startsAt > moment) return 'to-come'
  return sanction.endsAt > moment ? 'in-force' : 'over'
}

/** In the last days of a suspension two people may renew it. */
export const isUnderReview = (sanction: { kind: SanctionKind; startsAt: Date; endsAt: Date | null; liftedAt: Date | null }, moment: Date): boolean =>
  sanction.kind === 'suspend' &&
  sanction.endsAt !== null &&
  standingOf(sanction, moment) === 'in-force' &&
  daysAfter(moment, REVIEW_DAYS) >= sanction.endsAt
