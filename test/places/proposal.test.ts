import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { changePlace, closePlace, openPlace } from '../../src/places/keeping.ts'
import { placeBySlug, placesOfPartner, placesOfTeam, type PlacePage } from '../../src/places/place.ts'
import { cancelPresence } from '../../src/places/presence-change.ts'
import { answerProposal, ownProposals, proposalById, proposalsFor } from '../../src/places/proposal.ts'
import { placeChanges, places } from '../../src/places/schema.ts'
import { openWorld, type World } from '../world.ts'
import { changesOf, contentOf, makeKeepers, makePlace, makeService, proposePlace, SERVICE, WHO, type Keepers, type Who } from './place-world.ts'
import { plan } from './presence-world.ts'

let world: World
let keepers: Keepers
beforeAll(async () => {
  world = await openWorld(10)
  keepers = await makeKeepers(world.db)
})
afterAll(() => world.close())

const YES = { answer: 'agreed', note: null } as const
const NO = { answer: 'refused', note: 'We have one already.' } as const

const answer = (who: Who, id: number, given: typeof YES | typeof NO = YES) => answerProposal(world.db, keepers.people[who], id, given)
const change = async (who: Who, place: PlacePage, typed: Record<string, string>, clientKey = randomUUID()) =>
  changePlace(world.db, keepers.people[who], place.id, {
    content: await contentOf(world.db, { ...SERVICE, name: place.name, ...typed }),
    version: place.version,
    clientKey,
  })
const idOf = ({ path }: { path: string }): number => Number(path.split('/').at(-1))
const outcome = async (work: Promise<unknown>): Promise<string> =>
  work.then(() => 'done').catch((error: unknown) => (error as Error).constructor.name)

