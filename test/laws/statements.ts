/**
 * What a page asks of the database: the statements themselves, and what they cost there.
 */
import pg from 'pg'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'

export interface Statement {
  /** Under which it was prepared; null when it is parsed and planned each time. */
  name: string | null
  text: string
  values: unknown[]
}

/** Everything that any client of this process sends while `act` runs. */
export async function statementsOf(act: () => Promise<unknown>): Promise<Statement[]> {
  const sent: Statement[] = []
  const original = pg.Client.prototype.query
  pg.Client.prototype.query = function (this: pg.Client, ...sending: unknown[]) {
    const [what, values] = sending as [string | { name?: string; text: string; values?: unknown[] }, unknown]
    const { name = null, text, values: own } = typeof what === 'string' ? { text: what, values: undefined } : what
    // The job queue looks after itself from time to time, whatever page is being asked for.
    if (!text.includes('pgboss')) sent.push({ name, text, values: own ?? (Array.isArray(values) ? (values as unknown[]) : []) })
    return Reflect.apply(original, this, sending) as never
  }
  try {
    await act()
    return sent
  } finally {
    pg.Client.prototype.query = original
  }
}

/** Those that change something, or hold a connection while they might. */
export const writesOf = (statements: readonly Statement[]): string[] =>
  statements.map(({ text }) => text).filter((text) => /\b(insert|update|delete|truncate|nextval|notify|begin)\b/i.test(text.replace(/"\w+"/g, '')))

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: PlanNode[]
}

export interface Cost {
  /** Pages of the database that were touched. */
  buffers: number
  /** Tables that were read from end to end. */
  scanned: string[]
  /** The most rows that were put in order. */
  sorted: number
}

/**
 * Runs the statement as the application does and says what it touched; writes are undone. `generic`: with the plan that Postgres keeps for
 * a statement that it has seen often, which does not know the values.
 */
export async function costOf(connection: Connection, statement: Statement, plan: 'generic' | 'custom', before?: string): Promise<Cost> {
  const db = openDatabase(connection, 1)
  const client = await db.$client.connect()
  try {
    await client.query(`set plan_cache_mode = force_${plan}_plan`)
    await client.query(`prepare measured as ${statement.text}`)
    const values = statement.values.map((value) => literalOf(client, value)).join(', ')
    const run = `execute measured${values === '' ? '' : `(${values})`}`
    await client.query('begin')
    if (before) await client.query(before)
    // The second time, the catalogue is known and what is counted is the statement's own.
    await client.query('savepoint once')
    await client.query(run)
    await client.query('rollback to once')
    const explained = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (analyze, buffers, format json) ${run}`)
    await client.query('rollback')
    const root = explained.rows[0]?.['QUERY PLAN'][0]?.Plan
    if (!root) throw new Error('no plan came back')
    return summarise(root)
  } finally {
    client.release()
    await closeDatabase(db)
  }
}

function literalOf(client: pg.PoolClient, value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return client.escapeLiteral(`{${value.map((each) => JSON.stringify(String(each))).join(',')}}`)
  if (typeof value === 'string') return client.escapeLiteral(value)
  return client.escapeLiteral(value instanceof Date ? value.toISOString() : JSON.stringify(value))
}

function summarise(root: PlanNode): Cost {
  const nodes = [root]
  for (const node of nodes) nodes.push(...(node.Plans ?? []))
  const of = (type: RegExp): PlanNode[] => nodes.filter((node) => type.test(node['Node Type']))
  return {
    buffers: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    scanned: of(/Seq Scan/).map((node) => node['Relation Name'] ?? ''),
    sorted: Math.max(0, ...of(/Sort$/).flatMap((node) => (node.Plans ?? []).map((input) => input['Actual Rows']))),
  }
}

export type Named = Cost & { what: string }

/** What grows with what people said, asked and wrote over the years. */
const GROWING = ['comments', 'posts', 'conversations', 'post_teams', 'post_tags', 'questions', 'question_acts', 'drafts', 'photos']
/** How much dearer a statement may become. */
const FLAT = 1.5

/**
 * What is wrong with the cost of a statement beside what it was when there was far less, in words that say where. `list`: rows that may be put in order.
 * `small`: so many pages are never too many, because a small table has its rows on fewer pages than a list has rows.
 */
export function faultsOf(cost: Named, then: Named | undefined, list: number, small = 0): string[] {
  const scanned = cost.scanned.filter((table) => GROWING.includes(table)).map((table) => `${cost.what} reads all of ${table}`)
  const sorted = cost.sorted > list ? [`${cost.what} puts ${cost.sorted} rows in order`] : []
  const grown =
    cost.buffers > Math.max((then?.buffers ?? 0) * FLAT, small) ? [`${cost.what} touches ${cost.buffers} pages instead of ${then?.buffers}`] : []
  return [...scanned, ...sorted, ...grown]
}

/** The cost of each statement with the plan for its own values and with the plan for any. */
export async function costsOf(connection: Connection, statements: readonly Statement[]): Promise<Named[]> {
  const found: Named[] = []
  for (const statement of statements)
    for (const plan of ['custom', 'generic'] as const)
      found.push({ what: `${statement.name ?? statement.text.slice(0, 60)} (${plan})`, ...(await costOf(connection, statement, plan)) })
  return found
}
