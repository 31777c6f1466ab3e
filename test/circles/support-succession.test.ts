/** Support circles: whoever may not write founds and asks for none; what happens when nobody looks after one any more; and pages and batches by keys that tell nothing. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circleMembers } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import { GOOD_STANDING, type SignedIn } from '../../src/actor.ts'
import { personaOf } from '../../src/circles/persona.ts'
import { circleRequests } from '../../src/circles/schema.ts'
import { changeSupportCircle } from '../../src/circles/support-changing.ts'
import { answerRequest, askAgain, askIntoSupport, foundSupportCircle, leaveSupport, removeMember } from '../../src/circles/support-joining.ts'
import { offerOf, offerToKeep, takeOverSupport } from '../../src/circles/support-succession.ts'
import { postsInSupport, withdrawAll } from '../../src/circles/support-talk.ts'
import { askingIn, ownersOf, standingIn } from '../../src/circles/support.ts'
import { moveClock } from '../../src/clock.ts'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { posts } from '../../src/posts/schema.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { found, join, makePartner, oneName, personaIn, requestOf, say, SECRET, write } from './support-world.ts'

let world: World
let officer: SignedIn
let colleague: SignedIn
let press: SignedIn
let team: Awaited<ReturnType<typeof makeTeam>>
const DAY = 86_400_000

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(world.db, 'PC Lucy Barton', 'officer', team)
  press = await makeStaff(world.db, 'Sam Carter', 'press-office')
})
afterAll(() => world.close())

const suspended = <Person extends SignedIn>(person: Person): Person => ({
  ...person,
  standing: { ...GOOD_STANDING, suspendedUntil: new Date(Date.now() + DAY) },
})
const muted = (person: SignedIn): SignedIn => ({ ...person, standing: { ...GOOD_STANDING, mutedUntil: new Date(Date.now() + DAY) } })

describe('whoever is suspended', () => {
  test('founds none and asks to join none; nothing of it is written', async () => {
    const { id } = await found(world.db, SECRET, officer)
    const partner = await makePartner(world.db, officer, 'Firefighter')
    const words = { name: 'Night shifts', about: 'x', signposts: '', pseudonym: await oneName(world.db) }
    await expect(foundSupportCircle(world.db, SECRET, suspended(colleague), { ...words, clientKey: randomUUID() })).rejects.toThrow(Forbidden)
    for (const person of [colleague, partner]) {
      const ask = async (as: SignedIn) => askIntoSupport(world.db, SECRET, as, id, { pseudonym: await oneName(world.db), words: 'Me too.' })
      await expect(ask(suspended(person))).rejects.toThrow(Forbidden)
      expect(await personaOf(world.db, SECRET, person, id)).toBeNull()
      // A mute is about what the public reads.
      await ask(muted(person))
      expect(await personaOf(world.db, SECRET, person, id)).not.toBeNull()
    }
  })

  test('is so under their pseudonym too: they read and leave, and no more; no other sanction of theirs shows there', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    await join(world.db, SECRET, colleague, id, owner)
    const silent = await personaOf(world.db, SECRET, suspended(officer), id)
    if (!silent) throw new Error('no pseudonym')
    expect(silent.standing.suspendedUntil).not.toBeNull()
    await expect(write(world.db, silent)).rejects.toThrow(Forbidden)
    await expect(changeSupportCircle(world.db, silent, { about: 'x', signposts: '' })).rejects.toThrow(Forbidden)
    await expect(removeMember(world.db, silent, 'x')).rejects.toThrow(Forbidden)
    await expect(askAgain(world.db, silent, 'x')).rejects.toThrow(Forbidden)
    await postsInSupport(world.db, silent, null)
    const held = { ...officer, standing: { heldUntil: new Date(Date.now() + DAY), mutedUntil: new Date(Date.now() + DAY), suspendedUntil: null } }
    expect((await personaOf(world.db, SECRET, held, id))?.standing).toEqual(GOOD_STANDING)
    await leaveSupport(world.db, await personaIn(world.db, SECRET, suspended(colleague), id))
    expect(await personaOf(world.db, SECRET, colleague, id)).toBeNull()
  })
})

test('an administrator, though a colleague elsewhere, founds none and is in none', async () => {
  const administrator = await makeStaff(world.db, 'Robin Hale', 'administrator')
  const words = { name: 'Night shifts', about: 'x', signposts: '', pseudonym: await oneName(world.db), clientKey: randomUUID() }
  await expect(foundSupportCircle(world.db, SECRET, administrator, words)).rejects.toThrow(NotFound)
  const { id } = await found(world.db, SECRET, officer)
  await expect(askIntoSupport(world.db, SECRET, administrator, id, { ...words, words: 'x' })).rejects.toThrow(NotFound)
})

describe('when nobody looks after it any more', () => {
  const three = async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    return { id, owner, member: await join(world.db, SECRET, colleague, id, owner), other: await join(world.db, SECRET, press, id, owner) }
  }

  test('a member offers, and takes over when nobody answers for a fortnight; it is no activity', async () => {
    const { id, owner, member } = await three()
    const before = await world.db.$count(activities)
    await expect(takeOverSupport(world.db, member)).rejects.toThrow(Forbidden)
    await Promise.all([offerToKeep(world.db, member), offerToKeep(world.db, member)])
    expect(await world.db.$count(circleRequests, eq(circleRequests.accountId, member.accountId))).toBe(2)
    expect(await askingIn(world.db, id)).toMatchObject([{ name: member.displayName, offers: true }])
    expect(await standingIn(world.db, member)).toMatchObject({ state: 'member' })
    await expect(takeOverSupport(world.db, member)).rejects.toThrow(Forbidden)
    moveClock(13 * DAY)
    await expect(takeOverSupport(world.db, member)).rejects.toThrow(Forbidden)
    moveClock(15 * DAY)
    try {
      await takeOverSupport(world.db, member)
      await takeOverSupport(world.db, member)
    } finally {
      moveClock(0)
    }
    expect(await ownersOf(world.db, id)).toEqual([owner.displayName, member.displayName].toSorted())
    expect([await offerOf(world.db, member), await askingIn(world.db, id)]).toEqual([null, []])
    expect(await world.db.$count(activities)).toBe(before)
  })

  test('an owner who is still there answers: with yes they look after it together, with no it is over, and both stay who they are', async () => {
    const { id, owner, member, other } = await three()
    await offerToKeep(world.db, member)
    await answerRequest(world.db, owner, await requestOf(world.db, member), { letIn: true, note: null })
    expect(await ownersOf(world.db, id)).toContain(member.displayName)
    await offerToKeep(world.db, other)
    await answerRequest(world.db, owner, await requestOf(world.db, other), { letIn: false, note: null })
    expect(await offerOf(world.db, other)).toBeNull()
    moveClock(15 * DAY)
    await expect(takeOverSupport(world.db, other)).rejects.toThrow(Forbidden)
    moveClock(0)
    await leaveSupport(world.db, other)
    expect(await personaOf(world.db, SECRET, press, id), 'a no to it is no refusal of the person').toBeNull()
  })

  test('is for members alone; whoever is put out has offered nothing any more', async () => {
    const { id, owner, member } = await three()
    await offerToKeep(world.db, member)
    await removeMember(world.db, owner, member.displayName)
    expect(await askingIn(world.db, id)).toEqual([])
    const gone = await personaIn(world.db, SECRET, colleague, id)
    await expect(offerToKeep(world.db, gone)).rejects.toThrow(NotFound)
    await expect(takeOverSupport(world.db, gone)).rejects.toThrow(NotFound)
  })

  test('when it has no owner at all, at once; of two who do so at once one does', async () => {
    const { id, owner, member, other } = await three()
    await world.db.update(circleMembers).set({ leftAt: new Date() }).where(eq(circleMembers.accountId, owner.accountId))
    const taken = await Promise.allSettled([takeOverSupport(world.db, member), takeOverSupport(world.db, other)])
    expect(taken.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await ownersOf(world.db, id)).toHaveLength(1)
  })
})

test('the key of a page tells nothing of posts elsewhere', async () => {
  const { owner } = await found(world.db, SECRET, officer)
  const own = await write(world.db, owner)
  const elsewhere = await found(world.db, SECRET, press)
  const later = [await write(world.db, elsewhere.owner), await makePost(world.db, officer, team)]
  const older = await write(world.db, owner)
  expect((await postsInSupport(world.db, owner, older.id)).items.map(({ id }) => id)).toEqual([own.id])
  for (const { id } of later) expect((await postsInSupport(world.db, owner, id)).items).toEqual([])
})

test('all that somebody wrote is withdrawn, however much it is', async () => {
  const { owner } = await found(world.db, SECRET, officer)
  const first = await write(world.db, owner)
  await world.db.$client.query(
    `with talk as (insert into conversations (audience, title, path) select 'circle:' || $2, 'T' || n, '/staff/posts/x' || n from generate_series(1, 130) n returning id)
     insert into posts (audience, kind, state, author_id, client_key, details, published_at, title, slug, body, body_html, summary, conversation_id)
     select p.audience, p.kind, p.state, p.author_id, gen_random_uuid(), p.details, p.published_at, p.title, p.slug, p.body, p.body_html, p.summary, talk.id
     from talk, posts p where p.id = $1`,
    [first.id, owner.persona.circleId],
  )
  for (let n = 0; n < 3; n++) await say(world.db, owner, first.conversationId, `Again ${n}.`)
  await withdrawAll(world.db, owner)
  const left = await world.db.select({ state: posts.state }).from(posts).where(eq(posts.authorId, owner.accountId))
  expect([left.length, new Set(left.map(({ state }) => state))]).toEqual([131, new Set(['withdrawn'])])
}, 60_000)
