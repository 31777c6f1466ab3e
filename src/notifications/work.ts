/** By mail to staff and partners: what waits for them, and what became of what they handed in, of surveys and of tasks for helpers. Links, and no words of residents. */
import { eq } from 'drizzle-orm'
import type { Activity, ActivityKind } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { surveys } from '../surveys/schema.ts'
import { tasks } from '../tasks/schema.ts'
import { teamById } from '../teams/team.ts'
import { wordingOf } from './letters.ts'
import { mailAll, readerOf, sergeantsOf, type Reader } from './people.ts'

export const OF_SURVEY = ['survey.submitted', 'survey.returned', 'survey.closed'] as const satisfies readonly ActivityKind[]

export async function tellOfSurvey(db: Database, config: Config, activity: Activity): Promise<void> {
  const [survey] = await db
    .select()
    .from(surveys)
    .where(eq(surveys.id, Number(activity.detail?.['surveyId'] ?? 0)))
  const said = survey && letterOf(activity, survey)
  if (!said) return
  const path = `/officers/surveys/${survey.id}`
  const readers = new Map<number, Reader>()
  for (const reader of said.author ? await readerOf(db, survey.authorId) : []) readers.set(reader.accountId, reader)
  for (const reader of said.sergeants ? await sergeantsOf(db, survey.teamId) : []) readers.set(reader.accountId, reader)
  await mailAll(
    db,
    activity,
    [...readers.values()],
    wordingOf(config, () => ({ subject: said.subject, lines: [said.line], path }), survey),
  )
}

interface Said {
  subject: string
  line: string
  author?: true
  sergeants?: true
}

/** Null where nobody has to do anything. */
function letterOf({ kind, detail }: Activity, { title }: { title: string }): Said | null {
  if (kind === 'survey.submitted')
    return { subject: 'A survey waits for you', line: `“${title}” was handed in. Look at it, and publish it or send it back.`, sergeants: true }
  if (kind === 'survey.returned') return { subject: 'Your survey came back to you', line: `“${title}” was sent back with a note.`, author: true }
  if (detail?.['how'] === 'counted')
    return {
      subject: 'A survey is counted',
      line: `“${title}” has closed and is added up. Look at the results and publish them; in a week they come out by themselves.`,
      author: true,
      sergeants: true,
    }
  if (detail?.['how'] !== 'too-few') return null
  return {
    subject: 'Too few answered your survey',
    line: `“${title}” has closed. Fewer than five people answered, so nothing was opened.`,
    author: true,
  }
}

/** The sergeants, of a task that a partner proposed. */
export async function tellOfTask(db: Database, config: Config, activity: Activity): Promise<void> {
  const [task] = await db
    .select()
    .from(tasks)
    .where(eq(tasks.id, Number(activity.detail?.['taskId'] ?? 0)))
  if (!task || task.answer !== null) return
  const team = await teamById(db, task.teamId)
  const letter = () => ({
    subject: `A partner asks for helpers: ${team.name}`,
    lines: ['A partner proposes a task for helpers in your area. Look at it, and agree or say why not.'],
    path: `/officers/tasks/${task.id}`,
  })
  await mailAll(db, activity, await sergeantsOf(db, task.teamId), wordingOf(config, letter, task))
}
