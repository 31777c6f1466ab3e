/**
 * A staff network in which each kind of thing stands in each place, every text a word of its own, and everybody who could come upon it. The rows beside the posts are
 * written directly: what is looked at is whether they are ever shown.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { accounts, circleMembers, organisations } from '../../src/accounts/schema.ts'
import { actorById } from '../../src/accounts/known.ts'
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import { foundCircle } from '../../src/circles/founding.ts'
import { personaOf } from '../../src/circles/persona.ts'
import { circleRequests } from '../../src/circles/schema.ts'
import { foundSupportCircle } from '../../src/circles/support-joining.ts'
import { suggestPseudonyms } from '../../src/circles/persona-names.ts'
import { staffProfiles } from '../../src/colleagues/schema.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { sideConversation } from '../../src/conversations/side.ts'
import { focusGroupPeople, focusGroups, leadershipPosts, liveSessions } from '../../src/leadership/schema.ts'
import { followSubject } from '../../src/network/follow.ts'
import { publishInNetwork, type StaffPostInput } from '../../src/network/post.ts'
import { linkPreviews } from '../../src/network/schema.ts'
import type { PostRow } from '../../src/posts/stored-post.ts'
import type { Tx } from '../../src/database/database.ts'
import { helpRequests, issueLinks, issues, issueWorkers, practices, practiceUses } from '../../src/together/schema.ts'
import type { TestApp } from '../app.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { wordOf } from '../moderation/leak-world.ts'
import { makeStaff } from '../people.ts'
import { open as openSurvey, question } from '../surveys/survey-world.ts'

export const PLACES = ['staff', 'open', 'restricted', 'private', 'support'] as const
export type Place = (typeof PLACES)[number]

export const VIEWERS = ['visitor', 'resident', 'partner', 'administrator', 'guest', 'outsider', 'insider', 'press', 'member'] as const
export type Viewer = (typeof VIEWERS)[number]

const KINDS = ['update', 'help-request', 'link', 'praise', 'good-practice', 'issue', 'focus-group', 'live-session'] as const
type Kind = (typeof KINDS)[number]

/** All kinds where most read and where guests do; elsewhere two. */
const KINDS_IN: Readonly<Record<Place, readonly Kind[]>> = {
  staff: KINDS,
  restricted: KINDS,
  open: ['update', 'issue'],
  private: ['update', 'help-request'],
  support: ['update', 'help-request'],
}

const COLLEAGUES: readonly Viewer[] = ['administrator', 'outsider', 'insider', 'press', 'member']
/** Support circles are not for administrators. */
const COULD_JOIN: readonly Viewer[] = ['outsider', 'insider', 'press', 'member', 'guest']

/** Who reads what stands in a place. */
export const READERS: Readonly<Record<Place, readonly Viewer[]>> = {
  staff: COLLEAGUES,
  open: ['insider'],
  restricted: ['insider', 'guest'],
  private: ['insider'],
  support: ['member'],
}

export interface Network extends Desk {
  actors: Record<Viewer, Actor>
  /** Each marker and who may find it. */
  markers: Map<string, readonly Viewer[]>
  conversations: { id: number; place: Place }[]
}

export async function settleNetwork(site: TestApp): Promise<Network> {
  const desk = await furnish(site.world)
  const { db, team } = desk
  const insider = await makeStaff(db, 'PC In Side', 'officer', team)
  const member = await makeStaff(db, 'PC At Risk', 'officer', desk.otherTeam)
  const guest = await desk.newPerson('Fiona Firth', [], 5)
  await db.update(accounts).set({ email: 'fiona@lincs-fire.example' }).where(eq(accounts.id, guest.accountId))
  const circle = await circles(site, desk, { insider, guest, member })
  const insiderNow = await actorById(db, insider.accountId)
  const markers = new Map<string, readonly Viewer[]>()
  const said: Network['conversations'] = []
  const plant = planter(site, { markers, said, insider: insiderNow, desk })
  for (const place of ['staff', 'open', 'restricted', 'private'] as const)
    for (const kind of KINDS_IN[place]) await plant(insiderNow, place, kind, place === 'staff' ? null : circle[place])
  for (const kind of KINDS_IN.support) await plant(circle.persona, 'support', kind, circle.support)
  await alone(site, { markers, desk, insider: insiderNow, circle })
  const outsider = await makeStaff(db, 'PC Out Side', 'officer', desk.otherTeam)
  await db.transaction((tx) => followSubject(tx, outsider.accountId, `person:${insider.accountId}`))
  await db.transaction((tx) => followSubject(tx, guest.accountId, `circle:${circle.restricted}`))
  const actors: Record<Viewer, Actor> = {
    visitor,
    resident: desk.resident,
    partner: await makeStaff(db, 'Ward Council', 'partner'),
    administrator: desk.administrator,
    guest: await actorById(db, guest.accountId),
    outsider,
    insider: insiderNow,
    press: desk.press,
    member,
  }
  return { ...desk, actors, markers, conversations: said }
}

