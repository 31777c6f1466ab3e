/**
 * Good practice: what was the problem, what was done, what came of it; and which teams used it since. The three parts are one text under headings, so that it is corrected
 * and moderated like every other.
 */
import { and, asc, eq } from 'drizzle-orm'
import type { Actor, SignedIn } from '../actor.ts'
import { accounts } from '../accounts/schema.ts'
import { recordActivity } from '../activity/activity.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, Overtaken, Refused } from '../errors.ts'
import type { StaffPostPage } from '../network/page.ts'
import { publishInNetwork } from '../network/post.ts'
import { teams } from '../teams/schema.ts'
import { lockToAct } from './acting.ts'
import type { Published, Words } from './help-request.ts'
import { heldBy, sayHeld } from './mark.ts'
import { isOfTeam, mayTakeBackUse, mayTakePart, teamsOf } from './policy.ts'
import { practices, practiceUses } from './schema.ts'

export interface PracticeWords extends Omit<Words, 'body'> {
  problem: string
  done: string
  result: string
}

const PARTS = ['The problem', 'What was done', 'What came of it'] as const

const bodyOf = ({ problem, done, result }: PracticeWords): string =>
  [problem, done, result].map((text, at) => `## ${PARTS[at]}\n\n${text}`).join('\n\n')

/** A correction keeps the three parts, in their order, none of them empty. Throws `Refused` (field `body`), naming those that are missing. */
export function requireParts(body: string): void {
  const found = new Map<string, string>()
  let name = ''
  for (const row of body.split('\n')) {
    const [, heading] = /^##\s+(.*?)\s*$/.exec(row) ?? []
    if (heading !== undefined && PARTS.some((part) => part === heading)) found.set((name = heading), '')
    else found.set(name, (found.get(name) ?? '') + row.trim())
  }
  const missing = PARTS.filter((part) => !found.get(part))
  const order = [...found.keys()].filter((key) => key !== '').join() === PARTS.join()
  if (missing.length === 0 && order) return
  const said = new Intl.ListFormat('en-GB').format(missing.map((part) => `“## ${part}”`))
  const message =
    missing.length === 0 ? 'Keep the three headings in their order' : `Keep the three headings, each with text below it. Missing: ${said}`
  throw new Refused('Good practice has three parts', { body: message })
}

/** The same form twice makes one. Throws as `publishInNetwork`. */
export const sharePractice = (db: Database, actor: SignedIn, words: PracticeWords): Promise<Published> =>
  db.transaction((tx) => {
    const { title, tags, clientKey, circleId } = words
    const post = { kind: 'good-practice' as const, title, body: bodyOf(words), tags, details: {}, clientKey, circleId }
    return publishInNetwork(tx, actor, post, async (within, { id, publishedAt }) => {
      await within.insert(practices).values({ postId: id, publishedAt })
    })
  })

/**
 * "We used this": once for each team. Again by the same person changes their note and nothing else. Throws `Forbidden` for a team that is not theirs, and `Overtaken`
 * when a colleague of the team was first.
 */
export async function usePractice(db: Database, actor: SignedIn, postId: number, { teamId, note }: { teamId: number; note: string }): Promise<void> {
  await db.transaction(async (tx) => {
    const post = await lockToAct(tx, actor, postId, 'good-practice')
    if (!isOfTeam(actor, teamId)) throw new Forbidden('You say it for a team in which you work.')
    const [use] = await tx.insert(practiceUses).values({ postId, teamId, byId: actor.accountId, note, at: now() }).onConflictDoNothing().returning()
    const here = and(eq(practiceUses.postId, postId), eq(practiceUses.teamId, teamId))
    if (!use) {
      const changed = await tx
        .update(practiceUses)
        .set({ note })
        .where(and(here, eq(practiceUses.byId, actor.accountId)))
        .returning({ teamId: practiceUses.teamId })
      if (changed.length === 0) throw new Overtaken('A colleague has said so for your team already.')
      return
    }
    const { audience, conversationId } = post
    const detail = { accountId: post.authorId, teamId }
    await recordActivity(tx, { kind: 'practice.used', audience, actorId: actor.accountId, teamId: post.teamId, conversationId, postId, detail })
  })
}

/** By anybody of the team that said it. Twice is the same as once. Throws `Forbidden`. */
export async function takeBackUse(db: Database, actor: SignedIn, postId: number, teamId: number): Promise<void> {
  await db.transaction(async (tx) => {
    const post = await lockToAct(tx, actor, postId, 'good-practice')
    if (!mayTakeBackUse(actor, post, teamId)) throw new Forbidden('The team that said it takes it back.')
    await tx.delete(practiceUses).where(and(eq(practiceUses.postId, postId), eq(practiceUses.teamId, teamId)))
  })
}

export interface PracticePanel {
  postId: number
  useCount: number
  uses: { teamId: number; team: string; slug: string; by: string | null; mark: string | null; note: string; at: Date; mayTakeBack: boolean }[]
  /** The teams for which this reader can say it still. */
  teams: { id: number; name: string }[]
}

/** Of which a page shows no more. */
const MOST_USES = 100

/** Null for a post without its row. */
export async function practicePanelOf(db: Db, actor: Actor, post: StaffPostPage): Promise<PracticePanel | null> {
  const [practice] = await db.select({ useCount: practices.useCount }).from(practices).where(eq(practices.postId, post.id))
  if (!practice) return null
  const rows = await usesOf(db, post.id)
  const used = new Set(rows.map(({ teamId }) => teamId))
  return {
    postId: post.id,
    useCount: practice.useCount,
    uses: rows.map(({ held, ...row }) => ({ ...row, mark: sayHeld(held), mayTakeBack: mayTakeBackUse(actor, post, row.teamId) })),
    teams: mayTakePart(actor, post) ? teamsOf(actor).filter(({ id }) => !used.has(id)) : [],
  }
}

const usesOf = (db: Db, postId: number) =>
  db
    .select({
      teamId: teams.id,
      team: teams.name,
      slug: teams.slug,
      by: accounts.displayName,
      held: heldBy(practiceUses.byId),
      note: practiceUses.note,
      at: practiceUses.at,
    })
    .from(practiceUses)
    .innerJoin(teams, eq(teams.id, practiceUses.teamId))
    .innerJoin(accounts, eq(accounts.id, practiceUses.byId))
    .where(eq(practiceUses.postId, postId))
    .orderBy(asc(practiceUses.at), asc(practiceUses.teamId))
    .limit(MOST_USES)
