/** A survey that cannot be taken just now loses nothing that was chosen and written. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { resent } from '../../src/surveys/answer-form.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { open } from './survey-world.ts'

let site: TestApp
let team: TeamName
let sergeant: SignedIn
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  team = await makeTeam(site.world.db, 'Bracebridge Heath')
  sergeant = await makeStaff(site.world.db, 'Sgt Holland', 'supervisor', team)
})
afterAll(() => site.close())
const someone = async () => site.cookieOf(await makeResident(site.world.db, 'Maureen T'))

test('what was answered comes back on a page of failure, to be sent again: signed out meanwhile, too fast, closed', async () => {
  const { id, questions } = await open(site.world.db, sergeant, team, { areas: ['Heath', 'Village'] })
  const [one, several, , words, , pin] = questions
  const sent = { [`q${one?.id}`]: '1', [`q${words?.id}`]: 'The <lamp> is out', [`q${pin?.id}`]: '53.2001237,-0.5298763', area: '1' }
  const failed = await site.post(`/surveys/${id}/answers`, sent)
  expect(failed.statusCode).toBe(403)
  expect(failed.body).toContain(`<form method="post" action="/surveys/${id}/answers"`)
  for (const [name, value] of Object.entries({ ...sent, [`q${words?.id}`]: 'The &lt;lamp&gt; is out', [`q${pin?.id}`]: '53.200,-0.530' }))
    expect(failed.body).toContain(`<input type="hidden" name="${name}" value="${value}">`)
  expect(failed.body).toContain('readonly>The &lt;lamp&gt; is out</textarea>')
  expect(resent({ [`q${several?.id}`]: ['0', '2'] })).toEqual([
    [`q${several?.id}`, '0'],
    [`q${several?.id}`, '2'],
  ])
  const fields = Object.fromEntries(
    [...failed.body.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  expect((await site.post(`/surveys/${id}/answers`, fields, await someone())).statusCode).toBe(303)
})
