/**
 * Who has a place and who waits for one. Everything that takes or frees places locks the occasion first, so the numbers are exact however many come at once;
 * the database counts them itself (see the migration), and refuses more than there is room for.
 */
import { and, asc, eq, inArray, ne } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Tx } from '../database/database.ts'
import { NotFound, Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { posts } from '../posts/schema.ts'
import { hasMailbox, placeLetter } from './letters.ts'
import { occasionById } from './occasion.ts'
import { takesSignUps } from './policy.ts'
import { occasions, signUps } from './schema.ts'

type OccasionRow = typeof occasions.$inferSelect

/** Locked until the transaction ends. Throws `NotFound`, also where its post was taken down. */
export async function lockRoom(tx: Tx, occasionId: number): Promise<OccasionRow> {
  // The post first, as everywhere: a second change of one row makes Postgres look at what it refers to, and by then it is too late to wait for it.
  const subject = tx.select({ id: occasions.postId }).from(occasions).where(eq(occasions.id, occasionId))
  const [post] = await tx
    .select({ id: posts.id })
    .from(posts)
    .where(and(inArray(posts.id, subject), eq(posts.audience, 'public'), ne(posts.state, 'withdrawn')))
    .for('key share')
  const [occasion] = post ? await tx.select().from(occasions).where(eq(occasions.id, occasionId)).for('no key update') : []
  if (!occasion) throw new NotFound('occasion')
  return occasion
}

/** Places that nobody has; any number where there is no limit. */
export const freePlaces = ({ capacity, takenCount }: Pick<OccasionRow, 'capacity' | 'takenCount'>): number =>
  capacity === null ? Number.POSITIVE_INFINITY : capacity - takenCount

/** Throws `Refused` where nobody signs up, or not any more. */
export function requireOpen(occasion: OccasionRow): void {
  if (takesSignUps(occasion, now())) return
  if (occasion.cancelledAt !== null) throw new Refused('This date was called off.')
  if (occasion.startsAt <= now()) throw new Refused('This has begun, so nobody can sign up any more.')
  throw new Refused('Nobody needs to sign up for this. Just come.')
}

export function requireRoomFor({ capacity }: OccasionRow, people: number): void {
  if (capacity !== null && people > capacity) throw tooMany(`There is room for ${capacity} in all, so so many cannot come together`)
}

export const tooMany = (message: string): Refused => new Refused(message, { people: message })

/** Gives what is free to those who wait, in their order: the first whose party fits, until nobody fits. Each is told. Not once it has begun. */
export async function moveUp(tx: Tx, occasionId: number): Promise<void> {
  const occasion = await lockRoom(tx, occasionId)
  if (occasion.cancelledAt !== null || occasion.startsAt <= now()) return
  let free = freePlaces(occasion)
  if (free <= 0 || occasion.waitingCount === 0) return
  for (const waiting of await waitingList(tx, occasionId)) {
    if (waiting.partySize > free) continue
    free -= waiting.partySize
    await givePlace(tx, waiting.id)
  }
}

const waitingList = (tx: Tx, occasionId: number) =>
  tx
    .select({ id: signUps.id, partySize: signUps.partySize })
    .from(signUps)
    .where(and(eq(signUps.occasionId, occasionId), eq(signUps.state, 'waiting')))
    .orderBy(asc(signUps.stateAt), asc(signUps.id))

async function givePlace(tx: Tx, id: number): Promise<void> {
  const [coming] = await tx.update(signUps).set({ state: 'coming', stateAt: now() }).where(eq(signUps.id, id)).returning()
  if (!coming) throw new Error('a place for nobody')
  if (hasMailbox(coming)) await sendMail(tx, placeLetter(coming, await occasionById(tx, coming.occasionId)))
}
