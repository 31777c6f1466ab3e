/**
 * What everybody in the network writes with one form: an update, a link with a note, praise. Kinds with more to them have forms in rooms of their own.
 */
import { and, asc, inArray, isNull } from 'drizzle-orm'
import { circles } from '../accounts/schema.ts'
import { isColleague, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import { Problems } from '../posts/kind-fields.ts'
import { contentOf } from '../posts/kinds.ts'
import type { Details, PostKind } from '../posts/schema.ts'
import { followUpWithin } from './follow-up.ts'
import { publishInNetwork } from './post.ts'
import { praisedByKeys, titleOfPraise, writePraise } from './praise.ts'
import { askForPreview, readLink } from './preview.ts'
import { withTopics } from './topic.ts'

export const COMPOSED = ['update', 'link', 'praise'] as const
export type Composed = (typeof COMPOSED)[number]

/** As typed; each kind reads what it asks for. */
export interface StaffForm {
  kind: Composed
  circleId: number | null
  title: string
  body: string
  tags: string
  /** Of a link. */
  address: string
  /** Of praise: whom, by their keys. */
  whom: readonly string[]
  /** The post about which it says what was done, and to which it is linked. */
  about?: number | null
  clientKey: string
}

export interface Content {
  title: string
  body: string
  tags: string[]
  details: Details
}

/** Publishes it. The same form sent twice makes one post. Throws `Refused` by field, `Forbidden`, `NotFound` for a circle they are not in. */
export async function publishComposed(db: Database, actor: SignedIn, form: StaffForm): Promise<{ path: string }> {
  const { kind, circleId, clientKey } = form
  if (!kindsToCompose(actor).includes(kind)) throw new Forbidden('Only staff of the force write this.')
  const whom = kind === 'praise' ? await praisedByKeys(db, actor, form.whom, circleId) : []
  const content = contentOfForm(kind, kind === 'praise' ? { ...form, title: titleOfPraise(whom) } : form)
  return db.transaction((tx) =>
    publishInNetwork(tx, actor, { kind, circleId, clientKey, ...content }, async (inTx, post) => {
      if (form.about) await followUpWithin(inTx, actor, form.about, post.id)
      if (kind === 'praise') await writePraise(inTx, actor, post, whom)
      if (typeof content.details['url'] === 'string') await askForPreview(inTx, post.id, content.details['url'])
    }),
  )
}

/** Title, text, topics and what the kind asks for besides, checked. Throws `Refused` with a message by field. */
export function contentOfForm(kind: PostKind, { title, body, tags, address }: Pick<StaffForm, 'title' | 'body' | 'tags' | 'address'>): Content {
  const problems = new Problems()
  const content = problems.collect(() => withTopics(() => contentOf(kind, { title, body, tags }, now())))
  const details = problems.collect((): Details => (kind === 'link' ? { url: linkOf(address) } : {}))
  problems.refuse()
  return { title: content?.title ?? '', body: content?.body ?? '', tags: content?.tags ?? [], details: details ?? {} }
}

function linkOf(address: string): string {
  const link = readLink(address)
  if (link?.startsWith('https://')) return link
  const missing = address.trim() === ''
  throw new Refused('There is a problem with the address', {
    address: missing ? 'Enter the address of the page' : 'Enter a whole address that begins with https:// and that anybody can open',
  })
}

export interface CircleChoice {
  id: number
  name: string
}

/** Where somebody can write besides to all staff: the circles they are in that are not closed, by name. */
export async function circlesToWriteIn(db: Db, { circles: ids = [] }: SignedIn): Promise<CircleChoice[]> {
  if (ids.length === 0) return []
  return db
    .select({ id: circles.id, name: circles.name })
    .from(circles)
    .where(and(inArray(circles.id, [...ids]), isNull(circles.closedAt)))
    .orderBy(asc(circles.name), asc(circles.id))
}

/** What they can begin, in the order of the form. Partner staff write updates and links, in their circles. */
export const kindsToCompose = (actor: SignedIn): readonly Composed[] => (isColleague(actor) ? COMPOSED : ['update', 'link'])
