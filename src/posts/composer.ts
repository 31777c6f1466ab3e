/**
 * The composer's form: what it shows for a kind, a team and whoever writes, filled with what was typed or kept.
 */
import { randomUUID } from 'node:crypto'
import { hasRole, sayMark, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { Forbidden, Refused } from '../errors.ts'
import { dayKey, sayDate, sayTime } from '../text/dates.ts'
import { fits } from '../text/input.ts'
import { readDate, readTime, ukMoment } from '../text/moment.ts'
import { allTeams, movedTo, teamBySlug, type TeamName } from '../teams/team.ts'
import { articleOfForm, type Article } from './article.ts'
import { attachmentsOfDraft } from './attachment.ts'
import type { DraftView } from './draft.ts'
import { kindOf, type Kind, type KindField } from './kinds.ts'
import { photosOfDraft, type DraftPhoto } from './photo.ts'
import { CAME_FROM, CLOSES, nearField } from './plain-fields.ts'
import { kindInElection } from './election.ts'
import { mayAddress, needsSecondBecause, publishingDuty } from './policy.ts'
import type { DraftForm, PostKind, ShownAttachment } from './schema.ts'

export const SHORT_UPDATE = 500
const DAY = 86_400_000
const LOCK_DAYS = 28

export interface Composer {
  team: TeamName
  mark: string
  author: string | null
  kind: Kind
  /** One text without a title. */
  short: boolean
  draftId: number | null
  key: string
  version: number | null
  form: DraftForm
  errors: Readonly<Record<string, string>>
  /** Said when no field is to blame. */
  message: string | null
  groups: { name: string | null; fields: KindField[] }[]
  photos: DraftPhoto[]
  attachments: ShownAttachment[]
  others: { id: number; name: string; chosen: boolean }[]
  mayForce: boolean
  force: boolean
  /** Why it needs a second person; null when it goes out at once. */
  secondBecause: string | null
  when: { date: string; time: string }
  endsHint: string
  corrects: { id: number; path: string; title: string } | null
  preview: Article | null
  /** "Saved at 10:32am" */
  saved: string | null
}

/** What fills the form, whether it comes from a request, a draft, or nowhere yet. */
export interface Filling {
  kind: PostKind
  key: string
  version: number | null
  form: DraftForm
  teamIds: readonly number[]
  force: boolean
  long: boolean
  when: { date: string; time: string }
  draft: DraftView | null
  errors: Readonly<Record<string, string>>
  message: string | null
  preview: boolean
}

export const NO_TIME = { date: '', time: '' }

export const emptyFilling = (kind: PostKind, long: boolean): Filling => ({
  kind,
  key: randomUUID(),
  version: null,
  form: beginningOf(kindOf(kind)),
  teamIds: [],
  force: false,
  long,
  when: NO_TIME,
  draft: null,
  errors: {},
  message: null,
  preview: false,
})

/** What a link to the composer may fill in: where the post comes from. Words are people's own to write. */
export const begunWith = (kind: PostKind, sent: Readonly<Record<string, string>>): DraftForm =>
  Object.fromEntries(
    kindOf(kind).fields.flatMap(({ name }): [string, string][] => {
      const value = LINKED.includes(name) ? (sent[name] ?? '').slice(0, LONGEST_LINKED) : ''
      return value === '' ? [] : [[name, value]]
    }),
  )

const LINKED: readonly string[] = [CAME_FROM, CLOSES]
const LONGEST_LINKED = 4000

function beginningOf(kind: Kind): DraftForm {
  const today = now().getTime()
  return {
    ...kind.begins,
    ...(kind.expiresAfterDays ? { expires: dayKey(new Date(today + kind.expiresAfterDays * DAY)) } : {}),
    ...(kind.offersLock ? { lock: 'yes', 'lock-review': dayKey(new Date(today + LOCK_DAYS * DAY)) } : {}),
  }
}

export const fillingOf = (draft: DraftView): Filling => ({
  kind: draft.kind,
  key: draft.key,
  version: draft.version,
  form: draft.form,
  teamIds: draft.teams.map(({ id }) => id),
  force: draft.wholeForce,
  long: draft.corrects !== null || !looksShort(draft.kind, draft.form),
  when: whenOf(draft.publishAt),
  draft,
  errors: {},
  message: null,
  preview: false,
})

const whenOf = (at: Date | null) => (at ? { date: dayKey(at), time: clockOf(at) } : NO_TIME)
const clockOf = (at: Date): string => at.toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })

