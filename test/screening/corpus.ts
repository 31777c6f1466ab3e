/**
 * Texts as residents write them, each with what is in it, and the figures of a detector over them.
 *
 * One text a line: for which kind it was written and whether it has it (`phone+`) or only looks alike (`phone-`), further kinds that are
 * in it, kinds that may be found or not (`?crime`), then after a bar the text. What can be taken out stands in braces:
 * `ring {phone:07700 900461}`. `\n` and `\uXXXX` mean what they mean in code.
 * All people, numbers and places to live in it are invented.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FINDING_KINDS, type Finding, type FindingKind } from '../../src/screening/findings.ts'

export interface Labelled {
  text: string
  /** For which kind it was written, and whether it has it. */
  about: FindingKind
  isLookAlike: boolean
  kinds: ReadonlySet<FindingKind>
  eitherWay: ReadonlySet<FindingKind>
  spans: { kind: FindingKind; from: number; to: number }[]
}

export interface Figures {
  kind: FindingKind
  texts: number
  positives: number
  recall: number
  /** Of all texts without the kind, and of those alone that were written to look like it. */
  falseAlarms: number
  amongLookAlikes: number
}

export const tuned = (): Labelled[] => readFrom(join(import.meta.dirname, 'corpus-tuned.txt'))
export const heldOut = (): Labelled[] => readFrom(join(import.meta.dirname, 'corpus-held-out.txt'))
export const unseen = (): Labelled[] => readFrom(join(import.meta.dirname, 'corpus-unseen.txt'))

function readFrom(file: string): Labelled[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(labelledFrom)
}

function labelledFrom(line: string): Labelled {
  const bar = line.indexOf(' | ')
  const [first = '', ...others] = line.slice(0, bar).split(' ')
  const { text, spans } = withoutBraces(unescape(line.slice(bar + 3)))
  const about = kindOf(first.slice(0, -1))
  const isLookAlike = first.endsWith('-')
  const certain = others.filter((word) => !word.startsWith('?')).map(kindOf)
  const eitherWay = new Set(others.filter((word) => word.startsWith('?')).map((word) => kindOf(word.slice(1))))
  return {
    text,
    about,
    isLookAlike,
    kinds: new Set([...(isLookAlike ? [] : [about]), ...certain, ...spans.map(({ kind }) => kind)]),
    eitherWay,
    spans,
  }
}

function kindOf(word: string): FindingKind {
  const kind = FINDING_KINDS.find((each) => each === word)
  if (!kind) throw new Error(`${word} is no kind of finding`)
  return kind
}

const unescape = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))).replaceAll('\\n', '\n')

function withoutBraces(marked: string): Pick<Labelled, 'text' | 'spans'> {
  const spans: Labelled['spans'] = []
  let text = ''
  let end = 0
  for (const match of marked.matchAll(/\{(phone|email|address|plate|accusation):((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    text += marked.slice(end, match.index)
    spans.push({ kind: kindOf(match[1] ?? ''), from: text.length, to: text.length + (match[2]?.length ?? 0) })
    text += match[2] ?? ''
    end = match.index + match[0].length
  }
  return { text: text + marked.slice(end), spans }
}

export function figuresOf(texts: readonly Labelled[], find: (text: string) => Finding[]): Figures[] {
  const found = texts.map(({ text }) => new Set(find(text).map(({ kind }) => kind)))
  return FINDING_KINDS.map((kind) => {
    const shareFound = (chosen: (labelled: Labelled) => boolean): { count: number; share: number } => {
      const indexes = texts.flatMap((labelled, index) => (chosen(labelled) && !labelled.eitherWay.has(kind) ? [index] : []))
      return { count: indexes.length, share: indexes.filter((index) => found[index]?.has(kind)).length / indexes.length }
    }
    const positives = shareFound(({ kinds }) => kinds.has(kind))
    return {
      kind,
      texts: texts.length,
      positives: positives.count,
      recall: positives.share,
      falseAlarms: shareFound(({ kinds }) => !kinds.has(kind)).share,
      amongLookAlikes: shareFound(({ about, isLookAlike }) => isLookAlike && about === kind).share,
    }
  })
}

/** What was missed and what was found without reason, for whoever tunes. */
export function mistakesIn(texts: readonly Labelled[], find: (text: string) => Finding[]): string[] {
  return texts.flatMap(({ text, kinds, eitherWay }) => {
    const found = find(text)
    const missed = [...kinds].filter((kind) => !found.some((each) => each.kind === kind)).map((kind) => `missed ${kind}: ${text}`)
    const alarms = found.filter(({ kind }) => !kinds.has(kind) && !eitherWay.has(kind)).map(({ kind, words }) => `false ${kind} (${words}): ${text}`)
    return [...missed, ...alarms]
  })
}
