import type { Site } from '../accounts/sign-in-mail.ts'
import type { Mail } from '../mail/mail.ts'

/** What goes to the mailbox of somebody of another organisation. Nothing of the circle is in it: a mail can be forwarded, and its name alone may say too much. */
export function invitationMail(invited: { id: number; to: string; token: string; from: string; days: number }, { publicUrl, force }: Site): Mail {
  const text = [
    `${invited.from} of ${force} invites you to a circle of its staff network.`,
    'The staff network is where people who work for the force talk to each other. A circle is a closed group in it. You would read and write in this one circle, as somebody of your organisation, and in nothing else.',
    'What is written there is recorded. It is moderated, and it can be disclosed: to a court, or under the Freedom of Information Act.',
    'To see what you are invited to, and to accept or decline, open this link and sign in with this email address:',
    `${publicUrl}/staff/invitations/${invited.token}`,
    `The link works for ${invited.days} days, for this email address alone.`,
    'If you did not expect this, do nothing. Nobody is let in without you.',
  ]
  return { key: `circle-invitation:${invited.id}`, to: invited.to, subject: `An invitation from ${force}`, text: text.join('\n\n') }
}
