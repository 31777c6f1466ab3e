/** Posts of every room with the same word beside them, in every row that people write there. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { now } from '../../src/clock.ts'
import { callOffDate } from '../../src/events/dates.ts'
import { writeNote } from '../../src/events/note.ts'
import { passTaken, takeNext } from '../../src/events/turn.ts'
import { correctNotes } from '../../src/leadership/notes.ts'
import { callOffGroup, publishNotes } from '../../src/leadership/outcome.ts'
import { callOffSession } from '../../src/leadership/session.ts'
import { inviteColleagues, answerInvitation } from '../../src/leadership/invitation.ts'
import { linkPreviews } from '../../src/network/schema.ts'
import { cancelPresence } from '../../src/places/presence-change.ts'
import { publishPost } from '../../src/posts/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { addAction, changeAction, reviewPriority } from '../../src/priorities/keeping.ts'
import { priorities } from '../../src/priorities/schema.ts'
import { answerSurvey } from '../../src/surveys/answering.ts'
import { closeSurvey } from '../../src/surveys/counting.ts'
import { callOffSurvey } from '../../src/surveys/ending.ts'
import { surveys, surveyWords } from '../../src/surveys/schema.ts'
import { releaseWords } from '../../src/surveys/words.ts'
import { closeTask } from '../../src/tasks/keeping.ts'
import { linkIssue } from '../../src/together/issue-link.ts'
import { closeIssue, joinIssue, reopenIssue } from '../../src/together/issue.ts'
import { usePractice } from '../../src/together/practice.ts'
import { openApp, type TestApp } from '../app.ts'
import { planned as plannedEvent } from '../events/event-world.ts'
import { write } from '../network/circle.ts'
import { convened, planned as plannedSession } from '../leadership/leadership-world.ts'
import { makeResident, makeStaff } from '../people.ts'
import { comeByMail } from '../occasions/occasion-world.ts'
import { openPlace, plan, travelTo } from '../places/presence-world.ts'
import { open as openSurvey, question } from '../surveys/survey-world.ts'
import { makeTask } from '../tasks/task-world.ts'
import { raise, share } from '../together/together-world.ts'
import { furnish, type Desk } from './desk.ts'

/** A marked word, with other words around it. */
export const saying =
  (word: string) =>
  (what: string): string =>
    `${what} with ${word} & others.`

export interface Besides extends Desk {
  site: TestApp
}

export async function openBesides(): Promise<Besides> {
  const site = await openApp({ LIMIT_FACTOR: '100000' })
  return { ...(await furnish(site.world)), site, close: () => site.close() }
}

