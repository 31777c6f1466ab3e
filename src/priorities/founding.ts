/**
 * Publishing a post of the kind `priority` sets a priority, in the same transaction, and takes up the suggestions that it names. A correction takes up what it
 * names besides and lets go what it names no more; a withdrawal lets all of them wait again, for what they ask for is then nobody's work.
 */
import { actorById } from '../accounts/known.ts'
import { and, asc, eq, inArray, isNotNull, isNull, notInArray, sql } from 'drizzle-orm'
import { inForce } from '../accounts/duty.ts'
import { roleGrants } from '../accounts/schema.ts'
import type { SignedIn } from '../actor.ts'
import { recordActivity, type Activity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { lockConversation } from '../conversations/conversation.ts'
import { raiseComment, settleRaised, unsettleRaised } from '../conversations/gathering.ts'
import { comments, conversations, raisedComments } from '../conversations/schema.ts'
import type { Tx } from '../database/database.ts'
import { publishingDuty } from '../posts/policy.ts'
import { ADOPTED, TOLD } from '../posts/plain-fields.ts'
import { posts } from '../posts/schema.ts'
import { sourcesIn } from '../posts/source.ts'
import { ofTeam, type PostRow, type TeamPost } from '../posts/stored-post.ts'
import { teamById, type TeamName } from '../teams/team.ts'
import { hasWords } from '../text/input.ts'
import { lockBox } from './box.ts'
import { decisionOn } from './decision.ts'
import { linkTo, replyTo } from './reply.ts'
import { priorities, suggestionBoxes, suggestionDecisions } from './schema.ts'

/** The post that an activity is about, when it is of this kind. */
export async function postOf(tx: Tx, { postId }: Activity, kind: PostRow['kind']): Promise<TeamPost | null> {
  const [post] = await tx
    .select()
    .from(posts)
    .where(and(eq(posts.id, postId ?? 0), eq(posts.kind, kind), eq(posts.audience, 'public')))
  return post ? ofTeam(post) : null
}

/** After publishing, correcting or bringing back: the priority is there, and what it names is taken up. */
export async function keepPriority(tx: Tx, activity: Activity): Promise<void> {
  const post = await postOf(tx, activity, 'priority')
  if (!post || post.state === 'withdrawn') return
  const priority = await rowOf(tx, post)
  const team = await teamById(tx, post.teamId)
  const named = sourcesIn(post.details).flatMap(({ kind, id }) => (kind === 'comment' ? [id] : []))
  if (activity.kind === 'post.corrected') await letGo(tx, priority.id, { but: named })
  if (named.length === 0) return
  // Whose words the reply will be. What goes out by itself goes out in the name of its author.
  const actor = await actorById(tx, activity.actorId ?? post.authorId)
  await takeUp(tx, actor, { post, priorityId: priority.id, team }, named)
}

/** After a withdrawal, or a removal by a moderator. What has an outcome already stays as it was decided. */
export async function dropPriority(tx: Tx, activity: Activity): Promise<void> {
  const post = await postOf(tx, activity, 'priority')
  if (!post) return
  const [priority] = await tx
    .select({ id: priorities.id })
    .from(priorities)
    .where(and(eq(priorities.postId, post.id), isNull(priorities.closedAt)))
    .for('update')
  if (!priority) return
  const ids = await letGo(tx, priority.id, {})
  if (activity.kind === 'post.withdrawn' && activity.actorId) await sayWithdrawn(tx, await actorById(tx, activity.actorId), post, ids)
}

/** Under each suggestion, in the name of whoever withdrew it. */
async function sayWithdrawn(tx: Tx, actor: SignedIn, post: TeamPost, ids: readonly number[]): Promise<void> {
  const said = await tx
    .select({ id: comments.id, conversationId: comments.conversationId })
    .from(comments)
    .where(and(inArray(comments.id, [...ids]), eq(comments.state, 'published')))
    .orderBy(asc(comments.id))
  const because = /[.!?]$/.test(post.withdrawnBecause ?? '') ? post.withdrawnBecause : `${post.withdrawnBecause}.`
  const body = `We have withdrawn the priority that we made of this. ${because} Your suggestion waits again.`
  for (const comment of said) await replyTo(tx, actor, { ...comment, teamId: post.teamId }, body, `withdrawn ${post.id}`)
}

async function rowOf(tx: Tx, post: TeamPost): Promise<{ id: number }> {
  const [made] = await tx
    .insert(priorities)
    .values({ postId: post.id, teamId: post.teamId, ownerId: await ownerOf(tx, post), openedAt: post.publishedAt, reviewedAt: now() })
    .onConflictDoNothing({ target: priorities.postId })
    .returning({ id: priorities.id })
  const [found] = made ? [made] : await tx.select({ id: priorities.id }).from(priorities).where(eq(priorities.postId, post.id))
  if (!found) throw new Error('the priority gave no row back')
  return found
}

/** Whoever wrote it sees to it, when they work for the team. */
async function ownerOf(tx: Tx, { authorId, teamId }: TeamPost): Promise<number | null> {
  const [duty] = await tx
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .where(
      and(eq(roleGrants.accountId, authorId), eq(roleGrants.teamId, teamId), inArray(roleGrants.role, ['officer', 'supervisor']), inForce(now())),
    )
    .limit(1)
  return duty ? authorId : null
}

interface Founded {
  post: TeamPost
  priorityId: number
  team: TeamName
}

async function takeUp(tx: Tx, actor: SignedIn, founded: Founded, named: readonly number[]): Promise<void> {
  const boxId = await lockBox(tx, founded.team)
  const candidates = await tx
    .select({ id: comments.id, conversationId: comments.conversationId })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(
      and(inArray(comments.id, [...named]), eq(comments.state, 'published'), isNull(comments.officialRole), eq(conversations.audience, 'public')),
    )
    .orderBy(asc(comments.conversationId), asc(comments.id))
  for (const { id, conversationId } of candidates) {
    // Whoever writes there locks it first.
    await lockConversation(tx, conversationId)
    await adopt(tx, actor, founded, { id, conversationId, boxId })
  }
}

interface Candidate {
  id: number
  conversationId: number
  boxId: number
}

async function adopt(tx: Tx, actor: SignedIn, { post, priorityId, team }: Founded, { id, conversationId, boxId }: Candidate): Promise<void> {
  const before = await decisionOn(tx, id)
  if (before?.priorityId) return
  const gatheredIn = (await gatheredOf(tx, id)) ?? (await raiseInto(tx, actor, boxId, id))
  // What waits in another team's box is that team's to decide.
  if (gatheredIn !== boxId && (await isBox(tx, gatheredIn))) return
  const decidedBy = post.approvedBy ?? actor.accountId
  // Who let it out decided, and that is not always who wrote it.
  const duty = publishingDuty(await actorById(tx, decidedBy), team.id)
  const decision = {
    teamId: team.id,
    answer: 'adopted' as const,
    priorityId,
    intoId: null,
    reason: null,
    decidedBy,
    decidedRole: duty?.role ?? post.officialRole,
    decidedAt: now(),
  }
  await tx
    .insert(suggestionDecisions)
    .values({ commentId: id, ...decision })
    .onConflictDoUpdate({ target: suggestionDecisions.commentId, set: decision })
  if (gatheredIn === boxId) await settleRaised(tx, [id])
  const told = typeof post.details[TOLD] === 'string' && hasWords(post.details[TOLD]) ? post.details[TOLD] : ADOPTED
  const body = `${told} ${linkTo(`/teams/${team.slug}/posts/${post.id}`)}`
  await replyTo(tx, actor, { id, conversationId, teamId: team.id }, body, `adopted ${post.id}`)
  const { audience, id: postId } = post
  const detail = { priorityId }
  await recordActivity(tx, {
    kind: 'suggestion.adopted',
    audience,
    actorId: actor.accountId,
    teamId: team.id,
    conversationId,
    commentId: id,
    postId,
    detail,
  })
}

async function gatheredOf(tx: Tx, commentId: number): Promise<number | null> {
  const [found] = await tx.select({ gatheredIn: raisedComments.gatheredIn }).from(raisedComments).where(eq(raisedComments.commentId, commentId))
  return found?.gatheredIn ?? null
}

async function raiseInto(tx: Tx, actor: SignedIn, boxId: number, commentId: number): Promise<number> {
  await raiseComment(tx, actor, boxId, commentId)
  return boxId
}

const isBox = async (tx: Tx, conversationId: number): Promise<boolean> =>
  (await tx.$count(suggestionBoxes, eq(suggestionBoxes.conversationId, conversationId))) > 0

/** They wait again. What was merged into one of them stays with it. Answers which. */
async function letGo(tx: Tx, priorityId: number, { but }: { but?: readonly number[] }): Promise<number[]> {
  const ofPriority = eq(suggestionDecisions.priorityId, priorityId)
  const [priority] = await tx.select({ teamId: priorities.teamId }).from(priorities).where(eq(priorities.id, priorityId))
  if (!priority) return []
  await lockBox(tx, await teamById(tx, priority.teamId))
  // A correction lets go only what it took up by naming it.
  const which =
    but === undefined
      ? ofPriority
      : and(ofPriority, eq(suggestionDecisions.answer, 'adopted'), but.length === 0 ? undefined : notInArray(suggestionDecisions.commentId, [...but]))
  const gone = await tx.delete(suggestionDecisions).where(which).returning({ commentId: suggestionDecisions.commentId })
  const ids = gone.map(({ commentId }) => commentId)
  if (ids.length === 0) return []
  const inBox = await tx
    .select({ id: raisedComments.commentId })
    .from(raisedComments)
    .innerJoin(suggestionBoxes, eq(suggestionBoxes.conversationId, raisedComments.gatheredIn))
    .where(and(inArray(raisedComments.commentId, ids), isNotNull(raisedComments.settledAt)))
    .orderBy(sql`${raisedComments.commentId}`)
  for (const { id } of inBox) await unsettleRaised(tx, id)
  return ids
}
