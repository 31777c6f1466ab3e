/** What this room does when something happened elsewhere, and what it knows for the rooms below. */
import { isColleague } from '../actor.ts'
import { circleOf } from '../conversations/audience.ts'
import type { Config } from '../config.ts'
import { addInvolvement } from '../moderation/impartial.ts'
import { accountOfKey } from './persona.ts'
import { personaKey } from './persona-key.ts'

/** Whoever writes or removes under a pseudonym does not decide about it at the press office. Asked in their own request, and for a support circle alone. */
export function registerCircles(config: Config): void {
  addInvolvement('circles', async (db, actor, { audience, accountIds }) => {
    const circleId = circleOf(audience)
    if (circleId === null || actor.persona || !isColleague(actor)) return false
    const own = await accountOfKey(db, personaKey(config, circleId, actor.accountId))
    return own !== null && accountIds.includes(own)
  })
}
