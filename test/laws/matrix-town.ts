/**
 * The people of the matrix, and what an act of it looks like over HTTP: something fresh to do it to, the form as this site's own page sends it, and
 * how the database says that it was done.
 */
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { makeStaff, makeTeam } from '../people.ts'

export type Answer = Awaited<ReturnType<TestApp['get']>>
export type Form = Record<string, string>
/** What it is done to: one's own, somebody else's, or whichever suits whoever does it best. */
export type Whose = 'own' | 'other' | 'any'

/** An act of the matrix on one fresh thing. */
export interface Trial {
  /** `long`: for longer than a supervisor may. */
  send(actor: Actor, long?: boolean): Promise<Answer>
  isDone(actor: Actor, answer: Answer): Promise<boolean>
  /** Words that nobody may read in the answer to whom it is refused. */
  secret?: string
  /** How somebody asks for it who may not do it. */
  ask?(actor: Actor): Promise<Answer>
  isAsked?(actor: Actor): Promise<boolean>
  /** Before the second person: proposes it, when that is another form than `send`. */
  propose?(actor: Actor): Promise<Answer>
  /** The second person agrees. */
  agree?(actor: Actor): Promise<Answer>
  /** What whoever proposed it does after the agreement, and cannot do before. */
  use?(actor: Actor): Promise<Answer>
}

export type Make = (actor: SignedIn, whose: Whose) => Promise<Trial>

export const PEOPLE = {
  visitor: ['visitor'],
  resident: ['resident'],
  officer: ['officer', 'officer of another team'],
  supervisor: ['supervisor', 'supervisor of another team'],
  'press office': ['press office'],
  administrator: ['administrator'],
  partner: ['partner'],
} as const
export type Column = keyof typeof PEOPLE
export type Who = (typeof PEOPLE)[Column][number]

export interface Town {
  site: TestApp
  desk: Desk
  /** Of no officer and no supervisor: what holds for a team at large is tried here. */
  spareTeam: TeamName
  colleague: SignedIn
  administrator2: SignedIn
  people: Record<Exclude<Who, 'visitor'>, SignedIn>
  actor(who: Who): Actor
  post(path: string, form: Form, as: Actor): Promise<Answer>
  get(path: string, as: Actor): Promise<Answer>
  /** The first column of the first row; null when there is none. */
  value(sql: string, ...parameters: unknown[]): Promise<string | null>
  /** One number for the content of each table: tells whether anything at all has changed. */
  fingerprint(): Promise<Record<string, string>>
  close(): Promise<void>
}

/** Who is signed in where, who looks at what, and how often somebody tries is written down for everybody. */
const PASSING = ['sessions', 'rate_limits', 'case_visits']

export async function openTown(): Promise<Town> {
  const site = await openApp({ LIMIT_FACTOR: '100000' })
  const desk = await furnish(site.world)
  const { db } = site.world
  const people = {
    resident: desk.resident,
    officer: desk.officer,
    'officer of another team': await makeStaff(db, 'PC Paula Stone', 'officer', desk.otherTeam),
    supervisor: desk.sergeant,
    'supervisor of another team': desk.otherSergeant,
    'press office': desk.press,
    administrator: desk.administrator,
    partner: await makeStaff(db, 'Ward Council', 'partner'),
  }
  const actor = (who: Who): Actor => (who === 'visitor' ? visitor : people[who])
  return {
    site,
    desk,
    people,
    actor,
    spareTeam: await makeTeam(db, 'Horncastle'),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', desk.team),
    administrator2: await makeStaff(db, 'Ada Min', 'administrator'),
    ...(await waysOf(site)),
    close: () => site.close(),
  }
}

async function waysOf(site: TestApp): Promise<Pick<Town, 'post' | 'get' | 'value' | 'fingerprint'>> {
  const cookies = new Map<number, string>()
  const cookieOf = async (actor: Actor): Promise<string | undefined> => {
    if (actor.kind === 'visitor') return undefined
    const cookie = cookies.get(actor.accountId) ?? (await site.cookieOf(actor))
    cookies.set(actor.accountId, cookie)
    return cookie
  }
  const client = site.world.db.$client
  const { rows: tables } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and not table_name = any($1)`,
    [PASSING],
  )
  const sums = tables.map(({ name }) => `(select coalesce(sum(hashtext(t::text)::bigint), 0) from "${name}" t) as "${name}"`).join(', ')
  return {
    post: async (path, form, as) => site.post(path, form, await cookieOf(as)),
    get: async (path, as) => site.get(path, await cookieOf(as)),
    async value(sql, ...parameters) {
      const { rows } = await client.query<Record<string, string | number | boolean | Date | null>>(sql, parameters)
      const first = Object.values(rows[0] ?? {})[0]
      return first === null || first === undefined ? null : first instanceof Date ? first.toISOString() : `${first}`
    },
    async fingerprint() {
      const { rows } = await client.query<Record<string, string>>(`select ${sums}`)
      return rows[0] ?? {}
    },
  }
}
