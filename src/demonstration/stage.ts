/**
 * Plays what was planned, act by act in the order of time, through the same verbs as everybody: so every rule of the house has been kept, and
 * every counter, case, log row and mail is there because something happened.
 */
import { and, eq, gt, isNull, lte } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { accounts, sanctions } from '../accounts/schema.ts'
import { standingFrom } from '../accounts/standing.ts'
import { echoActivity, type Activity } from '../activity/activity.ts'
import { activities } from '../activity/schema.ts'
import { visitor, type SignedIn, type Standing } from '../actor.ts'
import { moveClock, now } from '../clock.ts'
import type { Config } from '../config.ts'
import { checkComment, placeToWrite } from '../conversations/check.ts'
import { postComment } from '../conversations/comment.ts'
import { setMode, type NewMode } from '../conversations/mode.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Database } from '../database/database.ts'
import { deliverBulk } from '../mail/mail.ts'
import { mails } from '../mail/schema.ts'
import { workThrough } from '../mailings/mailing.ts'
import { mailings } from '../mailings/schema.ts'
import { decideCase, type NewDecision } from '../moderation/decision.ts'
import { flagItem } from '../moderation/flag.ts'
import type { ItemRef } from '../moderation/item.ts'
import { cases } from '../moderation/schema.ts'
import { drafts, posts } from '../posts/schema.ts'
import type { TeamName } from '../teams/team.ts'
import type { Cast } from './cast.ts'
import type { PlannedWord } from './press-script.ts'
import type { PlannedMode, Told } from './script.ts'

/** What people are told of by mail. */
const TOLD =
  /\.(released|rejected|removed|kept|restored|hidden)$|^(question|draft|appeal|sanction|notice|place|presence|alert|areas|suggestion|priority|occasion|event|task|survey)\.|^(case\.asked|request\.answered|proposal\.answered)$|^post\.(published|corrected)$/

type Sent = Pick<PlannedWord, 'text' | 'choice' | 'clocked' | 'then'>

/** What people say in the script waits for other reasons than the hour, unless it says so. */
const ALWAYS = { from: 0, until: 24 }
const NIGHTS_OFF = { from: 8, until: 20 }

export class Stage {
  readonly db: Database
  readonly teams: Map<string, TeamName>
  readonly cast: Cast
  readonly #config: Config
  /** Somebody follows something by now, so that a comment may make mail. */
  isFollowed = false
  #keys = 0
  #activityMark = 0
  #mailMark = 0
  #deciders = 0

  constructor(db: Database, config: Config, teams: Map<string, TeamName>, cast: Cast) {
    this.db = db
    this.#config = config
    this.teams = teams
    this.cast = cast
  }

  /** Runs something as if it were that moment, with what the jobs would do about it, and dates what the database dated by itself. */
  async at(moment: Date, act: () => Promise<unknown>): Promise<void> {
    travelTo(moment)
    await act()
    const happened = await this.#date(moment)
    if (happened.some((row) => TOLD.test(row.kind))) {
      // The jobs would do this too, but later, and mail would bear the day of seeding.
      for (const row of happened) await echoActivity(this.db, row as Activity)
      await this.#date(moment)
    } else if (happened.length > 0 && !this.isFollowed) return
    await this.#sendMail(moment)
  }

