/** The words of the mails to people who sign up: for each thing that happens one. */
import { sayWindowInFull } from '../places/presence-window.ts'
import type { Mail } from '../mail/mail.ts'
import { count } from '../text/dates.ts'
import { signUpPath, site } from './link.ts'
import type { OccasionItem } from './occasion.ts'
import { isFull } from './saying.ts'
import type { signUps } from './schema.ts'

export type SignUp = typeof signUps.$inferSelect
/** One whose mailbox is known. */
export type Reader = SignUp & { email: string }

export const hasMailbox = (signUp: SignUp): signUp is Reader => signUp.email !== null

/** When and where, in lines of their own. */
const whenAndWhere = (item: OccasionItem): string =>
  [item.title, sayWindowInFull(item), item.address === null ? item.where : `${item.where}, ${item.address}`].join('\n')

const address = (path: string): string => `${site().publicUrl}${path}`
const places = (signUp: SignUp): string => count(signUp.partySize, 'place')

const change = (signUp: SignUp): string[] => ['To see this, change how many come, or say that you cannot come:', address(signUpPath(signUp))]

const letter = (signUp: Reader, cause: string, subject: string, text: readonly string[]): Mail => ({
  key: `sign-up:${signUp.id}:${cause}`,
  to: signUp.email,
  subject,
  text: text.join('\n\n'),
})

const since = ({ stateAt }: SignUp): number => stateAt.getTime()

/** Nothing is taken before the button behind the link is pressed. */
export const confirmLetter = (signUp: Reader, item: OccasionItem): Mail =>
  letter(signUp, `confirm:${since(signUp)}`, `Confirm: ${item.title}`, [
    `Somebody, we hope you, asked for ${places(signUp)} with this address:`,
    whenAndWhere(item),
    isFull(item)
      ? 'It is full at present. Open this link and press the button, and you are on the waiting list:'
      : 'Open this link and press the button, and you are on the list:',
    address(signUpPath(signUp)),
    'The link works for 7 days, while there are places. If you did not ask for this, do nothing: nothing more is sent to you.',
  ])

/** To somebody who asks again although they are on the list: only their mailbox hears that they are. */
export const alreadyLetter = (signUp: Reader, item: OccasionItem, clientKey: string): Mail =>
  letter(signUp, `already:${clientKey}`, `You have signed up already: ${item.title}`, [
    `Somebody, we hope you, asked for places with this address. ${signUp.state === 'coming' ? `You have ${places(signUp)} already.` : 'You are on the waiting list already.'}`,
    whenAndWhere(item),
    ...change(signUp),
  ])

export const comingLetter = (signUp: Reader, item: OccasionItem): Mail =>
  letter(signUp, `coming:${since(signUp)}`, `You are coming: ${item.title}`, [
    `You have ${places(signUp)}. We look forward to meeting you.`,
    whenAndWhere(item),
    'Add it to your calendar:',
    address(`/occasions/${item.id}/event.ics`),
    ...change(signUp),
  ])

export const waitingLetter = (signUp: Reader, item: OccasionItem): Mail =>
  letter(signUp, `waiting:${since(signUp)}`, `You are on the waiting list: ${item.title}`, [
    `It is full at present. You wait for ${places(signUp)}; we write to you when there is room.`,
    whenAndWhere(item),
    ...change(signUp),
  ])

export const placeLetter = (signUp: Reader, item: OccasionItem): Mail =>
  letter(signUp, `place:${since(signUp)}`, `A place is yours: ${item.title}`, [
    `There is room now: you have ${places(signUp)} and are not on the waiting list any more.`,
    whenAndWhere(item),
    'Add it to your calendar:',
    address(`/occasions/${item.id}/event.ics`),
    'If you cannot come any more, please say so, and the next in the list can:',
    address(signUpPath(signUp)),
  ])

export interface Before {
  startsAt: Date
  endsAt: Date
  where: string
}

export const movedLetter = (signUp: Reader, item: OccasionItem, before: Before): Mail =>
  letter(signUp, `moved:${item.sequence}`, `Changed: ${item.title}`, [
    signUp.state === 'coming'
      ? 'The time or the place has changed. You still have your place.'
      : 'The time or the place has changed. You still wait for a place.',
    `It was:\n${sayWindowInFull(before)}\n${before.where}`,
    `It is now:\n${whenAndWhere(item)}`,
    ...change(signUp),
  ])

export const cancelledLetter = (signUp: Reader, item: OccasionItem): Mail =>
  letter(signUp, 'cancelled', `Called off: ${item.title}`, [
    'This will not take place:',
    whenAndWhere(item),
    `The reason: ${item.cancelledBecause ?? ''}`,
    'You need not do anything. What else the team plans:',
    address(`/teams/${item.teamSlug}`),
  ])

export const reminderLetter = (signUp: Reader, item: OccasionItem): Mail =>
  letter(signUp, `reminder:${item.sequence}`, `Reminder: ${item.title}`, [
    `This is soon, and you have ${places(signUp)}.`,
    whenAndWhere(item),
    'If you cannot come any more, please say so, and somebody else can:',
    address(signUpPath(signUp)),
  ])

/** What the organiser writes to everybody who comes. `wordId` is the row that keeps it. */
export const organiserLetter = (
  signUp: Reader,
  item: OccasionItem,
  { id, body, byPartner }: { id: number; body: string; byPartner: boolean },
): Mail => ({
  ...letter(signUp, `words:${id}`, `About: ${item.title}`, [
    `${byPartner ? 'The partner of the police who runs this' : `The ${item.teamName} team`} writes to everybody who comes:`,
    body,
    whenAndWhere(item),
    'Please do not answer this mail. You can ask on the page:',
    address(item.path),
    ...change(signUp),
  ]),
  bulk: true,
})
