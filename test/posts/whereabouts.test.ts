/** Where a post is about: words for readers and a rough point, from the moment it is published until it is taken down. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { postcodes } from '../../src/geography/schema.ts'
import { acceptForm, contentOf, formOf, KINDS } from '../../src/posts/kinds.ts'
import { correctPost, publishPost, withdrawPost } from '../../src/posts/post.ts'
import { drafts, postPoints, posts, type DraftForm, type PostKind } from '../../src/posts/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff, makeTeam } from '../people.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  const more = { quality: 1, forceCode: 'E23000020', source: 'test' }
  await desk.db.insert(postcodes).values([
    { key: 'LN42LE', lat: 53.1951234, lng: -0.5321234, ...more },
    { key: 'LN42ZZ', lat: 53.2, lng: -0.5, ...more },
    { key: 'LN42AA', lat: null, lng: null, ...more },
  ])
})
afterAll(() => desk?.close())

const publish = (form: DraftForm, kind: PostKind = 'update') =>
  publishPost(desk.db, desk.officer, desk.team, { kind, title: 'Lights out', body: 'Since Monday.', tags: [], clientKey: randomUUID(), form })
const pointOf = async (postId: number) => (await desk.db.select().from(postPoints).where(eq(postPoints.postId, postId)))[0] ?? null
const correct = (id: number, form: DraftForm, version = 1) =>
  correctPost(desk.db, desk.officer, id, {
    title: '',
    body: '',
    tags: [],
    note: 'The place was wrong.',
    version,
    form: { title: 'Lights out', body: 'Since Monday.', ...form },
  })
const refusal = async (act: Promise<unknown>): Promise<Readonly<Record<string, string>>> => {
  const problem: unknown = await act.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(problem instanceof Refused)) throw new Error(`not refused: ${String(problem)}`)
  return problem.fields
}

describe('where a post is about', () => {
  test('is kept as words and as a point of the rough grid; the postcode is not', async () => {
    const { id } = await publish({ near: 'Near Grantham Road', 'near-postcode': 'ln4 2le' })
    expect(await pointOf(id)).toMatchObject({ label: 'Near Grantham Road', lat: 53.195, lng: -0.532 })
    const [post] = await desk.db.select().from(posts).where(eq(posts.id, id))
    expect(post?.details).toEqual({ near: 'Near Grantham Road' })
    expect(JSON.stringify(post)).not.toContain('LN4')
  })

  test('words alone are words alone', async () => {
    const { id } = await publish({ near: 'By the common' })
    expect(await pointOf(id)).toBeNull()
  })

  test.each([
    ['an unknown postcode', { near: 'The common', 'near-postcode': 'LN9 9ZZ' }, ['near-postcode']],
    ['one without a point', { near: 'The common', 'near-postcode': 'LN4 2AA' }, ['near-postcode']],
    ['half a postcode', { near: 'The common', 'near-postcode': 'LN4' }, ['near-postcode']],
    ['no postcode at all', { near: 'The common', 'near-postcode': 'over there' }, ['near-postcode']],
    ['a postcode without words', { 'near-postcode': 'LN4 2LE' }, ['near']],
    ['a house number', { near: '12 Grantham Road' }, ['near']],
    ['a postcode as words', { near: 'Near LN4 2LE' }, ['near']],
  ])('%s is refused by its field, and nothing is published', async (_what, form, fields) => {
    const before = await desk.db.$count(posts)
    expect(Object.keys(await refusal(publish(form)))).toEqual(fields)
    expect(await desk.db.$count(posts)).toBe(before)
  })

  test('a correction moves it, keeps it, renames it, and clears it', async () => {
    const { id } = await publish({ near: 'Grantham Road', 'near-postcode': 'LN4 2LE' })
    await correct(id, { near: 'Sleaford Road' })
    expect(await pointOf(id)).toMatchObject({ label: 'Sleaford Road', lat: 53.195 })
    await correct(id, { near: 'Sleaford Road', 'near-postcode': 'LN4 2ZZ' }, 2)
    expect(await pointOf(id)).toMatchObject({ label: 'Sleaford Road', lat: 53.2, lng: -0.5 })
    expect(Object.keys(await refusal(correct(id, { near: 'Sleaford Road', 'near-postcode': 'LN9 9ZZ' }, 3)))).toEqual(['near-postcode'])
    await correct(id, {}, 3)
    expect(await pointOf(id)).toBeNull()
  })

  test('goes with the post when its team withdraws it', async () => {
    const { id } = await publish({ near: 'Grantham Road', 'near-postcode': 'LN4 2LE' })
    await withdrawPost(desk.db, desk.officer, id, 'It was wrong.')
    expect(await pointOf(id)).toBeNull()
  })

  test('an arrest and a court result take neither field', () => {
    const takes = Object.values(KINDS).filter((kind) => kind.ground)
    expect(takes.map(({ kind }) => kind)).toEqual(['update', 'appeal', 'advice', 'found-property', 'priority', 'outcome'])
    expect(acceptForm('court', { near: 'The court', 'near-postcode': 'LN4 2LE' })).toEqual({})
    expect(() => acceptForm('arrest', { near: 'His house' })).toThrow(Refused)
    const form = { title: 'A', body: 'B', near: 'The common', 'near-postcode': 'LN4 2LE' }
    const content = contentOf('update', form, new Date())
    expect(contentOf('update', formOf('update', content), new Date())).toEqual(content)
  })
})

describe('in the composer', () => {
  let site: TestApp
  beforeAll(async () => {
    site = await openApp()
    await site.world.db.insert(postcodes).values({ key: 'LN42LE', lat: 53.1951234, lng: -0.5321234, quality: 1, forceCode: null, source: 'test' })
  })
  afterAll(() => site?.close())

  test('the fields are there, a wrong postcode comes back beside its field, and readers see the words alone', async () => {
    const { db } = site.world
    const team = await makeTeam(db, 'Bracebridge Heath')
    const cookie = await site.cookieOf(await makeStaff(db, 'PC Imran Adeyemi', 'officer', team))
    expect((await site.get('/teams/bracebridge-heath/posts/new', cookie)).body).toContain('name="near-postcode"')
    const form = { kind: 'update', key: randomUUID(), version: '', act: 'publish', body: 'Lights out.', near: 'Near Grantham Road' }
    const refused = await site.post('/teams/bracebridge-heath/drafts', { ...form, 'near-postcode': 'LN9 9ZZ' }, cookie)
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('id="near-postcode-error"')
    const [draft] = await db.select().from(drafts)
    const published = await site.post(
      '/teams/bracebridge-heath/drafts',
      { ...form, version: String(draft?.version), 'near-postcode': 'LN4 2LE' },
      cookie,
    )
    expect(published.statusCode).toBe(303)
    const { body } = await site.get(String(published.headers['location']))
    expect(body).toContain('Near Grantham Road')
    expect(body).not.toMatch(/LN4 ?2LE|53\.195/)
  })
})