  async #date(moment: Date): Promise<(typeof activities.$inferSelect)[]> {
    const happened = await this.db.update(activities).set({ at: moment }).where(gt(activities.id, this.#activityMark)).returning()
    this.#activityMark = Math.max(this.#activityMark, ...happened.map((row) => row.id))
    return happened
  }

  /** Works through what followers are told, and puts it where the mail of the demonstration is read. */
  async #sendMail(moment: Date): Promise<void> {
    const open = and(isNull(mailings.finishedAt), isNull(mailings.stoppedAt))
    for (const { id } of await this.db.select({ id: mailings.id }).from(mailings).where(open)) await workThrough(this.db, this.#config, id)
    const sent = await this.db
      .update(mails)
      .set({ createdAt: moment })
      .where(gt(mails.id, this.#mailMark))
      .returning({ id: mails.id, mailingId: mails.mailingId })
    this.#mailMark = Math.max(this.#mailMark, ...sent.map((row) => row.id))
    // One by one: all of this runs on the one connection of a transaction.
    for (const { id, mailingId } of sent)
      if (mailingId !== null) await deliverBulk(this.db, async () => {}, [id], { keepWords: true, pace: async () => {} })
  }

  person(key: string): SignedIn {
    const found = this.cast.get(key)
    if (!found) throw new Error(`nobody is called ${key}`)
    return found
  }

  team(name: string): TeamName {
    const found = this.teams.get(name)
    if (!found) throw new Error(`no team is called ${name}`)
    return found
  }

  /** The same keys at every seeding. */
  key(): string {
    const hash = createHash('sha256')
      .update(`demonstration ${this.#keys++}`)
      .digest('hex')
    return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
  }

  /** Whether it is held depends on how much of one's was published, so that is looked up each time. */
  async comment(key: string, conversationId: number, parentId: number | null, body: string, isHeld: boolean): Promise<number> {
    const posted = await postComment(this.db, await this.writer(key), conversationId, { body, parentId, clientKey: this.key() })
    if ((posted.state === 'held') !== isHeld) throw new Error(`${key} was ${posted.state}, against the script: ${body}`)
    return posted.id
  }

  /** The person with as many published comments as they have by now: the first ones are held. */
  async writer(key: string): Promise<SignedIn> {
    const actor = this.person(key)
    const [account] = await this.db.select({ count: accounts.publishedCount }).from(accounts).where(eq(accounts.id, actor.accountId))
    return { ...actor, publishedCount: account?.count ?? 0 }
  }

  /** Says something as the page of the conversation takes it: it is screened, its author has chosen, and sanctions count. */
  async send(key: string, conversationId: number, { text, choice, clocked = false, then }: Sent): Promise<number> {
    const writer = await this.writer(key)
    const actor = { ...writer, standing: await this.#standingOf(writer.accountId) }
    const place = await placeToWrite(this.db, actor, conversationId)
    const checked = await checkComment(this.db, actor, place, { body: text, choice: choice ?? null }, clocked ? NIGHTS_OFF : ALWAYS)
    if ('doubt' in checked) throw new Error(`the page asks about this, and the script does not say what was chosen: ${text}`)
    const posted = await postComment(this.db, actor, conversationId, { ...checked, parentId: null, clientKey: this.key() })
    // Nobody can tell a moderator about what is held.
    const isPublished = then.some(({ does }) => does === 'flag' || does === 'hide' || does === 'defamation')
    if ((posted.state === 'published') !== isPublished) throw new Error(`${key} was ${posted.state}, against the script: ${text}`)
    return posted.id
  }

  async #standingOf(accountId: number): Promise<Standing> {
    const inForce = and(eq(sanctions.accountId, accountId), isNull(sanctions.liftedAt), lte(sanctions.startsAt, now()), gt(sanctions.endsAt, now()))
    const rows = await this.db.select({ kind: sanctions.kind, endsAt: sanctions.endsAt }).from(sanctions).where(inForce)
    return standingFrom(Object.fromEntries(rows.map(({ kind, endsAt }) => [kind, endsAt?.toISOString()])))
  }

  /** The public conversation of the post with that title. */
  async conversationTitled(title: string): Promise<number> {
    const [found] = await this.db
      .select({ id: conversations.id })
      .from(conversations)
      .where(and(eq(conversations.title, title), eq(conversations.audience, 'public')))
    if (!found) throw new Error(`there is no conversation under “${title}”`)
    return found.id
  }

  async flag(ref: ItemRef, told: Told): Promise<void> {
    const actor = told.by === 'visitor' ? visitor : this.person(told.by)
    const clientKey = this.key()
    const flaggerKey = actor.kind === 'account' ? `account:${actor.accountId}` : `demonstration:${clientKey}`
    await flagItem(this.db, actor, ref, { reasonCode: told.reason, note: told.note ?? null, clientKey, flaggerKey, staffed: this.#config.staffed })
  }

  /** Unless it is said who decides, two of the press office take turns. */
  async decide(ref: ItemRef, decision: Pick<NewDecision, 'act'> & Partial<NewDecision>, by?: string): Promise<void> {
    const about = typeof ref.commentId === 'number' ? eq(cases.commentId, ref.commentId) : eq(cases.postId, Number(ref.postId))
    const [open] = await this.db
      .select({ id: cases.id, version: cases.version })
      .from(cases)
      .where(and(about, isNull(cases.decidedAt)))
    if (!open) throw new Error('there is no open case: the echoes must be registered before seeding')
    const decider = this.person(by ?? (this.#deciders++ % 3 === 0 ? 'josie-osei' : 'sam-carter'))
    await decideCase(this.db, decider, open.id, { reasonCode: null, publicText: null, note: null, ...decision, version: open.version })
  }

  async postOfDraft(draftId: number): Promise<number> {
    const [draft] = await this.db.select({ postId: drafts.postId }).from(drafts).where(eq(drafts.id, draftId))
    if (!draft?.postId) throw new Error(`draft ${draftId} is not published`)
    return draft.postId
  }

  async conversationOf(postId: number): Promise<number> {
    const [post] = await this.db.select({ id: posts.conversationId }).from(posts).where(eq(posts.id, postId))
    if (!post) throw new Error(`no post ${postId}`)
    return post.id
  }

  /** A legal lock sends what was published back to the queue. */
  async setMode(conversationId: number, planned: PlannedMode, endsAt: Date | null): Promise<void> {
    await this.db.transaction((tx) => setMode(tx, this.person('sam-carter'), conversationId, modeOf(planned, endsAt)))
  }

  async publishedIn(conversationId: number): Promise<number[]> {
    const rows = await this.db
      .select({ id: comments.id })
      .from(comments)
      .where(and(eq(comments.conversationId, conversationId), eq(comments.state, 'published')))
      .orderBy(comments.id)
    return rows.map((row) => row.id)
  }
}

function modeOf({ mode, reason, trigger }: PlannedMode, endsAt: Date | null): NewMode {
  if (mode === 'held' || mode === 'archived') return { mode, reason }
  if (!endsAt) throw new Error(`${mode} needs a day on which it ends`)
  return mode === 'closed' ? { mode, reason, endsAt } : { mode, trigger: trigger ?? 'arrest', reviewAt: endsAt }
}

/** Moves the clock to a moment; it runs on from there. */
export function travelTo(moment: Date): void {
  moveClock(0)
  const away = moment.getTime() - Date.now()
  if (away !== 0) moveClock(away)
}
