import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import { activities, log } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { openStorage, type Storage } from '../../src/media/storage.ts'
import { eraseFiles } from '../../src/posts/attachment.ts'
import { coverPhoto } from '../../src/posts/cover.ts'
import { postsOfTeam } from '../../src/posts/list.ts'
import { addPhoto, expirePhotos, movePhotos, photoFile, removePhoto, removePhotosOfPost } from '../../src/posts/photo.ts'
import { photos, posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { scene } from '../media/pictures.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { makeDraft, uploadsFolder } from './files.ts'

const HOUR = 3_600_000
const folder = uploadsFolder()
let world: World
let storage: Storage
let team: TeamName
let officer: SignedIn
let colleague: SignedIn
let sergeant: SignedIn
let press: SignedIn
let stranger: SignedIn
let resident: SignedIn
let picture: Buffer

beforeAll(async () => {
  world = await openWorld(12)
  storage = openStorage(readConfig({ UPLOADS_DIR: folder.path }))
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(world.db, 'PC Grace Ellis', 'officer', team)
  sergeant = await makeStaff(world.db, 'Sgt Helen Marsh', 'supervisor', team)
  press = await makeStaff(world.db, 'Press office', 'press-office')
  stranger = await makeStaff(world.db, 'PC Elsewhere', 'officer', await makeTeam(world.db, 'Elsewhere'))
  resident = await makeResident(world.db, 'Maureen T')
  picture = await scene(60, 40).jpeg().toBuffer()
})
afterEach(() => moveClock(0))
afterAll(async () => {
  await world.close()
  folder.remove()
})

const newDraft = (change: Parameters<typeof makeDraft>[3] = {}) => makeDraft(world.db, officer, team, change)
const add = (draftId: number, more: Partial<Parameters<typeof addPhoto>[4]> = {}, as = officer) =>
  addPhoto(world.db, storage, as, draftId, { key: randomUUID(), alt: 'A van at the verge', lookedAt: true, bytes: picture, ...more })
const rowOf = async (id: number) => {
  const [row] = await world.db.select().from(photos).where(eq(photos.id, id))
  if (!row) throw new Error('no row')
  return row
}
const filesOf = async (id: number) => {
  const { fileKey } = await rowOf(id)
  return folder.files().filter((file) => file.startsWith(fileKey))
}
const sees = (actor: Actor, id: number) =>
  photoFile(world.db, actor, id, 'small').then(
    () => true,
    (error: unknown) => {
      if (error instanceof NotFound) return false
      throw error
    },
  )

/** A post with photos, as publishing leaves it. */
async function postWithPhotos(count: number, expiresAt: Date | null = null) {
  const post = await makePost(world.db, officer, team)
  const draft = await newDraft()
  for (let number = 1; number <= count; number++) await add(draft.id, { alt: `Photo ${number}` })
  const shown = await world.db.transaction(async (tx) => {
    const moved = await movePhotos(tx, draft, post.id, expiresAt)
    await tx.update(posts).set({ photos: moved }).where(eq(posts.id, post.id))
    return moved
  })
  return { post, shown }
}
const postOf = async (id: number) => (await world.db.select().from(posts).where(eq(posts.id, id)))[0]

describe('who sees a photo', () => {
  test('of a draft: its author, its team and the press office', async () => {
    const photo = await add((await newDraft()).id)
    const all = { officer, colleague, sergeant, press, stranger, resident, visitor }
    const seen = await Promise.all(Object.entries(all).map(async ([who, actor]) => [who, await sees(actor, photo.id)]))
    expect(Object.fromEntries(seen)).toEqual({
      officer: true,
      colleague: true,
      sergeant: true,
      press: true,
      stranger: false,
      resident: false,
      visitor: false,
    })
    expect((await photoFile(world.db, officer, photo.id, 'large')).isPublic).toBe(false)
  })

  test.each(['published', 'corrected', 'archived'] as const)('of a post that is %s: everybody', async (state) => {
    const { post, shown } = await postWithPhotos(1)
    await world.db.update(posts).set({ state }).where(eq(posts.id, post.id))
    const file = await photoFile(world.db, visitor, shown[0]?.id ?? 0, 'medium')
    expect(file).toMatchObject({ isPublic: true, file: expect.stringMatching(/-medium\.webp$/) })
    expect(file.etag).not.toContain(file.file.slice(0, 8))
  })

  test('of a withdrawn post: only its team and the press office', async () => {
    const { post, shown } = await postWithPhotos(1)
    await world.db.update(posts).set({ state: 'withdrawn' }).where(eq(posts.id, post.id))
    const id = shown[0]?.id ?? 0
    expect(await Promise.all([visitor, resident, stranger, officer, sergeant, press].map((actor) => sees(actor, id)))).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ])
    expect((await photoFile(world.db, press, id, 'small')).isPublic).toBe(false)
  })

  test('past its time: nobody, before any sweep has run', async () => {
    const { shown } = await postWithPhotos(1, new Date(Date.now() + HOUR))
    const id = shown[0]?.id ?? 0
    expect(await sees(visitor, id)).toBe(true)
    moveClock(HOUR + 1000)
    expect(await Promise.all([visitor, press].map((actor) => sees(actor, id)))).toEqual([false, false])
  })

  test('one that does not exist: nobody', async () => {
    expect(await sees(press, 999_999)).toBe(false)
  })
})

