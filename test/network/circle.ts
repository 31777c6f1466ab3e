/** Circles and what is written in the network, made directly, so that each test says only what it is about. */
import { randomUUID } from 'node:crypto'
import { circleMembers, circles, organisations, type CircleKind } from '../../src/accounts/schema.ts'
import { GOOD_STANDING, type SignedIn } from '../../src/actor.ts'
import { makePersona as makeAccount } from '../../src/circles/persona.ts'
import type { Database } from '../../src/database/database.ts'
import { publishInNetwork, type StaffPostInput } from '../../src/network/post.ts'
import { makeResident } from '../people.ts'

export async function makeCircle(db: Database, name: string, kind: CircleKind = 'open', teamId: number | null = null): Promise<number> {
  const [made] = await db
    .insert(circles)
    .values({ kind, name, about: `About ${name}`, teamId, foundedAt: new Date(), clientKey: randomUUID() })
    .returning()
  if (!made) throw new Error('no circle')
  return made.id
}

/** The person as their next request has them: in the circle. */
export async function letIn(db: Database, person: SignedIn, circleId: number): Promise<SignedIn> {
  await db.insert(circleMembers).values({ circleId, accountId: person.accountId, role: 'member', joinedAt: new Date() })
  return { ...person, circles: [...(person.circles ?? []), circleId] }
}

/** Partner staff who were invited to one circle and read nothing else. */
export async function makePartner(db: Database, name: string, circleId: number, addedBy: SignedIn): Promise<SignedIn> {
  const person = await makeResident(db, name)
  const organisation = `${name} Council`
  const [added] = await db
    .insert(organisations)
    .values({
      name: organisation,
      kind: 'council',
      domains: [person.email.split('@')[1] ?? ''],
      addedBy: addedBy.accountId,
      addedAt: new Date(),
      clientKey: randomUUID(),
    })
    .returning()
  const expiresAt = new Date(Date.now() + 300 * 86_400_000)
  await db
    .insert(circleMembers)
    .values({ circleId, accountId: person.accountId, role: 'member', organisationId: added?.id ?? null, joinedAt: new Date(), expiresAt })
  return { ...person, circles: [circleId], organisation }
}

/** Somebody in a support circle, under a pseudonym. */
export async function makePersona(db: Database, name: string, circleId: number): Promise<SignedIn> {
  const make = (displayName: string) =>
    db.transaction((tx) => makeAccount(tx, { key: randomUUID(), circleId, name: displayName, foundedAt: new Date() }))
  // No two pseudonyms of a force are the same.
  const other = `${name} ${randomUUID().slice(0, 8)}`
  const first = await make(name)
  const accountId = first ?? (await make(other))
  const displayName = first === null ? other : name
  if (accountId === null) throw new Error('no pseudonym')
  await db.insert(circleMembers).values({ circleId, accountId, role: 'member', joinedAt: new Date() })
  const email = 'persona@persona.invalid'
  const known = { accountId, email, displayName, publishedCount: 0, standing: GOOD_STANDING, circles: [circleId], persona: { circleId } }
  return { kind: 'account', ...known, duties: [], organisation: null }
}

export const write = (db: Database, author: SignedIn, more: Partial<StaffPostInput> = {}) =>
  db.transaction((tx) =>
    publishInNetwork(tx, author, {
      kind: 'update',
      title: 'New bicycles',
      body: 'They came this morning.',
      tags: [],
      details: {},
      circleId: null,
      clientKey: randomUUID(),
      ...more,
    }),
  )
