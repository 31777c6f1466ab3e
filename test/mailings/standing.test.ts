/** A push that had to wait leaves only while a visitor may read what it tells of. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { postComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { mailings } from '../../src/mailings/schema.ts'
import { pushKey, standingOf } from '../../src/mailings/standing.ts'
import { posts } from '../../src/posts/schema.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

const standing = (causes: readonly string[]) => world.db.transaction((tx) => standingOf(tx, causes))
const mailing = async (row: Omit<typeof mailings.$inferInsert, 'key'>): Promise<string> => {
  const [made] = await world.db
    .insert(mailings)
    .values({ ...row, key: `test:${Math.random()}` })
    .returning({ id: mailings.id })
  return pushKey(Number(made?.id))
}

test('what stands stands; what was withdrawn, removed or called off does not; what holds no words always does', async () => {
  const { db } = world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  const [post, gone] = [await makePost(db, officer, team), await makePost(db, officer, team)]
  const said = { body: 'The lights are out.', parentId: null, clientKey: crypto.randomUUID() }
  const { id: commentId } = await postComment(db, await makeResident(db, 'Ann'), post.conversationId, said)
  const causes = {
    post: await mailing({ cause: 'post', postId: post.id }),
    withdrawn: await mailing({ cause: 'post', postId: gone.id }),
    comment: await mailing({ cause: 'comment', commentId }),
    stopped: await mailing({ cause: 'post', postId: post.id, stoppedAt: new Date() }),
    unknown: pushKey(999_999),
    told: 'notification:1',
  }
  const { post: stands, withdrawn, comment, told } = causes
  await db.update(comments).set({ state: 'published' }).where(eq(comments.id, commentId))
  expect([...(await standing(Object.values(causes)))]).toEqual([stands, withdrawn, comment, told])
  await db.update(posts).set({ state: 'withdrawn', withdrawnAt: new Date(), withdrawnBecause: 'Wrong.' }).where(eq(posts.id, gone.id))
  await db.update(comments).set({ state: 'withdrawn' }).where(eq(comments.id, commentId))
  expect([...(await standing(Object.values(causes)))]).toEqual([stands, told])
  expect([...(await standing(['notification:1']))]).toEqual(['notification:1'])
})
