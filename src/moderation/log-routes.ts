/** The public log over HTTP: the page with its filters and totals, one row among its neighbours, and the file. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Database } from '../database/database.ts'
import { csvFile, csvRow } from '../statistics/csv.ts'
import { dayKey } from '../text/dates.ts'
import { anyone } from '../web/access.ts'
import { parseId } from '../web/forms.ts'
import { logFilterOf, logQueryOf, PUBLIC_ACTS, SAID, type LogFilter } from './log-filter.ts'
import { logTotals, type LogTotals } from './log-totals.ts'
import { publicLog, publicLogAround, publicLogWhole, type PublicLogPage, type PublicLogRow } from './public-log.ts'

declare module '../web/page.ts' {
  interface Views {
    'moderation/log': PublicLogPage & {
      entry: number | null
      filter: LogFilter
      totals: LogTotals | null
      acts: [act: string, said: string][]
      /** The filter as a query, to begin with `?` or `&`; empty without one. */
      query: string
    }
  }
}

interface IdParams {
  id: string
}

const ACTS = PUBLIC_ACTS.map((act): [string, string] => [act, SAID[act]])

export async function logRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: anyone } }

  app.get<{ Querystring: { before?: string } }>('/moderation-log', open, async (request, reply) => {
    const before = request.query.before === undefined ? null : parseId(request.query.before)
    const filter = logFilterOf(request.query)
    const [page, totals] = await Promise.all([publicLog(app.db, before, filter), logTotals(app.db, filter)])
    const query = logQueryOf(filter)
    return reply.page(
      'moderation/log',
      { ...page, entry: null, filter, totals, acts: ACTS, query },
      { title: 'Moderation log', noindex: before !== null || query !== '', feed: { atom: `/moderation-log/feed.atom${query && `?${query}`}` } },
    )
  })

  app.get('/moderation-log/log.csv', open, (request, reply) => {
    const filter = logFilterOf(request.query)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="moderation-log.csv"')
      .header('cache-control', 'no-cache')
      .send(Readable.from(csvOf(app.db, filter), { objectMode: false }))
  })

  // Where the link of a stub leads, however many pages ago the row was written.
  app.get<{ Params: IdParams }>('/moderation-log/:id', open, async (request, reply) => {
    const entry = parseId(request.params.id)
    const page = await publicLogAround(app.db, entry)
    const data = { ...page, entry, filter: {}, totals: null, acts: ACTS, query: '' }
    return reply.page('moderation/log', data, { title: `Decision ${entry} in the moderation log`, noindex: true })
  })
}

const HEADS = ['number', 'date', 'team', 'item', 'decision', 'reason', 'decided by', 'appeal']

/** A piece at a time: nobody's memory holds ten years. */
async function* csvOf(db: Database, filter: LogFilter): AsyncGenerator<string> {
  yield csvFile([HEADS])
  for await (const rows of publicLogWhole(db, filter)) yield rows.map((row) => csvRow(cells(row))).join('')
}

const cells = (row: PublicLogRow): (string | number)[] => [
  row.id,
  dayKey(row.at),
  row.team ?? 'Whole force',
  row.item,
  row.act,
  row.reason ?? '',
  row.by,
  row.appeal ?? '',
]
