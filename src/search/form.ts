/**
 * What the form of the search page asks, read from an address: nothing in it can be so wrong that there is no page.
 */
import { Refused } from '../errors.ts'
import { endOfDay, readDate, ukMoment } from '../text/moment.ts'
import { cleanLine } from '../text/input.ts'
import type { TeamName } from '../teams/team.ts'
import { typed } from '../web/forms.ts'
import { CHOICES, type Choice, type Order } from './candidates.ts'
import { cleanQuery } from './query.ts'
import type { Search } from './search.ts'

/** As it is shown in the form again. */
export interface SearchForm {
  q: string
  team: string
  kind: string
  from: string
  until: string
  order: Order
}

const DAY_TYPED = 40

export function formOf(query: unknown): SearchForm {
  const { q = '', team = '', kind = '', from = '', until = '', order = '' } = typed(query)
  const day = (text: string): string => cleanLine(text.toWellFormed().slice(0, DAY_TYPED))
  return {
    q: cleanQuery(q),
    team: /^[a-z0-9-]{1,100}$/.test(team) ? team : '',
    kind: choiceOf(kind) ?? '',
    from: day(from),
    until: day(until),
    order: order === 'newest' ? 'newest' : 'best',
  }
}

const choiceOf = (text: string): Choice | null => CHOICES.find((choice) => choice === text) ?? null

/** The search that it asks for; a team that is not there asks for all. Throws `Refused` by field for what is no date. */
export function searchOf(form: SearchForm, query: unknown, teams: readonly TeamName[]): Search {
  const { after, exact } = typed(query)
  const problems: Record<string, string> = {}
  const dayOf = (name: 'from' | 'until'): string | null => {
    if (form[name] === '') return null
    const day = readDate(form[name])
    if (day === null) problems[name] = 'Enter a real date, for example 27/3/2027'
    return day
  }
  const [from, until] = [dayOf('from'), dayOf('until')]
  if (from !== null && until !== null && from > until) problems['until'] = 'The last day must not be before the first'
  if (Object.keys(problems).length > 0) throw new Refused('There is a problem with the dates', problems)
  return {
    q: form.q,
    order: form.order,
    teamId: teams.find(({ slug }) => slug === form.team)?.id ?? null,
    kind: choiceOf(form.kind),
    from: from === null ? null : ukMoment(from, '00:00'),
    until: until === null ? null : endOfDay(until),
    after,
    exact: exact === 'yes',
  }
}

/** The same search as an address, without what is as always. */
export function addressOf(form: SearchForm, more: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries({ ...form, order: form.order === 'best' ? '' : form.order, ...more }).filter(([, value]) => value !== '')
  return `/search?${new URLSearchParams(given).toString()}`
}
