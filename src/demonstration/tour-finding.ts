/**
 * Finding and following in the demonstration: where to begin each journey, and what it comes to.
 */
import { and, desc, eq, gt, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { placePath } from '../places/place.ts'
import { presenceById } from '../places/presence.ts'
import { placeChanges, places, presences } from '../places/schema.ts'
import { changePath } from '../places/keeping.ts'
import { posts } from '../posts/schema.ts'
import { mailLike } from './tour-mail.ts'
import type { Sight } from './tour.ts'

const ANYBODY = 'anybody'
const RESIDENT = 'a resident'
const PRESS = 'the press office'

const sightsOfPart =
  (part: string) =>
  (what: string, path: string | null, as = ANYBODY): Sight => ({ part, what, path, as })

export const findingSights = async (db: Database): Promise<Sight[]> => [...(await near(db)), ...searching, ...(await following(db)), ...moving]

async function near(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Finding')
  return [
    sight('Your team by the phone’s position: press “Use my location”. It is rounded before it is sent', '/find'),
    sight('A postcode near the line between two teams', '/find?q=LN4+2JX'),
    sight('Where a team’s area runs: drawn, and as a list', '/teams/bracebridge-heath/area'),
    sight('Near you: places, meetings and posts by distance and direction', '/nearby?q=LN4+2LE'),
    sight('Look around: the same over the picture of a phone’s camera. Without a camera it is a list', '/nearby/look?q=LN4+2LE'),
    sight('Places with opening hours', '/places'),
    sight('A place with other hours at Christmas, and tips from residents', await placeWhere(db, sql`${places.exceptions} <> '{}'`)),
    sight('A place that is closed for good', await placeWhere(db, isNotNull(places.closedAt))),
    sight('A place that a partner proposed and nobody has answered', await proposedPlace(db), 'a sergeant'),
    sight('Officers who are there now. Say “I came” as a resident', await presenceWhere(db, 'now')),
    sight('A meeting that is called off, with the reason', await presenceWhere(db, 'called-off')),
    sight('Planning when people can meet the team', '/officers/presences', 'an officer'),
  ]
}

const search = sightsOfPart('Searching')
const searching: readonly Sight[] = [
  search('A word, in posts, comments, questions, places and teams', '/search?q=bike'),
  search('A slip of the finger', '/search?q=bracebrige'),
  search('An American spelling finds the British one', '/search?q=curb'),
  search('A tag, with its feed', '/tags/bike-marking'),
]

async function following(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Following')
  return [
    sight('Follow a team by email, without an account. Then read the mail and press its link', '/follow/bracebridge-heath'),
    sight('A mail that asks to confirm', await mailLike(db, 'Confirm:%')),
    sight('A mail as it happens', await mailLike(db, 'Bracebridge Heath team:%')),
    sight('A daily summary', await mailLike(db, 'Today:%')),
    sight('A weekly summary', await mailLike(db, 'This week:%')),
    sight('An urgent alert, sent by two people', await mailLike(db, 'Urgent:%')),
    sight('A mail about a boundary that moved its reader to another team', await mailLike(db, 'You now follow%')),
    sight('What somebody follows, and how they are told', '/following', RESIDENT),
    sight('News for the resident: answered, replied to, removed and why, acted on', '/account/notifications', RESIDENT),
    sight('“You said, we did”, of what the resident had said', await outcomeWithSource(db)),
    sight('How far mailings have come', '/moderation/mailings', PRESS),
    sight('Sending a post as an urgent alert: another press officer has to agree', await newestPost(db), PRESS),
    sight('A feed of the team, and a calendar of when it can be met', '/teams/bracebridge-heath/feed.atom'),
    sight('The calendar', '/teams/bracebridge-heath/events.ics'),
  ]
}

const move = sightsOfPart('By itself')
const moving: readonly Sight[] = [
  move('Open a conversation in two windows, write in one, and look at the other', '/teams/bracebridge-heath#posts'),
  move('Open the queue in two windows, and take a case in one', '/moderation', PRESS),
  move('On a phone choose “Install” or “Add to home screen”. Then switch the connection off and open it again', '/'),
  move('What is shown without a signal', '/offline'),
]

async function placeWhere(db: Database, condition: SQL): Promise<string | null> {
  const [found] = await db.select({ slug: places.slug }).from(places).where(condition).orderBy(places.id).limit(1)
  return found ? placePath(found.slug) : null
}

async function proposedPlace(db: Database): Promise<string | null> {
  const [found] = await db.select({ id: placeChanges.id }).from(placeChanges).where(isNull(placeChanges.answer)).limit(1)
  return found ? changePath(found.id) : null
}

async function presenceWhere(db: Database, how: 'now' | 'called-off'): Promise<string | null> {
  const ahead = gt(presences.endsAt, now())
  const here = and(ahead, lt(presences.startsAt, now()), isNull(presences.cancelledAt))
  const [found] = await db
    .select({ id: presences.id })
    .from(presences)
    .where(how === 'now' ? here : isNotNull(presences.cancelledAt))
    .orderBy(desc(presences.id))
    .limit(1)
  return found ? (await presenceById(db, found.id)).path : null
}

async function newestPost(db: Database): Promise<string | null> {
  const standing = and(eq(posts.kind, 'update'), eq(posts.state, 'published'), eq(posts.audience, 'public'))
  const [found] = await db.select({ id: posts.id }).from(posts).where(standing).orderBy(desc(posts.publishedAt)).limit(1)
  return found ? `/posts/${found.id}/alert` : null
}

async function outcomeWithSource(db: Database): Promise<string | null> {
  const [found] = await db
    .select({ path: conversations.path })
    .from(conversations)
    .where(sql`exists (select from posts where posts.conversation_id = ${conversations.id} and posts.details ->> 'came-from' <> '')`)
    .limit(1)
  return found?.path ?? null
}
