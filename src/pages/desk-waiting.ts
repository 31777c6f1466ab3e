/** What stands at the edge of the desk: when one is away, and what waits for a decision besides posts: suggestions, tasks that partners proposed, surveys that were handed in. */
import { sql } from 'drizzle-orm'
import { awayUntil } from '../accounts/absence.ts'
import { executeNamed, type Db } from '../database/database.ts'

export interface WaitingWork {
  /** "3 suggestions" */
  said: string
  href: string
}

const MOST = 100

interface Row extends Record<string, unknown> {
  away_until: string | Date | null
  suggestions: number
  tasks: number
  surveys: number
}

export interface Aside {
  /** When the absence ends that is on, or the next to come. */
  awayUntil: Date | null
  waiting: WaitingWork[]
}

/** For these teams (null: all; none for whoever decides nothing); what there is none of is left out. At most 100 of each are counted. One statement. */
export async function deskAside(db: Db, accountId: number, teamIds: readonly number[] | null, moment: Date): Promise<Aside> {
  const own = (column: string) => (teamIds === null ? sql`true` : sql`${sql.raw(column)} = any(${sql.param([...teamIds])}::bigint[])`)
  const [row] = await executeNamed<Row>(
    db,
    teamIds === null ? 'desk_aside_of_all' : 'desk_aside',
    sql`
    select ${awayUntil(accountId, moment)} as away_until,
      (select count(*)::int from (select 1 from suggestion_boxes b join raised_comments r on r.gathered_in = b.conversation_id join comments c on c.id = r.comment_id
        where r.settled_at is null and c.state = 'published' and ${own('b.team_id')} limit ${MOST}::int) found) as suggestions,
      (select count(*)::int from (select 1 from tasks t where t.answer is null and ${own('t.team_id')} limit ${MOST}::int) found) as tasks,
      (select count(*)::int from (select 1 from surveys s where s.state = 'submitted' and ${own('s.team_id')} limit ${MOST}::int) found) as surveys`,
  )
  if (!row) return { awayUntil: null, waiting: [] }
  const work: [number, string, string][] = [
    [row.surveys, 'survey', '/officers/surveys'],
    [row.tasks, 'task of a partner', '/officers/tasks'],
    [row.suggestions, 'suggestion', '/officers/suggestions'],
  ]
  const waiting = work.flatMap(([count, noun, href]) => (count === 0 ? [] : [{ said: sayWork(count, noun), href }]))
  return { awayUntil: row.away_until === null ? null : new Date(row.away_until), waiting }
}

function sayWork(count: number, noun: string): string {
  const many = noun === 'task of a partner' ? 'tasks of partners' : `${noun}s`
  const number = count === MOST ? `${MOST} or more` : String(count)
  return `${number} ${count === 1 ? noun : many}`
}
