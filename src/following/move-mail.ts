/** The one mail that tells a follower of a move: why, from which team to which, and how to undo it. */
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Mail } from '../mail/mail.ts'
import { settingsLink, unsubscribeLink, type Follower } from './link.ts'
import { quietEnd } from './quiet.ts'

export interface Cause {
  activityId: number
  why: 'archived' | 'boundary'
}

export interface Moved {
  followId: number
  from: string
  to: string
  /** They followed both teams before. */
  both: boolean
}

export function moveMail(config: Config, { activityId, why }: Cause, follower: Follower, { followId, from, to, both }: Moved): Mail {
  const because =
    why === 'archived'
      ? `The ${from} team no longer exists. The ${to} team looks after its area now.`
      : `The boundary between two teams has changed. Your postcode is now looked after by the ${to} team, no longer by the ${from} team.`
  const undo = why === 'archived' ? 'You can stop or change this here:' : 'If you would rather follow the team from before, put it back here:'
  const text = [
    because,
    both
      ? `You follow the ${to} team already, so you now get its news only.`
      : `You followed the ${from} team. From now on you get the news of the ${to} team, as often as before.`,
    undo,
    settingsLink(config, follower),
    `To stop all news of the ${to} team:`,
    unsubscribeLink(config, follower, both ? null : followId),
  ]
  return {
    key: `follow-moved:${followId}:${activityId}`,
    to: follower.email,
    subject: `You now follow the ${to} team`,
    text: text.join('\n\n'),
    followerId: follower.id,
    bulk: true,
    notBefore: quietEnd(follower, now()),
    headers: {
      'List-Unsubscribe': `<${unsubscribeLink(config, follower, both ? null : followId)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  }
}
