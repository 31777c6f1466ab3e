/**
 * A team, those around it and a site of their own, for tests of questions over HTTP.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { questions } from '../../src/questions/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

export const HOUR = 3_600_000

type Answer = ReturnType<TestApp['get']>
type Form = Record<string, string>
type Who = 'resident' | 'neighbour' | 'nameless' | 'officer' | 'colleague' | 'sergeant' | 'stranger' | 'press' | 'administrator'

export interface Town {
  site: TestApp
  team: TeamName
  otherTeam: TeamName
  people: Record<Who, SignedIn>
  get(path: string, as?: SignedIn): Answer
  post(path: string, form: Form, as?: SignedIn): Answer
  /** Asks the team and answers the id of the question. */
  ask(more?: Form, as?: SignedIn): Promise<number>
  /** A form of the page of a question, sent by the officer or somebody else. */
  act(id: number | string, address: string, form?: Form, as?: SignedIn): Answer
  rowOf(id: number): Promise<typeof questions.$inferSelect>
  countOf(): Promise<number>
  /** So many hours from now. Staff have to sign in again by then, so everybody does. */
  later(hours: number): Promise<void>
  close(): Promise<void>
}

export const words = (body: string): Form => ({ body, key: randomUUID() })

export const asking = (more: Form = {}) => ({
  title: 'When will the parking outside the school be looked at?',
  body: 'Every morning cars stand on the zigzags.',
  visibility: 'public',
  named: 'yes',
  key: randomUUID(),
  ...more,
})

/** The form of the team that publishes a question with an answer. */
export const publication = (body: string, more: Form = {}): Form => ({
  ...words(body),
  title: 'Parking at the school',
  text: 'Cars on the zigzags.',
  tags: 'Parking, school',
  ...more,
})

export const idIn = (location: unknown): number => Number(/^\/questions\/(\d+)/.exec(String(location))?.[1])

export async function openTown(): Promise<Town> {
  const site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const otherTeam = await makeTeam(db, 'Skegness')
  const people = {
    resident: await makeResident(db, 'Maureen T'),
    neighbour: await makeResident(db, 'Ted N'),
    nameless: await makeResident(db, null),
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ellen Marsh', 'supervisor', team),
    stranger: await makeStaff(db, 'PC Paul Ness', 'officer', otherTeam),
    press: await makeStaff(db, 'Sam Carter', 'press-office'),
    administrator: await makeStaff(db, 'Robin Hale', 'administrator'),
  }
  return { site, team, otherTeam, people, ...waysOf(site, team, people) }
}

function waysOf(site: TestApp, team: TeamName, people: Town['people']): Omit<Town, 'site' | 'team' | 'otherTeam' | 'people'> {
  const cookies = new Map<SignedIn, string>()
  const cookieOf = async (person: SignedIn | undefined): Promise<string | undefined> => {
    if (person && !cookies.has(person)) cookies.set(person, await site.cookieOf(person))
    return person && cookies.get(person)
  }
  const post: Town['post'] = async (path, form, as) => site.post(path, form, await cookieOf(as))
  return {
    get: async (path, as) => site.get(path, await cookieOf(as)),
    post,
    async ask(more = {}, as = people.resident) {
      const answer = await post(`/ask/${team.slug}`, asking(more), as)
      expect(answer.statusCode).toBe(303)
      return idIn(answer.headers.location)
    },
    act: (id, address, form = {}, as = people.officer) => post(`/questions/${id}/${address}`, form, as),
    async rowOf(id) {
      const [row] = await site.world.db.select().from(questions).where(eq(questions.id, id))
      if (!row) throw new Error('no question')
      return row
    },
    countOf: () => site.world.db.$count(questions),
    async later(hours) {
      moveClock(0)
      moveClock(hours * HOUR)
      cookies.clear()
    },
    async close() {
      moveClock(0)
      await site.close()
    },
  }
}