describe('a partner’s new place', () => {
  test('waits, and is nowhere before a second person agrees', async () => {
    const told = await world.db.$count(activities)
    const id = await proposePlace(keepers, { ...SERVICE, name: 'Secret Shed' })
    expect(await world.db.$count(places, eq(places.name, 'Secret Shed'))).toBe(0)
    expect(await world.db.$count(activities)).toBe(told)
    expect(await placesOfTeam(world.db, keepers.team.id)).not.toContainEqual(expect.objectContaining({ name: 'Secret Shed' }))
    const { path } = await answer('sergeant', id)
    expect(path).toBe('/places/secret-shed')
    const place = await placeBySlug(world.db, 'secret-shed')
    expect(place).toMatchObject({ partnerName: 'North Kesteven Council', partnerId: keepers.people.partner.accountId, kind: 'partner' })
    expect(await changesOf(world.db, place.id)).toMatchObject([
      { act: 'open', changedRole: 'partner', answer: 'agreed', answeredBy: keepers.people.sergeant.accountId },
    ])
    expect((await placesOfPartner(world.db, keepers.people.partner.accountId)).map(({ slug }) => slug)).toContain('secret-shed')
  })

  test('is seen before only by its author and by those who may answer', async () => {
    const id = await proposePlace(keepers)
    const seen = await Promise.all(WHO.map(async (who) => [who, await outcome(proposalById(world.db, keepers.people[who], id))]))
    expect(Object.fromEntries(seen)).toEqual({
      officer: 'NotFound',
      sergeant: 'done',
      press: 'done',
      otherPress: 'done',
      stranger: 'NotFound',
      administrator: 'NotFound',
      partner: 'done',
      otherPartner: 'NotFound',
      resident: 'NotFound',
    })
    const listed = await Promise.all(WHO.map(async (who) => [who, (await proposalsFor(world.db, keepers.people[who])).some((one) => one.id === id)]))
    expect(listed.filter(([, is]) => is).map(([who]) => who)).toEqual(['sergeant', 'press', 'otherPress'])
  })

  test('is agreed to by the sergeant of the team or the press office, and by nobody else', async () => {
    const tried = await Promise.all(
      WHO.map(async (who) => [who, await outcome(answer(who, await proposePlace(keepers, { ...SERVICE, name: `Asked of ${who}` })))]),
    )
    expect(Object.fromEntries(tried)).toEqual({
      officer: 'NotFound',
      sergeant: 'done',
      press: 'done',
      otherPress: 'done',
      stranger: 'NotFound',
      administrator: 'NotFound',
      partner: 'Forbidden',
      otherPartner: 'NotFound',
      resident: 'NotFound',
    })
  })

  test('nobody agrees to their own, also with a role that would let them', async () => {
    const both = { ...keepers.people.partner, duties: [...keepers.people.partner.duties, ...keepers.people.press.duties] }
    const id = await proposePlace(keepers, { ...SERVICE, name: 'My Own' })
    await expect(answerProposal(world.db, both, id, YES)).rejects.toBeInstanceOf(Forbidden)
    const own = `update place_changes set answer = 'agreed', answered_by = changed_by, answered_at = now() where id = $1`
    await expect(world.db.$client.query(own, [id])).rejects.toThrow('place_changes_partner')
    const unsigned = `update place_changes set answer = 'agreed', answered_at = now() where id = $1`
    await expect(world.db.$client.query(unsigned, [id])).rejects.toThrow('place_changes_answerer')
  })

  test('refused with a note, it stays nowhere, and its author reads why', async () => {
    const id = await proposePlace(keepers, { ...SERVICE, name: 'Not Wanted' })
    await expect(answerProposal(world.db, keepers.people.press, id, { answer: 'refused', note: null })).rejects.toMatchObject({
      fields: { note: expect.any(String) },
    })
    expect(await answer('press', id, NO)).toEqual({ path: `/place-changes/${id}` })
    expect(await proposalById(world.db, keepers.people.partner, id)).toMatchObject({
      answer: 'refused',
      answerNote: 'We have one already.',
      answeredBy: 'Dana Price',
    })
    expect((await ownProposals(world.db, keepers.people.partner, null)).items.find((one) => one.id === id)).toMatchObject({ answer: 'refused' })
    expect(await world.db.$count(places, eq(places.name, 'Not Wanted'))).toBe(0)
  })

  test('is answered once: of two at once one is told that a colleague was quicker', async () => {
    const id = await proposePlace(keepers, { ...SERVICE, name: 'Answered Twice' })
    const both = await Promise.all([outcome(answer('press', id)), outcome(answer('sergeant', id, NO))])
    expect(both.toSorted()).toEqual(['Overtaken', 'done'])
    const again = await proposePlace(keepers, { ...SERVICE, name: 'Answered Again' })
    await answer('press', again)
    expect(await answer('press', again)).toEqual({ path: `/place-changes/${again}` })
    expect(await world.db.$count(places, eq(places.name, 'Answered Again'))).toBe(1)
  })

  test('the same form sent twice waits once', async () => {
    const { partner } = keepers.people
    const key = randomUUID()
    const content = await contentOf(world.db, { ...SERVICE, name: 'Sent Twice' })
    const sent = await Promise.all([1, 2].map(() => openPlace(world.db, partner, keepers.team, { content, clientKey: key })))
    expect(sent[0]).toEqual(sent[1])
    expect(await world.db.$count(placeChanges, eq(placeChanges.clientKey, key))).toBe(1)
    await answer('press', idOf(sent[0] ?? { path: '' }))
    expect(await openPlace(world.db, partner, keepers.team, { content, clientKey: key })).toEqual({ path: '/places/sent-twice', waits: false })
  })

  test('is a partner service, not a counter of the police', async () => {
    const content = await contentOf(world.db, { ...SERVICE, kind: 'counter' })
    const { partner } = keepers.people
    await expect(openPlace(world.db, partner, keepers.team, { content, clientKey: randomUUID() })).rejects.toMatchObject({
      fields: { kind: expect.any(String) },
    })
  })
})

