/**
 * The words of mails to followers, made when they leave: of what a visitor may read at that moment, for who still wants to be told. What was withdrawn,
 * removed or hidden meanwhile leaves with nobody's mail, however long it had to wait.
 */
import { and, inArray } from 'drizzle-orm'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { settingsLink, unsubscribeLink, type Follower } from '../following/link.ts'
import { sayThing } from '../following/saying.ts'
import { followers, follows } from '../following/schema.ts'
import type { Thing } from '../following/subject.ts'
import type { StoredMail, Words } from '../mail/mail.ts'
import { followedOf } from './followed.ts'
import { groupsOf, listHeaders, wordsOfLetter, type Letter } from './letter.ts'
import { alerts, mailings, type Cause } from './schema.ts'
import { readTold, type ItemRef, type Told } from './told.ts'

export type Mailing = typeof mailings.$inferSelect
type Follow = typeof follows.$inferSelect

/** What a mailing of one thing tells of; null for digests, whose mails say it each for itself. */
export function itemOfMailing({
  postId,
  commentId,
  placeId,
  occasionId,
  cause,
  activityId,
}: Pick<Mailing, 'postId' | 'commentId' | 'placeId' | 'occasionId' | 'cause' | 'activityId'>): ItemRef | null {
  if (cause === 'news') return `news:${activityId ?? 0}`
  if (occasionId !== null) return `occasion:${occasionId}`
  if (commentId !== null) return `comment:${commentId}`
  if (postId !== null) return `post:${postId}`
  return placeId === null ? null : `place:${placeId}`
}

/** What all mails of one turn need, read once. */
interface Desk {
  config: Config
  mailings: ReadonlyMap<number, Mailing>
  followers: ReadonlyMap<number, Follower>
  follows: ReadonlyMap<number, readonly Follow[]>
  things: ReadonlyMap<string, Thing>
  told: ReadonlyMap<ItemRef, Told>
  alerts: ReadonlyMap<number, string>
}

/** The words of those mails that are still to be sent, by id. */
export async function composeMails(db: Database, config: Config, mails: readonly StoredMail[]): Promise<ReadonlyMap<number, Words>> {
  const desk = await deskFor(db, config, mails)
  return new Map(
    mails.flatMap((mail): [number, Words][] => {
      const words = composeOne(desk, mail)
      return words ? [[mail.id, words]] : []
    }),
  )
}

const keysOfMail = (mail: StoredMail): readonly string[] => (mail.tells?.['keys'] ?? []).map(String)
const itemsOfMail = (mail: StoredMail): readonly ItemRef[] => (mail.tells?.['items'] ?? []) as readonly ItemRef[]

async function deskFor(db: Database, config: Config, mails: readonly StoredMail[]): Promise<Desk> {
  const some = <Row>(values: readonly (Row | null)[]): Row[] => [...new Set(values.filter((value) => value !== null))]
  const ids = some(mails.map(({ mailingId }) => mailingId))
  const who = some(mails.map(({ followerId }) => followerId))
  const made = await db.select().from(mailings).where(inArray(mailings.id, ids))
  // Only what the mails may name: somebody may follow very much.
  const keys = [...new Set([...made.flatMap((mailing) => mailing.keys), ...mails.flatMap(keysOfMail)])]
  // One after the other: in a transaction there is one line to the database.
  const people = await db.select().from(followers).where(inArray(followers.id, who))
  const followed = await db
    .select()
    .from(follows)
    .where(and(inArray(follows.followerId, who), inArray(follows.key, keys)))
  const refs = [...made.map(itemOfMailing), ...mails.flatMap(itemsOfMail)]
  const alertIds = some(made.map(({ alertId }) => alertId))
  const told = await readTold(db, some(refs))
  const things = await followedOf(db, config.force.name, [...new Set(followed.map(({ key }) => key))])
  const sent = alertIds.length === 0 ? [] : await db.select({ id: alerts.id, words: alerts.words }).from(alerts).where(inArray(alerts.id, alertIds))
  return {
    config,
    mailings: new Map(made.map((mailing) => [mailing.id, mailing])),
    followers: new Map(people.map((follower) => [follower.id, follower])),
    follows: Map.groupBy(followed, ({ followerId }) => followerId),
    things,
    told,
    alerts: new Map(sent.map(({ id, words }) => [id, words])),
  }
}

