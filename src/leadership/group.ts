/**
 * A focus group: somebody of the staff invites colleagues to talk a matter through, at a place and time. That there is one, and what came of it, all who read
 * where it stands can see; who was invited, only the invited and whoever convened it.
 */
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, ne, or, sql, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { idOf, sayMark, type Actor, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { audiencesOf, mayRead } from '../conversations/audience.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { publishInNetwork } from '../network/post.ts'
import { requireAhead, type Window } from '../places/presence-window.ts'
import { posts } from '../posts/schema.ts'
import { lockAnyPost, postPath, type PostRow } from '../posts/stored-post.ts'
import { trusted, type SafeHtml } from '../text/safe-html.ts'
import { onceMore } from './once.ts'
import { mayConvene, stateOf, type State } from './policy.ts'
import { focusGroupPeople, focusGroups } from './schema.ts'

export const PLACES = { least: 2, most: 200 }

export interface NewGroup extends Window {
  title: string
  body: string
  tags: string[]
  /** Null for all staff. */
  circleId: number | null
  venue: string
  places: number
  clientKey: string
}

/** The same form again answers the same post. Throws `Forbidden`, `NotFound` for a circle they are not in, and `Refused` (fields `date`, `from`). */
export const convene = (db: Database, actor: SignedIn, input: NewGroup): Promise<{ id: number; path: string }> =>
  onceMore(db, (tx) => {
    const { startsAt, endsAt, venue, places, ...words } = input
    if (!mayConvene(actor)) throw new Forbidden('Staff of the force set up focus groups.')
    return publishInNetwork(tx, actor, { ...words, kind: 'focus-group', details: {} }, async (tx, { id: postId }) => {
      requireAhead({ startsAt, endsAt }, now())
      await tx.insert(focusGroups).values({ postId, startsAt, endsAt, venue, places })
    })
  })

export interface Group {
  postId: number
  path: string
  title: string
  audience: string
  authorId: number
  convener: string | null
  mark: string | null
  startsAt: Date
  endsAt: Date
  venue: string
  places: number
  calledOffBecause: string | null
  notes: SafeHtml | null
  notesAt: Date | null
  notesVersion: number
  /** When and where it was to be before it was last moved. */
  moved: (Window & { venue: string }) | null
  moveCount: number
  /** A moderator took words out of it. */
  edited: boolean
  state: State
}

const select = (db: Db, actor: Actor, condition: SQL | undefined) =>
  db
    .select({
      postId: posts.id,
      slug: posts.slug,
      title: posts.title,
      audience: posts.audience,
      authorId: posts.authorId,
      convener: accounts.displayName,
      officialRole: posts.officialRole,
      officialTeam: posts.officialTeam,
      startsAt: focusGroups.startsAt,
      endsAt: focusGroups.endsAt,
      venue: focusGroups.venue,
      places: focusGroups.places,
      calledOffBecause: focusGroups.calledOffBecause,
      notesHtml: focusGroups.notesHtml,
      notesAt: focusGroups.notesAt,
      notesVersion: focusGroups.notesVersion,
      movedFromStart: focusGroups.movedFromStart,
      movedFromEnd: focusGroups.movedFromEnd,
      movedFromVenue: focusGroups.movedFromVenue,
      moveCount: focusGroups.moveCount,
      edited: posts.editedByModerator,
    })
    .from(focusGroups)
    .innerJoin(posts, eq(posts.id, focusGroups.postId))
    .innerJoin(accounts, eq(accounts.id, posts.authorId))
    .where(and(inArray(posts.audience, audiencesOf(actor)), ne(posts.state, 'withdrawn'), condition))
    .$dynamic()

type Row = Awaited<ReturnType<typeof select>>[number]

const groupOf = ({ slug, officialRole, officialTeam, notesHtml, movedFromStart, movedFromEnd, movedFromVenue, ...row }: Row): Group => ({
  ...row,
  path: postPath(null, { id: row.postId, slug }),
  mark: officialRole === null ? null : sayMark(officialRole, officialTeam),
  notes: notesHtml === null ? null : trusted(notesHtml),
  moved: movedFromStart && movedFromEnd ? { startsAt: movedFromStart, endsAt: movedFromEnd, venue: movedFromVenue ?? '' } : null,
  state: stateOf(row, now()),
})

/** One that the actor may read. Throws `NotFound`, also for a withdrawn one. */
export async function groupById(db: Db, actor: Actor, postId: number): Promise<Group> {
  const [row] = await select(db, actor, eq(posts.id, postId))
  if (!row) throw new NotFound('group')
  return groupOf(row)
}

/** Its post is locked first, as by everybody who changes one; two who answer at once wait for each other here. Throws `NotFound`. */
export async function lockGroup(tx: Tx, actor: Actor, postId: number): Promise<{ group: Group; post: PostRow }> {
  const found = await lockAnyPost(tx, postId)
  if (!found || !mayRead(actor, found.post)) throw new NotFound('group')
  return { group: await groupById(tx, actor, postId), post: found.post }
}

const FEW = 10

/** Those to come and those that are on, the first to begin first. */
export const comingGroups = async (db: Db, actor: Actor): Promise<Group[]> =>
  (
    await select(db, actor, and(gt(focusGroups.endsAt, now()), isNull(focusGroups.calledOffBecause)))
      .orderBy(asc(focusGroups.startsAt), asc(focusGroups.postId))
      .limit(FEW)
  ).map(groupOf)

/** The last of which the notes are published. */
export const notedGroups = async (db: Db, actor: Actor): Promise<Group[]> =>
  (
    await select(db, actor, and(lte(focusGroups.endsAt, now()), isNotNull(focusGroups.notesAt)))
      .orderBy(desc(focusGroups.startsAt), desc(focusGroups.postId))
      .limit(FEW)
  ).map(groupOf)

/** What this actor has still to do: answer an invitation, or write down what came of a group that they convened. The first to begin first. */
export async function groupsWaitingFor(db: Db, actor: Actor): Promise<{ toAnswer: Group[]; toNote: Group[] }> {
  const accountId = idOf(actor) ?? 0
  const stands = isNull(focusGroups.calledOffBecause)
  const invited = sql`exists (select from ${focusGroupPeople} where ${focusGroupPeople.postId} = ${posts.id} and ${focusGroupPeople.accountId} = ${accountId} and ${focusGroupPeople.answer} is null)`
  const asked = and(invited, gt(focusGroups.startsAt, now()), stands)
  const unwritten = and(eq(posts.authorId, accountId), lte(focusGroups.endsAt, now()), isNull(focusGroups.notesAt), stands)
  const rows = await select(db, actor, or(asked, unwritten))
    .orderBy(asc(focusGroups.startsAt), asc(focusGroups.postId))
    .limit(2 * FEW)
  const all = rows.map(groupOf)
  return { toAnswer: all.filter(({ state }) => state === 'before'), toNote: all.filter(({ state }) => state === 'over') }
}
