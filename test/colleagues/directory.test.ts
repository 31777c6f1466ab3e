import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { setAbsence } from '../../src/accounts/absence.ts'
import { roleGrants } from '../../src/accounts/schema.ts'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { lookUp, type Asked } from '../../src/colleagues/directory.ts'
import { sayAway } from '../../src/colleagues/duty.ts'
import { describeSelf } from '../../src/colleagues/profile.ts'
import { termsInUse } from '../../src/colleagues/terms.ts'
import { NotFound } from '../../src/errors.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { dayKey } from '../../src/text/dates.ts'
import { eq, sql } from 'drizzle-orm'
import { makeCircle, makePartner, makePersona } from '../network/circle.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let heath: TeamName
let coast: TeamName
let imran: SignedIn
let ruth: SignedIn
let zoe: SignedIn
let ada: SignedIn

beforeAll(async () => {
  world = await openWorld()
  const { db } = world
  heath = await makeTeam(db, 'Bracebridge Heath')
  coast = await makeTeam(db, 'Skegness')
  imran = await makeStaff(db, 'PC Imran Adeyemi', 'officer', heath)
  ruth = await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', heath)
  zoe = await makeStaff(db, 'PC Zoë O’Brien', 'officer', coast)
  await makeStaff(db, 'Dana Price', 'press-office')
  ada = await makeStaff(db, 'Ada Finch', 'administrator')
  await makeStaff(db, 'Kim Adeyemi', 'partner')
  await makeResident(db, 'Imran Adeyemi Senior')
  await describeAs(imran, { worksOn: 'Rural crime and speeding', skills: ['Drones', 'First aid'], languages: ['Polish'] })
  await describeAs(zoe, { skills: ['drones', 'Negotiation'], languages: ['Polish', 'French'] })
})
afterAll(() => world.close())
afterEach(() => moveClock(0))

const NOTHING = { worksOn: '', about: '', skills: [], languages: [], version: 0 }
const describeAs = (who: SignedIn, said: Partial<Parameters<typeof describeSelf>[2]>) => describeSelf(world.db, who, { ...NOTHING, ...said })
const ASKED: Asked = { text: '', teamId: null, role: null, skill: null, language: null }
const found = async (asked: Partial<Asked>, by = ruth) => (await lookUp(world.db, by, { ...ASKED, ...asked }, null)).people.map(({ name }) => name)

