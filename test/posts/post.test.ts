import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken } from '../../src/errors.ts'
import { postById, postsOfForce, postsOfTeam, postsWithTag } from '../../src/posts/list.ts'
import { correctPost, publishPost, versionsOf, withdrawPost } from '../../src/posts/post.ts'
import { posts, postTags, postTeams } from '../../src/posts/schema.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let elsewhere: TeamName
let officer: SignedIn
let colleague: SignedIn
let sergeant: SignedIn
let pressOffice: SignedIn
let resident: SignedIn

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  elsewhere = await makeTeam(world.db, 'Alford')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(world.db, 'PC Joan Fell', 'officer', team)
  sergeant = await makeStaff(world.db, 'Sgt Ruth Okafor', 'supervisor', team)
  pressOffice = await makeStaff(world.db, 'Dana Price', 'press-office')
  resident = await makeResident(world.db, 'Maureen T')
})
afterAll(() => world.close())

const words = (title = 'Speed checks', tags = ['speeding']) => ({ title, body: 'We were **out** this morning.', tags, clientKey: randomUUID() })
const correction = (version = 1) => ({ title: 'Speed checks, corrected', body: 'On Thursday.', tags: ['roads'], note: 'The day was wrong.', version })

describe('publishing', () => {
  test('makes a post with its conversation and address, marked with team and role', async () => {
    const { id, path } = await publishPost(world.db, officer, team, words())
    const post = await postById(world.db, id)
    expect(path).toBe(`/teams/bracebridge-heath/posts/${id}-speed-checks`)
    expect(post).toMatchObject({ path, officialRole: 'officer', officialTeam: 'Bracebridge Heath', author: 'PC Imran Adeyemi', mode: 'open' })
    expect(post.body.html).toContain('<strong>out</strong>')
  })

  test('the same form sent twice, also at once, makes one post', async () => {
    const form = words('Once only')
    const sent = await Promise.all([publishPost(world.db, officer, team, form), publishPost(world.db, officer, team, form)])
    sent.push(await publishPost(world.db, officer, team, form))
    expect(new Set(sent.map((post) => post.id)).size).toBe(1)
  })

  test('is for the own team; the press office speaks for every team, residents and administrators for none', async () => {
    await expect(publishPost(world.db, officer, elsewhere, words())).rejects.toBeInstanceOf(Forbidden)
    await expect(publishPost(world.db, resident, team, words())).rejects.toBeInstanceOf(Forbidden)
    await expect(publishPost(world.db, await makeStaff(world.db, 'Ann Admin', 'administrator'), team, words())).rejects.toBeInstanceOf(Forbidden)
    expect((await publishPost(world.db, pressOffice, elsewhere, words())).id).toBeGreaterThan(0)
  })

  test('raises the version of the team', async () => {
    const version = async () => (await world.db.select().from(teams).where(eq(teams.id, team.id)))[0]?.version ?? 0
    const before = await version()
    await makePost(world.db, officer, team)
    expect(await version()).toBe(before + 1)
  })
})

describe('correcting', () => {
  test('keeps the earlier version readable and marks the post; the address follows the title', async () => {
    const post = await makePost(world.db, officer, team, 'Meeting on Tuesday')
    await correctPost(world.db, officer, post.id, correction())
    const shown = await postById(world.db, post.id)
    expect(shown).toMatchObject({ state: 'corrected', version: 2, tags: ['roads'] })
    expect(shown.path).toMatch(/-speed-checks-corrected$/)
    expect(await versionsOf(world.db, post)).toMatchObject([{ version: 1, title: 'Meeting on Tuesday', note: 'The day was wrong.' }])
    const tagged = await postsWithTag(world.db, 'roads')
    expect(tagged.items.map((item) => item.id)).toContain(post.id)
  })

  test('two at once: the second hears of the first, and nothing of the first is lost', async () => {
    const post = await makePost(world.db, officer, team)
    await correctPost(world.db, officer, post.id, correction())
    await expect(correctPost(world.db, sergeant, post.id, correction())).rejects.toBeInstanceOf(Overtaken)
    expect(await versionsOf(world.db, post)).toHaveLength(1)
  })

  test('the same correction twice is the same as once', async () => {
    const post = await makePost(world.db, officer, team)
    const first = await correctPost(world.db, officer, post.id, correction())
    expect(await correctPost(world.db, officer, post.id, correction())).toEqual(first)
    expect(await versionsOf(world.db, post)).toHaveLength(1)
    await expect(correctPost(world.db, officer, post.id, { ...correction(), body: 'Other words.' })).rejects.toBeInstanceOf(Overtaken)
  })

  test('own posts by officers, the team’s by the sergeant, any by the press office', async () => {
    const post = await makePost(world.db, officer, team)
    await expect(correctPost(world.db, colleague, post.id, correction())).rejects.toBeInstanceOf(Forbidden)
    await expect(correctPost(world.db, resident, post.id, correction())).rejects.toBeInstanceOf(Forbidden)
    await correctPost(world.db, sergeant, post.id, correction(1))
    await correctPost(world.db, pressOffice, post.id, correction(2))
    expect((await postById(world.db, post.id)).version).toBe(3)
  })
})

