/** A team, its people and its residents, with the ways by which a suggestion becomes a priority and that an outcome. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { reactToComment } from '../../src/conversations/reaction.ts'
import { publishPost } from '../../src/posts/post.ts'
import { openBox } from '../../src/priorities/box.ts'
import { priorities, suggestionDecisions } from '../../src/priorities/schema.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { openApp, type TestApp } from '../app.ts'

export interface Chained extends Desk {
  site: TestApp
  /** The conversation of the team's suggestion box. */
  boxId: number
  neighbour: SignedIn
  suggest(by: SignedIn, body?: string): Promise<number>
  support(by: SignedIn, commentId: number, on?: boolean): Promise<void>
  setPriority(by: SignedIn, sources?: readonly string[], title?: string): Promise<{ id: number; postId: number; path: string }>
  publishOutcome(by: SignedIn, sources: readonly string[], closes?: boolean): Promise<{ id: number; path: string }>
  rowOf(priorityId: number): Promise<typeof priorities.$inferSelect>
  decisionOn(commentId: number): Promise<typeof suggestionDecisions.$inferSelect | undefined>
}

export const addressOf = (teamSlug: string, postId: number): string => `/teams/${teamSlug}/posts/${postId}`

export async function openChain(): Promise<Chained> {
  const site = await openApp({ LIMIT_FACTOR: '1000' })
  const desk = await furnish(site.world)
  const { db, team } = desk
  const boxId = await openBox(db, { ...team, archivedAt: null })
  const rowOf = async (id: number) => {
    const [row] = await db.select().from(priorities).where(eq(priorities.id, id))
    if (!row) throw new Error('no priority')
    return row
  }
  return {
    ...desk,
    site,
    boxId,
    rowOf,
    neighbour: await desk.newPerson('Ted Nowell', [], 5),
    suggest: (by, body = 'Do something about the speeding on Grantham Road.') => desk.say(by, body, { conversationId: boxId }),
    async support(by, commentId, on = true) {
      await reactToComment(db, by, commentId, { reaction: 'same-here', on })
    },
    async setPriority(by, sources = [], title = 'Speeding on Grantham Road') {
      const form = { 'came-from': sources.join('\n') }
      const input = { kind: 'priority' as const, title, body: 'Cars go too fast past the school.', tags: [], clientKey: randomUUID(), form }
      const { id: postId, path } = await publishPost(db, by, team, input)
      const [row] = await db.select().from(priorities).where(eq(priorities.postId, postId))
      if (!row) throw new Error('no priority was set')
      return { id: row.id, postId, path }
    },
    publishOutcome(by, sources, closes = true) {
      const form = {
        'you-said': 'Cars go too fast.',
        'we-did': 'There are humps now.',
        'came-from': sources.join('\n'),
        ...(closes ? { closes: 'yes' } : {}),
      }
      return publishPost(db, by, team, { kind: 'outcome', title: 'Slower past the school', body: '', tags: [], clientKey: randomUUID(), form })
    },
    async decisionOn(commentId) {
      const [row] = await db.select().from(suggestionDecisions).where(eq(suggestionDecisions.commentId, commentId))
      return row
    },
    close: () => site.close(),
  }
}
