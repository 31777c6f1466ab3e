import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertPost } from '../../src/posts/stored-post.ts'
import { posts } from '../../src/posts/schema.ts'
import { acknowledgeQuestion } from '../../src/questions/answer.ts'
import { likelyAnswers } from '../../src/questions/similar.ts'
import { openCounter, words, type Counter } from './counter.ts'

let it: Counter
let advice: number

const write = (kind: 'advice' | 'update', title: string, body: string, by = it.officer, where = it.team) =>
  it.db.transaction((tx) => insertPost(tx, by, where, { kind, title, body, tags: [], details: {}, clientKey: randomUUID() }))
const found = async (text: string, team = it.team) => likelyAnswers(it.db, team.id, text)
const titles = async (text: string, team = it.team) => (await found(text, team)).map(({ title }) => title)

async function published(title: string, body: string, answer: string | null, where = it.team): Promise<number> {
  const id = await it.ask({ title, body }, it.asker, where)
  await it.publish(id, answer, where === it.team ? it.officer : it.farOfficer)
  return id
}

beforeAll(async () => {
  it = await openCounter()
  await published('Speeding past the school', 'Cars race along Grantham Road in the morning.', 'We check every Thursday at eight.')
  await published('Who clears the ice?', 'The pavement at the church is frozen.', null)
  advice = (await write('advice', 'Lock your bicycle', 'Thieves look for bicycles at the station. Use two locks.')).id
  await write('update', 'Speeding checks at the school', 'We stopped twelve cars on Grantham Road.')
  await it.ask({ title: 'Speeding in secret', body: 'Grantham Road, cars, school', visibility: 'private' })
})
afterAll(() => it.close())

describe('likely answers', () => {
  test('are published questions with the first words of their answer, and advice', async () => {
    const [question] = await found('People drive too fast: cars speed past the school')
    expect(question).toMatchObject({
      kind: 'question',
      title: 'Speeding past the school',
      excerpt: 'We check every Thursday at eight.',
      answered: true,
      ownTeam: true,
      sameHere: 0,
    })
    expect(question?.path).toMatch(/^\/teams\/bracebridge-heath\/posts\/\d+-speeding-past-the-school$/)
    expect(await found('my bicycle was stolen, is the station safe from thieves')).toMatchObject([
      { postId: advice, kind: 'advice', answered: false },
    ])
  })

  test('show the words of the question where there is no answer yet', async () => {
    expect((await found('ice on the pavement'))[0]).toMatchObject({ answered: false, excerpt: 'The pavement at the church is frozen.' })
  })

  test('never hold updates, private questions, or what was withdrawn', async () => {
    expect(await titles('speeding cars school Grantham Road')).toEqual(['Speeding past the school'])
    const gone = (await write('advice', 'Noisy fireworks', 'Fireworks after midnight are against the law.')).id
    expect(await titles('fireworks after midnight')).toEqual(['Noisy fireworks'])
    await it.db.update(posts).set({ state: 'withdrawn' }).where(eq(posts.id, gone))
    expect(await titles('fireworks after midnight')).toEqual([])
    await it.db
      .update(posts)
      .set({ state: 'published', expiresAt: new Date(Date.now() - 1000) })
      .where(eq(posts.id, gone))
    expect(await titles('fireworks after midnight')).toEqual([])
  })

  test('need two words that mean something', async () => {
    for (const text of [
      '',
      '   ',
      'speeding',
      'the and of is to',
      'or or or',
      'speeding the and',
      'speeding Speed',
      "'; drop table posts; --",
      '\u0000 &|!():*',
      '🚓🚓',
    ])
      expect(await found(text), text).toEqual([])
  })

  test('bear whatever is typed, however long', async () => {
    for (const text of ['school '.repeat(50_000), 'a or -b "c d" (school | car) & !road :*', "O'Neill's school car <script>"])
      expect(Array.isArray(await found(text))).toBe(true)
  })

  test('come from the own team first among equals, at most five', async () => {
    for (let i = 0; i < 4; i++) await published('Lost dog in the park', 'A brown dog ran away.', null, it.elsewhere)
    await published('Lost dog in the park', 'A brown dog ran away.', null)
    for (let i = 0; i < 3; i++) await published('Lost dog in the park', 'A brown dog ran away.', null, it.elsewhere)
    const near = await found('brown dog lost in the park')
    expect(near).toHaveLength(5)
    expect(near.map(({ ownTeam }) => ownTeam)).toEqual([true, false, false, false, false])
    expect((await found('brown dog lost in the park', it.elsewhere))[0]).toMatchObject({ ownTeam: true, teamName: 'Skegness' })
  })

  test('an answer that only the asker may read is never shown', async () => {
    const id = await it.ask({ title: 'Barking next door', body: 'A hound barks all night.' })
    await acknowledgeQuestion(it.db, it.officer, id, words('Secret acknowledgement'))
    await it.publish(id)
    await it.db
      .update(posts)
      .set({ details: { answerId: 1, answeredAt: new Date().toISOString() } })
      .where(eq(posts.id, (await it.row(id)).postId ?? 0))
    expect((await found('hound barking at night'))[0]?.excerpt).toBe('A hound barks all night.')
  })

  test('are found through the index', async () => {
    const plan = await it.db.transaction(async (tx) => {
      await tx.execute('set local enable_seqscan = off')
      return tx.execute(`explain select id from posts p where p.kind in ('question', 'advice')
        and to_tsvector('english', p.title || ' ' || p.body) @@ websearch_to_tsquery('english', 'dog or park')`)
    })
    expect(JSON.stringify(plan.rows)).toContain('posts_answers')
  })
})
