/**
 * One post on several teams' pages: passed on with a line of a team's own, or pinned to the top.
 */
import { and, eq, sql } from 'drizzle-orm'
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { mayRead } from '../conversations/audience.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { teams } from '../teams/schema.ts'
import { touchTeam, type TeamName } from '../teams/team.ts'
import { cleanLine, fits } from '../text/input.ts'
import { kindInElection } from './election.ts'
import { kindOf } from './kinds.ts'
import { mayAddLine, mayKeepPage, publishingDuty } from './policy.ts'
import { isOver } from './publishing.ts'
import { posts, postTeams } from './schema.ts'
import { ofTeam, type PostRow, type TeamPost } from './stored-post.ts'

const LONGEST_LINE = 200

/** Puts a public post on the page of another team, with a line of its own. Again with another line changes the line. */
export async function repostPost(db: Database, actor: SignedIn, id: number, team: TeamName, typed: string): Promise<void> {
  const line = lineOf(typed)
  await db.transaction(async (tx) => {
    const post = await standingPost(tx, actor, id)
    const duty = publishingDuty(actor, team.id)
    if (!duty) throw new Forbidden(`You cannot publish for the ${team.name} team.`)
    if (!mayAddLine(actor, post, await kindInElection(tx, post.kind, [team.id, post.teamId])))
      throw new Forbidden('Only the press office adds words to a post of this kind.')
    await requireOpen(tx, team.id)
    const row = { line, byId: actor.accountId, officialRole: duty.role }
    const there = await rowOn(tx, id, team.id)
    if (there && there.how !== 'repost')
      throw new Refused('It stands there already', { team: `This post stands on the page of the ${team.name} team already` })
    if (there?.line === line) return
    if (there) await tx.update(postTeams).set(row).where(isOn(id, team.id))
    else await tx.insert(postTeams).values({ postId: id, teamId: team.id, how: 'repost', listedAt: now(), ...row })
    await touchTeam(tx, team.id)
    const { audience, conversationId } = post
    await recordActivity(tx, { kind: 'post.reposted', audience, actorId: actor.accountId, teamId: team.id, conversationId, postId: id })
  })
}

function lineOf(typed: string): string {
  const line = cleanLine(typed)
  const refuse = (message: string) => new Refused(message, { line: message })
  if (line === '') throw refuse('Say in a line why this matters to your readers')
  if (!fits(line, LONGEST_LINE)) throw refuse(`The line must be ${LONGEST_LINE} characters or fewer`)
  return line
}

const isOn = (postId: number, teamId: number) => and(eq(postTeams.postId, postId), eq(postTeams.teamId, teamId))

async function requireOpen(tx: Tx, teamId: number): Promise<void> {
  const [team] = await tx.select({ archivedAt: teams.archivedAt }).from(teams).where(eq(teams.id, teamId))
  if (!team) throw new NotFound('team')
  if (team.archivedAt !== null) throw new Forbidden('This team is archived, so nothing new can be published for it.')
}

/** Throws `Forbidden`, with where to go, for a kind that stands in no list of posts. */
export function requireShareable({ kind }: Pick<PostRow, 'kind'>): void {
  const because = kindOf(kind).changedBy
  if (because !== undefined) throw new Forbidden(because)
}

/** A public post that is neither withdrawn nor over; locked, so that it stays so until the act is done, and so that two acts on it follow one another. */
async function standingPost(tx: Tx, actor: SignedIn, id: number): Promise<TeamPost> {
  const [found] = await tx.select().from(posts).where(eq(posts.id, id)).for('no key update')
  const post = ofTeam(found)
  if (post.audience !== 'public' || !mayRead(actor, post)) throw new NotFound('post')
  if (post.state === 'withdrawn') throw new Forbidden('This post was withdrawn.')
  if (isOver(post)) throw new Forbidden('This post has reached its end date.')
  requireShareable(post)
  return post
}

async function rowOn(tx: Tx, postId: number, teamId: number): Promise<typeof postTeams.$inferSelect | undefined> {
  const [row] = await tx.select().from(postTeams).where(isOn(postId, teamId)).for('update')
  return row
}

function requirePage(actor: SignedIn, teamId: number): void {
  if (!mayKeepPage(actor, teamId)) throw new Forbidden('You cannot change the page of this team.')
}

/** Takes the repost from that team's page. Twice is the same as once. */
export async function takeBackRepost(db: Database, actor: SignedIn, id: number, teamId: number): Promise<void> {
  await db.transaction(async (tx) => {
    requirePage(actor, teamId)
    const gone = await tx
      .delete(postTeams)
      .where(and(isOn(id, teamId), eq(postTeams.how, 'repost')))
      .returning({ id: postTeams.postId })
    if (gone.length > 0) await touchTeam(tx, teamId)
  })
}

/** Pins it on a page where it stands; what was pinned there before comes down. Throws `NotFound` where it does not stand. */
export async function pinPost(db: Database, actor: SignedIn, id: number, teamId: number): Promise<void> {
  await db.transaction(async (tx) => {
    requirePage(actor, teamId)
    await standingPost(tx, actor, id)
    // One pin at a time for each team: whoever comes second waits here, and replaces the first.
    await tx.execute(sql`select id from ${teams} where id = ${teamId} for no key update`)
    const row = await rowOn(tx, id, teamId)
    if (!row) throw new NotFound('post on this page')
    if (row.pinnedAt !== null) return
    await takeDownPins(tx, teamId)
    await tx.update(postTeams).set({ pinnedAt: now(), pinnedBy: actor.accountId }).where(isOn(id, teamId))
    await touchTeam(tx, teamId)
  })
}

const takeDownPins = (tx: Tx, teamId: number): Promise<unknown> =>
  tx
    .update(postTeams)
    .set({ pinnedAt: null, pinnedBy: null })
    .where(and(eq(postTeams.teamId, teamId), sql`${postTeams.pinnedAt} is not null`))

/** Twice is the same as once. */
export async function unpinPost(db: Database, actor: SignedIn, id: number, teamId: number): Promise<void> {
  await db.transaction(async (tx) => {
    requirePage(actor, teamId)
    const down = await tx
      .update(postTeams)
      .set({ pinnedAt: null, pinnedBy: null })
      .where(and(isOn(id, teamId), sql`${postTeams.pinnedAt} is not null`))
      .returning({ id: postTeams.postId })
    if (down.length > 0) await touchTeam(tx, teamId)
  })
}
