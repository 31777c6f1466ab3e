import { describe, expect, test } from 'vitest'
import { contentOf, kindOf } from '../../src/posts/kinds.ts'
import type { DraftForm } from '../../src/posts/schema.ts'
import { CHARGE, EXCEPTION, FORMS, notAccepted, NOW, refusedAt } from './kind-forms.ts'

const ARREST = FORMS.arrest
const NOTHING_ELSE = expect.stringMatching(/^At arrest only .* can be published$/)
const FOR_EXCEPTIONS = 'Leave this empty: it is only for a name before a charge'

describe('the words are made by the server', () => {
  test('of an arrest', () => {
    expect(contentOf('arrest', ARREST, NOW)).toMatchObject({
      title: 'Man, 34, from North Hykeham arrested on suspicion of burglary',
      body:
        'A 34-year-old man from North Hykeham was arrested on 26 March 2027 on suspicion of burglary. ' +
        'The offence is alleged to have happened on 20 March 2027 in the area of Newark Road, Lincoln. ' +
        'He has been released on bail until 24 April 2027. The investigation continues. ' +
        'An arrest is not a charge: somebody who is arrested is presumed innocent.',
      tags: [],
      lock: { trigger: 'arrest', reviewAt: new Date('2027-10-31T09:00:00Z') },
    })
  })

  test('of a charge', () => {
    expect(contentOf('arrest', { ...CHARGE, lock: 'yes', 'lock-review': '28/6/2027' }, NOW)).toMatchObject({
      title: 'Ada Example, 41, of Lincoln charged with two counts of burglary',
      body:
        'Ada Example, 41, of Lincoln was charged on 26 March 2027 with two counts of burglary. ' +
        'The offence is alleged to have happened on 20 March 2027 in the Bracebridge Heath area. ' +
        'She was arrested on 25 March 2027. She is in custody. The case is listed at Lincoln Magistrates’ Court on 29 March 2027. ' +
        'Somebody who is charged is presumed innocent unless a court finds them guilty.',
      lock: { trigger: 'charge', reviewAt: new Date('2027-06-28T08:00:00Z') },
    })
  })

  test.each([
    [
      'a girl of 11',
      { gender: 'girl', age: '11', 'home-town': '' },
      'Girl, 11, arrested',
      'An 11-year-old girl was arrested',
      'She has been released on bail',
    ],
    ['no age', { gender: 'woman', age: '' }, 'Woman from North Hykeham arrested', 'A woman from North Hykeham was', 'She has been released'],
    ['a person of 80', { gender: 'person', age: '80' }, 'Person, 80, from', 'An 80-year-old person from', 'They have been released on bail'],
    ['custody', { status: 'custody', 'bail-date': '' }, 'Man, 34', 'A 34-year-old man', 'He is in custody.'],
    ['under investigation', { status: 'released-under-investigation', 'bail-date': '' }, 'Man', 'A 34', 'been released under investigation.'],
    [
      'no further action',
      { status: 'released-no-further-action', 'bail-date': '', outcome: 'no-further-action' },
      'Man',
      'A 34',
      'will face no further action. An arrest',
    ],
    ['charged since', { outcome: 'charged' }, 'Man', 'A 34', 'He has since been charged.'],
    ['a short form', { nature: 'GBH' }, 'Man, 34, from North Hykeham arrested on suspicion of GBH', 'A 34', 'on suspicion of GBH.'],
    ['a place with its preposition', { 'offence-place': 'On the A15' }, 'Man', 'A 34', 'on 20 March 2027 on the A15.'],
    [
      'a name by exception',
      EXCEPTION,
      'Bertram Example, 34, of North Hykeham arrested on',
      'Bertram Example, 34, of North Hykeham was arrested',
      'He has',
    ],
  ] as [string, DraftForm, string, string, string][])('%s', (_what, change, title, begins, contains) => {
    const content = contentOf('arrest', { ...ARREST, ...change }, NOW)
    expect(content.title).toContain(title)
    expect(content.body.startsWith(begins)).toBe(true)
    expect(content.body).toContain(contains)
  })

  test('a long title leaves out the town, then the age, then is cut at a word', () => {
    const nature = (words: number) => contentOf('arrest', { ...ARREST, nature: 'theft '.repeat(words) }, NOW).title
    expect(nature(8)).toMatch(/^Man, 34, from North Hykeham arrested .* theft$/)
    expect(nature(13)).toMatch(/^Man, 34, arrested on suspicion of (theft ?){13}$/)
    expect(nature(15)).toMatch(/^Man arrested on suspicion of (theft ?){15}$/)
    const charge = contentOf('arrest', { ...CHARGE, 'charged-with': 'theft '.repeat(33) }, NOW).title
    expect(charge).toMatch(/^Ada Example charged with (theft )*theft…$/)
    expect(charge.length).toBeLessThanOrEqual(120)
  })
})

