/**
 * Inviting: a colleague by name, who sees it in the network; somebody of another organisation by their mailbox, to which a link goes. The link is good for who is
 * signed in with exactly that address, and only its hash is kept. An invitation stands for 28 days.
 */
import { createHash, randomBytes } from 'node:crypto'
import { and, asc, eq, gt, isNull, lte, sql } from 'drizzle-orm'
import { actorById } from '../accounts/known.ts'
import { accounts, circles, organisations, type CircleKind } from '../accounts/schema.ts'
import type { Site } from '../accounts/sign-in-mail.ts'
import { isColleague, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { sendMail } from '../mail/mail.ts'
import { ownCircle } from './circle.ts'
import { invitationMail } from './invitation-mail.ts'
import { organisationOf } from './organisation.ts'
import { mayKeepCircle, takesPartners } from './policy.ts'
import { circleInvitations } from './schema.ts'
import { keepCircle, logCircle, roleIn, tellOfCircle, type Taken } from './standing.ts'

const DAY = 86_400_000
export const INVITATION_DAYS = 28

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

const times = () => ({ invitedAt: now(), expiresAt: new Date(now().getTime() + INVITATION_DAYS * DAY) })

/**
 * Invites a colleague; inviting somebody twice is inviting once. Throws `Refused` (field `person`) for who is in it or no colleague, and (field `clientKey`) for a key under
 * which somebody else was invited.
 */
export const inviteColleague = (db: Database, actor: SignedIn, circleId: number, accountId: number, clientKey: string): Promise<void> =>
  db.transaction(async (tx) => {
    const taken = await keepCircle(tx, actor, circleId, [accountId])
    const sent = await sentWith(tx, clientKey)
    if (sent) return requireSame(sent.circleId === circleId && sent.accountId === accountId)
    if (roleIn(taken, accountId) && taken.rows.get(accountId)?.organisationId === null)
      throw new Refused('They are in it', { person: 'They are in the circle already' })
    const person = await actorById(tx, accountId).catch(() => null)
    if (!person || !isColleague(person)) throw new Refused('Choose a colleague', { person: 'Choose a colleague' })
    await tx
      .update(circleInvitations)
      .set({ answer: 'taken-back', answeredAt: now() })
      .where(and(eq(circleInvitations.circleId, circleId), eq(circleInvitations.accountId, accountId), isOver()))
    const [made] = await tx
      .insert(circleInvitations)
      .values({ circleId, accountId, invitedBy: actor.accountId, ...times(), clientKey })
      .onConflictDoNothing()
      .returning({ id: circleInvitations.id })
    if (made) await tellInvited(tx, actor, taken, made.id, accountId)
    // The same key came at the same moment from elsewhere, or they are invited already.
    else if (!(await waitsFor(tx, circleId, accountId))) requireSame(false)
  })

async function sentWith(tx: Tx, clientKey: string) {
  const [sent] = await tx.select().from(circleInvitations).where(eq(circleInvitations.clientKey, clientKey))
  return sent
}

/** Throws `Refused`: nobody is told that somebody is invited who is not. */
function requireSame(same: boolean): void {
  if (!same)
    throw new Refused('Nobody was invited', { clientKey: 'Somebody else was invited with this form. Press the button again to invite this one' })
}

async function waitsFor(tx: Tx, circleId: number, accountId: number): Promise<boolean> {
  const open = and(eq(circleInvitations.circleId, circleId), eq(circleInvitations.accountId, accountId), isNull(circleInvitations.answer))
  return (await tx.select({ id: circleInvitations.id }).from(circleInvitations).where(open)).length > 0
}

const isOver = () => and(isNull(circleInvitations.answer), lte(circleInvitations.expiresAt, now()))

/** `accountId` is null for a mailbox: whoever it belongs to hears by mail alone. */
const tellInvited = (tx: Tx, actor: SignedIn, { circle }: Taken, invitationId: number, accountId: number | null) =>
  tellOfCircle(tx, actor.accountId, 'circle.invited', circle, { invitationId, ...(accountId === null ? {} : { accountId }) })

/**
 * Invites somebody by the address that their organisation gave them, in lower case, and stores the mail. Throws `Forbidden` for an open circle, which is for staff
 * alone, `Refused` (field `email`) for an address of no organisation that is let in, or one that is invited or in, and (field `clientKey`) for a key under which somebody else
 * was invited.
 */
export const inviteMailbox = (
  db: Database,
  actor: SignedIn,
  circleId: number,
  { email, clientKey }: { email: string; clientKey: string },
  site: Site,
): Promise<void> =>
  db.transaction(async (tx) => {
    const [account] = await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.email, email))
    const taken = await keepCircle(tx, actor, circleId, account ? [account.id] : [])
    if (!takesPartners(taken.circle)) throw new Forbidden('An open circle is for staff of the force alone. Make it restricted or private first.')
    const sent = await sentWith(tx, clientKey)
    if (sent) return requireSame(sent.circleId === circleId && sent.email === email)
    const organisation = await letInBy(tx, email)
    await requireNotIn(tx, taken, account?.id, email)
    const token = randomBytes(24).toString('base64url')
    const [made] = await tx
      .insert(circleInvitations)
      .values({ circleId, email, organisationId: organisation.id, tokenHash: hashOf(token), invitedBy: actor.accountId, ...times(), clientKey })
      .returning({ id: circleInvitations.id })
    if (!made) throw new Error('the invitation gave no row back')
    await sendMail(tx, invitationMail({ id: made.id, to: email, token, from: actor.displayName ?? 'A member of staff', days: INVITATION_DAYS }, site))
    await tellInvited(tx, actor, taken, made.id, null)
    await logCircle(tx, actor, 'circle-partner-invited', taken.circle)
  })

