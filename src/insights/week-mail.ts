/** The week by mail: to the sergeants of the team, and one of all teams to the press office. Titles of what is public, never what a resident said. */
import { and, eq, sql } from 'drizzle-orm'
import { inForce } from '../accounts/duty.ts'
import { accounts, roleGrants } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Db, Tx } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import type { TeamName } from '../teams/team.ts'
import { count, sayDate } from '../text/dates.ts'
import type { Week } from './week-time.ts'
import { weekOf, type WeekPage } from './week-page.ts'

interface Reader {
  accountId: number
  email: string
}

const inDuty = (db: Db, condition: ReturnType<typeof and>): Promise<Reader[]> =>
  db
    .selectDistinct({ accountId: accounts.id, email: accounts.email })
    .from(roleGrants)
    .innerJoin(accounts, eq(accounts.id, roleGrants.accountId))
    .where(and(condition, inForce(now())))
    .orderBy(accounts.id)

export async function mailSergeants(tx: Tx, config: Config, team: TeamName, week: Week): Promise<void> {
  const page = await weekOf(tx, team, week.week)
  if (!page) throw new Error('the week was just made')
  const text = [
    `${team.name}, from Monday ${sayDate(week.from)}.`,
    sectionOf('Raised most', raisedLines(page)),
    sectionOf('Done', doneLines(page)),
    sectionOf('Waits', waitingLines(page)),
    `${config.publicUrl}${weekPath(team, week.week)}`,
    `${config.force.name}\n${config.publicUrl}`,
  ]
  const readers = await inDuty(tx, and(eq(roleGrants.role, 'supervisor'), eq(roleGrants.teamId, team.id)))
  const subject = `What ${team.name} told you last week, and what waits`
  for (const { accountId, email } of readers)
    await sendMail(tx, { key: `week:${week.week}:team:${team.id}:account:${accountId}`, to: email, subject, text: text.join('\n\n') })
}

export const weekPath = (team: { slug: string }, week: string): string => `/teams/${team.slug}/weeks/${week}`

const sectionOf = (title: string, lines: readonly string[]): string => [`${title}:`, ...(lines.length === 0 ? ['Nothing.'] : lines)].join('\n')

/** Those that are not nought, each as "3 meetings held". */
const counted = (...parts: [number: number, one: string, many: string][]): string[] =>
  parts.flatMap(([number, one, many]) => (number === 0 ? [] : [count(number, one, many)]))

const raisedLines = ({ talked, wondered, suggested }: WeekPage): string[] => [
  ...talked.slice(0, 3).map((one) => `“${one.title}”: ${count(one.count, 'comment')}`),
  ...wondered.slice(0, 3).map((one) => `“${one.title}”: ${count(one.count, 'person asks', 'people ask')} the same`),
  ...suggested.slice(0, 1).map((one) => `The suggestion with the most support has ${count(one.count, 'supporter')}`),
]

const doneLines = ({ answered, actions, outcomes, closed, held }: WeekPage): string[] =>
  counted(
    [answered, 'question answered', 'questions answered'],
    [actions.length, 'action done for a priority', 'actions done for priorities'],
    [outcomes.length, 'outcome published', 'outcomes published'],
    [closed.length, 'priority closed', 'priorities closed'],
    [held.length, 'meeting held', 'meetings held'],
  )

const waitingLines = ({
  open,
  overdue,
  suggestions,
  stale,
  tasks,
}: Pick<WeekPage, 'open' | 'overdue' | 'suggestions'> & Record<'stale' | 'tasks', unknown[]>): string[] =>
  counted(
    [open, 'question open', 'questions open'],
    [overdue, 'of them overdue', 'of them overdue'],
    [suggestions, 'suggestion without a decision', 'suggestions without a decision'],
    [stale.length, 'priority without a word for three months', 'priorities without a word for three months'],
    [tasks.length, 'task that needs helpers', 'tasks that need helpers'],
  )

interface Late extends Record<string, unknown> {
  name: string
  overdue: number
  stale: number
  suggestions: number
}

/** Only the teams where something is late or waits for a decision: the others need nobody's eye. Sent once for each week and reader. */
export async function mailPressOffice(tx: Tx, config: Config, { week, from }: Week): Promise<void> {
  const { rows } = await tx.execute<Late>(sql`
    select t.name, (w.body -> 'overdue')::int as overdue, jsonb_array_length(w.body -> 'stale') as stale, (w.body -> 'suggestions')::int as suggestions
    from team_weeks w join teams t on t.id = w.team_id where w.week = ${week}::date order by t.name collate "en-x-icu"`)
  if (rows.length === 0) return
  const late = rows.map(lateLine).filter((line) => line !== null)
  const text = [
    `All teams, from Monday ${sayDate(from)}. Something was raised, done or waits in ${count(rows.length, 'team')}.`,
    sectionOf('Where something is late', late),
    `${config.publicUrl}/performance`,
    `${config.force.name}\n${config.publicUrl}`,
  ]
  for (const { accountId, email } of await inDuty(tx, eq(roleGrants.role, 'press-office')))
    await sendMail(tx, { key: `week:${week}:force:account:${accountId}`, to: email, subject: 'The week of all teams', text: text.join('\n\n') })
}

function lateLine({ name, overdue, stale, suggestions }: Late): string | null {
  const parts = counted(
    [overdue, 'question overdue', 'questions overdue'],
    [stale, 'priority without a word for three months', 'priorities without a word for three months'],
    [suggestions, 'suggestion without a decision', 'suggestions without a decision'],
  )
  return parts.length === 0 ? null : `${name}: ${parts.join(', ')}`
}