describe('nothing else can be sent, also by hand', () => {
  test.each(['title', 'body', 'tags', 'photograph', 'ethnicity', 'steps', 'toString', 'constructor', '__proto__', 'what-for', 'Name', 'name '])(
    '%s',
    (name) => {
      const form = Object.fromEntries([...Object.entries(ARREST), [name, 'John Smith']])
      expect(notAccepted('arrest', form)).toEqual(Object.fromEntries([[name, NOTHING_ELSE]]))
      expect(Object.keys(refusedAt('arrest', form))).toEqual([name])
    },
  )

  test.each(['photo', 'photo-alt', 'attachment', 'attachment-title', 'alt-12'])('%s', (name) => {
    expect(notAccepted('arrest', { ...ARREST, [name]: 'A portrait' })).toEqual({
      [name]: 'Arrest or charge: photos and attachments cannot be published',
    })
  })

  test('what belongs to the form itself is no content, and what is empty says nothing', () => {
    const sent = {
      act: 'submit',
      key: 'k',
      version: '1',
      team: '2',
      force: 'yes',
      kind: 'arrest',
      date: '1',
      time: '2',
      title: ' ',
      tags: '',
      photo: '',
      'photo-looked': 'yes',
    }
    expect(notAccepted('arrest', { ...ARREST, ...sent })).toEqual({})
    expect(contentOf('arrest', { ...ARREST, ...sent }, NOW)).toEqual(contentOf('arrest', ARREST, NOW))
  })
})

