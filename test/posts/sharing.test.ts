import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { publishDraft } from '../../src/posts/lifecycle.ts'
import { postsOfTeam } from '../../src/posts/list.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { pinPost, repostPost, takeBackRepost, unpinPost } from '../../src/posts/sharing.ts'
import { teams } from '../../src/teams/schema.ts'
import { openCast, write, type Cast } from './draft-cast.ts'

let cast: Cast
beforeAll(async () => {
  cast = await openCast()
})
afterAll(() => cast.close())

const published = async (): Promise<number> => {
  const draft = await write(cast)
  return (await publishDraft(cast.db, cast.people.officer, draft.id, 1)).id
}
const onPage = async (teamId: number, id: number) => (await postsOfTeam(cast.db, teamId)).items.find((item) => item.id === id)
const versionOf = async (id: number) => (await cast.db.select().from(teams).where(eq(teams.id, id)))[0]?.version ?? 0

describe('passing on', () => {
  test('puts a post on another team’s page with a line of its own; it stays the post of its team', async () => {
    const id = await published()
    const before = await versionOf(cast.elsewhere.id)
    await repostPost(cast.db, cast.people.stranger, id, cast.elsewhere, '  Also on our roads. ')
    expect(await onPage(cast.elsewhere.id, id)).toMatchObject({ line: 'Also on our roads.', teamName: 'Bracebridge Heath', pinned: false })
    expect(await onPage(cast.team.id, id)).toMatchObject({ line: null })
    expect(await versionOf(cast.elsewhere.id)).toBeGreaterThan(before)
    await repostPost(cast.db, cast.people.stranger, id, cast.elsewhere, 'Another line.')
    expect(await onPage(cast.elsewhere.id, id)).toMatchObject({ line: 'Another line.' })
    const told = await cast.db.select().from(activities).where(eq(activities.postId, id))
    expect(told.filter(({ kind }) => kind === 'post.reposted')).toMatchObject([{ teamId: cast.elsewhere.id }, { teamId: cast.elsewhere.id }])
  })

  test('is for the publishers of that team, with a line, and not where it stands already', async () => {
    const { officer, stranger, administrator, resident, press } = cast.people
    const id = await published()
    for (const actor of [officer, administrator, resident])
      await expect(repostPost(cast.db, actor, id, cast.elsewhere, 'Mine now.')).rejects.toBeInstanceOf(Forbidden)
    for (const line of ['', '   ', 'x'.repeat(201)])
      await expect(repostPost(cast.db, stranger, id, cast.elsewhere, line)).rejects.toBeInstanceOf(Refused)
    await expect(repostPost(cast.db, press, id, cast.team, 'Twice.')).rejects.toMatchObject({ fields: { team: expect.any(String) } })
    await withdrawPost(cast.db, officer, id, 'Wrong.')
    await expect(repostPost(cast.db, stranger, id, cast.elsewhere, 'Too late.')).rejects.toBeInstanceOf(Forbidden)
    await expect(repostPost(cast.db, stranger, 987_654, cast.elsewhere, 'Nothing.')).rejects.toBeInstanceOf(NotFound)
  })

  test('at once is once; it can be taken back, and the team’s own post cannot', async () => {
    const id = await published()
    const { stranger, officer } = cast.people
    await Promise.all([1, 2, 3].map(() => repostPost(cast.db, stranger, id, cast.elsewhere, 'Once.')))
    await expect(takeBackRepost(cast.db, officer, id, cast.elsewhere.id)).rejects.toBeInstanceOf(Forbidden)
    await takeBackRepost(cast.db, stranger, id, cast.elsewhere.id)
    await takeBackRepost(cast.db, stranger, id, cast.elsewhere.id)
    expect(await onPage(cast.elsewhere.id, id)).toBeUndefined()
    await takeBackRepost(cast.db, officer, id, cast.team.id)
    expect(await onPage(cast.team.id, id)).toBeDefined()
  })
})

describe('a pin', () => {
  test('stands first, once, and only one at a time; on the next page it does not come again', async () => {
    const [first, second] = [await published(), await published()]
    for (let more = 0; more < 22; more++) await published()
    const { officer, sergeant } = cast.people
    await pinPost(cast.db, officer, first, cast.team.id)
    await pinPost(cast.db, sergeant, second, cast.team.id)
    const page = await postsOfTeam(cast.db, cast.team.id)
    expect(page.items[0]).toMatchObject({ id: second, pinned: true })
    expect(page.items.filter((item) => item.pinned)).toHaveLength(1)
    const rest = await postsOfTeam(cast.db, cast.team.id, page.next ?? '')
    expect([...page.items, ...rest.items].filter((item) => item.id === second)).toHaveLength(1)
    expect(rest.items.map((item) => item.id)).toContain(first)
    await unpinPost(cast.db, officer, second, cast.team.id)
    await unpinPost(cast.db, officer, second, cast.team.id)
    expect((await postsOfTeam(cast.db, cast.team.id)).items.filter((item) => item.pinned)).toEqual([])
  })

  test('many at once leave one', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map(() => published()))
    await Promise.all(ids.map((id) => pinPost(cast.db, cast.people.press, id, cast.team.id)))
    expect((await postsOfTeam(cast.db, cast.team.id)).items.filter((item) => item.pinned)).toHaveLength(1)
  })

  test('is for the people of the page, on a page where the post stands, and goes with a withdrawal', async () => {
    const id = await published()
    const { stranger, resident, officer } = cast.people
    for (const actor of [stranger, resident]) await expect(pinPost(cast.db, actor, id, cast.team.id)).rejects.toBeInstanceOf(Forbidden)
    await expect(pinPost(cast.db, stranger, id, cast.elsewhere.id)).rejects.toBeInstanceOf(NotFound)
    await repostPost(cast.db, stranger, id, cast.elsewhere, 'Look at this.')
    await pinPost(cast.db, stranger, id, cast.elsewhere.id)
    expect(await onPage(cast.elsewhere.id, id)).toMatchObject({ pinned: true, line: 'Look at this.' })
    await withdrawPost(cast.db, officer, id, 'Wrong.')
    expect(await onPage(cast.elsewhere.id, id)).toMatchObject({ pinned: false, state: 'withdrawn', photo: null })
  })
})
