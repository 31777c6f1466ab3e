/**
 * Mailboxes that anybody can have, and the force's own: neither says that somebody works for an organisation outside.
 */
import type { Config } from '../config.ts'

/** Providers with a domain in each country, by the first part of their names. */
const PROVIDERS =
  /(^|\.)(gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|aol|aim|icloud|gmx|mail|email|proton|protonmail|tutanota|tutamail|tuta|yandex|zoho|zohomail|fastmail|hushmail|mailbox|posteo|inbox|hey|lycos|excite|mailinator|guerrillamail|yopmail|tempmail|10minutemail|trashmail|sharklasers)\.(com|net|org|me|io|eu|info|(co|com|org)\.[a-z]{2}|[a-z]{2})$/

/** What British providers and others call theirs. */
const OTHERS = new Set([
  'me.com',
  'mac.com',
  'pm.me',
  'btinternet.com',
  'btopenworld.com',
  'btconnect.com',
  'sky.com',
  'talktalk.net',
  'tiscali.co.uk',
  'lineone.net',
  'virginmedia.com',
  'virgin.net',
  'ntlworld.com',
  'blueyonder.co.uk',
  'plus.com',
  'plusnet.com',
  'orange.net',
  'wanadoo.co.uk',
  'freeserve.co.uk',
  'o2.co.uk',
  'ee.co.uk',
  'vodafone.net',
  'madasafish.com',
  'supanet.com',
  'onetel.com',
  'uwclub.net',
  'web.de',
  'free.fr',
  'orange.fr',
  'laposte.net',
  'libero.it',
  'wp.pl',
  'onet.pl',
  'o2.pl',
  'mail.ru',
  'qq.com',
  '163.com',
  '126.com',
  'comcast.net',
  'att.net',
  'verizon.net',
])

/** One of these, or below one: an alias of a mailbox there. */
export const isPublicMail = (domain: string): boolean =>
  PROVIDERS.test(domain) || [...OTHERS].some((other) => domain === other || domain.endsWith(`.${other}`))

/** What stands after the "@" of the force's own addresses, and the host of this site. */
export function ownDomains({ mailFrom, contactEmail, publicUrl }: Pick<Config, 'mailFrom' | 'contactEmail' | 'publicUrl'>): string[] {
  const mail = [mailFrom, contactEmail].map((address) => address.slice(address.lastIndexOf('@') + 1).toLowerCase())
  return [...new Set([...mail, new URL(publicUrl).hostname])]
}

/** One of the force's own, below it, or above it where that holds it too (`force.police.uk` for `mail.force.police.uk`). */
export const isOwn = (domain: string, own: readonly string[]): boolean =>
  own.some((host) => domain === host || domain.endsWith(`.${host}`) || host.endsWith(`.${domain}`))

/** Why no organisation can be known by this domain, in words for the form; null when one can. */
export function refusedDomain(domain: string, own: readonly string[]): string | null {
  if (!/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z]$/.test(domain))
    return `“${domain}” is not what stands after the “@” of an address, like council.example.gov.uk`
  if (isPublicMail(domain)) return `Anybody can have a mailbox at ${domain}, so it says nothing about where somebody works`
  if (isOwn(domain, own)) return `${domain} is the force’s own. Colleagues are invited by name`
  return SHARED.has(domain) ? `Many organisations share ${domain}. Enter the whole of what stands after the “@”` : null
}

const SHARED = new Set([
  'co.uk',
  'org.uk',
  'ac.uk',
  'gov.uk',
  'nhs.uk',
  'police.uk',
  'sch.uk',
  'ltd.uk',
  'plc.uk',
  'me.uk',
  'net.uk',
  'mod.uk',
  'fire.uk',
])
