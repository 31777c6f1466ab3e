/**
 * What becomes of a comment: edited, withdrawn, told about, decided. Each is planned after everything that it follows from.
 */
import { editComment, unnameComment, withdrawComment } from '../conversations/comment.ts'
import { revertHidden } from '../moderation/hiding.ts'
import type { Made, Schedule } from './schedule.ts'
import type { Fate, Said, Told } from './script.ts'
import { AT_WORK } from './timetable.ts'

/** Fates of comments that a rule has held. */
export const HOLDS: ReadonlySet<Fate['kind']> = new Set(['released', 'waiting', 'rejected'] as const)

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Plans the fate after the moment; answers when it is fulfilled. */
export function addFate(schedule: Schedule, said: Said, fate: Fate, after: Date, made: Made): Date {
  const plan = new Plan(schedule, said, made)
  switch (fate.kind) {
    case 'waiting':
      return after
    case 'released':
      return plan.decide(after, { act: 'release' })
    case 'rejected':
      return plan.decide(after, { act: 'reject', reasonCode: fate.reason, publicText: fate.text ?? null, note: fate.note ?? null })
    case 'edited':
      return plan.edit(after, fate.text)
    case 'withdrawn':
    case 'unnamed':
      return plan.takeBack(after, fate.kind)
    case 'flagged':
      return plan.flags(after, fate.flags)
    case 'removed':
      return plan.decide(plan.flags(after, fate.flags), {
        act: 'remove',
        reasonCode: fate.reason,
        publicText: fate.text ?? null,
        note: fate.note ?? null,
      })
    case 'kept':
      return plan.decide(plan.flags(after, fate.flags), { act: 'keep', note: fate.note })
    case 'reverted':
      return plan.decide(plan.revert(plan.brigade(after, fate.flags)), { act: 'keep', note: fate.note })
  }
}

class Plan {
  readonly #schedule: Schedule
  readonly #said: Said
  readonly #made: Made

  constructor(schedule: Schedule, said: Said, made: Made) {
    this.#schedule = schedule
    this.#said = said
    this.#made = made
  }

  decide(
    after: Date,
    decision: { act: 'release' | 'reject' | 'remove' | 'keep'; reasonCode?: string; publicText?: string | null; note?: string | null },
  ): Date {
    const at = this.#schedule.times.later(after, 150, AT_WORK)
    this.#schedule.add(at, (stage) => stage.decide({ commentId: this.#made.id }, decision))
    return at
  }

  edit(after: Date, text: string): Date {
    const left = this.#schedule.times.end.getTime() - after.getTime()
    const at = new Date(after.getTime() + Math.min(6 * MINUTE, Math.max(1, left / 2)))
    this.#schedule.add(at, async (stage) => editComment(stage.db, await stage.writer(this.#said.by), this.#made.id, text))
    return at
  }

  takeBack(after: Date, kind: 'withdrawn' | 'unnamed'): Date {
    const at = this.#schedule.times.later(after, 900)
    const act = kind === 'withdrawn' ? withdrawComment : unnameComment
    this.#schedule.add(at, (stage) => act(stage.db, stage.person(this.#said.by), this.#made.id))
    return at
  }

  flags(after: Date, flags: readonly Told[]): Date {
    return flags.reduce((previous, told) => {
      const at = this.#schedule.told(told.minutesAgo, previous)
      this.#schedule.add(at, (stage) => stage.flag({ commentId: this.#made.id }, told))
      return at
    }, after)
  }

  /** All within minutes of each other, in working hours. */
  brigade(after: Date, flags: readonly Told[]): Date {
    const first = this.#schedule.times.later(after, 300, AT_WORK)
    flags.forEach((told, index) => {
      this.#schedule.add(new Date(first.getTime() + index * 2 * MINUTE), (stage) => stage.flag({ commentId: this.#made.id }, told))
    })
    return new Date(first.getTime() + flags.length * 2 * MINUTE)
  }

  /** Nobody decided for a day. */
  revert(after: Date): Date {
    const at = new Date(after.getTime() + 24 * HOUR + 5 * MINUTE)
    this.#schedule.add(at, (stage) => revertHidden(stage.db))
    return at
  }
}
