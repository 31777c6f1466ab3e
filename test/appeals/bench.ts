/**
 * Appeals in the small world of the desk: somebody whose comment was decided about, lodging and hearing in one line.
 */
import { randomUUID } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import { log } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { decideAppeal, type NewOutcome } from '../../src/appeals/hearing.ts'
import { comments } from '../../src/conversations/schema.ts'
import type { NewDecision } from '../../src/moderation/decision.ts'
import { cases } from '../../src/moderation/schema.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'

export const WORDS = 'The lights on Grantham Road are out again.'
const OUTCOME: NewOutcome = { way: 'upheld', text: 'We looked again.', reasonCode: null, takeOut: [], note: null, version: 0 }

export interface DecidedItem {
  author: SignedIn
  commentId: number
  caseId: number
  decisionId: number
}

export async function openBench() {
  const desk = await openDesk()
  return { desk, ...verbsOn(desk) }
}
export type Bench = Awaited<ReturnType<typeof openBench>>

function verbsOn(desk: Desk) {
  const { db } = desk
  /** A comment by somebody of its own that was published, flagged and decided about; or (for `reject`) held. */
  async function decided(act: NewDecision['act'], more: Partial<NewDecision> = {}): Promise<DecidedItem> {
    const held = act === 'reject'
    const author = await desk.newPerson(`Author ${randomUUID().slice(0, 8)}`, [], held ? 0 : 5)
    const commentId = await desk.say(author, WORDS)
    if (!held) await desk.flag({ commentId }, randomUUID())
    const { id: decisionId } = await desk.decide(desk.press, { commentId }, act, more)
    return { author, commentId, caseId: (await desk.caseOf({ commentId })).id, decisionId }
  }
  const lodge = ({ author, caseId }: Pick<DecidedItem, 'author' | 'caseId'>, clientKey: string = randomUUID()) =>
    lodgeAppeal(db, author, caseId, { text: 'I named nobody.', clientKey })
  const caseRow = async (id: number) => {
    const [row] = await db.select().from(cases).where(eq(cases.id, id))
    if (!row) throw new Error('no case')
    return row
  }
  return {
    decided,
    lodge,
    caseRow,
    /** The first decision is by `press`. */
    async appealed(act: NewDecision['act'] = 'remove', more: Partial<NewDecision> = {}): Promise<DecidedItem> {
      const made = await decided(act, more)
      await lodge(made)
      return made
    },
    hear: async (by: SignedIn, caseId: number, way: NewOutcome['way'], more: Partial<NewOutcome> = {}) =>
      decideAppeal(db, by, caseId, { ...OUTCOME, way, version: (await caseRow(caseId)).version, ...more }),
    commentRow: async (id: number) => (await db.select().from(comments).where(eq(comments.id, id)))[0],
    async newestLog(itemId: number, item = 'comment') {
      const about = and(eq(log.item, item), eq(log.itemId, itemId))
      return (await db.select().from(log).where(about).orderBy(desc(log.id)).limit(1))[0]
    },
  }
}
