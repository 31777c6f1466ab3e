/** What a moderator finds beside the post of a survey: its questions with their options, why it was called off, and title and text once more. */
import { and, asc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { setDetails } from '../posts/stored-post.ts'
import type { BesideKind } from '../posts/words-beside.ts'
import { questionsOf, type Question } from './question.ts'
import { surveyQuestions, surveys, surveyTallies, surveyWords } from './schema.ts'
import { surveyOfPost } from './survey.ts'

export const surveyBeside: BesideKind = {
  name: 'The survey',
  of: ['survey'],
  async read(db, postId) {
    const [survey] = await db.select().from(surveys).where(eq(surveys.postId, postId))
    return [
      { key: 'title', label: 'Title', text: survey?.title ?? '' },
      { key: 'intro', label: 'Introduction', text: survey?.intro ?? '' },
      { key: 'calledOffBecause', label: 'Why it was called off', text: survey?.calledOffBecause ?? '' },
    ]
  },
  async replace(tx, postId, key, text) {
    const set = key === 'title' ? { title: text } : key === 'intro' ? { intro: text } : { calledOffBecause: text }
    await tx.update(surveys).set(set).where(eq(surveys.postId, postId))
    if (key === 'calledOffBecause') await sayCalledOff(tx, postId, text)
  },
}

/** Lists and feeds say it too. */
async function sayCalledOff(tx: Tx, postId: number, because: string): Promise<void> {
  const [post] = await tx.select({ details: posts.details }).from(posts).where(eq(posts.id, postId))
  if (post) await setDetails(tx, postId, { ...post.details, 'called-off': because })
}

const textsOf = ({ id, title, hint, options, scale }: Question, at: number) => [
  { key: `${id}:title`, label: `Question ${at + 1}`, text: title },
  { key: `${id}:hint`, label: `Question ${at + 1}, the hint`, text: hint },
  ...options.map((text, place) => ({ key: `${id}:${place}`, label: `Question ${at + 1}, option ${place + 1}`, text })),
  { key: `${id}:low`, label: `Question ${at + 1}, the low end`, text: scale?.low ?? '' },
  { key: `${id}:high`, label: `Question ${at + 1}, the high end`, text: scale?.high ?? '' },
]

/** What was answered hangs on the place of an option while the survey is open; once it is counted, on its words, which change with it. */
export const questionsBeside: BesideKind = {
  name: 'The questions',
  of: ['survey'],
  async read(db, postId) {
    const survey = await surveyOfPost(db, postId)
    return survey ? (await questionsOf(db, survey.id)).flatMap(textsOf) : []
  },
  async replace(tx, _postId, key, text) {
    const [id, part] = key.split(':')
    const [question] = await tx
      .select()
      .from(surveyQuestions)
      .where(eq(surveyQuestions.id, Number(id)))
    if (!question) return
    if (part !== undefined && /^\d+$/.test(part)) await replaceOption(tx, question, Number(part), text)
    else await change(tx, question, partOf(question, part, text))
  },
}

const change = (tx: Tx, { id }: Question, set: Partial<Question>): Promise<unknown> =>
  tx.update(surveyQuestions).set(set).where(eq(surveyQuestions.id, id))

function partOf({ scale }: Question, part: string | undefined, text: string): Partial<Question> {
  if (part === 'title' || part === 'hint') return { [part]: text }
  return scale ? { scale: { ...scale, [part === 'low' ? 'low' : 'high']: text } } : {}
}

const ALIKE = 'Two options of a question would read the same, and nobody could tell their results apart. Take out less of one of them'

async function replaceOption(tx: Tx, question: Question, place: number, text: string): Promise<void> {
  const { id, options } = question
  const before = options[place] ?? ''
  if (options.some((other, at) => at !== place && other === text)) throw new Refused(ALIKE, { others: ALIKE })
  await change(tx, question, { options: options.map((option, at) => (at === place ? text : option)) })
  const said = [before, ...options.map((_option, at) => `${before}|${at + 1}`)]
  const tallies = and(eq(surveyTallies.questionId, id), inArray(surveyTallies.choice, said))
  for (const { choice } of await tx
    .selectDistinct({ choice: surveyTallies.choice })
    .from(surveyTallies)
    .where(tallies)
    .orderBy(asc(surveyTallies.choice)))
    await tx
      .update(surveyTallies)
      .set({ choice: text + choice.slice(before.length) })
      .where(and(eq(surveyTallies.questionId, id), eq(surveyTallies.choice, choice)))
}

/** In the results: whole ones can be taken out there, too. */
export const quotesBeside: BesideKind = {
  name: 'What people wrote in their own words',
  of: ['survey'],
  async read(db, postId) {
    const rows = await db
      .select({ key: surveyWords.id, text: surveyWords.words })
      .from(surveyWords)
      .innerJoin(surveys, eq(surveys.id, surveyWords.surveyId))
      .where(and(eq(surveys.postId, postId), isNotNull(surveyWords.releasedAt), isNull(surveyWords.takenOutAt)))
      .orderBy(asc(surveyWords.id))
    return rows.map(({ key, text }, at) => ({ key, label: `Quote ${at + 1}`, text }))
  },
  async replace(tx, _postId, key, words) {
    await tx.update(surveyWords).set({ words }).where(eq(surveyWords.id, key))
  },
}
