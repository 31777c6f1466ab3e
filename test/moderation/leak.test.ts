/**
 * Who reads what of the press office's work: everybody asks for every page there is, and exactly those find a text who may.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { activities } from '../../src/activity/schema.ts'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { verifyLog } from '../../src/activity/log.ts'
import { visitor, type Actor } from '../../src/actor.ts'
import { mails } from '../../src/mail/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { everyAddress, idsOf } from '../laws/crawl.ts'
import { makeStaff } from '../people.ts'
import { furnish, type Desk } from './desk.ts'
import { plant, wordOf, type Planted } from './leak-world.ts'

const VIEWERS = [
  'visitor',
  'stranger',
  'partner',
  'administrator',
  'author',
  'officer',
  'other officer',
  'supervisor',
  'other supervisor',
  'press',
] as const
type Viewer = (typeof VIEWERS)[number]

const EVERYBODY = VIEWERS
const PRESS: readonly Viewer[] = ['press']
/** The press office, and the supervisor of the team. */
const DESK: readonly Viewer[] = ['supervisor', 'press']
const AUTHOR_AND_DESK: readonly Viewer[] = ['author', ...DESK]
const TEAM: readonly Viewer[] = ['officer', ...DESK]
const STAFF: readonly Viewer[] = [...TEAM, 'other officer', 'other supervisor', 'administrator']
const NOBODY: readonly Viewer[] = []

/** Who finds it somewhere; everybody else finds it nowhere. */
const READERS: Readonly<Record<string, readonly Viewer[]>> = {
  'published comment': EVERYBODY,
  'comment of the other team': EVERYBODY,
  'held comment': AUTHOR_AND_DESK,
  'held comment of the other team': ['author', 'other supervisor', 'press'],
  'rejected comment': AUTHOR_AND_DESK,
  'hidden comment': AUTHOR_AND_DESK,
  'removed comment': AUTHOR_AND_DESK,
  'last wording': DESK,
  'words taken out': NOBODY,
  // The desk sees what stands around the words that it decides on, also what was taken back.
  'withdrawn comment': AUTHOR_AND_DESK,
  'withdrawn under a case': AUTHOR_AND_DESK,
  'sealed comment': ['author'],
  'comment with papers': AUTHOR_AND_DESK,
  'appealed comment': AUTHOR_AND_DESK,
  'comment with a notice': EVERYBODY,
  'text to the author': AUTHOR_AND_DESK,
  'note of a decision': DESK,
  'note of a flag': DESK,
  'note of a case': DESK,
  'question of the desk': AUTHOR_AND_DESK,
  'answer of the author': AUTHOR_AND_DESK,
  escalation: DESK,
  appeal: AUTHOR_AND_DESK,
  'outcome of an appeal': AUTHOR_AND_DESK,
  'note of an appeal': DESK,
  sanction: ['author', 'press'],
  'note of a sanction': PRESS,
  'look-up': PRESS,
  request: PRESS,
  complainant: PRESS,
  'notice of law': PRESS,
  'word list': PRESS,
  'title of a removed post': ['officer', ...DESK],
  'removed post': ['officer', ...DESK],
  'why a post was removed': ['officer', ...DESK],
  'withdrawn post': NOBODY,
  draft: TEAM,
  'private question': ['author', ...TEAM],
  'removed private comment': AUTHOR_AND_DESK,
  'private comment under a case': ['author', ...TEAM],
  'note of the staff': STAFF,
  'note beside the question': TEAM,
}

let site: TestApp
let desk: Desk
let planted: Planted
let actors: Record<Viewer, Actor>
const addressesOf: string[] = []
beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '100000' })
  desk = await furnish(site.world)
  planted = await plant(desk, site.config)
  const { db } = desk
  actors = {
    visitor,
    stranger: await desk.newPerson('Nosy Neighbour', [], 9),
    partner: await makeStaff(db, 'Ward Council', 'partner'),
    administrator: desk.administrator,
    author: planted.author,
    officer: desk.officer,
    'other officer': await makeStaff(db, 'PC Else Where', 'officer', desk.otherTeam),
    supervisor: desk.sergeant,
    'other supervisor': desk.otherSergeant,
    // Not the one who did it all: nobody is shown only what they did themself.
    press: desk.press2,
  }
  addressesOf.push(...(await addresses()))
})
afterAll(() => site?.close())

