/** A priority that is withdrawn was set by mistake: whoever suggested it reads that, and what they suggested waits again. */
import { and, asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { comments } from '../../src/conversations/schema.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { openChain, type Chained } from './chain-world.ts'

let chain: Chained

beforeAll(async () => {
  chain = await openChain()
})
afterAll(() => chain.site.close())

const repliesTo = (id: number) =>
  chain.db
    .select({ body: comments.body, role: comments.officialRole })
    .from(comments)
    .where(and(eq(comments.parentId, id), eq(comments.state, 'published')))
    .orderBy(asc(comments.id))

test('whoever suggested it reads why under their suggestion, once', async () => {
  const { db, sergeant, resident } = chain
  const id = await chain.suggest(resident)
  const { postId } = await chain.setPriority(sergeant, [`/comments/${id}`])
  await withdrawPost(db, sergeant, postId, 'It belongs to the council.')
  await withdrawPost(db, sergeant, postId, 'It belongs to the council.')
  const said = await repliesTo(id)
  expect(said).toHaveLength(2)
  expect(said[1]).toEqual({
    role: 'supervisor',
    body: 'We have withdrawn the priority that we made of this. It belongs to the council. Your suggestion waits again.',
  })
  expect(await chain.decisionOn(id)).toBeUndefined()
})

test('the form to withdraw it says that a priority ends with an outcome, and leads there', async () => {
  const { postId } = await chain.setPriority(chain.sergeant)
  const page = await chain.site.get(`/posts/${postId}/withdraw`, await chain.site.cookieOf(chain.sergeant))
  expect(page.body).toContain('A priority ends with an outcome')
  expect(page.body).toMatch(/href="[^"]*kind=outcome[^"]*closes=yes/)
})