const refusals: [string, DraftForm, Record<string, unknown>][] = [
  ['no stage', { stage: '' }, { stage: 'Choose arrest or charge' }],
  ['another stage', { stage: 'conviction' }, { stage: 'Choose arrest or charge' }],
  ['no gender', { gender: '' }, { gender: 'Choose one' }],
  ['an age in words', { age: 'thirty' }, { age: 'Age must be a whole number from 10 to 110' }],
  ['a baby', { age: '9' }, { age: 'Age must be a whole number from 10 to 110' }],
  ['too old', { age: '111' }, { age: 'Age must be a whole number from 10 to 110' }],
  ['a man of 17', { age: '17' }, { age: 'Somebody under 18 is a boy or a girl: change the age or the gender' }],
  ['a girl of 18', { gender: 'girl', age: '18' }, { age: 'Somebody of 18 or over is a man or a woman: change the age or the gender' }],
  ...[
    '12 High Street',
    'High Street',
    'Newark Road',
    'Station Avenue',
    'Lincoln, LN4',
    'The flat of Mr Smith',
    'a b c d e',
    '[x](y)',
    '-',
    'x'.repeat(41),
  ].map((town): [string, DraftForm, Record<string, unknown>] => [
    `home town ${town.slice(0, 25)}`,
    { 'home-town': town },
    { 'home-town': expect.any(String) },
  ]),
  ...[
    'burglary by John Smith',
    'burglary by a man called smith',
    'burglary named operation smith',
    'theft from Mrs smith',
    'John Smith',
    'JOHN SMITH',
    'burglary at 12 high street',
    'burglary (Smith)',
    'burglary\nJohn',
    'theft. The man is known',
    'https://example.org',
    'burglary @smith',
    'x'.repeat(101),
  ].map((nature): [string, DraftForm, Record<string, unknown>] => [`nature ${nature.slice(0, 30)}`, { nature }, { nature: expect.any(String) }]),
  ...['12 High Street', 'LN4 2LE', 'Flat 3, Lincoln', 'the home of a neighbour', 'Mr Smith, Lincoln', 'x'.repeat(81), '<b>'].map(
    (place): [string, DraftForm, Record<string, unknown>] => [
      `place ${place.slice(0, 25)}`,
      { 'offence-place': place },
      { 'offence-place': expect.any(String) },
    ],
  ),
  ['no nature', { nature: '' }, { nature: 'Enter the nature of the alleged offence' }],
  ['no place', { 'offence-place': '' }, { 'offence-place': 'Enter where it happened, in general' }],
  ['an offence to come', { 'offence-date': '28/3/2027' }, { 'offence-date': 'Date of the offence must be today or in the past' }],
  ['no offence date', { 'offence-date': '' }, { 'offence-date': 'Enter the date of the offence' }],
  ['an arrest before the offence', { 'arrest-date': '19/3/2027' }, { 'arrest-date': 'The arrest cannot be before the offence' }],
  ['an arrest to come', { 'arrest-date': '28/3/2027' }, { 'arrest-date': 'Date of the arrest must be today or in the past' }],
  ['no arrest date', { 'arrest-date': '' }, { 'arrest-date': 'Enter the date of the arrest' }],
  ['no status', { status: '', 'bail-date': '' }, { status: 'Choose where things stand' }],
  ['bail without its date', { 'bail-date': '' }, { 'bail-date': 'Enter the date until which the bail lasts' }],
  ['bail that is over', { 'bail-date': '26/3/2027' }, { 'bail-date': 'The end of the bail must be today or in the future' }],
  ['a bail date in custody', { status: 'custody' }, { 'bail-date': 'Leave this empty, or choose “Released on bail”' }],
  ['another outcome', { outcome: 'guilty' }, { outcome: 'Choose an outcome' }],
  ['outcome against status', { outcome: 'no-further-action' }, { status: expect.stringContaining('no further action') }],
  ['status against outcome', { status: 'released-no-further-action', 'bail-date': '' }, { outcome: expect.stringContaining('No further action') }],
  [
    'a name',
    { name: 'John Smith' },
    Object.fromEntries(['name', 'exception-reason', 'exception-authorised-by', 'exception-date'].map((name) => [name, expect.any(String)])),
  ],
  [
    'a name and half of the exception',
    { ...EXCEPTION, 'exception-date': '' },
    { name: expect.stringContaining('authorised exception'), 'exception-date': expect.any(String) },
  ],
  [
    'an exception in too few words',
    { ...EXCEPTION, 'exception-reason': 'because' },
    { 'exception-reason': 'Say why it is needed in at least 20 characters' },
  ],
  [
    'an exception by a rank alone',
    { ...EXCEPTION, 'exception-authorised-by': 'Superintendent' },
    { 'exception-authorised-by': 'Enter the rank and the name of who authorised it' },
  ],
  [
    'an exception to come',
    { ...EXCEPTION, 'exception-date': '28/3/2027' },
    { 'exception-date': 'Date of the authorisation must be today or in the past' },
  ],
  ['an exception for a boy', { ...EXCEPTION, gender: 'boy', age: '17' }, { name: 'Nobody under 18 can be named. Leave the name empty' }],
  ['an exception for a boy without age', { ...EXCEPTION, gender: 'boy', age: '' }, { name: 'Nobody under 18 can be named. Leave the name empty' }],
  ['an exception for a person of 17', { ...EXCEPTION, gender: 'person', age: '17' }, { name: 'Nobody under 18 can be named. Leave the name empty' }],
  ['an exception without age', { ...EXCEPTION, age: '' }, { age: 'Enter the age: nobody under 18 can be named' }],
  ['a name of numbers', { ...EXCEPTION, name: 'J0hn' }, { name: 'Write the name in letters, without a title or a nickname' }],
  [
    'an exception without a name',
    { ...EXCEPTION, name: '' },
    { 'exception-reason': FOR_EXCEPTIONS, 'exception-authorised-by': FOR_EXCEPTIONS, 'exception-date': FOR_EXCEPTIONS },
  ],
  [
    'fields of a charge',
    { court: 'Lincoln Crown Court', 'charge-date': '26/3/2027' },
    { court: expect.stringContaining('before a charge'), 'charge-date': expect.stringContaining('before a charge') },
  ],
  ['a lock without a review', { 'lock-review': '' }, { 'lock-review': 'Enter the date when the lock is to be reviewed' }],
  ['a review today', { 'lock-review': '27/3/2027' }, { 'lock-review': 'The review date must be in the future' }],
  ['a review after a year', { 'lock-review': '28/3/2028' }, { 'lock-review': 'The review date must be within a year' }],
  ['a review that is no date', { 'lock-review': 'later' }, { 'lock-review': 'The review date must be a real date, for example 27/3/2027' }],
  ['a note with a name', { note: 'The man is Smith.' }, { note: expect.stringContaining('without naming anybody') }],
  ['a note with a title', { note: 'Corrected for Mr smith' }, { note: expect.stringContaining('without naming anybody') }],
  ['a note too long', { note: 'x'.repeat(241) }, { note: 'What you corrected must be 240 characters or fewer' }],
]

