import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { roleGrants } from '../../src/accounts/schema.ts'
import { log } from '../../src/activity/schema.ts'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import { leadsOf, sayLeads } from '../../src/colleagues/leading.ts'
import { ChangedElsewhere, describeSelf, ownProfile, profileOf } from '../../src/colleagues/profile.ts'
import { staffProfiles } from '../../src/colleagues/schema.ts'
import { openIssuesOf } from '../../src/colleagues/working.ts'
import { Forbidden, NotFound, Refused } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { leaveIssue, raiseIssue } from '../../src/together/issue.ts'
import { makeCircle, makePartner, makePersona } from '../network/circle.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let imran: SignedIn
let colleague: SignedIn
let administrator: SignedIn
let partner: SignedIn
let persona: SignedIn

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  imran = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(world.db, 'PC Lee Ward', 'officer', await makeTeam(world.db, 'Skegness'))
  administrator = await makeStaff(world.db, 'Robin Hale', 'administrator')
  partner = await makePartner(world.db, 'Pat North', await makeCircle(world.db, 'Rural crime', 'restricted'), administrator)
  persona = await makePersona(world.db, 'Heron', await makeCircle(world.db, 'Night shifts', 'support'))
})
afterAll(() => world.close())
beforeEach(() => world.db.delete(staffProfiles))

const WORDS = { worksOn: 'Rural crime', about: 'On the beat **since 2019**.', skills: ['Drones'], languages: ['Polish'] }

describe('a person’s page', () => {
  test('shows role, team and what they say, and never a mailbox', async () => {
    await describeSelf(world.db, imran, { ...WORDS, version: 0 })
    const person = await profileOf(world.db, colleague, imran.accountId)
    expect(person).toMatchObject({
      name: 'PC Imran Adeyemi',
      marks: ['Officer · Bracebridge Heath team'],
      worksOn: 'Rural crime',
      skills: ['Drones'],
      isSelf: false,
    })
    expect(person.about?.html).toContain('<strong>since 2019</strong>')
    expect(JSON.stringify(person)).not.toContain('@')
  })

  test('is not there for residents, partners and pseudonyms, nor of them', async () => {
    const resident = await makeResident(world.db, 'Maureen T')
    const alone = await makeStaff(world.db, 'Kim Lowe', 'partner')
    for (const outside of [visitor, resident, partner, alone, persona])
      await expect(profileOf(world.db, outside, imran.accountId)).rejects.toBeInstanceOf(NotFound)
    for (const { accountId } of [resident, partner, alone, persona])
      await expect(profileOf(world.db, colleague, accountId)).rejects.toBeInstanceOf(NotFound)
    await expect(profileOf(world.db, colleague, 999_999)).rejects.toBeInstanceOf(NotFound)
  })

  test('is there for administrators, and of them', async () => {
    await describeSelf(world.db, administrator, { ...WORDS, worksOn: 'People and roles', version: 0 })
    const person = await profileOf(world.db, colleague, administrator.accountId)
    expect(person).toMatchObject({ name: 'Robin Hale', marks: ['Administrator'], worksOn: 'People and roles' })
    expect(await profileOf(world.db, administrator, imran.accountId)).toMatchObject({ name: 'PC Imran Adeyemi', isSelf: false })
    expect(await profileOf(world.db, administrator, administrator.accountId)).toMatchObject({ isSelf: true })
  })

  test('is gone when they have left', async () => {
    const leaver = await makeStaff(world.db, 'PC Gone Away', 'officer', team)
    await profileOf(world.db, colleague, leaver.accountId)
    await world.db.update(roleGrants).set({ endedAt: now() }).where(eq(roleGrants.accountId, leaver.accountId))
    await expect(profileOf(world.db, colleague, leaver.accountId)).rejects.toBeInstanceOf(NotFound)
  })

  test('names the open issues that they work on, as far as the reader may know of them', async () => {
    const words = { title: 'Fly-tipping on the lanes', body: 'Who else?', tags: [], clientKey: randomUUID(), circleId: null, aboutId: null }
    const issue = await raiseIssue(world.db, imran, words)
    expect(await openIssuesOf(world.db, colleague, imran.accountId)).toMatchObject([{ id: issue.id, path: issue.path, workerCount: 1 }])
    expect(await openIssuesOf(world.db, administrator, imran.accountId)).toMatchObject([{ id: issue.id }])
    for (const outside of [partner, persona, await makeResident(world.db, 'Pat')])
      expect(await openIssuesOf(world.db, outside, imran.accountId)).toEqual([])
    await leaveIssue(world.db, imran, issue.id)
    expect(await openIssuesOf(world.db, colleague, imran.accountId)).toEqual([])
  })
})

