/**
 * Who sees to a question. Absence and handover move it; the clock runs on.
 */
import { and, asc, eq, inArray, or, sql } from 'drizzle-orm'
import { accounts, roleGrants } from '../accounts/schema.ts'
import { inForce } from '../accounts/duty.ts'
import { roleName, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { changeQuestion, closeAct, lockForLead, lockForTeam, nameOf, requireStanding } from './act.ts'
import { isOpen, type QuestionRow } from './clock.ts'
import { isOfTeam, whoSeesTo } from './cover.ts'
import { countOpen } from './figures.ts'
import { mayTake } from './policy.ts'

/**
 * An officer or sergeant takes a question of the own team that nobody has, or for whose holder they cover. Twice is the same as once.
 * Throws `Overtaken` when a colleague has it.
 */
export async function takeQuestion(db: Database, actor: SignedIn, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockForTeam(tx, actor, id)
    if (question.assigneeId === actor.accountId) return
    requireOpen(question)
    if (!mayTake(actor, question)) throw new Forbidden('This question is with the sergeant, who decides who sees to it.')
    if (question.assigneeId !== null) await requireAway(tx, actor, question, question.assigneeId)
    const taken = await changeQuestion(tx, question, { assigneeId: actor.accountId })
    await closeAct(tx, taken, 'question.assigned', { act: 'assigned', actor, note: `${actor.displayName ?? 'A colleague'} has taken it.` })
  })
}

function requireOpen(question: QuestionRow): void {
  if (!isOpen(question)) throw new Overtaken('This question is no longer open. Nothing was changed.')
}

async function requireAway(tx: Tx, actor: SignedIn, question: QuestionRow, holder: number): Promise<void> {
  const standIn = await whoSeesTo(tx, holder, question.teamId)
  if (standIn === null || standIn === actor.accountId) return
  throw new Overtaken(`${(await nameOf(tx, standIn)) ?? 'A colleague'} sees to this question. Nothing was changed.`)
}

/** Whoever has it gives it back to the team, with a word to the sergeant. Twice is the same as once. */
export async function handBackQuestion(db: Database, actor: SignedIn, id: number, note: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockForTeam(tx, actor, id)
    if (question.assigneeId === null) return
    requireOpen(question)
    if (question.assigneeId !== actor.accountId) throw new Forbidden('Only the person who has a question can hand it back.')
    const returned = await changeQuestion(tx, question, { assigneeId: null })
    await closeAct(tx, returned, 'question.assigned', { act: 'handed-back', actor, note })
  })
}

/**
 * The sergeant gives it to somebody of the team; to whoever covers when that person is away. Null gives it to the team as a whole.
 * Throws `Refused` (field `account`) for somebody who is not of the team.
 */
export async function assignQuestion(db: Database, actor: SignedIn, id: number, accountId: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockForLead(tx, actor, id)
    requireOpen(question)
    if (accountId !== null && !(await isOfTeam(tx, accountId, question.teamId)))
      throw new Refused('Choose somebody of the team', { account: 'Choose an officer or sergeant of the team' })
    const assigneeId = accountId === null ? null : await whoSeesTo(tx, accountId, question.teamId)
    if (assigneeId === question.assigneeId) return
    const assigned = await changeQuestion(tx, question, { assigneeId })
    await closeAct(tx, assigned, 'question.assigned', { act: 'assigned', actor, note: await sayAssigned(tx, accountId, assigneeId) })
  })
}

async function sayAssigned(tx: Tx, wanted: number | null, assigneeId: number | null): Promise<string> {
  const to = assigneeId === null ? 'the team' : ((await nameOf(tx, assigneeId)) ?? 'a colleague')
  if (wanted === null || wanted === assigneeId) return `Given to ${to}.`
  return `Given to ${to}, because ${(await nameOf(tx, wanted)) ?? 'a colleague'} is away.`
}

/**
 * To another team (the sergeant, or the press office): access to the private conversation moves with it.
 * Throws `Refused` (field `team`) when published already, for the same team and for one that is gone.
 */
export async function moveQuestion(db: Database, actor: SignedIn, id: number, team: TeamName, note: string): Promise<void> {
  await db.transaction(async (tx) => {
    const { question } = await lockForLead(tx, actor, id)
    requireOpen(question)
    if (question.postId !== null) throw refused('This question is published by its team, so it stays there')
    if (question.teamId === team.id) throw refused('Choose another team')
    await requireStanding(tx, team).catch(() => {
      throw refused(`The ${team.name} team has gone. Choose another team`)
    })
    const moved = await changeQuestion(tx, question, { teamId: team.id, assigneeId: null })
    await moveConversations(tx, moved)
    await moveCounts(tx, question.teamId, team.id)
    await closeAct(tx, moved, 'question.moved', { act: 'moved', actor, note })
  })
}

const refused = (message: string): Refused => new Refused('This question cannot move there', { team: message })

/** Who may read the words between the asker and the team hangs on the team of their conversation, and so do the notes beside it. */
const moveConversations = (tx: Tx, { conversationId, teamId }: QuestionRow): Promise<unknown> =>
  tx
    .update(conversations)
    .set({ teamId, version: sql`${conversations.version} + 1` })
    .where(or(eq(conversations.id, conversationId), eq(conversations.besideId, conversationId)))

/** In the order of the ids: two moves the opposite way must not wait for each other. */
async function moveCounts(tx: Tx, from: number, to: number): Promise<void> {
  const changes = [[from, -1] as const, [to, 1] as const].toSorted(([a], [b]) => a - b)
  for (const [teamId, by] of changes) await countOpen(tx, teamId, by)
}

export interface Colleague {
  id: number
  name: string
  role: string
  /** Away until then. */
  awayUntil: Date | null
}

/** The officers and sergeants of a team, A to Z, for the form that assigns. */
export async function colleaguesOf(db: Db, teamId: number): Promise<Colleague[]> {
  const moment = now()
  const rows = await db
    .select({
      id: accounts.id,
      name: sql<string>`coalesce(${accounts.displayName}, 'A colleague')`,
      role: sql<Role>`max(${roleGrants.role})`,
      awayUntil: sql<string | null>`(select max(ends_at) from absences a where a.account_id = ${accounts.id}
        and a.ended_at is null and a.starts_at <= ${moment.toISOString()}::timestamptz and a.ends_at > ${moment.toISOString()}::timestamptz)`,
    })
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(and(eq(roleGrants.teamId, teamId), inArray(roleGrants.role, ['officer', 'supervisor']), inForce(moment)))
    .groupBy(accounts.id)
    .orderBy(asc(accounts.displayName), asc(accounts.id))
  return rows.map((row) => ({ ...row, role: roleName(row.role), awayUntil: row.awayUntil === null ? null : new Date(row.awayUntil) }))
}
