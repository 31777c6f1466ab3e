/**
 * Signing up by email without an account. No place is taken before the owner of the mailbox has pressed the button behind the link that we sent there;
 * opening the link alone changes nothing, for mail scanners open links. Asking answers the same for every address: whoever has signed up already hears
 * so in their mailbox alone.
 */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { sendMail } from '../mail/mail.ts'
import { alreadyLetter, confirmLetter, hasMailbox, type SignUp } from './letters.ts'
import { hashOf, tokenOf } from './link.ts'
import { occasionById } from './occasion.ts'
import { lockRoom, requireOpen, requireRoomFor } from './room.ts'
import { signUps } from './schema.ts'
import type { Wish } from './sign-up.ts'

/** The same asked again so soon is the same form sent twice. */
const AGAIN = 2 * 60_000

/** Stores what was asked for, and its mail. Throws `NotFound`, and `Refused` where nobody signs up any more or the party is too big. */
export const askToCome = (db: Database, occasionId: number, email: string, wish: Wish): Promise<void> =>
  db.transaction(async (tx) => {
    const occasion = await lockRoom(tx, occasionId)
    requireOpen(occasion)
    requireRoomFor(occasion, wish.people)
    const [known] = await tx
      .select()
      .from(signUps)
      .where(and(eq(signUps.occasionId, occasionId), eq(signUps.email, email)))
    if (known?.state === 'coming' || known?.state === 'waiting') return sayAgain(tx, known)
    if (known && isSame(known, wish)) return
    const asked = known ? await askAgain(tx, known, wish) : await keepAsked(tx, occasionId, email, wish)
    if (hasMailbox(asked)) await sendMail(tx, confirmLetter(asked, await occasionById(tx, occasionId)))
  })

/** To their mailbox, once an hour at most. */
async function sayAgain(tx: Tx, known: SignUp): Promise<void> {
  if (!hasMailbox(known)) return
  await sendMail(tx, alreadyLetter(known, await occasionById(tx, known.occasionId), now().toISOString().slice(0, 13)))
}

const isSame = (known: SignUp, { people, name, needs }: Wish): boolean =>
  known.state === 'asked' &&
  known.partySize === people &&
  known.name === name &&
  known.needs === needs &&
  known.stateAt.getTime() > now().getTime() - AGAIN

const wished = ({ people, name, needs }: Wish) => ({ state: 'asked' as const, partySize: people, name, needs, stateAt: now() })

async function askAgain(tx: Tx, { id }: SignUp, wish: Wish): Promise<SignUp> {
  const [asked] = await tx.update(signUps).set(wished(wish)).where(eq(signUps.id, id)).returning()
  if (!asked) throw new Error('the sign-up gave no row back')
  return asked
}

async function keepAsked(tx: Tx, occasionId: number, email: string, wish: Wish): Promise<SignUp> {
  const linked = { occasionId, clientKey: randomUUID(), email }
  const [asked] = await tx
    .insert(signUps)
    .values({ ...linked, ...wished(wish), tokenHash: hashOf(tokenOf(linked)), createdAt: now() })
    .returning()
  if (!asked) throw new Error('the sign-up gave no row back')
  return asked
}
