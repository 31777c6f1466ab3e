/** Finds the post that somebody wants to change, and asks whether they may. */
import { eq } from 'drizzle-orm'
import { isSignedIn, type Actor, type SignedIn } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { kindOf } from './kinds.ts'
import { mayChange } from './policy.ts'
import { posts } from './schema.ts'
import { lockPost, ofTeam, type TeamPost } from './stored-post.ts'

function refusal(post: TeamPost): Forbidden {
  if (post.state === 'withdrawn') return new Forbidden('This post was withdrawn.')
  return new Forbidden(kindOf(post.kind).changedBy ?? 'You cannot change this post.')
}

/** Locked until the transaction ends. Throws `NotFound` and `Forbidden`. */
export async function lockToChange(tx: Tx, actor: SignedIn, id: number): Promise<{ post: TeamPost; team: TeamName }> {
  const found = await lockPost(tx, id)
  if (!found || !mayRead(actor, found.post)) throw new NotFound('post')
  if (!mayChange(actor, found.post)) throw refusal(found.post)
  return found
}

/** For the form of a correction: the post as it was typed. Throws `NotFound` and `Forbidden`. */
export async function postToChange(db: Db, actor: Actor, id: number): Promise<TeamPost> {
  const [found] = await db.select().from(posts).where(eq(posts.id, id))
  const post = ofTeam(found)
  if (!mayRead(actor, post)) throw new NotFound('post')
  if (!isSignedIn(actor) || !mayChange(actor, post)) throw refusal(post)
  return post
}
