/**
 * Reading what mail servers send back: delivery reports (RFC 3464) and complaints (RFC 5965). What is neither, and what is about nobody, says nothing.
 *
 * Anybody can write to the address that reports go to. So a report is believed only with the headers of our mail in it: they hold the sealed link that
 * stops it, which its reader has and nobody else. Whoever could forge such a report could as well press the link.
 */
import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { simpleParser, type ParsedMail } from 'mailparser'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { followerOfToken, type Follower } from '../following/link.ts'
import { followers } from '../following/schema.ts'
import { refusalOfStatus } from '../mail/refusal.ts'
import { noteReport, noteUnproved, type MailReport } from './stopping.ts'

export interface Said {
  /** Lower case; null where a complaint does not say whose mail it was, as many providers leave it out. */
  email: string | null
  kind: MailReport['kind']
  status: string | null
}

/** One group of fields; names in lower case. Of a field that comes twice, the first counts. */
type Fields = Readonly<Record<string, string>>

/** Fields stand in groups, a blank line between them; a line that begins with a space goes on with the one before. */
function groupsOf(text: string): Fields[] {
  const unfolded = text.replace(/\r\n?/g, '\n').replace(/\n[ \t]+/g, ' ')
  return unfolded.split(/\n{2,}/).map((group) => {
    const fields: Record<string, string> = {}
    // Cut by hand: a pattern that trims takes minutes over one long line of spaces, and strangers write these.
    for (const line of group.split('\n')) {
      const colon = line.indexOf(':')
      if (colon > 0) fields[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim()
    }
    return fields
  })
}

/** "rfc822; Ann@Example.org" and "<ann@example.org>" as "ann@example.org"; null for what is no address. */
function addressOf(field: string | undefined): string | null {
  const bare = (field ?? '')
    .replace(/^[\w-]+\s*;/, '')
    .trim()
    .replace(/^<|>$/g, '')
    .toLowerCase()
  return /^[^\s@<>]+@[^\s@<>]+$/.test(bare) && bare.length <= 320 ? bare : null
}

function deliveryOf(fields: Fields): Said[] {
  // The address that we wrote to comes first: the final one may lie behind a redirection that only its owner knows.
  const addresses = new Set([addressOf(fields['original-recipient']), addressOf(fields['final-recipient'])].filter((email) => email !== null))
  const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields['status'] ?? '')?.[0] ?? null
  const action = (fields['action'] ?? '').toLowerCase()
  if (status === null || (action !== 'failed' && action !== 'delayed')) return []
  const kind = action === 'failed' && refusalOfStatus(status) === 'mailbox' ? 'hard' : 'soft'
  return [...addresses].map((email) => ({ email, kind, status }))
}

function complaintOf(fields: Fields): Said[] {
  // "not-spam" takes one back; nothing of ours begins again by itself.
  if (fields['feedback-type']?.toLowerCase() !== 'abuse') return []
  return [{ email: addressOf(fields['original-rcpt-to']), kind: 'complaint', status: null }]
}

const typeOf = (mail: ParsedMail): string | null => {
  const header = mail.headers.get('content-type')
  const type: unknown = typeof header === 'object' && 'params' in header ? new Map(Object.entries(header.params)).get('report-type') : null
  return typeof type === 'string' ? type.toLowerCase() : null
}

const partsOf = (mail: ParsedMail, type: string): string =>
  mail.attachments
    .filter(({ contentType }) => contentType === type)
    .map(({ content }) => content.toString('utf8'))
    .join('\n\n')

// The whole mail or its headers alone, also where addresses are not ASCII (RFC 6522, RFC 6533).
const ORIGINALS = new Set(['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers', 'message/global', 'message/global-headers'])
const LINK = /^<[^<>]{1,500}\/following\/([\w-]{1,100})\/unsubscribe>$/

/** The tokens of the links in the headers of the mails that the report is about. */
const tokensOf = (mail: ParsedMail): string[] =>
  mail.attachments
    .filter(({ contentType }) => ORIGINALS.has(contentType))
    .flatMap(({ content }) => LINK.exec(groupsOf(content.toString('utf8'))[0]?.['list-unsubscribe'] ?? '')?.[1] ?? [])

interface Report {
  said: Said[]
  messageId: string | null
  tokens: string[]
}

/** What a report says, and of whom. Empty for any other mail. */
export async function readReport(raw: Buffer): Promise<Report> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true })
  const about = { messageId: mail.messageId ?? null, tokens: tokensOf(mail) }
  // The parser hands the machine's part over as text behind the words for people.
  const fields = (type: string): Fields[] => groupsOf(`${mail.text ?? ''}\n\n${partsOf(mail, type)}`)
  const type = typeOf(mail)
  if (type === 'delivery-status') return { ...about, said: fields('message/delivery-status').flatMap(deliveryOf) }
  if (type === 'feedback-report') return { ...about, said: fields('message/feedback-report').flatMap(complaintOf) }
  return { ...about, said: [] }
}

/** Whose mail came back, as its own links prove. */
async function provedBy(db: Database, config: Pick<Config, 'secret'>, tokens: readonly string[]): Promise<Follower[]> {
  const links = await Promise.all(tokens.slice(0, MOST_LINKS).map((token) => followerOfToken(db, config, token)))
  return links.flatMap((link) => link?.follower ?? [])
}

/** A report is about one mail; more would be somebody's play. */
const MOST_LINKS = 5

/** Takes a report as it came. The same twice counts once; one of somebody we do not know is let go. Answers how many followers it was new about. */
export async function takeReport(db: Database, config: Pick<Config, 'secret'>, raw: Buffer): Promise<number> {
  const { said, messageId, tokens } = await readReport(raw)
  const proved = await provedBy(db, config, tokens)
  let counted = 0
  for (const { email, kind, status } of said) {
    const follower = proved.find((one) => email === null || one.email === email)
    if (!follower) {
      await keepUnproved(db, email, status)
      continue
    }
    // By the report's own number: on its way it may gain lines, and come twice.
    const hash = createHash('sha256')
      .update(JSON.stringify([messageId ?? raw.toString('base64'), follower.email, kind]))
      .digest('hex')
    if (await db.transaction((tx) => noteReport(tx, { hash, kind, status, followerId: follower.id }))) counted++
  }
  return counted
}

async function keepUnproved(db: Database, email: string | null, status: string | null): Promise<void> {
  const [named] = email === null ? [] : await db.select({ id: followers.id }).from(followers).where(eq(followers.email, email))
  if (named) await noteUnproved(db, named.id, status)
}