/** Null when it is not to be sent any more. */
function composeOne(desk: Desk, mail: StoredMail): Words | null {
  const mailing = desk.mailings.get(mail.mailingId ?? 0)
  const follower = desk.followers.get(mail.followerId ?? 0)
  if (!mailing || !follower || mailing.stoppedAt !== null) return null
  if (follower.stoppedAt !== null || !follower.byMail || (mailing.cause === 'alert' && !follower.wantsAlerts)) return null
  const item = itemOfMailing(mailing)
  const refs = item === null ? itemsOfMail(mail) : [item]
  const items = refs.map((ref) => desk.told.get(ref)).filter((told) => told !== undefined)
  const why = reasonsFor(desk, mailing, mail)
  if (items.length === 0 || why.length === 0) return null
  const { groups, more } = groupsOf(items)
  const stop = unsubscribeLink(desk.config, follower, why.length === 1 || item !== null ? (why[0]?.follow.id ?? null) : null)
  const letter: Letter = {
    subject: subjectOf(desk, mailing, items),
    lead: mailing.cause === 'alert' ? (desk.alerts.get(mailing.alertId ?? 0) ?? null) : null,
    groups,
    more: more + Number(mail.tells?.['more']?.[0] ?? 0),
    because: sayBecause(mailing.cause, why),
    links: { settings: settingsLink(desk.config, follower), stop, stopAll: unsubscribeLink(desk.config, follower, null) },
  }
  const list = item === null ? mailing.cause : (why[0]?.follow.key ?? mailing.cause)
  return { ...wordsOfLetter(desk.config, letter), headers: listHeaders(desk.config, list, stop) }
}

interface Reason {
  follow: Follow
  thing: Thing
}

// The most particular first: that is the follow that "Stop this" stops.
const ORDER: Record<Thing['kind'], number> = { conversation: 0, place: 1, tag: 2, team: 3, force: 4 }

/** The follows for which this mail is sent, as they stand now. */
function reasonsFor(desk: Desk, mailing: Mailing, mail: StoredMail): Reason[] {
  const keys = new Set(mailing.keys.length > 0 ? mailing.keys : keysOfMail(mail))
  return (desk.follows.get(mail.followerId ?? 0) ?? [])
    .filter((follow) => keys.has(follow.key) && isInTime(mailing.cause, follow))
    .flatMap((follow) => {
      const thing = desk.things.get(follow.key)
      return thing ? [{ follow, thing }] : []
    })
    .toSorted((one, other) => ORDER[one.thing.kind] - ORDER[other.thing.kind])
}

function isInTime(cause: Cause, { rhythm }: Follow): boolean {
  if (cause === 'alert') return true
  return rhythm === (cause === 'daily' || cause === 'weekly' ? cause : 'instant')
}

const RHYTHM: Partial<Record<Cause, string>> = { daily: ', once a day', weekly: ', once a week', alert: ' and asked for urgent alerts' }
const NAMED = 3

function sayBecause(cause: Cause, why: readonly Reason[]): string {
  const names = why.slice(0, NAMED).map(({ thing }) => sayThing(thing))
  const all = why.length > NAMED ? [...names, `${why.length - NAMED} more`] : names
  const list = all.length === 1 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
  return `You get this because you follow ${list}${RHYTHM[cause] ?? ', as it happens'}.`
}

function subjectOf(desk: Desk, mailing: Mailing, items: readonly Told[]): string {
  const [told] = items
  if (!told || mailing.cause === 'daily' || mailing.cause === 'weekly') return digestSubject(mailing.cause, items)
  if (mailing.cause === 'alert') return `Urgent: ${desk.alerts.get(mailing.alertId ?? 0) ?? told.title}`
  if (mailing.cause === 'comment') return `${told.byPolice ? 'From the police' : 'New comment'}: ${told.title}`
  if (mailing.cause === 'presence' || mailing.cause === 'occasion')
    return `${told.note?.startsWith('Called off') ? 'Called off' : 'Changed'}: ${told.title}`
  if (mailing.cause === 'news') return `News: ${told.title}`
  if (mailing.cause === 'place') return `${told.title}: ${told.note?.startsWith('Closed') ? 'closed for good' : 'something has changed'}`
  return mailing.key.startsWith('activity:') ? `Corrected: ${told.title}` : `${told.team ?? desk.config.force.name}: ${told.title}`
}

function digestSubject(cause: Cause, items: readonly Told[]): string {
  const [first, ...others] = new Set(items.toSorted((one, other) => other.at.getTime() - one.at.getTime()).map(({ title }) => title))
  const period = cause === 'daily' ? 'Today' : 'This week'
  return `${period}: ${first ?? 'what is new'}${others.length === 0 ? '' : ` and ${others.length} more`}`
}
