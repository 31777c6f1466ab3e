/**
 * The kinds of posts: what each is for, asks for, shows, and who may publish it alone. A new kind is one entry here and its name in `POST_KINDS`.
 */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { displayPostcode, parsePostcode } from '../geography/postcode.ts'
import { dayKey } from '../text/dates.ts'
import { cleanLine, hasWords } from '../text/input.ts'
import { renderPost, summarise } from '../text/markdown.ts'
import { endOfDay, readDate, ukMoment } from '../text/moment.ts'
import { slugOf } from '../text/slug.ts'
import { line, optionalWords, parseForm, words } from '../web/forms.ts'
import { ARREST } from './arrest.ts'
import type { Kind } from './kind.ts'
import { isFilled, Problems, roomFor } from './kind-fields.ts'
import { PLAIN_KINDS } from './plain-kinds.ts'
import { STAFF_KIND_OF } from './staff-kinds.ts'
import type { Details, DraftForm, PostKind } from './schema.ts'

export type { Kind, KindField } from './kind.ts'

/** What a form comes to when it is complete and right. */
export interface PostContent {
  title: string
  body: string
  tags: string[]
  details: Details
  /** The end of the day that was typed, UK time; null for none. */
  expiresAt: Date | null
  /** Asked for in the form of a kind that offers it. */
  lock: { trigger: 'arrest' | 'charge'; reviewAt: Date } | null
  /** Key of a postcode near what it is about (`LN42LE`), where one was typed; the post keeps only a rough point of it. */
  nearPostcode?: string
}

/** In the composer's order. */
export const KINDS: Readonly<Record<PostKind, Kind>> = (({ update, appeal, ...others }) => ({
  update,
  appeal,
  arrest: ARREST,
  ...others,
  ...STAFF_KIND_OF,
}))(PLAIN_KINDS)

export const kindOf = (kind: PostKind): Kind => KINDS[kind]

/** Those that the composer offers, in its order. */
export const composedKinds = (): Kind[] => Object.values(KINDS).filter((kind) => kind.composed)

/** Those that can be public: all but the staff network's own. */
export const publicKinds = (): Kind[] => Object.values(KINDS).filter(({ staff }) => !staff)

/** Those that stand in no list or feed of posts. */
export const unlistedKinds = (): PostKind[] => Object.values(KINDS).flatMap(({ kind, unlisted }) => (unlisted ? [kind] : []))

export const isSensitive = (kind: PostKind): boolean => kindOf(kind).sensitive

/** The details without what is kept for the record alone. Whoever shows, sends or logs details takes these. */
export const publicDetails = (kind: PostKind, details: Details): Details =>
  Object.fromEntries(Object.entries(details).filter(([name]) => kindOf(kind).secret?.includes(name) !== true))

const TITLE = 120
const BODY = 10_000
const TAGS = 500
const NOTE = 240
const DAY_TYPED = 40
const POSTCODE_TYPED = 20

const title = line('The title', 'Enter a title', TITLE)
const body = words('The text', 'Enter the text of the post', BODY)
const bodyOrNone = optionalWords('The text', BODY)

