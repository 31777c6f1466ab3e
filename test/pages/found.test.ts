/** The page of what was found for a search of a team. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type TestApp } from '../app.ts'

let site: TestApp

beforeAll(async () => {
  site = await openApp()
})
afterAll(() => site.close())

test('half a character at the end of a long search for a team breaks nothing', async () => {
  const answer = await site.get(`/find?q=${encodeURIComponent(`${'x'.repeat(99)}🚲🚲`)}`)
  expect(answer.statusCode).toBe(404)
  expect(answer.body).toContain('search everything for')
})
