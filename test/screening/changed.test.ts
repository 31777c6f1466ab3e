/** Words that change between the check and the moment in which they are stored. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkEdit } from '../../src/conversations/check.ts'
import { editComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const rowOf = async (id: number) => {
  const [row] = await desk.db.select().from(comments).where(eq(comments.id, id))
  if (!row) throw new Error('no comment')
  return row
}

test('a comment that a moderator releases while its author changes it waits again with words of a list', async () => {
  const person = await desk.newPerson('Somebody new')
  const id = await desk.say(person)
  const before = await rowOf(id)
  expect(before.state).toBe('held')
  const body = 'Somebody should string them up.'
  const checked = await checkEdit(desk.db, person, { ...before, audience: 'public' }, { body, choice: null })
  if ('doubt' in checked) throw new Error('asked')
  await desk.decide(desk.press, { commentId: id }, 'release')
  await editComment(desk.db, { ...person, publishedCount: 20 }, id, checked.body, checked)
  expect(await rowOf(id)).toMatchObject({ body, state: 'held' })
  expect(await desk.caseOf({ commentId: id })).toMatchObject({ state: 'open', cause: 'held', snapshot: { body } })
})

test('a comment that waits anyway waits once, whatever its author changes', async () => {
  const person = await desk.newPerson('Somebody else')
  const id = await desk.say(person)
  const { version } = await desk.caseOf({ commentId: id })
  const checked = await checkEdit(desk.db, person, { ...(await rowOf(id)), audience: 'public' }, { body: 'String them up.', choice: null })
  if ('doubt' in checked) throw new Error('asked')
  await editComment(desk.db, person, id, checked.body, checked)
  expect(await desk.caseOf({ commentId: id })).toMatchObject({
    state: 'open',
    because: 'One of the first comments of this account.',
    version: version + 1,
  })
})
