/** What the work of surveys and tasks brings staff by mail: whose turn it is, once, and without anybody's words. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { mails } from '../../src/mail/schema.ts'
import { answerSurvey } from '../../src/surveys/answering.ts'
import { closeSurvey } from '../../src/surveys/counting.ts'
import { publishSurvey, returnSurvey, submitSurvey } from '../../src/surveys/opening.ts'
import { questionsOf, type Answer } from '../../src/surveys/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { begin, question, versionOf } from '../surveys/survey-world.ts'
import { makeTask } from '../tasks/task-world.ts'

let site: TestApp
let team: TeamName
let people: Record<'officer' | 'sergeant' | 'partner', SignedIn>

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  people = {
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team),
    partner: await makeStaff(db, 'Wendy Ash', 'partner'),
  }
  await makeStaff(db, 'Sgt Paul Whitelock', 'supervisor', await makeTeam(db, 'Lincoln City Centre'))
})
afterAll(() => site?.close())

/** Runs every echo, twice, and answers who got what since the last time. */
async function mailed(): Promise<string[]> {
  const { db } = site.world
  const happened = await db.select().from(activities)
  for (const activity of [...happened, ...happened]) await echoActivity(db, activity as Activity)
  const sent = await db.select().from(mails).orderBy(mails.id)
  for (const table of ['mails', 'activities']) await db.execute(sql`delete from ${sql.identifier(table)}`)
  for (const { text } of sent) expect(text).not.toContain('needles')
  return sent.map(({ to, subject }) => `${Object.entries(people).find(([, { email }]) => email === to)?.[0] ?? to}: ${subject}`).toSorted()
}

test('a survey is handed in, sent back, published, and closes with too few', async () => {
  const { db } = site.world
  const { officer, sergeant } = people
  const id = await begin(db, officer, team, { questions: [question()] })
  await submitSurvey(db, officer, id, await versionOf(db, id))
  expect(await mailed()).toEqual(['sergeant: A survey waits for you'])
  await returnSurvey(db, sergeant, id, { note: 'Ask about lights, too.', version: await versionOf(db, id) })
  expect(await mailed()).toEqual(['officer: Your survey came back to you'])
  await submitSurvey(db, officer, id, await versionOf(db, id))
  await mailed()
  await publishSurvey(db, sergeant, id, await versionOf(db, id))
  expect(await mailed()).toEqual([])
  await closeSurvey(db, site.config, sergeant, id)
  expect(await mailed()).toEqual(['officer: Too few answered your survey'])
})

test('a survey that is counted waits for whoever publishes its results', async () => {
  const { db } = site.world
  const id = await begin(db, people.officer, team, { questions: [question()] })
  await submitSurvey(db, people.officer, id, await versionOf(db, id))
  await publishSurvey(db, people.sergeant, id, await versionOf(db, id))
  const [asked] = await questionsOf(db, id)
  const answer: Answer = { area: null, channel: 'web', values: { [asked?.id ?? 0]: { sort: 'one', choice: 0 } } }
  for (let person = 0; person < 6; person++) await answerSurvey(db, site.config, await makeResident(db, `Resident ${person}`), id, answer)
  await mailed()
  await closeSurvey(db, site.config, people.sergeant, id)
  expect(await mailed()).toEqual(['officer: A survey is counted', 'sergeant: A survey is counted'])
})

test('a partner’s task waits for the sergeants of the team', async () => {
  await makeTask(site.world.db, people.partner, team)
  expect(await mailed()).toEqual(['sergeant: A partner asks for helpers: Bracebridge Heath'])
})