const idsIn = (table: string): Promise<string[]> => idsOf(desk.db, table)

async function addresses(): Promise<string[]> {
  const paths = await everyAddress(
    site,
    [desk.team, desk.otherTeam].map(({ slug }) => slug),
  )
  return [...new Set([...paths, ...(await withQueries())])]
}

async function withQueries(): Promise<string[]> {
  const ids = await idsIn('comments')
  const threads = planted.threads.flatMap(({ path, conversationId }) =>
    ids.flatMap((id) => [
      `${path}?thread=${id}`,
      `/conversations/${conversationId}/comments/new?note=${id}`,
      `/conversations/${conversationId}/comments/new?parent=${id}`,
    ]),
  )
  const logs = ['', '/log.csv', '/feed.atom'].flatMap((kind) =>
    ['team=1', 'team=2', 'act=remove', 'act=reject', 'reason=abuse', 'reason=threat'].map((query) => `/moderation-log${kind}?${query}`),
  )
  const views = ['mine', 'unassigned', 'urgent', 'overdue', 'escalated', 'appeals'].map((view) => `/moderation?view=${view}`)
  return [
    ...planted.pages,
    ...threads,
    ...logs,
    ...views,
    // Part of a word only: a page may show what was searched for.
    '/find?q=Qz',
    `/ask/${desk.team.slug}?title=Qz+lights`,
    '/tags?starts=q',
    '/admin?q=Qz',
    '/moderation/sanctions?view=review',
  ]
}

/** Forms that only show something: many cases together, and how words would read with others taken out. */
async function shownByForms(as: string | undefined): Promise<string[]> {
  const { rows } = await desk.db.$client.query<{ id: string; version: number }>('select id, version from cases order by id')
  const send = async (url: string, payload: string): Promise<string> => {
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', ...(as ? { cookie: as } : {}) }
    return (await site.app.inject({ method: 'POST', url, headers, payload })).body
  }
  const bulks = rows.map(({ id, version }) => send('/moderation/bulk', `case=${id}:${version}`))
  const previews = rows.map(({ id, version }) => send(`/moderation/cases/${id}/preview`, `act=redact&others=lights&version=${version}`))
  return Promise.all([...bulks, ...previews])
}

/** Each marker that this viewer found, with the first address where. */
async function findAll(viewer: Viewer): Promise<{ found: Map<string, string>; broke: string[]; opened: number }> {
  const actor = actors[viewer]
  const as = actor.kind === 'visitor' ? undefined : await site.cookieOf(actor)
  const found = new Map<string, string>()
  const broke: string[] = []
  let opened = 0
  const look = (said: string, where: string): void => {
    const lower = said.toLowerCase()
    for (const marker of Object.keys(READERS)) if (!found.has(marker) && lower.includes(wordOf(marker).toLowerCase())) found.set(marker, where)
  }
  for (const address of addressesOf) {
    const answer = await site.get(address, as)
    if (answer.statusCode >= 500) broke.push(address)
    if (answer.statusCode === 200) opened++
    look(`${answer.body} ${JSON.stringify(answer.headers)}`, address)
  }
  for (const body of await shownByForms(as)) look(body, 'a form that shows something')
  return { found, broke, opened }
}

describe('no item of another audience leaks', () => {
  test.each(VIEWERS)('what a %s finds is what they may read, all of it and nothing else', { timeout: 120_000 }, async (viewer) => {
    const { found, broke, opened } = await findAll(viewer)
    const expected = Object.keys(READERS).filter((marker) => READERS[marker]?.includes(viewer))
    const leaks = [...found].filter(([marker]) => !expected.includes(marker)).map(([marker, where]) => `${marker}: ${where}`)
    expect({ leaks, missing: expected.filter((marker) => !found.has(marker)), broke }).toEqual({ leaks: [], missing: [], broke: [] })
    expect(opened).toBeGreaterThan(50)
  })

  test('nor in anybody’s mail', async () => {
    for (const row of await desk.db.select().from(activities)) await echoActivity(desk.db, row as Activity)
    const viewers = new Map(VIEWERS.flatMap((viewer) => (viewer === 'visitor' ? [] : [[emailOf(actors[viewer]), viewer] as const])))
    viewers.set(desk.press.email, 'press')
    const sent = await desk.db.select().from(mails)
    expect(sent.length).toBeGreaterThan(5)
    const leaks = sent.flatMap((mail) => {
      const viewer = viewers.get(mail.to)
      const within = Object.keys(READERS).filter((marker) => JSON.stringify(mail).toLowerCase().includes(wordOf(marker).toLowerCase()))
      return within.filter((marker) => !viewer || !READERS[marker]?.includes(viewer)).map((marker) => `${marker}: to ${viewer ?? mail.to}`)
    })
    expect(leaks).toEqual([])
  })
})

