/**
 * Clocks that ran out. Overdue is true at the second; here it is written down and handed to the sergeant.
 */
import { inArray, sql } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { changeQuestion, closeAct } from './act.ts'
import { isOverdue, type QuestionRow } from './clock.ts'
import { questions } from './schema.ts'

const BATCH = 200

/** Clocks that ran out: written down, told to the sergeant. Each once, however often this runs. Answers how many. */
export async function missClocks(db: Database): Promise<number> {
  let missed = 0
  for (;;) {
    const batch = await db.transaction(missBatch)
    missed += batch
    if (batch < BATCH) return missed
  }
}

/** Those that somebody is answering right now are left to that answer, which writes the same. */
async function missBatch(tx: Tx): Promise<number> {
  const moment = now().toISOString()
  const { rows } = await tx.execute<{ id: string }>(sql`
    with due as (
      select id from questions
      where answered_at is null and withdrawn_at is null and missed_at is null and due_at <= ${moment}::timestamptz
      order by due_at limit ${BATCH} for update skip locked)
    update questions q set missed_at = q.due_at, version = q.version + 1,
      assignee_id = ${forSergeant(moment)}
    from due where due.id = q.id returning q.id`)
  if (rows.length === 0) return 0
  const ids = rows.map((row) => Number(row.id))
  const missed = await tx.select().from(questions).where(inArray(questions.id, ids)).orderBy(questions.dueAt, questions.id)
  for (const question of missed) await writeMissed(tx, question)
  return missed.length
}

/** The same for one question that its caller has locked, when its clock has run out and the worker has not been by. */
export async function missIfOverdue(tx: Tx, question: QuestionRow): Promise<QuestionRow> {
  const moment = now()
  if (question.missedAt !== null || !isOverdue(question, moment)) return question
  const handed = sql<number | null>`(select ${forSergeant(moment.toISOString())} from questions q where q.id = ${question.id})`
  const missed = await changeQuestion(tx, question, { missedAt: question.dueAt, assigneeId: handed })
  await writeMissed(tx, missed)
  return missed
}

const writeMissed = (tx: Tx, question: QuestionRow): Promise<void> =>
  closeAct(tx, question, 'question.missed', { act: 'missed', actor: null, at: question.dueAt })

// Whoever of the officers had it no longer has it alone: it is the sergeant's to see to.
const forSergeant = (moment: string) => sql`case when exists (select 1 from role_grants g
  where g.account_id = q.assignee_id and g.role = 'supervisor' and g.team_id = q.team_id
    and g.confirmed_at is not null and g.ended_at is null and g.expires_at > ${moment}::timestamptz) then q.assignee_id end`
