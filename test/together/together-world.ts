/** People who help each other: colleagues of two teams, a circle with partner staff, a support circle, and those outside. */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { circleMembers } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { readConfig } from '../../src/config.ts'
import { postComment } from '../../src/conversations/comment.ts'
import type { Database } from '../../src/database/database.ts'
import { askForHelp, type Words } from '../../src/together/help-request.ts'
import { raiseIssue } from '../../src/together/issue.ts'
import { sharePractice, type PracticeWords } from '../../src/together/practice.ts'
import { registerTogether } from '../../src/together/register.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { letIn, makeCircle, makePartner, makePersona } from '../network/circle.ts'
import { makeStaff } from '../people.ts'

export interface Together extends Desk {
  /** Of the other team. */
  colleague: SignedIn
  /** Of the first team, besides the officer. */
  second: SignedIn
  /** A private circle of the first team: the officer owns it, the colleague and the partner are in it. */
  circleId: number
  owner: SignedIn
  member: SignedIn
  partner: SignedIn
  /** Partner staff in no circle. */
  alone: SignedIn
  supportId: number
  persona: SignedIn
  otherPersona: SignedIn
}

export async function openTogether(): Promise<Together> {
  const desk = await openDesk()
  registerTogether(readConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgres://test' }))
  const { db, team, otherTeam } = desk
  const colleague = await makeStaff(db, 'PC Joan Fell', 'officer', otherTeam)
  const second = await makeStaff(db, 'PCSO Dev Anand', 'officer', team)
  const circleId = await makeCircle(db, 'Rural crime', 'private', team.id)
  const owner = await letIn(db, desk.officer, circleId)
  await db
    .update(circleMembers)
    .set({ role: 'owner' })
    .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, owner.accountId)))
  const member = await letIn(db, colleague, circleId)
  const partner = await makePartner(db, 'Pat North', circleId, desk.administrator)
  const alone = await makeStaff(db, 'Lee Moss', 'partner')
  const supportId = await makeCircle(db, 'Night shifts', 'support')
  const persona = await makePersona(db, 'Heron', supportId)
  const otherPersona = await makePersona(db, 'Wren', supportId)
  return { ...desk, colleague, second, circleId, owner, member, partner, alone, supportId, persona, otherPersona }
}

const words = (more: Partial<Words>): Words => ({
  title: 'Who has a key to the mobile office?',
  body: 'It is locked, and the surgery begins at ten.',
  tags: ['mobile-office'],
  circleId: null,
  clientKey: randomUUID(),
  ...more,
})

export const ask = (db: Database, by: SignedIn, more: Partial<Words> = {}) => askForHelp(db, by, words(more))

export const raise = (db: Database, by: SignedIn, { aboutId = null, ...more }: Partial<Words> & { aboutId?: number | null } = {}) =>
  raiseIssue(db, by, { ...words({ title: 'Quad bikes are being taken from farms', ...more }), aboutId })

export const share = (db: Database, by: SignedIn, more: Partial<PracticeWords> = {}) =>
  sharePractice(db, by, {
    title: 'A speed gun that residents hold',
    problem: 'People said that nobody measures.',
    done: 'We lent out the speed gun for an evening.',
    result: 'Two hundred cars were counted, and the talk grew calmer.',
    tags: ['speeding'],
    circleId: null,
    clientKey: randomUUID(),
    ...more,
  })

export const reply = async (db: Database, by: SignedIn, conversationId: number, body = 'It hangs behind the desk.', parentId: number | null = null) =>
  (await postComment(db, by, conversationId, { body, parentId, clientKey: randomUUID() })).id
