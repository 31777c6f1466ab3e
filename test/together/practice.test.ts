import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import type { Actor, SignedIn } from '../../src/actor.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { withdrawInNetwork } from '../../src/network/changing.ts'
import { correctComposed, postToCorrect } from '../../src/network/correcting.ts'
import { staffPostById } from '../../src/network/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { practiceList, type Shelf } from '../../src/together/practice-list.ts'
import { practicePanelOf, takeBackUse, usePractice } from '../../src/together/practice.ts'
import { practices, practiceUses } from '../../src/together/schema.ts'
import { makeStaff, makeTeam } from '../people.ts'
import { openTogether, share, type Together } from './together-world.ts'

let world: Together
beforeAll(async () => {
  world = await openTogether()
})
afterAll(() => world.close())

const panelOf = async (actor: Actor, postId: number) => practicePanelOf(world.db, actor, await staffPostById(world.db, actor, postId))
const use = (by: SignedIn, postId: number, team: { id: number }, note = '') => usePractice(world.db, by, postId, { teamId: team.id, note })

/** Every page of a shelf, as this reader pages through it. */
async function allOf(actor: Actor, shelf: Shelf): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const page = await practiceList(world.db, actor, shelf, cursor)
    found.push(...page.entries.map(({ post }) => post.id))
    cursor = page.next ?? undefined
  } while (cursor)
  return found
}

describe('sharing good practice', () => {
  test('its three parts are its words, under headings; the same form twice makes one', async () => {
    const { db, officer, colleague } = world
    const clientKey = randomUUID()
    const { id } = await share(db, officer, { clientKey })
    expect((await share(db, officer, { clientKey })).id).toBe(id)
    const { body } = await staffPostById(db, colleague, id)
    const places = ['<h2>The problem', 'nobody measures', '<h2>What was done', 'lent out', '<h2>What came of it', 'Two hundred cars'].map((part) =>
      body.html.indexOf(part),
    )
    expect(places.every((place, nth) => place > (places[nth - 1] ?? -1))).toBe(true)
    expect(await db.$count(practices, eq(practices.postId, id))).toBe(1)
  })

  test('a correction keeps the three parts, each with its words; what is missing is said', async () => {
    const { db, officer, colleague } = world
    const { id } = await share(db, officer)
    const { form, version } = { form: await postToCorrect(db, officer, await staffPostById(db, officer, id)), version: 1 }
    const correct = (body: string) =>
      correctComposed(db, officer, id, { title: 'T', tags: '', address: '', ...form, body, note: 'A number.', version })
    const body = form['body'] ?? ''
    const missing = { '## The problem': 'The problem', '## What was done': 'What was done', '## What came of it': 'What came of it' }
    for (const [heading, name] of Object.entries(missing))
      await expect(correct(body.replace(heading, 'And')), name).rejects.toMatchObject({
        fields: { body: expect.stringContaining(`Missing: “## ${name}”`) },
      })
    await expect(correct(body.slice(0, body.indexOf('## What came of it')) + '## What came of it\n\n')).rejects.toThrow(Refused)
    const [, first = '', second = '', third = ''] = body.split(/^## /m)
    await expect(correct(`## ${second}## ${first}## ${third}`)).rejects.toMatchObject({ fields: { body: expect.stringContaining('in their order') } })
    await correct(body.replace('Two hundred', 'Three hundred'))
    expect((await staffPostById(db, colleague, id)).body.html).toContain('Three hundred cars')
  })

  test('is for colleagues, and for those in a circle', async () => {
    const { db, resident, alone, administrator, partner, circleId, press, colleague } = world
    for (const outsider of [resident, alone, partner]) await expect(share(db, outsider)).rejects.toThrow(Forbidden)
    const { id } = await share(db, partner, { circleId })
    for (const other of [press, administrator]) await expect(staffPostById(db, other, id)).rejects.toThrow(NotFound)
    const own = await share(db, administrator)
    expect((await staffPostById(db, colleague, own.id)).officialRole).toBe('administrator')
  })
})

describe('“We used this”', () => {
  test('counts a team once, whoever of it says so and however often; whoever wrote it can be told', async () => {
    const { db, officer, colleague, otherTeam, otherSergeant } = world
    const { id } = await share(db, officer)
    await Promise.all([use(colleague, id, otherTeam, 'In Burgh'), use(colleague, id, otherTeam, 'In Burgh')])
    await use(colleague, id, otherTeam, 'In Burgh and Wainfleet')
    await expect(use(otherSergeant, id, otherTeam)).rejects.toThrow(Overtaken)
    const panel = await panelOf(officer, id)
    expect(panel).toMatchObject({
      useCount: 1,
      uses: [{ team: otherTeam.name, by: 'PC Joan Fell', note: 'In Burgh and Wainfleet', mayTakeBack: false }],
    })
    const told = await db
      .select({ detail: activities.detail, actorId: activities.actorId })
      .from(activities)
      .where(and(eq(activities.kind, 'practice.used'), eq(activities.postId, id)))
    expect(told).toEqual([{ detail: { accountId: officer.accountId, teamId: otherTeam.id }, actorId: colleague.accountId }])
  })

  test('two of one team at once count once, and one of them hears why', async () => {
    const { db, officer, colleague, otherTeam, otherSergeant } = world
    const { id } = await share(db, officer)
    const both = await Promise.allSettled([use(colleague, id, otherTeam), use(otherSergeant, id, otherTeam)])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await panelOf(officer, id))?.useCount).toBe(1)
  })

  test('is for a team of one’s own: nobody without one, and no partner', async () => {
    const { db, officer, press, partner, member, owner, alone, administrator, resident, team, otherTeam, circleId } = world
    const { id } = await share(db, officer)
    for (const other of [press, administrator]) await expect(use(other, id, team)).rejects.toThrow(Forbidden)
    expect((await panelOf(administrator, id))?.teams).toEqual([])
    await expect(use(officer, id, otherTeam)).rejects.toThrow(Forbidden)
    for (const outsider of [partner, alone, resident]) await expect(use(outsider, id, team)).rejects.toThrow(NotFound)
    const inside = await share(db, owner, { circleId })
    await expect(use(partner, inside.id, team)).rejects.toThrow(Forbidden)
    expect((await panelOf(partner, inside.id))?.teams).toEqual([])
    await expect(use(world.second, inside.id, team)).rejects.toThrow(NotFound)
    await use(member, inside.id, otherTeam)
    expect((await panelOf(member, inside.id))?.teams).toEqual([])
    expect((await panelOf(press, id))?.teams).toEqual([])
  })

  test('is taken back by the team that said it, and can be said again', async () => {
    const { db, officer, colleague, otherSergeant, otherTeam } = world
    const { id } = await share(db, officer)
    await use(colleague, id, otherTeam)
    await expect(takeBackUse(db, officer, id, otherTeam.id)).rejects.toThrow(Forbidden)
    await takeBackUse(db, otherSergeant, id, otherTeam.id)
    await takeBackUse(db, otherSergeant, id, otherTeam.id)
    expect(await panelOf(colleague, id)).toMatchObject({ useCount: 0, uses: [], teams: [{ id: otherTeam.id, name: otherTeam.name }] })
    await use(otherSergeant, id, otherTeam)
    expect((await panelOf(colleague, id))?.useCount).toBe(1)
  })

  test('the count is what a recount says, whoever says and takes back at once', async () => {
    const { db, officer, colleague, otherSergeant, sergeant, second, team, otherTeam } = world
    const { id } = await share(db, officer)
    const people = [
      { by: colleague, team: otherTeam },
      { by: otherSergeant, team: otherTeam },
      { by: sergeant, team },
      { by: second, team },
    ]
    const act = fc.record({ who: fc.nat({ max: 3 }), back: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 6 }), async (acts) => {
        await Promise.allSettled(
          acts.map(({ who, back }) => {
            const one = people[who]
            if (!one) throw new Error('nobody')
            return back ? takeBackUse(db, one.by, id, one.team.id) : use(one.by, id, one.team)
          }),
        )
        const [row] = await db.select().from(practices).where(eq(practices.postId, id))
        expect(row?.useCount).toBe(await db.$count(practiceUses, eq(practiceUses.postId, id)))
      }),
      { numRuns: 15 },
    )
  })
})

