import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishDraft } from '../../src/posts/lifecycle.ts'
import { postById, postsOfForce, postsOfTeam, postsWithTag } from '../../src/posts/list.ts'
import { correctPost, insertPost, setDetails, withdrawPost } from '../../src/posts/post.ts'
import { repostPost } from '../../src/posts/sharing.ts'
import { tags } from '../../src/posts/schema.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { Forbidden } from '../../src/errors.ts'
import { addPhotoRow, inputOf, openCast, setClock, type Cast } from './draft-cast.ts'

let cast: Cast
beforeAll(async () => {
  cast = await openCast()
})
afterAll(() => cast.close())

const publish = async (title: string, typed = 'roads'): Promise<number> => {
  const draft = await saveDraft(cast.db, cast.people.officer, cast.team, inputOf('update', { title, body: 'Words.', tags: typed }))
  return (await publishDraft(cast.db, cast.people.officer, draft.id, 1)).id
}
const countOf = async (tag: string) => (await cast.db.select().from(tags).where(eq(tags.tag, tag)))[0]?.postCount ?? 0

describe('an item', () => {
  test('says its kind, shows its first photo, and comes newest first by when it came to the page', async () => {
    const first = await publish('First')
    setClock(new Date('2027-03-27T13:00:00Z'))
    const advice = await saveDraft(cast.db, cast.people.stranger, cast.elsewhere, inputOf('advice'))
    const photo = await addPhotoRow(cast, advice, { alt: 'A lock', seen: true })
    const { id } = await publishDraft(cast.db, cast.people.stranger, advice.id, 1)
    setClock(new Date('2027-03-27T14:00:00Z'))
    await repostPost(cast.db, cast.people.stranger, first, cast.elsewhere, 'Ours too.')
    const { items } = await postsOfTeam(cast.db, cast.elsewhere.id)
    expect(items.slice(0, 2)).toMatchObject([
      { id: first, kind: 'update', photo: null, line: 'Ours too.', teamName: 'Bracebridge Heath' },
      { id, kind: 'advice', photo: { id: photo, alt: 'A lock', width: 640, height: 480 }, line: null, teamName: 'Alford' },
    ])
    // The front page goes by when it was published, and holds it once.
    const force = (await postsOfForce(cast.db)).items.map((item) => item.id)
    expect(force.filter((one) => one === first)).toHaveLength(1)
    expect(force.indexOf(id)).toBeLessThan(force.indexOf(first))
  })
})

describe('tags', () => {
  test('are counted with every post, correction and withdrawal, also with many at once', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map((n) => publish(`Counted ${n}`, n % 2 ? 'hares, barns' : 'barns, hares')))
    expect([await countOf('hares'), await countOf('barns')]).toEqual([4, 4])
    const words = { title: 'Counted', body: 'Words.', note: 'Tags.', version: 1 }
    await correctPost(cast.db, cast.people.officer, ids[0]!, { ...words, tags: ['barns', 'owls'] })
    expect([await countOf('hares'), await countOf('barns'), await countOf('owls')]).toEqual([3, 4, 1])
    await withdrawPost(cast.db, cast.people.officer, ids[0]!, 'Wrong.')
    expect([await countOf('hares'), await countOf('barns'), await countOf('owls')]).toEqual([3, 3, 0])
    expect((await postsWithTag(cast.db, 'barns')).items).toHaveLength(3)
  })
})

describe('a post of another room', () => {
  test('is published with details of its own, and keeps them when its words are corrected', async () => {
    const { officer, stranger } = cast.people
    const input = {
      kind: 'question' as const,
      title: 'Who patrols?',
      body: 'At night?',
      tags: [],
      details: { questionId: 7 },
      clientKey: randomUUID(),
    }
    await expect(cast.db.transaction((tx) => insertPost(tx, stranger, cast.team, input))).rejects.toBeInstanceOf(Forbidden)
    const made = await cast.db.transaction((tx) => insertPost(tx, officer, cast.team, input))
    expect(await postById(cast.db, made.id)).toMatchObject({ ...made, kind: 'question', details: { questionId: 7 } })
    await cast.db.transaction((tx) => setDetails(tx, made.id, { questionId: 7, missed: true }))
    await correctPost(cast.db, officer, made.id, { title: 'Who patrols at night?', body: 'Who?', tags: [], note: 'Clearer.', version: 1 })
    expect(await postById(cast.db, made.id)).toMatchObject({ details: { questionId: 7, missed: true }, version: 2 })
  })
})