interface People {
  insider: SignedIn
  guest: SignedIn
  member: SignedIn
}

async function circles({ world: { db }, config }: TestApp, desk: Desk, { insider, guest, member }: People) {
  const found = (kind: 'open' | 'restricted' | 'private') =>
    foundCircle(db, insider, {
      kind,
      name: wordOf(`${kind} circle name`),
      about: wordOf(`${kind} circle about`),
      teamId: null,
      clientKey: randomUUID(),
    })
  const ids = { open: await found('open'), restricted: await found('restricted'), private: await found('private') }
  const [fire] = await db
    .insert(organisations)
    .values({
      name: 'Lincolnshire Fire and Rescue',
      kind: 'fire',
      domains: ['lincs-fire.example'],
      addedBy: desk.administrator.accountId,
      addedAt: new Date(),
      clientKey: randomUUID(),
    })
    .returning()
  const in12Months = new Date(Date.now() + 365 * 86_400_000)
  const as = { role: 'member' as const, organisationId: fire?.id ?? 0, joinedAt: new Date(), expiresAt: in12Months }
  await db.insert(circleMembers).values({ circleId: ids.restricted, accountId: guest.accountId, ...as })
  await db
    .insert(circleRequests)
    .values({ circleId: ids.restricted, accountId: desk.officer.accountId, words: wordOf('request words'), askedAt: new Date() })
  const [pseudonym = ''] = await suggestPseudonyms(db)
  const words = { name: wordOf('support circle name'), about: wordOf('support circle about'), signposts: wordOf('support signpost') }
  const { id: support } = await foundSupportCircle(db, config, member, { ...words, pseudonym, clientKey: randomUUID() })
  const persona = await personaOf(db, config, member, support)
  if (!persona) throw new Error('no persona')
  return { ...ids, support, persona }
}

interface Planting {
  markers: Map<string, readonly Viewer[]>
  said: Network['conversations']
  insider: SignedIn
  desk: Desk
}

/** Publishes one of a kind with all that stands beside it, and a comment and a reply under it. */
function planter({ world: { db } }: TestApp, { markers, said, insider, desk }: Planting) {
  return async (author: SignedIn, place: Place, kind: Kind, circleId: number | null): Promise<void> => {
    const word = (what: string): string => {
      const marker = `${place} ${kind} ${what}`
      markers.set(marker, READERS[place])
      return wordOf(marker)
    }
    const input: StaffPostInput = {
      circleId,
      kind,
      title: `Lantern ${word('title')}`,
      body: `A lantern for ${word('body')}.`,
      tags: ['lanterns'],
      details: {},
      clientKey: randomUUID(),
      ...(kind === 'live-session' ? { gathers: true } : {}),
    }
    const beside = (tx: Tx, post: PostRow) => rowsBeside(tx, post, { word, insider, desk })
    const { conversationId } = await db.transaction((tx) => publishInNetwork(tx, author, input, beside))
    said.push({ id: conversationId, place })
    const write = (what: string, parentId: number | null) =>
      postComment(db, author, conversationId, { body: `By the lantern: ${word(what)}`, parentId, clientKey: randomUUID() })
    await write('reply', (await write('comment', null)).id)
  }
}

