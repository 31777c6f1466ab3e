/**
 * The way of a draft to its readers: draft → submitted → approved → scheduled → published. Nobody approves their own; a sensitive kind needs
 * the press office; an approval is for the words that were in view and for no others.
 */
import { desc, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import { lockDraft, otherTeams, WITH_AUTHOR, type DraftRow } from './draft.ts'
import { writeAct } from './draft-history.ts'
import { draftInElection } from './election.ts'
import { acceptForm } from './kinds.ts'
import { lookAtPhotos } from './photo.ts'
import { mayApprove, mayDiscard, mayRelease, mayReopen, mayUnschedule, mayWriteDraft, needsSecondBecause, type DraftThing } from './policy.ts'
import { completeContent, hasUnseenPhoto, pathOfPost, releaseDraft } from './publishing.ts'
import { draftActs, drafts, type DraftForm } from './schema.ts'

export { archiveExpired, publishDue } from './due.ts'

const CHANGED = 'This was changed while you were looking at it. Look at it again: nothing was done.'

/** The draft as the rules look at it, locked. */
async function take(tx: Tx, actor: SignedIn, id: number): Promise<{ draft: DraftRow; thing: DraftThing }> {
  const draft = await lockDraft(tx, actor, id, 'read')
  const [teamIds, unseen, election] = [await otherTeams(tx, id), await hasUnseenPhoto(tx, id), await draftInElection(tx, id)]
  return { draft, thing: { ...draft, teamIds, unseen, election } }
}

async function change(tx: Tx, draft: DraftRow, set: Partial<DraftRow>): Promise<DraftRow> {
  await tx.update(drafts).set(set).where(eq(drafts.id, draft.id))
  return { ...draft, ...set }
}

const enter = (tx: Tx, draft: DraftRow, set: Partial<DraftRow>): Promise<DraftRow> => change(tx, draft, { ...set, stateAt: now() })

function requireVersion(draft: DraftRow, version: number): void {
  if (draft.version !== version) throw new Overtaken(CHANGED)
}

/** Hands it to a second person. Throws `Refused` by field when it is not complete (alt text of photos included: fields `alt-ID`). */
export async function submitDraft(db: Database, actor: SignedIn, id: number, version: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft } = await take(tx, actor, id)
    if (draft.state === 'submitted' && draft.authorId === actor.accountId && draft.version === version) return
    if (!mayWriteDraft(actor, draft)) throw new Forbidden('Only its author hands in a draft.')
    requireVersion(draft, version)
    await completeContent(tx, draft)
    const submitted = await enter(tx, draft, { state: 'submitted', returnedBecause: null, returnedBy: null })
    await writeAct(tx, actor, submitted, 'submitted')
  })
}

/** The approver sends it back with a note, and if they like with words of their own for the fields that they would change. */
export async function returnDraft(
  db: Database,
  actor: SignedIn,
  id: number,
  input: { version: number; note: string; suggestion: DraftForm | null },
): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft, thing } = await take(tx, actor, id)
    if (draft.state === 'draft' && draft.returnedBy === actor.accountId && draft.returnedBecause === input.note) return
    requireTurn(actor, thing)
    requireVersion(draft, input.version)
    if (input.note.trim() === '') throw new Refused('Say what has to change', { note: 'Say what has to change' })
    const suggestion = input.suggestion && differing(draft.form, acceptForm(draft.kind, input.suggestion))
    const back = await enter(tx, draft, { ...WITH_AUTHOR, returnedBecause: input.note, returnedBy: actor.accountId })
    await writeAct(tx, actor, back, 'returned', { note: input.note, suggestion })
  })
}

function differing(form: DraftForm, suggested: DraftForm): DraftForm | null {
  const changed = Object.entries(suggested).filter(([name, value]) => value !== (form[name] ?? ''))
  return changed.length > 0 ? Object.fromEntries(changed) : null
}

/** Whoever acts on a submitted draft must be somebody else than its author, and of the press office where the rules ask for it. */
function requireTurn(actor: SignedIn, thing: DraftThing): void {
  if (mayApprove(actor, thing)) return
  if (thing.state === 'approved' || thing.state === 'scheduled') throw new Overtaken('Somebody else has approved this already. Nothing was changed.')
  if (thing.state === 'published') throw new Overtaken('This was published already. Nothing was changed.')
  if (thing.state !== 'submitted') throw new Overtaken('This is with its author again. Nothing was changed.')
  if (thing.authorId === actor.accountId) throw new Forbidden('Nobody approves what they wrote themselves.')
  throw new Forbidden('You cannot approve this.')
}

/** The author takes over what the approver suggested; the draft stays theirs to submit. */
export async function adoptSuggestion(db: Database, actor: SignedIn, id: number, version: number): Promise<void> {
  await db.transaction(async (tx) => {
    const draft = await lockDraft(tx, actor, id, 'write')
    const [last] = await tx.select().from(draftActs).where(eq(draftActs.draftId, id)).orderBy(desc(draftActs.id)).limit(1)
    if (draft.returnedBecause === null || last?.act !== 'returned' || last.suggestion === null)
      throw new Overtaken('There is no suggestion to take over.')
    if (differing(draft.form, last.suggestion) === null) return
    requireVersion(draft, version)
    const form = acceptForm(draft.kind, { ...draft.form, ...last.suggestion })
    await change(tx, draft, { form, version: draft.version + 1, changedAt: now() })
  })
}

