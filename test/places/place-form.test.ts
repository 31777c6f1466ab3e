import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { differencesOf } from '../../src/places/place-difference.ts'
import { editFormOf, formOf, readPlace } from '../../src/places/place-form.ts'
import { openWorld, type World } from '../world.ts'
import { LIBRARY, makeKeepers, makePlace, type Keepers } from './place-world.ts'

let world: World
let keepers: Keepers
beforeAll(async () => {
  world = await openWorld()
  keepers = await makeKeepers(world.db)
})
afterAll(() => world.close())

const refusal = async (typed: Record<string, string>): Promise<Readonly<Record<string, string>>> => {
  const problem = await readPlace(world.db, { ...LIBRARY, ...typed }).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Refused)
  return (problem as Refused).fields
}

describe('a place as it is typed', () => {
  test('is read kindly, its position from its postcode', async () => {
    expect(await readPlace(world.db, LIBRARY)).toEqual({
      name: 'Heath Library',
      kind: 'hub',
      partnerName: null,
      description: 'Come and **ask** us.',
      address: '12 London Road, Bracebridge Heath',
      postcode: 'LN4 2LE',
      lat: 53.19512,
      lng: -0.53212,
      accessNotes: 'A level way in, and a hearing loop.',
      telephone: '01522 000 000',
      web: 'https://www.example.org/library',
      week: [
        [['09:00', '17:00']],
        [
          ['09:00', '12:00'],
          ['13:00', '17:00'],
        ],
        [],
        [['09:00', '17:00']],
        [['09:00', '17:00']],
        [['10:00', '12:00']],
        [],
      ],
      exceptions: { '2026-12-24': [['09:00', '12:00']] },
      bankHolidays: 'closed',
    })
  })

  test('a position that is typed comes before that of the postcode, and needs no postcode', async () => {
    expect(await readPlace(world.db, { ...LIBRARY, lat: '53.2500004', lng: '−0.6' })).toMatchObject({ lat: 53.25, lng: -0.6, postcode: 'LN4 2LE' })
    expect(await readPlace(world.db, { ...LIBRARY, postcode: '', lat: '53', lng: '0' })).toMatchObject({ lat: 53, lng: 0, postcode: null })
  })

  test.each([
    [{ name: ' ' }, { name: 'Enter the name of the place' }],
    [{ name: 'x'.repeat(101) }, { name: 'The name must be 100 characters or fewer' }],
    [{ kind: 'pub' }, { kind: 'Choose what kind of place it is' }],
    [{ kind: 'partner' }, { partner: 'Enter who runs the service' }],
    [{ address: '' }, { address: 'Enter the address' }],
    [{ postcode: 'LN4' }, { postcode: 'Enter a full postcode, like LN4 2LE' }],
    [{ postcode: 'LN4 2XX' }, { postcode: expect.stringContaining('We do not know where this postcode is') }],
    [{ postcode: 'LN4 2AA' }, { postcode: expect.stringContaining('We do not know where this postcode is') }],
    [{ postcode: '' }, { postcode: 'Enter the postcode, or the latitude and longitude' }],
    [{ lat: '53' }, { lng: 'Enter the longitude too, or leave both empty' }],
    [{ lng: '-0.5' }, { lat: 'Enter the latitude too, or leave both empty' }],
    [
      { lat: '-0.5', lng: '53' },
      { lat: expect.stringContaining('between 49 and 61.5'), lng: expect.stringContaining('between -9 and 2.5') },
    ],
    [{ lat: '53,1', lng: '-0.5' }, { lat: 'Latitude must be a number between 49 and 61.5, like 53.187' }],
    [{ access: '' }, { access: expect.stringContaining('Say how people get in') }],
    [{ telephone: 'ring the bell' }, { telephone: expect.stringContaining('Enter a telephone number') }],
    [{ web: 'javascript:alert(1)' }, { web: expect.stringContaining('Enter a web address') }],
    [{ web: 'https://user@example.org' }, { web: expect.stringContaining('Enter a web address') }],
    [{ web: 'the library' }, { web: expect.stringContaining('Enter a web address') }],
    [{ monday: '' }, { monday: 'Enter the hours for Monday, or “closed”' }],
    [{ tuesday: 'mornings' }, { tuesday: 'Tuesday: write them like “9am to 5pm”, “9 to 12, 1 to 5pm” or “closed”' }],
    [{ friday: '10pm to 2am' }, { friday: 'Friday: opening hours end at midnight. Put what comes after it on the next day' }],
    [{ holidays: '' }, { holidays: 'Choose what holds on bank holidays' }],
    [{ exceptions: 'Christmas: closed' }, { exceptions: expect.stringContaining('“Christmas: closed”') }],
  ])('%j is refused by field', async (typed, fields) => expect(await refusal(typed)).toEqual(fields))

  test('everything that is wrong is said at once, in the order of the form', async () => {
    const fields = await refusal({ name: '', kind: 'partner', postcode: '', access: '', monday: '', exceptions: 'x' })
    expect(Object.keys(fields)).toEqual(['name', 'partner', 'postcode', 'access', 'monday', 'exceptions'])
  })

  test('an empty form asks for what it needs', async () => {
    const problem = await readPlace(world.db, {}).catch((error: unknown) => error)
    const needed = [
      'name',
      'kind',
      'address',
      'postcode',
      'access',
      'monday',
      'tuesday',
      'wednesday',
      'thursday',
      'friday',
      'saturday',
      'sunday',
      'holidays',
    ]
    expect(Object.keys((problem as Refused).fields)).toEqual(needed)
  })
})

describe('a place in its form', () => {
  test('written out and read again it is the same', async () => {
    const read = await readPlace(world.db, { ...LIBRARY, kind: 'partner', partner: 'The council' })
    expect(await readPlace(world.db, formOf(read))).toEqual(read)
  })

  test('to change it, the position stays with the postcode, and days that are over are gone', async () => {
    const place = await makePlace(keepers, { ...LIBRARY, name: 'The form', exceptions: '1 January 2020: closed\n1 January 2199: closed' })
    const form = await editFormOf(world.db, place)
    expect(form).toMatchObject({ lat: '', lng: '', postcode: 'LN4 2LE', exceptions: '1 January 2199: closed', description: 'Come and **ask** us.' })
    expect(await readPlace(world.db, { ...form, postcode: 'LN4 2ZZ' })).toMatchObject({ lat: 53.2, lng: -0.5 })
    const typed = await makePlace(keepers, { ...LIBRARY, name: 'By position', lat: '53.3', lng: '-0.4' })
    expect(await editFormOf(world.db, typed)).toMatchObject({ lat: '53.3', lng: '-0.4' })
  })

  test('what differs between two forms is said in words', () => {
    expect(differencesOf(LIBRARY, { ...LIBRARY, monday: 'closed', holidays: 'as-usual', kind: 'counter', version: '7' })).toEqual([
      { label: 'Kind', before: 'Community hub', after: 'Police front counter' },
      { label: 'Monday', before: '9am to 5pm', after: 'closed' },
      { label: 'Bank holidays', before: 'Closed', after: 'As on other days' },
    ])
    expect(differencesOf(LIBRARY, LIBRARY)).toEqual([])
  })
})