describe('photos of a post', () => {
  test('keep their order, and go when the person is traced: with a note, a log row and an activity', async () => {
    const { post, shown } = await postWithPhotos(2)
    await world.db.update(posts).set({ kind: 'appeal' }).where(eq(posts.id, post.id))
    expect(shown.map(({ alt }) => alt)).toEqual(['Photo 1', 'Photo 2'])
    await expect(removePhotosOfPost(world.db, stranger, post.id, 'Traced')).rejects.toThrow(Forbidden)
    expect(await removePhotosOfPost(world.db, officer, post.id, 'The person was traced.')).toEqual({ path: post.path })
    await removePhotosOfPost(world.db, officer, post.id, 'The person was traced.')
    expect(await postOf(post.id)).toMatchObject({
      photos: [],
      version: post.version,
      details: { photosRemovedBecause: 'The person was traced.', photosRemovedAt: expect.any(String) },
    })
    expect(await Promise.all(shown.map(({ id }) => sees(press, id)))).toEqual([false, false])
    const logged = await world.db.select().from(log).where(eq(log.itemId, post.id))
    expect(logged.filter(({ act }) => act === 'remove-photos')).toMatchObject([
      { item: 'post', role: 'officer', publicText: 'The person was traced.' },
    ])
    const told = await world.db.select().from(activities).where(eq(activities.postId, post.id))
    expect(told.filter(({ kind }) => kind === 'post.photos-removed')).toHaveLength(1)
    await eraseFiles(world.db, storage)
    expect((await Promise.all(shown.map(({ id }) => filesOf(id)))).flat()).toEqual([])
  })

  test('one that is hard to look at is covered, and uncovered, by whoever answers for the post; each once, each with its row', async () => {
    const { post, shown } = await postWithPhotos(2)
    const [one, two] = shown.map(({ id }) => id)
    for (const nobody of [colleague, stranger, resident]) await expect(coverPhoto(world.db, nobody, one ?? 0, true)).rejects.toThrow(Forbidden)
    await expect(coverPhoto(world.db, press, 987_654, true)).rejects.toThrow(NotFound)
    expect(await coverPhoto(world.db, press, one ?? 0, true)).toEqual({ path: post.path })
    await coverPhoto(world.db, officer, one ?? 0, true)
    expect((await postOf(post.id))?.photos).toMatchObject([{ id: one, graphic: true }, { id: two }])
    expect((await postOf(post.id))?.photos[1]).not.toHaveProperty('graphic')
    // A list shows the first photo that is not covered.
    const listed = async () => (await postsOfTeam(world.db, team.id)).items.find(({ id }) => id === post.id)?.photo?.id
    expect(await listed()).toBe(two)
    await coverPhoto(world.db, sergeant, one ?? 0, false)
    expect(await listed()).toBe(one)
    const logged = await world.db.select().from(log).where(eq(log.itemId, post.id))
    expect(logged.filter(({ act }) => act === 'cover').map(({ role }) => role)).toEqual(['press-office', 'supervisor'])
  })

  test('one is taken out by the sergeant or the press office', async () => {
    const { post, shown } = await postWithPhotos(3)
    const [one, two, three] = shown.map(({ id }) => id)
    for (const nobody of [officer, stranger, resident]) await expect(removePhoto(world.db, nobody, one ?? 0, 'No')).rejects.toThrow(Forbidden)
    expect(await removePhoto(world.db, sergeant, one ?? 0, 'A face')).toEqual({ path: post.path })
    await removePhoto(world.db, press, three ?? 0, 'A plate')
    expect((await postOf(post.id))?.photos.map(({ id }) => id)).toEqual([two])
    expect(await Promise.all([one, two, three].map((id) => sees(visitor, id ?? 0)))).toEqual([false, true, false])
  })

  test('go by themselves when their time is over, and others stay', async () => {
    const timed = await postWithPhotos(2, new Date(Date.now() + 2 * HOUR))
    const lasting = await postWithPhotos(1)
    expect(await expirePhotos(world.db)).toBe(0)
    moveClock(2 * HOUR + 1000)
    await Promise.all([expirePhotos(world.db), expirePhotos(world.db)])
    expect((await postOf(timed.post.id))?.photos).toEqual([])
    expect((await postOf(lasting.post.id))?.photos).toHaveLength(1)
    const logged = await world.db.select().from(log).where(eq(log.itemId, timed.post.id))
    expect(logged.filter(({ act }) => act === 'remove-photos')).toMatchObject([{ role: 'system', actorId: null }])
    expect(await expirePhotos(world.db)).toBe(0)
  })
})
