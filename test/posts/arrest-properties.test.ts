/** Whatever is sent, the words of an arrest are made of what was accepted and of nothing else. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { sayDay } from '../../src/posts/kind-fields.ts'
import { acceptForm, contentOf, formOf, kindOf, publicDetails, type PostContent } from '../../src/posts/kinds.ts'
import type { DraftForm } from '../../src/posts/schema.ts'
import { CHARGE, EXCEPTION, FORMS, NOW, tryContent } from './kind-forms.ts'

const NAMES = kindOf('arrest').fields.map(({ name }) => name)
const STAGES = [FORMS.arrest, { ...FORMS.arrest, ...EXCEPTION }, CHARGE]

const day = fc.date({ min: new Date('2027-03-01'), max: new Date('2027-06-01'), noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10))
const spoken = fc.constantFrom(
  'burglary',
  'Smith',
  'john smith',
  'theft of a Bicycle',
  'Lincoln',
  'Lincoln Crown Court',
  '12 High Street',
  '17',
  '34',
  'bail',
  'girl',
  'charged',
)
const option = fc.constantFrom(...kindOf('arrest').fields.flatMap(({ options = [] }) => options.map(([value]) => value)))
const value = fc.oneof(fc.string({ unit: 'grapheme' }), spoken, day, option, fc.constant(''))
const form = fc
  .tuple(fc.constantFrom(...STAGES), fc.dictionary(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, fc.string()), value, { maxKeys: 6 }))
  .map(([whole, changes]): DraftForm => Object.fromEntries([...Object.entries(whole), ...Object.entries(changes)]))

const TEMPLATE = new Set(
  `a an man woman boy girl person he she they is are was were has have been year-old from of arrested charged on until with suspicion in the area
  offence alleged to happened custody released bail under investigation and will face no further action continues since cautioned case listed at
  arrest not charge somebody who presumed innocent unless court finds them guilty`.split(/\s+/),
)

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s.,;:()…/&]+/)
    .filter((word) => word !== '')

const contentOrNothing = (form: DraftForm): PostContent | null => tryContent('arrest', form).content

test('the words hold nothing but what was accepted, and what was accepted is on the list', () => {
  let accepted = 0
  fc.assert(
    fc.property(form, (typed) => {
      const content = contentOrNothing(typed)
      if (!content) return
      accepted++
      expect(NAMES).toEqual(expect.arrayContaining(Object.keys(content.details)))
      const said = Object.values(publicDetails('arrest', content.details)).map(String)
      const known = new Set([
        ...TEMPLATE,
        ...said.flatMap(wordsOf),
        ...said.filter((one) => /^\d{4}-/.test(one)).flatMap((one) => wordsOf(sayDay(one))),
      ])
      const words = wordsOf(`${content.title} ${content.body}`).map((word) => word.replace(/^\d+-year-old$/, 'year-old'))
      expect(words.filter((word) => !known.has(word))).toEqual([])
    }),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(100)
})

test('any word in a field that is not on the list is refused', () => {
  const meta = /^(act|key|version|team|force|kind|date|time|photo-looked|expires|note|lock|lock-review)$/
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('title', 'body', 'tags', '__proto__', 'photo', 'alt-1')),
      fc.constantFrom('x', ' John '),
      (name, said) => {
        fc.pre(!NAMES.includes(name) && !meta.test(name))
        const typed = Object.fromEntries([...Object.entries(FORMS.arrest), [name, said]])
        expect(() => acceptForm('arrest', typed)).toThrow(Refused)
        expect(() => contentOf('arrest', typed, NOW)).toThrow(Refused)
      },
    ),
    { numRuns: 1000 },
  )
})

test('before a charge a name stands with its exception only, and nobody under 18 has one', () => {
  fc.assert(
    fc.property(form, (typed) => {
      const details = contentOrNothing(typed)?.details
      if (details?.['name'] === undefined) return
      expect(details['age']).toBeGreaterThanOrEqual(18)
      expect(details['gender']).not.toMatch(/boy|girl/)
      expect(Object.keys(EXCEPTION).every((name) => details[name] !== undefined)).toBe(details['stage'] === 'arrest')
    }),
    { numRuns: 3000 },
  )
})

test('the form of any accepted content gives it again', () => {
  let accepted = 0
  fc.assert(
    fc.property(form, (typed) => {
      const content = contentOrNothing(typed)
      if (!content) return
      accepted++
      expect(contentOf('arrest', formOf('arrest', content), NOW)).toEqual(content)
    }),
    { numRuns: 2000 },
  )
  expect(accepted).toBeGreaterThan(50)
})
