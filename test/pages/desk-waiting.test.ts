/** What waits for the sergeant besides posts: of the own team alone, and of every team for the press office. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskAside } from '../../src/pages/desk-waiting.ts'
import { declineSuggestion } from '../../src/priorities/decision.ts'
import { draftSurvey, addQuestion } from '../../src/surveys/making.ts'
import { submitSurvey } from '../../src/surveys/opening.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { openChain, type Chained } from '../priorities/chain-world.ts'
import { dayFromNow, question } from '../surveys/survey-world.ts'

let chain: Chained

const waitingFor = async (teams: number[] | null) => (await deskAside(chain.db, chain.sergeant.accountId, teams, new Date())).waiting

beforeAll(async () => {
  chain = await openChain()
})
afterAll(() => chain.site.close())

test('suggestions and surveys are counted while they wait, for their own team', async () => {
  const { db, sergeant, resident, team } = chain
  const elsewhere = await makeTeam(db, 'Elsewhere')
  expect(await waitingFor([team.id])).toEqual([])
  const first = await chain.suggest(resident)
  await chain.suggest(resident, 'Walk by the shops on Fridays.')
  const officer = await makeStaff(db, 'PC Drafter', 'officer', team)
  const words = { title: 'How do we do?', intro: '', areas: [], closes: dayFromNow(9) }
  const { id } = await draftSurvey(db, officer, { ...words, teamId: team.id, audience: 'public', clientKey: randomUUID() })
  await addQuestion(db, officer, id, { ...question(), version: 1 })
  await submitSurvey(db, officer, id, 2)
  expect(await waitingFor([team.id])).toEqual([
    { said: '1 survey', href: '/officers/surveys' },
    { said: '2 suggestions', href: '/officers/suggestions' },
  ])
  expect(await waitingFor([elsewhere.id])).toEqual([])
  expect(await waitingFor(null)).toHaveLength(2)
  await declineSuggestion(db, sergeant, first, 'Not ours.')
  expect(await waitingFor([team.id])).toContainEqual({ said: '1 suggestion', href: '/officers/suggestions' })
})
