/**
 * Who hears in place of what happens in the staff network: only who can read it at that moment. An invitation says no name of what it leads to, so that it gives
 * nothing away once it is taken back.
 */
import { and, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { actorById } from '../accounts/known.ts'
import { circleMembers } from '../accounts/schema.ts'
import type { Activity, ActivityKind } from '../activity/activity.ts'
import { now } from '../clock.ts'
import { isInternal, mayRead } from '../conversations/audience.ts'
import { supportersOf } from '../conversations/gathering.ts'
import { comments, conversations } from '../conversations/schema.ts'
import { executeNamed, type Database, type Tx } from '../database/database.ts'
import { focusGroupPeople } from '../leadership/schema.ts'
import { posts } from '../posts/schema.ts'
import { issueWorkers } from '../together/schema.ts'
import { dayKey } from '../text/dates.ts'
import { announce, followerToPush, tell, type Told } from './notification.ts'
import { officersOf, sergeantsOf } from './people.ts'
import { placeOf, readsStill } from './reading.ts'
import type { NotificationKind } from './schema.ts'

type Cause = (tx: Tx, activity: Activity) => Promise<void>

const numberIn = ({ detail }: Activity, name: string): number => Number(detail?.[name] ?? 0)

/** Tells those of them who may read where it happened, but for whoever did it. */
async function tellReaders(
  tx: Tx,
  activity: Activity,
  kind: NotificationKind,
  accountIds: readonly number[],
  act: string | null = null,
): Promise<void> {
  const { id, actorId = null, audience, teamId = null, conversationId = null, commentId = null, postId = null } = activity
  const path = await pathOf(tx, activity)
  if (path === null) return
  const detail = { byId: actorId, teamId: numberIn(activity, 'teamId') || null, ...(act !== null && { act }) }
  for (const accountId of new Set(accountIds)) {
    if (accountId === actorId || accountId === 0) continue
    if (!mayRead(await actorById(tx, accountId), { audience, teamId })) continue
    await tell(tx, [{ accountId, kind, cause: `activity:${id}`, path, conversationId, commentId, postId, detail }])
  }
}

/** Where it stands; null for what was withdrawn meanwhile. */
async function pathOf(tx: Tx, activity: Activity): Promise<string | null> {
  const circleId = numberIn(activity, 'circleId')
  if (circleId !== 0) return `/staff/circles/${circleId}`
  if (activity.commentId) return `/comments/${activity.commentId}`
  const [found] = await tx
    .select({ path: conversations.path, state: posts.state })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(eq(posts.id, activity.postId ?? 0))
  return found && found.state !== 'withdrawn' ? found.path : null
}

const toNamed =
  (kind: NotificationKind): Cause =>
  (tx, activity) =>
    tellReaders(tx, activity, kind, [numberIn(activity, 'accountId')])

/** Whoever is thanked, or the people of the team that is. */
const toPraised: Cause = async (tx, activity) => {
  const team = numberIn(activity, 'praisedTeamId')
  const people = team === 0 ? [] : await officersOf(tx, team)
  await tellReaders(tx, activity, 'praised', [numberIn(activity, 'accountId'), ...people.map(({ accountId }) => accountId)])
}

async function authorOf(tx: Tx, { postId }: Activity): Promise<number[]> {
  const rows = await tx
    .select({ id: posts.authorId })
    .from(posts)
    .where(eq(posts.id, postId ?? 0))
  return rows.map(({ id }) => id)
}

async function workersOn(tx: Tx, { postId }: Activity): Promise<number[]> {
  const rows = await tx
    .select({ id: issueWorkers.accountId })
    .from(issueWorkers)
    .where(and(eq(issueWorkers.postId, postId ?? 0), isNull(issueWorkers.leftAt)))
  return rows.map(({ id }) => id)
}

const toWorkers =
  (kind: NotificationKind): Cause =>
  async (tx, activity) =>
    tellReaders(tx, activity, kind, [...(await authorOf(tx, activity)), ...(await workersOn(tx, activity))])

const toGroup =
  (kind: NotificationKind, but?: 'not-coming'): Cause =>
  async (tx, activity) => {
    const of = eq(focusGroupPeople.postId, activity.postId ?? 0)
    const people = await tx
      .select({ id: focusGroupPeople.accountId })
      .from(focusGroupPeople)
      .where(and(of, but && sql`${focusGroupPeople.answer} is distinct from ${but}`))
    await tellReaders(
      tx,
      activity,
      kind,
      people.map(({ id }) => id),
    )
  }

/** Whoever hosts a live session or planned it, who wrote in it, and who supports a question of it. */
const toSession =
  (kind: NotificationKind): Cause =>
  async (tx, activity) => {
    const said = await tx
      .select({ id: comments.id, authorId: comments.authorId })
      .from(comments)
      .where(and(eq(comments.conversationId, activity.conversationId ?? 0), eq(comments.state, 'published')))
    const supporters = await supportersOf(
      tx,
      said.map(({ id }) => id),
    )
    const authors = said.map(({ authorId }) => authorId)
    await tellReaders(tx, activity, kind, [numberIn(activity, 'hostId'), ...(await authorOf(tx, activity)), ...authors, ...supporters])
  }

const toConvener: Cause = async (tx, activity) =>
  tellReaders(tx, activity, 'group-answered', [numberIn(activity, 'convenerId')], String(activity.detail?.['answer'] ?? ''))

/** Those in the circle of an activity, of whom that is true. */
async function membersWho(tx: Tx, activity: Activity, condition: SQL | undefined): Promise<number[]> {
  const rows = await tx
    .select({ id: circleMembers.accountId })
    .from(circleMembers)
    .where(and(eq(circleMembers.circleId, numberIn(activity, 'circleId')), isNull(circleMembers.leftAt), condition))
  return rows.map(({ id }) => id)
}

const isKeeper = and(isNull(circleMembers.organisationId), eq(circleMembers.role, 'owner'))

/** Who asks is for owners of the force to know: those who work elsewhere let nobody in. */
const toOwners: Cause = async (tx, activity) => tellReaders(tx, activity, 'circle-asked', await membersWho(tx, activity, isKeeper))

/** Who came in is for them too, however they did: one line for a circle and a day, and not a line for each person. */
const toKeepers: Cause = async (tx, activity) => {
  if (activity.detail?.['how'] === 'founded') return
  const circleId = numberIn(activity, 'circleId')
  const cause = `circle:${circleId}:joined:${dayKey(now())}`
  const where = { audience: activity.audience, teamId: activity.teamId ?? null }
  for (const accountId of await membersWho(tx, activity, isKeeper)) {
    if (accountId === activity.actorId || !mayRead(await actorById(tx, accountId), where)) continue
    await tell(tx, [{ accountId, kind: 'circle-joined', cause, path: `/staff/circles/${circleId}/members` }])
  }
}

/** It closed by itself: whoever is in it hears. When an owner closes one, they say so in it before. */
const toMembers: Cause = async (tx, activity) => {
  if (activity.actorId === null) await tellReaders(tx, activity, 'circle-closed', await membersWho(tx, activity, undefined))
}

/** They do not read the circle yet: it leads to their invitations. */
const toInvited: Cause = async (tx, activity) => {
  const accountId = numberIn(activity, 'accountId')
  if (accountId !== 0) await tell(tx, [{ accountId, kind: 'circle-invited', cause: `activity:${activity.id}`, path: '/staff/circles' }])
}

const toAsker: Cause = async (tx, activity) => {
  const kind = activity.detail?.['answer'] === 'let-in' ? ('circle-let-in' as const) : ('circle-refused' as const)
  const path = kind === 'circle-let-in' ? `/staff/circles/${numberIn(activity, 'circleId')}` : '/staff/circles'
  await tell(tx, [{ accountId: numberIn(activity, 'accountId'), kind, cause: `activity:${activity.id}`, path }])
}

/** The sergeants of the team. */
const toSergeants: Cause = async (tx, activity) => {
  const path = '/staff/today'
  const detail = { byId: activity.actorId ?? null }
  for (const { accountId } of await sergeantsOf(tx, activity.teamId ?? 0))
    if (accountId !== activity.actorId) await tell(tx, [{ accountId, kind: 'help-offered', cause: `activity:${activity.id}`, path, detail }])
}

export const IN_NETWORK = {
  'person.praised': toPraised,
  'help.settled': toNamed('best-answer'),
  'practice.used': toNamed('practice-used'),
  'issue.joined': toWorkers('issue-joined'),
  'issue.closed': async (tx, activity) => (activity.detail?.['act'] === 'reopened' ? undefined : toWorkers('issue-closed')(tx, activity)),
  'help.offered': toSergeants,
  'group.invited': toNamed('group-invited'),
  'group.called-off': toGroup('group-called-off', 'not-coming'),
  'group.noted': toGroup('group-noted'),
  'group.moved': toGroup('group-moved'),
  'group.answered': toConvener,
  'group.uninvited': toNamed('group-uninvited'),
  'session.moved': toSession('session-moved'),
  'session.called-off': toSession('session-called-off'),
  'followed.up': async (tx, activity) => tellReaders(tx, activity, 'followed-up', await authorOf(tx, activity)),
  'circle.asked': toOwners,
  'circle.invited': toInvited,
  'circle.answered': toAsker,
  'circle.joined': toKeepers,
  'circle.closed': toMembers,
} as const satisfies Partial<Record<ActivityKind, Cause>>

interface Row extends Record<string, unknown> {
  id: string
  account_id: string
  follower_id: number | null
}

/**
 * Whoever wrote a post of the network and still reads there hears of what is said under it, in the same transaction; who answers a comment is told to its author by
 * `tellOfReply`.
 */
export const tellOfComment: Cause = async (tx, { audience, commentId }) => {
  if (!isInternal(audience)) return
  const told = await executeNamed<Row>(
    tx,
    `notify_comment_${placeOf(audience)}`,
    sql`
    insert into notifications (account_id, kind, key, path, conversation_id, comment_id, post_id, at)
    select p.author_id, 'commented', 'comment:' || c.id || ':account:' || p.author_id, '/comments/' || c.id, c.conversation_id, c.id, p.id, ${now()}
    from comments c join posts p on p.conversation_id = c.conversation_id join accounts on accounts.id = p.author_id and ${readsStill(audience)}
    where c.id = ${commentId ?? 0} and c.state = 'published' and c.parent_id is null and p.author_id <> c.author_id and p.state <> 'withdrawn'
    on conflict (key) do nothing returning id, account_id, ${followerToPush} as follower_id`,
  )
  await announce(
    tx,
    told.map((row): Told => ({ id: Number(row.id), accountId: Number(row.account_id), kind: 'commented', followerId: row.follower_id })),
  )
}

export const tellInNetwork = (db: Database, activity: Activity): Promise<void> =>
  db.transaction((tx) => IN_NETWORK[activity.kind as keyof typeof IN_NETWORK](tx, activity))
