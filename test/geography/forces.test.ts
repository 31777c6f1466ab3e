import { expect, test } from 'vitest'
import { findForce, forceByAreaCode, forces } from '../../src/geography/forces.ts'
import { areaOfPostcode, forcesOfPostcodeArea, postcodeAreas } from '../../src/geography/postcode-areas.ts'

test('data.police.uk lists 44 forces, each with an id, a code and a secure address of its own', () => {
  expect(forces).toHaveLength(44)
  expect(new Set(forces.map((force) => force.id)).size).toBe(44)
  expect(new Set(forces.map((force) => force.areaCode)).size).toBe(44)
  for (const force of forces) expect(force.website).toMatch(/^https:\/\/www\.[a-z-]+\.police\.uk\/$/)
})

test.each([
  ['E23000020', 'lincolnshire'],
  ['W15000001', 'north-wales'],
  ['N23000000', 'northern-ireland'],
  ['S23000009', 'police-scotland'],
])('area code %s is %s', (code, id) => {
  expect(forceByAreaCode(code)?.id).toBe(id)
})

test('a code that names no force', () => {
  for (const code of ['', 'L99999999', 'E99999999', 'constructor']) expect(forceByAreaCode(code)).toBeNull()
  expect(findForce('btp')).toBeNull()
  expect(findForce('lincolnshire')?.name).toBe('Lincolnshire Police')
})

test('every postcode area has a force, and every force a postcode area', () => {
  expect(postcodeAreas()).toHaveLength(125)
  const named = postcodeAreas().map((area) => forcesOfPostcodeArea(area).map((force) => force.id))
  expect(named.every((ids) => ids.length > 0 && new Set(ids).size === ids.length)).toBe(true)
  const all = new Set(named.flat())
  for (const force of forces) expect(all).toContain(force.id)
})

test.each([
  ['LN4', ['lincolnshire']],
  ['BT1', ['northern-ireland']],
  ['JE2', ['jersey']],
  ['AB10', ['police-scotland']],
  ['S1', ['south-yorkshire', 'derbyshire', 'nottinghamshire']],
  ['QQ1', []],
  ['', []],
  ['constructor', []],
])('%s is looked after by %j', (text, ids) => {
  expect(forcesOfPostcodeArea(areaOfPostcode(text)).map((force) => force.id)).toEqual(ids)
})