const right: [string, DraftForm][] = [
  ['a class of drugs', { nature: 'Possession with intent to supply class A drugs' }],
  ['a charge in capitals', { nature: 'assault causing GBH, and affray' }],
  ['a town with hyphens', { 'home-town': 'Chester-le-Street' }],
  ['a town called Street', { 'home-town': 'Street' }],
  ['a Welsh town', { 'home-town': 'Y Bontnewydd' }],
  ['a road called after a lord', { 'offence-place': 'Lord Street, Gainsborough' }],
  ['a road with its number', { 'offence-place': 'the A15 near Waddington' }],
  ['an offence of today, an arrest of today', { 'offence-date': '27/3/2027', 'arrest-date': '27/3/2027' }],
  ['bail until today', { 'bail-date': '27/3/2027' }],
  ['no age', { age: '' }],
  ['no outcome', { outcome: '' }],
  ['no lock, whatever its review', { lock: '', 'lock-review': 'never' }],
  ['a lock for a year', { 'lock-review': '27/3/2028' }],
  ['an exception', EXCEPTION],
  ['a note about a date', { note: 'The arrest was on 26 March, not on Thursday. It was in North Hykeham.' }],
  ['a correction after the bail', { 'bail-date': '26/3/2027', note: 'We corrected the date of the offence.' }],
]

describe('an arrest is refused', () => {
  test.each(refusals)('%s', (_what, change, messages) => {
    expect(refusedAt('arrest', { ...ARREST, ...change })).toEqual(messages)
  })

  test.each(right)('but not for %s', (_what, change) => {
    expect(refusedAt('arrest', { ...ARREST, ...change })).toEqual({})
  })

  test('the day is that of the United Kingdom', () => {
    const lateEvening = new Date('2027-03-28T23:30:00Z')
    const form = { ...ARREST, 'arrest-date': '29/3/2027' }
    expect(refusedAt('arrest', form, lateEvening)).toEqual({})
    expect(refusedAt('arrest', form, new Date('2027-03-28T22:30:00Z'))).toHaveProperty('arrest-date')
  })
})

describe('a charge', () => {
  test.each([
    ['is right', {}, {}],
    ['needs no name', { name: '' }, {}],
    ['needs no arrest', { 'arrest-date': '' }, {}],
    ['names acts', { 'charged-with': 'theft contrary to Section 1 of the Theft Act 1968' }, {}],
    [
      'needs its fields',
      { 'charged-with': '', 'charge-date': '', court: '', 'court-date': '' },
      ['charged-with', 'charge-date', 'court', 'court-date'],
    ],
    ['names nobody in its words', { 'charged-with': 'assaulting John Smith' }, ['charged-with']],
    ['has no formatting', { 'charged-with': '[theft](https://example.org)' }, ['charged-with']],
    ['is not before the arrest', { 'charge-date': '24/3/2027' }, ['charge-date']],
    ['is not before the offence', { 'arrest-date': '', 'charge-date': '19/3/2027' }, ['charge-date']],
    ['is not to come', { 'charge-date': '28/3/2027' }, ['charge-date']],
    ['comes to court later', { 'court-date': '25/3/2027' }, ['court-date']],
    ['has a court', { court: 'John Smith' }, ['court']],
    ['has no outcome', { outcome: 'charged' }, ['outcome']],
    ['ends no investigation', { status: 'released-under-investigation' }, ['status']],
    ['names no girl', { gender: 'girl', age: '17' }, ['name']],
    ['names nobody of 17', { gender: 'person', age: '17' }, ['name']],
    ['names nobody of unknown age', { age: '' }, ['age']],
    ['takes no exception', EXCEPTION, ['exception-reason', 'exception-authorised-by', 'exception-date']],
    ['of a girl without a name', { gender: 'girl', age: '17', name: '' }, {}],
  ] as [string, DraftForm, string[] | object][])('%s', (_what, change, fields) => {
    expect(Object.keys(refusedAt('arrest', { ...CHARGE, ...change }))).toEqual(Array.isArray(fields) ? fields : [])
  })
})

test('readers see no exception, in words or rows', () => {
  const { title, body, details } = contentOf('arrest', { ...ARREST, ...EXCEPTION }, NOW)
  const seen = JSON.stringify([title, body, kindOf('arrest').rows(details)])
  expect(seen).toContain('Bertram Example')
  expect(seen).not.toMatch(/Quillfeather|missing from custody/)
})
