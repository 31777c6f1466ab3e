/**
 * Who may do what: section 6 of the product's rules, tried over HTTP. Each act is sent as this site's own page would send it, by everybody. Allowed: it is
 * done, and the database says so. Not allowed: a closed door, and no table has changed.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyLog } from '../../src/activity/log.ts'
import type { Actor, SignedIn } from '../../src/actor.ts'
import { deskActs } from './matrix-desk.ts'
import { priorityActs } from './matrix-priorities.ts'
import { speechActs } from './matrix-speech.ts'
import { surveyActs } from './matrix-surveys.ts'
import { taskActs } from './matrix-tasks.ts'
import { networkActs } from './matrix-network.ts'
import { openTown, PEOPLE, type Answer, type Column, type Make, type Town, type Trial, type Who } from './matrix-town.ts'

/**
 * Y yes · own · team (own teams) · req may ask · 2 needs a second person · – no · later: the rules give it, but nothing here does it yet, so it is no.
 * Left out until they are built: downloads of one's data, what partners publish, the audit log, retention and exports, federation.
 */
const MATRIX = `
  act                                 | visitor | resident | officer  | supervisor   | press office       | administrator | partner
  comment                             | –       | Y        | as team  | as team      | as force           | –             | labelled
  react                               | –       | Y        | Y        | Y            | Y                  | –             | Y
  ask a team                          | –       | Y        | later    | later        | later              | –             | later
  edit own                            | –       | own      | own      | own          | own                | –             | own
  withdraw own                        | –       | own      | own      | own          | own                | own           | own
  un-name own                         | –       | own      | own      | own          | own                | own           | own
  flag                                | Y       | Y        | Y        | Y            | Y                  | Y             | Y
  follow a team                       | Y       | Y        | Y        | Y            | Y                  | Y             | Y
  appeal a decision on own item       | –       | own      | own      | own          | own                | own           | own

  publish a routine post              | –       | –        | team     | team         | Y                  | –             | later
  publish a sensitive kind            | –       | –        | req      | req          | 2                  | –             | –
  publish an outcome                  | –       | –        | req      | team         | Y                  | –             | later
  set a priority                      | –       | –        | req      | team         | Y                  | –             | later
  close a priority                    | –       | –        | req      | team         | Y                  | –             | later
  say how a priority stands           | –       | –        | team     | team         | Y                  | –             | later
  decide on a suggestion              | –       | –        | –        | team         | Y                  | –             | –
  approve a submitted post: routine   | –       | –        | –        | team         | Y                  | –             | –
  approve a submitted post: sensitive | –       | –        | –        | –            | Y, not own         | –             | –
  correct a post: routine             | –       | –        | own      | team         | Y                  | –             | later
  withdraw a post: routine            | –       | –        | own      | team         | Y                  | –             | later
  withdraw a post: sensitive          | –       | –        | –        | team         | Y                  | –             | –
  answer a question                   | –       | –        | team     | team         | Y                  | –             | later
  reassign a question                 | –       | –        | req      | team         | Y                  | –             | –
  move a question to another team     | –       | –        | req      | team         | Y                  | –             | –
  plan a presence                     | –       | –        | team     | team         | Y                  | –             | later
  move a presence                     | –       | –        | team     | team         | Y                  | –             | later
  call off a presence                 | –       | –        | team     | team         | Y                  | –             | later
  plan an event                       | –       | –        | team     | team         | Y                  | –             | later
  change an event                     | –       | –        | team     | team         | Y                  | –             | later
  move an event                       | –       | –        | team     | team         | Y                  | –             | later
  call off an event                   | –       | –        | team     | team         | Y                  | –             | later
  say what came of an event           | –       | –        | team     | team         | Y                  | –             | later
  take a question of a live hour      | –       | –        | team     | team         | Y                  | –             | later
  ask people to help                  | –       | –        | team     | team         | Y                  | –             | 2
  call off a task                     | –       | –        | team     | team         | Y                  | –             | own
  read who comes                      | –       | –        | team     | team         | Y                  | –             | own
  public survey                       | –       | –        | req      | team         | Y                  | –             | req
  call off a survey                   | –       | –        | –        | team         | Y                  | –             | –
  answer a public survey              | –       | Y        | later    | later        | later              | –             | later
  answer a survey of staff            | –       | –        | Y        | Y            | Y                  | Y             | –

  read a case of the queue            | –       | –        | –        | team         | Y                  | –             | –
  urgent hide (24 h)                  | –       | –        | team     | team         | Y                  | –             | –
  release a held item                 | –       | –        | –        | team         | Y                  | –             | –
  redact a held item                  | –       | –        | –        | –            | Y                  | –             | –
  redact a published item             | –       | –        | –        | –            | Y                  | –             | –
  reject                              | –       | –        | –        | –            | Y                  | –             | –
  remove                              | –       | –        | –        | –            | Y                  | –             | –
  keep what was flagged               | –       | –        | –        | –            | Y                  | –             | –
  show again what was hidden          | –       | –        | –        | –            | Y                  | –             | –
  hold a conversation                 | –       | –        | req      | team, 7 days | Y                  | –             | –
  close a conversation                | –       | –        | req      | team, 7 days | Y                  | –             | –
  legal lock                          | –       | –        | req      | req          | Y                  | –             | –
  pre-election mode                   | –       | –        | req      | req          | Y                  | –             | –
  major-incident mode                 | –       | –        | req      | req          | Y                  | –             | –
  decide an appeal                    | –       | –        | –        | –            | Y, not own         | –             | –
  warn                                | –       | –        | –        | –            | Y                  | –             | –
  hold-all                            | –       | –        | –        | –            | Y                  | –             | –
  mute                                | –       | –        | –        | –            | Y                  | –             | –
  suspend                             | –       | –        | –        | –            | 2                  | –             | –
  send an alert                       | –       | –        | req      | req          | 2                  | –             | –
  see who a resident is               | –       | –        | –        | –            | Y                  | –             | –
  seal                                | –       | –        | req      | req          | 2                  | –             | –
  open a sealed item                  | –       | –        | req      | req          | 2                  | –             | –
  word lists                          | –       | –        | –        | –            | Y                  | –             | –
  reasons                             | –       | –        | –        | –            | Y                  | –             | –
  templates                           | –       | –        | –        | –            | Y                  | –             | –
  people, roles                       | –       | –        | –        | later        | –                  | 2             | –
  teams                               | –       | –        | –        | –            | –                  | Y             | –

  read what is for all staff          | –       | –        | Y        | Y            | Y                  | Y             | –
  publish for all staff               | –       | –        | Y        | Y            | Y                  | Y             | –
  speak among all staff               | –       | –        | Y        | Y            | Y                  | Y             | –
  read in a circle                    | –       | –        | own      | own          | own                | own           | own
  publish in a circle                 | –       | –        | own      | own          | own                | own           | own
  correct in the network              | –       | –        | own      | own          | own                | own           | own
  withdraw in the network             | –       | –        | own      | own          | own                | own           | own
  found a circle                      | –       | –        | Y        | Y            | Y                  | Y             | –
  join an open circle                 | –       | –        | Y        | Y            | Y                  | Y             | –
  ask to be let into a circle         | –       | –        | Y        | Y            | Y                  | Y             | –
  keep a circle                       | –       | –        | own      | own          | own                | own           | –
  follow a colleague                  | –       | –        | Y        | Y            | Y                  | Y             | –
  look up a colleague                 | –       | –        | Y        | Y            | Y                  | Y             | –
  say what one works on               | –       | –        | Y        | Y            | Y                  | Y             | –
  see today in the force              | –       | –        | Y        | Y            | Y                  | Y             | –
  offer a team help                   | –       | –        | Y        | Y            | Y                  | Y             | –
  convene a focus group               | –       | –        | Y        | Y            | Y                  | Y             | –
  say what somebody leads             | –       | –        | –        | –            | –                  | Y, not own    | –
  keep the organisations              | –       | –        | –        | –            | –                  | Y             | –
  network: decide in a circle of the team | – | –        | –        | team         | Y                  | –             | –
  network: remove in a circle that one owns | – | –      | own      | own          | own                | –             | own
`