async function letInBy(tx: Tx, email: string): Promise<{ id: number; name: string }> {
  const organisation = await organisationOf(tx, email)
  if (organisation) return organisation
  const domain = email.slice(email.lastIndexOf('@') + 1)
  const because = `No organisation that the force lets in has addresses at ${domain}. An administrator keeps the list`
  throw new Refused('That address cannot be invited', { email: because })
}

async function requireNotIn(tx: Tx, taken: Taken, accountId: number | undefined, email: string): Promise<void> {
  const row = accountId === undefined ? undefined : taken.rows.get(accountId)
  if (row && row.leftAt === null && (row.expiresAt === null || row.expiresAt > now()))
    throw new Refused('They are in it', { email: 'Whoever has this mailbox is in the circle already' })
  const ofMailbox = and(eq(circleInvitations.circleId, taken.circle.id), eq(circleInvitations.email, email))
  await tx.update(circleInvitations).set({ answer: 'taken-back', answeredAt: now() }).where(and(ofMailbox, isOver()))
  const [waiting] = await tx
    .select({ id: circleInvitations.id })
    .from(circleInvitations)
    .where(and(ofMailbox, isNull(circleInvitations.answer)))
  if (waiting) throw new Refused('They are invited', { email: 'This mailbox is invited already. Take that invitation back to send another' })
}

/** Takes back one that waits. A second time changes nothing; throws `Overtaken` when it was answered. */
export async function takeBackInvitation(db: Database, actor: SignedIn, invitationId: number): Promise<{ circleId: number }> {
  const [known] = await db.select().from(circleInvitations).where(eq(circleInvitations.id, invitationId))
  if (!known) throw new NotFound('invitation')
  return db.transaction(async (tx) => {
    await keepCircle(tx, actor, known.circleId)
    const [invitation] = await tx.select().from(circleInvitations).where(eq(circleInvitations.id, invitationId)).for('update')
    if (invitation?.answer === 'taken-back') return { circleId: known.circleId }
    if (!invitation || invitation.answer !== null) throw new Overtaken('This invitation was answered meanwhile. Nothing was changed.')
    await tx.update(circleInvitations).set({ answer: 'taken-back', answeredAt: now() }).where(eq(circleInvitations.id, invitationId))
    return { circleId: known.circleId }
  })
}

export interface SentInvitation {
  id: number
  /** A colleague's name, or the mailbox. */
  whom: string
  /** Null for a colleague. */
  organisation: string | null
  invitedAt: Date
  expiresAt: Date
}

/** What waits for an answer, newest first, at most 200: for the owners. Throws `NotFound`, `Forbidden`. */
export async function sentInvitations(db: Db, actor: Actor, circleId: number): Promise<SentInvitation[]> {
  if (!mayKeepCircle(actor, await ownCircle(db, actor, circleId))) throw new Forbidden('Only the owners of the circle see who is invited.')
  const rows = await db
    .select({
      id: circleInvitations.id,
      name: accounts.displayName,
      email: circleInvitations.email,
      organisation: organisations.name,
      invitedAt: circleInvitations.invitedAt,
      expiresAt: circleInvitations.expiresAt,
    })
    .from(circleInvitations)
    .leftJoin(accounts, eq(accounts.id, circleInvitations.accountId))
    .leftJoin(organisations, eq(organisations.id, circleInvitations.organisationId))
    .where(and(eq(circleInvitations.circleId, circleId), isNull(circleInvitations.answer), gt(circleInvitations.expiresAt, now())))
    .orderBy(sql`${circleInvitations.id} desc`)
    .limit(200)
  return rows.map(({ name, email, ...row }) => ({ ...row, whom: email ?? name ?? 'A colleague' }))
}

export interface OwnInvitation {
  id: number
  circleId: number
  circleName: string
  about: string
  kind: CircleKind
  invitedBy: string
  expiresAt: Date
}

/** What a colleague is invited to and has not answered, oldest first. */
export async function invitationsOf(db: Db, actor: Actor): Promise<OwnInvitation[]> {
  if (actor.kind !== 'account' || !isColleague(actor)) return []
  const rows = await db
    .select({
      id: circleInvitations.id,
      circleId: circles.id,
      circleName: circles.name,
      about: circles.about,
      kind: circles.kind,
      invitedBy: accounts.displayName,
      expiresAt: circleInvitations.expiresAt,
    })
    .from(circleInvitations)
    .innerJoin(circles, eq(circles.id, circleInvitations.circleId))
    .innerJoin(accounts, eq(accounts.id, circleInvitations.invitedBy))
    .where(
      and(
        eq(circleInvitations.accountId, actor.accountId),
        isNull(circleInvitations.answer),
        gt(circleInvitations.expiresAt, now()),
        isNull(circles.closedAt),
      ),
    )
    .orderBy(asc(circleInvitations.id))
    .limit(100)
  return rows.map(({ invitedBy, ...row }) => ({ ...row, invitedBy: invitedBy ?? 'A colleague' }))
}