/** Each makes a post and answers its id; the word stands beside it, and in no title or text. */
export const PLANTED: Readonly<Record<string, (world: Besides, said: (what: string) => string) => Promise<number>>> = {
  async 'notes of a meeting'({ db, officer, sergeant, team }, said) {
    const { id, postId, dates } = await plannedEvent(db, officer, team, { days: 4, times: 2, date: { venue: said('The hall'), signUps: true } })
    const [date, next] = dates
    await comeByMail(db, next!.id)
    await callOffDate(db, officer, id, next!.id, { because: said('Snow'), rest: false })
    travelTo(date!.endsAt)
    const note = { said: said('**They** spoke'), decided: said('To meet'), cameCount: 3 }
    await writeNote(db, officer, id, date!.id, { ...note, version: 0 })
    await writeNote(db, sergeant, id, date!.id, { ...note, said: said('They spoke more'), version: 1 })
    return postId
  },
  async 'a passed question of a live hour'({ db, officer, resident, team, say }, said) {
    const wish = { format: 'question-hour' as const, date: { venue: 'On this page' } }
    const { id, postId, conversationId, dates } = await plannedEvent(db, officer, team, wish)
    await say(resident, 'When do you patrol?', { conversationId })
    travelTo(dates[0]!.startsAt, 1000)
    const turn = await takeNext(db, officer, id)
    await passTaken(db, officer, id, turn!.commentId, said('Not here'))
    return postId
  },
  async 'what was done about a priority'({ db, sergeant, team }, said) {
    const input = { kind: 'priority' as const, title: 'Speeding', body: 'Cars go too fast.', tags: [], clientKey: randomUUID(), form: {} }
    const { id: postId, path } = await publishPost(db, sergeant, team, input)
    const [{ id } = { id: 0 }] = await db.select({ id: priorities.id }).from(priorities).where(eq(priorities.postId, postId))
    const { id: actionId } = await addAction(db, sergeant, id, { what: said('A check'), plannedFor: null, clientKey: randomUUID() })
    await changeAction(db, sergeant, { priorityId: id, actionId }, { state: 'done', note: said('Done'), post: '' })
    await reviewPriority(db, sergeant, id, { note: said('It goes well'), clientKey: randomUUID() })
    // Nothing more is said about one that is closed: this still can be taken out.
    const form = { 'you-said': 'Cars go too fast.', 'we-did': 'Humps.', 'came-from': path, closes: 'yes' }
    await publishPost(db, sergeant, team, { kind: 'outcome', title: 'Slower', body: '', tags: [], clientKey: randomUUID(), form })
    return postId
  },
  async 'what is done about an open priority'({ db, sergeant, team }, said) {
    const input = { kind: 'priority' as const, title: 'Litter', body: 'It lies about.', tags: [], clientKey: randomUUID(), form: {} }
    const { id: postId } = await publishPost(db, sergeant, team, input)
    const [{ id } = { id: 0 }] = await db.select({ id: priorities.id }).from(priorities).where(eq(priorities.postId, postId))
    await reviewPriority(db, sergeant, id, { note: said('It goes well'), clientKey: randomUUID() })
    return postId
  },
  async 'what an outcome says besides'({ db, sergeant, team }, said) {
    const form = { 'you-said': said('You said'), 'we-did': said('We did'), near: said('Near') }
    const input = { kind: 'outcome' as const, title: 'Slower', body: 'It is slower.', tags: [], clientKey: randomUUID(), form }
    return (await publishPost(db, sergeant, team, input)).id
  },
  async 'a task'({ db, officer, team }, said) {
    const task = await makeTask(db, officer, team, {
      safeguarding: said('Somebody is there'),
      venue: said('The bandstand'),
      partner: said('The council'),
    })
    travelTo(new Date(now().getTime() + 6 * 86_400_000))
    await closeTask(db, officer, task.id, said('Thank you'))
    return task.postId ?? 0
  },
  async 'a survey that was counted'({ db, site, sergeant, team }, said) {
    const options = [said('Yes'), 'No']
    const questions = [
      question({ title: said('Safe?'), hint: said('At night'), options }),
      question({ sort: 'rank', title: 'Order', options }),
      question({ sort: 'scale', title: 'How well?', options: [], scale: { top: 5, low: said('Badly'), high: said('Well') } }),
      question({ sort: 'words', title: 'What else?', options: [] }),
    ]
    const { id, questions: made } = await openSurvey(db, sergeant, team, { questions })
    const values = {
      [made[0]!.id]: { sort: 'one' as const, choice: 0 },
      [made[1]!.id]: { sort: 'rank' as const, order: [1, 0] },
      [made[3]!.id]: { sort: 'words' as const, text: said('I think') },
    }
    for (let person = 0; person < 6; person++)
      await answerSurvey(db, site.config, await makeResident(db, `Resident ${person}`), id, { area: null, channel: 'web', values })
    await closeSurvey(db, site.config, sergeant, id)
    for (const { id: quote } of await db.select({ id: surveyWords.id }).from(surveyWords).where(eq(surveyWords.surveyId, id)))
      await releaseWords(db, sergeant, id, quote)
    return postOfSurvey(db, id)
  },
  async 'a survey that was called off'({ db, sergeant, team }, said) {
    const { id } = await openSurvey(db, sergeant, team, {})
    await callOffSurvey(db, sergeant, id, said('Too early'))
    return postOfSurvey(db, id)
  },
  async 'a presence that was called off'({ db, officer, team }, said) {
    const { id, postId } = await plan(db, officer, team, await openPlace(db, team, `Hall ${randomUUID().slice(0, 8)}`))
    await cancelPresence(db, officer, id, { because: said('Ill'), version: 1 })
    return postId
  },
  async 'good practice'({ db, officer, team }, said) {
    const { id } = await share(db, officer)
    await usePractice(db, officer, id, { teamId: team.id, note: said('We used it') })
    return id
  },
  async 'an issue'({ db, officer, sergeant, otherSergeant, otherTeam, post }, said) {
    const { id } = await raise(db, officer)
    await joinIssue(db, otherSergeant, id, { teamId: otherTeam.id, note: said('On the coast') })
    await linkIssue(db, sergeant, id, { address: post.path, note: said('It began here') })
    await closeIssue(db, officer, id, said('They were caught'))
    await reopenIssue(db, officer, id)
    await closeIssue(db, officer, id, said('All of them'))
    return id
  },
  async 'notes of a focus group'({ db, officer }, said) {
    const id = await convened(db, officer, [], { venue: said('Room 2') })
    travelTo(new Date(now().getTime() + 4 * 86_400_000))
    await publishNotes(db, officer, id, said('Nights are **long**'))
    await correctNotes(db, officer, id, { notes: said('Nights are short'), note: said('Shorter'), version: 1 })
    return id
  },
  async 'a focus group that was called off'({ db, site, officer, sergeant }, said) {
    const id = await convened(db, officer, [])
    await inviteColleagues(db, officer, id, [sergeant.accountId])
    await answerInvitation(db, sergeant, id, 'coming')
    await callOffGroup(db, site.config, officer, id, said('Ill'))
    return id
  },
  async 'a live session that was called off'({ db, press, otherTeam }, said) {
    const host = await makeStaff(db, 'Supt Piet Moor', 'supervisor', otherTeam)
    await db.execute(
      `insert into staff_profiles (account_id, changed_at, leads, leads_set_by, leads_set_at) values (${host.accountId}, now(), 'Training', ${press.accountId}, now())`,
    )
    const { postId } = await plannedSession(db, host)
    await callOffSession(db, host, postId, said('Ill'))
    return postId
  },
  async 'what was found at a link'({ db, officer }, said) {
    const { id } = await write(db, officer, { kind: 'link', title: 'Worth reading' })
    const found = { title: said('A page'), site: said('A site'), imageAlt: said('A picture'), state: 'fetched' as const, fetchedAt: now() }
    await db
      .insert(linkPreviews)
      .values({ postId: id, url: 'https://example.org/a', ...found })
      .onConflictDoUpdate({ target: linkPreviews.postId, set: found })
    return id
  },
}

async function postOfSurvey(db: Besides['db'], id: number): Promise<number> {
  const [survey] = await db.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, id))
  return survey?.postId ?? 0
}

/** Names of all tables, also those of the jobs, that hold the word anywhere. */
export async function tablesWith(db: Besides['db'], word: string): Promise<string[]> {
  const { rows } = await db.$client.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE' order by 1`,
  )
  const found: string[] = []
  for (const { name } of rows) {
    const { rows: hits } = await db.$client.query(`select from ${name} t where t::text ilike $1 limit 1`, [`%${word}%`])
    if (hits.length > 0) found.push(name.replace('public.', ''))
  }
  return found
}

export async function pathOf(db: Besides['db'], postId: number): Promise<string> {
  const { rows } = await db.$client.query<{ path: string }>(
    'select c.path from posts p join conversations c on c.id = p.conversation_id where p.id = $1',
    [postId],
  )
  return rows[0]?.path ?? ''
}

export const postRow = async (db: Besides['db'], postId: number) => (await db.select().from(posts).where(eq(posts.id, postId)))[0]
