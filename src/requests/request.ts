/**
 * What somebody who may not do it themself asks of the press office: it waits in the queue like everything else, is answered once, by somebody else,
 * and whoever asked is told.
 */
import { type SQL, and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { roleName, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import { prepared, type Database, type Db, type Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { closeCaseAbout, lockCaseFile, openCaseAbout, recordCaseAct } from '../moderation/case.ts'
import { dueFor, type Staffed } from '../moderation/clock.ts'
import { caseActs, cases } from '../moderation/schema.ts'
import { askingRole, ASKED_ABOUT, isUrgentRequest, mayAnswerRequest } from './policy.ts'
import { requests, type RequestKind } from './schema.ts'
import { subjectFor, type Subject, type SubjectRef } from './subject.ts'
import { REQUEST_WORDS } from './words.ts'

export type RequestRow = typeof requests.$inferSelect

export interface NewRequest {
  kind: RequestKind
  note: string
  clientKey: string
  /** For the clock of an urgent one. */
  staffed: Staffed
}

/** `joined`: a colleague had asked for the same; the note went to that request. */
export interface Asked {
  id: number
  joined: boolean
}

/** Throws `Forbidden` for what is not of the actor's team, `Refused` (field `kind`) for what cannot be asked about it. The same form again answers the first. */
export async function askPressOffice(db: Database, actor: SignedIn, ref: SubjectRef, input: NewRequest): Promise<Asked> {
  return db.transaction(async (tx) => {
    const subject = await subjectFor(tx, actor, ref)
    const offered: readonly RequestKind[] = ASKED_ABOUT[ref.kind]
    if (!offered.includes(input.kind)) throw new Refused('Choose what you ask for', { kind: 'Choose what you ask for' })
    // Two who ask for the same at once wait for each other here, so that the second joins the first.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`request ${input.kind} ${ref.kind} ${ref.id}`}))`)
    const [sent] = await tx.select({ id: requests.id }).from(requests).where(eq(requests.clientKey, input.clientKey))
    if (sent) return { id: sent.id, joined: false }
    const [open] = await tx
      .select()
      .from(requests)
      .where(and(isAbout(ref), eq(requests.kind, input.kind), isNull(requests.answer)))
    if (open) return joinRequest(tx, actor, open, input)
    const row = { ...idsOf(ref), kind: input.kind, note: input.note, clientKey: input.clientKey, askedBy: actor.accountId, askedRole: subject.role }
    const [urgent, because] = [isUrgentRequest(input.kind), `${roleName(subject.role)} asks for ${REQUEST_WORDS[input.kind].name}.`]
    return { id: await insertRequest(tx, subject, row, { because, urgent, dueAt: dueFor(now(), urgent, input.staffed) }), joined: false }
  })
}

const idsOf = ({ kind, id }: SubjectRef) => ({
  conversationId: kind === 'conversation' ? id : null,
  commentId: kind === 'comment' ? id : null,
  postId: kind === 'post' ? id : null,
  teamId: kind === 'team' ? id : null,
})

function isAbout({ kind, id }: SubjectRef): SQL {
  const column = { conversation: requests.conversationId, comment: requests.commentId, post: requests.postId, team: requests.teamId }[kind]
  return eq(column, id)
}

/** What a request points to. Throws for a row without anything, which the form cannot make. */
export function refOf(row: RequestRow): SubjectRef {
  if (row.commentId !== null) return { kind: 'comment', id: row.commentId }
  if (row.postId !== null) return { kind: 'post', id: row.postId }
  if (row.conversationId !== null) return { kind: 'conversation', id: row.conversationId }
  return { kind: 'team', id: Number(row.teamId) }
}

/** The request and its case; the caller has made sure that there is none like it. Answers its id. */
export async function insertRequest(
  tx: Tx,
  { title, teamId, audience, conversationId }: Pick<Subject, 'title' | 'audience' | 'conversationId'> & { teamId: number | null },
  row: typeof requests.$inferInsert,
  opening: { because: string; urgent: boolean; dueAt: Date },
): Promise<number> {
  const [made] = await tx
    .insert(requests)
    .values({ ...row, askedAt: now() })
    .returning({ id: requests.id })
  if (!made) throw new Error('no request was made')
  const about = { requestId: made.id, conversationId, teamId, audience, title, body: row.note }
  await openCaseAbout(tx, { cause: 'request', ...about, ...opening })
  await recordActivity(tx, { kind: 'request.asked', audience: 'staff', actorId: row.askedBy, teamId, conversationId, detail: { requestId: made.id } })
  return made.id
}

/** A second voice for the same: its words go to the case, and the case is looked at again. */
async function joinRequest(tx: Tx, actor: SignedIn, open: RequestRow, { note, clientKey }: NewRequest): Promise<Asked> {
  const [file] = await tx.select().from(cases).where(eq(cases.requestId, open.id)).for('update')
  if (!file) throw new Error('a request has no case')
  const role = askingRole(actor, file.teamId) ?? 'officer'
  const said = { caseId: file.id, act: 'noted' as const, actorId: actor.accountId, role, note, at: now(), clientKey }
  const [written] = await tx.insert(caseActs).values(said).onConflictDoNothing().returning({ id: caseActs.id })
  if (written)
    await tx
      .update(cases)
      .set({ version: file.version + 1 })
      .where(eq(cases.id, file.id))
  return { id: open.id, joined: true }
}

export interface Answer {
  answer: 'done' | 'declined'
  /** For whoever asked. Mandatory to decline. */
  text: string | null
  /** Of the case, as it was in view. */
  version: number
}

/** Throws `NotFound`, `Forbidden`, `Refused` (fields `request-answer`, `request-text`), and `Overtaken` when somebody answered, or the case changed. */
export async function answerRequest(db: Database, actor: SignedIn, caseId: number, input: Answer): Promise<void> {
  await db.transaction(async (tx) => {
    const request = await lockRequestOf(tx, caseId)
    const file = await lockCaseFile(tx, actor, caseId)
    if (request.answer === input.answer && request.answeredBy === actor.accountId && request.answerText === input.text) return
    if (request.answer !== null) throw new Overtaken(`A colleague has answered this already: ${request.answer}. Nothing was changed.`)
    if (!mayAnswerRequest(actor, request))
      throw new Forbidden(request.askedBy === actor.accountId ? 'You asked for this. A colleague has to answer.' : 'Only the press office answers.')
    if (file.version !== input.version)
      throw new Overtaken('Something was added to this case while you had it open. Look at it again: nothing was changed.')
    if (input.answer === 'declined' && input.text === null)
      throw new Refused('Say why not', { 'request-text': 'Say why not: your colleague will read it' })
    if (input.answer === 'done') await requireDone(tx, request)
    await tx
      .update(requests)
      .set({ answer: input.answer, answerText: input.text, answeredBy: actor.accountId, answeredAt: now() })
      .where(eq(requests.id, request.id))
    await closeCaseAbout(tx, eq(cases.requestId, request.id))
    await recordCaseAct(tx, actor, caseId, 'answered-request', { note: input.text ?? (input.answer === 'done' ? 'Done.' : null) })
    const { teamId, conversationId } = file
    await recordActivity(tx, {
      kind: 'request.answered',
      audience: 'staff',
      actorId: actor.accountId,
      teamId,
      conversationId,
      detail: { requestId: request.id },
    })
  })
}

async function lockRequestOf(tx: Tx, caseId: number): Promise<RequestRow> {
  const [found] = await tx
    .select({ request: requests })
    .from(requests)
    .innerJoin(cases, eq(cases.requestId, requests.id))
    .where(eq(cases.id, caseId))
    .for('update', { of: requests })
  if (!found) throw new NotFound('request')
  return found.request
}

const SETS: Partial<Record<RequestKind, readonly string[]>> = {
  'legal-lock': ['legal-lock'],
  hold: ['held', 'legal-lock'],
  close: ['closed', 'legal-lock'],
}

type Proof = (tx: Tx, request: RequestRow) => Promise<boolean>
const proofs = new Map<RequestKind, Proof>()

/** Says how to see that what was asked for is done, where a room further up does it. Registered once for each kind; a second time changes nothing. */
export function doneWhen(kind: RequestKind, proof: Proof): void {
  proofs.set(kind, proof)
}

/** A conversation has its mode, or somebody has changed it since. */
async function hasMode(tx: Tx, { kind, conversationId, askedAt }: RequestRow): Promise<boolean> {
  const modes = SETS[kind]
  if (!modes || conversationId === null) return true
  const [talk] = await tx.select().from(conversations).where(eq(conversations.id, conversationId))
  return talk !== undefined && (modes.includes(talk.mode) || (talk.modeSetAt !== null && talk.modeSetAt > askedAt))
}

/** "Done" is said of what was done. */
async function requireDone(tx: Tx, request: RequestRow): Promise<void> {
  const { kind } = request
  const isDone = proofs.get(kind) ?? hasMode
  if (await isDone(tx, request)) return
  const message = `Do it first: “${REQUEST_WORDS[kind].step}”. Then say that it is done`
  throw new Refused(message, { 'request-answer': message })
}

export interface OwnRequest {
  id: number
  name: string
  title: string
  askedAt: Date
  answer: RequestRow['answer']
  answerText: string | null
  answeredAt: Date | null
}

const ownQuery = prepared((db) =>
  db
    .select({
      id: requests.id,
      kind: requests.kind,
      title: cases.title,
      askedAt: requests.askedAt,
      answer: requests.answer,
      answerText: requests.answerText,
      answeredAt: requests.answeredAt,
    })
    .from(requests)
    .innerJoin(cases, eq(cases.requestId, requests.id))
    .where(and(eq(requests.askedBy, sql.placeholder('asker')), lt(requests.id, sql.placeholder('before'))))
    .orderBy(desc(requests.id))
    .limit(sql.placeholder('limit'))
    .prepare('requests_own'),
)

const OWN_SIZE = 20

/** One's own, latest first, before that id; `next` is the key of the next page. */
export async function ownRequests(db: Database, actor: SignedIn, before: number | null): Promise<{ items: OwnRequest[]; next: number | null }> {
  const rows = await ownQuery(db).execute({ asker: actor.accountId, before: before ?? Number.MAX_SAFE_INTEGER, limit: OWN_SIZE + 1 })
  const items = rows.slice(0, OWN_SIZE).map(({ kind, title, ...row }) => ({ ...row, name: REQUEST_WORDS[kind].name, title: title ?? '' }))
  return { items, next: rows.length > OWN_SIZE ? (items.at(-1)?.id ?? null) : null }
}

/** What was asked about it and waits for an answer. */
export const openRequestsAbout = (db: Db, ref: SubjectRef): Promise<RequestRow[]> =>
  db
    .select()
    .from(requests)
    .where(and(isAbout(ref), isNull(requests.answer)))
    .orderBy(requests.id)
