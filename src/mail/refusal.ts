/**
 * What a mail server means when it refuses: this mailbox for ever, this mail for ever, or not now. Read from the answer to our own delivery and from
 * the reports that come back later, by the same rule.
 */

/** `mailbox`: it will never take mail. `mail`: this one is refused for good, which says nothing of the mailbox. `now`: later perhaps. */
export type Refusal = 'mailbox' | 'mail' | 'now'

/** Of an enhanced status code ("5.1.1", RFC 3463). */
export function refusalOfStatus(status: string): Refusal {
  const [kind, subject, detail] = status.split('.').map(Number)
  if (kind !== 5) return 'now'
  // No such mailbox or domain (1), or it is switched off (2.0, 2.1) or without a reason (0.0). A full one (2.2) has room again some day.
  if (subject === 0 || subject === 1) return isOurs(subject, detail) ? 'mail' : 'mailbox'
  if (subject === 2) return detail === 0 || detail === 1 ? 'mailbox' : 'mail'
  // A system that is gone (4.4). Everything else is about us, our words or their rules: one block of a provider must not stop all who read there.
  return subject === 4 && detail === 4 ? 'mailbox' : 'mail'
}

/** "Bad sender's mailbox" and "bad sender's system" are said of the sender. */
const isOurs = (subject: number, detail: number | undefined): boolean => subject === 1 && (detail === 7 || detail === 8)

interface Answered {
  responseCode?: unknown
  command?: unknown
  response?: unknown
}

/** Of an error of delivery, with the status where the server gave one. Not now: a line that broke, a login that failed, a sender that was not taken. */
export function refusalOf(error: unknown): { refusal: Refusal; status: string | null } {
  const { responseCode, command, response } = (error instanceof Error ? error : {}) as Answered
  const status = typeof response === 'string' ? (/^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null) : null
  const atAddress = command === 'RCPT TO'
  const permanent = typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600
  if (!permanent || !(atAddress || command === 'DATA')) return { refusal: 'now', status }
  if (status !== null) return { refusal: refusalOfStatus(status) === 'mailbox' ? 'mailbox' : 'mail', status }
  return { refusal: atAddress ? 'mailbox' : 'mail', status }
}
