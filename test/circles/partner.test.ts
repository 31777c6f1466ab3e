import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts, circleMembers, organisations } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { answerByToken, invitationByToken } from '../../src/circles/accepting.ts'
import { circleById, guestsOf, listedCircles, ownCircles } from '../../src/circles/circle.ts'
import { closeCircle } from '../../src/circles/closing.ts'
import { changeCircle } from '../../src/circles/founding.ts'
import { inviteMailbox, sentInvitations, takeBackInvitation } from '../../src/circles/inviting.ts'
import { endingSoon, membersOf } from '../../src/circles/members.ts'
import { endExpired, leaveCircle, partnerEnd, removeMember, renewMember, setOwner } from '../../src/circles/membership.ts'
import { changeOrganisation, endOrganisation } from '../../src/circles/organisation.ts'
import { circleInvitations } from '../../src/circles/schema.ts'
import { postCommentIn } from '../../src/conversations/comment.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { mails } from '../../src/mail/schema.ts'
import { staffPostById } from '../../src/network/page.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { makeStaff } from '../people.ts'
import {
  again,
  inviteToken,
  letPartnerIn,
  makeCircle,
  makeOrganisation,
  makeOutsider,
  memberRow,
  openCircles,
  OWN,
  rowOf,
  SITE,
  toldOf,
} from './circle-world.ts'

let w: Awaited<ReturnType<typeof openCircles>>
beforeAll(async () => {
  w = await openCircles()
})
afterAll(() => w.world.close())

const domain = () => `${randomUUID().slice(0, 8)}.gov.example`
const past = () => new Date(Date.now() - 1000)

/** A circle of a fresh owner, and an organisation that is let in. */
async function setting(kind: 'open' | 'restricted' | 'private' = 'restricted') {
  const owner = await makeStaff(w.db, 'PC Owner', 'officer', w.team)
  const circleId = await makeCircle(w.db, owner, kind, 'Flooding')
  const at = domain()
  const organisationId = await makeOrganisation(w.db, w.administrator, { domains: [at] })
  return { owner: await again(w.db, owner), circleId, at, organisationId }
}

const invite = (owner: SignedIn, circleId: number, email: string, clientKey: string = randomUUID()) =>
  inviteMailbox(w.db, owner, circleId, { email, clientKey }, SITE)

const post = (actor: SignedIn, circleId: number | null) =>
  w.db.transaction((tx) =>
    publishInNetwork(tx, actor, {
      kind: 'update',
      title: 'Sandbags',
      body: 'At the depot.',
      tags: [],
      details: {},
      clientKey: randomUUID(),
      circleId,
    }),
  )

describe('inviting a mailbox', () => {
  test('sends a link to it, and nothing of the circle; the token is stored nowhere', async () => {
    const { owner, circleId, at } = await setting('private')
    const partner = await makeOutsider(w.db, at)
    const token = await inviteToken(w.db, owner, circleId, partner.email)
    const [mail] = await w.db.select().from(mails).where(eq(mails.to, partner.email))
    expect(mail?.followerId).toBeNull()
    for (const words of ['Flooding', 'Who flies']) expect(JSON.stringify(mail)).not.toContain(words)
    for (const words of ['PC Owner', 'staff network', 'recorded', 'disclosed', '28 days']) expect(mail?.text).toContain(words)
    expect(JSON.stringify(await w.db.select().from(circleInvitations).where(eq(circleInvitations.circleId, circleId)))).not.toContain(token)
    const told = (await toldOf(w.db, circleId)).filter(({ kind }) => kind === 'circle.invited')
    expect(told).toHaveLength(1)
    expect(JSON.stringify(told)).not.toContain(partner.email)
  })

  test('the same form twice, also at once, sends one mail', async () => {
    const { owner, circleId, at } = await setting()
    const [email, key] = [`sam@${at}`, randomUUID()]
    await Promise.all([1, 2, 3].map(() => invite(owner, circleId, email, key)))
    await expect(invite(owner, circleId, email)).rejects.toThrow(Refused)
    expect(await w.db.select().from(mails).where(eq(mails.to, email))).toHaveLength(1)
    expect(await sentInvitations(w.db, owner, circleId)).toHaveLength(1)
  })

  test('only of an organisation in force, and of exactly its domain', async () => {
    const { owner, circleId, at, organisationId } = await setting()
    for (const email of ['sam@gmail.com', 'sam@police.example', `sam@mail.${at}`, `sam@x${at}`, `sam@${at}.example.com`])
      await expect(invite(owner, circleId, email)).rejects.toThrow(Refused)
    await endOrganisation(w.db, w.administrator, organisationId)
    await expect(invite(owner, circleId, `sam@${at}`)).rejects.toThrow(Refused)
  })

  test('only by an owner of the force, and never into an open circle', async () => {
    const { owner, circleId, at } = await setting()
    const partner = await letPartnerIn(w.db, owner, circleId, at)
    await setOwner(w.db, owner, circleId, partner.accountId, true)
    for (const actor of [await again(w.db, partner), w.press, w.administrator, w.resident])
      await expect(invite(actor, circleId, `sam@${at}`)).rejects.toThrow(Forbidden)
    const open = await setting('open')
    await expect(invite(open.owner, open.circleId, `sam@${open.at}`)).rejects.toThrow(Forbidden)
    await expect(
      w.db.insert(circleMembers).values({
        circleId: open.circleId,
        accountId: partner.accountId,
        role: 'member',
        organisationId: open.organisationId,
        joinedAt: new Date(),
        expiresAt: partnerEnd(),
      }),
    ).rejects.toThrow()
  })
})

