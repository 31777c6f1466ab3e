/**
 * The key pair by which push services know this site. From the settings, or made once and kept: browsers subscribe to the public one, so it must stay.
 */
import webpush from 'web-push'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { pushKeys } from './schema.ts'

export interface PushKeys {
  publicKey: string
  privateKey: string
}

const ONLY = 1

const kept = new WeakMap<Database, PushKeys>()

/** The same pair for every process, also when several ask for it first at once. */
export async function pushKeysOf(db: Database, config: Pick<Config, 'push'>): Promise<PushKeys> {
  if (config.push.keys) return config.push.keys
  const known = kept.get(db) ?? (await storedKeys(db)) ?? (await makeKeys(db))
  kept.set(db, known)
  return known
}

async function storedKeys(db: Database): Promise<PushKeys | null> {
  const [found] = await db.select({ publicKey: pushKeys.publicKey, privateKey: pushKeys.privateKey }).from(pushKeys)
  return found ?? null
}

async function makeKeys(db: Database): Promise<PushKeys> {
  await db
    .insert(pushKeys)
    .values({ id: ONLY, ...webpush.generateVAPIDKeys() })
    .onConflictDoNothing()
  const keys = await storedKeys(db)
  if (!keys) throw new Error('no keys for push were kept')
  return keys
}
