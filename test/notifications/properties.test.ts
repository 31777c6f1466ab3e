/** Whatever happens in whatever order, the number beside the name is that of the rows, and nothing is told twice. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { readNotifications } from '../../src/notifications/notification.ts'
import { deliverPushes } from '../../src/push/delivery.ts'
import { subscribe } from '../../src/push/subscription.ts'
import { makePost } from '../people.ts'
import { openPushService, type PushService } from '../push/service.ts'
import { openTold, type Told } from './world.ts'

let told: Told
let service: PushService
let people: SignedIn[]
beforeAll(async () => {
  service = await openPushService()
  told = await openTold({ PUSH_SERVICES: service.origin })
  people = await Promise.all(['Ann', 'Ben', 'Cleo'].map((name) => told.desk.newPerson(name, [], 10)))
})
afterAll(async () => {
  await told.site.close()
  await service.close()
})

const DISAGREEING = `
  select a.id from accounts a left join unread_counts u on u.account_id = a.id
  where coalesce(u.count, 0) <> (select count(*) from notifications n where n.account_id = a.id and n.read_at is null)`
const disagreeing = async () => (await told.desk.db.$client.query<{ id: string }>(DISAGREEING)).rows

type Step =
  | { act: 'say'; by: number; under: number | null }
  | { act: 'read one' | 'read all'; by: number; which: number }
  | { act: 'withdraw'; which: number }
  | { act: 'forget'; which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('say' as const), by: fc.nat(2), under: fc.option(fc.nat(20)) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('read one' as const, 'read all' as const), by: fc.nat(2), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('withdraw' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('forget' as const), which: fc.nat(20) }) },
)

async function play(steps: readonly Step[], atOnce: boolean): Promise<void> {
  const { db } = told.desk
  const { conversationId } = await makePost(db, told.desk.officer, told.desk.team)
  const said: { id: number; by: SignedIn }[] = []
  const one = async (each: Step): Promise<void> => {
    if (each.act === 'say') {
      const by = people[each.by]
      const parent = each.under === null ? null : said.at(each.under % Math.max(1, said.length))
      if (by)
        said.push({ by, id: (await postComment(db, by, conversationId, { body: 'Yes.', parentId: parent?.id ?? null, clientKey: randomUUID() })).id })
      return
    }
    if (each.act === 'withdraw') {
      const comment = said[each.which]
      if (comment) await withdrawComment(db, comment.by, comment.id)
      return
    }
    const { rows } = await db.$client.query<{ id: string }>('select id from notifications order by id desc offset $1 limit 1', [each.which])
    const id = Number(rows[0]?.id ?? 0)
    if (each.act === 'forget') await db.$client.query('delete from notifications where id = $1', [id])
    else if (people[each.by]) await readNotifications(db, people[each.by] as SignedIn, each.act === 'read one' ? { id } : { until: id })
  }
  if (!atOnce) for (const each of steps) await one(each).catch(isExpected)
  else await Promise.all(steps.map((each) => one(each).catch(isExpected)))
}

/** A parent that was withdrawn meanwhile cannot be answered. */
function isExpected(error: unknown): void {
  if (!/can no longer be answered/.test(String(error))) throw error
}

test.each([false, true])('the count agrees with the rows (at once: %s)', { timeout: 120_000 }, async (atOnce) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await play(steps, atOnce)
      expect(await disagreeing()).toEqual([])
    }),
    { numRuns: 25 },
  )
})

test('two who answer each other in two conversations at the same moment do not lock each other out', async () => {
  const { db, officer, team } = told.desk
  const [ann, ben] = people as [SignedIn, SignedIn]
  const say = (by: SignedIn, conversationId: number, parentId: number | null) =>
    postComment(db, by, conversationId, { body: 'Yes.', parentId, clientKey: randomUUID() })
  const [one, other] = [await makePost(db, officer, team), await makePost(db, officer, team)]
  const ofAnn = await say(ann, one.conversationId, null)
  const ofBen = await say(ben, other.conversationId, null)
  for (let round = 0; round < 20; round++)
    await Promise.all([say(ben, one.conversationId, ofAnn.id), say(ann, other.conversationId, ofBen.id), say(ben, one.conversationId, ofAnn.id)])
  expect(await disagreeing()).toEqual([])
})

test('a browser that asked is told without anybody’s words, and leads to the account', async () => {
  const { db, officer, team } = told.desk
  const [ann, ben] = people as [SignedIn, SignedIn]
  const browser = service.newBrowser()
  await subscribe(db, told.site.config, await told.followerOf(ann), { ...browser, device: 'Firefox on Android' })
  const { conversationId } = await makePost(db, officer, team)
  const above = await postComment(db, ann, conversationId, { body: 'One.', parentId: null, clientKey: randomUUID() })
  await postComment(db, ben, conversationId, { body: 'A secret reply.', parentId: above.id, clientKey: randomUUID() })
  const { rows } = await db.$client.query<{ id: string }>('select id from pushes')
  await deliverPushes(
    db,
    told.site.config,
    rows.map(({ id }) => Number(id)),
  )
  expect(service.taken).toHaveLength(1)
  const message = service.taken[0] && browser.open(service.taken[0])
  expect(message).toMatchObject({ title: 'Somebody replied to you', body: 'Open it to read more.' })
  expect(message?.['path']).toMatch(/^\/account\/notifications\/\d+$/)
  expect(JSON.stringify(message)).not.toMatch(/secret|Ben/)
})
