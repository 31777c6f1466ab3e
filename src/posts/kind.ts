/**
 * What a kind of post is made of.
 */
import type { Role } from '../actor.ts'
import type { Details, DraftForm, PostKind } from './schema.ts'

/** A field that a kind asks for besides title and text. Its name is that of the input and of the detail. */
export interface KindField {
  name: string
  label: string
  hint?: string
  type: 'line' | 'words' | 'date' | 'number' | 'choice' | 'check'
  /** For a choice: value and label. */
  options?: readonly (readonly [string, string])[]
  optional?: boolean
  width?: 'w4' | 'w10' | 'w20'
  /** Fields of one group stand together under its heading. */
  group?: string
  /** What to do when it is left empty: "Enter the date". */
  missing: string
  /** Characters of a line or words, the highest number of a number. */
  max?: number
  min?: number
  /** A date that cannot lie in the future (today can). */
  past?: boolean
  /** What is wrong with the words, or null. Is asked after length. */
  rule?: (value: string) => string | null
}

export interface Kind {
  kind: PostKind
  /** "Appeal", as pages and lists name it. */
  name: string
  /** When to choose it. */
  hint: string
  /** Needs a second person from the press office, always. */
  sensitive: boolean
  /** Who publishes it without a second person. */
  alone: readonly Role[]
  /** Can be chosen in the composer. */
  composed: boolean
  /** Only in the staff network. */
  staff?: true
  /** Stands in no list or feed of posts: the room that makes it shows it in its own places. */
  unlisted?: true
  /** Changed by forms of its own alone; whoever comes with another is told this. */
  changedBy?: string
  /** Title and text are written by people; otherwise `words` makes them of the details, and none can be sent. */
  ownWords: boolean
  /** Said of anything else that is sent, where people's own words are not taken. */
  onlyListed?: string
  /** Left empty, the title is made from the text. */
  titleOptional?: boolean
  bodyOptional?: boolean
  tags: boolean
  photos: boolean
  attachments: boolean
  fields: readonly KindField[]
  /** Offered as the end date, in days from publishing; null for none. */
  expiresAfterDays: number | null
  /** Can say roughly where on the ground it is about: in the field `near`, and by a postcode that is not kept with the post (whereabouts.ts). */
  ground?: boolean
  /** Photos go by themselves after so many days. */
  photosExpireAfterDays: number | null
  /** Publishing it offers to lock the conversation: proceedings are active. */
  offersLock: boolean
  /** Checks the fields of this kind. Throws `Refused` with a message by field. */
  read(form: DraftForm, today: Date): Details
  words?(details: Details): { title: string; body: string }
  /** Term and description, in the order in which readers see them. A description that begins with https:// is an address. */
  rows(details: Details): [string, string][]
  /** What its form begins with. */
  begins?: DraftForm
  /** Kept for the record and never shown to readers. */
  secret?: readonly string[]
}
