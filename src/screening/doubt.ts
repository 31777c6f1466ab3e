/**
 * A doubt about somebody's words, as a page shows it to them: the words in pieces, what each may be, and what they can do instead.
 */
import { z } from 'zod'
import { explain, findIn, FINDING_KINDS, isRemovable, type FindingKind } from './findings.ts'
import { CHOICES, type Doubt } from './screen.ts'

/** Kinds that have a way of their own outside this site. */
const ELSEWHERE: ReadonlySet<FindingKind> = new Set<FindingKind>(['emergency', 'crime', 'complaint'])

/** A piece of the text as it is shown again: with what was found in it, or nothing. */
export interface Piece {
  text: string
  /** What it may be, in a few words; null for the rest. */
  what: readonly (FindingKind | 'hurtful')[] | null
}

/** The whole text in pieces, in order; what overlaps is one piece with several names. */
export function piecesOf({ body, findings, hurtful }: Doubt): Piece[] {
  const spans = [...findings, ...hurtful.map(({ from, to }) => ({ kind: 'hurtful' as const, from, to }))].toSorted((a, b) => a.from - b.from)
  const pieces: Piece[] = []
  let end = 0
  for (const { from, to } of merged(spans)) {
    if (from > end) pieces.push({ text: body.slice(end, from), what: null })
    const what = [...new Set(spans.filter((span) => span.from < to && span.to > from).map(({ kind }) => kind))]
    pieces.push({ text: body.slice(from, to), what })
    end = to
  }
  if (end < body.length) pieces.push({ text: body.slice(end), what: null })
  return pieces
}

/** Spans in order, those that overlap as one. */
function merged(spans: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of spans) {
    const last = result.at(-1)
    if (last && from < last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

export interface ShownDoubt {
  pieces: Piece[]
  /** What was found, each kind once. */
  kinds: { kind: FindingKind; title: string; text: string }[]
  /** Of those, the ones that have a way of their own: said first and loud. */
  elsewhere: FindingKind[]
  /** Something can be taken out, and is that all? */
  removable: boolean
  onlyRemovable: boolean
  hurtful: boolean
  waits: boolean
  names: Readonly<Record<FindingKind | 'hurtful', string>>
}

declare module '../web/page.ts' {
  interface Partials {
    'screening/_elsewhere': { elsewhere: readonly FindingKind[] }
    'screening/_doubt': { doubt: ShownDoubt }
  }
}

/** What a form of such a page chose. Anything else is no choice. */
export const choiceField = z.enum(CHOICES).nullable().default(null).catch(null)

const NAMES: Readonly<Record<FindingKind | 'hurtful', string>> = {
  phone: 'phone number',
  email: 'email address',
  address: 'home address',
  plate: 'number plate',
  accusation: 'accusation of a person',
  emergency: 'may be an emergency',
  crime: 'may be a report of a crime',
  complaint: 'may be a complaint about an officer',
  hurtful: 'may be hurtful',
}

const elsewhereOf = (kinds: readonly FindingKind[]): FindingKind[] => FINDING_KINDS.filter((kind) => ELSEWHERE.has(kind) && kinds.includes(kind))

/** What in a text has a way of its own: said before anybody has to sign in. */
export const elsewhereIn = (text: string): FindingKind[] => elsewhereOf(findIn(text).map(({ kind }) => kind))

export function showDoubt(doubt: Doubt): ShownDoubt {
  const found = doubt.findings.map(({ kind }) => kind)
  return {
    pieces: piecesOf(doubt),
    kinds: FINDING_KINDS.filter((kind) => found.includes(kind)).map((kind) => ({ kind, ...explain(kind) })),
    elsewhere: elsewhereOf(found),
    removable: found.some(isRemovable),
    onlyRemovable: found.every(isRemovable) && !doubt.waits,
    hurtful: doubt.hurtful.length > 0,
    waits: doubt.waits,
    names: NAMES,
  }
}