describe('the library', () => {
  test('newest, most used, by topic and by team, page by page, with what the reader may read and what stands', async () => {
    const { db, officer, member, press, circleId } = world
    const team = await makeTeam(db, 'Gainsborough')
    const user = await makeStaff(db, 'PC Ann Marsden', 'officer', team)
    const made: number[] = []
    for (let n = 0; n < 23; n++) made.push((await share(db, officer, { title: `Practice ${n}`, tags: [n % 2 ? 'odd' : 'even'] })).id)
    const secret = await share(db, member, { circleId, tags: ['odd'] })
    const [first = 0, second = 0, third = 0] = made
    await use(user, first, team)
    await use(user, third, team, 'At the market')
    await use(world.sergeant, first, world.team)
    await withdrawInNetwork(db, officer, second, 'It did not work.')
    const newest = await allOf(press, { by: 'newest' })
    expect(newest.slice(0, 22)).toEqual(made.filter((id) => id !== second).toReversed())
    expect(new Set(newest).size).toBe(newest.length)
    const used = await allOf(press, { by: 'used' })
    expect(used[0]).toBe(first)
    expect(used.toSorted((a, b) => a - b)).toEqual(newest.toSorted((a, b) => a - b))
    expect(await allOf(press, { by: 'topic', topic: 'odd' })).toEqual(made.filter((id, n) => n % 2 === 1 && id !== second).toReversed())
    expect(await allOf(member, { by: 'topic', topic: 'odd' })).toContain(secret.id)
    const ofTeam = await practiceList(db, press, { by: 'team', teamId: team.id })
    expect(ofTeam.entries.map(({ post, more }) => [post.id, more.note])).toEqual([
      [third, 'At the market'],
      [first, null],
    ])
    for (const outsider of [world.resident, world.alone, world.persona]) expect(await allOf(outsider, { by: 'newest' })).toEqual([])
    expect(await allOf(world.administrator, { by: 'newest' })).toEqual(newest)
    expect(await db.$count(posts, eq(posts.id, secret.id))).toBe(1)
  })
})
