/**
 * What the form of the staff search asks, read from an address: nothing in it can be so wrong that there is no page.
 */
import { and, sql, type SQL } from 'drizzle-orm'
import { circleAudience } from '../conversations/audience.ts'
import { STAFF_KINDS, type PostKind } from '../posts/schema.ts'
import { cleanLine } from '../text/input.ts'
import { typed } from '../web/forms.ts'
import type { Filter } from './candidates.ts'
import { formOf, searchOf, type SearchForm } from './form.ts'
import type { Search } from './search.ts'
import { NETWORK } from './shelf.ts'

export const STAFF_CHOICES = ['post', 'update', ...STAFF_KINDS, 'survey', 'comment'] as const
export type StaffChoice = (typeof STAFF_CHOICES)[number]

/** As it is shown in the form again. */
export interface StaffForm extends SearchForm {
  /** A topic, as it stands in addresses. */
  topic: string
  /** The id of one of the reader's circles, or `all` for what is for all staff. */
  circle: string
  /** A name, or part of one. */
  who: string
}

const LINE_TYPED = 100

export function staffFormOf(query: unknown): StaffForm {
  const { kind = '', topic = '', circle = '', who = '' } = typed(query)
  const line = (text: string): string => cleanLine(text.toWellFormed().slice(0, LINE_TYPED))
  return {
    ...formOf(query),
    team: '',
    kind: choiceOf(kind) ?? '',
    topic: line(topic).toLowerCase().replaceAll(' ', '-'),
    circle: circle === 'all' || /^[1-9]\d{0,14}$/.test(circle) ? circle : '',
    who: line(who),
  }
}

const choiceOf = (text: string): StaffChoice | null => STAFF_CHOICES.find((choice) => choice === text) ?? null

/** The search that it asks for; `authors` are those who are called as was asked, null for anybody. Throws `Refused` by field for what is no date. */
export function staffSearchOf(form: StaffForm, query: unknown, authors: readonly number[] | null): Search {
  const asked = searchOf({ ...form, kind: '' }, query, [])
  return { ...asked, shelf: NETWORK, ...narrowed(form, authors) }
}

// The columns that only this table has.
const POST = sql.raw('search_entries.post_id')
const AUTHOR = sql.raw('search_entries.author_id')
const AUDIENCE = sql.raw('search_entries.audience')
const POST_KIND = sql.raw('search_entries.post_kind')

function narrowed({ kind, topic, circle, who }: StaffForm, authors: readonly number[] | null): Pick<Filter, 'kind' | 'also'> {
  const audience = circle === 'all' ? 'staff' : circleAudience(Number(circle))
  const also = and(
    kind === '' || kind === 'post' || kind === 'comment' ? undefined : sql`${POST_KIND} = ${kind satisfies string as PostKind}`,
    topic === '' ? undefined : sql`exists (select from staff_topics t where t.topic = ${topic} and t.post_id = ${POST})`,
    circle === '' ? undefined : sql`${AUDIENCE} = ${audience}`,
    who === '' || authors === null ? undefined : isOneOf(AUTHOR, authors),
  )
  return { kind: kind === '' ? null : kind === 'comment' ? 'comment' : 'post', also }
}

const isOneOf = (column: SQL, ids: readonly number[]): SQL => (ids.length === 0 ? sql`false` : sql`${column} = any(${sql.param([...ids])}::bigint[])`)

/** The same search as an address, without what is as always. */
export function staffAddressOf(form: StaffForm, more: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries({ ...form, order: form.order === 'best' ? '' : form.order, ...more }).filter(([, value]) => value !== '')
  return `/staff/search${given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`}`
}
