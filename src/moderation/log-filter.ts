/**
 * Which rows of the public log somebody wants to see: one team, one act, one reason, one month, or any of these together.
 */
import { and, eq, inArray, ne, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { log } from '../activity/schema.ts'
import { NotFound } from '../errors.ts'
import { ukMoment } from './clock.ts'

// What touches something that readers see or would have seen; roles, look-ups and exports are not for this page.
export const PUBLIC_ACTS = [
  'hide',
  'restore',
  'release',
  'redact',
  'reject',
  'remove',
  'keep',
  'withdraw',
  'send-alert',
  'uphold',
  'vary',
  'overturn',
] as const
export type PublicAct = (typeof PUBLIC_ACTS)[number]

export const SAID: Record<PublicAct, string> = {
  hide: 'Hidden until a moderator has decided',
  restore: 'Shown again',
  release: 'Published after a check',
  redact: 'Published without parts of it',
  reject: 'Not published',
  remove: 'Removed',
  keep: 'Kept',
  withdraw: 'Withdrawn',
  'send-alert': 'Sent as an urgent alert',
  uphold: 'Appeal: the decision stands',
  vary: 'Appeal: the decision was changed',
  overturn: 'Appeal: the decision was overturned',
}

export interface LogFilter {
  /** 0 for what belongs to no team. */
  teamId?: number | undefined
  act?: PublicAct | undefined
  reason?: string | undefined
  /** "2026-11", UK time. */
  month?: string | undefined
}

export const isPublic: SQL = sql`(${log.audience} = 'public' and ${log.item} in ('comment', 'post') and ${inArray(log.act, [...PUBLIC_ACTS])})`

/** The condition for the rows of a filter. A rule that ran by itself has no reason: what people suspect is no finding. */
export const matching = ({ teamId, act, reason, month }: LogFilter): SQL =>
  and(
    isPublic,
    teamId === undefined ? undefined : teamId === 0 ? sql`${log.teamId} is null` : eq(log.teamId, teamId),
    act === undefined ? undefined : eq(log.act, act),
    reason === undefined ? undefined : and(eq(log.reasonCode, reason), ne(log.role, 'system')),
    month === undefined ? undefined : inMonth(month),
  ) ?? isPublic

// Rows that are written at once may get their numbers in another order than their moments, never by so many.
const ASTRAY = 1000

/**
 * The range of ids keeps the walk from the newest row backwards within the month, however old it is. Its ends are taken from the index of moments:
 * to look for the least id of a month would walk through the whole log.
 */
function inMonth(month: string): SQL {
  const during = sql`at >= ${ukMoment(`${month}-01`, 0)} and at < ${ukMoment(`${monthAfter(month)}-01`, 0)}`
  const rows = sql`select id from log where audience = 'public' and item in ('comment', 'post') and ${during}`
  return sql`(${during} and ${log.id} between (${rows} order by at, id limit 1) - ${ASTRAY}::int and (${rows} order by at desc, id desc limit 1) + ${ASTRAY}::int)`
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}

/** The months from the first to the last, newest first: "2026-11". */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = []
  for (let month = first; month <= last; month = monthAfter(month)) months.unshift(month)
  return months
}

/** A form without scripts sends its empty fields as well. */
const chosen = <T extends z.ZodType>(known: T) => z.union([z.literal('').transform(() => undefined), known]).optional()

const LogQuery = z.object({
  team: chosen(
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ),
  act: chosen(z.enum(PUBLIC_ACTS)),
  reason: chosen(z.string().regex(/^[a-z-]{1,40}$/)),
  month: chosen(z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/)),
})

/** Throws `NotFound` for what no filter of ours says. */
export function logFilterOf(query: unknown): LogFilter {
  const parsed = LogQuery.safeParse(query)
  if (!parsed.success) throw new NotFound()
  const { team, act, reason, month } = parsed.data
  return { teamId: team, act, reason, month }
}

export function logQueryOf({ teamId, act, reason, month }: LogFilter): string {
  const given = Object.entries({ team: teamId, act, reason, month }).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
}