/** Tags as typed, apart by commas, lines or #, as the tags of a post. */
export const tagsField = z
  .string()
  .max(TAGS, `Tags must be ${TAGS} characters or fewer in all`)
  .default('')
  .transform((text) => [
    ...new Set(
      text
        .split(/[,\n#]+/)
        .filter((tag) => /[\p{L}\p{N}]/u.test(tag))
        .map(slugOf),
    ),
  ])
  .refine((list) => list.length <= 8, 'Give at most 8 tags')
  .refine((list) => list.every((tag) => tag.length <= 40), 'Each tag must be 40 characters or fewer')

// Belong to the composer's form and not to what it says.
const ABOUT_THE_FORM = new Set(['act', 'key', 'version', 'team', 'force', 'kind', 'date', 'time', 'photo-looked'])
const OF_FILES = /^(photo|photo-alt|photo-looked|attachment|attachment-title|alt-\d+)$/

/** How long the text of each field may be, raw, to be kept. */
function roomOf(kind: Kind): Map<string, number> {
  const room = new Map(kind.fields.map((field) => [field.name, roomFor(field)]))
  room.set('expires', 4 * DAY_TYPED).set('note', 4 * NOTE)
  if (kind.ownWords) room.set('title', 4 * TITLE).set('body', 4 * BODY)
  if (kind.tags) room.set('tags', 4 * TAGS)
  if (kind.ground) room.set('near-postcode', 4 * POSTCODE_TYPED)
  if (kind.offersLock) room.set('lock', 4 * DAY_TYPED).set('lock-review', 4 * DAY_TYPED)
  return room
}

/**
 * The fields of the form that this kind knows, as typed (but for what no database can keep); others are dropped. Where the kind takes no words of people's own (an arrest),
 * anything that it does not ask for is refused instead: throws `Refused` by field, also for a request made by hand.
 */
export function acceptForm(kind: PostKind, typed: Readonly<Record<string, string>>): DraftForm {
  const its = kindOf(kind)
  const room = roomOf(its)
  const problems = new Problems()
  const kept = Object.entries(typed).filter(([name, value]) => {
    const max = room.get(name)
    if (max === undefined && hasWords(value) && !its.ownWords) problems.add(name.slice(0, 60), refusalOf(its, name))
    if (max !== undefined && value.length > max) problems.add(name, `This is too long to keep. Shorten it to ${Math.floor(max / 4)} characters`)
    return max !== undefined
  })
  problems.refuse()
  return Object.fromEntries(kept.map(([name, value]) => [name, storable(value)]))
}

// Half a character and the character nought cannot stand in the database.
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '')

function refusalOf(kind: Kind, name: string): string | null {
  if (ABOUT_THE_FORM.has(name)) return null
  return OF_FILES.test(name) ? `${kind.name}: photos and attachments cannot be published` : (kind.onlyListed ?? 'This cannot be published')
}

/** The content of a form, checked. Throws `Refused` with a message by field. */
export function contentOf(kind: PostKind, form: DraftForm, now: Date): PostContent {
  const its = kindOf(kind)
  const accepted = acceptForm(kind, form)
  const problems = new Problems()
  const own = its.ownWords ? problems.collect(() => ownWordsOf(its, accepted)) : null
  const tags = its.tags ? problems.collect(() => parseForm(z.object({ tags: tagsField }), accepted).tags) : null
  const details = problems.collect(() => its.read(accepted, now))
  const expiresAt = problems.collect(() => expiryOf(accepted, now))
  const lock = problems.collect(() => lockOf(its, accepted, now))
  const nearPostcode = problems.collect(() => nearPostcodeOf(its, accepted))
  problems.refuse()
  const { title, body } = own ?? its.words?.(details ?? {}) ?? { title: '', body: '' }
  return { title, body, tags: tags ?? [], details: details ?? {}, expiresAt, lock, ...(nearPostcode === null ? {} : { nearPostcode }) }
}

function ownWordsOf(kind: Kind, form: DraftForm): { title: string; body: string } {
  const untitled = kind.titleOptional === true && !isFilled(form, 'title')
  const shape = { title: untitled ? z.string().default('') : title, body: kind.bodyOptional === true ? bodyOrNone : body }
  const written = parseForm(z.object(shape), form)
  const text = written.body ?? ''
  return { title: untitled ? titleFrom(text) : written.title, body: text }
}

const TITLE_MADE = 80

/** A title for a text without one: its first sentence, or as many of its first words as fit. */
function titleFrom(text: string): string {
  // A line that stands by itself is a headline, with or without a full stop.
  const [first = ''] = text.trim().split(/\n\s*\n/, 1)
  const plain = cleanLine(summarise(renderPost(first.slice(0, 2000)), 400))
  // "St. Giles" is not the end of a sentence.
  const sentence = /^.+?(?<!\b(?:St|Mr|Mrs|Ms|Dr|Sgt|Insp|No|e\.g|i\.e|approx))[.!?](?=\s|$)/u.exec(plain)?.[0] ?? plain
  const whole = sentence.replace(/(?<!\.)\.$/, '').trim()
  if (!hasWords(whole)) return 'Update'
  if (whole.length <= TITLE_MADE) return whole
  const end = whole.lastIndexOf(' ', TITLE_MADE - 1)
  // A word without an end is cut anywhere but inside a character.
  const cut = whole.slice(0, end > TITLE_MADE / 2 ? end : TITLE_MADE - 1).replace(/[\ud800-\udbff]$/, '')
  return `${cut.replace(/[\s,;:.–-]+$/, '')}…`
}

const refuse = (field: string, message: string): never => {
  throw new Refused(message, { [field]: message })
}

function expiryOf(form: DraftForm, now: Date): Date | null {
  if (!isFilled(form, 'expires')) return null
  const day = readDate(form['expires'] ?? '', now) ?? refuse('expires', 'The end date must be a real date, for example 27/3/2027')
  const end = endOfDay(day)
  return end > now ? end : refuse('expires', 'The end date must be today or in the future')
}

function nearPostcodeOf(kind: Kind, form: DraftForm): string | null {
  if (!kind.ground || !isFilled(form, 'near-postcode')) return null
  const postcode = parsePostcode(form['near-postcode'] ?? '')
  if (postcode?.kind !== 'full') return refuse('near-postcode', 'Enter a whole postcode, for example LN4 2LE')
  return isFilled(form, 'near') ? postcode.key : refuse('near', 'Say roughly where it is, for readers: the postcode is not shown')
}

function lockOf(kind: Kind, form: DraftForm, now: Date): PostContent['lock'] {
  if (!kind.offersLock || !['yes', 'on', 'true'].includes((form['lock'] ?? '').trim())) return null
  if (!isFilled(form, 'lock-review')) return refuse('lock-review', 'Enter the date when the lock is to be reviewed')
  const day = readDate(form['lock-review'] ?? '', now) ?? refuse('lock-review', 'The review date must be a real date, for example 27/3/2027')
  if (day <= dayKey(now)) refuse('lock-review', 'The review date must be in the future')
  if (day > yearLater(now)) refuse('lock-review', 'The review date must be within a year')
  const reviewAt = ukMoment(day, '09:00') ?? endOfDay(day)
  return { trigger: form['stage']?.trim() === 'charge' ? 'charge' : 'arrest', reviewAt }
}

function yearLater(now: Date): string {
  const [year = '', month = '', day = ''] = dayKey(now).split('-')
  return `${Number(year) + 1}-${month}-${day}`
}

/** The form that gives this content again: what a correction begins with. */
export function formOf(kind: PostKind, content: Omit<PostContent, 'lock'> & Partial<Pick<PostContent, 'lock'>>): DraftForm {
  const its = kindOf(kind)
  const names = new Set(its.fields.map((field) => field.name))
  const details = Object.entries(content.details).filter(([name, value]) => names.has(name) && value !== null && value !== false)
  const { expiresAt, lock, nearPostcode } = content
  return {
    ...(its.ownWords ? { title: content.title, body: content.body } : {}),
    ...(its.tags ? { tags: content.tags.join(', ') } : {}),
    ...Object.fromEntries(details.map(([name, value]) => [name, value === true ? 'yes' : String(value)])),
    ...(expiresAt ? { expires: dayKey(new Date(expiresAt.getTime() - 1)) } : {}),
    ...(nearPostcode ? { 'near-postcode': displayPostcode(nearPostcode) } : {}),
    ...(lock ? { lock: 'yes', 'lock-review': dayKey(lock.reviewAt) } : {}),
  }
}
