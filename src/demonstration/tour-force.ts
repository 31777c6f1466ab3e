/**
 * The staff network of the demonstration: where to see each thing that colleagues have there, as whom.
 */
import { and, asc, desc, eq, gt, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm'
import { absences, accounts, circles, type CircleKind } from '../accounts/schema.ts'
import { now } from '../clock.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { focusGroups, leadershipPosts, liveSessions } from '../leadership/schema.ts'
import { cases } from '../moderation/schema.ts'
import { posts, type PostKind } from '../posts/schema.ts'
import { postPath } from '../posts/stored-post.ts'
import { surveys } from '../surveys/schema.ts'
import { helpRequests, issues, practices } from '../together/schema.ts'
import { emailOf } from './people.ts'
import { mailLike } from './tour-mail.ts'
import type { Sight } from './tour.ts'

const OFFICER = 'an officer'
const SERGEANT = 'a sergeant'
const PRESS = 'the press office'
const FIRE = 'the fire service'
const HEATH = 'bracebridge-heath'

const sightsOfPart =
  (part: string) =>
  (what: string, path: string | null, as = OFFICER): Sight => ({ part, what, path, as })

export const forceSights = async (db: Database): Promise<Sight[]> => [
  ...(await reading(db)),
  ...(await helping(db)),
  ...(await leading(db)),
  ...(await circling(db)),
  ...(await answering(db)),
]

async function reading(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('The staff network')
  return [
    sight('Home: what is new from people, topics and circles that the officer follows', '/staff'),
    sight('The same for the sergeant, with leadership first', '/staff', SERGEANT),
    sight('Everything that is for all staff', '/staff/everyone'),
    sight('An update, with thanks and replies', await ofKind(db, 'update')),
    sight('A link with a note. Its title is fetched once, by the server', await ofKind(db, 'link')),
    sight('Thanks to a team, or to a colleague', await ofKind(db, 'praise')),
    sight('A topic', '/staff/topics/wellbeing'),
    sight('What somebody has saved', '/staff/saved'),
    sight('Search among what colleagues wrote', '/staff/search?q=bicycles'),
    sight('Colleagues, found by name, team, skill or language', '/staff/people?q=Polish'),
    sight('A colleague’s page', await personWhere(db, eq(accounts.email, emailOf('ewa-nowicka')))),
    sight('A colleague who is away, and until when', await awayPerson(db)),
    sight('How often the digest comes', '/staff/digest'),
    sight('The digest by mail: titles alone', await mailLike(db, '% in the staff network:%')),
  ]
}

async function ofKind(db: Database, kind: PostKind): Promise<string | null> {
  return postWhere(db, and(eq(posts.kind, kind), sql`not exists (select from ${leadershipPosts} l where l.post_id = ${posts.id})`))
}

/** For all staff, the newest that people talk about. */
async function postWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const [found] = await db
    .select({ id: posts.id, slug: posts.slug })
    .from(posts)
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .where(and(eq(posts.audience, 'staff'), sql`${posts.state} <> 'withdrawn'`, condition))
    .orderBy(desc(sql`least(${conversations.commentCount}, 1)`), desc(posts.publishedAt), desc(posts.id))
    .limit(1)
  return found ? postPath(null, found) : null
}

async function personWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const [found] = await db.select({ id: accounts.id }).from(accounts).where(condition).orderBy(asc(accounts.id)).limit(1)
  return found ? `/staff/people/${found.id}` : null
}

const awayPerson = (db: Database): Promise<string | null> =>
  personWhere(db, sql`exists (select from ${absences} x where x.account_id = ${accounts.id} and x.ended_at is null and x.ends_at > ${moment()})`)

async function helping(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Helping each other')
  const help = (condition: SQL) => besideWhere(db, sql`exists (select from ${helpRequests} h where h.post_id = ${posts.id} and ${condition})`)
  const issue = (condition: SQL) => besideWhere(db, sql`exists (select from ${issues} i where i.post_id = ${posts.id} and ${condition})`)
  return [
    sight('Requests for help: open, unanswered for three days, answered', '/staff/help'),
    sight('A request with the answer that helped most', await help(sql`h.best_id is not null`)),
    sight('A request with replies', await help(sql`h.best_id is null and h.first_reply_at is not null`)),
    sight(
      'A request that nobody has answered for more than three days',
      await help(sql`h.first_reply_at is null and h.asked_at < ${threeDaysAgo()}`),
    ),
    sight('A request of today: answer it', await help(sql`h.first_reply_at is null and h.asked_at >= ${threeDaysAgo()}`)),
    sight('The library of good practice', '/staff/good-practice'),
    sight(
      'A good practice that other teams have used. Say “we used this”',
      await besideWhere(db, sql`exists (select from ${practices} q where q.post_id = ${posts.id} and q.use_count > 0)`),
    ),
    sight('Who else is working on this?', '/staff/issues'),
    sight('Several teams on one issue, with public conversations and a priority', await issue(sql`i.closed_at is null and i.worker_count > 3`)),
    sight('An issue that is closed, with what came of it', await issue(sql`i.closed_at is not null`)),
    sight('Today in the force: what waits, and who is short of hands', '/staff/today', PRESS),
    sight('A team to which others lend a hand', `/staff/teams/${HEATH}/waiting`),
  ]
}

const moment = (): SQL => sql`${now().toISOString()}::timestamptz`
const threeDaysAgo = (): SQL => sql`${moment()} - interval '3 days'`

