/** What people see of their own sign-ups, by the link of a mail or signed in. */
import { and, desc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import type { SignUp } from './letters.ts'
import { hashOf, isToken, signUpPath } from './link.ts'
import { occasionById, itemOf, selectOccasions, type OccasionItem } from './occasion.ts'
import { occasions, signUps, type SignUpState } from './schema.ts'

export interface OwnSignUp {
  state: SignUpState
  people: number
  name: string | null
  needs: string | null
  email: string | null
  stateAt: Date
  path: string
  occasion: OccasionItem
}

const ownOf = (signUp: SignUp, occasion: OccasionItem): OwnSignUp => ({
  state: signUp.state,
  people: signUp.partySize,
  name: signUp.name,
  needs: signUp.needs,
  email: signUp.email,
  stateAt: signUp.stateAt,
  path: signUpPath(signUp),
  occasion,
})

/** Reads a link; that uses nothing up. Throws `NotFound`, also where the occasion was taken down or the sign-up forgotten. */
export async function signUpByToken(db: Db, token: string): Promise<OwnSignUp> {
  const [signUp] = isToken(token)
    ? await db
        .select()
        .from(signUps)
        .where(and(eq(signUps.tokenHash, hashOf(token)), isNull(signUps.forgottenAt)))
    : []
  if (!signUp) throw new NotFound('sign-up')
  return ownOf(signUp, await occasionById(db, signUp.occasionId))
}

// By mailbox too: whoever signed in has proved that it is theirs.
const isOf = ({ accountId, email }: SignedIn) => or(eq(signUps.accountId, accountId), eq(signUps.email, email))

/** Where the actor sees their sign-up for an occasion; null where they have not signed up. */
export async function ownSignUp(db: Db, actor: SignedIn, occasionId: number): Promise<{ path: string } | null> {
  const [signUp] = await db
    .select()
    .from(signUps)
    .where(and(eq(signUps.occasionId, occasionId), eq(signUps.email, actor.email), inArray(signUps.state, ['coming', 'waiting'])))
  return signUp ? { path: signUpPath(signUp) } : null
}

const LISTED = 50

/** All of an account, newest first, behind `before`; those that were left or not confirmed apart. */
export async function ownSignUps(db: Db, actor: SignedIn, before: number | null): Promise<{ items: OwnSignUp[]; next: number | null }> {
  const rows = await db
    .select()
    .from(signUps)
    .where(and(isOf(actor), inArray(signUps.state, ['coming', 'waiting']), before === null ? undefined : lt(signUps.id, before)))
    .orderBy(desc(signUps.id))
    .limit(LISTED + 1)
  const page = rows.slice(0, LISTED)
  const ids = page.map(({ occasionId }) => occasionId)
  const found = page.length === 0 ? [] : await selectOccasions(db, sql`${occasions.id} = any(${sql.param(ids)}::bigint[])`)
  const items = new Map(found.map((row) => [row.id, itemOf(row)]))
  return {
    items: page.flatMap((signUp) => {
      const occasion = items.get(signUp.occasionId)
      return occasion ? [ownOf(signUp, occasion)] : []
    }),
    next: rows.length > LISTED ? (page.at(-1)?.id ?? null) : null,
  }
}