const [heads = [], ...rows] = MATRIX.split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => line.split('|').map((cell) => cell.trim()))
const COLUMNS = heads.slice(1) as Column[]

interface Cell {
  act: string
  who: Who
  says: string
  /** The one of the two who works for another team. */
  elsewhere: boolean
}

const CELLS: Cell[] = rows.flatMap(([act = '', ...cells]) =>
  COLUMNS.flatMap((column, index) => PEOPLE[column].map((who, nth): Cell => ({ act, who, says: cells[index] ?? '', elsewhere: nth === 1 }))),
)

let town: Town
let acts: Record<string, Make>
beforeAll(async () => {
  town = await openTown()
  acts = { ...speechActs(town), ...deskActs(town), ...surveyActs(town), ...priorityActs(town), ...taskActs(town), ...networkActs(town) }
})
afterAll(() => town?.close())

const SIGNED_OUT = /^\/sign-in(\?|$)/

/** Sent by somebody who may not: a closed door, nothing to read, and not a row has changed. */
async function expectRefused(trial: Trial, actor: Actor, send: (actor: Actor) => Promise<Answer>, statuses = [403, 404]): Promise<void> {
  const before = await town.fingerprint()
  const answer = await send(actor)
  const toSignIn = actor.kind === 'visitor' && (SIGNED_OUT.test(String(answer.headers['location'])) || answer.body.includes('<title>Sign in to '))
  if (!toSignIn) expect(statuses, answer.body.slice(0, 300)).toContain(answer.statusCode)
  if (trial.secret !== undefined) expect(answer.body).not.toContain(trial.secret)
  expect(await town.fingerprint()).toEqual(before)
  expect(await trial.isDone(actor, answer)).toBe(false)
}

async function expectDone(trial: Trial, actor: Actor, long = true): Promise<void> {
  const answer = await trial.send(actor, long)
  expect(answer.statusCode, messageIn(answer)).toBeLessThan(400)
  expect(await trial.isDone(actor, answer), messageIn(answer)).toBe(true)
}