const looksShort = (kind: PostKind, form: DraftForm): boolean => kind === 'update' && !form['title']?.trim() && fits(form['body'] ?? '', SHORT_UPDATE)

/** The team of the address and the duty in whose name the actor writes for it. Throws `NotFound` and `Forbidden`. */
export async function publishingFor(
  db: Database,
  actor: SignedIn,
  slug: string,
): Promise<{ team: TeamName; role: SignedIn['duties'][number]['role'] }> {
  const team = await teamBySlug(db, (await movedTo(db, slug)) ?? slug)
  if (team.archivedAt !== null) throw new Forbidden('This team is archived, so nothing new can be published for it.')
  const duty = publishingDuty(actor, team.id)
  if (!duty) throw new Forbidden(`You cannot publish for the ${team.name} team.`)
  return { team: { id: team.id, slug: team.slug, name: team.name }, role: duty.role }
}

export async function composerOf(db: Database, actor: SignedIn, slug: string, filling: Filling): Promise<Composer> {
  const { team, role } = await publishingFor(db, actor, slug)
  const { draft } = filling
  const [photos, attachments, others, election] = await Promise.all([
    draft ? photosOfDraft(db, draft.id) : [],
    draft ? attachmentsOfDraft(db, draft.id) : [],
    otherTeams(db, actor, team),
    kindInElection(db, filling.kind, [team.id, ...filling.teamIds]),
  ])
  const kind = kindOf(filling.kind)
  const unseen = photos.some(({ lookedAt }) => !lookedAt)
  return {
    ...filling,
    kind,
    team,
    mark: sayMark(role, team.name),
    author: actor.displayName,
    short: kind.kind === 'update' && !filling.long,
    draftId: draft?.id ?? null,
    groups: groupsOf(kind.fields),
    photos,
    attachments,
    others: others.map(({ id, name }) => ({ id, name, chosen: filling.teamIds.includes(id) })),
    mayForce: mayAddress(actor),
    secondBecause: needsSecondBecause({ kind: kind.kind, officialRole: role, unseen, election }),
    endsHint: endsHintOf(kind),
    corrects: draft?.corrects ?? null,
    preview: filling.preview ? articleOfForm({ kind: kind.kind, form: filling.form, photos, attachments }, now()).article : null,
    saved: draft ? `Saved as a draft at ${sayTime(draft.changedAt)}` : null,
  }
}

const endsHintOf = (kind: Kind): string =>
  kind.expiresAfterDays
    ? `From the next day on it counts as over. We suggest ${kind.expiresAfterDays} days, until ${sayDate(new Date(now().getTime() + kind.expiresAfterDays * DAY))}.`
    : 'Leave it empty for a post without an end. From the next day on it counts as over: it stays readable, and nothing new can be said.'

/** Teams besides the leading one for which somebody can publish, A to Z. */
async function otherTeams(db: Database, actor: SignedIn, lead: TeamName): Promise<{ id: number; name: string }[]> {
  const all = hasRole(actor, 'press-office')
    ? await allTeams(db)
    : actor.duties.flatMap(({ role, teamId, teamName }) =>
        (role === 'officer' || role === 'supervisor') && teamId !== null && teamName !== null ? [{ id: teamId, name: teamName }] : [],
      )
  return [...new Map(all.map(({ id, name }) => [id, { id, name }])).values()].filter(({ id }) => id !== lead.id)
}

/** Fields that stand together under one heading, in the order of the kind; but for where it is, which stands further down. */
export function groupsOf(fields: readonly KindField[]): Composer['groups'] {
  const groups: Composer['groups'] = []
  for (const field of fields.filter(({ name }) => name !== nearField.name)) {
    const last = groups.at(-1)
    if (last && last.name === (field.group ?? null)) last.fields.push(field)
    else groups.push({ name: field.group ?? null, fields: [field] })
  }
  return groups
}

/** The moment that was typed as a day and a time. Throws `Refused` by field. */
export function momentOf({ date, time }: { date: string; time: string }): Date {
  const day = readDate(date, now())
  const clock = readTime(time)
  const at = day && clock ? ukMoment(day, clock) : null
  if (at) return at
  const fields = {
    ...(day ? {} : { date: 'Enter the day on which it goes out' }),
    ...(clock ? {} : { time: 'Enter a time, for example 9:30am' }),
    ...(day && clock ? { time: 'The clocks go forward over that time. Choose another' } : {}),
  }
  throw new Refused('There is a problem with what you sent', fields)
}
