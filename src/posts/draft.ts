/**
 * What is being written. A draft is kept as it was typed, complete or not; only its author writes in it; its team and the press office can read it.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { acceptForm, kindOf } from './kinds.ts'
import { mayAddress, mayAddTeam, mayReadDraft, mayWriteDraft, publishingDuty } from './policy.ts'
import { drafts, draftTeams, type DraftForm, type PostKind } from './schema.ts'

export { draftById, type DraftView } from './draft-view.ts'
export { ownDrafts, teamDrafts, waitingDrafts, type DraftItem } from './draft-list.ts'

export type DraftRow = typeof drafts.$inferSelect

export interface DraftInput {
  kind: PostKind
  /** Sending the same key again writes in the same draft. */
  key: string
  form: DraftForm
  /** The version that the form began from; null for a new draft. */
  version: number | null
  /** Besides the team itself. */
  teamIds: number[]
  wholeForce: boolean
}

/**
 * Stores what was typed, as it was typed. Throws `Forbidden` without a duty for every team named, or for the whole force without the press office;
 * `Overtaken` when another device changed it since; `Refused` for fields that the kind refuses. The same words again change nothing.
 */
export const saveDraft = (db: Database, actor: SignedIn, team: TeamName, input: DraftInput): Promise<DraftRow> =>
  db.transaction((tx) => writeDraft(tx, actor, team, input))

/** The same, inside a larger change. */
export async function writeDraft(tx: Tx, actor: SignedIn, team: TeamName, input: DraftInput): Promise<DraftRow> {
  const role = await speakFor(tx, actor, team, input)
  // Two taps at once wait for each other here, so that the second finds what the first made.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`draft ${input.key}`}))`)
  const [known] = await tx
    .select()
    .from(drafts)
    .where(and(eq(drafts.authorId, actor.accountId), eq(drafts.clientKey, input.key)))
    .for('update')
  const teamIds = [...new Set(input.wholeForce ? [] : input.teamIds)].filter((id) => id !== team.id).toSorted((a, b) => a - b)
  if (!known) return insertDraft(tx, actor, team, { ...input, teamIds }, role)
  return rewriteDraft(tx, known, team, { ...input, teamIds }, role)
}

async function speakFor(tx: Tx, actor: SignedIn, team: TeamName, input: DraftInput): Promise<DraftRow['officialRole']> {
  const duty = publishingDuty(actor, team.id)
  if (!duty) throw new Forbidden(`You cannot publish for the ${team.name} team.`)
  if (input.wholeForce && !mayAddress(actor)) throw new Forbidden('Only the press office publishes for the whole force.')
  const others = input.teamIds.filter((id) => id !== team.id)
  if (others.some((id) => !mayAddTeam(actor, id))) throw new Forbidden('You can publish only for teams that you work for.')
  const wanted = [...new Set([team.id, ...others])]
  const found = await tx
    .select({ id: teams.id, archivedAt: teams.archivedAt })
    .from(teams)
    .where(sql`${teams.id} = any(${sql.param(wanted)}::bigint[])`)
  if (found.length < wanted.length) throw new NotFound('team')
  if (found.some((one) => one.archivedAt !== null)) throw new Forbidden('This team is archived, so nothing new can be published for it.')
  return duty.role
}

async function insertDraft(tx: Tx, actor: SignedIn, team: TeamName, input: DraftInput, role: DraftRow['officialRole']): Promise<DraftRow> {
  const { kind, wholeForce } = input
  if (!kindOf(kind).composed) throw new Refused('Choose what you want to publish', { kind: 'Choose one of these' })
  const form = acceptForm(kind, input.form)
  const moment = now()
  const times = { createdAt: moment, changedAt: moment, stateAt: moment }
  const values = { kind, teamId: team.id, wholeForce, authorId: actor.accountId, officialRole: role, clientKey: input.key, form, ...times }
  const [draft] = await tx.insert(drafts).values(values).returning()
  if (!draft) throw new Error('the draft gave no row back')
  await setTeams(tx, draft.id, input.teamIds)
  return draft
}