describe('a partner’s change of their own place', () => {
  test('leaves the page as it is until somebody agrees', async () => {
    const place = await makeService(keepers, { ...SERVICE, name: 'Food Bank' })
    const sent = await change('partner', place, { name: 'Food Hub', monday: 'closed' })
    expect(sent.waits).toBe(true)
    expect(await placeBySlug(world.db, 'food-bank')).toMatchObject({ name: 'Food Bank', version: 1 })
    expect(await proposalById(world.db, keepers.people.press, idOf(sent))).toMatchObject({ act: 'change', versions: { then: 1, now: 1 } })
    await answer('press', idOf(sent))
    expect(await placeBySlug(world.db, 'food-bank')).toMatchObject({ name: 'Food Hub', version: 2, partnerId: keepers.people.partner.accountId })
  })

  test('only one waits at a time', async () => {
    const place = await makeService(keepers, { ...SERVICE, name: 'One at a Time' })
    const key = randomUUID()
    const first = await change('partner', place, { monday: 'closed' }, key)
    expect(await change('partner', place, { monday: 'closed' }, key)).toEqual(first)
    await expect(change('partner', place, { tuesday: 'closed' })).rejects.toBeInstanceOf(Forbidden)
    await answer('press', idOf(first), NO)
    expect(await change('partner', place, { tuesday: 'closed' })).toMatchObject({ waits: true })
    const both = { ...place, name: 'x' }
    await expect(change('partner', both, {})).rejects.toBeInstanceOf(Forbidden)
  })

  test('is not agreed to when the place was changed meanwhile, and can be refused', async () => {
    const place = await makeService(keepers, { ...SERVICE, name: 'Changed Meanwhile' })
    const sent = await change('partner', place, { monday: 'closed' })
    await change('officer', place, { name: 'By the Officer' })
    await expect(answer('press', idOf(sent))).rejects.toBeInstanceOf(Overtaken)
    expect(await proposalById(world.db, keepers.people.press, idOf(sent))).toMatchObject({ answer: null, versions: { then: 1, now: 2 } })
    await answer('press', idOf(sent), NO)
    expect(await placeBySlug(world.db, place.slug)).toMatchObject({ name: 'By the Officer', version: 2 })
  })

  test('is for their own place alone', async () => {
    const [own, teams] = [await makeService(keepers, { ...SERVICE, name: 'Whose' }), await makePlace(keepers, { ...SERVICE, name: 'The Team’s' })]
    await expect(change('otherPartner', own, {})).rejects.toBeInstanceOf(Forbidden)
    await expect(change('partner', teams, {})).rejects.toBeInstanceOf(Forbidden)
    await expect(change('partner', own, { kind: 'hub' })).rejects.toBeInstanceOf(Refused)
  })

  test('closing it for good waits too', async () => {
    const place = await makeService(keepers, { ...SERVICE, name: 'To Close' })
    const input = { because: 'No money is left.', version: 1, clientKey: randomUUID() }
    const sent = await closePlace(world.db, keepers.people.partner, place.id, input)
    expect(sent.waits).toBe(true)
    expect(await placeBySlug(world.db, 'to-close')).toMatchObject({ closedAt: null })
    const made = await plan(world.db, keepers.people.officer, keepers.team, place)
    await expect(answer('sergeant', idOf(sent))).rejects.toMatchObject({ fields: { answer: expect.stringContaining('call it off first') } })
    expect(await proposalById(world.db, keepers.people.partner, idOf(sent))).toMatchObject({ answer: null })
    await cancelPresence(world.db, keepers.people.officer, made.id, { because: 'It closes.', version: 1 })
    await answer('sergeant', idOf(sent))
    expect(await placeBySlug(world.db, 'to-close')).toMatchObject({ closedBecause: 'No money is left.', mode: 'archived' })
    await expect(change('partner', place, {})).rejects.toBeInstanceOf(Forbidden)
  })
})

test('what the force’s own people did is no proposal', async () => {
  const place = await makePlace(keepers, { ...SERVICE, name: 'Their Own Doing' })
  const [row] = await changesOf(world.db, place.id)
  await expect(proposalById(world.db, keepers.people.press, row?.id ?? 0)).rejects.toBeInstanceOf(NotFound)
  expect((await ownProposals(world.db, keepers.people.officer, null)).items).toEqual([])
})

test('a partner reads what they proposed page by page', async () => {
  const { otherPartner } = keepers.people
  for (let number = 0; number < 53; number++) await proposePlace(keepers, { ...SERVICE, name: `Proposed ${number}` }, otherPartner)
  const first = await ownProposals(world.db, otherPartner, null)
  const second = await ownProposals(world.db, otherPartner, first.next)
  expect([first.items.length, second.items.length, second.next]).toEqual([50, 3, null])
  expect(first.items[0]?.name).toBe('Proposed 52')
  expect(second.items.at(-1)?.name).toBe('Proposed 0')
})
