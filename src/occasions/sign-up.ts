/**
 * Coming to something: by the button behind the link of a mail, signed in, or entered by the organiser for somebody who rang. Whoever comes while there is
 * room has a place; the others wait in the order in which they came. Each change is one transaction under the lock of the occasion.
 */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import { isStaff, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { comingLetter, hasMailbox, waitingLetter, type SignUp } from './letters.ts'
import { LIFE, hashOf, isToken, signUpPath, tokenOf } from './link.ts'
import { occasionById } from './occasion.ts'
import { mayRunOccasion } from './policy.ts'
import { freePlaces, lockRoom, moveUp, requireOpen, requireRoomFor, tooMany } from './room.ts'
import { signUps, type occasions } from './schema.ts'

type OccasionRow = typeof occasions.$inferSelect

/** What somebody says who signs up. */
export interface Wish {
  /** Of their party, themselves among them. */
  people: number
  name: string | null
  /** What they need to take part. */
  needs: string | null
}

/** Signed in, it counts at once. Whoever has signed up already stays as they are. Answers where they see it. Throws as `askToCome` does. */
export const joinOccasion = (db: Database, actor: SignedIn, occasionId: number, wish: Wish): Promise<{ path: string }> =>
  db.transaction(async (tx) => {
    const occasion = await lockRoom(tx, occasionId)
    const [known] = await tx
      .select()
      .from(signUps)
      .where(and(eq(signUps.occasionId, occasionId), eq(signUps.email, actor.email)))
    if (known && isListed(known)) return { path: signUpPath(known) }
    requireOpen(occasion)
    requireRoomFor(occasion, wish.people)
    const kept = await takePlace(tx, occasion, { ...wish, email: actor.email, accountId: actor.accountId }, known ?? null)
    return { path: signUpPath(kept) }
  })

const isListed = ({ state }: SignUp): boolean => state === 'coming' || state === 'waiting'

/** The button behind the link: from now on they come, or wait. Pressed again it changes nothing. Throws `NotFound`, `Refused`, `Overtaken` (too late). */
export const confirmSignUp = (db: Database, token: string): Promise<void> =>
  withSignUp(db, token, async (tx, occasion, signUp) => {
    if (isListed(signUp)) return
    if (signUp.state === 'left') throw new Overtaken('You have said since that you cannot come. Sign up again if you can.')
    if (isExpired(signUp)) throw new Overtaken('The link worked for 7 days. Sign up again to get a new one.')
    requireOpen(occasion)
    requireRoomFor(occasion, signUp.partySize)
    const { email, accountId, name, needs, partySize: people } = signUp
    await takePlace(tx, occasion, { email, accountId, name, needs, people }, signUp)
  })

/** Asked for too long ago. */
export const isExpired = ({ state, stateAt }: Pick<SignUp, 'state' | 'stateAt'>): boolean =>
  state === 'asked' && stateAt.getTime() <= now().getTime() - LIFE

interface Comer extends Wish {
  email: string | null
  accountId: number | null
}

async function takePlace(tx: Tx, occasion: OccasionRow, comer: Comer, known: SignUp | null, clientKey: string = randomUUID()): Promise<SignUp> {
  const { people, ...who } = comer
  const state = people <= freePlaces(occasion) ? ('coming' as const) : ('waiting' as const)
  const values = { ...who, partySize: people, state, stateAt: now() }
  const kept = known ? await rewrite(tx, known.id, values) : await insertNew(tx, { occasionId: occasion.id, clientKey, ...values })
  if (hasMailbox(kept)) {
    const item = await occasionById(tx, occasion.id)
    await sendMail(tx, state === 'coming' ? comingLetter(kept, item) : waitingLetter(kept, item))
  }
  const { teamId, postId } = occasion
  // Nobody hears of who it was.
  await recordActivity(tx, { kind: 'occasion.joined', audience: 'public', teamId, postId, detail: { occasionId: occasion.id, state } })
  return kept
}

type NewSignUp = Omit<typeof signUps.$inferInsert, 'tokenHash' | 'createdAt'> & { email: string | null }

async function insertNew(tx: Tx, values: NewSignUp): Promise<SignUp> {
  const [kept] = await tx
    .insert(signUps)
    .values({ ...values, tokenHash: hashOf(tokenOf(values)), createdAt: now() })
    .returning()
  if (!kept) throw new Error('the sign-up gave no row back')
  return kept
}

async function rewrite(tx: Tx, id: number, values: Partial<typeof signUps.$inferInsert>): Promise<SignUp> {
  const [kept] = await tx.update(signUps).set(values).where(eq(signUps.id, id)).returning()
  if (!kept) throw new Error('the sign-up gave no row back')
  return kept
}

/** With the sign-up of a link and its occasion, both locked. Throws `NotFound`. */
const withSignUp = <Answer>(db: Database, token: string, act: (tx: Tx, occasion: OccasionRow, signUp: SignUp) => Promise<Answer>): Promise<Answer> =>
  db.transaction(async (tx) => {
    const [found] = isToken(token) ? await tx.select({ occasionId: signUps.occasionId }).from(signUps).where(ofToken(token)) : []
    if (!found) throw new NotFound('sign-up')
    const occasion = await lockRoom(tx, found.occasionId)
    const [signUp] = await tx.select().from(signUps).where(ofToken(token))
    if (!signUp) throw new NotFound('sign-up')
    return act(tx, occasion, signUp)
  })

const ofToken = (token: string) => eq(signUps.tokenHash, hashOf(token))

/**
 * Another number of people; with fewer, those who wait move up. Whoever waits keeps their turn. More than there is room for is refused, and they keep what
 * they have. Throws `NotFound`, `Refused` (field `people`), `Overtaken`.
 */
export const changeNumber = (db: Database, token: string, people: number): Promise<void> =>
  withSignUp(db, token, async (tx, occasion, signUp) => {
    if (!isListed(signUp)) throw new Overtaken('You are not on the list. Sign up again if you can come.')
    if (signUp.partySize === people) return
    requireOpen(occasion)
    requireRoomFor(occasion, people)
    const free = freePlaces(occasion)
    if (signUp.state === 'coming' && people - signUp.partySize > free)
      throw tooMany(free === 0 ? 'It is full, so nobody more can come' : `Only ${free} more can come`)
    await rewrite(tx, signUp.id, { partySize: people })
    await moveUp(tx, occasion.id)
  })

/** They cannot come: their places are free for those who wait. Twice is the same as once. Not once it is over. Throws `NotFound`, `Refused`. */
export const leaveOccasion = (db: Database, token: string): Promise<void> => withSignUp(db, token, leave)

async function leave(tx: Tx, occasion: OccasionRow, signUp: SignUp): Promise<void> {
  if (signUp.state === 'left') return
  if (occasion.endsAt <= now()) throw new Refused('This is over.')
  await rewrite(tx, signUp.id, { state: 'left', stateAt: now(), needs: null })
  await moveUp(tx, occasion.id)
}

/**
 * Enters somebody who rang and has no mailbox; the same form twice enters one. Answers whether they wait.
 * Throws `NotFound`, `Forbidden`, `Refused` (field `people`).
 */
export const enterSignUp = (
  db: Database,
  actor: SignedIn,
  occasionId: number,
  { clientKey, ...wish }: Wish & { clientKey: string },
): Promise<{ waits: boolean }> =>
  db.transaction(async (tx) => {
    const occasion = await lockRun(tx, actor, occasionId)
    const [known] = await tx
      .select()
      .from(signUps)
      .where(and(eq(signUps.occasionId, occasionId), eq(signUps.clientKey, clientKey)))
    if (known) return { waits: known.state === 'waiting' }
    requireOpen(occasion)
    requireRoomFor(occasion, wish.people)
    const { state } = await takePlace(tx, occasion, { ...wish, email: null, accountId: null }, null, clientKey)
    return { waits: state === 'waiting' }
  })

/** Takes off the list whom the organiser had entered. Twice is the same as once. Throws `NotFound` for anybody else, `Forbidden`. */
export const endEntered = (db: Database, actor: SignedIn, occasionId: number, id: number): Promise<void> =>
  db.transaction(async (tx) => {
    const occasion = await lockRun(tx, actor, occasionId)
    const [signUp] = await tx
      .select()
      .from(signUps)
      .where(and(eq(signUps.id, id), eq(signUps.occasionId, occasionId)))
    if (!signUp || signUp.email !== null || signUp.forgottenAt !== null) throw new NotFound('sign-up')
    await leave(tx, occasion, signUp)
  })

/** The occasion, locked, for whoever looks after it. Throws `NotFound`, also to those who are no staff, and `Forbidden`. */
export async function lockRun(tx: Tx, actor: SignedIn, occasionId: number): Promise<OccasionRow> {
  if (!isStaff(actor)) throw new NotFound('occasion')
  const item = await occasionById(tx, occasionId)
  if (!mayRunOccasion(actor, item)) throw new Forbidden(`The ${item.teamName} team looks after this.`)
  return lockRoom(tx, occasionId)
}
