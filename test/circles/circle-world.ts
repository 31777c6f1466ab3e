/** Circles as they would be made, and the people around them. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { actorById } from '../../src/accounts/known.ts'
import { accounts, circleMembers, circles, type CircleKind } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { activities } from '../../src/activity/schema.ts'
import { foundCircle } from '../../src/circles/founding.ts'
import { addOrganisation, type OrganisationInput } from '../../src/circles/organisation.ts'
import { answerByToken } from '../../src/circles/accepting.ts'
import { inviteColleague, inviteMailbox } from '../../src/circles/inviting.ts'
import { circleInvitations } from '../../src/circles/schema.ts'
import type { Database } from '../../src/database/database.ts'
import { mails } from '../../src/mail/schema.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld } from '../world.ts'

export const SITE = { publicUrl: 'https://blue-lamp.example', force: 'Example Police' }
export const OWN = ['police.example']

export const newCircle = (kind: Exclude<CircleKind, 'support'> = 'open', name = 'Drones') => ({
  kind,
  name,
  about: 'Who flies what, and when.',
  teamId: null,
  clientKey: randomUUID(),
})

export const makeCircle = (db: Database, owner: SignedIn, kind: Exclude<CircleKind, 'support'> = 'open', name = 'Drones') =>
  foundCircle(db, owner, newCircle(kind, name))

/** The same person as their next request finds them. */
export const again = (db: Database, { accountId }: SignedIn): Promise<SignedIn> => actorById(db, accountId)

export const rowOf = async (db: Database, circleId: number) => {
  const [row] = await db.select().from(circles).where(eq(circles.id, circleId))
  if (!row) throw new Error('no circle')
  return row
}

export const memberRow = async (db: Database, circleId: number, { accountId }: SignedIn) =>
  (
    await db
      .select()
      .from(circleMembers)
      .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId)))
  )[0]

/** Kinds and details of what was told of a circle, in order. */
export const toldOf = async (db: Database, circleId: number) =>
  (await db.select().from(activities).orderBy(activities.id)).filter(({ detail }) => detail['circleId'] === circleId)

export const makeOrganisation = (db: Database, administrator: SignedIn, input: Partial<OrganisationInput> & { domains: string[] }) =>
  addOrganisation(db, administrator, { name: `Council ${randomUUID().slice(0, 8)}`, kind: 'council', clientKey: randomUUID(), ...input }, OWN)

/** Somebody with a mailbox there; not yet in anything. */
export async function makeOutsider(db: Database, domain: string, name: string | null = 'Kit Fernsby'): Promise<SignedIn> {
  const person = await makeResident(db, name)
  const email = `${randomUUID().slice(0, 8)}@${domain}`
  await db.update(accounts).set({ email }).where(eq(accounts.id, person.accountId))
  return { ...person, email }
}

/** Invites the mailbox, and answers the token that went to it. */
export async function inviteToken(db: Database, owner: SignedIn, circleId: number, email: string): Promise<string> {
  await inviteMailbox(db, owner, circleId, { email, clientKey: randomUUID() }, SITE)
  const sent = await db.select().from(mails).where(eq(mails.to, email)).orderBy(mails.id)
  const token = /\/staff\/invitations\/([\w-]{32})\n/.exec(sent.at(-1)?.text ?? '')?.[1]
  if (!token) throw new Error('no token in the mail')
  return token
}

/** Somebody of that organisation who is in the circle, as their next request finds them. */
export async function letPartnerIn(db: Database, owner: SignedIn, circleId: number, domain: string, name = 'Kit Fernsby'): Promise<SignedIn> {
  const partner = await makeOutsider(db, domain, name)
  await answerByToken(db, partner, await inviteToken(db, owner, circleId, partner.email), 'accepted')
  return again(db, partner)
}

/** Invites a colleague, and answers the id of the invitation. */
export async function invitationFor(db: Database, owner: SignedIn, circleId: number, person: SignedIn): Promise<number> {
  await inviteColleague(db, owner, circleId, person.accountId, randomUUID())
  const ofPerson = and(eq(circleInvitations.circleId, circleId), eq(circleInvitations.accountId, person.accountId))
  const found = await db.select({ id: circleInvitations.id }).from(circleInvitations).where(ofPerson).orderBy(circleInvitations.id)
  const id = found.at(-1)?.id
  if (id === undefined) throw new Error('no invitation')
  return id
}

export async function openCircles() {
  const world = await openWorld(10)
  const { db } = world
  const team = await makeTeam(db, 'Bracebridge Heath')
  return {
    world,
    db,
    team,
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    stranger: await makeStaff(db, 'PC Paula Stone', 'officer', await makeTeam(db, 'Alford')),
    administrator: await makeStaff(db, 'Ash Reed', 'administrator'),
    resident: await makeResident(db, 'Maureen T'),
  }
}
