/**
 * The mail of the demonstration, which goes nowhere but can be read.
 */
import type { Database } from '../database/database.ts'
import { mailsBefore } from '../mail/mail.ts'

/** A piece of a mail: words, or a link. */
export interface Piece {
  text: string
  href: string | null
}

export interface ShownMail {
  id: number
  to: string
  subject: string
  pieces: Piece[]
  createdAt: Date
}

export const MAILS_SHOWN = 20
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/

/** Newest first, before the given id; `next` goes into the address of the next page. */
export async function readMails(db: Database, publicUrl: string, before: number | null): Promise<{ mails: ShownMail[]; next: number | null }> {
  const rows = await mailsBefore(db, before, MAILS_SHOWN + 1)
  const mails = rows.slice(0, MAILS_SHOWN).map(({ text, ...mail }) => ({ ...mail, pieces: piecesOf(text ?? '', publicUrl) }))
  return { mails, next: rows.length > MAILS_SHOWN ? (mails.at(-1)?.id ?? null) : null }
}

/** Addresses in the words become links; those of this site work under whatever name it is open in the browser. */
export const piecesOf = (text: string, publicUrl: string): Piece[] =>
  text.split(LINK).flatMap((part, index) => (part === '' ? [] : [{ text: part, href: index % 2 === 1 ? hrefOf(part, publicUrl) : null }]))

function hrefOf(address: string, publicUrl: string): string {
  if (address === publicUrl) return '/'
  return address.startsWith(`${publicUrl}/`) ? address.slice(publicUrl.length) : address
}
