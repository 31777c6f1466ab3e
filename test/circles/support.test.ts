/** Support circles: founding, joining, letting in, looking after, leaving; and who the pseudonyms are not. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts, organisations, sessions } from '../../src/accounts/schema.ts'
import { lookUpAccount, residentById } from '../../src/accounts/look-up.ts'
import { signInActor } from '../../src/accounts/session.ts'
import { emailField } from '../../src/accounts/email.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { isPseudonym, PSEUDONYMS, suggestPseudonyms } from '../../src/circles/persona-names.ts'
import { personaKey } from '../../src/circles/persona-key.ts'
import { personaOf, type Persona } from '../../src/circles/persona.ts'
import { circleRequests, personas } from '../../src/circles/schema.ts'
import { askingIn, ownersOf, standingIn, supportCircleById, supportCircles } from '../../src/circles/support.ts'
import {
  answerRequest,
  askAgain,
  askIntoSupport,
  foundSupportCircle,
  leaveSupport,
  makeOwner,
  removeMember,
} from '../../src/circles/support-joining.ts'
import { postsInSupport, repliesTo, withdrawAll } from '../../src/circles/support-talk.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { sendMail } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { circleRow, found, join, makePartner, membersOf, oneName, personaIn, requestOf, say, SECRET, write } from './support-world.ts'

let world: World
let team: TeamName
let officer: SignedIn
let colleague: SignedIn
let press: SignedIn

beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  officer = await makeStaff(world.db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(world.db, 'PC Lucy Barton', 'officer', team)
  press = await makeStaff(world.db, 'Sam Carter', 'press-office')
})
afterAll(() => world.close())

describe('a pseudonym', () => {
  test('is two words of the lists, three are offered, and none that somebody has', async () => {
    expect(PSEUDONYMS).toBeGreaterThan(4000)
    const names = await suggestPseudonyms(world.db)
    expect(names).toHaveLength(3)
    expect(names.every(isPseudonym)).toBe(true)
    expect(isPseudonym('PC Imran Adeyemi')).toBe(false)
  })

  test('is never free text, and never that of somebody else', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    const ask = (pseudonym: string) => askIntoSupport(world.db, SECRET, colleague, id, { pseudonym, words: 'Me too.' })
    await expect(ask('Lucy Barton')).rejects.toThrow(Refused)
    await expect(ask(owner.displayName)).rejects.toThrow(Refused)
    expect(await personaOf(world.db, SECRET, colleague, id)).toBeNull()
  })

  test('is tied by a keyed hash: another secret, circle or person gives another', () => {
    const key = personaKey(SECRET, 1, 2)
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set([key, personaKey({ secret: 't'.repeat(40) }, 1, 2), personaKey(SECRET, 2, 2), personaKey(SECRET, 1, 3)]).size).toBe(4)
    expect(personaKey(SECRET, 1, 2)).toBe(key)
  })

  test('has an account without a mailbox: no session, no role, no mail, no sign-in', async () => {
    const { owner } = await found(world.db, SECRET, officer)
    await expect(signInActor(world.db, owner.accountId, 'Firefox')).rejects.toThrow()
    expect(await world.db.select().from(sessions).where(eq(sessions.accountId, owner.accountId))).toEqual([])
    await expect(
      world.db.$client.query("insert into role_grants (account_id, role, expires_at) values ($1, 'officer', now())", [owner.accountId]),
    ).rejects.toThrow('pseudonym')
    expect(emailField.safeParse(owner.email).success).toBe(false)
    expect(emailField.safeParse('maureen@example.org').success).toBe(true)
    await world.db.transaction((tx) => sendMail(tx, { key: `x:${owner.accountId}`, to: owner.email, subject: 'Hello', text: 'Hello' }))
    expect(await world.db.select().from(mails).where(eq(mails.to, owner.email))).toEqual([])
  })

  test('has an id that stands in no order with others, and the age of the circle', async () => {
    const before = await makeResident(world.db, 'Before')
    const { id, owner } = await found(world.db, SECRET, officer)
    const member = await join(world.db, SECRET, colleague, id, owner)
    const after = await makeResident(world.db, 'After')
    expect(after.accountId).toBeLessThanOrEqual(before.accountId + 2)
    expect(Math.min(owner.accountId, member.accountId)).toBeGreaterThan(10 ** 14)
    expect(Math.max(owner.accountId, member.accountId)).toBeLessThan(10 ** 15)
    const rows = await world.db
      .select()
      .from(accounts)
      .where(sql`${accounts.id} in (${owner.accountId}, ${member.accountId})`)
    const circle = await circleRow(world.db, id)
    expect(rows.map(({ createdAt }) => createdAt)).toEqual([circle?.foundedAt, circle?.foundedAt])
    expect((await membersOf(world.db, id)).map(({ joinedAt }) => joinedAt)).toEqual([circle?.foundedAt, circle?.foundedAt])
    expect(circle?.foundedAt.getTime()).toBeLessThanOrEqual(Date.now())
    expect(circle?.foundedAt.toISOString()).toMatch(/:00:00\.000Z$/)
  })

  test('cannot be looked up', async () => {
    const { owner } = await found(world.db, SECRET, officer)
    expect(await residentById(world.db, owner.accountId)).toMatchObject({ persona: true, staff: false })
    const input = { reason: 'crime' as const, note: 'Case 12', clientKey: randomUUID() }
    await expect(lookUpAccount(world.db, press, owner.accountId, input)).rejects.toThrow(Forbidden)
    const resident = await makeResident(world.db, 'Maureen')
    expect((await lookUpAccount(world.db, press, resident.accountId, { ...input, clientKey: randomUUID() })).email).toBe(resident.email)
  })
})

describe('founding', () => {
  test('is for members of staff; the same form twice makes one circle; somebody else cannot send it again', async () => {
    const input = {
      name: 'Night shifts',
      about: 'For all who are tired.',
      signposts: '',
      pseudonym: await oneName(world.db),
      clientKey: randomUUID(),
    }
    const first = await foundSupportCircle(world.db, SECRET, officer, input)
    expect(await foundSupportCircle(world.db, SECRET, officer, input)).toEqual(first)
    expect(await membersOf(world.db, first.id)).toMatchObject([{ role: 'owner' }])
    await expect(foundSupportCircle(world.db, SECRET, colleague, input)).rejects.toThrow(Refused)
    const resident = await makeResident(world.db, 'Maureen')
    await expect(foundSupportCircle(world.db, SECRET, resident, { ...input, clientKey: randomUUID() })).rejects.toThrow(Forbidden)
    const partner = await makePartner(world.db, officer, 'Firefighter')
    await expect(foundSupportCircle(world.db, SECRET, partner, { ...input, clientKey: randomUUID() })).rejects.toThrow(Forbidden)
  })

  test('two taps at once make one', async () => {
    const input = { name: 'Two taps', about: 'x', signposts: '', pseudonym: await oneName(world.db), clientKey: randomUUID() }
    const made = await Promise.all([foundSupportCircle(world.db, SECRET, officer, input), foundSupportCircle(world.db, SECRET, officer, input)])
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  })

  test('it is in the list for the directory until it is closed', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    expect((await supportCircles(world.db)).map((circle) => circle.id)).toContain(id)
    expect(await supportCircleById(world.db, id)).toMatchObject({ signposts: ['Care line: 0800 111222'] })
    await leaveSupport(world.db, owner)
    expect((await supportCircles(world.db)).map((circle) => circle.id)).not.toContain(id)
    await expect(supportCircleById(world.db, id)).rejects.toThrow(NotFound)
  })
})

describe('joining', () => {
  test('reads nothing before an owner has let them in', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    await askIntoSupport(world.db, SECRET, colleague, id, { pseudonym: await oneName(world.db), words: 'Me too.' })
    const asking = await personaIn(world.db, SECRET, colleague, id)
    expect(asking.circles).toEqual([])
    expect(await standingIn(world.db, asking)).toMatchObject({ state: 'asked' })
    await write(world.db, owner)
    expect((await postsInSupport(world.db, asking, null)).items).toEqual([])
    const [request] = await askingIn(world.db, id)
    expect(request).toMatchObject({ name: asking.displayName, words: 'Me too.' })
    await answerRequest(world.db, owner, await requestOf(world.db, asking), { letIn: true, note: null })
    const member = await personaIn(world.db, SECRET, colleague, id)
    expect(member).toMatchObject({ accountId: asking.accountId, circles: [id], duties: [], organisation: null, persona: { circleId: id } })
    expect((await postsInSupport(world.db, member, null)).items).toHaveLength(1)
    expect(await askingIn(world.db, id)).toEqual([])
  })

  test('twice is the same as once, also at once', async () => {
    const { id } = await found(world.db, SECRET, officer)
    const ask = async () => askIntoSupport(world.db, SECRET, colleague, id, { pseudonym: await oneName(world.db), words: 'Me too.' })
    await Promise.all([ask(), ask(), ask()])
    expect(await world.db.select().from(personas).where(eq(personas.circleId, id))).toHaveLength(2)
    expect(await world.db.select().from(circleRequests).where(eq(circleRequests.circleId, id))).toHaveLength(1)
  })

  test('partner staff may be in one while their organisation stands; residents and administrators may not', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    const partner = await makePartner(world.db, officer, 'Firefighter')
    expect(await join(world.db, SECRET, partner, id, owner)).toMatchObject({ circles: [id], organisation: null })
    const ask = async (person: SignedIn) => askIntoSupport(world.db, SECRET, person, id, { pseudonym: await oneName(world.db), words: 'x' })
    await expect(ask(await makeResident(world.db, 'Maureen'))).rejects.toThrow(NotFound)
    await expect(ask(await makeStaff(world.db, 'Robin Hale', 'administrator'))).rejects.toThrow(NotFound)
    await expect(ask(owner)).rejects.toThrow(NotFound)
  })

  test('is answered by owners alone, once; two who answer at once do not undo each other', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    const member = await join(world.db, SECRET, colleague, id, owner)
    await askIntoSupport(world.db, SECRET, press, id, { pseudonym: await oneName(world.db), words: 'Let me in.' })
    const asking = await personaIn(world.db, SECRET, press, id)
    const request = await requestOf(world.db, asking)
    await expect(answerRequest(world.db, member, request, { letIn: true, note: null })).rejects.toThrow(Forbidden)
    await expect(answerRequest(world.db, asking, request, { letIn: true, note: null })).rejects.toThrow(NotFound)
    const other = await found(world.db, SECRET, press)
    await expect(answerRequest(world.db, other.owner, request, { letIn: true, note: null })).rejects.toThrow(NotFound)
    await answerRequest(world.db, owner, request, { letIn: false, note: 'Not you.' })
    await answerRequest(world.db, owner, request, { letIn: false, note: 'Not you.' })
    await expect(answerRequest(world.db, owner, request, { letIn: true, note: null })).rejects.toThrow(Overtaken)
    expect(await standingIn(world.db, asking)).toMatchObject({ state: 'refused', note: 'Not you.' })
    await leaveSupport(world.db, asking)
    expect(await personaIn(world.db, SECRET, press, id), 'a refusal is not undone by a new pseudonym').toMatchObject({ accountId: asking.accountId })
    await askAgain(world.db, asking, 'Please.')
    await answerRequest(world.db, owner, await requestOf(world.db, asking), { letIn: true, note: null })
    expect((await personaIn(world.db, SECRET, press, id)).circles).toEqual([id])
  })

  test('neither asking, joining nor leaving is an activity', async () => {
    const before = await world.db.$count(activities)
    const { id, owner } = await found(world.db, SECRET, officer)
    await join(world.db, SECRET, colleague, id, owner)
    await leaveSupport(world.db, await personaIn(world.db, SECRET, colleague, id))
    expect(await world.db.$count(activities)).toBe(before)
  })
})

describe('inside', () => {
  let circle: { id: number; owner: Persona }
  let member: Persona
  beforeAll(async () => {
    circle = await found(world.db, SECRET, officer)
    member = await join(world.db, SECRET, colleague, circle.id, circle.owner)
  })

  test('words bear the pseudonym and no mark', async () => {
    const post = await write(world.db, member)
    expect(post).toMatchObject({ authorId: member.accountId, officialRole: null, officialTeam: null, teamId: null, audience: `circle:${circle.id}` })
    const { id } = await say(world.db, circle.owner, post.conversationId)
    const [comment] = await world.db.select().from(comments).where(eq(comments.id, id))
    expect(comment).toMatchObject({ authorId: circle.owner.accountId, officialRole: null, state: 'published' })
    expect(await repliesTo(world.db, member)).toMatchObject([{ id, author: circle.owner.displayName }])
    expect(await repliesTo(world.db, circle.owner)).toEqual([])
    const answer = await say(world.db, member, post.conversationId, 'Thank you.', id)
    expect(await repliesTo(world.db, circle.owner)).toMatchObject([{ id: answer.id }])
  })

  test('nobody writes there by their own account, and a pseudonym nowhere else', async () => {
    const post = await write(world.db, member)
    const person = { ...officer, circles: [circle.id] }
    await expect(postComment(world.db, person, post.conversationId, { body: 'x', parentId: null, clientKey: randomUUID() })).rejects.toThrow()
    await expect(postComment(world.db, officer, post.conversationId, { body: 'x', parentId: null, clientKey: randomUUID() })).rejects.toThrow(
      NotFound,
    )
    const open = await makePost(world.db, officer, team)
    await expect(postComment(world.db, member, open.conversationId, { body: 'x', parentId: null, clientKey: randomUUID() })).rejects.toThrow(
      Forbidden,
    )
    const outside = { ...member, persona: undefined } as unknown as SignedIn
    await expect(postComment(world.db, outside, open.conversationId, { body: 'x', parentId: null, clientKey: randomUUID() })).rejects.toThrow()
    const input = { kind: 'update' as const, title: 'x', body: 'x', tags: [], details: {}, clientKey: randomUUID(), circleId: null }
    await expect(world.db.transaction((tx) => publishInNetwork(tx, member, input))).rejects.toThrow()
    const add = (account: number) =>
      world.db.$client.query("insert into circle_members (circle_id, account_id, role, joined_at) values ($1, $2, 'member', now())", [
        circle.id,
        account,
      ])
    await expect(add(officer.accountId)).rejects.toThrow('pseudonyms alone')
  })

  test('nobody follows it or keeps of it by their own account', async () => {
    const post = await write(world.db, member)
    const query = (text: string, values: (string | number)[]) => world.db.$client.query(text, values)
    const follow = 'insert into staff_follows (account_id, subject, at) values ($1, $2, now())'
    await expect(query(follow, [officer.accountId, `circle:${circle.id}`])).rejects.toThrow('own account')
    await expect(query(follow, [officer.accountId, `person:${member.accountId}`])).rejects.toThrow('own account')
    await query(follow, [officer.accountId, `person:${colleague.accountId}`])
    const keep = 'insert into saved_posts (account_id, post_id, at) values ($1, $2, now())'
    await expect(query(keep, [officer.accountId, post.id])).rejects.toThrow('own account')
  })

  test('an owner names another by pseudonym; there is no list', async () => {
    await expect(makeOwner(world.db, member, circle.owner.displayName)).rejects.toThrow(Forbidden)
    await expect(makeOwner(world.db, circle.owner, 'Nobody Known')).rejects.toThrow(Refused)
    await expect(makeOwner(world.db, circle.owner, 'PC Lucy Barton')).rejects.toThrow(Refused)
    expect(await standingIn(world.db, circle.owner)).toMatchObject({ state: 'owner', alone: true })
    await makeOwner(world.db, circle.owner, member.displayName.toUpperCase())
    await makeOwner(world.db, circle.owner, member.displayName)
    expect(await ownersOf(world.db, circle.id)).toEqual([circle.owner.displayName, member.displayName].toSorted())
    expect(await standingIn(world.db, circle.owner)).toMatchObject({ alone: false })
  })

  test('an owner ends somebody’s part, who keeps the pseudonym', async () => {
    const third = await join(world.db, SECRET, press, circle.id, circle.owner)
    await expect(removeMember(world.db, circle.owner, circle.owner.displayName)).rejects.toThrow(Refused)
    await removeMember(world.db, circle.owner, third.displayName)
    const gone = await personaIn(world.db, SECRET, press, circle.id)
    expect(gone).toMatchObject({ accountId: third.accountId, circles: [] })
    expect(await standingIn(world.db, gone)).toMatchObject({ state: 'outside' })
    await leaveSupport(world.db, gone)
    expect(await personaOf(world.db, SECRET, press, circle.id), 'leaving does not help to come back as somebody else').not.toBeNull()
  })
})

describe('leaving', () => {
  test('deletes what ties the person to the pseudonym; with one press their words go first', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    const member = await join(world.db, SECRET, colleague, id, owner)
    const post = await write(world.db, member)
    const { id: answered } = await say(world.db, member, post.conversationId)
    await say(world.db, owner, post.conversationId, 'Be well.', answered)
    const own = await write(world.db, owner)
    await withdrawAll(world.db, member)
    await leaveSupport(world.db, member)
    expect(await personaOf(world.db, SECRET, colleague, id)).toBeNull()
    expect(await world.db.select().from(personas).where(eq(personas.accountId, member.accountId))).toEqual([])
    const states = await world.db
      .select({ id: posts.id, state: posts.state })
      .from(posts)
      .where(eq(posts.audience, `circle:${id}`))
      .orderBy(posts.id)
    expect(states).toEqual([
      { id: post.id, state: 'withdrawn' },
      { id: own.id, state: 'published' },
    ])
    const [comment] = await world.db.select({ state: comments.state }).from(comments).where(eq(comments.id, answered))
    expect(comment?.state).toBe('withdrawn')
    const again = await join(world.db, SECRET, colleague, id, owner)
    expect(again.accountId).not.toBe(member.accountId)
    expect(again.displayName).not.toBe(member.displayName)
  })

  test('the only owner names another first; the last one closes the circle', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    const member = await join(world.db, SECRET, colleague, id, owner)
    await expect(leaveSupport(world.db, owner)).rejects.toThrow(Refused)
    await makeOwner(world.db, owner, member.displayName)
    await leaveSupport(world.db, owner)
    expect(await ownersOf(world.db, id)).toEqual([member.displayName])
    await leaveSupport(world.db, await personaIn(world.db, SECRET, colleague, id))
    expect((await circleRow(world.db, id))?.closedAt).not.toBeNull()
  })

  test('two owners who leave at once do not leave the others alone', async () => {
    const { id, owner } = await found(world.db, SECRET, officer)
    const second = await join(world.db, SECRET, colleague, id, owner)
    await join(world.db, SECRET, press, id, owner)
    await makeOwner(world.db, owner, second.displayName)
    const left = await Promise.allSettled([leaveSupport(world.db, owner), leaveSupport(world.db, second)])
    expect(left.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await ownersOf(world.db, id)).toHaveLength(1)
  })
})

test('an organisation that has ended lets nobody in any more', async () => {
  const { id } = await found(world.db, SECRET, officer)
  const partner = await makePartner(world.db, officer, 'Firefighter')
  await world.db.update(organisations).set({ endedAt: new Date(), endedBy: officer.accountId })
  await expect(askIntoSupport(world.db, SECRET, partner, id, { pseudonym: await oneName(world.db), words: 'x' })).rejects.toThrow(NotFound)
})
