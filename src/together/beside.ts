/** What a moderator finds beside good practice and an issue: who used it and what they say of it, who works on it, why something is linked, and what came of it. */
import { and, asc, eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../database/database.ts'
import type { BesideKind, BesideText } from '../posts/words-beside.ts'
import { teams } from '../teams/schema.ts'
import { sayDate } from '../text/dates.ts'
import { issueLinks, issueReopenings, issues, issueWorkers, practiceUses } from './schema.ts'

export const usesBeside: BesideKind = {
  name: 'Who used it',
  of: ['good-practice'],
  async read(db, postId) {
    const rows = await db
      .select({ key: practiceUses.teamId, team: teams.name, text: practiceUses.note })
      .from(practiceUses)
      .innerJoin(teams, eq(teams.id, practiceUses.teamId))
      .where(eq(practiceUses.postId, postId))
      .orderBy(asc(practiceUses.at), asc(practiceUses.teamId))
    return rows.map(({ key, team, text }) => ({ key: String(key), label: team, text }))
  },
  async replace(tx, postId, key, note) {
    await tx
      .update(practiceUses)
      .set({ note })
      .where(and(eq(practiceUses.postId, postId), eq(practiceUses.teamId, Number(key))))
  },
}

/** Also of those who left: nobody reads theirs, and nobody keeps them. */
export const workersBeside: BesideKind = {
  name: 'Who works on it',
  of: ['issue'],
  async read(db, postId) {
    const rows = await db
      .select({ key: issueWorkers.accountId, by: accounts.displayName, text: issueWorkers.note, leftAt: issueWorkers.leftAt })
      .from(issueWorkers)
      .innerJoin(accounts, eq(accounts.id, issueWorkers.accountId))
      .where(eq(issueWorkers.postId, postId))
      .orderBy(asc(issueWorkers.joinedAt), asc(issueWorkers.accountId))
    return rows.map(({ key, by, text, leftAt }) => ({ key: String(key), label: `${by ?? 'A colleague'}${leftAt ? ', who left' : ''}`, text }))
  },
  async replace(tx, postId, key, note) {
    await tx
      .update(issueWorkers)
      .set({ note })
      .where(and(eq(issueWorkers.postId, postId), eq(issueWorkers.accountId, Number(key))))
  },
}

export const linksBeside: BesideKind = {
  name: 'What belongs to it',
  of: ['issue'],
  async read(db, postId) {
    const rows = await db
      .select({ id: issueLinks.id, text: issueLinks.note, removedAt: issueLinks.removedAt })
      .from(issueLinks)
      .where(eq(issueLinks.postId, postId))
      .orderBy(asc(issueLinks.id))
    return rows.map(({ id, text, removedAt }, at) => ({ key: String(id), label: `Link ${at + 1}${removedAt ? ', taken off' : ''}`, text }))
  },
  async replace(tx, _postId, key, note) {
    await tx
      .update(issueLinks)
      .set({ note })
      .where(eq(issueLinks.id, Number(key)))
  },
}

async function outcomeTexts(db: Db, postId: number): Promise<BesideText[]> {
  const [issue] = await db.select({ outcome: issues.outcome }).from(issues).where(eq(issues.postId, postId))
  const before = await db.select().from(issueReopenings).where(eq(issueReopenings.postId, postId)).orderBy(asc(issueReopenings.id))
  return [
    { key: 'now', label: 'What came of it', text: issue?.outcome ?? '' },
    ...before.map(({ id, outcome, closedAt }) => ({
      key: String(id),
      label: `Said on ${sayDate(closedAt)}, before it was opened again`,
      text: outcome,
    })),
  ]
}

export const outcomesBeside: BesideKind = {
  name: 'What came of it',
  of: ['issue'],
  read: outcomeTexts,
  async replace(tx, postId, key, outcome) {
    if (key === 'now') await tx.update(issues).set({ outcome }).where(eq(issues.postId, postId))
    else
      await tx
        .update(issueReopenings)
        .set({ outcome })
        .where(eq(issueReopenings.id, Number(key)))
  },
}
