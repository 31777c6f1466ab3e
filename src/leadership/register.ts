/** What this room shows on pages of rooms below: on everybody's home, and with the results of a survey of staff. */
import { isColleague, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { followUpsOf, mayFollowUp, type FollowUps } from '../network/follow-up.ts'
import { showOnHome, type HomePanel } from '../network/home.ts'
import { staffPostById, type StaffPostPage } from '../network/post.ts'
import { answeredAmong } from '../surveys/answering.ts'
import { openSurveys, surveyPath } from '../surveys/survey.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { showUnderResults } from '../surveys/under-results.ts'
import { sayNear, sayTime } from '../text/dates.ts'
import { earlierNotesBeside, groupBeside, sessionBeside, turnsBeside } from './beside.ts'
import { groupsWaitingFor } from './group.ts'
import { tellsDeeds } from './leader.ts'
import { comingSessions, type Session } from './session.ts'
import { freshStatements } from './statement.ts'

declare module '../surveys/under-results.ts' {
  interface UnderResults {
    /** What was done about what staff answered. */
    followUps: { followUps: FollowUps; post: StaffPostPage; may: boolean }
  }
}

/** Called once, while the application is put together; a second time changes nothing. */
export function registerLeadership(_config: Config): void {
  showOnHome('leadership', 1, fromLeadership)
  showOnHome('answers', 2, askedOfStaff)
  addWordsBeside('focus-group', groupBeside)
  addWordsBeside('focus-group-notes', earlierNotesBeside)
  addWordsBeside('live-session', sessionBeside)
  addWordsBeside('session-passed', turnsBeside)
  showUnderResults('followUps', async (db, actor, { audience, postId }) => {
    if (audience !== 'staff' || postId === null) return null
    const post = await staffPostById(db, actor, postId)
    return { followUps: await followUpsOf(db, actor, postId), post, may: mayFollowUp(actor, post) && (await tellsDeeds(db, actor, post)) }
  })
}

/** Posts of leadership of the last week, for everybody. */
export async function fromLeadership(db: Database, actor: SignedIn): Promise<HomePanel | null> {
  const posts = (await freshStatements(db, actor)).map(({ id }) => id)
  return posts.length === 0 ? null : { title: 'From leadership', posts }
}

/** What waits for this reader: invitations, notes, sessions to ask in, surveys to answer. */
export async function askedOfStaff(db: Database, actor: SignedIn): Promise<HomePanel | null> {
  if (!isColleague(actor)) return null
  const [groups, sessions, surveys] = [await groupsWaitingFor(db, actor), await comingSessions(db, actor), await unanswered(db, actor)]
  return {
    title: 'Leadership',
    lines: [
      ...groups.toAnswer.map(({ title, path, startsAt }) => ({
        text: `You are invited: ${title}`,
        path: `${path}#answer`,
        about: sayNear(startsAt, now()),
      })),
      ...groups.toNote.map(({ title, postId }) => ({ text: `Write down what came of: ${title}`, path: `/staff/groups/${postId}/notes` })),
      ...sessions.slice(0, MOST_LINES).map(sessionLine),
      ...surveys.map(({ id, title, teamName }) => ({ text: `Yours to answer: ${title}`, path: surveyPath(id), about: teamName })),
      { text: 'Leadership, live sessions, focus groups, surveys', path: '/staff/leadership' },
    ],
  }
}

const MOST_LINES = 3

const sessionLine = ({ title, path, host, state, startsAt, endsAt }: Session) => ({
  text: state === 'now' ? `Live now: ${title}` : `Ask now: ${title}`,
  path: `${path}#session`,
  about: [host, state === 'now' ? `until ${sayTime(endsAt)}` : sayNear(startsAt, now())].filter(Boolean).join(', '),
})

async function unanswered(db: Database, actor: SignedIn) {
  const { items } = await openSurveys(db, actor, undefined, 'staff')
  const answered = await answeredAmong(
    db,
    actor,
    items.map(({ id }) => id),
  )
  return items.filter(({ id }) => !answered.has(id)).slice(0, MOST_LINES)
}
