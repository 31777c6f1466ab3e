/**
 * Who follows what. Following brings the newest posts of it to one's home at once; ending it takes away what no other follow explains.
 */
import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm'
import { accounts, circleMembers, circles, roleGrants } from '../accounts/schema.ts'
import { inForce } from '../accounts/duty.ts'
import { COLLEAGUE_ROLES, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import { circleAudience } from '../conversations/audience.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { isExplained, isInside, lockSubjects } from './fan-out.ts'
import { mayFollow } from './policy.ts'
import { homeEntries, staffFollows } from './schema.ts'
import { circleSubject, parseSubject, personSubject, type Subject } from './subject.ts'

/** So many of its newest posts come to one's home with a new follow. */
const BACKFILL = 50

/** Begins or ends it, as somebody asked on a page. Twice is the same as once. Throws `NotFound` for what they cannot see, `Forbidden`, `Refused`. */
export async function setFollow(db: Database, actor: SignedIn, subject: string, on: boolean): Promise<void> {
  const parsed = parseSubject(subject)
  if (!parsed) throw new NotFound('subject')
  await db.transaction(async (tx) => {
    if (!on) return unfollowSubject(tx, actor.accountId, subject)
    await requireFollowable(tx, actor, parsed)
    await followSubject(tx, actor.accountId, subject)
  })
}

async function requireFollowable(tx: Tx, actor: SignedIn, subject: Subject): Promise<void> {
  if (!mayFollow(actor, subject))
    throw subject.kind === 'circle' ? new NotFound('circle') : new Forbidden('Only staff of the force follow people and topics.')
  if (subject.kind !== 'person') return
  if (subject.id === actor.accountId) throw new Refused('You cannot follow yourself.')
  const [colleague] = await tx
    .select({ id: roleGrants.id })
    .from(roleGrants)
    .where(and(eq(roleGrants.accountId, subject.id), inArray(roleGrants.role, COLLEAGUE_ROLES), inForce(now())))
    .limit(1)
  if (!colleague) throw new NotFound('person')
}

/**
 * For whoever makes sure that they may: a circle lets in its new member. The newest posts of it come to their home, as far as they may read them. Comes after the row that lets
 * them in.
 */
export async function followSubject(tx: Tx, accountId: number, subject: string): Promise<void> {
  const parsed = parseSubject(subject)
  if (!parsed) throw new Error(`nobody can follow ${subject}`)
  await lockSubjects(tx, [subject], 'alone')
  const [made] = await tx.insert(staffFollows).values({ accountId, subject, at: now() }).onConflictDoNothing().returning()
  if (!made) return
  await tx.execute(sql`
    insert into ${homeEntries} (account_id, post_id, at)
    select ${accountId}::bigint, n.id, n.published_at from (${newestOf(accountId, parsed)}) n on conflict do nothing`)
}

/** For a circle that somebody has left as well: what stands in it goes from their home, whoever wrote it. Comes after the row that says so. */
export async function unfollowSubject(tx: Tx, accountId: number, subject: string): Promise<void> {
  const parsed = parseSubject(subject)
  if (!parsed) return
  await lockSubjects(tx, [subject], 'alone')
  await tx.delete(staffFollows).where(and(eq(staffFollows.accountId, accountId), eq(staffFollows.subject, subject)))
  await tx.execute(sql`
    delete from ${homeEntries} e using ${posts} p
    where e.account_id = ${accountId} and p.id = e.post_id and ${comesUnder(parsed)}
      and not (${isInside(sql`e.account_id`)} and ${isExplained(sql`e.account_id`)})`)
}

/** The posts of a subject, of a statement with `posts p`. */
function comesUnder(subject: Subject): SQL {
  if (subject.kind === 'person') return sql`p.author_id = ${subject.id} and p.audience <> 'public'`
  if (subject.kind === 'circle') return sql`p.audience = ${circleAudience(subject.id)} and p.audience <> 'public'`
  return sql`p.id in (select t.post_id from staff_topics t where t.topic = ${subject.topic})`
}

/** Its newest posts that stand where somebody may read. Each place has its own range of an index. */
function newestOf(accountId: number, subject: Subject): SQL {
  const places = sql`(select 'staff' a union all select 'circle:' || m.circle_id from ${circleMembers} m where m.account_id = ${accountId} and m.left_at is null) places`
  const newest = sql`order by p.published_at desc, p.id desc limit ${sql.raw(String(BACKFILL))}`
  if (subject.kind === 'topic')
    return sql`select p.id, p.published_at from ${places} cross join lateral (
      select t.post_id id, t.published_at from staff_topics t where t.topic = ${subject.topic} and t.audience = places.a
      order by t.published_at desc, t.post_id desc limit ${sql.raw(String(BACKFILL))}) p ${newest}`
  const written = subject.kind === 'person' ? sql` and p.official_role is not null` : sql``
  return sql`select p.id, p.published_at from ${posts} p where ${comesUnder(subject)}${written} and p.state <> 'withdrawn'
    and p.audience in (select a from ${places}) ${newest}`
}

/** Which of these the person follows. */
export async function followed(db: Db, accountId: number, subjects: readonly string[]): Promise<Set<string>> {
  if (subjects.length === 0) return new Set()
  const rows = await db
    .select({ subject: staffFollows.subject })
    .from(staffFollows)
    .where(and(eq(staffFollows.accountId, accountId), inArray(staffFollows.subject, [...subjects])))
  return new Set(rows.map(({ subject }) => subject))
}

export interface ShownFollow {
  subject: string
  kind: Subject['kind']
  name: string
  path: string
}

const FOLLOWS = 100

/** What somebody follows: circles, people, topics. `next` is the subject after which it goes on; null at the end. */
export async function followsOf(db: Db, actor: SignedIn, after: string): Promise<{ follows: ShownFollow[]; next: string | null }> {
  const rows = await db
    .select({ subject: staffFollows.subject })
    .from(staffFollows)
    .where(and(eq(staffFollows.accountId, actor.accountId), gt(staffFollows.subject, after)))
    .orderBy(asc(staffFollows.subject))
    .limit(FOLLOWS + 1)
  const page = rows.slice(0, FOLLOWS).map(({ subject }) => subject)
  const names = await namesOf(db, page)
  const follows = page.flatMap((subject) => shownFollow(subject, names))
  return { follows, next: rows.length > FOLLOWS ? (page.at(-1) ?? null) : null }
}

async function namesOf(db: Db, subjects: readonly string[]): Promise<Map<string, string>> {
  const ids = (kind: 'person' | 'circle') => subjects.map(parseSubject).flatMap((parsed) => (parsed?.kind === kind ? [parsed.id] : []))
  const [people, inCircles] = [ids('person'), ids('circle')]
  const named =
    people.length === 0 ? [] : await db.select({ id: accounts.id, name: accounts.displayName }).from(accounts).where(inArray(accounts.id, people))
  const known =
    inCircles.length === 0 ? [] : await db.select({ id: circles.id, name: circles.name }).from(circles).where(inArray(circles.id, inCircles))
  return new Map([
    ...named.map(({ id, name }) => [personSubject(id), name ?? 'A colleague'] as const),
    ...known.map(({ id, name }) => [circleSubject(id), name] as const),
  ])
}

function shownFollow(subject: string, names: ReadonlyMap<string, string>): ShownFollow[] {
  const parsed = parseSubject(subject)
  if (!parsed) return []
  if (parsed.kind === 'topic') return [{ subject, kind: 'topic', name: parsed.topic.replaceAll('-', ' '), path: `/staff/topics/${parsed.topic}` }]
  const path = parsed.kind === 'person' ? `/staff/people/${parsed.id}` : `/staff/circles/${parsed.id}`
  return [{ subject, kind: parsed.kind, name: names.get(subject) ?? '', path }]
}
