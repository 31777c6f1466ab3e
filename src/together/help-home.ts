/** On everybody's home: who has waited longest for a reply to a request for help, of those that this reader could answer. */
import type { SignedIn } from '../actor.ts'
import { circleAudience } from '../conversations/audience.ts'
import type { Database } from '../database/database.ts'
import type { HomePanel } from '../network/home.ts'
import type { StaffItem } from '../network/list.ts'
import { count } from '../text/dates.ts'
import { helpList, PATIENCE_DAYS } from './help-list.ts'
import { mayTakePart } from './policy.ts'

const MOST_LINES = 3

const audienceOf = ({ circle }: StaffItem): string => (circle === null ? 'staff' : circleAudience(circle.id))

/** Null where nobody else waits. */
export async function unansweredForHome(db: Database, actor: SignedIn): Promise<HomePanel | null> {
  const { entries, next } = await helpList(db, actor, 'unanswered')
  const others = entries.filter(({ post }) => post.authorId !== actor.accountId && mayTakePart(actor, { ...post, audience: audienceOf(post) }))
  if (others.length === 0) return null
  const lines = others.slice(0, MOST_LINES).map(({ post, more }) => ({
    text: post.title,
    path: `${post.path}#conversation`,
    about: [post.circle?.name, `asked ${count(more.waitingDays ?? PATIENCE_DAYS, 'day')} ago`].filter(Boolean).join(', '),
  }))
  const rest = others.length > MOST_LINES || next !== null
  return {
    title: 'Nobody has answered yet',
    lines: rest ? [...lines, { text: 'All that have waited for three days', path: '/staff/help?view=unanswered' }] : lines,
  }
}
