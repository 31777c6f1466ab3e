import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { mayConfirm, mayHoldTogether } from '../../src/accounts/policy.ts'
import { bootstrapAdministrators, confirmRole, endRole, proposeRole } from '../../src/accounts/role.ts'
import { accounts, roleGrants } from '../../src/accounts/schema.ts'
import { readSession, signInActor } from '../../src/accounts/session.ts'
import { addStaff, nameStaff, staffMember, staffPage, waitingRoles } from '../../src/accounts/staff.ts'
import { verifyLog } from '../../src/activity/log.ts'
import { activities, log } from '../../src/activity/schema.ts'
import { visitor, type Role, type SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let team: TeamName
let asha: SignedIn
let ben: SignedIn
beforeAll(async () => {
  world = await openWorld()
  team = await makeTeam(world.db, 'Bracebridge Heath')
  await bootstrapAdministrators(world.db, ['asha@lincs.example', ' Ben@Lincs.example '])
  asha = await signedIn('asha@lincs.example')
  ben = await signedIn('ben@lincs.example')
})
afterAll(() => world.close())
afterEach(() => moveClock(0))

async function signedIn(email: string): Promise<SignedIn> {
  const [account] = await world.db.select().from(accounts).where(eq(accounts.email, email))
  const session = await readSession(world.db, await signInActor(world.db, account?.id ?? 0, undefined))
  if (!session) throw new Error(`nobody has the address ${email}`)
  return session.actor
}

let people = 0
async function newStaff(role: Role = 'officer', teamId: number | null = team.id) {
  const email = `staff${++people}@lincs.example`
  const id = await addStaff(world.db, asha, { email, name: `PC Number ${people}` }, { role, teamId })
  const [grant] = await world.db.select().from(roleGrants).where(eq(roleGrants.accountId, id))
  return { id, email, grantId: grant?.id ?? 0 }
}

describe('a role', () => {
  test('is in force once a second administrator has confirmed it, for twelve months', async () => {
    const { email, grantId } = await newStaff()
    expect((await signedIn(email)).duties).toEqual([])
    await confirmRole(world.db, ben, grantId)
    expect(await signedIn(email)).toMatchObject({
      displayName: `PC Number ${people}`,
      duties: [{ role: 'officer', teamId: team.id, teamName: 'Bracebridge Heath', teamSlug: 'bracebridge-heath' }],
    })
    moveClock(364 * 86_400_000)
    expect((await signedIn(email)).duties).toHaveLength(1)
    moveClock(3 * 86_400_000)
    expect(await signedIn(email)).toMatchObject({ displayName: null, duties: [] })
  })

  test('is confirmed neither by its proposer nor by the person who gets it, nor by anybody who is no administrator', async () => {
    const { grantId } = await newStaff()
    await expect(confirmRole(world.db, asha, grantId)).rejects.toThrow(Forbidden)
    const press = await makeStaff(world.db, 'Ruth Okafor', 'press-office')
    for (const actor of [press, await makeResident(world.db, 'Pat'), visitor]) {
      await expect(confirmRole(world.db, actor, grantId)).rejects.toThrow(Forbidden)
      await expect(proposeRole(world.db, actor, { id: asha.accountId }, { role: 'partner', teamId: null })).rejects.toThrow(Forbidden)
      await expect(endRole(world.db, actor, grantId)).rejects.toThrow(Forbidden)
    }
    const own = await proposeRole(world.db, asha, { id: ben.accountId }, { role: 'partner', teamId: null })
    await expect(confirmRole(world.db, ben, own)).rejects.toThrow(Forbidden)
    expect((await world.db.select().from(roleGrants).where(eq(roleGrants.id, own)))[0]?.confirmedAt).toBeNull()
    await endRole(world.db, asha, own)
  })

  test('is confirmed once: of two at the same time the second sees what the first did', async () => {
    const third = await makeStaff(world.db, 'Chris Osei', 'administrator')
    const { grantId } = await newStaff()
    const tries = await Promise.allSettled([confirmRole(world.db, ben, grantId), confirmRole(world.db, third, grantId)])
    expect(tries.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const refusal = tries.find((one) => one.status === 'rejected')
    expect(refusal?.reason).toBeInstanceOf(Overtaken)
    expect(String(refusal?.reason)).toMatch(/(Administrator|Chris Osei) has confirmed this role already/)
    await endRole(world.db, asha, (await world.db.select().from(roleGrants).where(eq(roleGrants.accountId, third.accountId)))[0]?.id ?? 0)
  })

  test('of an officer or sergeant needs a team that lives; the others have none', async () => {
    const gone = await makeTeam(world.db, 'Gone')
    await world.db.update(teams).set({ archivedAt: new Date() }).where(eq(teams.id, gone.id))
    const { id } = await newStaff()
    for (const role of ['officer', 'supervisor'] as const) {
      for (const teamId of [null, 999_999, gone.id]) {
        await expect(proposeRole(world.db, asha, { id }, { role, teamId })).rejects.toMatchObject({ fields: { team: expect.any(String) } })
      }
    }
    const grantId = await proposeRole(world.db, asha, { id }, { role: 'press-office', teamId: team.id })
    expect((await world.db.select().from(roleGrants).where(eq(roleGrants.id, grantId)))[0]?.teamId).toBeNull()
  })

  test('cannot be proposed twice, turned down twice, or confirmed after it was turned down', async () => {
    const { id, grantId } = await newStaff()
    await expect(proposeRole(world.db, ben, { id }, { role: 'officer', teamId: team.id })).rejects.toThrow(Refused)
    await endRole(world.db, ben, grantId)
    await expect(endRole(world.db, ben, grantId)).rejects.toThrow(Overtaken)
    await expect(confirmRole(world.db, ben, grantId)).rejects.toThrow(Overtaken)
    await expect(confirmRole(world.db, ben, 999_999)).rejects.toThrow(NotFound)
  })

  test('is renewed by being proposed and confirmed again, and then held once', async () => {
    const { id, email, grantId } = await newStaff()
    await confirmRole(world.db, ben, grantId)
    moveClock(300 * 86_400_000)
    await confirmRole(world.db, ben, await proposeRole(world.db, asha, { id }, { role: 'officer', teamId: team.id }))
    expect((await signedIn(email)).duties).toHaveLength(1)
    moveClock(200 * 86_400_000)
    expect((await signedIn(email)).duties).toHaveLength(1)
  })

  test.each(['officer', 'supervisor', 'press-office'] as const)('of an administrator and of %s are never held together', async (role) => {
    const teamId = role === 'press-office' ? null : team.id
    await expect(proposeRole(world.db, asha, { id: ben.accountId }, { role, teamId })).rejects.toMatchObject({
      fields: { role: expect.stringContaining('administrator') },
    })
    const { id, grantId } = await newStaff(role, teamId)
    await expect(proposeRole(world.db, asha, { id }, { role: 'administrator', teamId: null })).rejects.toThrow(Refused)
    await confirmRole(world.db, ben, grantId)
    await expect(proposeRole(world.db, asha, { id }, { role: 'administrator', teamId: null })).rejects.toThrow(Refused)
    await endRole(world.db, ben, grantId)
    await expect(proposeRole(world.db, asha, { id }, { role: 'administrator', teamId: null })).resolves.toBeGreaterThan(0)
  })

  test('of the last administrator cannot be ended, not even by two at once', async () => {
    const grants = await world.db.select().from(roleGrants).where(eq(roleGrants.role, 'administrator'))
    const inForce = grants.filter((grant) => grant.confirmedAt !== null && grant.endedAt === null)
    expect(inForce).toHaveLength(2)
    const [first, second] = inForce
    const tries = await Promise.allSettled([endRole(world.db, asha, first?.id ?? 0), endRole(world.db, ben, second?.id ?? 0)])
    expect(tries.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(String(tries.find((one) => one.status === 'rejected')?.reason)).toContain('last administrator')
    // Put right for whatever runs after this.
    for (const grant of inForce) await world.db.update(roleGrants).set({ endedAt: null, endedBy: null }).where(eq(roleGrants.id, grant.id))
  })

  test('leaves its steps in the log and in the activity, for staff only', async () => {
    const { grantId } = await newStaff()
    await confirmRole(world.db, ben, grantId)
    await endRole(world.db, ben, grantId)
    const rows = (await world.db.select().from(log).where(eq(log.itemId, grantId)).orderBy(log.id)).filter((row) => row.item === 'role')
    expect(rows.map((row) => [row.act, row.actorId, row.fromState, row.toState, row.audience, row.teamName])).toEqual([
      ['role-proposed', asha.accountId, null, 'proposed', 'staff', 'Bracebridge Heath'],
      ['role-confirmed', ben.accountId, 'proposed', 'confirmed', 'staff', 'Bracebridge Heath'],
      ['role-ended', ben.accountId, 'confirmed', 'ended', 'staff', 'Bracebridge Heath'],
    ])
    const happened = (await world.db.select().from(activities).orderBy(activities.id)).filter((row) => row.detail['grantId'] === grantId)
    expect(happened.map((row) => [row.kind, row.audience])).toEqual([
      ['role.proposed', 'staff'],
      ['role.confirmed', 'staff'],
      ['role.ended', 'staff'],
    ])
    expect((await verifyLog(world.db)).brokenAt).toBeNull()
  })
})

describe('the first administrators', () => {
  test('are made only while there is none, and two at least', async () => {
    await expect(bootstrapAdministrators(world.db, ['late@lincs.example', 'later@lincs.example'])).rejects.toThrow(Refused)
    await expect(bootstrapAdministrators(world.db, ['one@lincs.example', 'ONE@lincs.example'])).rejects.toThrow(Refused)
    expect(await world.db.$count(accounts, eq(accounts.email, 'late@lincs.example'))).toBe(0)
  })
})

describe('the people who work here', () => {
  test('are found by name or address; residents are not, whatever is typed', async () => {
    const pat = await makeResident(world.db, 'Pat Resident')
    const { id, email } = await newStaff()
    expect((await staffPage(world.db, asha, email, null)).people.map((person) => person.id)).toEqual([id])
    expect((await staffPage(world.db, asha, 'pc number', null)).people.length).toBeGreaterThan(3)
    for (const search of ['Pat Resident', pat.email, '%', '_', "' or 1=1 --"]) {
      expect((await staffPage(world.db, asha, search, null)).people.map((person) => person.id)).not.toContain(pat.accountId)
    }
    expect((await staffPage(world.db, asha, '%', null)).people).toEqual([])
    await expect(staffMember(world.db, asha, pat.accountId)).rejects.toThrow(NotFound)
    await expect(staffPage(world.db, pat, '', null)).rejects.toThrow(Forbidden)
  })

  test('are listed by key: every page continues where the one before ended', async () => {
    for (let count = 0; count < 55; count++) await newStaff('partner', null)
    const first = await staffPage(world.db, asha, '', null)
    const second = await staffPage(world.db, asha, '', first.next)
    const names = [...first.people, ...second.people].map((person) => person.name ?? '')
    expect(first.people).toHaveLength(50)
    expect(new Set([...first.people, ...second.people].map((person) => person.id)).size).toBe(names.length)
    expect(names).toEqual(names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0)))
  })

  test('do not take over what a resident wrote, and are added once', async () => {
    const pat = await makeResident(world.db, 'Pat')
    const wanted = { role: 'officer', teamId: team.id } as const
    await expect(addStaff(world.db, asha, { email: pat.email, name: 'PC Pat' }, wanted)).rejects.toMatchObject({
      fields: { email: expect.any(String) },
    })
    expect((await world.db.select().from(accounts).where(eq(accounts.id, pat.accountId)))[0]?.displayName).toBe('Pat')
    const { email } = await newStaff()
    await expect(addStaff(world.db, asha, { email, name: 'PC Other' }, wanted)).rejects.toMatchObject({
      fields: { email: expect.stringContaining('here already') },
    })
    const before = await world.db.$count(accounts)
    await expect(addStaff(world.db, asha, { email: 'no-team@lincs.example', name: 'PC X' }, { role: 'officer', teamId: null })).rejects.toThrow(
      Refused,
    )
    expect(await world.db.$count(accounts)).toBe(before)
  })

  test('are named by administrators', async () => {
    const { id } = await newStaff()
    await nameStaff(world.db, asha, id, 'Sgt Promoted')
    expect((await staffMember(world.db, asha, id)).name).toBe('Sgt Promoted')
    await expect(nameStaff(world.db, asha, (await makeResident(world.db, 'Pat')).accountId, 'PC Pat')).rejects.toThrow(NotFound)
  })

  test('wait with who proposed what, oldest first', async () => {
    const { grantId } = await newStaff()
    const waiting = await waitingRoles(world.db, ben)
    expect(waiting.find((row) => row.id === grantId)).toMatchObject({
      name: `PC Number ${people}`,
      proposer: 'Administrator',
      teamName: 'Bracebridge Heath',
    })
    expect(waiting.map((row) => row.id)).toEqual(waiting.map((row) => row.id).toSorted((a, b) => a - b))
  })
})

test('the policy says who confirms, and what goes together', () => {
  const proposal = { accountId: 900, proposedBy: asha.accountId }
  expect([asha, ben, visitor].map((actor) => mayConfirm(actor, proposal))).toEqual([false, true, false])
  expect(mayConfirm(ben, { accountId: ben.accountId, proposedBy: asha.accountId })).toBe(false)
  expect(mayHoldTogether(['partner'], 'administrator')).toBe(true)
  expect(mayHoldTogether(['officer'], 'supervisor')).toBe(true)
  expect(mayHoldTogether(['officer', 'partner'], 'administrator')).toBe(false)
  expect(mayHoldTogether(['administrator'], 'press-office')).toBe(false)
})
