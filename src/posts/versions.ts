/**
 * What each correction of a post changed, for everybody to read.
 */
import { differenceInLines, isSame, type Piece } from '../text/difference.ts'
import { plainText } from '../text/foreign-html.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { rowsOf } from './article.ts'
import type { PostPage } from './list.ts'
import type { Details, PostKind } from './schema.ts'

export interface ShownCorrection {
  /** The version that it replaced. */
  version: number
  replacedAt: Date
  note: string
  /** Title, text and details that changed, each with what went and what came. */
  changes: { label: string; lines: Piece[][] }[]
  before: { title: string; body: SafeHtml; rows: [string, string][] }
}

interface Version {
  version: number
  title: string
  bodyHtml: string
  details: Details
  note: string
  replacedAt: Date
}

type State = Pick<Version, 'title' | 'bodyHtml' | 'details'>

/** Newest first: each earlier version, compared with the one that came after it. */
export function correctionsOf(post: Pick<PostPage, 'kind' | 'title' | 'body' | 'details'>, versions: readonly Version[]): ShownCorrection[] {
  const newest: State = { title: post.title, bodyHtml: post.body.html, details: post.details }
  return versions.map((version, index) => ({
    version: version.version,
    replacedAt: version.replacedAt,
    note: version.note,
    changes: changesOf(post.kind, version, versions[index - 1] ?? newest),
    before: { title: version.title, body: trusted(version.bodyHtml), rows: rowsOf(post.kind, version.details) },
  }))
}

function changesOf(kind: PostKind, before: State, after: State): ShownCorrection['changes'] {
  const rows = (state: State): Map<string, string> => new Map(rowsOf(kind, state.details))
  const [old, now] = [rows(before), rows(after)]
  return [
    { label: 'Title', lines: differenceInLines(before.title, after.title) },
    { label: 'Text', lines: differenceInLines(plainText(before.bodyHtml), plainText(after.bodyHtml)) },
    ...[...new Set([...old.keys(), ...now.keys()])].map((label) => ({ label, lines: differenceInLines(old.get(label) ?? '', now.get(label) ?? '') })),
  ].filter(({ lines }) => !isSame(lines.flat()))
}
