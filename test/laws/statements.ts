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