describe('the directory', () => {
  test('holds members of staff by family name, administrators among them: no residents or partners', async () => {
    expect(await found({})).toEqual(['PC Imran Adeyemi', 'Ada Finch', 'PC Zoë O’Brien', 'Sgt Ruth Okafor', 'Dana Price'])
  })

  test('is for members of staff alone', async () => {
    const { db } = world
    const outside = [
      visitor,
      await makeResident(db, 'Nosy'),
      await makePartner(db, 'Ward', await makeCircle(db, 'Rural crime', 'restricted'), ruth),
      await makePersona(db, 'Heron', await makeCircle(db, 'Night shifts', 'support')),
      await makeStaff(db, 'Fire', 'partner'),
    ]
    for (const other of outside) await expect(lookUp(db, other, ASKED, null)).rejects.toBeInstanceOf(NotFound)
  })

  test('is for administrators as for every colleague', async () => {
    expect(await found({}, ada)).toEqual(await found({}))
    expect((await lookUp(world.db, imran, { ...ASKED, text: 'finch' }, null)).people).toMatchObject([{ id: ada.accountId, marks: ['Administrator'] }])
    await world.db.update(roleGrants).set({ endedAt: now() }).where(eq(roleGrants.accountId, ada.accountId))
    expect(await found({ text: 'finch' })).toEqual([])
    await world.db.update(roleGrants).set({ endedAt: null }).where(eq(roleGrants.accountId, ada.accountId))
    expect(await found({ text: 'finch' })).toEqual(['Ada Finch'])
  })

  test.each([
    ['a name', 'imran'],
    ['the beginning of a name', 'adey'],
    ['names in any order and case', 'ADEYEMI Imran'],
    ['what somebody works on', 'rural'],
    ['name and role', 'officer adeyemi'],
    ['team and skill', 'bracebridge drone'],
    ['a skill of two words', 'first aid'],
    ['a slip of the finger', 'Adeyemo'],
    ['a letter too few', 'adyemi'],
    ['two letters swapped', 'imarn'],
  ])('finds by %s', async (_what, text) => {
    expect(await found({ text })).toEqual(['PC Imran Adeyemi'])
  })

  test('says when it forgave a slip', async () => {
    expect((await lookUp(world.db, ruth, { ...ASKED, text: 'Adeyemo' }, null)).nearly).toBe(true)
    expect((await lookUp(world.db, ruth, { ...ASKED, text: 'Adeyemi' }, null)).nearly).toBe(false)
    expect(await lookUp(world.db, ruth, { ...ASKED, text: 'Xylophone' }, null)).toEqual({ people: [], next: null, nearly: false })
  })

  test('finds accents and apostrophes however they are typed', async () => {
    for (const text of ['zoe', 'Zoë', 'obrien', "O'Brien"]) expect(await found({ text })).toEqual(['PC Zoë O’Brien'])
  })

  test('takes signs of the database for nothing', async () => {
    for (const text of ['!', '& |', "'; drop table teams; --", ':*', 'a:b & !c', '%', '\\'])
      await expect(found({ text })).resolves.toBeInstanceOf(Array)
  })

  test('finds by role and team in words', async () => {
    expect(await found({ text: 'sergeant' })).toEqual(['Sgt Ruth Okafor'])
    expect(await found({ text: 'skegness' })).toEqual(['PC Zoë O’Brien'])
    expect(await found({ text: 'press office' })).toEqual(['Dana Price'])
    expect(await found({ text: 'administrator' })).toEqual(['Ada Finch'])
  })

  test('narrows down by team, role, skill and language together', async () => {
    expect(await found({ teamId: heath.id })).toEqual(['PC Imran Adeyemi', 'Sgt Ruth Okafor'])
    expect(await found({ teamId: heath.id, role: 'officer' })).toEqual(['PC Imran Adeyemi'])
    expect(await found({ role: 'supervisor' })).toEqual(['Sgt Ruth Okafor'])
    expect(await found({ role: 'administrator' })).toEqual(['Ada Finch'])
    expect(await found({ skill: 'Drones' })).toEqual(['PC Imran Adeyemi', 'PC Zoë O’Brien'])
    expect(await found({ skill: 'Drones', language: 'French' })).toEqual(['PC Zoë O’Brien'])
    expect(await found({ text: 'okafor', skill: 'Drones' })).toEqual([])
  })

  test('shows who is away, while they are', async () => {
    const until = new Date(now().getTime() + 3 * 86_400_000)
    await setAbsence(world.db, imran, { accountId: imran.accountId, startsAt: now(), endsAt: until, coverId: null })
    const awayUntil = async () => (await lookUp(world.db, ruth, { ...ASKED, text: 'imran' }, null)).people[0]?.awayUntil
    expect(await awayUntil()).toEqual(until)
    expect(sayAway(new Date(`${dayKey(now()).slice(0, 4)}-11-29T00:00:00Z`))).toBe('28 November')
    moveClock(4 * 86_400_000)
    expect(await awayUntil()).toBeNull()
  })

  test('lets go of who leaves, whether the role was ended or ran out', async () => {
    const [ended, ran] = [await makeStaff(world.db, 'PC Al Ended', 'officer', coast), await makeStaff(world.db, 'PC Al Expired', 'officer', coast)]
    expect(await found({ text: 'al' })).toEqual(['PC Al Ended', 'PC Al Expired'])
    await world.db.update(roleGrants).set({ endedAt: now() }).where(eq(roleGrants.accountId, ended.accountId))
    await world.db.update(roleGrants).set({ expiresAt: now() }).where(eq(roleGrants.accountId, ran.accountId))
    expect(await found({ text: 'al' })).toEqual([])
  })

  test('holds nobody whose role waits for a second administrator', async () => {
    const person = await makeResident(world.db, 'PC New Comer')
    await world.db
      .insert(roleGrants)
      .values({ accountId: person.accountId, role: 'officer', teamId: heath.id, expiresAt: new Date(Date.now() + 9e9) })
    expect(await found({ text: 'comer' })).toEqual([])
    await world.db.update(roleGrants).set({ confirmedAt: now(), confirmedBy: ruth.accountId }).where(eq(roleGrants.accountId, person.accountId))
    expect(await found({ text: 'comer' })).toEqual(['PC New Comer'])
    await world.db.update(roleGrants).set({ endedAt: now() }).where(eq(roleGrants.accountId, person.accountId))
  })

  test('follows a new name, of a person and of a team', async () => {
    await world.db.execute(sql`update accounts set display_name = 'Insp Ruth Marsh' where id = ${ruth.accountId}`)
    expect(await found({ text: 'marsh' })).toEqual(['Insp Ruth Marsh'])
    expect(await found({ text: 'okafor' })).toEqual([])
    await world.db.update(teams).set({ name: 'Skegness Coast' }).where(eq(teams.id, coast.id))
    expect(await found({ text: 'coast' })).toEqual(['PC Zoë O’Brien'])
    await world.db.execute(sql`update accounts set display_name = 'Sgt Ruth Okafor' where id = ${ruth.accountId}`)
  })

  test('goes page by page by key, each person once', async () => {
    const many = await makeTeam(world.db, 'Many')
    for (let at = 0; at < 65; at++) await makeStaff(world.db, `PC Same Name`, 'officer', many)
    const seen: number[] = []
    let after: number | null = null
    do {
      const page = await lookUp(world.db, ruth, { ...ASKED, teamId: many.id }, after)
      seen.push(...page.people.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(new Set(seen).size).toBe(65)
    expect(seen).toHaveLength(65)
  })
})

describe('skills and languages', () => {
  test('are written as the first wrote them, so that both are found together', async () => {
    expect(await termsInUse(world.db, 'skill')).toEqual(['Drones', 'First aid', 'Negotiation'])
    expect(await termsInUse(world.db, 'language')).toEqual(['Polish', 'French'])
  })

  test('that nobody names any more are not suggested', async () => {
    const person = await makeStaff(world.db, 'PC Su Lin', 'officer', heath)
    await describeAs(person, { skills: ['Juggling'] })
    expect(await termsInUse(world.db, 'skill')).toContain('Juggling')
    await describeAs(person, { skills: [], version: 1 })
    expect(await termsInUse(world.db, 'skill')).not.toContain('Juggling')
  })
})
