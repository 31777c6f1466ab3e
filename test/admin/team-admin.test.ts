import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import { officers, teams } from '../../src/teams/schema.ts'
import {
  archiveTeam,
  createTeam,
  everyTeam,
  removeOfficer,
  renameTeam,
  saveOfficer,
  setContact,
  setLocalities,
  teamForAdmin,
} from '../../src/teams/team-admin.ts'
import { allTeams, movedTo, teamBySlug, teamsNamed } from '../../src/teams/team.ts'
import { makeResident, makeStaff } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let asha: SignedIn
beforeAll(async () => {
  world = await openWorld()
  asha = await makeStaff(world.db, 'Asha Nair', 'administrator')
})
afterAll(() => world.close())

const versionOf = async (id: number): Promise<number> => (await teamForAdmin(world.db, asha, id)).version
const NOBODY = { name: 'Imran Adeyemi', rank: 'PC', role: 'Beat manager', contact: { email: 'imran@lincs.example', telephone: null } }

describe('a team', () => {
  test('is made with an address from its name, once', async () => {
    const { slug } = await createTeam(world.db, asha, { name: 'Bracebridge Heath' })
    expect(slug).toBe('bracebridge-heath')
    expect((await teamBySlug(world.db, slug)).name).toBe('Bracebridge Heath')
    await expect(createTeam(world.db, asha, { name: 'Bracebridge  heath!' })).rejects.toMatchObject({ fields: { name: expect.any(String) } })
    const tries = await Promise.allSettled([1, 2, 3].map(() => createTeam(world.db, asha, { name: 'Abbey' })))
    expect(tries.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(tries.flatMap((one) => (one.status === 'rejected' ? [one.reason instanceof Refused] : []))).toEqual([true, true])
  })

  test('that is renamed keeps its old addresses for ever, and nobody else gets them', async () => {
    const { id } = await createTeam(world.db, asha, { name: 'Carlton' })
    const before = await versionOf(id)
    expect(await renameTeam(world.db, asha, id, 'Carholme')).toEqual({ slug: 'carholme' })
    await renameTeam(world.db, asha, id, 'Carholme and West End')
    expect(await movedTo(world.db, 'carlton')).toBe('carholme-and-west-end')
    expect(await movedTo(world.db, 'carholme')).toBe('carholme-and-west-end')
    expect(await versionOf(id)).toBe(before + 2)
    await expect(createTeam(world.db, asha, { name: 'Carlton' })).rejects.toThrow(Refused)
    const other = await createTeam(world.db, asha, { name: 'Castle' })
    await expect(renameTeam(world.db, asha, other.id, 'Carlton')).rejects.toThrow(Refused)
    await renameTeam(world.db, asha, id, 'Carlton')
    expect((await teamBySlug(world.db, 'carlton')).id).toBe(id)
    expect(await movedTo(world.db, 'carlton')).toBeNull()
    await renameTeam(world.db, asha, id, 'CARLTON')
    expect((await teamBySlug(world.db, 'carlton')).name).toBe('CARLTON')
  })

  test('is found by the places that it covers, as they were said last', async () => {
    const { id } = await createTeam(world.db, asha, { name: 'Hykeham' })
    await setLocalities(world.db, asha, id, ['Waddington', 'St. Leonard’s', 'st leonards', '  ', '…', 'Harmston'])
    expect((await teamForAdmin(world.db, asha, id)).localities).toEqual(['Harmston', 'st leonards', 'Waddington'])
    expect((await teamsNamed(world.db, 'waddington')).exact.map((team) => team.id)).toEqual([id])
    const before = await versionOf(id)
    await setLocalities(world.db, asha, id, [])
    expect((await teamForAdmin(world.db, asha, id)).localities).toEqual([])
    expect(await versionOf(id)).toBe(before + 1)
  })

  test('keeps the ways to reach it that the form does not know', async () => {
    const { id, slug } = await createTeam(world.db, asha, { name: 'Witham' })
    await world.db
      .update(teams)
      .set({ contact: { facebook: 'https://facebook.example/witham', email: 'old@lincs.example', telephone: '101' } })
      .where(eq(teams.id, id))
    await setContact(world.db, asha, id, { email: 'new@lincs.example', telephone: null })
    expect((await teamBySlug(world.db, slug)).contact).toEqual({ facebook: 'https://facebook.example/witham', email: 'new@lincs.example' })
  })

  test('that is archived says why and where it went, and rests', async () => {
    const { id, slug } = await createTeam(world.db, asha, { name: 'Old Town' })
    const next = await createTeam(world.db, asha, { name: 'New Town' })
    await expect(archiveTeam(world.db, asha, id, { reason: 'x', successorId: id })).rejects.toMatchObject({
      fields: { successor: expect.any(String) },
    })
    await expect(archiveTeam(world.db, asha, id, { reason: 'x', successorId: 999_999 })).rejects.toThrow(Refused)
    await archiveTeam(world.db, asha, id, { reason: 'The teams were joined.', successorId: next.id })
    expect(await teamBySlug(world.db, slug)).toMatchObject({ archivedBecause: 'The teams were joined.', successor: { id: next.id } })
    expect((await allTeams(world.db)).map((team) => team.id)).not.toContain(id)
    expect((await everyTeam(world.db, asha)).map((team) => team.id)).toContain(id)
    for (const change of [
      () => archiveTeam(world.db, asha, id, { reason: 'again', successorId: null }),
      () => renameTeam(world.db, asha, id, 'Elsewhere'),
      () => setLocalities(world.db, asha, id, []),
      () => saveOfficer(world.db, asha, id, null, NOBODY),
    ])
      await expect(change()).rejects.toThrow(Refused)
    await expect(archiveTeam(world.db, asha, next.id, { reason: 'x', successorId: id })).rejects.toThrow(Refused)
  })
})

describe('the people of a team', () => {
  test('are added in order, changed and removed; each raises the version', async () => {
    const { id, slug } = await createTeam(world.db, asha, { name: 'Boultham' })
    const before = await versionOf(id)
    await saveOfficer(world.db, asha, id, null, NOBODY)
    await saveOfficer(world.db, asha, id, null, { ...NOBODY, name: 'Ruth Okafor', rank: null, contact: {} })
    const [first] = (await teamBySlug(world.db, slug)).officers
    expect((await teamBySlug(world.db, slug)).officers.map((row) => row.name)).toEqual(['Imran Adeyemi', 'Ruth Okafor'])
    await saveOfficer(world.db, asha, id, first?.id ?? 0, { ...NOBODY, rank: 'Sgt', contact: { email: null, telephone: '101' } })
    expect((await teamBySlug(world.db, slug)).officers[0]).toMatchObject({ name: 'Imran Adeyemi', rank: 'Sgt', contact: { telephone: '101' } })
    await removeOfficer(world.db, asha, id, first?.id ?? 0)
    expect((await teamBySlug(world.db, slug)).officers.map((row) => row.name)).toEqual(['Ruth Okafor'])
    expect(await versionOf(id)).toBe(before + 4)
  })

  test('from the import can be removed, not changed; those of another team neither', async () => {
    const [a, b] = [await createTeam(world.db, asha, { name: 'Glebe' }), await createTeam(world.db, asha, { name: 'Minster' })]
    const [imported] = await world.db.insert(officers).values({ teamId: a.id, name: 'Dawn Fielding', source: 'import' }).returning()
    const officerId = imported?.id ?? 0
    await expect(saveOfficer(world.db, asha, a.id, officerId, NOBODY)).rejects.toThrow(Refused)
    await expect(saveOfficer(world.db, asha, b.id, officerId, NOBODY)).rejects.toThrow(NotFound)
    await expect(removeOfficer(world.db, asha, b.id, officerId)).rejects.toThrow(NotFound)
    await removeOfficer(world.db, asha, a.id, officerId)
    expect((await teamBySlug(world.db, a.slug)).officers).toEqual([])
  })
})

test('only administrators change teams, and only teams that are there', async () => {
  const { id } = await createTeam(world.db, asha, { name: 'Park' })
  const supervisor = await makeStaff(world.db, 'Sgt Lee Burton', 'supervisor', { id, slug: 'park', name: 'Park' })
  for (const actor of [visitor, await makeResident(world.db, 'Pat'), supervisor, await makeStaff(world.db, 'Ruth', 'press-office')]) {
    for (const change of [
      () => everyTeam(world.db, actor),
      () => createTeam(world.db, actor, { name: 'Mine' }),
      () => renameTeam(world.db, actor, id, 'Mine'),
      () => setLocalities(world.db, actor, id, ['Mine']),
      () => setContact(world.db, actor, id, { email: null }),
      () => archiveTeam(world.db, actor, id, { reason: 'x', successorId: null }),
      () => saveOfficer(world.db, actor, id, null, NOBODY),
      () => removeOfficer(world.db, actor, id, 1),
    ])
      await expect(change()).rejects.toThrow(Forbidden)
  }
  await expect(renameTeam(world.db, asha, 999_999, 'Nowhere')).rejects.toThrow(NotFound)
})
