/**
 * The page of a draft: for its author the form, for everybody else the post as it will look, with where it stands and what they may do.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { sayDate } from '../text/dates.ts'
import { differenceInLines, isSame, type Piece } from '../text/difference.ts'
import { readDate, ukMoment } from '../text/moment.ts'
import { articleOfForm, type Article } from './article.ts'
import { attachmentsOfDraft } from './attachment.ts'
import { composerOf, fillingOf, NO_TIME, type Composer } from './composer.ts'
import type { DraftView } from './draft.ts'
import { kindOf } from './kinds.ts'
import { photosOfDraft, type DraftPhoto } from './photo.ts'
import type { DraftForm, DraftState } from './schema.ts'

export interface Suggested {
  label: string
  lines: Piece[][]
}

export interface SaidAct {
  said: string
  by: string | null
  role: string
  note: string | null
  at: Date
}

export interface DraftPage {
  draft: DraftView
  kindName: string
  stateSaid: string
  /** Class of the pill. */
  pill: string
  article: Article
  photos: DraftPhoto[]
  /** Null for whoever cannot write in it now. */
  composer: Composer | null
  suggestion: Suggested[]
  history: SaidAct[]
  /** The day on which the lock that the author asks for is to be reviewed; null when none is asked for. */
  asksLock: string | null
  ownWords: boolean
  /** Typed for the record, and never shown to readers. */
  record: [string, string][]
  when: { date: string; time: string }
  typed: Record<string, string>
  errors: Readonly<Record<string, string>>
  message: string | null
}

/** What came back with the form that was refused. */
export interface Sent {
  typed: Record<string, string>
  errors: Readonly<Record<string, string>>
  message: string | null
}

const NOTHING_SENT: Sent = { typed: {}, errors: {}, message: null }

export async function draftPageOf(db: Database, actor: SignedIn, draft: DraftView, sent = NOTHING_SENT): Promise<DraftPage> {
  const writes = draft.steps.includes('edit')
  const [photos, attachments, composer] = await Promise.all([
    photosOfDraft(db, draft.id),
    attachmentsOfDraft(db, draft.id),
    writes ? composerOf(db, actor, draft.team.slug, { ...fillingOf(draft), errors: sent.errors }) : null,
  ])
  const { kind, form, teams, wholeForce } = draft
  const { typed, errors, message } = sent
  return {
    draft,
    kindName: kindOf(kind).name,
    ...SAID[draft.state],
    article: articleOfForm({ kind, form, photos, attachments, teams, wholeForce }, now()).article,
    photos,
    composer,
    suggestion: suggestionOf(draft),
    history: draft.history.map(({ act, by, role, note, at }) => ({
      said: ACTS[act] ?? act,
      by,
      role: role === 'system' ? 'By itself, at the set time' : role,
      note,
      at,
    })),
    asksLock: lockReviewOf(draft),
    ownWords: kindOf(kind).ownWords,
    record: recordOf(draft),
    when: typed['date'] === undefined ? NO_TIME : { date: typed['date'], time: typed['time'] ?? '' },
    typed,
    errors,
    message,
  }
}

const SAID: Record<DraftState, { stateSaid: string; pill: string }> = {
  draft: { stateSaid: 'Draft', pill: '' },
  submitted: { stateSaid: 'Waits for approval', pill: 'info' },
  approved: { stateSaid: 'Approved', pill: 'good' },
  scheduled: { stateSaid: 'Scheduled', pill: 'good' },
  published: { stateSaid: 'Published', pill: 'good' },
  discarded: { stateSaid: 'Thrown away', pill: '' },
}

const ACTS: Record<string, string> = {
  submitted: 'Handed in',
  returned: 'Sent back',
  reopened: 'Taken back',
  approved: 'Approved',
  scheduled: 'Scheduled',
  unscheduled: 'Schedule taken off',
  published: 'Published',
  discarded: 'Thrown away',
}

function suggestionOf({ kind, form, returned }: DraftView): Suggested[] {
  const fields = kindOf(kind).fields
  const order = ['title', 'body', 'tags', ...fields.map(({ name }) => name)]
  return Object.entries(returned?.suggestion ?? {})
    .toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([name, words]) => ({ label: labelOf(name, fields), lines: differenceInLines(form[name] ?? '', words) }))
    .filter(({ lines }) => !isSame(lines.flat()))
}

const OWN_LABELS: Record<string, string> = { title: 'Title', body: 'Text', tags: 'Tags', 'near-postcode': 'Postcode near there' }
const labelOf = (name: string, fields: readonly { name: string; label: string }[]): string =>
  OWN_LABELS[name] ?? fields.find((field) => field.name === name)?.label ?? name

const recordOf = ({ kind, form }: DraftView): [string, string][] =>
  kindOf(kind)
    .fields.filter(({ name }) => kindOf(kind).secret?.includes(name) && form[name]?.trim())
    .map(({ name, label }) => [label, form[name] ?? ''])

function lockReviewOf({ kind, form }: { kind: DraftView['kind']; form: DraftForm }): string | null {
  if (!kindOf(kind).offersLock || form['lock'] !== 'yes') return null
  const day = readDate(form['lock-review'] ?? '', now())
  const at = day && ukMoment(day, '12:00')
  return at ? sayDate(at) : 'a day that is not given yet'
}

/** The draft's page; `sent` shows a form of it again. */
export async function showDraft(request: FastifyRequest, reply: FastifyReply, draft: DraftView, sent?: Sent): Promise<FastifyReply> {
  const page = await draftPageOf(request.server.db, signedInActor(request), draft, sent)
  return reply.page('posts/draft', page, { title: draft.title, noindex: true, failed: sent !== undefined, status: sent ? 422 : 200 })
}

/** Behind a door that lets only staff in. */
export function signedInActor(request: { actor: Actor }): SignedIn {
  if (!isSignedIn(request.actor)) throw new NotFound()
  return request.actor
}
