/** What colleagues answered stays, whatever it says. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { Forbidden } from '../../src/errors.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { posts } from '../../src/posts/schema.ts'
import { surveys } from '../../src/surveys/schema.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { open } from '../surveys/survey-world.ts'
import { openWorld, type World } from '../world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('whoever published a survey of staff does not take its post down', async () => {
  const { db } = world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const sergeant = await makeStaff(db, 'Sgt Ellen Marsh', 'supervisor', team)
  const { id } = await open(db, sergeant, team, { audience: 'staff' })
  const [survey] = await db.select({ postId: surveys.postId }).from(surveys).where(eq(surveys.id, id))
  const postId = survey?.postId ?? 0
  await expect(withdrawInNetwork(db, sergeant, postId, 'Nobody liked it.')).rejects.toBeInstanceOf(Forbidden)
  expect((await db.select({ state: posts.state }).from(posts).where(eq(posts.id, postId)))[0]?.state).toBe('published')
})
