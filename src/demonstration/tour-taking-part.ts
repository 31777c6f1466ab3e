/**
 * Taking part in the demonstration: priorities and their chains, shares of effort, meetings, tasks, surveys, weeks and figures, and where each can be seen.
 */
import { and, asc, desc, eq, gt, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { now } from '../clock.ts'
import { conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { events } from '../events/schema.ts'
import { teamWeeks } from '../insights/schema.ts'
import { occasions } from '../occasions/schema.ts'
import { posts } from '../posts/schema.ts'
import { priorities, suggestionDecisions } from '../priorities/schema.ts'
import { surveys } from '../surveys/schema.ts'
import { tasks } from '../tasks/schema.ts'
import { mailLike } from './tour-mail.ts'
import type { Sight } from './tour.ts'

const ANYBODY = 'anybody'
const RESIDENT = 'a resident'
const OFFICER = 'an officer'
const SERGEANT = 'a sergeant'
const PARTNER = 'partner staff'
const HEATH = '/teams/bracebridge-heath'

const sightsOfPart =
  (part: string) =>
  (what: string, path: string | null, as = ANYBODY): Sight => ({ part, what, path, as })

export const takingPartSights = async (db: Database): Promise<Sight[]> => [
  ...(await working(db)),
  ...(await meeting(db)),
  ...(await helping(db)),
  ...(await asking(db)),
  ...(await knowing(db)),
]

async function working(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('What a team works on')
  const decided = async (answer: 'merged' | 'declined') => {
    const [found] = await db
      .select({ id: suggestionDecisions.commentId })
      .from(suggestionDecisions)
      .where(eq(suggestionDecisions.answer, answer))
      .orderBy(desc(suggestionDecisions.decidedAt))
      .limit(1)
    return found ? `/comments/${found.id}` : null
  }
  const stale = sql`${priorities.reviewedAt} < ${now().toISOString()}::timestamptz - interval '3 months'`
  const closed = and(isNotNull(priorities.closedAt), sql`exists (select from ${suggestionDecisions} where priority_id = ${priorities.id})`)
  return [
    sight('Priorities of a team: open, stale, and closed with what came of them', `${HEATH}/priorities`),
    sight('A finished chain: from a comment to its outcome, each step a link', await priorityWhere(db, closed, '#chain')),
    sight('A priority that is fresh, with what is planned', await priorityWhere(db, and(isNull(priorities.closedAt), isNotNull(priorities.ownerId)))),
    sight('A priority of which nobody has said anything for three months', await priorityWhere(db, and(isNull(priorities.closedAt), stale))),
    sight('Suggest something, and see what others said already', `${HEATH}/suggestions/new`, RESIDENT),
    sight('Suggestions, most supported first, and what was decided', `${HEATH}/suggestions`),
    sight('A suggestion that was put together with another', await decided('merged')),
    sight('A suggestion that was declined, with the reason', await decided('declined')),
    sight('Share out ten hours', `${HEATH}/effort`, RESIDENT),
    sight('How residents share them out: by place, and in the quarter before', `${HEATH}/effort`),
    sight('Deciding on suggestions', '/officers/suggestions', SERGEANT),
    sight('Keeping priorities: plan, do, review, close with an outcome', '/officers/priorities', OFFICER),
  ]
}

async function priorityWhere(db: Database, condition: SQL | undefined, anchor = ''): Promise<string | null> {
  const [found] = await db
    .select({ path: conversations.path })
    .from(priorities)
    .innerJoin(posts, eq(posts.id, priorities.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(condition, sql`${posts.state} <> 'withdrawn'`))
    .orderBy(desc(priorities.id))
    .limit(1)
  return found?.path ? `${found.path}${anchor}` : null
}

async function meeting(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Events')
  const ahead = and(gt(occasions.startsAt, now()), isNull(occasions.cancelledAt))
  const noted = sql`exists (select from event_notes n where n.occasion_id = ${occasions.id})`
  const hour = await hourWhere(db, lt(occasions.endsAt, now()))
  const next = await hourWhere(db, gt(occasions.startsAt, now()))
  const withPlaces = and(ahead, isNotNull(occasions.signUpFrom))
  const coming = await occasionWhere(db, and(withPlaces, gt(occasions.takenCount, 3)))
  return [
    sight('Events of all teams', '/events'),
    sight('A meeting every month: dates to come, and what was said and decided', await eventWhere(db, and(noted, isNotNull(events.repeats)))),
    sight(
      'Sign up, with an account or an email address',
      await signUpWhere(db, and(withPlaces, sql`${occasions.takenCount} < ${occasions.capacity}`)),
    ),
    sight('An event that is full, with a waiting list', await eventWhere(db, and(ahead, gt(occasions.waitingCount, 0)))),
    sight('A date that was moved', await eventWhere(db, and(ahead, gt(occasions.sequence, 0)))),
    sight('An event that is called off, with the reason', await eventWhere(db, isNotNull(occasions.cancelledAt))),
    sight('A street briefing', await eventWhere(db, and(ahead, eq(events.format, 'street-briefing')))),
    sight('A meeting online', await eventWhere(db, eq(events.format, 'online'))),
    sight('A live hour that is over: answered in the order of support', hour?.path ?? null),
    sight('A live hour that lies ahead: ask, and support what others ask', next?.path ?? null, RESIDENT),
    sight('Answering in a live hour, one question after another', next ? `/officers/events/${next.id}/hour` : null, OFFICER),
    sight('Who comes, and what they need', coming ? `/officers/occasions/${coming}` : null, OFFICER),
    sight('What the resident has signed up for', '/sign-ups', RESIDENT),
    sight('A mail that confirms a place', await mailLike(db, 'You are coming:%')),
  ]
}

/** The newest page of an event with such a date. */
async function eventWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const [found] = await db
    .select({ path: conversations.path })
    .from(occasions)
    .innerJoin(events, eq(events.postId, occasions.postId))
    .innerJoin(posts, eq(posts.id, occasions.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(condition, sql`${posts.state} <> 'withdrawn'`))
    .orderBy(desc(occasions.endsAt))
    .limit(1)
  return found?.path ?? null
}

async function hourWhere(db: Database, condition: SQL): Promise<{ id: number; path: string | null } | null> {
  const [found] = await db
    .select({ id: events.id, path: conversations.path })
    .from(occasions)
    .innerJoin(events, eq(events.postId, occasions.postId))
    .innerJoin(posts, eq(posts.id, occasions.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(condition, eq(events.format, 'question-hour'), isNull(occasions.cancelledAt), sql`${posts.state} <> 'withdrawn'`))
    .limit(1)
  return found ?? null
}

/** Of Bracebridge Heath, the next. */
async function occasionWhere(db: Database, condition: SQL | undefined): Promise<number | null> {
  const own = sql`${occasions.teamId} = (select id from teams where slug = 'bracebridge-heath')`
  const [found] = await db.select({ id: occasions.id }).from(occasions).where(and(condition, own)).orderBy(asc(occasions.startsAt)).limit(1)
  return found?.id ?? null
}

async function signUpWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const id = await occasionWhere(db, condition)
  return id === null ? null : `/occasions/${id}/sign-up`
}

async function helping(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Can you help?')
  const coming = (condition: SQL) =>
    sql`exists (select from occasions o where o.post_id = ${tasks.postId} and o.ends_at > ${now().toISOString()}::timestamptz and ${condition})`
  const [waiting] = await db.select({ id: tasks.id }).from(tasks).where(isNull(tasks.answer)).limit(1)
  return [
    sight('Tasks of all teams', '/can-you-help'),
    sight('A task with places left', await taskWhere(db, coming(sql`o.taken_count between 1 and o.capacity - 1`))),
    sight('A task that is full, with a waiting list', await taskWhere(db, coming(sql`o.waiting_count > 0`))),
    sight('A task run by a partner, agreed to by the sergeant', await taskWhere(db, eq(tasks.proposedRole, 'partner'))),
    sight('A task that is done, with thanks and what came of it', await taskWhere(db, isNotNull(tasks.closedAt))),
    sight('A task that a partner has proposed and nobody has answered', waiting ? `/officers/tasks/${waiting.id}` : null, SERGEANT),
    sight('Proposing a task', '/officers/tasks/new', PARTNER),
  ]
}

async function taskWhere(db: Database, condition: SQL): Promise<string | null> {
  const [found] = await db
    .select({ path: conversations.path })
    .from(tasks)
    .innerJoin(posts, eq(posts.id, tasks.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(condition, sql`${posts.state} <> 'withdrawn'`))
    .orderBy(asc(tasks.teamId), desc(tasks.id))
    .limit(1)
  return found?.path ?? null
}

async function asking(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Surveys')
  const [open] = await surveysWhere(db, and(eq(surveys.state, 'open'), eq(surveys.audience, 'public')))
  const [closed] = await surveysWhere(db, and(isNotNull(surveys.publishedAt), eq(surveys.audience, 'public')))
  const [staff] = await surveysWhere(db, and(eq(surveys.state, 'open'), eq(surveys.audience, 'staff')))
  const [waiting] = await surveysWhere(db, eq(surveys.state, 'submitted'))
  return [
    sight('Surveys, open and closed', '/surveys'),
    sight('A survey to answer: nobody can see what you answered', open ? `/surveys/${open.id}` : null, RESIDENT),
    sight('Results, by place as far as nobody can be told from them', closed ? `/surveys/${closed.id}/results` : null),
    sight('The conversation under the results', closed?.path ? `${closed.path}#conversation` : null),
    sight('Results as a file', closed ? `/surveys/${closed.id}/results.csv` : null),
    sight('What people wrote in their own words, and choosing what is published', closed ? `/officers/surveys/${closed.id}/words` : null, SERGEANT),
    sight('Entering an answer that came on paper', open ? `/officers/surveys/${open.id}/answers` : null, OFFICER),
    sight('A survey among colleagues', staff ? `/surveys/${staff.id}` : null, OFFICER),
    sight('A survey that waits for the sergeant', waiting ? `/officers/surveys/${waiting.id}` : null, SERGEANT),
  ]
}

const surveysWhere = (db: Database, condition: SQL | undefined) =>
  db
    .select({ id: surveys.id, path: conversations.path })
    .from(surveys)
    .leftJoin(posts, eq(posts.id, surveys.postId))
    .leftJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(condition)
    .orderBy(desc(surveys.id))
    .limit(1)

async function knowing(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('What came of it')
  const [week] = await db
    .select({ week: teamWeeks.week })
    .from(teamWeeks)
    .where(sql`${teamWeeks.teamId} = (select id from teams where slug = 'bracebridge-heath')`)
    .orderBy(desc(teamWeeks.week))
    .limit(1)
  return [
    sight('A week of the team: raised most, done, waits', week ? `${HEATH}/weeks/${week.week}` : null),
    sight('The same by mail to the sergeant', await mailLike(db, 'What Bracebridge Heath told you%')),
    sight('How the team does, and how each figure is worked out', `${HEATH}/performance`),
    sight('The whole force beside each other', '/performance'),
    sight('The figures as a file', `${HEATH}/performance.csv`),
    sight('News for the resident: a suggestion taken up, a priority closed', '/account/notifications', RESIDENT),
  ]
}
