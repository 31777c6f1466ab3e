/**
 * What a text has in it that its author should look at once more before everybody can read it. Pure: the same text gives the same findings,
 * without network, clock or state, in time linear in its length. A finding decides nothing: it is shown, and a person chooses.
 */

import { accusationsIn } from './accusation.ts'
import { addressesIn } from './address.ts'
import { complaintsIn } from './complaint.ts'
import { crimesIn } from './crime.ts'
import { emailsIn } from './email.ts'
import { emergenciesIn } from './emergency.ts'
import { phonesIn } from './phone.ts'
import { type Plain, plainOf, type Span } from './plain.ts'
import { platesIn } from './plate.ts'
import { type Saying, sayingOf } from './saying.ts'

export const FINDING_KINDS = ['phone', 'email', 'address', 'plate', 'accusation', 'emergency', 'crime', 'complaint'] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** `from` and `to` are UTF-16 offsets in the text as typed; `words` is the slice between them. */
export interface Finding {
  kind: FindingKind
  from: number
  to: number
  words: string
}

/** What stands where something was taken out. */
export const MARK = '[taken out]'
// "My car is [taken out]" tells of no theft.
const BLANK = `[${' '.repeat(MARK.length - 2)}]`

type Detector = (plain: Plain, saying: Saying) => Span[]

const DETECTORS: Record<FindingKind, Detector> = {
  phone: (plain) => phonesIn(plain),
  email: (plain) => emailsIn(plain),
  address: (plain) => addressesIn(plain),
  plate: (plain) => platesIn(plain),
  accusation: (_, saying) => accusationsIn(saying),
  emergency: (_, saying) => emergenciesIn(saying),
  crime: (_, saying) => crimesIn(saying),
  complaint: (_, saying) => complaintsIn(saying),
}

/** Sorted by where they begin; findings of one kind do not overlap, of two kinds may. */
export function findIn(text: string): Finding[] {
  const plain = plainOf(text.replaceAll(MARK, BLANK))
  const saying = sayingOf(plain)
  return FINDING_KINDS.flatMap((kind) =>
    apart(DETECTORS[kind](plain, saying)).map((span) => ({ kind, ...span, words: text.slice(span.from, span.to) })),
  ).toSorted((a, b) => a.from - b.from || a.to - b.to)
}

/** In order, those that overlap joined to one. */
function apart(spans: readonly Span[]): Span[] {
  const found: Span[] = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1)
    if (last && span.from < last.to) last.to = Math.max(last.to, span.to)
    else found.push({ ...span })
  }
  return found
}

const REMOVABLE: ReadonlySet<FindingKind> = new Set<FindingKind>(['phone', 'email', 'address', 'plate', 'accusation'])

/** Can it be taken out, or is it about the whole text? */
export const isRemovable = (kind: FindingKind): boolean => REMOVABLE.has(kind)

/** An end to looking for what taking out has brought together: each round leaves less, and three are already rare. */
const ROUNDS = 12

/**
 * The text with a mark in place of every finding that can be taken out; neighbours share one mark. What only shows once its neighbour has
 * gone goes too, so that the text has no finding that can be taken out any more, except of kinds that it had and that were not given.
 */
export function takeOut(text: string, findings: readonly Finding[]): string {
  const given = new Set(findings.map(({ kind }) => kind))
  const spared = new Set(findIn(text).flatMap(({ kind }) => (given.has(kind) ? [] : [kind])))
  let rest = marked(text, findings)
  for (let round = 0; round < ROUNDS; round++) {
    const left = findIn(rest).filter(({ kind }) => isRemovable(kind) && !spared.has(kind))
    if (left.length === 0) return rest
    rest = marked(rest, left)
  }
  return rest
}

/** What may stand between two marks that become one. */
const JOINT = /^[\s,;/&+-]{0,4}$/

function marked(text: string, findings: readonly Finding[]): string {
  const spans = apart(findings.filter(({ kind, from, to, words }) => isRemovable(kind) && words !== '' && text.slice(from, to) === words))
  let rest = ''
  let end = 0
  for (const { from, to } of spans) {
    const between = text.slice(end, from)
    rest += rest.endsWith(MARK) && JOINT.test(between) ? '' : `${between}${MARK}`
    end = to
  }
  return rest + text.slice(end)
}

const EXPLANATIONS: Record<FindingKind, { title: string; text: string }> = {
  phone: { title: 'A phone number', text: 'Anybody could read it here.' },
  email: { title: 'An email address', text: 'Anybody could read it here.' },
  address: { title: 'A home address', text: 'A house number with its postcode tells everybody where somebody lives.' },
  plate: { title: 'A number plate', text: 'It can lead people to whoever owns the vehicle.' },
  accusation: {
    title: 'A person and what they are said to have done',
    text: 'In public this can harm somebody who did nothing, or spoil a case in court.',
  },
  emergency: { title: 'This sounds like an emergency', text: 'Call 999 now: nobody watches this page all the time.' },
  crime: { title: 'This sounds like a report of a crime', text: 'A comment here is not a report, so nobody would be sent to deal with it.' },
  complaint: {
    title: 'This sounds like a complaint about an officer',
    text: 'A complaint has a way of its own, where somebody has to look into it and answer you.',
  },
}

/** A title and one sentence for the person who wrote it. */
export const explain = (kind: FindingKind): { title: string; text: string } => EXPLANATIONS[kind]
