/**
 * Plays circles: founded, joined, people of other organisations invited by their mailboxes, somebody who asks and waits; what is said in them, and of which a moderator is told.
 */
import { and, desc, eq, like } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { GOOD_STANDING } from '../actor.ts'
import { appealRemoval } from '../appeals/removal.ts'
import { answerByToken, answerInvitation } from '../circles/accepting.ts'
import { askToJoin } from '../circles/asking.ts'
import { foundCircle } from '../circles/founding.ts'
import { inviteColleague, inviteMailbox, invitationsOf } from '../circles/inviting.ts'
import { joinCircle } from '../circles/membership.ts'
import { addOrganisation } from '../circles/organisation.ts'
import { ownDomains } from '../circles/public-mail.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import { mails } from '../mail/schema.ts'
import { removeInCircle } from '../moderation/circle-removal.ts'
import { administratorsOf } from './cast.ts'
import { addInside, commentIn, compose, renew, wordsOf, type ForceBook } from './force-book.ts'
import { APPEALED_INSIDE, FLAGGED_INSIDE, PLANNED_CIRCLES, PLANNED_IN_CIRCLES, PLANNED_ORGANISATIONS, PLANNED_PARTNERS } from './force-circles.ts'
import type { PlannedCircle, PlannedPartner } from './force-script.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { AT_WORK } from './timetable.ts'

const MINUTE = 60_000
/** Days before today. */
const LET_IN = 26

export function addCircles(schedule: Schedule, config: Config, book: ForceBook): void {
  const { times } = schedule
  schedule.add(times.daysAgo(LET_IN, '10:00'), async (stage) => {
    for (const { name, kind, domains } of PLANNED_ORGANISATIONS) {
      const input = { name, kind, domains: [...domains], clientKey: stage.key() }
      await addOrganisation(stage.db, administratorsOf(stage.cast)[0], input, ownDomains(config))
    }
  })
  for (const circle of PLANNED_CIRCLES) addCircle(schedule, config, book, circle)
  for (const planned of PLANNED_IN_CIRCLES)
    addInside(schedule, book, times.daysAgo(...planned.when), planned, (stage) =>
      compose(stage, planned.by, 'update', wordsOf(stage, book, planned), {}),
    )
  addFlag(schedule, book)
  addAppeal(schedule, book)
}

function addCircle(schedule: Schedule, config: Config, book: ForceBook, planned: PlannedCircle): void {
  const { times } = schedule
  const { key, founder, when, asks, partners = [] } = planned
  const founded = times.daysAgo(...when)
  schedule.add(founded, (stage) => found(stage, book, planned))
  schedule.add(times.later(founded, 60, AT_WORK), (stage) => gather(stage, book, planned))
  for (const who of partners) addPartner(schedule, config, book, { key, founder, founded }, partnerOf(who))
  if (asks) schedule.add(times.daysAgo(...asks.when), (stage) => askToJoin(stage.db, stage.person(asks.who), book.circle(key) ?? 0, asks.words))
}

function partnerOf(key: string): PlannedPartner {
  const found = PLANNED_PARTNERS.find((partner) => partner.key === key)
  if (!found) throw new Error(`no partner is called ${key}`)
  return found
}

async function found(stage: Stage, book: ForceBook, { key, founder, kind, name, about, ofTeam }: PlannedCircle): Promise<void> {
  const actor = stage.person(founder)
  const teamId = ofTeam ? (actor.duties[0]?.teamId ?? null) : null
  book.circles.set(key, await foundCircle(stage.db, actor, { kind, name, about, teamId, clientKey: stage.key() }))
  await renew(stage, founder)
}

/** Into an open circle they come by themselves, into the others because they are asked. */
async function gather(stage: Stage, book: ForceBook, { key, kind, founder, members }: PlannedCircle): Promise<void> {
  const circleId = book.circle(key) ?? 0
  for (const who of members) {
    const actor = stage.person(who)
    if (kind === 'open') await joinCircle(stage.db, actor, circleId)
    else {
      await inviteColleague(stage.db, stage.person(founder), circleId, actor.accountId, stage.key())
      const invitation = (await invitationsOf(stage.db, actor)).find((one) => one.circleId === circleId)
      await answerInvitation(stage.db, actor, invitation?.id ?? 0, 'accepted')
    }
    await renew(stage, who)
  }
}

interface Inviting {
  key: string
  founder: string
  founded: Date
}

/** Signs in with the address to which the link went, and accepts. */
function addPartner(schedule: Schedule, config: Config, book: ForceBook, { key, founder, founded }: Inviting, partner: PlannedPartner): void {
  const { times } = schedule
  const invited = times.later(founded, 240, AT_WORK)
  const site = { publicUrl: config.publicUrl, force: config.force.name }
  schedule.add(invited, (stage) =>
    inviteMailbox(stage.db, stage.person(founder), book.circle(key) ?? 0, { email: partner.email, clientKey: stage.key() }, site),
  )
  schedule.add(times.later(new Date(invited.getTime() + 30 * MINUTE), 300, AT_WORK), async (stage) => {
    await signUp(stage, partner)
    await answerByToken(stage.db, stage.person(partner.key), await tokenFor(stage, partner.email), 'accepted')
    await renew(stage, partner.key)
  })
}

async function signUp(stage: Stage, { key, name, email }: PlannedPartner): Promise<void> {
  const [account] = await stage.db.insert(accounts).values({ email, displayName: name, createdAt: now() }).returning({ id: accounts.id })
  if (!account) throw new Error(`${name} has no account`)
  const known = { kind: 'account' as const, accountId: account.id, email, displayName: name }
  stage.cast.set(key, { ...known, standing: GOOD_STANDING, publishedCount: 0, duties: [] })
}

async function tokenFor(stage: Stage, email: string): Promise<string> {
  const ofInvitation = and(eq(mails.to, email), like(mails.key, 'circle-invitation:%'))
  const [sent] = await stage.db.select({ text: mails.text }).from(mails).where(ofInvitation).orderBy(desc(mails.id)).limit(1)
  const [, token = ''] = /\/staff\/invitations\/([\w-]+)/.exec(sent?.text ?? '') ?? []
  return token
}

function addFlag(schedule: Schedule, book: ForceBook): void {
  const { by, words, reason, note, minutesAgo } = FLAGGED_INSIDE
  schedule.add(schedule.times.recently(minutesAgo), async (stage) => {
    const commentId = await commentIn(stage, book.post('battery-table').conversationId, words)
    await stage.flag({ commentId }, { by, reason, note })
  })
}

function addAppeal(schedule: Schedule, book: ForceBook): void {
  const { words, because, appeal, removedMinutesAgo, appealedMinutesAgo } = APPEALED_INSIDE
  const ref = async (stage: Stage) => ({ commentId: await commentIn(stage, book.post('battery-table').conversationId, words) })
  schedule.add(schedule.times.recently(removedMinutesAgo), async (stage) => {
    await removeInCircle(stage.db, stage.person('will-harrod'), await ref(stage), { reasonCode: 'abuse', text: because })
  })
  schedule.add(schedule.times.recently(appealedMinutesAgo), async (stage) => {
    await appealRemoval(stage.db, stage.person('aidan-frost'), await ref(stage), { text: appeal, clientKey: stage.key() })
  })
}