describe('the link', () => {
  test('shows the circle to exactly that address, and to nobody else', async () => {
    const { owner, circleId, at } = await setting('private')
    const partner = await makeOutsider(w.db, at)
    const token = await inviteToken(w.db, owner, circleId, partner.email)
    expect(await invitationByToken(w.db, partner, token)).toMatchObject({ state: 'waits', circle: { name: 'Flooding' } })
    const mate = await makeOutsider(w.db, at)
    for (const other of [mate, w.resident, w.colleague, w.administrator]) {
      await expect(invitationByToken(w.db, other, token)).rejects.toThrow(Forbidden)
      await expect(answerByToken(w.db, other, token, 'accepted')).rejects.toThrow(Forbidden)
    }
    // Somebody else's token does not become theirs.
    const theirs = await inviteToken(w.db, owner, circleId, mate.email)
    await expect(answerByToken(w.db, partner, theirs, 'accepted')).rejects.toThrow(Forbidden)
    for (const wrong of ['', 'x'.repeat(32), `${token.slice(0, -1)}!`])
      await expect(answerByToken(w.db, partner, wrong, 'accepted')).rejects.toThrow(NotFound)
    expect((await rowOf(w.db, circleId)).memberCount).toBe(1)
  })

  test('is accepted once, also when it is pressed three times at once', async () => {
    const { owner, circleId, at } = await setting()
    const partner = await makeOutsider(w.db, at)
    const token = await inviteToken(w.db, owner, circleId, partner.email)
    await Promise.all([1, 2, 3].map(() => answerByToken(w.db, partner, token, 'accepted')))
    expect((await rowOf(w.db, circleId)).memberCount).toBe(2)
    const row = await memberRow(w.db, circleId, partner)
    expect(row?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 360 * 86_400_000)
    expect(row?.expiresAt?.getTime()).toBeLessThan(Date.now() + 370 * 86_400_000)
    await expect(answerByToken(w.db, partner, token, 'declined')).rejects.toThrow(Overtaken)
    expect(await invitationByToken(w.db, partner, token)).toMatchObject({ state: 'accepted', circle: null })
    // Removed, they do not come back by the same link.
    await removeMember(w.db, owner, circleId, partner.accountId, 'Because.')
    await answerByToken(w.db, partner, token, 'accepted')
    expect((await again(w.db, partner)).circles).toEqual([])
  })

  test('is worth nothing once it ran out, was taken back, the circle is closed, or the organisation or its domain has gone', async () => {
    const spoil: ((s: Awaited<ReturnType<typeof setting>>) => Promise<unknown>)[] = [
      ({ circleId }) => w.db.update(circleInvitations).set({ expiresAt: past() }).where(eq(circleInvitations.circleId, circleId)),
      async ({ owner, circleId }) => takeBackInvitation(w.db, owner, (await sentInvitations(w.db, owner, circleId))[0]?.id ?? 0),
      ({ owner, circleId }) => closeCircle(w.db, owner, circleId, 'Done.'),
      ({ organisationId }) => endOrganisation(w.db, w.administrator, organisationId),
      ({ organisationId }) =>
        changeOrganisation(w.db, w.administrator, organisationId, { name: randomUUID(), kind: 'fire', domains: [domain()] }, OWN),
      // As a row alone, without what the verb does besides.
      ({ organisationId }) =>
        w.db
          .update(organisations)
          .set({ domains: [domain()] })
          .where(eq(organisations.id, organisationId)),
    ]
    for (const act of spoil) {
      const made = await setting()
      const partner = await makeOutsider(w.db, made.at)
      const token = await inviteToken(w.db, made.owner, made.circleId, partner.email)
      await act(made)
      await expect(answerByToken(w.db, partner, token, 'accepted')).rejects.toThrow(/run out|taken back|closed|no longer/)
      expect((await again(w.db, partner)).circles).toEqual([])
    }
  })

  test('lets in no member of staff, and no administrator, who has such a mailbox', async () => {
    for (const role of ['officer', 'administrator'] as const) {
      const { owner, circleId, at } = await setting()
      const person = await makeStaff(w.db, 'Both Ways', role, role === 'officer' ? w.team : null)
      await w.db
        .update(accounts)
        .set({ email: `both@${at}` })
        .where(eq(accounts.id, person.accountId))
      const token = await inviteToken(w.db, owner, circleId, `both@${at}`)
      await expect(answerByToken(w.db, await again(w.db, person), token, 'accepted')).rejects.toThrow(Forbidden)
    }
  })
})