/** Approves the version in view. `publish` lets it out at once; a wished time in the future schedules it. `lock` agrees to the lock that the form asks for. */
export async function approveDraft(
  db: Database,
  actor: SignedIn,
  id: number,
  input: { version: number; publish: boolean; lock: boolean; publishAt: Date | null },
): Promise<{ path: string | null }> {
  return db.transaction(async (tx) => {
    const { draft, thing } = await take(tx, actor, id)
    // The same button again, over a line on which the first answer was lost.
    if (draft.approvedBy === actor.accountId && draft.version === input.version) return approvedBefore(tx, actor, draft, input.publish)
    requireTurn(actor, thing)
    requireVersion(draft, input.version)
    const content = await completeContent(tx, draft)
    await lookAtPhotos(tx, actor, draft)
    const agreed = { approvedBy: actor.accountId, approvedAt: now(), lockAgreedBy: input.lock && content.lock !== null ? actor.accountId : null }
    const approved = await enter(tx, draft, { state: 'approved', ...agreed })
    await writeAct(tx, actor, approved, 'approved')
    if (input.publish) return { path: (await releaseDraft(tx, actor, approved)).path }
    if (input.publishAt !== null) await schedule(tx, actor, approved, input.publishAt)
    return { path: null }
  })
}

async function approvedBefore(tx: Tx, actor: SignedIn, draft: DraftRow, publish: boolean): Promise<{ path: string | null }> {
  if (draft.postId !== null) return pathOfPost(tx, draft.postId)
  return publish ? releaseDraft(tx, actor, draft) : { path: null }
}

async function schedule(tx: Tx, actor: SignedIn, draft: DraftRow, publishAt: Date): Promise<void> {
  if (publishAt <= now()) throw new Refused('Choose a time in the future', { date: 'The date and time must be in the future' })
  const scheduled = await enter(tx, draft, { state: 'scheduled', publishAt, returnedBecause: null, returnedBy: null })
  await writeAct(tx, actor, scheduled, 'scheduled')
}

/** Back to its author's desk: from submitted, approved or scheduled. An approval is void then. */
export async function reopenDraft(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft, thing } = await take(tx, actor, id)
    if (draft.state === 'draft') return
    if (draft.state === 'published') throw new Overtaken('This was published already. Nothing was changed.')
    if (!mayReopen(actor, thing)) throw new Forbidden('Only its author, the sergeant or the press office can take this back.')
    await writeAct(tx, actor, await enter(tx, draft, WITH_AUTHOR), 'reopened')
  })
}

/** Why somebody cannot let it out; only asked when they cannot. */
function refusalToRelease(actor: SignedIn, thing: DraftThing): Error {
  if (thing.state === 'discarded') return new Overtaken('This draft was discarded.')
  if (thing.state === 'submitted') return new Forbidden('This waits for somebody to approve it.')
  const second = needsSecondBecause(thing)
  if (second !== null && thing.approvedBy === null) return new Forbidden(second)
  if (thing.authorId !== actor.accountId && thing.state === 'draft') return new Forbidden('Only its author publishes a draft.')
  return new Forbidden('You cannot publish this.')
}

/** Lets it go out by itself at that moment. Throws `Refused` (field `date`) for one that is past. */
export async function scheduleDraft(db: Database, actor: SignedIn, id: number, input: { version: number; publishAt: Date }): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft, thing } = await take(tx, actor, id)
    requireVersion(draft, input.version)
    if (draft.state === 'scheduled' && draft.publishAt?.getTime() === input.publishAt.getTime()) return
    if (draft.state === 'published') throw new Overtaken('This was published already. Nothing was changed.')
    if (!mayRelease(actor, thing)) throw refusalToRelease(actor, thing)
    await completeContent(tx, draft)
    await schedule(tx, actor, draft, input.publishAt)
  })
}

export async function unscheduleDraft(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft, thing } = await take(tx, actor, id)
    if (draft.state === 'published') throw new Overtaken('This was published already. Nothing was changed.')
    if (draft.state === 'draft' || draft.state === 'approved') return
    if (!mayUnschedule(actor, thing)) throw new Forbidden('You cannot stop this.')
    const state = draft.approvedBy === null ? ('draft' as const) : ('approved' as const)
    await writeAct(tx, actor, await enter(tx, draft, { state, publishAt: null }), 'unscheduled')
  })
}

/** Publishes it now. Twice is the same as once. Throws `Refused` by field when it is not complete, `Forbidden` when a second person is needed. */
export const publishDraft = (db: Database, actor: SignedIn, id: number, version: number): Promise<{ id: number; path: string }> =>
  db.transaction((tx) => publishDraftIn(tx, actor, id, version))

/** The same, as part of a larger change. */
export async function publishDraftIn(tx: Tx, actor: SignedIn, id: number, version: number): Promise<{ id: number; path: string }> {
  // Where two wait for one row, the state that the second finds is the one that the first left.
  const { draft, thing } = await take(tx, actor, id)
  if (draft.postId !== null) return pathOfPost(tx, draft.postId)
  if (!mayRelease(actor, thing)) throw refusalToRelease(actor, thing)
  requireVersion(draft, version)
  const { id: postId, path } = await releaseDraft(tx, actor, draft)
  return { id: postId, path }
}

export async function discardDraft(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { draft, thing } = await take(tx, actor, id)
    if (draft.state === 'discarded' && draft.authorId === actor.accountId) return
    if (!mayDiscard(actor, thing)) throw new Forbidden('Only its author discards a draft, and only while it is with them.')
    await writeAct(tx, actor, await enter(tx, draft, { state: 'discarded' }), 'discarded')
    // Their files are swept away like those that never came whole.
    for (const table of ['photos', 'attachments'])
      await tx.execute(
        sql`update ${sql.identifier(table)} set removed_at = ${now().toISOString()}::timestamptz, removed_because = 'The draft was discarded' where draft_id = ${id} and removed_at is null`,
      )
  })
}
