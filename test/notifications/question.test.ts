import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { reactToSubject } from '../../src/conversations/reaction.ts'
import { mails } from '../../src/mail/schema.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { returnDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { answerQuestion, publishQuestion, reopenQuestion } from '../../src/questions/answer.ts'
import { askQuestion, questionById } from '../../src/questions/question.ts'
import { missClocks } from '../../src/questions/queue.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let sergeant: SignedIn
let asker: SignedIn
let neighbour: SignedIn

beforeAll(async () => {
  site = await openApp()
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  sergeant = await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team)
  await makeStaff(db, 'Sgt Paul Whitelock', 'supervisor', await makeTeam(db, 'Lincoln City Centre'))
  asker = await makeResident(db, 'Maureen T')
  neighbour = await makeResident(db, 'Dave')
})
afterAll(() => {
  moveClock(0)
  return site?.close()
})

const ask = async (title: string, visibility: 'public' | 'private' = 'public') =>
  (await askQuestion(site.world.db, asker, team, { title, body: 'Secret words of mine.', visibility, named: true, clientKey: randomUUID() })).id

/** Runs every echo, twice, and answers who got which subject since the last time. */
async function mailed(): Promise<string[]> {
  const { db } = site.world
  for (const happened of [...(await db.select().from(activities)), ...(await db.select().from(activities))])
    await echoActivity(db, happened as Activity)
  const sent = await db.select().from(mails).orderBy(mails.id)
  await db.execute(sql`delete from mails`)
  await db.execute(sql`delete from activities`)
  for (const mail of sent) expect(mail.text).not.toContain('Secret words')
  return sent.map(({ to, subject }) => `${nameOf(to)}: ${subject}`).toSorted()
}
const nameOf = (email: string): string =>
  Object.entries({ asker, neighbour, officer, sergeant }).find(([, person]) => person.email === email)?.[0] ?? `somebody else (${email})`

describe('letters about a question', () => {
  test('go to the asker and to those who wondered too, once, without anybody’s words', async () => {
    const { db } = site.world
    const id = await ask('Who patrols at night?')
    await publishQuestion(db, officer, id, { title: 'Who patrols at night?', body: 'Who?', tags: [], answer: null, clientKey: randomUUID() })
    const post = (await questionById(db, officer, id)).post
    const { rows } = await db.execute<{ id: string }>(sql`select conversation_id as id from posts where id = ${post?.id}`)
    await reactToSubject(db, neighbour, Number(rows[0]?.id), { reaction: 'same-here', on: true })
    await answerQuestion(db, officer, id, { body: 'We do, until two.', clientKey: randomUUID() })
    expect(await mailed()).toEqual([
      'asker: Your question is answered',
      'asker: Your question is published',
      'neighbour: A question that you have too is answered',
    ])
    await reopenQuestion(db, asker, id, 'And after two?')
    expect(await mailed()).toEqual(['sergeant: An answer did not help: Bracebridge Heath'])
  })

  test('tell of a plain word in private, but not of it twice beside an answer', async () => {
    const { db } = site.world
    const id = await ask('Is my shed safe?', 'private')
    const { conversation } = await questionById(db, officer, id)
    const say = (actor: SignedIn, body: string) => postComment(db, actor, conversation.id, { body, parentId: null, clientKey: randomUUID() })
    await say(asker, 'It has a lock.')
    expect(await mailed()).toEqual([])
    await say(officer, 'Which one?')
    expect(await mailed()).toEqual(['asker: The team has written to you'])
    await answerQuestion(db, officer, id, { body: 'It is.', clientKey: randomUUID() })
    expect(await mailed()).toEqual(['asker: Your question is answered'])
  })

  test('tell the asker and the sergeant of this team alone that a clock ran out', async () => {
    await ask('Will anybody answer?')
    await mailed()
    moveClock(73 * 3_600_000)
    await missClocks(site.world.db)
    moveClock(0)
    const told = await mailed()
    expect(told).toContain('sergeant: A question has waited longer than 72 hours: Bracebridge Heath')
    expect(told).toContain('asker: We have not answered your question in time')
    expect(told.join()).not.toContain('somebody else')
  })
})

test('the author of a draft hears that it came back', async () => {
  const { db } = site.world
  const press = await makeStaff(db, 'Press office', 'press-office')
  const form = {
    title: 'Did you see it?',
    body: 'A bicycle was taken.',
    'what-for': 'witnesses',
    when: 'Saturday',
    where: 'High Street',
    reference: '31000123456',
  }
  const draft = await saveDraft(db, officer, team, { kind: 'appeal', key: randomUUID(), form, version: null, teamIds: [], wholeForce: false })
  await submitDraft(db, officer, draft.id, draft.version)
  await mailed()
  await returnDraft(db, press, draft.id, { version: draft.version, note: 'Secret words of the press office.', suggestion: null })
  expect(await mailed()).toEqual(['officer: Your post came back'])
})
