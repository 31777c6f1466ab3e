/** Before an election the press office alone speaks of priorities; for a team that is archived nobody says anything new, and nothing that was said goes. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { now } from '../../src/clock.ts'
import { commentForm, subjectOf } from '../../src/conversations/talk.ts'
import { conversationById } from '../../src/conversations/conversation.ts'
import { publishPost } from '../../src/posts/post.ts'
import { openBox } from '../../src/priorities/box.ts'
import { declineSuggestion, mergeSuggestion } from '../../src/priorities/decision.ts'
import { addAction, changeAction, handPriority, reviewPriority } from '../../src/priorities/keeping.ts'
import { openPriorities } from '../../src/priorities/priority.ts'
import { waiting } from '../../src/priorities/suggestion.ts'
import { takeUpComment } from '../../src/priorities/taking-up.ts'
import { setSwitch } from '../../src/switches/switch.ts'
import { archiveTeam } from '../../src/teams/team-admin.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { openChain, type Chained } from './chain-world.ts'

let w: Chained
beforeAll(async () => {
  w = await openChain()
})
afterAll(() => w?.close())

interface Town {
  team: TeamName & { archivedAt: null }
  sergeant: SignedIn
  boxId: number
  priorityId: number
  actionId: number
  suggestions: [number, number]
  elsewhere: number
}

const key = () => randomUUID()
const waitingIn = async (boxId: number) => new Set((await waiting(w.db, boxId, { accountId: null })).items.map(({ commentId }) => commentId))
const publish = (by: SignedIn, team: TeamName) =>
  publishPost(w.db, by, team, { kind: 'priority', title: 'Parking', body: 'At the school.', tags: [], clientKey: key() })

/** A team with a priority, an action, two suggestions and a comment that could be one. */
async function found(name: string): Promise<Town> {
  const team = { ...(await makeTeam(w.db, name)), archivedAt: null }
  const sergeant = await makeStaff(w.db, `Sgt ${name}`, 'supervisor', team)
  const boxId = await openBox(w.db, team)
  await publish(sergeant, team)
  const [priority] = await openPriorities(w.db, team.id, 1)
  if (!priority) throw new Error('no priority')
  const { id: actionId } = await addAction(w.db, sergeant, priority.id, { what: 'A check', plannedFor: null, clientKey: key() })
  const suggest = () => w.say(w.resident, 'Do something about the bins.', { conversationId: boxId })
  const elsewhere = await w.say(w.resident, 'The bins again.', await makePost(w.db, sergeant, team))
  return { team, sergeant, boxId, priorityId: priority.id, actionId, suggestions: [await suggest(), await suggest()], elsewhere }
}

/** Everything that says something new of a priority or a suggestion. */
const acts = (by: SignedIn, { team, priorityId, actionId, suggestions: [one, other], elsewhere }: Town): Record<string, () => Promise<unknown>> => ({
  plans: () => addAction(w.db, by, priorityId, { what: 'Another', plannedFor: null, clientKey: key() }),
  does: () => changeAction(w.db, by, { priorityId, actionId }, { state: 'done', note: null, post: '' }),
  reviews: () => reviewPriority(w.db, by, priorityId, { note: 'Better.', clientKey: key() }),
  handsOn: () => handPriority(w.db, by, priorityId, null),
  merges: () => mergeSuggestion(w.db, by, other, { priorityId }),
  declines: () => declineSuggestion(w.db, by, one, 'The council does it.'),
  takesUp: () => takeUpComment(w.db, by, team, elsewhere),
})

const hold = (team: TeamName, kinds: ('priority' | 'outcome')[]) =>
  setSwitch(w.db, w.press, {
    kind: 'pre-election',
    banner: 'An election is coming.',
    bannerLink: null,
    because: 'Local elections.',
    wholeForce: false,
    teamIds: [team.id],
    kinds,
    startsAt: null,
    endsAt: new Date(now().getTime() + 30 * 86_400_000),
    clientKey: key(),
  })

test('before an election of that kind the press office alone; residents go on suggesting', async () => {
  const town = await found('Election Heath')
  await hold(town.team, ['priority'])
  await expect(publish(town.sergeant, town.team)).rejects.toThrow('pre-election')
  for (const [name, act] of Object.entries(acts(town.sergeant, town))) await expect(act(), name).rejects.toThrow('pre-election')
  const mine = await w.say(w.resident, 'And the lights.', { conversationId: town.boxId })
  for (const act of Object.values(acts(w.press, town))) await act()
  expect(await waitingIn(town.boxId)).toEqual(new Set([town.elsewhere, mine]))
})

test('a period that names other kinds stops nobody', async () => {
  const town = await found('Outcome Heath')
  await hold(town.team, ['outcome'])
  for (const act of Object.values(acts(town.sergeant, town))) await act()
  expect(await waitingIn(town.boxId)).toEqual(new Set([town.elsewhere]))
})

test('for a team that is archived nothing new is said, by the press office neither, and what was said stays', async () => {
  const town = await found('Gone Heath')
  const { team, boxId, suggestions } = town
  await archiveTeam(w.db, w.administrator, team.id, { reason: 'Merged.', successorId: null })
  for (const by of [town.sergeant, w.press]) {
    await expect(publish(by, team)).rejects.toThrow('archived')
    for (const [name, act] of Object.entries(acts(by, town))) await expect(act(), name).rejects.toThrow('archived')
  }
  expect(() => openBox(w.db, { ...team, archivedAt: now() })).toThrow('no longer exists')
  expect((await openPriorities(w.db, team.id, 9)).map(({ id }) => id)).toEqual([town.priorityId])
  expect(await waitingIn(boxId)).toEqual(new Set(suggestions))
  const page = await w.site.get(`/teams/${team.slug}/priorities`)
  expect(page.body).toContain('Parking')
  expect(page.body).not.toContain('/suggestions/new')
})

test('nobody can suggest anything to a team that is archived: nobody would decide on it', async () => {
  const { team, boxId } = await found('Silent Heath')
  await archiveTeam(w.db, w.administrator, team.id, { reason: 'Merged.', successorId: null })
  await expect(w.say(w.resident, 'Hello?', { conversationId: boxId })).rejects.toThrow('closed')
  const box = await conversationById(w.db, w.resident, boxId)
  expect(commentForm(w.resident, subjectOf(box), { body: '', incident: null, replies: [] }).closed).toContain('archived')
})
