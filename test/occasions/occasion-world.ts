/** Events with dates, made directly, so that each test says only what it is about. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { mails } from '../../src/mail/schema.ts'
import type { OccasionPlan } from '../../src/occasions/occasion.ts'
import { addOccasions } from '../../src/occasions/planning.ts'
import { registerOccasions } from '../../src/occasions/register.ts'
import { askToCome } from '../../src/occasions/request.ts'
import { occasions, signUps } from '../../src/occasions/schema.ts'
import { confirmSignUp } from '../../src/occasions/sign-up.ts'
import { storePost } from '../../src/posts/stored-post.ts'
import type { TeamName } from '../../src/teams/team.ts'

export const CONFIG: Config = readConfig({ DATABASE_URL: 'postgres://test', NODE_ENV: 'test' })
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const register = (): void => registerOccasions(CONFIG)

/** Ten o'clock to midday UTC so many days from now, outside, where people sign up, unless it says otherwise. */
export function planIn(days: number, plan: Partial<OccasionPlan> = {}): OccasionPlan {
  const day = new Date(now().getTime() + days * DAY).toISOString().slice(0, 10)
  const startsAt = new Date(`${day}T10:00:00Z`)
  return {
    startsAt,
    endsAt: new Date(startsAt.getTime() + 2 * HOUR),
    placeId: null,
    venue: 'The village green',
    capacity: null,
    signUps: true,
    ...plan,
  }
}

/** An event of the team with these dates; answers the ids of the dates. */
export const makeEvent = (
  db: Database,
  by: SignedIn,
  team: TeamName,
  plans: readonly OccasionPlan[],
  title = 'Coffee with the team',
): Promise<{ postId: number; path: string; ids: number[] }> =>
  db.transaction(async (tx) => {
    const role = by.duties[0]?.role ?? 'officer'
    const words = { kind: 'event' as const, title, body: 'Come and ask.', tags: [], details: { format: 'surgery' }, clientKey: randomUUID() }
    const { post, path } = await storePost(tx, { id: by.accountId, role }, team, words)
    return { postId: post.id, path, ids: await addOccasions(tx, by, { postId: post.id, teamId: team.id }, plans) }
  })

/** One date of an event of its own. */
export async function makeDate(db: Database, by: SignedIn, team: TeamName, plan: Partial<OccasionPlan> = {}, days = 3): Promise<number> {
  const { ids } = await makeEvent(db, by, team, [planIn(days, plan)])
  const [id] = ids
  if (id === undefined) throw new Error('no date')
  return id
}

export async function dateOf(db: Database, id: number): Promise<typeof occasions.$inferSelect> {
  const [row] = await db.select().from(occasions).where(eq(occasions.id, id))
  if (!row) throw new Error('no such date')
  return row
}

export const newMailbox = (): string => `${randomUUID().slice(0, 8)}@example.org`

export const wish = (people = 1, name: string | null = null, needs: string | null = null) => ({ people, name, needs })

export const mailsTo = (db: Database, email: string) => db.select().from(mails).where(eq(mails.to, email)).orderBy(mails.id)

/** The subjects of what a mailbox was sent, in order, up to the colon. */
export const subjectsTo = async (db: Database, email: string): Promise<string[]> =>
  (await mailsTo(db, email)).map(({ subject }) => subject.split(':')[0] ?? '')

/** The token in the last mail to a mailbox. */
export async function tokenTo(db: Database, email: string): Promise<string> {
  const last = (await mailsTo(db, email)).at(-1)
  const token = /\/sign-ups\/([\w-]{32})/.exec(last?.text ?? '')?.[1]
  if (token === undefined) throw new Error(`no link for ${email}`)
  return token
}

/** Signs up by mail, and presses the button; answers the token. */
export async function comeByMail(
  db: Database,
  id: number,
  people = 1,
  email = newMailbox(),
  name: string | null = null,
  needs: string | null = null,
) {
  await askToCome(db, id, email, wish(people, name, needs))
  const token = await tokenTo(db, email)
  await confirmSignUp(db, token)
  return { email, token }
}

export async function stateOf(db: Database, email: string): Promise<string | undefined> {
  const [row] = await db.select().from(signUps).where(eq(signUps.email, email))
  return row?.state
}

/** What is counted, beside what stands in the rows: they must be the same. */
export async function countsOf(db: Database, id: number) {
  const rows = await db.select().from(signUps).where(eq(signUps.occasionId, id))
  const sum = (state: string) => rows.filter((row) => row.state === state).reduce((all, { partySize }) => all + partySize, 0)
  const { takenCount, waitingCount, capacity } = await dateOf(db, id)
  return { kept: [takenCount, waitingCount], counted: [sum('coming'), sum('waiting')], capacity }
}
