/** For any words in any kind: the form of the content gives the content again, and a refusal says of each field what to do. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentOf, formOf, kindOf } from '../../src/posts/kinds.ts'
import { POST_KINDS } from '../../src/posts/schema.ts'
import { FORMS, NOW, tryContent } from './kind-forms.ts'

const kind = fc.constantFrom(...POST_KINDS)
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom('- ', '1. ', '\n', 'Lock it', ' ', '# ', 'St. ', 'word', '. ', ',', '👩‍👩‍👧'), { maxLength: 40 })
    .map((parts) => parts.join('')),
)
const changed = kind.chain((kind) => {
  const free = kindOf(kind).fields.filter(({ type }) => type === 'line' || type === 'words')
  const names = [...(kindOf(kind).ownWords ? ['title', 'body', 'tags'] : []), ...free.map(({ name }) => name)]
  return fc.tuple(fc.constant(kind), fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 2 }))
})

test('content of the form of the content is the content', () => {
  let accepted = 0
  fc.assert(
    fc.property(changed, ([kind, changes]) => {
      const { content } = tryContent(kind, { ...FORMS[kind], ...changes })
      if (!content) return
      accepted++
      expect(content.title).not.toBe('')
      expect(contentOf(kind, formOf(kind, content), NOW)).toEqual(content)
    }),
    { numRuns: 3000 },
  )
  expect(accepted).toBeGreaterThan(500)
})

test('a refusal names what was changed and says what to do', () => {
  fc.assert(
    fc.property(changed, ([kind, changes]) => {
      const { content, refused } = tryContent(kind, { ...FORMS[kind], ...changes })
      expect(Object.keys(refused).length > 0).toBe(content === null)
      // A name at an arrest asks for other fields; elsewhere nothing is wrong but what was changed.
      expect(Object.keys(refused).filter((field) => kind !== 'arrest' && !(field in changes))).toEqual([])
      for (const message of Object.values(refused)) expect(message).toMatch(/^\p{Lu}.{8,}/u)
    }),
    { numRuns: 2000 },
  )
})