describe('somebody of another organisation in a circle', () => {
  test('reads and writes there under the mark of their organisation, and nowhere else', async () => {
    const { owner, circleId, at, organisationId } = await setting()
    const partner = await letPartnerIn(w.db, owner, circleId, at)
    const [organisation] = await w.db.select().from(organisations).where(eq(organisations.id, organisationId))
    expect(partner).toMatchObject({ circles: [circleId], organisation: organisation?.name, duties: [] })
    const inside = await post(owner, circleId)
    const comment = await w.db.transaction((tx) =>
      postCommentIn(tx, partner, inside.conversationId, { body: 'We have some.', parentId: null, clientKey: randomUUID() }),
    )
    expect(comment.state).toBe('published')
    const own = await post(partner, circleId)
    expect(await staffPostById(w.db, owner, own.id)).toMatchObject({ officialRole: 'partner', officialTeam: organisation?.name })
    await expect(post(partner, null)).rejects.toThrow(Forbidden)
    const elsewhere = await post(owner, null)
    await expect(staffPostById(w.db, partner, elsewhere.id)).rejects.toThrow(NotFound)
    const other = await makeCircle(w.db, owner)
    await expect(circleById(w.db, partner, other)).rejects.toThrow(NotFound)
    expect(await listedCircles(w.db, partner, '', null)).toEqual({ circles: [], next: null })
    expect((await ownCircles(w.db, partner)).map(({ id }) => id)).toEqual([circleId])
    expect((await membersOf(w.db, partner, circleId, null)).members.map(({ mark }) => mark).toSorted()).toEqual([
      'Officer · Bracebridge Heath team',
      `Partner · ${organisation?.name}`,
    ])
    expect(await guestsOf(w.db, circleId)).toEqual([organisation?.name])
    expect(await guestsOf(w.db, other)).toEqual([])
  })

  test('loses every right at the moment the organisation ends, the domain goes, the time runs out, an owner removes them, or the address is another', async () => {
    const ends: ((s: Awaited<ReturnType<typeof setting>>, partner: SignedIn) => Promise<unknown>)[] = [
      ({ organisationId }) => w.db.update(organisations).set({ endedAt: new Date() }).where(eq(organisations.id, organisationId)),
      ({ organisationId }) => endOrganisation(w.db, w.administrator, organisationId),
      ({ organisationId }) =>
        w.db
          .update(organisations)
          .set({ domains: [domain()] })
          .where(eq(organisations.id, organisationId)),
      ({ organisationId }) =>
        changeOrganisation(w.db, w.administrator, organisationId, { name: randomUUID(), kind: 'fire', domains: [domain()] }, OWN),
      ({ circleId }, { accountId }) =>
        w.db
          .update(circleMembers)
          .set({ expiresAt: past() })
          .where(and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, accountId))),
      ({ owner, circleId }, { accountId }) => removeMember(w.db, owner, circleId, accountId, 'Because.'),
      ({ circleId }, partner) => leaveCircle(w.db, partner, circleId, null),
      (_made, { accountId }) =>
        w.db
          .update(accounts)
          .set({ email: `${randomUUID()}@elsewhere.example` })
          .where(eq(accounts.id, accountId)),
      ({ at }, { accountId }) =>
        w.db
          .update(accounts)
          .set({ email: `${randomUUID()}@mail.${at}` })
          .where(eq(accounts.id, accountId)),
    ]
    for (const [index, act] of ends.entries()) {
      const made = await setting()
      const partner = await letPartnerIn(w.db, made.owner, made.circleId, made.at)
      const { id } = await post(made.owner, made.circleId)
      await staffPostById(w.db, await again(w.db, partner), id)
      await act(made, partner)
      const now = await again(w.db, partner)
      expect([index, now.circles, now.organisation]).toEqual([index, [], null])
      await expect(staffPostById(w.db, now, id)).rejects.toThrow(NotFound)
      await expect(circleById(w.db, now, made.circleId)).rejects.toThrow(NotFound)
      expect((await membersOf(w.db, made.owner, made.circleId, null)).members).toHaveLength(1)
      expect(await guestsOf(w.db, made.circleId)).toEqual([])
    }
  })

  test('is named a month before the end, renewed by an owner, and let in again after it', async () => {
    const { owner, circleId, at, organisationId } = await setting()
    const partner = await letPartnerIn(w.db, owner, circleId, at, 'Kit Ends')
    const mine = and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, partner.accountId))
    expect(await endingSoon(w.db, circleId)).toEqual([])
    await w.db
      .update(circleMembers)
      .set({ expiresAt: new Date(Date.now() + 29 * 86_400_000) })
      .where(mine)
    expect(await endingSoon(w.db, circleId)).toMatchObject([{ name: 'Kit Ends', over: false }])
    await w.db.update(circleMembers).set({ expiresAt: past() }).where(mine)
    expect(await endingSoon(w.db, circleId)).toMatchObject([{ over: true }])
    await renewMember(w.db, owner, circleId, partner.accountId)
    expect((await again(w.db, partner)).circles).toEqual([circleId])
    await expect(renewMember(w.db, await again(w.db, partner), circleId, partner.accountId)).rejects.toThrow(Forbidden)
    await expect(renewMember(w.db, owner, circleId, owner.accountId)).rejects.toThrow(NotFound)
    await w.db.update(organisations).set({ endedAt: new Date() }).where(eq(organisations.id, organisationId))
    await expect(renewMember(w.db, owner, circleId, partner.accountId)).rejects.toThrow(Forbidden)
  })

  test('whose time ran out is counted out by housekeeping, and comes back by a new invitation, also before it', async () => {
    const { owner, circleId, at } = await setting()
    for (const sweeps of [true, false]) {
      const partner = await letPartnerIn(w.db, owner, circleId, at)
      const mine = and(eq(circleMembers.circleId, circleId), eq(circleMembers.accountId, partner.accountId))
      await w.db.update(circleMembers).set({ expiresAt: past() }).where(mine)
      if (sweeps) await endExpired(w.db)
      expect((await rowOf(w.db, circleId)).memberCount).toBe(sweeps ? 1 : 2)
      await answerByToken(w.db, partner, await inviteToken(w.db, owner, circleId, partner.email), 'accepted')
      expect((await again(w.db, partner)).circles).toEqual([circleId])
      expect((await rowOf(w.db, circleId)).memberCount).toBe(2)
      await removeMember(w.db, owner, circleId, partner.accountId, 'Because.')
    }
  })

  test('can own it, which is not enough: somebody of the force has to', async () => {
    const { owner, circleId, at } = await setting()
    const partner = await letPartnerIn(w.db, owner, circleId, at)
    await setOwner(w.db, owner, circleId, partner.accountId, true)
    const outsider = await again(w.db, partner)
    expect((await circleById(w.db, outsider, circleId)).role).toBe('owner')
    await expect(leaveCircle(w.db, owner, circleId, partner.accountId)).rejects.toThrow(Refused)
    await expect(setOwner(w.db, owner, circleId, owner.accountId, false)).rejects.toThrow(Forbidden)
    for (const act of [
      () => closeCircle(w.db, outsider, circleId, 'Because.'),
      () => removeMember(w.db, outsider, circleId, owner.accountId, 'Because.'),
      () => changeCircle(w.db, outsider, circleId, { name: 'X', about: 'Y', kind: 'private', version: 1 }),
    ])
      await expect(act()).rejects.toThrow(Forbidden)
    await leaveCircle(w.db, outsider, circleId, null)
    expect((await rowOf(w.db, circleId)).memberCount).toBe(1)
  })
})
