import { expect, test } from 'vitest'
import { keyAfter, keyBefore, readKey, sayKey } from '../../src/database/moment-key.ts'

test('what was said is read again, to the millisecond', () => {
  const at = new Date('2026-11-24T09:30:00.123Z')
  expect(readKey(sayKey(at, 77))).toEqual({ at, id: 77 })
  expect(keyBefore(sayKey(at, 77))).toEqual({ at: at.toISOString(), id: 77 })
})

test.each([undefined, null, '', 'soon', '12', '12-', '-12-3', '1-2-3', ['1-2'], '253402300800000-1', `${'9'.repeat(16)}-1`, `1-${'9'.repeat(16)}`])(
  '%j is the beginning',
  (text) => {
    expect(readKey(text)).toBeNull()
    expect(keyBefore(text)).toEqual({ at: 'infinity', id: 0 })
    expect(keyAfter(text)).toEqual({ at: '-infinity', id: 0 })
  },
)
