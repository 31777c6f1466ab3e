/** Topics are counted in one order, whatever comes and goes: who corrects and who publishes at the same moment wait for each other in no ring. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { posts } from '../../src/posts/schema.ts'
import { makeStaff } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { write } from './circle.ts'

let world: World
beforeAll(async () => {
  world = await openWorld(8)
})
afterAll(() => world.close())

test('swapping two topics and using both at once', { timeout: 60_000 }, async () => {
  const { db } = world
  const press = await makeStaff(db, 'Press Office', 'press-office')
  const made = await Promise.all(Array.from({ length: 8 }, (_, at) => write(db, press, { title: `Post ${at}`, tags: at % 2 ? ['ash'] : ['birch'] })))
  for (let round = 0; round < 30; round++)
    await Promise.all(
      made.map(({ id }, at) =>
        db
          .update(posts)
          .set({ tags: (round + at) % 2 ? ['birch'] : ['ash'] })
          .where(sql`${posts.id} = ${id}`),
      ),
    )
  const { rows } = await db.execute<{ topic: string; kept: number; counted: string }>(sql`
    select topic, post_count as kept, (select count(*) from staff_topics t where t.topic = topic_counts.topic) as counted from topic_counts order by topic`)
  expect(rows.map(({ topic, kept, counted }) => [topic, kept, Number(counted)])).toEqual([
    ['ash', 4, 4],
    ['birch', 4, 4],
  ])
})