/** With a row of its own beside it; for all staff. */
const besideWhere = (db: Database, condition: SQL): Promise<string | null> => postWhere(db, condition)

async function leading(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Leadership, and back')
  const staffSurvey = async (condition: SQL | undefined) => {
    const [found] = await db
      .select({ id: surveys.id })
      .from(surveys)
      .where(and(eq(surveys.audience, 'staff'), condition))
      .limit(1)
    return found ? `/surveys/${found.id}` : null
  }
  const session = (condition: SQL) => besideWhere(db, sql`exists (select from ${liveSessions} s where s.post_id = ${posts.id} and ${condition})`)
  const group = (condition: SQL) => besideWhere(db, sql`exists (select from ${focusGroups} g where g.post_id = ${posts.id} and ${condition})`)
  const results = await staffSurvey(isNotNull(surveys.publishedAt))
  return [
    sight('Leadership: posts, sessions, groups, surveys', '/staff/leadership'),
    sight('What leadership says, with replies that disagree', await statement(db)),
    sight('A live session that is over: answered by support, one passed', await session(sql`s.ends_at < ${moment()}`)),
    sight('A live session that lies ahead: ask, and support', await session(sql`s.starts_at > ${moment()}`)),
    sight('A focus group with its notes, and what was done about it', await group(sql`g.notes_at is not null`)),
    sight('A focus group to which the officer is invited', await group(sql`g.starts_at > ${moment()}`)),
    sight('Surveys of staff', '/staff/surveys'),
    sight('One to answer', await staffSurvey(and(eq(surveys.state, 'open'), gt(surveys.closesAt, now()))), SERGEANT),
    sight('Results, talked about, with what was done about it', results === null ? null : `${results}/results`),
  ]
}

/** The one about which people talk most. */
async function statement(db: Database): Promise<string | null> {
  const [found] = await db
    .select({ id: posts.id, slug: posts.slug })
    .from(leadershipPosts)
    .innerJoin(posts, eq(posts.id, leadershipPosts.postId))
    .innerJoin(conversations, eq(conversations.id, posts.conversationId))
    .orderBy(desc(conversations.commentCount))
    .limit(1)
  return found ? postPath(null, found) : null
}

async function circling(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('Circles')
  const [told] = await db
    .select({ id: cases.id })
    .from(cases)
    .where(and(sql`${cases.audience} like 'circle:%'`, isNull(cases.decidedAt)))
    .limit(1)
  const [appealed] = await db.select({ id: cases.id }).from(cases).where(eq(cases.cause, 'appealed')).limit(1)
  const partnered = await circleWhere(
    db,
    sql`exists (select from circle_members m where m.circle_id = ${circles.id} and m.organisation_id is not null)`,
  )
  const support = await circleId(db, eq(circles.kind, 'support'))
  return [
    sight('Circles', '/staff/circles'),
    sight('An open circle', await circleOfKind(db, 'open')),
    sight('A restricted circle with people of the council and the fire service', partnered),
    sight('The same as a guest sees it, who sees nothing else', partnered, FIRE),
    sight('Somebody asks to be let in: answer as its owner', partnered, SERGEANT),
    sight('A private circle, of which others do not know', await circleOfKind(db, 'private'), SERGEANT),
    sight('A team’s own circle', await circleWhere(db, isNotNull(circles.teamId))),
    sight('A support circle, from outside: what protects whoever is in it', support === null ? null : `/staff/support/${support}`, SERGEANT),
    sight('The same from inside, under a pseudonym', support === null ? null : `/staff/support/${support}`),
    sight('A comment in a circle that somebody has told a moderator about', told ? `/moderation/cases/${told.id}` : null, PRESS),
    sight('An appeal against what the owner of a circle has removed', appealed ? `/moderation/cases/${appealed.id}` : null, PRESS),
    sight('Organisations whose people can be invited', '/admin/organisations', 'an administrator'),
    sight('The mail that invites them', await mailLike(db, 'An invitation from%')),
  ]
}

const circleOfKind = (db: Database, kind: CircleKind): Promise<string | null> => circleWhere(db, eq(circles.kind, kind))

async function circleWhere(db: Database, condition: SQL | undefined): Promise<string | null> {
  const id = await circleId(db, condition)
  return id === null ? null : `/staff/circles/${id}`
}

async function circleId(db: Database, condition: SQL | undefined): Promise<number | null> {
  const [found] = await db
    .select({ id: circles.id })
    .from(circles)
    .where(and(condition, isNull(circles.closedAt), lt(circles.foundedAt, now())))
    .orderBy(asc(circles.id))
    .limit(1)
  return found?.id ?? null
}

/** A public question with notes beside it, and the answer that one of them became. */
async function answering(db: Database): Promise<Sight[]> {
  const sight = sightsOfPart('From colleagues to residents')
  const [found] = await db
    .select({ id: conversations.besideId, path: sql<string>`(select path from conversations c where c.id = ${conversations.besideId})` })
    .from(comments)
    .innerJoin(conversations, eq(conversations.id, comments.conversationId))
    .where(
      and(
        isNotNull(conversations.besideId),
        sql`exists (select from ${comments} a where a.conversation_id = ${conversations.besideId} and a.body = ${comments.body})`,
      ),
    )
    .limit(1)
  return [
    sight('Staff notes beside a public question', found ? `/conversations/${found.id}/notes` : null),
    sight('The answer that one of them became, as everybody reads it', found?.path ?? null, 'anybody'),
  ]
}
