import { describe, expect, test } from 'vitest'
import { composedKinds, contentOf, acceptForm, formOf, isSensitive, kindOf, KINDS, publicDetails } from '../../src/posts/kinds.ts'
import { POST_KINDS, type DraftForm, type PostKind } from '../../src/posts/schema.ts'
import { CHARGE, EXCEPTION, FORMS, notAccepted, NOW, refusedAt } from './kind-forms.ts'

describe('who may do what', () => {
  test.each([
    ['update', ['officer', 'supervisor', 'press-office']],
    ['advice', ['officer', 'supervisor', 'press-office']],
    ['found-property', ['officer', 'supervisor', 'press-office']],
    ['question', ['officer', 'supervisor', 'press-office']],
    ['outcome', ['supervisor', 'press-office']],
    ['appeal', []],
    ['arrest', []],
    ['court', []],
  ] as [PostKind, string[]][])('%s goes out by %j alone', (kind, roles) => {
    expect(kindOf(kind).alone).toEqual(roles)
    expect(isSensitive(kind)).toBe(roles.length === 0)
  })

  test('every kind has its entry under its own name, and the composer offers all but questions', () => {
    expect(Object.values(KINDS).map(({ kind }) => kind)).toEqual(Object.keys(KINDS))
    expect(Object.keys(KINDS).toSorted()).toEqual([...POST_KINDS].toSorted())
    expect(composedKinds().map(({ kind }) => kind)).toEqual([
      'update',
      'appeal',
      'arrest',
      'court',
      'advice',
      'found-property',
      'priority',
      'outcome',
    ])
  })

  test('no field of a kind has the name of another part of the composer', () => {
    const taken =
      'act key version team force kind photo photo-alt photo-looked attachment attachment-title date time title body tags expires note lock lock-review'
    for (const { fields } of Object.values(KINDS)) {
      const names = fields.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(names.filter((name) => taken.split(' ').includes(name) || name.startsWith('alt-'))).toEqual([])
    }
  })
})

describe('content of a form', () => {
  test.each(Object.entries(FORMS) as [PostKind, DraftForm][])('%s: the form of the content gives the content again', (kind, form) => {
    const content = contentOf(kind, form, NOW)
    expect(content.title).not.toBe('')
    expect(contentOf(kind, formOf(kind, content), NOW)).toEqual(content)
    expect(notAccepted(kind, formOf(kind, content))).toEqual({})
  })

  test('an update', () => {
    expect(contentOf('update', FORMS.update, NOW)).toEqual({
      title: 'Speed checks',
      body: 'We were on **Grantham Road**.',
      tags: ['speeding', 'roads'],
      details: {},
      expiresAt: new Date('2027-03-28T23:00:00Z'),
      lock: null,
    })
  })

  test('an appeal says its details to readers', () => {
    const { details } = contentOf('appeal', FORMS.appeal, NOW)
    expect(kindOf('appeal').rows(details)).toEqual([
      ['What the appeal is for', 'Witnesses'],
      ['When it happened', 'Saturday 20 March between 2pm and 3pm'],
      ['Where it happened', 'High Street, by the 7 mile post'],
      ['Reference', '27000123456'],
    ])
  })

  test('advice in steps', () => {
    const { details } = contentOf('advice', FORMS.advice, NOW)
    expect(details).toEqual({ steps: 'Lock it\nMark it\nTell us', 'more-help': 'https://www.police.uk/x' })
    expect(kindOf('advice').rows(details)).toEqual([
      ['Step 1', 'Lock it'],
      ['Step 2', 'Mark it'],
      ['Step 3', 'Tell us'],
      ['More help', 'https://www.police.uk/x'],
    ])
  })

  test('found property and a court result say dates as people say them', () => {
    expect(kindOf('found-property').rows(contentOf('found-property', FORMS['found-property'], NOW).details)).toEqual([
      ['What was found', 'A ring'],
      ['Date found', '25 March 2027'],
      ['Where it was found', 'The common'],
    ])
    expect(kindOf('court').rows(contentOf('court', FORMS.court, NOW).details)).toContainEqual(['Result', 'Sentenced'])
  })

  test.each([
    ['its first sentence', 'We were **out**. Then in.', 'We were out'],
    ['a question keeps its mark', 'Is this yours? Tell us.', 'Is this yours?'],
    ['a short form ends no sentence', 'At St. Giles we met. Then tea.', 'At St. Giles we met'],
    ['the first words of a long one', 'word '.repeat(60), `${'word '.repeat(15)}word…`],
    ['one endless word', 'x'.repeat(300), `${'x'.repeat(79)}…`],
    ['a list', '- one\n- two', 'one; two'],
    ['a text without words', '***', 'Update'],
  ])('an update without a title takes %s', (_what, body, title) => {
    const content = contentOf('update', { title: ' ', body }, NOW)
    expect(content.title).toBe(title)
    expect(content.title.length).toBeLessThanOrEqual(80)
    expect(contentOf('update', formOf('update', content), NOW)).toEqual(content)
  })

  test('a text without a word is refused', () => {
    expect(refusedAt('update', { title: '', body: '\u200b \n' })).toEqual({ body: 'Enter the text of the post' })
  })
})