const emailOf = (actor: Actor): string => (actor.kind === 'visitor' ? '' : actor.email)

interface Down {
  what: string
  id: string
  state: string
  removal: string | null
  act: string | null
  item: string | null
  item_id: string | null
  audience: string
  path: string
}

/** Everything that a moderator took down, with the row of the log to which it points. */
const DOWN = `
  select 'comment' as what, k.id, k.state, k.removal_id as removal, l.act, l.item, l.item_id, v.audience, v.path
    from comments k join conversations v on v.id = k.conversation_id left join log l on l.id = k.removal_id where k.state in ('rejected', 'removed')
  union all
  select 'post', p.id, p.state, p.removal_id, l.act, l.item, l.item_id, v.audience, v.path
    from posts p join conversations v on v.id = p.conversation_id left join log l on l.id = p.removal_id where p.removal_id is not null`

const stubLink = (removal: string | null): string => `/moderation-log/${removal}#log-${removal}`

describe('the log', () => {
  test('has a row for everything that was taken down, and each stub leads to its own', async () => {
    const { rows } = await desk.db.$client.query<Down>(DOWN)
    expect(rows.map(({ what, state }) => `${what} ${state}`)).toEqual(
      expect.arrayContaining(['comment rejected', 'comment removed', 'post withdrawn']),
    )
    expect(rows.filter((row) => row.item !== row.what || row.item_id !== row.id || !['reject', 'remove'].includes(String(row.act)))).toEqual([])
    const pages = new Map<string, string>()
    const shown = rows.filter(({ audience }) => audience === 'public')
    for (const path of shown.flatMap((row) => [row.path, `/moderation-log/${row.removal}`])) pages.set(path, (await site.get(path)).body)
    const linkless = shown.filter(({ state, removal, path }) => state !== 'rejected' && !pages.get(path)?.includes(stubLink(removal)))
    expect(linkless).toEqual([])
    expect(shown.filter(({ removal }) => !pages.get(`/moderation-log/${removal}`)?.includes(`id="log-${removal}"`))).toEqual([])
  })

  test('has no row in public for what is not public', async () => {
    const { rows } = await desk.db.$client.query<Down>(DOWN)
    const within = rows.filter(({ audience }) => audience !== 'public')
    expect(within.length).toBeGreaterThan(0)
    for (const { removal } of within) expect((await site.get(`/moderation-log/${removal}`)).statusCode).toBe(404)
    const staff = await desk.db.$client.query<{ id: string }>(`select id from log where audience <> 'public'`)
    for (const { id } of staff.rows) expect((await site.get(`/moderation-log/${id}`)).statusCode).toBe(404)
    expect(staff.rows.length).toBeGreaterThan(5)
  })

  test('names nobody, in no format', async () => {
    const people = await desk.db.$client.query<{ name: string | null; email: string }>('select display_name as name, email from accounts')
    const names = people.rows.flatMap(({ name, email }) => (name === null ? [email] : [name, email]))
    expect(names).toContain('Quentin Author')
    for (const path of addressesOf.filter((address) => address.startsWith('/moderation-log'))) {
      const { body } = await site.get(path)
      expect(names.filter((name) => body.includes(name)).map((name) => `${path}: ${name}`)).toEqual([])
    }
  })

  test('is a sound chain after all of it', async () => {
    const { rows, brokenAt } = await verifyLog(desk.db)
    expect(brokenAt).toBeNull()
    expect(rows).toBeGreaterThan(15)
  })
})
