/**
 * Urgent alerts take two people of the press office. Officers and sergeants ask for one.
 */
import { hasRole, type Actor } from '../actor.ts'
import { isPublic } from '../conversations/audience.ts'
import { inPressOffice } from '../moderation/policy.ts'
import { isChangedElsewhere } from '../posts/policy.ts'
import type { PostKind } from '../posts/schema.ts'
import { sayNear } from '../text/dates.ts'

export const mayProposeAlert = (actor: Actor): boolean => inPressOffice(actor)

/** How far mailings have come: the press office, and administrators, who see no words that are not public. */
export const mayWatchMailings = (actor: Actor): boolean => hasRole(actor, 'press-office', 'administrator')

const HOUR = 3_600_000

interface AlertedPost {
  kind: PostKind
  audience: string
  state: string
  expiresAt: Date | null
  /** When it was last sent as an alert; null for never. */
  alertedAt: Date | null
}

/** Why no alert can be sent for a post, in words for the page; null when one can. */
export function cannotAlertBecause({ kind, audience, state, expiresAt, alertedAt }: AlertedPost, moment: Date): string | null {
  if (isChangedElsewhere({ kind })) return 'A time to meet the team is not sent as an alert: its followers are told anyway.'
  if (!isPublic(audience)) return 'Only a public post can be sent as an alert.'
  if (state === 'withdrawn') return 'This post was withdrawn, so it cannot be sent as an alert.'
  if (state === 'archived' || (expiresAt !== null && expiresAt <= moment)) return 'This post is over, so it cannot be sent as an alert.'
  if (alertedAt !== null && moment.getTime() - alertedAt.getTime() < HOUR)
    return `It was sent as an alert ${sayNear(alertedAt, moment)}. The same post can be sent again an hour later.`
  return null
}