const without = (kind: PostKind, ...names: string[]): DraftForm =>
  Object.fromEntries(Object.entries(FORMS[kind]).filter(([name]) => !names.includes(name)))

describe('what is not right is said by field', () => {
  test.each([
    ['update', { title: 'x'.repeat(121) }, { title: 'The title must be 120 characters or fewer' }],
    ['update', { body: 'x'.repeat(10_001) }, { body: 'The text must be 10,000 characters or fewer' }],
    ['update', { tags: 'a,b,c,d,e,f,g,h,i' }, { tags: 'Give at most 8 tags' }],
    ['update', { tags: 'x'.repeat(41) }, { tags: 'Each tag must be 40 characters or fewer' }],
    ['update', { expires: '26/3/2027' }, { expires: 'The end date must be today or in the future' }],
    ['update', { expires: 'never' }, { expires: 'The end date must be a real date, for example 27/3/2027' }],
    ['appeal', { title: '', body: '' }, { title: 'Enter a title', body: 'Enter the text of the post' }],
    [
      'appeal',
      { 'what-for': '', when: ' ', where: '' },
      { 'what-for': 'Choose what the appeal is for', when: 'Enter when it happened', where: 'Enter where it happened' },
    ],
    ['appeal', { 'what-for': 'money' }, { 'what-for': 'Choose what the appeal is for' }],
    ['appeal', { where: '12 High Street' }, { where: 'Give the street or area only, without a house number or postcode' }],
    ['appeal', { where: 'By the shop, 12a High Street' }, { where: 'Give the street or area only, without a house number or postcode' }],
    ['appeal', { where: 'High Street, LN42LE' }, { where: 'Give the street or area only, without a house number or postcode' }],
    ['appeal', { reference: 'x'.repeat(41) }, { reference: 'Reference must be 40 characters or fewer' }],
    ['court', { result: 'guilty', court: '' }, { result: 'Choose the result', court: 'Enter the name of the court' }],
    ['court', { 'hearing-date': '29/2/2027' }, { 'hearing-date': 'Date of the hearing must be a real date, for example 27/3/2027' }],
    [
      'court',
      { 'hearing-date': '28/3/2027' },
      { 'hearing-date': 'The date of the hearing must be today or in the past, or the result “Other hearing”' },
    ],
    ['court', { 'hearing-date': '28/3/2027', result: 'other' }, {}],
    ['advice', { steps: 'a\nb\nc\nd\ne\nf\ng' }, { steps: 'Give at most 6 steps, one a line' }],
    ['advice', { steps: 'a\nb\n\nc\nd\ne\n\nf\n' }, {}],
    ['advice', { 'more-help': 'http://www.police.uk' }, { 'more-help': 'Enter a full web address that begins with https://' }],
    ['advice', { 'more-help': 'javascript:alert(1)//https://' }, { 'more-help': 'Enter a full web address that begins with https://' }],
    ['advice', { 'more-help': 'https://police.uk@evil.example' }, { 'more-help': 'Enter a full web address that begins with https://' }],
    ['found-property', { 'found-on': '28/3/2027' }, { 'found-on': 'Date found must be today or in the past' }],
    ['found-property', { item: '' }, { item: 'Enter what was found' }],
    ['outcome', { 'you-said': '', 'we-did': '' }, { 'you-said': 'Enter what people told you', 'we-did': 'Enter what the team did' }],
    ['outcome', { title: '' }, { title: 'Enter a title' }],
  ] as [PostKind, DraftForm, DraftForm][])('%s: case %#', (kind, change, messages) => {
    expect(refusedAt(kind, { ...FORMS[kind], ...change })).toEqual(messages)
  })

  test('everything that is wrong is said at once, fields that are not there included', () => {
    expect(Object.keys(refusedAt('appeal', without('appeal', 'title', 'when', 'what-for')))).toEqual(['title', 'what-for', 'when'])
  })

  test('an end date of today lasts until midnight, on the day of 23 hours too', () => {
    const late = new Date('2027-03-28T22:59:00Z')
    expect(contentOf('update', { body: 'Words', expires: '28/3/2027' }, late).expiresAt).toEqual(new Date('2027-03-28T23:00:00Z'))
    expect(refusedAt('update', { body: 'Words', expires: '28/3/2027' }, new Date('2027-03-28T23:00:00Z'))).toHaveProperty('expires')
  })
})

