/** What can be followed, as one short text: so that one index answers "who follows any of these?". */
import { slugOf } from '../text/slug.ts'

export type Subject =
  | { kind: 'force' }
  | { kind: 'team'; id: number }
  | { kind: 'tag'; tag: string }
  | { kind: 'conversation'; id: number }
  | { kind: 'place'; id: number }

export function keyOf(subject: Subject): string {
  if (subject.kind === 'force') return 'force'
  return subject.kind === 'tag' ? `tag:${slugOf(subject.tag)}` : `${subject.kind}:${subject.id}`
}

/** Null for a text that names nothing. */
export function subjectOfKey(key: string): Subject | null {
  if (key === 'force') return { kind: 'force' }
  const [kind = '', of = ''] = key.split(':', 2)
  if (kind === 'tag') return of === '' || slugOf(of) !== of ? null : { kind, tag: of }
  if (kind !== 'team' && kind !== 'conversation' && kind !== 'place') return null
  return /^[1-9]\d{0,15}$/.test(of) ? { kind, id: Number(of) } : null
}
