/** What stands on the page of a focus group below its words: when and where, who comes (for the invited and the convener), and what came of it. */
import { idOf, type Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { groupById, type Group } from './group.ts'
import { invitedTo, type Invited } from './invitation.ts'
import { earlierNotes, type EarlierNotes } from './notes.ts'
import { isConvener, mayCallOffGroup, mayCorrectNotes, mayInvite, mayMoveGroup, mayWriteNotes } from './policy.ts'

export interface GroupPanel {
  group: Group
  /** Of this reader; null where they were not invited. */
  mine: { answer: Invited['answer'] } | null
  /** Null for whoever was not invited and did not convene it. */
  people: { coming: Invited[]; notComing: Invited[]; unanswered: Invited[]; left: number } | null
  /** It was held, and nobody has written down what came of it. */
  notesMissing: boolean
  /** Of the notes, the latest first. */
  earlier: EarlierNotes[]
  may: { answer: boolean; invite: boolean; move: boolean; callOff: boolean; note: boolean; correct: boolean }
}

/** Throws `NotFound`. */
export async function groupPanel(db: Db, actor: Actor, postId: number): Promise<GroupPanel> {
  const group = await groupById(db, actor, postId)
  const invited = await invitedTo(db, postId)
  const own = invited.find(({ id }) => id === idOf(actor))
  return {
    group,
    mine: own ? { answer: own.answer } : null,
    people: own || isConvener(actor, group) ? parted(invited, group.places) : null,
    notesMissing: group.state === 'over' && group.notesAt === null,
    earlier: await earlierNotes(db, group),
    may: {
      answer: own !== undefined && group.state === 'before',
      invite: mayInvite(actor, group, group.state),
      move: mayMoveGroup(actor, group, group.state),
      callOff: mayCallOffGroup(actor, group, group.state),
      note: group.notesAt === null && mayWriteNotes(actor, group, group.state),
      correct: mayCorrectNotes(actor, group),
    },
  }
}

function parted(invited: readonly Invited[], places: number): GroupPanel['people'] {
  const coming = invited.filter(({ answer }) => answer === 'coming')
  return {
    coming,
    notComing: invited.filter(({ answer }) => answer === 'not-coming'),
    unanswered: invited.filter(({ answer }) => answer === null),
    left: Math.max(0, places - coming.length),
  }
}
