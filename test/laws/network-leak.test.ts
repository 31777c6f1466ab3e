/**
 * Nothing of the staff network is ever public, and nothing of a circle is read outside it: everybody asks for every address there is, reads their mail and listens.
 */
import { isNotNull, like } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import type { Outgoing } from '../../src/mail/delivery.ts'
import { deliverBulk } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { homeMarks } from '../../src/network/schema.ts'
import { sendStaffDigests } from '../../src/network/digest.ts'
import { postTags, postTeams } from '../../src/posts/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { listen, listening } from '../live/listening.ts'
import { wordOf } from '../moderation/leak-world.ts'
import { everyAddress } from './crawl.ts'
import { READERS, settleNetwork, VIEWERS, type Network, type Viewer } from './network-world.ts'

let site: TestApp
let network: Network
let addresses: string[]

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '100000' })
  network = await settleNetwork(site)
  const asked = ['/search', '/staff/search', '/search/suggestions'].flatMap((path) => [`${path}?q=lantern`, `${path}?q=lanterns&kind=comment`])
  const people = ['', '?q=In+Side', '?skill=polish', '?language=polish'].map((query) => `/staff/people${query}`)
  const around = ['/tags?starts=l', '/find?q=Lantern', `/ask/${network.team.slug}?title=A+lantern`, '/nearby?q=LN4+2LE']
  addresses = [
    ...(await everyAddress(
      site,
      [network.team, network.otherTeam].map(({ slug }) => slug),
    )),
    ...asked,
    ...people,
    ...around,
  ]
})
afterAll(() => {
  moveClock(0)
  return site?.close()
})

/** A pseudonym is itself; every other marker is a word made of its name. */
const said = (marker: string): string => (/^[A-Z]/.test(marker) ? marker : wordOf(marker))

async function cookieOf(viewer: Viewer): Promise<string | undefined> {
  const actor = network.actors[viewer]
  return actor.kind === 'visitor' ? undefined : site.cookieOf(actor)
}

async function findAll(viewer: Viewer): Promise<{ found: Map<string, string>; broke: string[] }> {
  const as = await cookieOf(viewer)
  const found = new Map<string, string>()
  const broke: string[] = []
  const words = [...network.markers.keys()].map((marker) => [marker, said(marker).toLowerCase()] as const)
  const asked = new Set(addresses)
  // A set takes what is added while it is gone through: an address that leads on, to the words of a post for one, is followed.
  for (const address of asked) {
    const answer = await site.get(address, as)
    const { location } = answer.headers
    if (typeof location === 'string' && location.startsWith('/') && !location.startsWith('/sign-in')) asked.add(location.replace(/#.*$/, ''))
    if (answer.statusCode >= 500) broke.push(address)
    const body = `${answer.body} ${JSON.stringify(answer.headers)}`.toLowerCase()
    for (const [marker, word] of words) if (!found.has(marker) && body.includes(word)) found.set(marker, address)
  }
  return { found, broke }
}

describe('over every address', () => {
  test.each(VIEWERS)('a %s finds what they may read, and nothing else', { timeout: 300_000 }, async (viewer) => {
    const { found, broke } = await findAll(viewer)
    const mine = [...network.markers].filter(([, readers]) => readers.includes(viewer)).map(([marker]) => marker)
    const leaks = [...found].filter(([marker]) => !mine.includes(marker)).map(([marker, where]) => `${marker}: ${where}`)
    expect({ leaks, missing: mine.filter((marker) => !found.has(marker)), broke }).toEqual({ leaks: [], missing: [], broke: [] })
  })

  test('the search finds by words what stands where one reads', async () => {
    const read = await site.get('/staff/search?q=lantern', await cookieOf('insider'))
    expect(read.body).toContain(wordOf('staff update title'))
    for (const viewer of ['visitor', 'resident', 'partner'] as const) {
      const open = await site.get('/search?q=lantern', await cookieOf(viewer))
      expect(open.statusCode).toBe(200)
      expect(open.body).not.toMatch(/Qz\w+zq/)
    }
  })
})

test('no stream of a conversation opens for whoever does not read it', { timeout: 120_000 }, async () => {
  const address = await listening(site.app)
  for (const viewer of VIEWERS) {
    const as = await cookieOf(viewer)
    for (const { id, place } of network.conversations) {
      if (READERS[place].includes(viewer)) continue
      const ear = await listen(address, `conversation:${id}`, as)
      ear.close()
      expect({ viewer, place, status: ear.status }).toEqual({ viewer, place, status: 404 })
    }
  }
})

test('no mail carries it to anybody who does not read it, and none a word of a support circle', { timeout: 120_000 }, async () => {
  const { db } = site.world
  for (const row of await db.select().from(activities)) await echoActivity(db, row as Activity)
  // Nobody has read anything yet; whenever they leave in the week.
  await db.delete(homeMarks)
  for (let quarter = 0; quarter < 32; quarter++) {
    moveClock(6 * 3_600_000)
    await sendStaffDigests(db, site.config)
    await deliver()
  }
  const viewers = new Map(VIEWERS.flatMap((viewer) => (viewer === 'visitor' ? [] : [[emailOf(viewer), viewer] as const])))
  // Colleagues in no circle, whom nobody here watches, read what is for all staff.
  for (const { email } of [network.officer, network.sergeant, network.otherSergeant, network.press2]) viewers.set(email, 'outsider')
  const sent = await db.select().from(mails)
  const left = (viewer: Viewer): string => JSON.stringify(sent.concat(delivered as never).filter(({ to }) => viewers.get(to) === viewer))
  expect(left('outsider')).toMatch(/Qzstaff\w+titlezq/)
  expect(left('guest')).toMatch(/Qzrestricted\w+titlezq/)
  const leaks = sent.concat(delivered as never).flatMap((mail) => {
    const viewer = viewers.get(mail.to)
    const text = JSON.stringify(mail)
    return [...network.markers]
      .filter(([marker, readers]) => text.includes(said(marker)) && (!viewer || !readers.includes(viewer) || marker.startsWith('support ')))
      .map(([marker]) => `${marker}: to ${viewer ?? mail.to}`)
  })
  expect(leaks).toEqual([])
  expect(sent.filter(({ to }) => to.endsWith('.invalid'))).toEqual([])
})

const delivered: Outgoing[] = []

/** What is worded only when it leaves, leaves. */
async function deliver(): Promise<void> {
  const waiting = await site.world.db.select({ id: mails.id }).from(mails).where(like(mails.key, 'staff-digest:%'))
  const take = async (mail: Outgoing): Promise<void> => void delivered.push(mail)
  await deliverBulk(
    site.world.db,
    take,
    waiting.map(({ id }) => id),
    { keepWords: true, pace: async () => {} },
  )
}

const emailOf = (viewer: Viewer): string => {
  const actor = network.actors[viewer]
  return actor.kind === 'visitor' ? '' : actor.email
}

test('the lists that the public reads hold no row of it', async () => {
  const { db } = site.world
  const { rows } = await db.$client.query<{ kind: string }>(`
    select 'team' as kind from post_teams t join posts p on p.id = t.post_id where p.audience <> 'public'
    union all select 'tag' from post_tags t join posts p on p.id = t.post_id where p.audience <> 'public'
    union all select 'tags' from tags where tag = 'lanterns'
    union all select 'log' from log_totals where act like 'circle%'`)
  expect(rows).toEqual([])
  expect(await db.$count(postTeams, isNotNull(postTeams.postId))).toBeGreaterThan(0)
  expect(await db.$count(postTags, isNotNull(postTags.postId))).toBeGreaterThan(0)
})
