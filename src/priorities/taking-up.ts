/**
 * Taking up as a suggestion what a resident said elsewhere in public: it stands on the team's list then, with the support that it has, and stays where it was said.
 */
import type { SignedIn } from '../actor.ts'
import { recordActivity } from '../activity/activity.ts'
import { raiseComment } from '../conversations/gathering.ts'
import { lockComment } from '../conversations/states.ts'
import type { Database } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken } from '../errors.ts'
import type { TeamName } from '../teams/team.ts'
import { lockBox } from './box.ts'
import { mayKeepPriority } from './policy.ts'
import { requireSpeaking } from './standing.ts'
import { teamOfSuggestion } from './suggestion.ts'

/** Twice is the same as once. Throws `NotFound` for what not everybody can read and for official words, `Overtaken` when another team has taken it up. */
export async function takeUpComment(db: Database, actor: SignedIn, team: TeamName, commentId: number): Promise<void> {
  await db.transaction(async (tx) => {
    if (!mayKeepPriority(actor, team.id)) throw new Forbidden(`You cannot take this up for the ${team.name} team.`)
    await requireSpeaking(tx, actor, team.id)
    const boxId = await lockBox(tx, team)
    // Whoever writes locks the conversation first, and so does this.
    const comment = await lockComment(tx, commentId)
    const home = await teamOfSuggestion(tx, commentId)
    if (home?.id === team.id) return
    if (home) throw new Overtaken(`The ${home.name} team has this among its suggestions already.`)
    if (!comment) throw new NotFound('comment')
    await raiseComment(tx, actor, boxId, commentId)
    // Gathered for something else already, such as a live hour.
    if ((await teamOfSuggestion(tx, commentId)) === null) throw new Overtaken('This is gathered for something else already, and is answered there.')
    await recordActivity(tx, {
      kind: 'suggestion.raised',
      audience: comment.audience,
      actorId: actor.accountId,
      teamId: team.id,
      conversationId: comment.conversationId,
      commentId,
      detail: { boxId },
    })
  })
}
