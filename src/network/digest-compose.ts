/** The words of digests, made when they leave: of what their reader may read at that moment, and only while they want them. */
import { inArray, sql } from 'drizzle-orm'
import { actorById } from '../accounts/known.ts'
import type { SignedIn } from '../actor.ts'
import type { Config } from '../config.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { composeWith, type StoredMail, type Words } from '../mail/mail.ts'
import { posts } from '../posts/schema.ts'
import { wordsOfDigest, type Told } from './digest-letter.ts'
import { stopLink } from './digest-link.ts'
import { DIGESTS, digestRhythmOf, isInNetwork } from './digest-settings.ts'
import { postsById, type StaffItem } from './list.ts'

/** Called once, while the application is put together. */
export const registerDigests = (config: Config): void => composeWith((db, mails) => composeDigests(db, config, mails), DIGESTS)

/** By id; whoever is not among them gets none any more. */
export async function composeDigests(db: Database, config: Config, mails: readonly StoredMail[]): Promise<ReadonlyMap<number, Words>> {
  const made: [number, Words][] = []
  for (const mail of mails) {
    const words = await composeOne(db, config, mail)
    if (words) made.push([mail.id, words])
  }
  return new Map(made)
}

const PARTS = [
  { name: 'leadership', heading: 'From those who lead' },
  { name: 'posts', heading: 'New for you' },
  { name: 'help', heading: 'Nobody has answered yet' },
] as const

async function composeOne(db: Database, config: Config, { tells }: StoredMail): Promise<Words | null> {
  const accountId = Number(tells?.['account']?.[0])
  const reader = await actorById(db, accountId)
  const rhythm = await digestRhythmOf(db, accountId)
  if (rhythm === 'never' || !isInNetwork(reader)) return null
  const ids = (name: string): number[] => (tells?.[name] ?? []).map(Number)
  const told = await toldOf(
    db,
    reader,
    PARTS.flatMap(({ name }) => ids(name)),
  )
  const parts = PARTS.map(({ name, heading }) => ({ heading, told: ids(name).flatMap((id) => told.get(id) ?? []) })).filter(
    ({ told }) => told.length > 0,
  )
  return parts.length === 0 ? null : wordsOfDigest(config, { rhythm, parts, stop: stopLink(config, accountId) })
}

async function toldOf(db: Database, reader: SignedIn, ids: readonly number[]): Promise<ReadonlyMap<number, Told>> {
  const items = await postsById(db, reader, ids)
  const echoes = await echoesOf(db, ids)
  return new Map(items.map((item) => [item.id, { ...lineOf(item), echoes: echoes.get(item.id) ?? 0 }]))
}

// A name cannot look like the mark, which stands in brackets.
const lineOf = ({ id, title, path, kindName, author, mark, circle }: StaffItem): Omit<Told, 'echoes'> => ({
  id,
  title,
  path,
  kindName,
  by: [author?.replace(/[[\]]/g, ''), mark && `[${mark}]`].filter(Boolean).join(' '),
  circle: circle?.name ?? null,
})

async function echoesOf(db: Database, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (ids.length === 0) return new Map()
  const { commentCount, helpfulCount, thanksCount, sameHereCount } = conversations
  const rows = await db
    .select({ id: posts.id, echoes: sql<number>`${commentCount} + ${helpfulCount} + ${thanksCount} + ${sameHereCount}` })
    .from(posts)
    .innerJoin(conversations, sql`${conversations.id} = ${posts.conversationId}`)
    .where(inArray(posts.id, [...ids]))
  return new Map(rows.map(({ id, echoes }) => [id, echoes]))
}
