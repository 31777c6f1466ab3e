/**
 * The desk of the press office on a site of its own, and what its people are told in place.
 */
import { randomUUID } from 'node:crypto'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { ensureFollower } from '../../src/following/follower.ts'
import { newsOf, type News } from '../../src/notifications/news.ts'
import { openApp, type TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'

export interface Told {
  site: TestApp
  desk: Desk
  get(path: string, as?: SignedIn): ReturnType<TestApp['get']>
  post(path: string, form: Record<string, string>, as?: SignedIn): ReturnType<TestApp['post']>
  /** Posts a comment by the form of the page, and answers its id. */
  comment(by: SignedIn, body: string, parentId?: number): Promise<number>
  /** Runs all echoes, twice: as jobs do that are delivered at least once. */
  echo(): Promise<void>
  /** What is new for somebody, after all echoes; each as its sentence. */
  sentences(of: SignedIn): Promise<string[]>
  news(of: SignedIn): Promise<News[]>
  followerOf(person: SignedIn): Promise<number>
}

export async function openTold(env: Record<string, string> = {}): Promise<Told> {
  const site = await openApp({ LIMIT_FACTOR: '1000', ...env })
  const desk = await furnish(site.world)
  const { db } = desk
  const cookies = new Map<number, string>()
  const cookieOf = async (person: SignedIn | undefined): Promise<string | undefined> => {
    if (person && !cookies.has(person.accountId)) cookies.set(person.accountId, await site.cookieOf(person))
    return person && cookies.get(person.accountId)
  }
  const told: Told = {
    site,
    desk,
    get: async (path, as) => site.get(path, await cookieOf(as)),
    post: async (path, form, as) => site.post(path, form, await cookieOf(as)),
    async comment(by, body, parentId) {
      const form = { body, key: randomUUID(), ...(parentId ? { parent: String(parentId) } : {}) }
      const answer = await told.post(`/conversations/${desk.post.conversationId}/comments`, form, by)
      if (answer.statusCode !== 303) throw new Error(`the comment was not taken: ${answer.statusCode}`)
      const { rows } = await db.$client.query<{ id: string }>('select max(id) as id from comments where author_id = $1', [by.accountId])
      return Number(rows[0]?.id)
    },
    async echo() {
      const happened = await db.select().from(activities).orderBy(activities.id)
      for (const activity of [...happened, ...happened]) await echoActivity(db, activity as Activity)
      await db.delete(activities)
    },
    news: async (of) => (await newsOf(db, of, null)).items,
    async sentences(of) {
      await told.echo()
      return (await told.news(of)).map(({ sentence }) => sentence)
    },
    followerOf: (person) => db.transaction(async (tx) => (await ensureFollower(tx, person)).id),
  }
  return told
}
