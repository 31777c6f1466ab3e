/**
 * Whatever people do, in whatever order: the database and a small model of the rules agree at every step. Each act changes what it is about and nothing
 * else, and what goes down has its row in the log.
 */
import { randomUUID } from 'node:crypto'
import { eq, inArray, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { verifyLog } from '../../src/activity/log.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { editComment, postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { comments, conversations, type CommentState } from '../../src/conversations/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { claimCase } from '../../src/moderation/assignment.ts'
import { decideCase } from '../../src/moderation/decision.ts'
import { revertHidden } from '../../src/moderation/hiding.ts'
import { cases, decisions, strikes, type Act } from '../../src/moderation/schema.ts'
import { hideUrgently, isLegal } from '../../src/moderation/urgent-hide.ts'
import { makePost } from '../people.ts'
import { step, type Step, type Who } from './acts.ts'
import { openDesk, STAFFED, type Desk } from './desk.ts'

const HOUR = 3_600_000
let desk: Desk
let people: Record<Who, SignedIn>
beforeAll(async () => {
  desk = await openDesk()
  const { officer, sergeant, otherSergeant, press, press2, administrator, resident } = desk
  people = { officer, sergeant, otherSergeant, press, press2, administrator, resident, author: resident, newcomer: resident }
})
afterAll(async () => {
  moveClock(0)
  await desk.close()
})

interface ModelCase {
  decided: boolean
  by: Who | null
  act: Act | null
  flaggers: Set<number>
}

interface Thing {
  id: number
  author: 'author' | 'newcomer' | 'officer'
  state: CommentState
  shown: boolean
  redacted: boolean
  saidAt: number
  /** A moderator left it standing since its last change. */
  kept: boolean
  hidden: { at: number; legal: boolean } | null
  cases: ModelCase[]
}

interface Model {
  things: Thing[]
  locked: boolean
  hours: number
  strikes: number
  decided: number
}

/** Section 5 of the rules, as this test reads it: what each act makes of each state. */
const TABLE: Record<Act, Partial<Record<CommentState, CommentState>>> = {
  release: { held: 'published' },
  redact: { held: 'published', published: 'published', 'hidden-pending': 'published' },
  reject: { held: 'rejected' },
  remove: { published: 'removed', 'hidden-pending': 'removed' },
  restore: { 'hidden-pending': 'published' },
  keep: { published: 'published', withdrawn: 'withdrawn', rejected: 'rejected', removed: 'removed' },
}

const PRESS: readonly Who[] = ['press', 'press2']
const openOf = (thing: Thing): ModelCase | undefined => thing.cases.find(({ decided }) => !decided)

function enter(thing: Thing, state: CommentState): void {
  thing.state = state
  thing.shown ||= state === 'published'
  if (state !== 'hidden-pending') thing.hidden = null
}

function openCase(thing: Thing): ModelCase {
  const open = openOf(thing) ?? { decided: false, by: null, act: null, flaggers: new Set<number>() }
  if (!thing.cases.includes(open)) thing.cases.push(open)
  return open
}

/** Does the step to the model; answers whether the rules let it change anything. */
function expected(model: Model, at: Step): boolean {
  if (at.do === 'say') return saying(model, at)
  if (at.do === 'lock' || at.do === 'unlock') return locking(model, at.do === 'lock')
  if (at.do === 'wait') return waiting(model, at.hours)
  const thing = model.things[at.item]
  if (!thing) return false
  if (at.do === 'claim') return false
  if (at.do === 'flag') return flagging(thing, at.flagger)
  if (at.do === 'decide') return deciding(model, thing, at)
  if (at.do === 'hide') return hiding(model, thing, at)
  return at.do === 'edit' ? editing(model, thing, at.who) : withdrawing(thing, at.who)
}

function saying(model: Model, { who: by, answers }: Extract<Step, { do: 'say' }>): boolean {
  if (model.locked || (answers && model.things[0]?.state !== 'published')) return false
  const state = by === 'newcomer' ? 'held' : 'published'
  const thing: Thing = {
    id: 0,
    author: by,
    state,
    shown: state === 'published',
    redacted: false,
    saidAt: model.hours,
    kept: false,
    hidden: null,
    cases: [],
  }
  if (state === 'held') openCase(thing)
  model.things.push(thing)
  return true
}

function locking(model: Model, lock: boolean): boolean {
  if (model.locked === lock) return true
  model.locked = lock
  for (const thing of model.things.filter(({ state }) => lock && state === 'published')) {
    enter(thing, 'held')
    openCase(thing)
  }
  return true
}

function waiting(model: Model, hours: number): boolean {
  model.hours += hours
  for (const thing of model.things)
    if (thing.hidden && !thing.hidden.legal && !model.locked && model.hours - thing.hidden.at >= 24) enter(thing, 'published')
  return true
}

const isRead = ({ state }: Thing): boolean => state === 'published' || state === 'hidden-pending'

function flagging(thing: Thing, flagger: number): boolean {
  if (!isRead(thing)) return false
  const open = openCase(thing)
  if (open.flaggers.has(flagger)) return true
  open.flaggers.add(flagger)
  // What flags do by themselves; of officers, and of what was kept, nothing. The clock of the model is that of the run.
  if (open.flaggers.size === 3 && thing.state === 'published' && thing.author !== 'officer' && !thing.kept) {
    thing.state = 'hidden-pending'
    thing.hidden = { at: Number.NaN, legal: false }
  }
  return true
}

function hiding(model: Model, thing: Thing, { who: by, reason }: Extract<Step, { do: 'hide' }>): boolean {
  const team: readonly Who[] = ['officer', 'sergeant', ...PRESS]
  if (!isRead(thing) || !team.includes(by) || by === thing.author) return false
  if (thing.state === 'hidden-pending') return true
  if ((thing.kept && !PRESS.includes(by)) || reason === 'nothing') return false
  openCase(thing)
  thing.state = 'hidden-pending'
  thing.hidden = { at: model.hours, legal: isLegal(reason) }
  return true
}

function editing(model: Model, thing: Thing, by: Who): boolean {
  const open = thing.state === 'held' || thing.state === 'published'
  if (by !== thing.author || !open || thing.redacted || model.locked || model.hours - thing.saidAt > 0.25) return false
  // What had to be looked at first is not exchanged afterwards.
  if (thing.state === 'published' && thing.author === 'newcomer') return false
  thing.kept = false
  return true
}

function withdrawing(thing: Thing, by: Who): boolean {
  if (by !== thing.author) return false
  if (thing.state === 'withdrawn') return true
  if (thing.state !== 'held' && !isRead(thing)) return false
  enter(thing, 'withdrawn')
  return true
}

function deciding(model: Model, thing: Thing, { who: by, act, strike, stale }: Extract<Step, { do: 'decide' }>): boolean {
  const last = thing.cases.at(-1)
  const may = PRESS.includes(by) || (by === 'sergeant' && act === 'release')
  if (!last) return false
  if (last.decided) return (PRESS.includes(by) || by === 'sergeant') && last.by === by && last.act === act
  // What readers have seen leaves a note where it stood: it is removed, not rejected.
  const again = thing.state === 'held' && thing.shown
  const to = again && act === 'reject' ? undefined : again && act === 'remove' ? 'removed' : TABLE[act][thing.state]
  // What was taken out once does not stand there any more.
  if (!may || stale || to === undefined || (act === 'redact' && thing.redacted)) return false
  Object.assign(last, { decided: true, by, act })
  enter(thing, to)
  thing.kept ||= act === 'keep' || act === 'restore' || act === 'redact'
  thing.redacted ||= act === 'redact'
  if (strike && thing.author !== 'officer' && (act === 'reject' || act === 'remove')) model.strikes++
  model.decided++
  return true
}

const KNOWN = [Forbidden, NotFound, Overtaken, Refused]

interface Run {
  model: Model
  cast: Record<Who, SignedIn>
  conversationId: number
}

const newest = async (commentId: number) => {
  const [file] = await desk.db
    .select()
    .from(cases)
    .where(eq(cases.commentId, commentId))
    .orderBy(sql`${cases.id} desc`)
    .limit(1)
  return file ?? null
}

/** Does the step for real; answers whether it was let through. */
async function really(run: Run, at: Step): Promise<boolean> {
  try {
    await perform(run, at)
    return true
  } catch (error) {
    if (!KNOWN.some((kind) => error instanceof kind)) throw error
    return false
  }
}

async function perform(run: Run, at: Step): Promise<unknown> {
  const { model, cast, conversationId } = run
  if (at.do === 'wait') {
    moveClock(at.hours * HOUR)
    return revertHidden(desk.db)
  }
  if (at.do === 'lock' || at.do === 'unlock') return desk.db.transaction((tx) => setMode(tx, cast.press, conversationId, modeOf(at.do === 'lock')))
  if (at.do === 'say') {
    const thing = model.things.at(-1)
    const parentId = at.answers ? (model.things[0]?.id ?? null) : null
    const input = { body: `Somebody lives on Grantham Road. ${randomUUID()}`, parentId, clientKey: randomUUID() }
    const { id } = await postComment(desk.db, cast[at.who], conversationId, input)
    // The model has it already, when the rules let it be.
    if (thing?.id === 0) thing.id = id
    return id
  }
  const thing = model.things[at.item]
  if (!thing) throw new NotFound('comment')
  const { id } = thing
  if (at.do === 'flag') return desk.flag({ commentId: id }, `flagger ${at.flagger}`)
  const actor = cast[at.who]
  if (at.do === 'edit') return editComment(desk.db, actor, id, `Other words on Grantham Road. ${randomUUID()}`)
  if (at.do === 'withdraw') return withdrawComment(desk.db, actor, id)
  if (at.do === 'hide') return hideUrgently(desk.db, actor, id, { reasonCode: at.reason, note: null, clientKey: randomUUID(), staffed: STAFFED })
  const file = await newest(id)
  if (!file) throw new NotFound('case')
  if (at.do === 'claim') return claimCase(desk.db, actor, file.id, null)
  const { act, strike, stale } = at
  const version = stale ? file.version + 1 : file.version
  const input = { act, reasonCode: 'abuse', publicText: null, note: 'Looked at it.', version, strike, takenOut: ['Grantham Road'] }
  return decideCase(desk.db, actor, file.id, input)
}

const modeOf = (lock: boolean) =>
  lock ? { mode: 'legal-lock' as const, trigger: 'arrest' as const, reviewAt: new Date('2031-01-01') } : { mode: 'open' as const }

async function agree(run: Run): Promise<void> {
  const rows = await desk.db.select().from(comments).where(eq(comments.conversationId, run.conversationId)).orderBy(comments.id)
  agreeOnWords(run.model, rows)
  await Promise.all([agreeOnLog(run, rows), agreeOnCounts(run, rows), agreeOnCases(run), agreeOnAuthors(run), agreeOnClocks(run)])
}

type Row = typeof comments.$inferSelect

function agreeOnWords({ things }: Model, rows: Row[]): void {
  expect(rows.map(({ id, state }) => [id, state])).toEqual(things.map(({ id, state }) => [id, state]))
  expect(rows.map(({ publishedAt }) => publishedAt !== null)).toEqual(things.map(({ shown }) => shown))
  expect(rows.map(({ editedByModerator }) => editedByModerator)).toEqual(things.map(({ redacted }) => redacted))
  expect(rows.filter((row) => row.editedByModerator && row.bodyHtml.includes('Grantham'))).toEqual([])
}

/** What is down has its row in the log, which says so of that very comment; what is not down has none. */
async function agreeOnLog({ conversationId }: Run, rows: Row[]): Promise<void> {
  const { rows: logged } = await desk.db.execute<{ id: string; to_state: string }>(
    sql`select c.id, l.to_state from comments c join log l on l.id = c.removal_id and l.item = 'comment' and l.item_id = c.id
      where c.conversation_id = ${conversationId} order by c.id`,
  )
  const down = rows.filter(({ state }) => state === 'removed' || state === 'rejected')
  expect(logged.map((row) => [Number(row.id), row.to_state])).toEqual(down.map(({ id, state }) => [id, state]))
  expect(rows.filter(({ removalId }) => removalId !== null)).toHaveLength(down.length)
}

async function agreeOnCounts({ model, cast, conversationId }: Run, rows: Row[]): Promise<void> {
  const [talk] = await desk.db.select().from(conversations).where(eq(conversations.id, conversationId))
  expect(talk?.commentCount).toBe(rows.filter(({ state }) => state === 'published').length)
  const answered = (id: number): number => rows.filter(({ parentId, publishedAt }) => parentId === id && publishedAt !== null).length
  expect(rows.map(({ replyCount }) => replyCount)).toEqual(rows.map(({ id }) => answered(id)))
  const shownOf = (who: Who): number => model.things.filter(({ author, shown }) => author === who && shown).length
  const ofAccount = async ({ accountId }: SignedIn) =>
    (await desk.db.select({ count: accounts.publishedCount }).from(accounts).where(eq(accounts.id, accountId)))[0]?.count
  expect([await ofAccount(cast.author), await ofAccount(cast.newcomer)]).toEqual([5 + shownOf('author'), shownOf('newcomer')])
}

/** As many cases as the model has, one undecided at most; each decided one has its decision, and no other has. */
async function agreeOnCases({ model }: Run): Promise<void> {
  const ids = [...model.things.map(({ id }) => id), 0]
  const files = await desk.db.select().from(cases).where(inArray(cases.commentId, ids)).orderBy(cases.id)
  const decided = (thing: Thing) => files.filter(({ commentId }) => commentId === thing.id).map(({ decidedAt }) => decidedAt !== null)
  expect(model.things.map(decided)).toEqual(model.things.map((thing) => thing.cases.map((file) => file.decided)))
  const made = await desk.db
    .select()
    .from(decisions)
    .where(inArray(decisions.caseId, [...files.map(({ id }) => id), 0]))
  expect(made).toHaveLength(model.decided)
  expect(new Set(made.map(({ caseId }) => caseId))).toEqual(new Set(files.filter(({ state }) => state === 'decided').map(({ id }) => id)))
}

/** Sanctions are nobody's consequence; strikes are those that a moderator ticked. */
async function agreeOnAuthors({ model, cast }: Run): Promise<void> {
  const authors = [cast.author.accountId, cast.newcomer.accountId]
  expect(await desk.db.select().from(strikes).where(inArray(strikes.accountId, authors))).toHaveLength(model.strikes)
  const sanctioned = await desk.db.$client.query('select 1 from sanctions where account_id = any($1)', [authors])
  expect(sanctioned.rowCount).toBe(0)
}

/** What is hidden has one clock, or none where the law is the reason; nothing else has one that could bring it back. */
async function agreeOnClocks({ model, conversationId }: Run): Promise<void> {
  const { rows } = await desk.db.execute<{ comment_id: string; legal: boolean }>(
    sql`select h.comment_id, h.reverts_at is null as legal from hidings h join comments c on c.id = h.comment_id
      where h.ended_at is null and c.conversation_id = ${conversationId} and c.state <> 'withdrawn' order by h.comment_id`,
  )
  const hidden = model.things.flatMap((thing) => (thing.hidden ? [[thing.id, thing.hidden.legal]] : []))
  expect(rows.map((row) => [Number(row.comment_id), row.legal])).toEqual(hidden)
}

async function begin(): Promise<Run> {
  moveClock(0)
  const cast = { ...people, author: await desk.newPerson('Author', [], 5), newcomer: await desk.newPerson('Newcomer') }
  const { conversationId } = await makePost(desk.db, desk.officer, desk.team, 'A conversation of a run')
  return { cast, conversationId, model: { things: [], locked: false, hours: 0, strikes: 0, decided: 0 } }
}

const say: fc.Arbitrary<Step>[] = (['author', 'newcomer', 'officer'] as const).map((by) => fc.constant({ do: 'say', who: by, answers: false }))

test('no order of acts reaches a state or an act outside the rules, and content, case and sanction never decide each other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(...say), fc.array(step, { minLength: 5, maxLength: 25 }), async (first, steps) => {
      const run = await begin()
      for (const at of [...first, ...steps]) {
        const before = structuredClone(run.model)
        const allowed = expected(run.model, at)
        for (const { hidden } of run.model.things) if (hidden && Number.isNaN(hidden.at)) hidden.at = run.model.hours
        const done = await really(run, at)
        expect(at.do === 'claim' ? null : done, JSON.stringify([at, before])).toBe(at.do === 'claim' ? null : allowed)
        await agree(run)
      }
    }),
    { numRuns: 40 },
  )
  moveClock(0)
  expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
}, 240_000)