async function rewriteDraft(tx: Tx, draft: DraftRow, team: TeamName, input: DraftInput, role: DraftRow['officialRole']): Promise<DraftRow> {
  if (draft.teamId !== team.id) throw new Refused('This draft belongs to another team', { team: 'This draft belongs to another team' })
  const kind = draft.correctsId === null ? input.kind : draft.kind
  if (!kindOf(kind).composed) throw new Refused('Choose what you want to publish', { kind: 'Choose one of these' })
  const form = acceptForm(kind, input.form)
  // A correction stands where its post stands.
  const sameTeams =
    draft.correctsId !== null || (draft.wholeForce === input.wholeForce && (await otherTeams(tx, draft.id)).join() === input.teamIds.join())
  if (kind === draft.kind && sameTeams && isSameForm(form, draft.form)) return draft
  if (draft.state === 'published') throw new Overtaken('This was already published. What you changed since is not in it.')
  if (draft.state !== 'draft') throw new Forbidden('This is not with you any more. Take it back before you change it.')
  // A form that never heard back does not know a version: it began with the first.
  if (draft.version !== (input.version ?? 1)) throw new Overtaken('This draft was changed on another device. Open it again to see what is there now.')
  if (!sameTeams) await setTeams(tx, draft.id, input.teamIds)
  return updateDraft(tx, draft, { kind, form, officialRole: role, ...(sameTeams ? {} : { wholeForce: input.wholeForce }) })
}

const isSameForm = (one: DraftForm, other: DraftForm): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => (one[name] ?? '') === (other[name] ?? ''))

async function setTeams(tx: Tx, draftId: number, teamIds: number[]): Promise<void> {
  await tx.delete(draftTeams).where(eq(draftTeams.draftId, draftId))
  if (teamIds.length > 0) await tx.insert(draftTeams).values(teamIds.map((teamId) => ({ draftId, teamId })))
}

/** The teams besides its own for which a draft is written. */
export async function otherTeams(db: Db, draftId: number): Promise<number[]> {
  const rows = await db.select({ id: draftTeams.teamId }).from(draftTeams).where(eq(draftTeams.draftId, draftId)).orderBy(draftTeams.teamId)
  return rows.map(({ id }) => id)
}

async function updateDraft(tx: Tx, draft: DraftRow, change: Partial<DraftRow>): Promise<DraftRow> {
  const set = { ...change, version: draft.version + 1, changedAt: now() }
  await tx.update(drafts).set(set).where(eq(drafts.id, draft.id))
  return { ...draft, ...set }
}

/**
 * A photo or document came, went or was described: the version rises, and an approval is void, for it was given to something else.
 * The draft must be locked (`lockDraft`).
 */
export function raiseVersion(tx: Tx, draft: DraftRow): Promise<DraftRow> {
  const voided = draft.state === 'approved' || draft.state === 'scheduled'
  return updateDraft(tx, draft, voided ? { ...WITH_AUTHOR, stateAt: now() } : {})
}

/** Back on the author's desk, without any approval. */
export const WITH_AUTHOR = { state: 'draft' as const, approvedBy: null, approvedAt: null, publishAt: null, lockAgreedBy: null }

/** Locked until the transaction ends. Throws `NotFound` for whom it is not there, `Forbidden` when `write` is asked and it is not theirs or not in state `draft`. */
export async function lockDraft(tx: Tx, actor: SignedIn, id: number, ask: 'read' | 'write'): Promise<DraftRow> {
  const [draft] = await tx.select().from(drafts).where(eq(drafts.id, id)).for('update')
  if (!draft || !mayReadDraft(actor, { ...draft, teamIds: await otherTeams(tx, id) })) throw new NotFound('draft')
  if (ask === 'read' || mayWriteDraft(actor, draft)) return draft
  if (draft.authorId !== actor.accountId) throw new Forbidden('Only its author changes a draft. You can suggest other words when you return it.')
  throw new Forbidden(
    draft.state === 'published' ? 'This was already published.' : 'This is not with you any more. Take it back before you change it.',
  )
}
