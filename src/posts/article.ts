/**
 * A post as readers see it, the same from what was published and from what is being written: the approver reads what the public will read.
 */
import { sayDuration } from '../text/dates.ts'
import { PHOTO_SIZES } from '../media/photo.ts'
import { Refused } from '../errors.ts'
import { renderPost } from '../text/markdown.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { contentOf, kindOf, publicDetails } from './kinds.ts'
import type { Details, DraftForm, PostKind, ShownAttachment, ShownPhoto } from './schema.ts'
import { CAME_FROM, CLOSES } from './plain-fields.ts'
import { sourcesIn } from './source.ts'
import type { Source } from './source-address.ts'

export interface ArticleQuestion {
  /** Null for somebody who wants no name. */
  askedBy: string | null
  askedAt: Date
  answeredAt: Date | null
  answerPath: string | null
  overdue: boolean
  /** By whoever asked. */
  takenBack: boolean
  /** "51 hours left"; empty once answered. */
  clock: string
}

export interface Article {
  kind: PostKind
  kindName: string
  title: string
  body: SafeHtml
  /** What people can do, one by one. */
  steps: string[]
  /** Of an outcome. */
  pair: { said: SafeHtml; did: SafeHtml } | null
  /** Of a priority or an outcome: the comments and posts that it takes up, or acts on. */
  cameFrom: Source[]
  /** Of an outcome: it closes the priorities among them. */
  closes: boolean
  facts: [string, string][]
  photos: (ShownPhoto & { srcset: string })[]
  attachments: (ShownAttachment & { size: string })[]
  tags: string[]
  /** The others on whose pages it stands. */
  teams: { slug: string; name: string }[]
  wholeForce: boolean
  question: ArticleQuestion | null
  /** The person was traced, or the time of the photos was over. */
  photosGone: { at: Date; because: string } | null
}

interface Parts {
  kind: PostKind
  title: string
  body: SafeHtml
  details: Details
  photos: readonly ShownPhoto[]
  attachments: readonly ShownAttachment[]
  tags: readonly string[]
  teams?: readonly { slug: string; name: string }[]
  wholeForce?: boolean
}

export function articleOf(parts: Parts, now: Date): Article {
  const { kind } = parts
  const details = publicDetails(kind, parts.details)
  return {
    kind,
    kindName: kindOf(kind).name,
    title: parts.title,
    body: parts.body,
    ...detailsOf(kind, details),
    photos: parts.photos.map((photo) => ({ ...photo, srcset: srcsetOf(photo) })),
    attachments: parts.attachments.map((attachment) => ({ ...attachment, size: saySize(attachment.bytes) })),
    tags: [...parts.tags],
    teams: [...(parts.teams ?? [])],
    wholeForce: parts.wholeForce ?? false,
    question: kind === 'question' ? questionOf(details, now) : null,
    photosGone: photosGoneOf(details),
  }
}

// Shown in a shape of their own; all the others are rows.
const SHAPED: Partial<Record<PostKind, readonly string[]>> = {
  advice: ['steps'],
  priority: [CAME_FROM],
  outcome: ['you-said', 'we-did', CAME_FROM, CLOSES],
}

function detailsOf(kind: PostKind, details: Details): Pick<Article, 'steps' | 'pair' | 'cameFrom' | 'closes' | 'facts'> {
  const [steps, said, did] = ['steps', 'you-said', 'we-did'].map((name) => details[name])
  return {
    steps: kind === 'advice' && typeof steps === 'string' ? steps.split('\n') : [],
    pair: kind === 'outcome' && (said || did) ? { said: rendered(said), did: rendered(did) } : null,
    cameFrom: kind === 'outcome' || kind === 'priority' ? sourcesIn(details) : [],
    closes: kind === 'outcome' && details[CLOSES] === true,
    facts: rowsBut(kind, details, SHAPED[kind] ?? []),
  }
}

const rowsBut = (kind: PostKind, details: Details, names: readonly string[]): [string, string][] =>
  kindOf(kind).rows(Object.fromEntries(Object.entries(details).filter(([name]) => !names.includes(name))))

const rendered = (text: Details[string] | undefined): SafeHtml => trusted(renderPost(String(text ?? '')))

/** All that readers see of the details, in rows: for comparing versions. */
export const rowsOf = (kind: PostKind, details: Details): [string, string][] => rowsBut(kind, publicDetails(kind, details), [])

/** What is being written, as far as it goes: fields that are not right yet are left out, and `incomplete` says what is wrong with them. */
export function articleOfForm(
  parts: { kind: PostKind; form: DraftForm } & Pick<Parts, 'photos' | 'attachments' | 'teams' | 'wholeForce'>,
  now: Date,
): { article: Article; incomplete: Readonly<Record<string, string>> } {
  const { kind, form, ...others } = parts
  try {
    const { title, body, details, tags } = contentOf(kind, form, now)
    return { article: articleOf({ ...others, kind, title, body: trusted(renderPost(body)), details, tags }, now), incomplete: {} }
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    const title = form['title']?.trim() || `${kindOf(kind).name}, not complete yet`
    const body = trusted(renderPost((form['body'] ?? '').slice(0, 20_000)))
    const article = articleOf({ ...others, kind, title, body, details: typedDetails(kind, form), tags: [] }, now)
    return { article, incomplete: problem.fields }
  }
}

const typedDetails = (kind: PostKind, form: DraftForm): Details =>
  Object.fromEntries(
    kindOf(kind)
      .fields.filter(({ type, name }) => (type === 'line' || type === 'words') && form[name]?.trim())
      .map(({ name }) => [name, form[name] ?? null]),
  )

function questionOf(details: Details, now: Date): ArticleQuestion | null {
  const [askedAt, dueAt, answeredAt] = ['askedAt', 'dueAt', 'answeredAt'].map((name) => momentOf(details[name]))
  if (!askedAt) return null
  const left = (dueAt?.getTime() ?? 0) - now.getTime()
  // One that the asker took back waits for nobody.
  const waits = !answeredAt && details['withdrawn'] !== true
  const overdue = waits && left <= 0
  const { askedBy, answerId } = details
  return {
    askedBy: typeof askedBy === 'string' ? askedBy : null,
    askedAt,
    answeredAt: answeredAt ?? null,
    answerPath: answerId ? `/comments/${answerId}` : null,
    overdue,
    takenBack: details['withdrawn'] === true,
    clock: !waits ? '' : overdue ? `by ${sayDuration(-left)}` : `${sayDuration(left)} left`,
  }
}

function photosGoneOf({ photosRemovedAt, photosRemovedBecause }: Details): Article['photosGone'] {
  const at = momentOf(photosRemovedAt)
  return at && { at, because: String(photosRemovedBecause ?? '') }
}

const momentOf = (value: Details[string] | undefined): Date | null => {
  const at = typeof value === 'string' || typeof value === 'number' ? new Date(value) : null
  return at && !Number.isNaN(at.getTime()) ? at : null
}

/** "240 KB", "1.2 MB" */
export const saySize = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`

/** The sizes fit into a square; what a browser wants to know is the width. A photo smaller than a size is not enlarged for it. */
function srcsetOf(photo: ShownPhoto): string {
  const longest = Math.max(photo.width, photo.height, 1)
  const widths = Object.entries(PHOTO_SIZES).map(
    ([size, side]) => [Math.max(1, Math.round((photo.width * Math.min(side, longest)) / longest)), size] as const,
  )
  const smallest = new Map(widths.toReversed())
  return [...smallest]
    .toReversed()
    .map(([width, size]) => `/photos/${photo.id}/${size} ${width}w`)
    .join(', ')
}