describe('withdrawing', () => {
  test('leaves a notice and a row in the log, and no words anywhere; twice is the same as once', async () => {
    const post = await makePost(world.db, officer, team, 'Taken back')
    await correctPost(world.db, officer, post.id, correction())
    await withdrawPost(world.db, officer, post.id, 'It named the wrong road.')
    await withdrawPost(world.db, officer, post.id, 'Again.')
    const shown = await postById(world.db, post.id)
    expect(shown).toMatchObject({ state: 'withdrawn', withdrawnBecause: 'It named the wrong road.' })
    expect(shown.body.html).toBe('')
    expect((await postsWithTag(world.db, 'roads')).items.map((item) => item.id)).not.toContain(post.id)
    const rows = await world.db.select().from(log).where(eq(log.itemId, post.id))
    expect(rows).toMatchObject([{ act: 'withdraw', item: 'post', role: 'officer' }])
    await expect(correctPost(world.db, officer, post.id, correction(2))).rejects.toBeInstanceOf(Forbidden)
    const late = postComment(world.db, resident, post.conversationId, { body: 'Too late', parentId: null, clientKey: randomUUID() })
    await expect(late).rejects.toMatchObject({ fields: { body: expect.stringContaining('archived') } })
  })
})

describe('lists', () => {
  test('are newest first and page by key without gap or repeat, also when times are equal', async () => {
    const place = await makeTeam(world.db, 'Skegness')
    const made: number[] = []
    for (let i = 0; i < 45; i++) made.push((await publishPost(world.db, pressOffice, place, words(`Post ${i}`, ['listed']))).id)
    await world.db
      .update(postTeams)
      .set({ listedAt: new Date('2026-05-01T10:00:00Z') })
      .where(eq(postTeams.teamId, place.id))
    const seen: number[] = []
    for (let cursor: string | undefined; ;) {
      const page = await postsOfTeam(world.db, place.id, cursor)
      seen.push(...page.items.map((item) => item.id))
      if (page.next === null) break
      cursor = page.next
    }
    expect(seen).toEqual(made.toReversed())
  })

  test('a cursor that makes no sense is the beginning', async () => {
    const first = await postsOfForce(world.db)
    for (const cursor of ['', 'x', '-1', '99999999999999999-1', "1' or 1=1"])
      expect((await postsOfForce(world.db, cursor)).items[0]?.id).toBe(first.items[0]?.id)
  })

  test('staff posts are on no public page: in no list, under no tag, and not by their id', async () => {
    const [conversation] = await world.db
      .insert(conversations)
      .values({ audience: 'staff', teamId: team.id, title: 'Inside', path: '/x' })
      .returning()
    const { id: _id, path: _path, ...like } = await makePost(world.db, officer, team, 'A public one')
    const [inside] = await world.db
      .insert(posts)
      .values({ ...like, title: 'For colleagues only', audience: 'staff', conversationId: conversation!.id, clientKey: randomUUID() })
      .returning()
    const list = () => world.db.insert(postTeams).values({ postId: inside!.id, teamId: team.id, how: 'own', listedAt: inside!.publishedAt })
    const tag = () => world.db.insert(postTags).values({ tag: 'speeding', postId: inside!.id, publishedAt: inside!.publishedAt })
    // The database refuses it. And if it did not, whoever reads the lists would leave it out.
    await expect(list()).rejects.toMatchObject({ cause: { code: '23001' } })
    await expect(tag()).rejects.toMatchObject({ cause: { code: '23001' } })
    for (const table of ['post_teams', 'post_tags']) await world.db.execute(`alter table ${table} disable trigger ${table}_public`)
    await list()
    await tag()
    const lists = [await postsOfTeam(world.db, team.id), await postsOfForce(world.db), await postsWithTag(world.db, 'speeding')]
    for (const { items } of lists) expect(items.map((item) => item.title)).not.toContain('For colleagues only')
    for (const { items } of lists) expect(items.map((item) => item.title)).toContain('A public one')
    await expect(postById(world.db, inside!.id)).rejects.toBeInstanceOf(NotFound)
  })
})
