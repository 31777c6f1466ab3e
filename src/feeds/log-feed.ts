/**
 * The public log for feed readers: the newest rows that fit what somebody chose, in the words of the page.
 */
import { Feed } from 'feed'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { LogFilter } from '../moderation/log-filter.ts'
import { publicLog, type PublicLogRow } from '../moderation/public-log.ts'
import { dayKey, sayDate } from '../text/dates.ts'
import { entryId, plain } from './writing.ts'

/** `query` is the filter as it stands in the address. */
export async function logFeed(db: Database, config: Config, filter: LogFilter, query: string): Promise<Feed> {
  const { rows } = await publicLog(db, null, filter)
  const suffix = query && `?${query}`
  const page = `${config.publicUrl}/moderation-log${suffix}`
  const feed = new Feed({
    id: page,
    title: `Moderation log – ${config.force.name}`,
    link: page,
    language: 'en-GB',
    generator: 'Blue Lamp',
    // The day and not the minute, as on the page.
    updated: dayOf(rows[0]?.at ?? new Date(0)),
    author: { name: config.force.name, link: config.publicUrl },
    feedLinks: { atom: `${config.publicUrl}/moderation-log/feed.atom${suffix}` },
  })
  for (const row of rows) feed.addItem(entryOf(config, row))
  return feed
}

const dayOf = (at: Date): Date => new Date(`${dayKey(at)}T12:00:00Z`)

const entryOf = (config: Config, row: PublicLogRow) => ({
  id: entryId(config, 'log', row.id),
  title: plain(`${row.item}: ${row.act}`, 'atom'),
  link: `${config.publicUrl}/moderation-log/${row.id}#log-${row.id}`,
  description: plain(
    [`${row.team ?? 'Whole force'}, ${sayDate(row.at)}`, `Reason: ${row.reason ?? 'none needed'}`, `Decided by: ${row.by}`, row.appeal ?? '']
      .filter((part) => part !== '')
      .join('. '),
    'atom',
  ),
  date: dayOf(row.at),
  published: dayOf(row.at),
})
