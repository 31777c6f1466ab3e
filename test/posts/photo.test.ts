import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, type SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { openStorage, type Storage } from '../../src/media/storage.ts'
import { eraseFiles } from '../../src/posts/attachment.ts'
import { addPhoto, describePhotos, lookAtPhotos, MOST_PHOTOS, photoFile, photosOfDraft, removePhoto, replacePhoto } from '../../src/posts/photo.ts'
import { lockDraft } from '../../src/posts/draft.ts'
import { drafts, photos } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { HTML, phonePhoto, scene } from '../media/pictures.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
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
const versionOf = async (id: number) => (await world.db.select().from(drafts).where(eq(drafts.id, id)))[0]?.version
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

describe('adding', () => {
  test('stores three sizes under a key of their own, and nothing else', async () => {
    const draft = await newDraft()
    const photo = await add(draft.id, { bytes: await phonePhoto(300, 200) })
    expect(photo).toMatchObject({ alt: 'A van at the verge', width: 200, height: 300, lookedAt: true, expiresAt: null })
    const { fileKey, storedAt, lookedAtBy } = await rowOf(photo.id)
    expect(await filesOf(photo.id)).toEqual(['large', 'medium', 'small'].map((size) => `${fileKey}-${size}.webp`))
    expect(storedAt).not.toBeNull()
    expect(lookedAtBy).toBe(officer.accountId)
    expect(await photosOfDraft(world.db, draft.id)).toEqual([photo])
    expect(await versionOf(draft.id)).toBe(draft.version + 1)
  })

  test('without the blur tool it says that nobody has looked at it', async () => {
    const draft = await newDraft()
    expect(await add(draft.id, { lookedAt: false })).toMatchObject({ lookedAt: false })
  })

  test('the same key is the same photo, one after the other and at once', async () => {
    const draft = await newDraft()
    const key = randomUUID()
    const all = [await add(draft.id, { key }), ...(await Promise.all([1, 2, 3, 4].map(() => add(draft.id, { key }))))]
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    const other = randomUUID()
    const atOnce = await Promise.all([1, 2, 3, 4].map(() => add(draft.id, { key: other })))
    expect(new Set(atOnce.map(({ id }) => id)).size).toBe(1)
    expect(await photosOfDraft(world.db, draft.id)).toHaveLength(2)
    expect(await versionOf(draft.id)).toBe(draft.version + 2)
  })

  test(`at most ${MOST_PHOTOS}, also when all are sent at once`, async () => {
    const draft = await newDraft()
    const sent = await Promise.allSettled(Array.from({ length: MOST_PHOTOS + 4 }, () => add(draft.id)))
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(MOST_PHOTOS)
    expect(sent.filter((one) => one.status === 'rejected' && !(one.reason instanceof Refused))).toEqual([])
    const stored = await photosOfDraft(world.db, draft.id)
    expect(stored).toHaveLength(MOST_PHOTOS)
    await removePhoto(world.db, officer, stored[0]?.id ?? 0, null)
    expect(await add(draft.id)).toMatchObject({ lookedAt: true })
  })

  test('leaves nothing of what is no photo', async () => {
    const draft = await newDraft()
    const before = folder.files()
    await expect(add(draft.id, { bytes: HTML })).rejects.toThrow(Refused)
    expect(folder.files()).toEqual(before)
    expect(await world.db.select().from(photos).where(eq(photos.draftId, draft.id))).toEqual([])
    expect(await versionOf(draft.id)).toBe(draft.version)
  })

  test('is for the author alone, while the draft is theirs', async () => {
    const draft = await newDraft()
    for (const other of [colleague, sergeant, press]) await expect(add(draft.id, {}, other)).rejects.toThrow(Forbidden)
    for (const outsider of [stranger, resident]) await expect(add(draft.id, {}, outsider)).rejects.toThrow(NotFound)
    const waiting = await newDraft({ state: 'submitted' })
    await expect(add(waiting.id)).rejects.toThrow(Forbidden)
    await expect(add(999_999)).rejects.toThrow(NotFound)
    expect(await photosOfDraft(world.db, draft.id)).toEqual([])
  })

  test('a kind without photos takes none', async () => {
    const draft = await newDraft({ kind: 'arrest' })
    await expect(add(draft.id)).rejects.toThrow(Refused)
  })

  test('a key of another draft, or of a photo that was removed, is not taken again', async () => {
    const key = randomUUID()
    const draft = await newDraft()
    const photo = await add(draft.id, { key })
    await expect(add((await newDraft()).id, { key })).rejects.toThrow(Overtaken)
    await removePhoto(world.db, officer, photo.id, null)
    await expect(add(draft.id, { key })).rejects.toThrow(Overtaken)
  })
})

