/**
 * A small town for the browser: the desk's people, the ground they live on, and years of talk made by the verbs that residents and officers use.
 */
import { randomUUID } from 'node:crypto'
import { asc, desc, eq, inArray } from 'drizzle-orm'
import { echoActivity, KINDS, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { editComment, withdrawComment } from '../../src/conversations/comment.ts'
import type { Database } from '../../src/database/database.ts'
import { mails } from '../../src/mail/schema.ts'
import { storeArea } from '../../src/geography/area.ts'
import { postcodes, type Position } from '../../src/geography/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { correctPost, publishPost, withdrawPost } from '../../src/posts/post.ts'
import { localities, officers, teamAreas, teams } from '../../src/teams/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { foldName } from '../../src/text/fold.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { makeResident, makeStaff } from '../people.ts'
import type { World } from '../world.ts'

export interface Town extends Desk {
  otherOfficer: SignedIn
  administrator2: SignedIn
}

/** The people of the desk, and a map: Bracebridge Heath and Skegness side by side, the line between them at longitude -0.52. */
export async function settleTown(world: World): Promise<Town> {
  const desk = await furnish(world)
  const otherOfficer = await makeStaff(world.db, 'PC Kim Dale', 'officer', desk.otherTeam)
  const administrator2 = await makeStaff(world.db, 'Jo Pemberton', 'administrator')
  await lookAfter(world.db, desk.team, -0.54)
  await lookAfter(world.db, desk.otherTeam, -0.52)
  await describeTeam(world.db, desk.team)
  const at = { lat: 53.2, quality: 1, forceCode: 'E23000020', source: 'test' }
  await world.db.insert(postcodes).values([
    { key: 'LN42LE', lng: -0.535, ...at },
    { key: 'LN42ZZ', lng: -0.5201, ...at },
    { key: 'NG235AA', lng: -0.75, ...at, forceCode: 'E23000019' },
  ])
  const place = (team: TeamName, name: string) => ({ teamId: team.id, name, key: foldName(name) })
  const places = [...['Waddington', 'Low Fields', 'Canwick'].map((name) => place(desk.team, name)), place(desk.otherTeam, 'Low Fields')]
  await world.db.insert(localities).values(places)
  return { ...desk, otherOfficer, administrator2 }
}

async function lookAfter(db: Database, team: TeamName, west: number): Promise<void> {
  const [south, north, east] = [53.19, 53.21, west + 0.02]
  const square: Position[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  const drawing = { kind: 'team' as const, code: team.slug, name: team.name, source: 'test', parts: [[square]] }
  const { id } = await db.transaction((tx) => storeArea(tx, drawing, new Date()))
  await db.insert(teamAreas).values({ teamId: team.id, areaId: id })
}

async function describeTeam(db: Database, team: TeamName): Promise<void> {
  await db
    .update(teams)
    .set({
      descriptionHtml: '<p>The villages south of Lincoln, along the A15 and the cliff edge.</p>',
      population: 14_250,
      contact: { email: 'bracebridge.heath@example.police.uk', telephone: '101', facebook: 'https://www.facebook.com/example' },
    })
    .where(eq(teams.id, team.id))
  const contact = { email: 'imran.adeyemi@example.police.uk' }
  await db.insert(officers).values([
    { teamId: team.id, name: 'Ellen Marsh', rank: 'Sergeant', role: 'Neighbourhood sergeant', position: 1, source: 'portal' },
    { teamId: team.id, name: 'Imran Adeyemi', rank: 'PC', role: 'Beat manager', contact, position: 2, source: 'portal' },
  ])
}

/** Lets something happen so many hours ago. */
async function hoursAgo<T>(hours: number, act: () => Promise<T>): Promise<T> {
  moveClock(-hours * 3_600_000)
  try {
    return await act()
  } finally {
    moveClock(0)
  }
}

export interface History {
  long: { id: number; path: string }
  corrected: { path: string }
  withdrawn: { path: string }
  /** Comments of the long conversation. */
  removed: number
  hidden: number
  edited: number
  /** Beyond the first page of fifty. */
  late: number
  /** Replies to replies, each to the one before: the first stands on the first level. */
  chain: number[]
}

export const LONG_TITLE = 'Speed checks on Grantham Road: what we found'
const OLD_TITLES = [
  'Shed break-ins in Canwick',
  'Meet us at the library',
  'Parking outside the school',
  'A quiet weekend',
  'Lights on the cycle path',
]
const POST = `We were out with the camera on **Grantham Road** three times this week, at school time.

- 212 vehicles checked
- 9 drivers reported, the fastest at 47 mph

## What happens next

We come back next week, and the council looks at the signs. Tell us where else you see it.`

/** Months of posts, so that the team's page has a second one, and a conversation of 130 comments under the newest. */
export async function writeHistory(town: Town): Promise<History> {
  const { db } = town
  const post = (title: string, body = 'We were out this morning, and spoke to everybody we met.') =>
    publishPost(db, town.officer, town.team, { title, body, tags: ['speeding', 'road safety'], clientKey: randomUUID() })
  for (let week = 24; week > 3; week--) await hoursAgo(week * 168, () => post(OLD_TITLES[week % OLD_TITLES.length] ?? 'News'))
  const withdrawn = await hoursAgo(400, () => post('Roadworks on Sleaford Road'))
  await hoursAgo(390, () => withdrawPost(db, town.officer, withdrawn.id, 'The council has moved the roadworks to January.'))
  const fixed = await hoursAgo(300, () => post('Surgery at the village hall on Tuesday'))
  const correction = { title: 'Surgery at the village hall on Thursday', body: 'Come and meet us on Thursday at 6pm.', tags: [], version: 1 }
  const corrected = await hoursAgo(290, () =>
    correctPost(db, town.officer, fixed.id, { ...correction, note: 'The surgery is on Thursday, not Tuesday.' }),
  )
  const long = await hoursAgo(240, () => post(LONG_TITLE, POST))
  return { long, corrected, withdrawn, ...(await talkAtLength(town, long.id)) }
}

const WORDS = [
  'Thank you for coming out. It was overdue: cars come down the hill as if it were the bypass.',
  'Could you look at Sleaford Road as well? My children cross there every morning at half past eight.',
  'I walk past the school twice a day and have never seen a camera. *When* were you there?',
  'The sign outside the Co-op has been turned round since the storm, so nobody sees the limit.',
  'Forty-seven! That is somebody’s grandchild one day.',
  'We asked for this at the parish council in the spring. Good to see that it was heard.',
]
const COMMENTS = 130

async function talkAtLength(town: Town, postId: number): Promise<Pick<History, 'removed' | 'hidden' | 'edited' | 'late' | 'chain'>> {
  const { db } = town
  const people = await Promise.all(['Maureen F', 'Dave from Canwick', 'Priya', 'Tom H', 'Cliff walker'].map((name) => makeResident(db, name)))
  const [first = town.resident, second = town.resident] = people
  const conversationId = await conversationOf(town, postId)
  const said: number[] = []
  const say = async (by: SignedIn, parentId: number | null, body?: string): Promise<number> => {
    const words = body ?? WORDS[said.length % WORDS.length]
    const id = await hoursAgo(230 - said.length, () => town.say(by, words, { conversationId, parentId }))
    said.push(id)
    return id
  }
  const opener = await say(first, null)
  await say(town.officer, opener, 'We were there on Monday, Wednesday and Friday. The next times are on our page from Sunday on.')
  const removed = await say(second, null, 'A remark about a neighbour.')
  await say(first, removed, 'That is not fair. Please keep to the subject.')
  const gone = await say(second, null, 'Words that their author takes back.')
  await say(first, gone, 'I did see that.')
  const hidden = await say(second, null, 'A remark that three people flagged.')
  const edited = await say(first, null, 'The sign is on the left.')
  await hoursAgo(230.9 - said.length, () => editComment(db, first, edited, 'The sign is on the right.'))
  await clearUp(town, { removed, gone, hidden, author: second })
  const chain: number[] = []
  while (said.length < COMMENTS - 7) await say(people[said.length % people.length] ?? first, said.length % 4 === 0 ? (said.at(-1) ?? null) : null)
  for (let level = 0; level < 7; level++) chain.push(await say(people[level % 2] ?? first, chain.at(-1) ?? null))
  return { removed, hidden, edited, late: said[100] ?? 0, chain }
}

async function conversationOf({ db }: Town, postId: number): Promise<number> {
  const [post] = await db.select({ conversationId: posts.conversationId }).from(posts).where(eq(posts.id, postId))
  if (!post) throw new Error('no post')
  return post.conversationId
}

async function clearUp(
  town: Town,
  { removed, gone, hidden, author }: { removed: number; gone: number; hidden: number; author: SignedIn },
): Promise<void> {
  await withdrawComment(town.db, author, gone)
  await town.flag({ commentId: removed }, 'a passer-by')
  await town.decide(town.press, { commentId: removed }, 'remove', { reasonCode: 'personal-data' })
  for (const flagger of ['one', 'two', 'three']) await town.flag({ commentId: hidden }, flagger)
}

/** The newest mail to an address, once the jobs of everything that happened have run as the worker runs them. */
export async function newestMail(db: Database, to: string): Promise<{ subject: string; text: string }> {
  const happened = await db
    .select()
    .from(activities)
    .where(inArray(activities.kind, [...KINDS]))
    .orderBy(asc(activities.id))
  for (const activity of happened) await echoActivity(db, activity as Activity)
  const [mail] = await db.select().from(mails).where(eq(mails.to, to)).orderBy(desc(mails.id)).limit(1)
  if (!mail) throw new Error(`there is no mail to ${to}`)
  return { subject: mail.subject, text: mail.text ?? '' }
}
