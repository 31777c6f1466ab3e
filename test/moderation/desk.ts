/**
 * The moderation desk in a small world: two teams, the people who matter, and a post with its conversation.
 */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { visitor, type Duty, type Role, type SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { decideCase, type NewDecision } from '../../src/moderation/decision.ts'
import { flagItem } from '../../src/moderation/flag.ts'
import type { ItemRef } from '../../src/moderation/item.ts'
import { registerModeration } from '../../src/moderation/register.ts'
import { cases } from '../../src/moderation/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

export const STAFFED = { from: 8, until: 20 }

export interface Desk extends World {
  team: TeamName
  otherTeam: TeamName
  resident: SignedIn
  newcomer: SignedIn
  officer: SignedIn
  sergeant: SignedIn
  otherSergeant: SignedIn
  press: SignedIn
  press2: SignedIn
  administrator: SignedIn
  post: { id: number; conversationId: number; path: string }
  otherPost: { id: number; conversationId: number; path: string }
  /** Somebody with an account; `published` as if so many comments of theirs had been. */
  newPerson(name: string, duties?: Duty[], published?: number): Promise<SignedIn>
  say(by: SignedIn, body?: string, where?: { conversationId?: number; parentId?: number | null }): Promise<number>
  stateOf(commentId: number): Promise<string>
  /** The newest case of an item. */
  caseOf(ref: ItemRef): Promise<typeof cases.$inferSelect>
  flag(ref: ItemRef, by: SignedIn | string, reasonCode?: string): Promise<void>
  decide(by: SignedIn, ref: ItemRef, act: NewDecision['act'], more?: Partial<NewDecision>): ReturnType<typeof decideCase>
}

export const duty = (role: Role, team: TeamName | null = null): Duty => ({
  role,
  teamId: team?.id ?? null,
  teamName: team?.name ?? null,
  teamSlug: team?.slug ?? null,
})

export async function openDesk(): Promise<Desk> {
  const world = await openWorld(8)
  registerModeration()
  return furnish(world)
}

export async function furnish(world: World): Promise<Desk> {
  const { db } = world
  const newPerson = async (name: string, duties: Duty[] = [], published = 0): Promise<SignedIn> => ({
    ...(await makeResident(db, name, published)),
    duties,
  })
  const team = await makeTeam(db, 'Bracebridge Heath')
  const otherTeam = await makeTeam(db, 'Skegness')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  const press = await makeStaff(db, 'Sam Carter', 'press-office')
  const people = {
    officer,
    press,
    resident: await newPerson('Maureen Fieldhouse', [], 5),
    newcomer: await newPerson('Terry Nowak'),
    sergeant: await makeStaff(db, 'Sgt Ellen Marsh', 'supervisor', team),
    otherSergeant: await makeStaff(db, 'Sgt Paul Ness', 'supervisor', otherTeam),
    press2: await makeStaff(db, 'Alex Wray', 'press-office'),
    administrator: await makeStaff(db, 'Robin Hale', 'administrator'),
  }
  const post = await makePost(db, officer, team, 'News from Bracebridge Heath')
  const otherPost = await makePost(db, press, otherTeam, 'News from Skegness')
  const caseOf = async (ref: ItemRef) => {
    const about = typeof ref.commentId === 'number' ? eq(cases.commentId, ref.commentId) : eq(cases.postId, Number(ref.postId))
    const [file] = await db
      .select()
      .from(cases)
      .where(about)
      .orderBy(sql`${cases.id} desc`)
      .limit(1)
    if (!file) throw new Error('there is no case about that')
    return file
  }
  return {
    ...world,
    ...people,
    team,
    otherTeam,
    post,
    otherPost,
    newPerson,
    caseOf,
    async say(by, body = 'The lights on Grantham Road are out again.', where = {}) {
      const input = { body, parentId: where.parentId ?? null, clientKey: randomUUID() }
      return (await postComment(db, by, where.conversationId ?? post.conversationId, input)).id
    },
    async stateOf(commentId) {
      const [comment] = await db.select({ state: comments.state }).from(comments).where(eq(comments.id, commentId))
      return String(comment?.state)
    },
    async flag(ref, by, reasonCode = 'off-topic') {
      const actor = typeof by === 'string' ? visitor : by
      const flaggerKey = typeof by === 'string' ? by : `account:${by.accountId}`
      await flagItem(db, actor, ref, { reasonCode, note: null, clientKey: randomUUID(), flaggerKey, staffed: STAFFED })
    },
    async decide(by, ref, act, more = {}) {
      const file = await caseOf(ref)
      return decideCase(db, by, file.id, { act, reasonCode: 'abuse', publicText: null, note: 'Looked at it.', version: file.version, ...more })
    },
  }
}
