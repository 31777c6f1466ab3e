/**
 * What residents told a team in a week, and what came of it: made on the Monday after, once. A team of which there is nothing to say has no week.
 */
import { eq, isNull } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { teamWeeks, type WeekBody } from './schema.ts'
import { gatherWeek } from './week-body.ts'
import { mailPressOffice, mailSergeants } from './week-mail.ts'
import { isMonday, weekBefore, type Week } from './week-time.ts'

/** Makes the week that is over, for each team, and mails it to its sergeants. Twice is the same as once. On another day than Monday only where none was made. */
export async function makeWeeks(db: Database, config: Config): Promise<void> {
  const week = weekBefore(now())
  if (!isMonday(now()) && (await isMade(db, week))) return
  const bodyOf = await gatherWeek(db, week)
  for (const team of await standingTeams(db)) {
    const body = await bodyOf(team.id)
    if (hasAnything(body)) await db.transaction((tx) => storeWeek(tx, config, team, week, body))
  }
  await db.transaction((tx) => mailPressOffice(tx, config, week))
}

async function isMade(db: Db, { week }: Week): Promise<boolean> {
  const made = await db.select({ week: teamWeeks.week }).from(teamWeeks).where(eq(teamWeeks.week, week)).limit(1)
  return made.length > 0
}

const standingTeams = (db: Db): Promise<TeamName[]> =>
  db.select({ id: teams.id, slug: teams.slug, name: teams.name }).from(teams).where(isNull(teams.archivedAt)).orderBy(teams.id)

/** The mails belong to the transaction: a week that is there has been told. */
async function storeWeek(tx: Tx, config: Config, team: TeamName, week: Week, body: WeekBody): Promise<void> {
  const made = await tx
    .insert(teamWeeks)
    .values({ teamId: team.id, week: week.week, body, madeAt: now() })
    .onConflictDoNothing()
    .returning({ week: teamWeeks.week })
  if (made.length > 0) await mailSergeants(tx, config, team, week)
}

const hasAnything = (body: WeekBody): boolean =>
  Object.values(body).some((part: number | unknown[]) => (Array.isArray(part) ? part.length > 0 : part > 0))
