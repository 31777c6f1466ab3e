/** Every address that can be asked for, with every id there is: for tests that look whether somebody finds what they may not. */
import type { Database } from '../../src/database/database.ts'
import type { TestApp } from '../app.ts'

/** Whose ids an address wants, by how it begins. A new address with ids of its own is tried with all of them. */
const IDS: readonly [begins: string, table: string][] = [
  ['/account/cases/', 'cases'],
  ['/account/comments/', 'comments'],
  ['/account/notices/', 'takedown_notices'],
  ['/account/notifications/', 'notifications'],
  ['/admin/people/', 'accounts'],
  ['/admin/teams/', 'teams'],
  ['/attachments/', 'attachments'],
  ['/comments/', 'comments'],
  ['/conversations/', 'conversations'],
  ['/moderation-log/', 'log'],
  ['/moderation/cases/', 'cases'],
  ['/moderation/people/', 'accounts'],
  ['/moderation/sanctions/', 'sanctions'],
  ['/moderation/sealed-copies/', 'sealed_copies'],
  ['/moderation/settings/templates/', 'templates'],
  ['/moderation/switches/', 'switches'],
  ['/officers/drafts/', 'drafts'],
  ['/officers/replies/', 'saved_replies'],
  ['/photos/', 'photos'],
  ['/posts/', 'posts'],
  ['/questions/', 'questions'],
  ['/staff/circles/', 'circles'],
  ['/staff/people/', 'accounts'],
  ['/staff/posts/', 'posts'],
  ['/staff/previews/', 'posts'],
  ['/staff/support/', 'circles'],
]

export const idsOf = async (db: Database, table: string): Promise<string[]> =>
  (await db.$client.query<{ id: string }>(`select id from "${table}" order by id`)).rows.map(({ id }) => id)

/** For each route that is read: its address for each of these teams, and with each id. */
export async function everyAddress({ app, world }: TestApp, slugs: readonly string[]): Promise<string[]> {
  const urls = app.routeList.filter(({ method, url }) => method === 'GET' && !url.startsWith('/assets') && !url.startsWith('/sign-in/:'))
  const most = Array.from({ length: 100 }, (_none, index) => String(index + 1))
  const paths: string[] = []
  for (const path of urls.flatMap(({ url }) => ofTeams(fixed(url), slugs))) {
    const teamly = slugs.some((slug) => path.startsWith(`/teams/${slug}/`)) ? 'posts' : undefined
    const table = IDS.find(([begins]) => path.startsWith(begins))?.[1] ?? teamly
    const ids = !path.includes('/:') ? [''] : table === undefined ? most : await idsOf(world.db, table)
    paths.push(...ids.map((id) => path.replaceAll(/:\w+/g, id)))
  }
  return [...new Set(paths)]
}

const ofTeams = (path: string, slugs: readonly string[]): string[] =>
  path.includes(':team') ? slugs.map((slug) => path.replace(':team', slug)) : [path]

const fixed = (url: string): string =>
  url
    .replace(':tag', 'speeding')
    .replace(':topic', 'lanterns')
    .replace(':size', 'medium')
    .replace(':code', 'abuse')
    .replace(':name', 'Names')
    .replace('*', 'none')
