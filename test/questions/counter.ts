/**
 * The counter at which residents ask: two teams, the people who matter, and short ways to do what the tests are about.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { answerQuestion, publishQuestion } from '../../src/questions/answer.ts'
import { askQuestion, type NewQuestion } from '../../src/questions/question.ts'
import { questionActs, questions } from '../../src/questions/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

export interface Counter extends World {
  team: TeamName
  elsewhere: TeamName
  asker: SignedIn
  neighbour: SignedIn
  officer: SignedIn
  colleague: SignedIn
  sergeant: SignedIn
  farOfficer: SignedIn
  farSergeant: SignedIn
  press: SignedIn
  administrator: SignedIn
  partner: SignedIn
  ask(more?: Partial<NewQuestion>, by?: SignedIn, where?: TeamName): Promise<number>
  row(id: number): Promise<typeof questions.$inferSelect>
  acts(id: number): Promise<string[]>
  details(id: number): Promise<Record<string, unknown>>
  answer(id: number, by?: SignedIn, body?: string): Promise<{ path: string }>
  publish(id: number, answer?: string | null, by?: SignedIn): Promise<{ path: string }>
  /** The conversation of the post that a question became. */
  inPublic(id: number): Promise<number>
  say(by: SignedIn, conversationId: number, body?: string): Promise<number>
}

export const words = (body = 'Thank you for asking. We are there on Thursday.') => ({ body, clientKey: randomUUID() })
export const HOUR = 3_600_000
/** No hours at all leave the clock alone; to the clock itself they would mean the present. */
export const inHours = (hours: number): void => void (hours > 0 && moveClock(hours * HOUR))

/** From then on it is that moment. */
export function travelTo(moment: string): void {
  moveClock(0)
  moveClock(new Date(moment).getTime() - Date.now())
}

export async function openCounter(): Promise<Counter> {
  const world = await openWorld(8)
  const { db } = world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const elsewhere = await makeTeam(db, 'Skegness')
  const asker = await makeResident(db, 'Maureen T')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  const people = {
    neighbour: await makeResident(db, 'Terry N'),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team),
    farOfficer: await makeStaff(db, 'PC Lee Ward', 'officer', elsewhere),
    farSergeant: await makeStaff(db, 'Sgt Paul Ness', 'supervisor', elsewhere),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    administrator: await makeStaff(db, 'Robin Hale', 'administrator'),
    partner: await makeStaff(db, 'Kim Lowe', 'partner'),
  }
  const row = async (id: number) => (await db.select().from(questions).where(eq(questions.id, id)))[0]!
  const postOf = async (id: number) =>
    (
      await db
        .select()
        .from(posts)
        .where(eq(posts.id, (await row(id)).postId ?? 0))
    )[0]!
  return {
    ...world,
    ...people,
    team,
    elsewhere,
    asker,
    officer,
    row,
    async ask(more = {}, by = asker, where = team) {
      const form = {
        title: 'Speeding on Grantham Road',
        body: 'Who checks the speed there?',
        visibility: 'public' as const,
        named: true,
        clientKey: randomUUID(),
      }
      return (await askQuestion(db, by, where, { ...form, ...more })).id
    },
    acts: async (id) => (await db.select().from(questionActs).where(eq(questionActs.questionId, id)).orderBy(questionActs.id)).map(({ act }) => act),
    details: async (id) => (await postOf(id)).details,
    answer: (id, by = officer, body = 'We were there on Monday.') => answerQuestion(db, by, id, words(body)),
    async publish(id, answer = null, by = officer) {
      const { title, body } = await row(id)
      return publishQuestion(db, by, id, { title, body, tags: ['speeding'], answer, clientKey: randomUUID() })
    },
    async inPublic(id) {
      return (
        await db
          .select()
          .from(conversations)
          .where(eq(conversations.id, (await postOf(id)).conversationId))
      )[0]!.id
    },
    say: async (by, conversationId, body = 'A word on this.') => (await postComment(db, by, conversationId, { ...words(body), parentId: null })).id,
  }
}

export const idOfPath = (path: string): number => Number(path.split('/').at(-1))