describe('a store that fails', () => {
  const failing = (after: number): Storage => {
    let left = after
    return { ...storage, put: async (file, bytes) => (left-- > 0 ? storage.put(file, bytes) : Promise.reject(new Error('the disk is full'))) }
  }

  test('shows nothing half, and sending it again mends it', async () => {
    const draft = await newDraft()
    const photo = { key: randomUUID(), alt: '', lookedAt: true, bytes: picture }
    await expect(addPhoto(world.db, failing(1), officer, draft.id, photo)).rejects.toThrow('the disk is full')
    expect(await photosOfDraft(world.db, draft.id)).toEqual([])
    const [row] = await world.db.select().from(photos).where(eq(photos.clientKey, photo.key))
    expect(await sees(officer, row?.id ?? 0)).toBe(false)
    const mended = await add(draft.id, photo)
    expect(mended.id).toBe(row?.id)
    expect(await filesOf(mended.id)).toHaveLength(3)
  })

  test('leaves what is swept away after an hour, and sent again after that it is stored anew', async () => {
    const draft = await newDraft()
    const photo = { key: randomUUID(), alt: '', lookedAt: true, bytes: picture }
    await expect(addPhoto(world.db, failing(2), officer, draft.id, photo)).rejects.toThrow('the disk is full')
    const [row] = await world.db.select().from(photos).where(eq(photos.clientKey, photo.key))
    const id = row?.id ?? 0
    await eraseFiles(world.db, storage)
    expect(await filesOf(id)).toHaveLength(2)
    moveClock(HOUR + 1000)
    expect(await eraseFiles(world.db, storage)).toBe(1)
    expect(await filesOf(id)).toEqual([])
    expect(await eraseFiles(world.db, storage)).toBe(0)
    await add(draft.id, photo)
    expect(await filesOf(id)).toHaveLength(3)
    expect((await rowOf(id)).fileKey).not.toBe(row?.fileKey)
  })
})

describe('replacing after blurring', () => {
  test('puts other files in the place of the old ones, which are gone at once', async () => {
    const draft = await newDraft()
    const photo = await add(draft.id, { lookedAt: false })
    const old = await rowOf(photo.id)
    const replaced = await replacePhoto(world.db, storage, officer, photo.id, await scene(80, 80).png().toBuffer())
    expect(replaced).toMatchObject({ id: photo.id, width: 80, height: 80, lookedAt: true, alt: photo.alt })
    expect(folder.files().filter((file) => file.startsWith(old.fileKey))).toEqual([])
    expect(await filesOf(photo.id)).toHaveLength(3)
    expect((await rowOf(photo.id)).lookedAtBy).toBe(officer.accountId)
    expect(await versionOf(draft.id)).toBe(draft.version + 2)
    const etags = await Promise.all(['small', 'large'].map((size) => photoFile(world.db, officer, photo.id, size as 'small')))
    expect(etags[0]?.file).not.toContain(old.fileKey)
  })

  test('by whoever approves, while it waits, and by nobody else', async () => {
    const draft = await newDraft()
    const photo = await add(draft.id, { lookedAt: false })
    await expect(replacePhoto(world.db, storage, press, photo.id, picture)).rejects.toThrow(Forbidden)
    await world.db.update(drafts).set({ state: 'submitted' }).where(eq(drafts.id, draft.id))
    await expect(replacePhoto(world.db, storage, officer, photo.id, picture)).rejects.toThrow(Forbidden)
    await expect(replacePhoto(world.db, storage, colleague, photo.id, picture)).rejects.toThrow(Forbidden)
    await expect(replacePhoto(world.db, storage, stranger, photo.id, picture)).rejects.toThrow(NotFound)
    expect(await replacePhoto(world.db, storage, press, photo.id, picture)).toMatchObject({ lookedAt: true })
    expect((await rowOf(photo.id)).lookedAtBy).toBe(press.accountId)
  })

  test('changes nothing when what comes is no photo, or the store fails', async () => {
    const draft = await newDraft()
    const photo = await add(draft.id, { lookedAt: false })
    const [before, files] = [await rowOf(photo.id), folder.files()]
    await expect(replacePhoto(world.db, storage, officer, photo.id, HTML)).rejects.toThrow(Refused)
    const full: Storage = { ...storage, put: () => Promise.reject(new Error('the disk is full')) }
    await expect(replacePhoto(world.db, full, officer, photo.id, picture)).rejects.toThrow('the disk is full')
    expect(await rowOf(photo.id)).toEqual(before)
    expect(folder.files()).toEqual(files)
  })
})