describe('what somebody says of themself', () => {
  test('is changed by them alone', async () => {
    for (const other of [partner, persona, await makeResident(world.db, 'Pat'), await makeStaff(world.db, 'Kim', 'partner')])
      await expect(describeSelf(world.db, other, { ...WORDS, version: 0 })).rejects.toBeInstanceOf(Forbidden)
  })

  test('sent twice is one change; from two devices the second hears of the first', async () => {
    await describeSelf(world.db, imran, { ...WORDS, version: 0 })
    await describeSelf(world.db, imran, { ...WORDS, version: 0 })
    expect((await ownProfile(world.db, imran)).version).toBe(1)
    await expect(describeSelf(world.db, imran, { ...WORDS, worksOn: 'Other', version: 0 })).rejects.toBeInstanceOf(ChangedElsewhere)
    expect((await ownProfile(world.db, imran)).worksOn).toBe('Rural crime')
  })

  test('of two devices at once one wins', async () => {
    const tries = ['One', 'Two'].map((worksOn) => describeSelf(world.db, imran, { ...WORDS, worksOn, version: 0 }))
    const ended = await Promise.allSettled(tries)
    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('what somebody leads', () => {
  test('is said by an administrator alone, once in the log, and stands on the page', async () => {
    await sayLeads(world.db, administrator, imran.accountId, 'Head of neighbourhood policing')
    await sayLeads(world.db, administrator, imran.accountId, 'Head of neighbourhood policing')
    expect((await profileOf(world.db, colleague, imran.accountId)).leads).toBe('Head of neighbourhood policing')
    const rows = await world.db.select().from(log).where(eq(log.itemId, imran.accountId))
    expect(rows).toMatchObject([
      { act: 'leadership-said', role: 'administrator', actorId: administrator.accountId, audience: 'staff', note: 'Head of neighbourhood policing' },
    ])
    await sayLeads(world.db, administrator, imran.accountId, null)
    expect(await leadsOf(world.db, imran.accountId)).toBeNull()
    expect(await world.db.select().from(log).where(eq(log.act, 'leadership-ended'))).toHaveLength(1)
    for (const other of [imran, colleague, await makeStaff(world.db, 'Press', 'press-office')])
      await expect(sayLeads(world.db, other, imran.accountId, 'Everything')).rejects.toBeInstanceOf(Forbidden)
  })

  test('changes nothing of what they say of themself, nor the other way round', async () => {
    await sayLeads(world.db, administrator, imran.accountId, 'Head of roads')
    await describeSelf(world.db, imran, { ...WORDS, version: 0 })
    await sayLeads(world.db, administrator, imran.accountId, 'Head of rails')
    await describeSelf(world.db, imran, { ...WORDS, about: '', version: 1 })
    expect(await profileOf(world.db, colleague, imran.accountId)).toMatchObject({ leads: 'Head of rails', worksOn: 'Rural crime', about: null })
  })

  test('is nothing that a resident or partner staff lead', async () => {
    await expect(sayLeads(world.db, administrator, (await makeResident(world.db, 'Pat')).accountId, 'X')).rejects.toBeInstanceOf(NotFound)
    await expect(sayLeads(world.db, administrator, (await makeStaff(world.db, 'Kim', 'partner')).accountId, 'X')).rejects.toBeInstanceOf(Refused)
  })

  test('is said by no administrator of themself, and by another one of them', async () => {
    await expect(sayLeads(world.db, administrator, administrator.accountId, 'Everything')).rejects.toBeInstanceOf(Forbidden)
    expect(await leadsOf(world.db, administrator.accountId)).toBeNull()
    await sayLeads(world.db, await makeStaff(world.db, 'Sam Hill', 'administrator'), administrator.accountId, 'Head of systems')
    expect((await profileOf(world.db, colleague, administrator.accountId)).leads).toBe('Head of systems')
    await expect(sayLeads(world.db, administrator, administrator.accountId, null)).rejects.toBeInstanceOf(Forbidden)
    expect(await leadsOf(world.db, administrator.accountId)).toBe('Head of systems')
  })
})
