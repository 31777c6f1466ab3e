import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkDisplayName, chooseDisplayName, officialNames } from '../../src/accounts/display-name.ts'
import type { OfficialNames } from '../../src/accounts/official-names.ts'
import { Forbidden, Refused } from '../../src/errors.ts'
import { officers } from '../../src/teams/schema.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

const FORCE = 'Lincolnshire Police'
const official: OfficialNames = {
  force: FORCE,
  teams: ['Bracebridge Heath', 'Boston Town'],
  people: ['PC Imran Adeyemi', 'Sarah Whitlock', 'Temporary Sergeant Jo Marsh'],
}

/** The message for the field, or null when the name may be used. */
function problemOf(name: string): string | null {
  try {
    checkDisplayName(name, official)
    return null
  } catch (error) {
    if (error instanceof Refused) return error.fields['name'] ?? 'no message for the field'
    throw error
  }
}

const ACCEPTED = [
  'Pat',
  'Jo',
  'Pat C',
  'Siân O’Neill',
  "Ross O'Flynn",
  'Anne-Marie',
  'Dr. Foster',
  'A.C. Grayling',
  'Di Evans',
  'Diana',
  'Padmini Rao',
  'Sam79',
  'Sam1010',
  'Lol Smith',
  'John Sargent',
  'Chef Wiggum',
  'Chiefs Fan',
  'Stafford',
  'Mo Derbyshire',
  'Modesty Blaise',
  'Inspire Lincoln',
  'Superman',
  'Captain Kettle',
  'Bobby',
  'Constance',
  'Olive',
  'McPherson',
  'Heath resident',
  'Lincolnshire Lass',
  'Boston Bob',
  'Sarah J Whitlock',
  'Dee C',
  'Geoff Hoon',
  'Иван Петров',
  '李小龙',
  'محمد علي',
  'Łukasz Wiśniewski',
  'Nguyễn Văn Đức',
  'Ənvər',
  'நந்தினி',
  'Γιώργος',
]
const OFFICIAL = [
  'Police',
  'POLICE',
  'police',
  'Mr Police',
  'P0lice',
  'Po1ice',
  'Poliice',
  'Policewoman',
  'LincsPolice',
  'Pol ice',
  'P o l i c e',
  'P-o-l-i-c-e',
  'Р\u043e\u04cf\u0456\u0441\u0435',
  'Police\u200b',
  'Po\u00adlice',
  'PC Smith',
  'pc smith',
  'P.C. Smith',
  'P C Smith',
  'PC4417',
  'pcsmith',
  'PC-Smith',
  'РС',
  'PCSO Jones',
  'PCS0 Jones',
  'DC Patel',
  'D.C. Patel',
  'DI Jones',
  'D.I. Jones',
  'Sgt Pepper',
  '5gt Pepper',
  'Sargent Bilko',
  'Sergeant',
  'Insp Morse',
  'lnspector Morse',
  'Inspector Morse',
  'Supt Hastings',
  'Superintendent',
  'Chief Wiggum',
  'Ch1ef',
  'Constable',
  'Pat Constable',
  'Special One',
  'Officer Dibble',
  '0fficer Dibble',
  'Ross O’Fficer',
  'Admin',
  'Adm1n',
  'adrnin',
  'Administrator',
  'Moderator',
  'rnoderator',
  'M0der4tor',
  'Press Office',
  'press-office',
  'Official',
  'Staff',
  'Blue Lamp',
  'BlueLamp',
  'B1ue Lamp',
  '999',
  'Call 999',
  '101',
  '1O1',
  'pat101',
  'Lincolnshire Police',
  'Bracebridge Heath',
  'Bracebridge  Heath Team',
  'Bracebr1dge Heath Neighbourhood',
  'Boston Town Beat',
  'Imran Adeyemi',
  'lmran Adeyerni',
  'IMRAN ADEYEMI',
  'Sarah Whitlock',
  'Jo Marsh',
  'Sarah-Whitlock',
]
const MALFORMED = [
  '',
  ' ',
  'J',
  '\u200b\u200b',
  'x'.repeat(41),
  'x'.repeat(100_000),
  '<b>Pat</b>',
  'Pat 👮',
  'Pat\u{1F6A8}',
  '𝐏𝐚𝐭',
  'ᴘᴀᴛ',
  'Ⓟat',
  'Ｐａｔ',
  '-Pat',
  '...',
  'Pat..',
  'Р\u0430t',
  'Ivan \u0399vanov',
  'Pat@example.com',
  '12',
  'P\u0301\u0301\u0301\u0301at',
  'Pat_Smith',
  'Pat/Smith',
  'Pat "x"',
]

test.each(ACCEPTED)('“%s” may be used', (name) => {
  expect(problemOf(name)).toBeNull()
})
test.each(OFFICIAL)('“%s” sounds official', (name) => {
  expect(problemOf(name)).toMatch(/^Choose another name: this one .+ could be taken for the police/)
})
test.each(MALFORMED)('“%s” is refused for its form', (name) => {
  const problem = problemOf(name)
  expect(problem).not.toBeNull()
  expect(problem).not.toContain('taken for the police')
})

test('a name is kept tidy: one kind of apostrophe, single spaces, nothing invisible', () => {
  expect(checkDisplayName('  Si\u200b\u00e2n\t O’Neill \u202e', official)).toBe("Siân O'Neill")
})

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('teams, officers and staff of this force are known by name, residents are not', async () => {
  const team = await makeTeam(world.db, 'North Hykeham')
  await world.db.insert(officers).values({ teamId: team.id, name: 'Dawn Fielding', source: 'import' })
  await makeStaff(world.db, 'Sgt Lee Burton', 'supervisor', team)
  const pat = await makeResident(world.db, 'Pat of Hykeham')
  expect(await officialNames(world.db, FORCE)).toMatchObject({ teams: ['North Hykeham'], people: ['Dawn Fielding', 'Sgt Lee Burton'] })
  for (const name of ['Dawn Fielding', 'Lee Burton', 'North Hykeham team'])
    await expect(chooseDisplayName(world.db, pat, name, FORCE)).rejects.toThrow(Refused)
  expect(await chooseDisplayName(world.db, pat, 'Pat of Hykeham', FORCE)).toBe('Pat of Hykeham')
})

test('staff do not name themselves, and neither do those who have left', async () => {
  const press = await makeStaff(world.db, 'Ruth Okafor', 'press-office')
  await expect(chooseDisplayName(world.db, press, 'Somebody', FORCE)).rejects.toThrow(Forbidden)
  await expect(chooseDisplayName(world.db, { ...press, displayName: null, duties: [] }, 'Somebody', FORCE)).rejects.toThrow(Forbidden)
})
