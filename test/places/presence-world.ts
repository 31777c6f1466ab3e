/** Places and planned times to meet people, made directly, so that each test says only what it is about. */
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { nameConversation, startConversation } from '../../src/conversations/conversation.ts'
import type { Database } from '../../src/database/database.ts'
import { planPresences } from '../../src/places/presence-plan.ts'
import { readWindows, type Window } from '../../src/places/presence-window.ts'
import { presences, places } from '../../src/places/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { dayKey } from '../../src/text/dates.ts'
import { slugOf } from '../../src/text/slug.ts'
import { desc } from 'drizzle-orm'
import { makeStaff, makeTeam } from '../people.ts'

const DAY = 86_400_000

/** A place where people can meet the team, with its conversation. */
export async function openPlace(db: Database, team: TeamName, name: string): Promise<{ id: number; slug: string; name: string }> {
  return db.transaction(async (tx) => {
    const slug = slugOf(name)
    const { id: conversationId } = await startConversation(tx, { audience: 'public', teamId: team.id, title: name })
    await nameConversation(tx, conversationId, { title: name, path: `/places/${slug}` })
    const [place] = await tx
      .insert(places)
      .values({
        slug,
        name,
        kind: 'surgery',
        teamId: team.id,
        conversationId,
        address: 'London Road, Bracebridge Heath',
        postcode: 'LN4 2LE',
        lat: 53.1871,
        lng: -0.5323,
        week: [[], [], [], [], [], [], []],
        changedAt: now(),
        clientKey: randomUUID(),
      })
      .returning({ id: places.id })
    if (!place) throw new Error('no place')
    return { id: place.id, slug, name }
  })
}

/** The day so many days from now, as people type it: "27/3/2027". */
export const dayIn = (days: number): string =>
  dayKey(new Date(now().getTime() + days * DAY))
    .split('-')
    .toReversed()
    .join('/')

export const windowIn = (days: number, from = '14:00', until = '16:00'): Window => {
  const [window] = readWindows({ date: dayIn(days), from, until }, 1, now())
  if (!window) throw new Error('no window')
  return window
}

/** Plans one, in so many days; answers it with the address of its post. */
export async function plan(
  db: Database,
  by: SignedIn,
  team: TeamName,
  place: { id: number },
  { days = 3, from = '14:00', until = '16:00', about = '' } = {},
): Promise<typeof presences.$inferSelect & { path: string }> {
  const { path } = await planPresences(db, by, {
    teamId: team.id,
    placeId: place.id,
    windows: [windowIn(days, from, until)],
    about,
    clientKey: randomUUID(),
  })
  const [row] = await db.select().from(presences).orderBy(desc(presences.id)).limit(1)
  if (!row) throw new Error('no presence')
  return { ...row, path }
}

/** A team and a place of their own, so that lists hold nothing of other tests. */
export async function freshTeam(db: Database): Promise<{ team: TeamName; officer: SignedIn; place: { id: number; slug: string; name: string } }> {
  const team = await makeTeam(db, `Team ${randomUUID().slice(0, 8)}`)
  return { team, officer: await makeStaff(db, 'PC New', 'officer', team), place: await openPlace(db, team, `Hall ${team.id}`) }
}

/** So many milliseconds past a moment. `moveClock(0)` sets the clock right again. */
export function travelTo(moment: Date, past = 0): void {
  moveClock(0)
  moveClock(moment.getTime() + past - Date.now())
}
