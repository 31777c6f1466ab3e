/**
 * Planning to be at a place: a venue and a window ahead, never where somebody is now. Each is a post of its team with a conversation, so that people can ask
 * before they come.
 */
import { createHash } from 'node:crypto'
import { and, eq, gt, isNull, lt, ne } from 'drizzle-orm'
import { hasRole, type Role, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Refused } from '../errors.ts'
import { kindInElection } from '../posts/election.ts'
import { publishingDuty } from '../posts/policy.ts'
import { posts } from '../posts/schema.ts'
import { postPath, storePost, tellOfPost, type PostRow } from '../posts/stored-post.ts'
import { teams } from '../teams/schema.ts'
import type { TeamName } from '../teams/team.ts'
import { requireAhead, sayWindow, sayWindowInFull, type Window } from './presence-window.ts'
import { stands } from './presence.ts'
import { places, presences } from './schema.ts'

export interface Plan {
  placeId: number
  teamId: number
  /** One, or a series. */
  windows: readonly Window[]
  /** A line what it is about; empty for nothing in particular. */
  about: string
  clientKey: string
}

export type Place = Pick<typeof places.$inferSelect, 'id' | 'name' | 'address' | 'postcode' | 'closedAt'>

/**
 * Plans one, or a series as single ones, all or none of them. The same form again answers the first of what it made. Throws `Forbidden`, and `Refused` by
 * field (`place`, `date`, `from`, `until`). Followers hear once of a series.
 */
export async function planPresences(db: Database, actor: SignedIn, plan: Plan): Promise<{ path: string; count: number }> {
  return db.transaction(async (tx) => {
    const { team, role } = await requireTeam(tx, actor, plan.teamId)
    // Two who plan at one place follow one another; so does a form that comes twice.
    const place = await lockPlace(tx, plan.placeId)
    const before = await sentBefore(tx, actor, plan.clientKey)
    if (before) return { path: postPath(team.slug, before), count: plan.windows.length }
    requireOpen(place)
    for (const window of plan.windows) requireAhead(window, now())
    const made: Stored[] = []
    for (const [index, window] of plan.windows.entries())
      made.push(
        await storePresence(tx, { id: actor.accountId, role }, { team, place, window, about: plan.about, clientKey: keyOf(plan.clientKey, index) }),
      )
    const [first] = made
    if (!first) throw new Error('nothing was planned')
    const detail = { placeId: place.id, presenceId: first.id, times: made.length }
    await tellOfPost(tx, actor.accountId, 'post.published', first.post, detail)
    return { path: first.path, count: made.length }
  })
}

async function requireTeam(tx: Tx, actor: SignedIn, teamId: number): Promise<{ team: TeamName; role: Role }> {
  const [team] = await tx.select().from(teams).where(eq(teams.id, teamId))
  if (!team) throw new NotFound('team')
  const duty = publishingDuty(actor, teamId)
  if (!duty) throw new Forbidden(`You cannot plan for the ${team.name} team.`)
  if (team.archivedAt) throw new Forbidden('This team is archived, so nothing new can be planned for it.')
  await requireOutsideElection(tx, actor, teamId)
  return { team, role: duty.role }
}

/** What the press office plans needs nobody else. */
export async function requireOutsideElection(tx: Tx, actor: SignedIn, teamId: number): Promise<void> {
  if (!hasRole(actor, 'press-office') && (await kindInElection(tx, 'presence', [teamId])))
    throw new Forbidden('A pre-election period holds here, so the press office plans when people can meet the team. Ask it to plan this for you.')
}

export async function lockPlace(tx: Tx, id: number): Promise<Place> {
  const [place] = await tx.select().from(places).where(eq(places.id, id)).for('no key update')
  if (!place) throw new Refused('There is no such place', { place: 'Choose a place' })
  return place
}

export function requireOpen({ closedAt }: Place): void {
  if (closedAt !== null) throw new Refused('That place is closed for good', { place: 'That place is closed for good. Choose another' })
}

async function sentBefore(tx: Tx, actor: SignedIn, clientKey: string): Promise<{ id: number; slug: string } | undefined> {
  const [post] = await tx
    .select({ id: posts.id, slug: posts.slug })
    .from(posts)
    .where(and(eq(posts.authorId, actor.accountId), eq(posts.clientKey, clientKey)))
  return post
}

/** One key for each of a series, the same for the same form. */
function keyOf(clientKey: string, index: number): string {
  return index === 0 ? clientKey : createHash('sha256').update(`${clientKey}/${index}`).digest('hex').slice(0, 32)
}

interface Stored {
  id: number
  post: PostRow
  path: string
}

interface Planned {
  team: TeamName
  place: Place
  window: Window
  about: string
}

async function storePresence(tx: Tx, author: { id: number; role: Role }, planned: Planned & { clientKey: string }): Promise<Stored> {
  const { team, place, window, clientKey } = planned
  await requireFree(tx, team.id, place.id, window, null)
  const { post, path } = await storePost(tx, author, team, { kind: 'presence', clientKey, ...contentFor(planned) })
  const [row] = await tx
    .insert(presences)
    .values({ placeId: place.id, teamId: team.id, postId: post.id, ...window, changedAt: now() })
    .returning({ id: presences.id })
  if (!row) throw new Error('the presence gave no row back')
  return { id: row.id, post, path }
}

/** What its post says. */
export const contentFor = ({ place, window, about }: Omit<Planned, 'team'>) => ({
  title: `Meet us at ${place.name}, ${sayWindow(window)}`,
  body: about,
  tags: [],
  details: { when: sayWindowInFull(window), where: [place.name, place.address, place.postcode].filter(Boolean).join(', ') },
  expiresAt: window.endsAt,
})

/** A team is not at one place twice at a time: two colleagues have planned the same. */
export async function requireFree(tx: Tx, teamId: number, placeId: number, window: Window, except: number | null): Promise<void> {
  const [taken] = await tx
    .select({ startsAt: presences.startsAt, endsAt: presences.endsAt })
    .from(presences)
    .innerJoin(posts, eq(posts.id, presences.postId))
    .where(
      and(
        stands,
        eq(presences.teamId, teamId),
        eq(presences.placeId, placeId),
        gt(presences.endsAt, window.startsAt),
        lt(presences.startsAt, window.endsAt),
        isNull(presences.cancelledAt),
        except === null ? undefined : ne(presences.id, except),
      ),
    )
    .limit(1)
  if (taken) throw new Refused('The team is there already', { date: `The team has planned to be there already: ${sayWindow(taken)}` })
}
