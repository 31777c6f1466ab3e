import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import { addOrganisation, allOrganisations, changeOrganisation, endOrganisation } from '../../src/circles/organisation.ts'
import { isPublicMail, ownDomains, refusedDomain } from '../../src/circles/public-mail.ts'
import { Forbidden, Overtaken, Refused } from '../../src/errors.ts'
import { makeStaff } from '../people.ts'
import { again, letPartnerIn, makeCircle, makeOrganisation, openCircles, OWN, rowOf, toldOf } from './circle-world.ts'

let w: Awaited<ReturnType<typeof openCircles>>
beforeAll(async () => {
  w = await openCircles()
})
afterAll(() => w.world.close())

const domain = () => `${randomUUID().slice(0, 8)}.gov.example`
/** A circle of a fresh owner, and an organisation that is let in. */
async function setting(kind: 'open' | 'restricted' | 'private' = 'restricted') {
  const owner = await makeStaff(w.db, 'PC Owner', 'officer', w.team)
  const circleId = await makeCircle(w.db, owner, kind, 'Flooding')
  const at = domain()
  const organisationId = await makeOrganisation(w.db, w.administrator, { domains: [at] })
  return { owner: await again(w.db, owner), circleId, at, organisationId }
}

describe('organisations', () => {
  test('are kept by administrators alone, and every act has its row in the log', async () => {
    const id = await makeOrganisation(w.db, w.administrator, { domains: [domain()] })
    const input = { name: randomUUID(), kind: 'health' as const, domains: [domain()] }
    for (const other of [w.officer, w.press, w.resident]) {
      await expect(addOrganisation(w.db, other, { ...input, clientKey: randomUUID() }, OWN)).rejects.toThrow(Forbidden)
      await expect(changeOrganisation(w.db, other, id, input, OWN)).rejects.toThrow(Forbidden)
      await expect(endOrganisation(w.db, other, id)).rejects.toThrow(Forbidden)
      await expect(allOrganisations(w.db, other)).rejects.toThrow(Forbidden)
    }
    await changeOrganisation(w.db, w.administrator, id, input, OWN)
    await Promise.all([endOrganisation(w.db, w.administrator, id), endOrganisation(w.db, w.administrator, id)])
    await expect(changeOrganisation(w.db, w.administrator, id, input, OWN)).rejects.toThrow(Overtaken)
    const rows = await w.db
      .select()
      .from(log)
      .where(and(eq(log.item, 'organisation'), eq(log.itemId, id)))
      .orderBy(log.id)
    expect(rows.map(({ act, actorId }) => [act, actorId])).toEqual(
      ['added', 'changed', 'ended'].map((act) => [`organisation-${act}`, w.administrator.accountId]),
    )
  })

  test('the same form twice makes one; a domain or a name belongs to one at a time, also at once', async () => {
    const [at, key, name] = [domain(), randomUUID(), `Fire ${randomUUID()}`]
    const input = { name, kind: 'fire' as const, domains: [at], clientKey: key }
    const ids = await Promise.all([addOrganisation(w.db, w.administrator, input, OWN), addOrganisation(w.db, w.administrator, input, OWN)])
    expect(new Set(ids).size).toBe(1)
    const shared = domain()
    const both = await Promise.allSettled([1, 2].map(() => makeOrganisation(w.db, w.administrator, { domains: [shared] })))
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(makeOrganisation(w.db, w.administrator, { name: name.toUpperCase(), domains: [domain()] })).rejects.toThrow(Refused)
    // Once it is ended, another can be known by its domain.
    await endOrganisation(w.db, w.administrator, ids[0] ?? 0)
    expect(await makeOrganisation(w.db, w.administrator, { domains: [at] })).toBeGreaterThan(0)
  })

  test('of a domain that goes, its people leave; those of one that stays do not', async () => {
    const { owner, circleId, at, organisationId } = await setting()
    const kept = domain()
    await changeOrganisation(w.db, w.administrator, organisationId, { name: randomUUID(), kind: 'council', domains: [at, kept] }, OWN)
    const [goes, stays] = [await letPartnerIn(w.db, owner, circleId, at), await letPartnerIn(w.db, owner, circleId, kept)]
    await changeOrganisation(w.db, w.administrator, organisationId, { name: randomUUID(), kind: 'council', domains: [kept] }, OWN)
    expect([(await again(w.db, goes)).circles, (await again(w.db, stays)).circles]).toEqual([[], [circleId]])
    expect((await rowOf(w.db, circleId)).memberCount).toBe(2)
    expect((await toldOf(w.db, circleId)).at(-1)).toMatchObject({ kind: 'circle.left', detail: { how: 'organisation', accountId: goes.accountId } })
  })

  test.each([
    'gmail.com',
    'googlemail.com',
    'yahoo.co.uk',
    'hotmail.fr',
    'outlook.com',
    'live.co.uk',
    'icloud.com',
    'me.com',
    'btinternet.com',
    'mail.btinternet.com',
    'proton.me',
    'gmx.de',
    'mailinator.com',
    'aol.com',
  ])('%s is nobody’s', async (at) => {
    expect(isPublicMail(at)).toBe(true)
    await expect(makeOrganisation(w.db, w.administrator, { domains: [at] })).rejects.toThrow(Refused)
  })

  test.each([
    'lincoln.gov.uk',
    'live.lincoln.ac.uk',
    'mail.lincoln.gov.uk',
    'nhs.net',
    'mailroom.example.org',
    'somegmail.org.uk',
    'outlook.lincs-fire.gov.uk',
  ])('%s can be', (at) => expect(refusedDomain(at, OWN)).toBeNull())

  test('neither the force’s own domain, nor one above or below it, nor what is none', () => {
    const own = ownDomains({
      mailFrom: 'no-reply@mail.lincs.police.uk',
      contactEmail: 'Web@lincs.police.uk',
      publicUrl: 'https://blue-lamp.lincs.police.uk',
    })
    expect(own).toEqual(['mail.lincs.police.uk', 'lincs.police.uk', 'blue-lamp.lincs.police.uk'])
    for (const at of [
      'lincs.police.uk',
      'mail.lincs.police.uk',
      'x.lincs.police.uk',
      'police.uk',
      'co.uk',
      'gov.uk',
      'uk',
      '',
      'a b.uk',
      'exa_mple.org',
      '-a.org',
      '@a.org',
      'a..org',
      '10.0.0.1',
      'münchen.de',
    ])
      expect([at, refusedDomain(at, own) !== null]).toEqual([at, true])
    expect(refusedDomain('notts.police.uk', own)).toBeNull()
  })
})
