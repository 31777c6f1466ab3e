/**
 * Turns the script into acts with a moment each. What follows from something always comes after it.
 */
import { reactToComment, reactToSubject } from '../conversations/reaction.ts'
import { REACTIONS } from '../conversations/schema.ts'
import { correctPost, publishPost, withdrawPost } from '../posts/post.ts'
import { addFate, HOLDS } from './fate.ts'
import { PLANNED_STAFF } from './people.ts'
import { COUNTY_RESIDENTS, HEATH_RESIDENTS } from './residents.ts'
import { unwrap, type PlannedPost, type Said } from './script.ts'
import type { Stage } from './stage.ts'
import { AT_WORK, AWAKE, type Timetable } from './timetable.ts'

export interface Act {
  at: Date
  play(stage: Stage): Promise<unknown>
}

/** What an act makes; filled in when it is played, for the acts that come after it. */
export interface Made {
  id: number
}
export interface MadePost extends Made {
  conversationId: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Minutes between one comment and the next, and before an answer. */
const PACE = 150
const ANSWER = 50

const staffKeys = new Set(PLANNED_STAFF.map((person) => person.key))
const REGULARS = [...HEATH_RESIDENTS, ...COUNTY_RESIDENTS].map((person) => person.key)

const tagsOf = (post: PlannedPost): string[] => post.tags.map((tag) => tag.replaceAll(' ', '-'))

export class Schedule {
  readonly times: Timetable
  readonly #acts: Act[] = []
  #reacting = 0

  constructor(times: Timetable) {
    this.times = times
  }

  add(at: Date, play: Act['play']): void {
    this.#acts.push({ at, play })
  }

  /** In the order of time; acts of one moment in the order in which they were planned. */
  acts(): Act[] {
    return this.#acts.toSorted((a, b) => a.at.getTime() - b.at.getTime())
  }

  addPost(post: PlannedPost): void {
    const at = this.times.daysAgo(post.ago, post.at)
    const made: MadePost = { id: 0, conversationId: 0 }
    this.add(at, async (stage) => {
      const [near = '', postcode = ''] = post.near ?? []
      const form = { near, 'near-postcode': postcode }
      const input = { title: post.title, body: unwrap(post.text), tags: tagsOf(post), form, clientKey: stage.key() }
      made.id = (await publishPost(stage.db, stage.person(post.by), stage.team(post.team), input)).id
      made.conversationId = await stage.conversationOf(made.id)
    })
    this.#addChanges(post, at, made)
    this.#addMode(post, at, made)
    this.#addSubjectReactions(post.liked ?? 0, at, made)
    for (const told of post.flags ?? []) this.add(this.told(told.minutesAgo, at), (stage) => stage.flag({ postId: made.id }, told))
    let before = at
    for (const said of post.talk ?? []) before = this.#addComment(said, before, post.pace ?? PACE, made, null)
  }

  #addChanges(post: PlannedPost, at: Date, made: Made): void {
    const { correction, withdrawal } = post
    if (correction) {
      const input = { title: correction.title ?? post.title, body: unwrap(correction.text), tags: tagsOf(post), note: correction.note, version: 1 }
      this.add(hoursAfter(at, correction.hours), (stage) => correctPost(stage.db, stage.person(correction.by), made.id, input))
    }
    if (withdrawal)
      this.add(hoursAfter(at, withdrawal.hours), (stage) => withdrawPost(stage.db, stage.person(withdrawal.by), made.id, withdrawal.because))
  }

  /** What a legal lock sends back to the queue is looked at before the day is over. */
  #addMode({ mode }: PlannedPost, at: Date, made: MadePost): void {
    if (!mode) return
    const from = hoursAfter(at, mode.hours)
    const endsAt = mode.endsIn === undefined ? null : new Date(this.times.today.getTime() + mode.endsIn * DAY)
    let returned: number[] = []
    this.add(from, async (stage) => {
      returned = mode.mode === 'legal-lock' ? await stage.publishedIn(made.conversationId) : []
      await stage.setMode(made.conversationId, mode, endsAt)
    })
    this.add(this.times.later(from, 120, AT_WORK), async (stage) => {
      for (const commentId of returned) await stage.decide({ commentId }, { act: 'release', note: 'Says nothing about the case.' })
    })
  }

  /** Something said under a post that was not planned as one of these: its conversation is filled in by then. Answers when it is said. */
  addComment(said: Said, after: Date, post: MadePost): Date {
    return this.#addComment(said, after, PACE, post, null)
  }

  /** The moment at which somebody tells a moderator. */
  told(minutesAgo: number | undefined, after: Date): Date {
    const wanted = minutesAgo === undefined ? null : this.times.recently(minutesAgo)
    return wanted && wanted > after ? wanted : this.times.later(after, 200)
  }

  /** Answers the moment at which it is said, from which whatever stands beside it follows. */
  #addComment(said: Said, before: Date, pace: number, post: MadePost, parent: Made | null): Date {
    const wanted = said.minutesAgo === undefined ? null : this.times.recently(said.minutesAgo)
    const at = wanted && wanted > before ? wanted : this.times.later(before, pace, staffKeys.has(said.by) ? AT_WORK : AWAKE)
    const made: Made = { id: 0 }
    const isHeld = said.fate !== undefined && HOLDS.has(said.fate.kind)
    this.add(at, async (stage) => {
      made.id = await stage.comment(said.by, post.conversationId, parent?.id ?? null, said.text, isHeld)
    })
    // What is held can be answered once it is released; everything else first gets its answers, then its fate.
    let last = said.fate && isHeld ? addFate(this, said, said.fate, at, made) : at
    for (const reply of said.replies) last = this.#addComment(reply, last, ANSWER, post, made)
    if (said.fate && !isHeld) addFate(this, said, said.fate, last, made)
    this.#addReactions(said.liked ?? [0, 0, 0], at, made)
    return at
  }

  #addReactions(liked: readonly number[], at: Date, made: Made): void {
    const wanted = REACTIONS.flatMap((reaction, index) => this.#people(liked[index] ?? 0).map((who) => ({ who, reaction })))
    if (wanted.length === 0) return
    this.add(this.times.later(at, 30), async (stage) => {
      for (const { who, reaction } of wanted) await reactToComment(stage.db, stage.person(who), made.id, { reaction, on: true })
    })
  }

  #addSubjectReactions(count: number, at: Date, made: MadePost): void {
    const people = this.#people(count)
    if (people.length === 0) return
    this.add(this.times.later(at, 200), async (stage) => {
      for (const who of people) await reactToSubject(stage.db, stage.person(who), made.conversationId, { reaction: 'thanks', on: true })
    })
  }

  /** Different people each time. */
  #people(count: number): string[] {
    const from = (this.#reacting += 7)
    return Array.from({ length: Math.min(count, REGULARS.length) }, (_, index) => REGULARS[(from + index) % REGULARS.length] ?? '')
  }
}

const hoursAfter = (at: Date, hours: number): Date => new Date(at.getTime() + hours * HOUR + 1)
