/**
 * Plays following: people choose what to hear of, links are confirmed, digests go out in the morning, two people send an alert, a line between two teams
 * is drawn anew, and news in place is read, or not yet.
 */
import { and, desc, eq, isNull } from 'drizzle-orm'
import { recordActivity } from '../activity/activity.ts'
import type { Config } from '../config.ts'
import { comments } from '../conversations/schema.ts'
import { follow } from '../following/follow.ts'
import { followerOf, saveSettings } from '../following/follower.ts'
import { postcodeOf } from '../following/ground.ts'
import type { Subject } from '../following/key.ts'
import { askToFollow, confirmRequest } from '../following/request.ts'
import { thingOf } from '../following/subject.ts'
import { mails } from '../mail/schema.ts'
import { proposeAlert } from '../mailings/alert.ts'
import { beginDigests } from '../mailings/digest.ts'
import { cases } from '../moderation/schema.ts'
import { readNotifications } from '../notifications/notification.ts'
import { notifications } from '../notifications/schema.ts'
import { correctPost, publishPost } from '../posts/post.ts'
import { answerProposal } from '../proposals/proposal.ts'
import { proposals } from '../proposals/schema.ts'
import { ACTED_ON, ALERT, PLANNED_FOLLOWERS, REDRAWN, type PlannedFollow, type PlannedFollower, type PlannedSubject } from './following-script.ts'
import { redrawTeams } from './ground.ts'
import { placeNamed } from './meeting-play.ts'
import type { Made, Schedule } from './schedule.ts'
import { unwrap } from './script.ts'
import type { Stage } from './stage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export function addFollowing(schedule: Schedule, config: Config): void {
  for (const planned of PLANNED_FOLLOWERS) addFollower(schedule, config, planned)
  const first = Math.max(...PLANNED_FOLLOWERS.map(({ ago }) => ago))
  // What worked by itself every morning.
  for (let ago = first; ago >= 0; ago--) schedule.add(schedule.times.daysAgo(ago, '07:02'), (stage) => beginDigests(stage.db))
  schedule.add(schedule.times.daysAgo(REDRAWN.ago, REDRAWN.at), redrawLine)
  addAlert(schedule)
  schedule.add(schedule.times.daysAgo(ACTED_ON.ago, ACTED_ON.at), actOnWhatWasSaid)
  addReading(schedule)
}

function addFollower(schedule: Schedule, config: Config, planned: PlannedFollower): void {
  const at = schedule.times.daysAgo(planned.ago, planned.at)
  const byMail = planned.who.includes('@')
  schedule.add(at, async (stage) => {
    stage.isFollowed = true
    await (byMail ? askByMail(stage, config, planned) : followWithAccount(stage, config, planned))
  })
  if (byMail && planned.waits !== true) schedule.add(new Date(at.getTime() + 6 * MINUTE), (stage) => confirm(stage, config, planned.who))
}

async function followWithAccount(stage: Stage, config: Config, { who, follows, alerts = false, quiet }: PlannedFollower): Promise<void> {
  const actor = stage.person(who)
  for (const planned of follows) {
    const { thing, postcode } = await wishOf(stage, config, planned)
    await follow(stage.db, actor, thing, { rhythm: planned.rhythm, postcode, wantsAlerts: alerts })
  }
  const follower = await followerOf(stage.db, actor)
  if (quiet && follower) await saveSettings(stage.db, follower.id, { quiet, wantsAlerts: follower.wantsAlerts, byMail: true })
}

async function askByMail(stage: Stage, config: Config, { who, follows, alerts = false }: PlannedFollower): Promise<void> {
  for (const planned of follows) {
    const { thing, postcode } = await wishOf(stage, config, planned)
    await askToFollow(stage.db, config, thing, { email: who, rhythm: planned.rhythm, postcode, wantsAlerts: alerts })
  }
}

async function wishOf(stage: Stage, config: Config, { what, postcode }: PlannedFollow) {
  const subject = await subjectOf(stage, what)
  const thing = await thingOf(stage.db, config.force.name, subject)
  return { thing, postcode: postcode === undefined || subject.kind !== 'team' ? undefined : await postcodeOf(stage.db, postcode, subject.id) }
}

