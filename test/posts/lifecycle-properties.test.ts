/**
 * Whatever people do to a draft, in whatever order: the database and a small model of the rules agree at every step.
 */
import { asc, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import {
  adoptSuggestion,
  approveDraft,
  discardDraft,
  publishDraft,
  publishDue,
  reopenDraft,
  returnDraft,
  scheduleDraft,
  submitDraft,
  unscheduleDraft,
} from '../../src/posts/lifecycle.ts'
import { draftActs, posts, type DraftForm, type DraftState, type PostKind } from '../../src/posts/schema.ts'
import { addPhotoRow, inputOf, openCast, rowOf, setClock, type Cast } from './draft-cast.ts'
import { FORMS, NOW } from './kind-forms.ts'

let cast: Cast
beforeAll(async () => {
  cast = await openCast()
})
afterAll(() => cast.close())

const WHO = ['officer', 'colleague', 'sergeant', 'press', 'otherPress', 'stranger', 'administrator', 'resident'] as const
type Who = (typeof WHO)[number]
const ACTS = [
  'write',
  'submit',
  'return',
  'adopt',
  'approve',
  'approve-out',
  'approve-later',
  'reopen',
  'schedule',
  'unschedule',
  'publish',
  'discard',
  'wait',
] as const
type Act = (typeof ACTS)[number]

interface Step {
  act: Act
  who: Who
  /** Names the version before the one that is there. */
  stale: boolean
}

interface Model {
  kind: PostKind
  author: Who
  state: DraftState
  version: number
  approvedBy: Who | null
  publishAt: number | null
  unseen: boolean
  /** What was suggested and not taken over. */
  suggested: boolean
  changes: number
}

const SENSITIVE: readonly PostKind[] = ['appeal', 'arrest', 'court']
const isPress = (who: Who): boolean => who === 'press' || who === 'otherPress'
const publishes = (who: Who): boolean => isPress(who) || who === 'officer' || who === 'colleague' || who === 'sergeant'
const needsPress = (model: Model): boolean => SENSITIVE.includes(model.kind) || model.unseen
const needsSecond = (model: Model): boolean =>
  needsPress(model) || (model.kind === 'outcome' && (model.author === 'officer' || model.author === 'colleague'))

const approves = (model: Model, who: Who): boolean =>
  model.state === 'submitted' && who !== model.author && (isPress(who) || (who === 'sergeant' && !needsPress(model)))

function letsOut(model: Model, who: Who): boolean {
  if (!publishes(who)) return false
  if (model.approvedBy !== null) return model.state === 'approved' || model.state === 'scheduled'
  return !needsSecond(model) && (model.state === 'scheduled' || (model.state === 'draft' && who === model.author))
}

const VERSIONED: readonly Act[] = ['write', 'submit', 'return', 'approve', 'approve-out', 'approve-later', 'schedule', 'publish']

const withAuthor = { state: 'draft' as const, approvedBy: null, publishAt: null }

/** What the rules allow the step to make of it; null when it must change nothing. */
function after(model: Model, { act, who, stale }: Step): Partial<Model> | null {
  const wrong = stale && VERSIONED.includes(act)
  const own = who === model.author && model.state === 'draft'
  switch (act) {
    case 'write':
      return own && !wrong ? { version: model.version + 1, changes: model.changes + 1 } : null
    case 'submit':
      return own && !wrong ? { state: 'submitted' } : null
    case 'return':
      return approves(model, who) && !wrong ? { ...withAuthor, suggested: true } : null
    case 'adopt':
      return own && model.suggested ? { suggested: false, version: model.version + 1 } : null
    case 'approve':
    case 'approve-later':
    case 'approve-out': {
      if (wrong) return null
      if (act === 'approve-out' && model.approvedBy === who && (model.state === 'approved' || model.state === 'scheduled'))
        return { state: 'published' }
      if (!approves(model, who)) return null
      const state = { approve: 'approved', 'approve-out': 'published', 'approve-later': 'scheduled' } as const
      return { state: state[act], approvedBy: who, unseen: false, publishAt: act === 'approve-later' ? soon() : null }
    }
    case 'reopen':
      if (model.state !== 'submitted' && model.state !== 'approved' && model.state !== 'scheduled') return null
      return who === model.author || who === 'sergeant' || isPress(who) ? withAuthor : null
    case 'schedule':
      return letsOut(model, who) && !wrong ? { state: 'scheduled', publishAt: soon() } : null
    case 'unschedule':
      return model.state === 'scheduled' && publishes(who) ? { state: model.approvedBy === null ? 'draft' : 'approved', publishAt: null } : null
    case 'publish':
      return letsOut(model, who) && !wrong ? { state: 'published' } : null
    case 'discard':
      return own ? { state: 'discarded' } : null
    case 'wait':
      return null
  }
}

const HOUR = 3_600_000
const soon = (): number => now().getTime() + HOUR

/** Does the step for real. Answers whether it was refused. */
async function perform(draft: { id: number; clientKey: string }, model: Model, { act, who, stale }: Step): Promise<boolean> {
  const { db, team } = cast
  const actor: SignedIn = cast.people[who]
  const { id } = draft
  const version = model.version - (stale ? 1 : 0)
  const approval = { version, publish: act === 'approve-out', lock: false, publishAt: act === 'approve-later' ? new Date(soon()) : null }
  const deeds: Record<Exclude<Act, 'wait'>, () => Promise<unknown>> = {
    write: () => saveDraft(db, actor, team, inputOf(model.kind, formOf(model.kind, model.changes + 1), { key: draft.clientKey, version })),
    submit: () => submitDraft(db, actor, id, version),
    return: () => returnDraft(db, actor, id, { version, note: 'Not yet.', suggestion: formOf(model.kind, -1 - model.changes - model.version) }),
    adopt: () => adoptSuggestion(db, actor, id, version),
    approve: () => approveDraft(db, actor, id, approval),
    'approve-out': () => approveDraft(db, actor, id, approval),
    'approve-later': () => approveDraft(db, actor, id, approval),
    reopen: () => reopenDraft(db, actor, id),
    schedule: () => scheduleDraft(db, actor, id, { version, publishAt: new Date(soon()) }),
    unschedule: () => unscheduleDraft(db, actor, id),
    publish: () => publishDraft(db, actor, id, version),
    discard: () => discardDraft(db, actor, id),
  }
  if (act === 'wait') {
    moveClock(2 * HOUR)
    await publishDue(db)
    return false
  }
  try {
    await deeds[act]()
    return false
  } catch (error) {
    if (error instanceof Forbidden || error instanceof NotFound || error instanceof Overtaken || error instanceof Refused) return true
    throw error
  }
}

const formOf = (kind: PostKind, number: number): DraftForm =>
  SENSITIVE.includes(kind) && kind === 'arrest'
    ? { ...FORMS.arrest, age: String(40 + (Math.abs(number) % 40)) }
    : { ...FORMS[kind], title: `Title ${number}` }

async function hold(model: Model, draft: { id: number; clientKey: string }, history: unknown[]): Promise<unknown[]> {
  const row = await rowOf(cast, draft.id)
  expect({ state: row.state, version: row.version, approvedBy: row.approvedBy }).toEqual({
    state: model.state,
    version: model.version,
    approvedBy: model.approvedBy && cast.people[model.approvedBy].accountId,
  })
  expect(row.approvedBy).not.toBe(row.authorId)
  const [made, acts] = await Promise.all([
    cast.db.$count(posts, eq(posts.clientKey, draft.clientKey)),
    cast.db.select().from(draftActs).where(eq(draftActs.draftId, draft.id)).orderBy(asc(draftActs.id)),
  ])
  expect(made).toBe(row.state === 'published' ? 1 : 0)
  expect(acts.slice(0, history.length)).toEqual(history)
  // Nothing sensitive goes out but as the press office saw it.
  const seen = acts.findLast(({ act }) => act === 'approved' || act === 'reopened' || act === 'returned')
  const asSeen = seen?.act === 'approved' && seen.role === 'press-office' && seen.version === row.version && seen.actorId === row.approvedBy
  expect(row.state !== 'published' || !SENSITIVE.includes(row.kind) || asSeen).toBe(true)
  return acts
}

const step = fc.record({ act: fc.constantFrom(...ACTS), who: fc.constantFrom(...WHO), stale: fc.constant(false) })
const careless = fc.record({ act: fc.constantFrom(...ACTS), who: fc.constantFrom(...WHO), stale: fc.boolean() })
const oneOf = (arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> => arbitrary.map((one) => [one])

/** What somebody would do, so that many runs come to the end; `!` names the version before the one that is there. */
const CHAINS: readonly (readonly string[])[] = [
  ['author write'],
  ['author submit', 'otherPress approve-out'],
  ['author write', 'author submit', 'otherPress approve-out!'],
  ['author submit', 'sergeant approve', 'otherPress approve'],
  ['author submit', 'otherPress approve-later', 'author wait'],
  ['author submit', 'otherPress return', 'author adopt'],
  ['author schedule', 'author wait'],
  ['colleague publish', 'author publish'],
]

function stepOf(text: string, author: Who): Step {
  const [who = '', act = ''] = text.replace('!', '').split(' ')
  return { act: act as Act, who: who === 'author' ? author : (who as Who), stale: text.endsWith('!') }
}

const sensible = (author: Who): fc.Arbitrary<Step[]> => fc.constantFrom(...CHAINS).map((chain) => chain.map((text) => stepOf(text, author)))

const run = fc
  .record({
    kind: fc.constantFrom<PostKind>('update', 'outcome', 'advice', 'appeal', 'arrest', 'court'),
    author: fc.constantFrom<Who>('officer', 'sergeant', 'press'),
    photo: fc.boolean(),
  })
  .chain((start) =>
    fc.record({
      start: fc.constant(start),
      steps: fc
        .array(
          fc.oneof(
            { arbitrary: sensible(start.author), weight: 2 },
            { arbitrary: oneOf(step), weight: 2 },
            { arbitrary: oneOf(careless), weight: 1 },
          ),
          {
            minLength: 2,
            maxLength: 8,
          },
        )
        .map((chains) => chains.flat()),
    }),
  )

test('no sequence of acts leads where the rules do not', { timeout: 60_000 }, async () => {
  const ends: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(run, async ({ start, steps }) => {
      setClock(NOW)
      const draft = await saveDraft(cast.db, cast.people[start.author], cast.team, inputOf(start.kind, formOf(start.kind, 0)))
      const unseen = start.photo && start.kind === 'update'
      if (unseen) await addPhotoRow(cast, draft, { alt: 'A street', seen: false })
      let model: Model = { ...start, unseen, state: 'draft', version: 1, approvedBy: null, publishAt: null, suggested: false, changes: 0 }
      let history: unknown[] = []
      for (const one of steps) {
        const next = after(model, one)
        const refused = await perform(draft, model, one)
        expect(refused && next !== null, `${one.act} by ${one.who} in ${model.state} was refused`).toBe(false)
        model = { ...model, ...next }
        if (model.state === 'submitted' && next?.state === 'submitted') model.suggested = false
        if (next?.state === 'scheduled' && one.act === 'schedule') model.suggested = false
        if (one.act === 'wait' && model.state === 'scheduled' && (model.publishAt ?? Infinity) <= now().getTime())
          model = { ...model, state: 'published' }
        history = await hold(model, draft, history)
      }
      ends[model.state] = (ends[model.state] ?? 0) + 1
    }),
    { numRuns: 40 },
  )
  // The runs went far enough to mean something.
  for (const state of ['draft', 'published']) expect(ends[state] ?? 0, state).toBeGreaterThan(0)
})
