/**
 * A draft as its author, its team and the press office see it: the words, where it stands, whose turn it is, and what whoever looks may do.
 */
import { asc, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { accounts } from '../accounts/schema.ts'
import { roleName, ROLES, sayMark, type Actor } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { draftTitle, sayTurn } from './draft-words.ts'
import { inElection } from './election.ts'
import {
  mayApprove,
  mayDiscard,
  mayReadDraft,
  mayRelease,
  mayReopen,
  mayUnschedule,
  mayWriteDraft,
  needsSecondBecause,
  type DraftThing,
} from './policy.ts'
import { draftActs, drafts, draftTeams, posts, type DraftForm, type DraftState, type PostKind } from './schema.ts'

/** What somebody could do with a draft now. */
export type DraftStep = 'edit' | 'submit' | 'publish' | 'schedule' | 'unschedule' | 'return' | 'approve' | 'reopen' | 'discard'

export interface DraftView {
  id: number
  kind: PostKind
  state: DraftState
  team: TeamName
  /** The others on whose pages it will stand. */
  teams: TeamName[]
  wholeForce: boolean
  authorId: number
  author: string | null
  /** "Officer · Bracebridge Heath team" */
  mark: string
  key: string
  form: DraftForm
  /** From the form, or what stands for it: "Arrest, no details yet". */
  title: string
  version: number
  changedAt: Date
  stateAt: Date
  publishAt: Date | null
  returned: { because: string; by: string | null; suggestion: DraftForm | null } | null
  approvedBy: string | null
  postPath: string | null
  /** The post that it corrects. */
  corrects: { id: number; path: string; title: string } | null
  /** Whose turn it is, in words: "Waits for the press office", "Yours to finish", "Goes out tomorrow at 9am". */
  turn: string
  /** Why it cannot go out without a second person; null when it can, also because it was approved. */
  needsSecondBecause: string | null
  /** What this actor may do with it now. */
  steps: DraftStep[]
  history: { act: string; by: string | null; role: string; note: string | null; at: Date }[]
}

/** True for a draft with a photo that nobody has looked at for faces and number plates. */
export const unseenPhoto = sql<boolean>`exists (select 1 from photos p where p.draft_id = ${drafts.id} and p.removed_at is null and p.stored_at is not null and p.looked_at_by is null)`

const returner = alias(accounts, 'returner')
const approver = alias(accounts, 'approver')
const corrected = alias(posts, 'corrected')
const correctedTalk = alias(conversations, 'corrected_talk')

const rowOf = (db: Db, id: number) =>
  db
    .select({
      draft: drafts,
      author: accounts.displayName,
      returnedBy: returner.displayName,
      approvedBy: approver.displayName,
      team: { id: teams.id, slug: teams.slug, name: teams.name },
      postPath: conversations.path,
      corrects: { id: corrected.id, path: correctedTalk.path, title: corrected.title },
      unseen: unseenPhoto,
      election: inElection(now()),
    })
    .from(drafts)
    .innerJoin(accounts, eq(accounts.id, drafts.authorId))
    .innerJoin(teams, eq(teams.id, drafts.teamId))
    .leftJoin(returner, eq(returner.id, drafts.returnedBy))
    .leftJoin(approver, eq(approver.id, drafts.approvedBy))
    .leftJoin(posts, eq(posts.id, drafts.postId))
    .leftJoin(conversations, eq(conversations.id, posts.conversationId))
    .leftJoin(corrected, eq(corrected.id, drafts.correctsId))
    .leftJoin(correctedTalk, eq(correctedTalk.id, corrected.conversationId))
    .where(eq(drafts.id, id))

const teamsOf = (db: Db, id: number): Promise<TeamName[]> =>
  db
    .select({ id: teams.id, slug: teams.slug, name: teams.name })
    .from(draftTeams)
    .innerJoin(teams, eq(teams.id, draftTeams.teamId))
    .where(eq(draftTeams.draftId, id))
    .orderBy(asc(teams.name))

const actsOf = (db: Db, id: number) =>
  db
    .select({
      act: draftActs.act,
      by: accounts.displayName,
      role: draftActs.role,
      note: draftActs.note,
      at: draftActs.at,
      suggestion: draftActs.suggestion,
    })
    .from(draftActs)
    .leftJoin(accounts, eq(accounts.id, draftActs.actorId))
    .where(eq(draftActs.draftId, id))
    .orderBy(asc(draftActs.id))

type Row = Awaited<ReturnType<typeof rowOf>>[number]
type Acts = Awaited<ReturnType<typeof actsOf>>

/** A draft for somebody who may read it. Throws `NotFound`. */
export async function draftById(db: Db, actor: Actor, id: number): Promise<DraftView> {
  const [row] = await rowOf(db, id)
  if (!row) throw new NotFound('draft')
  const others = await teamsOf(db, id)
  const thing: DraftThing = { ...row.draft, teamIds: others.map((team) => team.id), unseen: row.unseen, election: row.election }
  if (!mayReadDraft(actor, thing)) throw new NotFound('draft')
  const acts = await actsOf(db, id)
  return { ...bareView(row), teams: others, ...placeOf(actor, row, thing), returned: returnOf(row, acts), history: acts.map(historyOf) }
}

function bareView({ draft, author, team, approvedBy, postPath, corrects }: Row) {
  const { id, kind, state, wholeForce, authorId, clientKey: key, form, version, changedAt, stateAt, publishAt } = draft
  const words = { title: draftTitle(kind, form, now()), mark: sayMark(draft.officialRole, team.name) }
  const times = { changedAt, stateAt, publishAt }
  return {
    id,
    kind,
    state,
    wholeForce,
    authorId,
    author,
    team,
    key,
    form,
    version,
    approvedBy,
    postPath,
    corrects: correctedOf(corrects),
    ...words,
    ...times,
  }
}

/** The joins find all of it or nothing. */
const correctedOf = ({ id, path, title }: Row['corrects']): DraftView['corrects'] =>
  id === null || path === null || title === null ? null : { id, path, title }

function placeOf(actor: Actor, { draft, author }: Row, thing: DraftThing): Pick<DraftView, 'turn' | 'needsSecondBecause' | 'steps'> {
  return {
    turn: sayTurn(actor, { ...draft, ...thing, author }, now()),
    needsSecondBecause: draft.approvedBy === null ? needsSecondBecause(thing) : null,
    steps: stepsOf(actor, thing),
  }
}

function returnOf({ draft, returnedBy }: Row, acts: Acts): DraftView['returned'] {
  if (draft.returnedBecause === null) return null
  const last = acts.findLast(({ act }) => act === 'returned')
  return { because: draft.returnedBecause, by: returnedBy, suggestion: last?.suggestion ?? null }
}

function historyOf({ act, by, role, note, at }: Acts[number]): DraftView['history'][number] {
  const known = ROLES.find((name) => name === role)
  return { act, by, role: known ? roleName(known) : role, note, at }
}

const STEPS: readonly (readonly [DraftStep, (actor: Actor, draft: DraftThing) => boolean])[] = [
  ['edit', mayWriteDraft],
  ['submit', mayWriteDraft],
  ['publish', mayRelease],
  ['schedule', (actor, draft) => draft.state !== 'scheduled' && mayRelease(actor, draft)],
  ['unschedule', mayUnschedule],
  ['return', mayApprove],
  ['approve', mayApprove],
  ['reopen', mayReopen],
  ['discard', mayDiscard],
]

/** What this actor may do with it now. */
export const stepsOf = (actor: Actor, draft: DraftThing): DraftStep[] => STEPS.filter(([, may]) => may(actor, draft)).map(([step]) => step)