interface Beside {
  word: (what: string) => string
  insider: SignedIn
  desk: Desk
}

const HOUR = 3_600_000

async function rowsBeside(tx: Tx, { id: postId, kind, audience }: PostRow, { word, insider, desk }: Beside): Promise<void> {
  const moment = new Date()
  const by = insider.accountId
  const span = { startsAt: new Date(moment.getTime() - 2 * HOUR), endsAt: new Date(moment.getTime() - HOUR) }
  if (kind === 'help-request') await tx.insert(helpRequests).values({ postId, askedAt: moment })
  if (kind === 'link')
    await tx.insert(linkPreviews).values({ postId, url: 'https://example.org/lantern', state: 'fetched', title: word('preview'), fetchedAt: moment })
  if (kind === 'good-practice') {
    await tx.insert(practices).values({ postId, publishedAt: moment, useCount: 1 })
    await tx.insert(practiceUses).values({ postId, teamId: desk.team.id, byId: by, note: word('use'), at: moment })
  }
  if (kind === 'issue') {
    await tx.insert(issues).values({ postId, openedAt: moment, activeAt: moment, workerCount: 1 })
    await tx.insert(issueWorkers).values({ postId, accountId: by, note: word('work'), joinedAt: moment })
    await tx.insert(issueLinks).values({ postId, conversationId: desk.post.conversationId, addedBy: by, at: moment, note: word('link') })
  }
  if (kind === 'focus-group') {
    const notes = { notes: word('notes'), notesHtml: `<p>${word('notes')}</p>`, notesBy: by, notesAt: moment }
    await tx.insert(focusGroups).values({ postId, ...span, venue: word('venue'), places: 8, ...notes })
    await tx.insert(focusGroupPeople).values({ postId, accountId: by, invitedBy: by, invitedAt: moment })
  }
  if (kind === 'live-session') await tx.insert(liveSessions).values({ postId, hostId: by, ...span })
  if (kind === 'update' && audience === 'staff') await tx.insert(leadershipPosts).values({ postId, publishedAt: moment }).onConflictDoNothing()
}

/** What stands by itself. */
async function alone(
  { world: { db } }: TestApp,
  { markers, desk, insider, circle }: { markers: Map<string, readonly Viewer[]>; desk: Desk; insider: SignedIn; circle: { persona: SignedIn } },
): Promise<void> {
  const mark = (marker: string, readers: readonly Viewer[]): string => {
    markers.set(marker, readers)
    return wordOf(marker)
  }
  // The names of open and restricted circles stand in the directory; guests know their own.
  mark('open circle name', COLLEAGUES)
  mark('open circle about', COLLEAGUES)
  mark('restricted circle name', [...COLLEAGUES, 'guest'])
  mark('restricted circle about', [...COLLEAGUES, 'guest'])
  mark('private circle name', ['insider'])
  mark('private circle about', ['insider'])
  for (const what of ['name', 'about']) mark(`support circle ${what}`, COULD_JOIN)
  mark('support signpost', COULD_JOIN)
  mark('request words', ['insider'])
  const about = { accountId: insider.accountId, worksOn: mark('works on', COLLEAGUES), about: mark('profile', COLLEAGUES), changedAt: new Date() }
  await db.insert(staffProfiles).values({ ...about, skills: [mark('skill', COLLEAGUES).toLowerCase()], languages: ['polish'] })
  const beside = await sideConversation(db, insider, desk.post.conversationId)
  await postComment(db, insider, beside.id, { body: `Lantern note ${mark('side note', COLLEAGUES)}`, parentId: null, clientKey: randomUUID() })
  await openSurvey(db, desk.sergeant, desk.team, {
    audience: 'staff',
    title: `Lantern ${mark('staff survey', COLLEAGUES)}`,
    questions: [question({ title: mark('staff question', COLLEAGUES) })],
  })
  // Who looks after a support circle is named by pseudonym to whoever could join. The number of such an account is drawn at random, and the press office can open the
  // page of one that it was told of: it says nothing but the pseudonym.
  markers.set(String(circle.persona.displayName), COULD_JOIN)
}