const messageIn = (answer: Answer): string =>
  answer.body
    .replace(/^[\s\S]*<main/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 600)

async function expectAsked(trial: Trial, actor: Actor): Promise<void> {
  const answer = await trial.ask?.(actor)
  expect(answer?.statusCode, answer && messageIn(answer)).toBe(303)
  expect(await trial.isAsked?.(actor)).toBe(true)
}

/** One alone does nothing; nobody is their own second person, and nobody from outside is one; then it happens. */
async function expectTwo(trial: Trial, first: SignedIn): Promise<void> {
  const { agree, use } = trial
  if (!agree) throw new Error('nobody can agree to this')
  const proposed = await (trial.propose ?? trial.send)(first)
  expect(proposed.statusCode, messageIn(proposed)).toBe(303)
  const administers = first === town.desk.administrator
  const { officer, supervisor, administrator, partner } = town.people
  const press = town.people['press office']
  for (const other of [first, officer, supervisor, partner, administers ? press : administrator]) await expectRefused(trial, other, agree)
  if (use) await expectRefused(trial, first, use)
  const agreed = await agree(administers ? town.administrator2 : town.desk.press2)
  expect(agreed.statusCode, messageIn(agreed)).toBe(303)
  const used = (await use?.(first)) ?? agreed
  expect(used.statusCode).toBeLessThan(400)
  expect(await trial.isDone(first, used)).toBe(true)
}

/** A visitor has nothing of their own: a resident's serves. */
const makerFor = (actor: Actor): SignedIn => (actor.kind === 'visitor' ? town.people.resident : actor)

async function tryCell({ act, who, says, elsewhere }: Cell): Promise<void> {
  const actor = town.actor(who)
  const maker = makerFor(actor)
  const make = (whose: 'own' | 'other' | 'any'): Promise<Trial> => {
    const found = acts[act]
    if (!found) throw new Error(`nobody knows how to ${act}`)
    return found(maker, whose)
  }
  const refuse = async (trial: Trial) => expectRefused(trial, actor, (by) => trial.send(by))
  switch (says) {
    case 'Y':
    case 'as team':
    case 'as force':
    case 'labelled':
      return expectDone(await make('any'), actor)
    case 'own':
      await refuse(await make('other'))
      return expectDone(await make('own'), actor)
    case 'Y, not own':
      await refuse(await make('own'))
      return expectDone(await make('other'), actor)
    case 'team':
      return elsewhere ? refuse(await make('any')) : expectDone(await make('any'), actor)
    case 'team, 7 days': {
      const trial = await make('any')
      if (elsewhere) return refuse(trial)
      await expectRefused(trial, actor, (by) => trial.send(by, true), [422])
      return expectDone(trial, actor, false)
    }
    case 'req': {
      const trial = await make('any')
      await refuse(trial)
      return elsewhere ? expectRefused(trial, actor, (by) => Promise.resolve(trial.ask?.(by) ?? trial.send(by))) : expectAsked(trial, actor)
    }
    case '2':
      return expectTwo(await make('any'), maker)
    case '–':
    case 'later':
      return refuse(await make('any'))
    default:
      throw new Error(`the table says “${says}”, which means nothing`)
  }
}

const byName = (one: string, other: string): number => one.localeCompare(other)

test('every act of the table can be tried, and every act that can be tried stands in it', () => {
  expect(Object.keys(acts).toSorted(byName)).toEqual(rows.map(([act = '']) => act).toSorted(byName))
  expect(rows.filter((cells) => cells.length !== heads.length)).toEqual([])
  expect(COLUMNS).toEqual(Object.keys(PEOPLE))
})

test('a single row that changes is seen', async () => {
  const before = await town.fingerprint()
  expect(await town.fingerprint()).toEqual(before)
  const id = await town.desk.say(town.people.resident)
  const said = await town.fingerprint()
  expect(said).not.toEqual(before)
  await town.value('update comments set reply_count = reply_count + 1 where id = $1', id)
  expect(await town.fingerprint()).not.toEqual(said)
})

test.each(rows.map(([act = '']) => act))('%s', { timeout: 60_000 }, async (act) => {
  const wrong: string[] = []
  for (const cell of CELLS.filter((one) => one.act === act))
    await tryCell(cell).catch((error: unknown) => wrong.push(`${cell.who}, “${cell.says}”: ${String(error)}`))
  expect(wrong).toEqual([])
})

test('after all of it everything that was taken down has its row in the log, and the log is whole', async () => {
  const rowless = `select count(*)::int from comments k left join log l on l.id = k.removal_id and l.item = 'comment' and l.item_id = k.id
    where k.state in ('rejected', 'removed') and l.id is null`
  expect(await town.value(rowless)).toBe('0')
  expect(Number(await town.value(`select count(*)::int from comments where state in ('rejected', 'removed')`))).toBeGreaterThan(10)
  expect(await verifyLog(town.site.world.db)).toMatchObject({ brokenAt: null })
})
