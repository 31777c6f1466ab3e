/** The moderation desk with what seals need: two colleagues who agree, and what has to be read from the tables. */
import { randomUUID } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { caseRow } from '../../src/moderation/file.ts'
import type { ItemRef } from '../../src/moderation/item.ts'
import { cases, sealedCopies } from '../../src/moderation/schema.ts'
import { answerProposal } from '../../src/proposals/proposal.ts'
import { proposals } from '../../src/proposals/schema.ts'
import { proposeOpening } from '../../src/seals/copy.ts'
import { proposeLifting, proposeSeal } from '../../src/seals/seal.ts'
import type { Desk } from '../moderation/desk.ts'

export const vaultOf = (desk: Desk) => {
  const answer = async (by: SignedIn, caseId: number, reply: 'agreed' | 'refused' = 'agreed') => {
    const file = await caseRow(desk.db, by, caseId)
    await answerProposal(desk.db, by, Number(file.proposalId), { answer: reply, note: 'Looked at it.', version: file.version })
  }
  const askSeal = (by: SignedIn, ref: ItemRef, caseId = 0) =>
    proposeSeal(desk.db, by, ref, {
      authority: 'standards',
      reference: 'PSD/2026/17',
      because: 'A misconduct matter.',
      caseId,
      clientKey: randomUUID(),
    })
  return {
    answer,
    askSeal,
    /** One proposes, the other agrees. */
    async seal(ref: ItemRef, first = desk.press, second = desk.press2) {
      await answer(second, (await askSeal(first, ref)).caseId)
    },
    async lift(ref: ItemRef, first = desk.press2, second = desk.press) {
      const { caseId } = await proposeLifting(desk.db, first, ref, { because: 'The matter is over.', clientKey: randomUUID() })
      await answer(second, caseId)
    },
    askToOpen: (by: SignedIn, copyId: number) =>
      proposeOpening(desk.db, by, copyId, { because: 'The lawyers ask what stood there.', clientKey: randomUUID() }),
    copiesOf: (commentId: number) => desk.db.select().from(sealedCopies).where(eq(sealedCopies.commentId, commentId)).orderBy(sealedCopies.id),
    proposalOf: async (caseId: number) => {
      const [found] = await desk.db
        .select({ proposal: proposals })
        .from(proposals)
        .innerJoin(cases, eq(cases.proposalId, proposals.id))
        .where(eq(cases.id, caseId))
        .orderBy(desc(proposals.id))
      if (!found) throw new Error('no proposal')
      return found.proposal
    },
  }
}
