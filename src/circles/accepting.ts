/**
 * Answering an invitation, once: a colleague in the network, somebody of another organisation by the link that went to their mailbox.
 */
import { eq } from 'drizzle-orm'
import { accounts, circles, organisations } from '../accounts/schema.ts'
import { isColleague, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import { hashOf } from './inviting.ts'
import { enter, partnerEnd, type Entrance } from './membership.ts'
import { organisationOf } from './organisation.ts'
import { requireColleague, requireVoice, takesPartners } from './policy.ts'
import { circleInvitations } from './schema.ts'
import { requireOpen, takeCircle, type CircleRow } from './standing.ts'

export type InvitationAnswer = 'accepted' | 'declined'
type Invitation = typeof circleInvitations.$inferSelect

/** For the colleague who is invited. The same answer twice is one; throws `NotFound`, `Forbidden` once it ran out, `Overtaken` when it was answered otherwise. */
export async function answerInvitation(db: Database, actor: SignedIn, id: number, answer: InvitationAnswer): Promise<{ circleId: number }> {
  const [known] = await db.select().from(circleInvitations).where(eq(circleInvitations.id, id))
  if (!known || known.accountId !== actor.accountId) throw new NotFound('invitation')
  requireColleague(actor)
  const how = { accountId: actor.accountId, organisationId: null, expiresAt: null, how: 'invited' as const }
  return answerWith(db, actor, known, answer, () => Promise.resolve(how))
}

/** For who is signed in with exactly the address that the link went to. Throws as above, and `Forbidden` for any other address. */
export async function answerByToken(db: Database, actor: SignedIn, token: string, answer: InvitationAnswer): Promise<{ circleId: number }> {
  const known = await findByToken(db, actor, token)
  requireOutsider(actor)
  return answerWith(db, actor, known, answer, (tx, circle) => partnerEntrance(tx, actor, known, circle))
}

async function answerWith(
  db: Database,
  actor: SignedIn,
  { id, circleId }: Invitation,
  answer: InvitationAnswer,
  entranceTo: (tx: Tx, circle: CircleRow) => Promise<Entrance>,
): Promise<{ circleId: number }> {
  return db.transaction(async (tx) => {
    const { circle } = await takeCircle(tx, circleId, [actor.accountId])
    const [invitation] = await tx.select().from(circleInvitations).where(eq(circleInvitations.id, id)).for('update')
    if (invitation?.answer === answer) return { circleId }
    if (!invitation || invitation.answer !== null) throw new Overtaken('This invitation was answered, or taken back. Nothing was changed.')
    if (invitation.expiresAt <= now()) throw new Forbidden('This invitation has run out. Ask for another.')
    requireOpen(circle)
    if (answer === 'accepted') requireVoice(actor, null)
    await tx.update(circleInvitations).set({ answer, answeredAt: now() }).where(eq(circleInvitations.id, id))
    if (answer === 'accepted') await enter(tx, actor.accountId, circle, { ...(await entranceTo(tx, circle)), invitedBy: invitation.invitedBy })
    return { circleId }
  })
}

/** Of the organisation that has the domain now, as it stands at this moment. */
async function partnerEntrance(tx: Tx, actor: SignedIn, { organisationId }: Invitation, circle: CircleRow): Promise<Entrance> {
  const organisation = await organisationOf(tx, actor.email)
  if (!organisation || organisation.id !== organisationId)
    throw new Forbidden('The force no longer lets people of your organisation in by this address.')
  if (!takesPartners(circle)) throw new Forbidden('This circle is for staff of the force alone.')
  return { accountId: actor.accountId, organisationId, expiresAt: partnerEnd(), how: 'invited' }
}

/** Colleagues come in by name. */
function requireOutsider(actor: SignedIn): void {
  if (isColleague(actor)) throw new Forbidden('You work for the force. An owner of the circle can invite you by your name.')
}

async function findByToken(db: Db, actor: SignedIn, token: string): Promise<Invitation> {
  const [found] = /^[\w-]{32}$/.test(token)
    ? await db
        .select()
        .from(circleInvitations)
        .where(eq(circleInvitations.tokenHash, hashOf(token)))
    : []
  if (!found) throw new NotFound('invitation')
  if (found.email !== actor.email)
    throw new Forbidden('This invitation was sent to another mailbox. Sign out, and sign in with the address to which the email came.')
  return found
}

export interface ShownInvitation {
  state: 'waits' | 'accepted' | 'declined' | 'over'
  circleId: number
  /** Null when it waits no more. */
  circle: { name: string; about: string } | null
  invitedBy: string
  organisation: string
}

/** What the link shows to who it was sent to. Throws `NotFound` for an unknown token, `Forbidden` for any other address. */
export async function invitationByToken(db: Db, actor: SignedIn, token: string): Promise<ShownInvitation> {
  const { id, answer, expiresAt } = await findByToken(db, actor, token)
  const [about] = await db
    .select({ circle: circles, invitedBy: accounts.displayName, organisation: organisations.name, endedAt: organisations.endedAt })
    .from(circleInvitations)
    .innerJoin(circles, eq(circles.id, circleInvitations.circleId))
    .innerJoin(accounts, eq(accounts.id, circleInvitations.invitedBy))
    .innerJoin(organisations, eq(organisations.id, circleInvitations.organisationId))
    .where(eq(circleInvitations.id, id))
  if (!about) throw new NotFound('invitation')
  const { circle, invitedBy, organisation, endedAt } = about
  const isOver = expiresAt <= now() || circle.closedAt !== null || endedAt !== null
  const state = answer === null ? (isOver ? 'over' : 'waits') : answer === 'taken-back' ? 'over' : answer
  const shown = state === 'waits' ? { name: circle.name, about: circle.about } : null
  return { state, circleId: circle.id, circle: shown, invitedBy: invitedBy ?? 'A member of staff', organisation }
}
