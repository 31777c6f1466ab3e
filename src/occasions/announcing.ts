/** What happens to a date is told to everybody who signed up for it, each in a mail of their own, in the transaction in which it happens. */
import { and, asc, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { sendMail, type Mail } from '../mail/mail.ts'
import { places } from '../places/schema.ts'
import { cancelledLetter, hasMailbox, movedLetter, type Reader } from './letters.ts'
import { occasionById, type OccasionItem } from './occasion.ts'
import { signUps, type SignUpState, type occasions } from './schema.ts'

/** People with a mailbox in these states, in the order in which they signed up. */
export async function readersOf(tx: Tx, occasionId: number, states: readonly SignUpState[]): Promise<Reader[]> {
  const rows = await tx
    .select()
    .from(signUps)
    .where(and(eq(signUps.occasionId, occasionId), inArray(signUps.state, [...states]), isNotNull(signUps.email)))
    .orderBy(asc(signUps.id))
  return rows.filter(hasMailbox)
}

async function tellEach(tx: Tx, occasionId: number, write: (reader: Reader, item: OccasionItem) => Mail): Promise<void> {
  const readers = await readersOf(tx, occasionId, ['coming', 'waiting'])
  if (readers.length === 0) return
  const item = await occasionById(tx, occasionId)
  for (const reader of readers) await sendMail(tx, write(reader, item))
}

/** `before`: the row as it stood before the change that is stored now. */
export async function tellOfMove(tx: Tx, before: typeof occasions.$inferSelect): Promise<void> {
  const where = before.venue ?? (await placeName(tx, before.placeId))
  await tellEach(tx, before.id, (reader, item) => movedLetter(reader, item, { ...before, where }))
}

async function placeName(tx: Tx, id: number | null): Promise<string> {
  const [place] = id === null ? [] : await tx.select({ name: places.name }).from(places).where(eq(places.id, id))
  return place?.name ?? ''
}

export const tellOfCancelling = (tx: Tx, occasionId: number): Promise<void> => tellEach(tx, occasionId, cancelledLetter)