async function subjectOf(stage: Stage, what: PlannedSubject): Promise<Subject> {
  if (what === 'force') return { kind: 'force' }
  if ('team' in what) return { kind: 'team', id: stage.team(what.team).id }
  if ('tag' in what) return { kind: 'tag', tag: what.tag }
  if ('talk' in what) return { kind: 'conversation', id: await stage.conversationTitled(what.talk) }
  return { kind: 'place', id: (await placeNamed(stage, what.place)).id }
}

/** Presses the button behind the link of the mail. */
async function confirm(stage: Stage, config: Config, email: string): Promise<void> {
  const sent = await stage.db.select({ text: mails.text }).from(mails).where(eq(mails.to, email)).orderBy(desc(mails.id)).limit(1)
  const [, token = ''] = /\/follow\/confirm\/([\w-]+)/.exec(sent[0]?.text ?? '') ?? []
  if (!(await confirmRequest(stage.db, config.force.name, token))) throw new Error(`${email} has no link that works`)
}

async function redrawLine(stage: Stage): Promise<void> {
  await stage.db.transaction(async (tx) => {
    for (const teamId of await redrawTeams(
      tx,
      REDRAWN.teams.map((name) => stage.team(name)),
    ))
      await recordActivity(tx, { kind: 'areas.changed', audience: 'public', teamId })
  })
}

function addAlert(schedule: Schedule): void {
  const published = schedule.times.daysAgo(ALERT.ago, ALERT.at)
  const post: Made = { id: 0 }
  const after = (minutes: number): Date => new Date(published.getTime() + minutes * MINUTE)
  const { team, by, title, text, near, tags, proposedBy, agreedBy, words, because, over } = ALERT
  schedule.add(published, async (stage) => {
    const [label, postcode] = near
    const input = { title, body: unwrap(text), tags: tagsOf(tags), form: { near: label, 'near-postcode': postcode }, clientKey: stage.key() }
    post.id = (await publishPost(stage.db, stage.person(by), stage.team(team), input)).id
  })
  schedule.add(after(4), (stage) => proposeAlert(stage.db, stage.person(proposedBy), post.id, { words, because, clientKey: stage.key() }))
  schedule.add(after(7), (stage) => agreeToAlert(stage, agreedBy, post.id))
  schedule.add(new Date(published.getTime() + over.hours * HOUR), (stage) =>
    correctPost(stage.db, stage.person(by), post.id, { title: over.title, body: over.text, tags: tagsOf(tags), note: over.note, version: 1 }),
  )
}

const tagsOf = (tags: readonly string[]): string[] => tags.map((tag) => tag.replaceAll(' ', '-'))

async function agreeToAlert(stage: Stage, by: string, postId: number): Promise<void> {
  const [open] = await stage.db
    .select({ id: proposals.id, version: cases.version })
    .from(proposals)
    .innerJoin(cases, eq(cases.proposalId, proposals.id))
    .where(and(eq(proposals.postId, postId), isNull(proposals.answer)))
  if (!open) throw new Error('no alert waits for a second person')
  await answerProposal(stage.db, stage.person(by), open.id, { answer: 'agreed', note: ALERT.agreement, version: open.version })
}

async function actOnWhatWasSaid(stage: Stage): Promise<void> {
  const { team, by, title, form, tags, said } = ACTED_ON
  const [comment] = await stage.db.select({ id: comments.id }).from(comments).where(eq(comments.body, said))
  if (!comment) throw new Error(`nobody said “${said}”`)
  await publishPost(stage.db, stage.person(by), stage.team(team), {
    kind: 'outcome',
    title,
    body: '',
    tags: tagsOf(tags),
    form: { ...form, 'came-from': `/comments/${comment.id}` },
    clientKey: stage.key(),
  })
}

/** Whom the demonstration lets you be, and when they last looked: what came later is unread. */
const LAST_LOOKED = { ruth: 2, kieran: 1, 'imran-adeyemi': 1, 'helen-marriott': 1, 'sam-carter': 1, 'josie-osei': 1 }

function addReading(schedule: Schedule): void {
  for (const [who, ago] of Object.entries(LAST_LOOKED))
    schedule.add(schedule.times.daysAgo(ago, '21:30'), async (stage) => {
      const actor = stage.person(who)
      const own = eq(notifications.accountId, actor.accountId)
      const [newest] = await stage.db.select({ id: notifications.id }).from(notifications).where(own).orderBy(desc(notifications.id)).limit(1)
      if (newest) await readNotifications(stage.db, actor, { until: newest.id })
    })
}
