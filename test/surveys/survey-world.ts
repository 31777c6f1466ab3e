/** Surveys of every sort of question, made by the verbs, so that each test says only what it is about. */
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../../src/actor.ts'
import type { Database } from '../../src/database/database.ts'
import { addQuestion, draftSurvey, type QuestionWords } from '../../src/surveys/making.ts'
import { publishSurvey } from '../../src/surveys/opening.ts'
import { questionsOf, type Question } from '../../src/surveys/question.ts'
import { surveys } from '../../src/surveys/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { dayKey } from '../../src/text/dates.ts'
import { now } from '../../src/clock.ts'
import { eq } from 'drizzle-orm'

export const question = (more: Partial<QuestionWords> = {}): QuestionWords => ({
  sort: 'one',
  title: 'Do you feel safe?',
  hint: '',
  required: false,
  options: ['Yes', 'No', 'At times'],
  scale: null,
  ...more,
})

export const ONE_OF_EACH: readonly QuestionWords[] = [
  question({ required: true }),
  question({ sort: 'several', title: 'Where do you walk?', options: ['High Street', 'The park', 'By the river'] }),
  question({ sort: 'scale', title: 'How well do we listen?', options: [], scale: { top: 5, low: 'Badly', high: 'Well' } }),
  question({ sort: 'words', title: 'What should we know?', options: [] }),
  question({ sort: 'rank', title: 'What matters most?', options: ['Speeding', 'Litter', 'Burglary'] }),
  question({ sort: 'pin', title: 'Where is it dark?', options: [] }),
]

/** "2027-03-27", so many days from now. */
export const dayFromNow = (days: number): string => dayKey(new Date(now().getTime() + days * 86_400_000))

interface Made {
  audience?: 'public' | 'staff'
  questions?: readonly QuestionWords[]
  areas?: string[]
  title?: string
}

export async function begin(db: Database, by: SignedIn, team: TeamName, made: Made = {}): Promise<number> {
  const { audience = 'public', questions = ONE_OF_EACH, areas = [], title = 'How safe is the High Street?' } = made
  const words = { title, intro: 'We want to **know**.', areas, closes: dayFromNow(14) }
  const { id } = await draftSurvey(db, by, { ...words, teamId: team.id, audience, clientKey: randomUUID() })
  let version = 1
  for (const words of questions) await addQuestion(db, by, id, { ...words, version: version++ })
  return id
}

export const versionOf = async (db: Database, id: number): Promise<number> => {
  const [row] = await db.select({ version: surveys.version }).from(surveys).where(eq(surveys.id, id))
  return row?.version ?? 0
}

/** An open one, made by somebody who publishes alone. */
export async function open(db: Database, by: SignedIn, team: TeamName, made: Made = {}): Promise<{ id: number; questions: Question[] }> {
  const id = await begin(db, by, team, made)
  await publishSurvey(db, by, id, await versionOf(db, id))
  return { id, questions: await questionsOf(db, id) }
}