describe('the fields that are kept', () => {
  test('the kind’s own and the common ones, as typed; others go', () => {
    const typed = {
      title: ' A ',
      body: 'b\r\n',
      tags: '#x',
      expires: 'soon',
      note: 'n',
      key: 'k',
      'alt-7': 'a',
      steps: 's',
      stage: 'arrest',
      lock: 'yes',
      __proto: 'x',
    }
    expect(acceptForm('update', typed)).toEqual({ title: ' A ', body: 'b\r\n', tags: '#x', expires: 'soon', note: 'n' })
    expect(acceptForm('advice', typed)).toEqual({ title: ' A ', body: 'b\r\n', tags: '#x', expires: 'soon', note: 'n', steps: 's' })
  })

  test('what no database can keep is left out, and fields of it alone are empty', () => {
    expect(acceptForm('update', { title: 'a\0b', body: 'c\ud83d' })).toEqual({ title: 'ab', body: 'c\ufffd' })
    expect(refusedAt('found-property', { ...FORMS['found-property'], item: '\0\u0007' })).toEqual({ item: 'Enter what was found' })
    expect(contentOf('found-property', { ...FORMS['found-property'], reference: '\u0007' }, NOW).details).not.toHaveProperty('reference')
  })

  test('a text too long to be published by far is refused and not cut', () => {
    expect(acceptForm('update', { body: 'x'.repeat(40_000) })['body']).toHaveLength(40_000)
    expect(notAccepted('update', { body: 'x'.repeat(40_001), title: 'y'.repeat(481) })).toEqual({
      title: 'This is too long to keep. Shorten it to 120 characters',
      body: 'This is too long to keep. Shorten it to 10000 characters',
    })
    expect(notAccepted('found-property', { reference: 'x'.repeat(161) })).toHaveProperty('reference')
  })

  test('only an arrest has a record that readers do not see', () => {
    const { details } = contentOf('arrest', { ...FORMS.arrest, ...EXCEPTION }, NOW)
    expect(Object.keys(details)).toEqual(expect.arrayContaining(Object.keys(EXCEPTION)))
    expect(Object.keys(publicDetails('arrest', details)).filter((name) => name.startsWith('exception'))).toEqual([])
    expect(publicDetails('arrest', details)).toMatchObject({ name: 'Bertram Example', age: 34 })
    const plain = contentOf('appeal', FORMS.appeal, NOW).details
    expect(publicDetails('appeal', plain)).toEqual(plain)
    expect(publicDetails('arrest', contentOf('arrest', CHARGE, NOW).details)).toMatchObject({ name: 'Ada Example' })
  })
})