describe('describing and looking', () => {
  test('keeps what was typed, once', async () => {
    const draft = await newDraft()
    const [one, two] = [await add(draft.id), await add(draft.id)]
    const describe = (alts: [number, string][], graphic = false) =>
      world.db.transaction(async (tx) =>
        describePhotos(tx, await lockDraft(tx, officer, draft.id, 'write'), new Map(alts.map(([id, alt]) => [id, { alt, graphic }]))),
      )
    expect(
      await describe([
        [one.id, '  A hedge \n cut back '],
        [two.id, two.alt],
      ]),
    ).toBe(true)
    expect((await photosOfDraft(world.db, draft.id)).map(({ alt }) => alt)).toEqual(['A hedge cut back', two.alt])
    expect(await describe([[one.id, 'A hedge cut back']])).toBe(false)
    expect(await describe([[one.id, 'A hedge cut back']], true)).toBe(true)
    expect(await describe([[one.id, 'A hedge cut back']], true)).toBe(false)
    expect((await photosOfDraft(world.db, draft.id)).map(({ graphic }) => graphic)).toEqual([true, undefined])
    await expect(describe([[one.id, 'x'.repeat(301)]])).rejects.toMatchObject({ fields: { [`alt-${one.id}`]: expect.stringContaining('300') } })
    const foreign = await add((await newDraft()).id)
    expect(await describe([[foreign.id, 'Not mine to say']])).toBe(false)
    expect((await rowOf(foreign.id)).alt).toBe(foreign.alt)
    expect(await versionOf(draft.id)).toBe(draft.version + 4)
  })

  test('the approver has looked at those that nobody looked at', async () => {
    const draft = await newDraft()
    const [seen, unseen] = [await add(draft.id), await add(draft.id, { lookedAt: false })]
    await world.db.transaction((tx) => lookAtPhotos(tx, press, draft))
    expect((await rowOf(seen.id)).lookedAtBy).toBe(officer.accountId)
    expect((await rowOf(unseen.id)).lookedAtBy).toBe(press.accountId)
  })
})

describe('removing from a draft', () => {
  test('takes it from view at once and its files with the next sweep', async () => {
    const draft = await newDraft()
    const photo = await add(draft.id)
    await expect(removePhoto(world.db, colleague, photo.id, null)).rejects.toThrow(Forbidden)
    await expect(removePhoto(world.db, stranger, photo.id, null)).rejects.toThrow(NotFound)
    expect(await removePhoto(world.db, officer, photo.id, null)).toEqual({ path: `/officers/drafts/${draft.id}` })
    await removePhoto(world.db, officer, photo.id, null)
    expect(await sees(officer, photo.id)).toBe(false)
    expect(await photosOfDraft(world.db, draft.id)).toEqual([])
    expect(await versionOf(draft.id)).toBe(draft.version + 2)
    await eraseFiles(world.db, storage)
    expect(await filesOf(photo.id)).toEqual([])
    expect((await rowOf(photo.id)).erasedAt).not.toBeNull()
  })

  test('a store that fails is tried again', async () => {
    const photo = await add((await newDraft()).id)
    await removePhoto(world.db, officer, photo.id, null)
    await expect(eraseFiles(world.db, { ...storage, remove: () => Promise.reject(new Error('away')) })).rejects.toThrow('away')
    expect((await rowOf(photo.id)).erasedAt).toBeNull()
    await eraseFiles(world.db, storage)
    expect(await filesOf(photo.id)).toEqual([])
  })
})
