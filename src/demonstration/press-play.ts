/**
 * Plays what comes to the press office and what becomes of it: through the screening, the desk's own verbs and their rules, like everything here.
 */
import { and, desc, eq, isNull } from 'drizzle-orm'
import { lookUpAccount } from '../accounts/look-up.ts'
import { sanctions } from '../accounts/schema.ts'
import { lodgeAppeal } from '../appeals/appeal.ts'
import { decideAppeal } from '../appeals/hearing.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Config } from '../config.ts'
import { claimCase } from '../moderation/assignment.ts'
import { decideTogether } from '../moderation/bulk.ts'
import { closeDecided } from '../moderation/closing.ts'
import { answerDesk, askAuthor } from '../moderation/correspondence.ts'
import { escalateCase } from '../moderation/escalation.ts'
import { addNote } from '../moderation/note.ts'
import { handOver } from '../moderation/referral.ts'
import { cases, referrals } from '../moderation/schema.ts'
import { hideUrgently } from '../moderation/urgent-hide.ts'
import { handleNotice } from '../notices/handling.ts'
import { receiveNotice } from '../notices/notice.ts'
import { takedownNotices } from '../notices/schema.ts'
import { answerProposal } from '../proposals/proposal.ts'
import { proposals } from '../proposals/schema.ts'
import { askPressOffice } from '../requests/request.ts'
import { liftSanction, sanctionAuthor } from '../sanctions/sanction.ts'
import { proposeSeal } from '../seals/seal.ts'
import { endSwitch, setSwitch } from '../switches/switch.ts'
import { dayKey } from '../text/dates.ts'
import { endOfDay, ukMoment } from '../text/moment.ts'
import { DECIDED_WORDS, SPREE } from './press-history.ts'
import { ELECTION, INCIDENT, OPEN_WORDS, PLANNED_REQUESTS, type PlannedWord, type PressStep } from './press-script.ts'
import type { Made, Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { AT_WORK } from './timetable.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE

/** When each post was published, by its title. */
export type Published = ReadonlyMap<string, Date>

export function addPress(schedule: Schedule, config: Config, published: Published): void {
  for (const word of [...DECIDED_WORDS, ...OPEN_WORDS]) addWord(schedule, config, published, word)
  addSpree(schedule)
  addRequests(schedule, config)
  addSwitches(schedule)
  // What worked by itself all the time, though more often: what nobody can appeal against any more is closed.
  for (let ago = 68; ago >= 0; ago -= 4) schedule.add(schedule.times.daysAgo(ago, '05:30'), async ({ db }) => closeDecided(db))
}

/** Of the moments wanted, one that lies after what it follows. */
function momentOf({ times }: Schedule, when: PlannedWord['when'], after: Date): Date {
  const wanted = typeof when === 'number' ? times.recently(when) : times.daysAgo(when[0], when[1])
  return wanted > after ? wanted : times.later(after, 40)
}

function addWord(schedule: Schedule, config: Config, published: Published, word: PlannedWord): void {
  const made: Made = { id: 0 }
  let before = momentOf(schedule, word.when, published.get(word.under) ?? new Date(0))
  schedule.add(before, async (stage) => {
    made.id = await stage.send(word.by, await stage.conversationTitled(word.under), word)
  })
  for (const step of word.then) {
    before = stepMoment(schedule, step, before)
    schedule.add(before, (stage) => takeStep({ stage, config, commentId: made.id, author: word.by }, step))
  }
}

function stepMoment({ times }: Schedule, { minutesAgo, days = 0 }: PressStep, before: Date): Date {
  const wanted = minutesAgo === undefined ? null : times.recently(minutesAgo)
  return wanted && wanted > before ? wanted : times.later(new Date(before.getTime() + days * DAY), 90, AT_WORK)
}

interface Scene {
  stage: Stage
  config: Config
  commentId: number
  author: string
}

/** The newest case of the comment. */
async function caseOf({ stage, commentId }: Pick<Scene, 'stage' | 'commentId'>): Promise<{ id: number; version: number }> {
  const [file] = await stage.db
    .select({ id: cases.id, version: cases.version })
    .from(cases)
    .where(eq(cases.commentId, commentId))
    .orderBy(desc(cases.id))
    .limit(1)
  if (!file) throw new Error(`comment ${commentId} has no case`)
  return file
}

type Does<Name extends PressStep['does']> = PressStep & { does: Name }
type Acts = { [Name in PressStep['does']]: (scene: Scene, step: Does<Name>) => Promise<unknown> }

/** Each act by its own verb. */
const ACTS: Acts = {
  flag: ({ stage, commentId }, { by, reason, note }) => stage.flag({ commentId }, { by, reason, ...(note === undefined ? {} : { note }) }),
  hide: ({ stage, config, commentId }, { by, reason, note }) =>
    hideUrgently(stage.db, stage.person(by), commentId, { reasonCode: reason, note, clientKey: stage.key(), staffed: config.staffed }),
  decide: ({ stage, commentId }, { by, act, reason, text, note, strike, takeOut }) =>
    stage.decide(
      { commentId },
      { act, reasonCode: reason ?? null, publicText: text ?? null, note: note ?? null, strike: strike ?? false, takenOut: takeOut ?? [] },
      by,
    ),
  claim: async (scene, { by }) => claimCase(scene.stage.db, scene.stage.person(by), (await caseOf(scene)).id, null),
  note: async (scene, { by, text }) =>
    addNote(scene.stage.db, scene.stage.person(by), (await caseOf(scene)).id, { note: text, clientKey: scene.stage.key() }),
  escalate: async (scene, { by, to, note }) => {
    const { id, version } = await caseOf(scene)
    await escalateCase(scene.stage.db, scene.stage.person(by), id, { to, note, version, clientKey: scene.stage.key() })
  },
  ask: async (scene, { by, text }) => {
    const { id, version } = await caseOf(scene)
    await askAuthor(scene.stage.db, scene.stage.person(by), id, { text, version, clientKey: scene.stage.key() })
  },
  answer: async (scene, { text }) => {
    const { stage, author } = scene
    await answerDesk(stage.db, stage.person(author), (await caseOf(scene)).id, { text, clientKey: stage.key() })
  },
  appeal: async (scene, { text }) => {
    const { stage, author } = scene
    await lodgeAppeal(stage.db, stage.person(author), (await caseOf(scene)).id, { text, clientKey: stage.key() })
  },
  hear: async (scene, { by, way, text, reason }) => {
    const { id, version } = await caseOf(scene)
    const outcome = { way, text, reasonCode: reason ?? null, takeOut: [], note: null, version }
    await decideAppeal(scene.stage.db, scene.stage.person(by), id, outcome)
  },
  sanction: async (scene, { by, kind, text, note }) => {
    const { stage } = scene
    await sanctionAuthor(stage.db, stage.person(by), (await caseOf(scene)).id, { kind, publicText: text, note: note ?? null, clientKey: stage.key() })
  },
  lift: async ({ stage, author }, { by, because }) => {
    const about = and(eq(sanctions.accountId, stage.person(author).accountId), isNull(sanctions.liftedAt))
    for (const { id } of await stage.db.select({ id: sanctions.id }).from(sanctions).where(about))
      await liftSanction(stage.db, stage.person(by), id, because)
  },
  seal: async (scene, { by, authority, reference, because }) => {
    const { stage, commentId } = scene
    const caseId = (await caseOf(scene)).id
    await proposeSeal(stage.db, stage.person(by), { commentId }, { authority, reference, because, caseId, clientKey: stage.key() })
  },
  agree: ({ stage, commentId }, { by, note }) => agree(stage, stage.person(by), commentId, note),
  'hand-over': async (scene, { by, reference }) => {
    const { id } = await caseOf(scene)
    const waiting = await scene.stage.db.select({ id: referrals.id }).from(referrals).where(eq(referrals.caseId, id))
    for (const referral of waiting) await handOver(scene.stage.db, scene.stage.person(by), referral.id, reference)
  },
  defamation: ({ stage, config, commentId }, { name, email, meaning, harm, untrue }) => {
    const words = 'All of it.'
    const unidentified = 'The complainant does not know enough about the author to bring proceedings.'
    const statement = { words, meaning, harm, untrue, unidentified }
    return receiveNotice(stage.db, config, { commentId }, { kind: 'defamation', name, email, statement, mayShare: true, clientKey: stage.key() })
  },
  'tell-author': ({ stage, config, commentId }, { by }) => tellAuthor(stage, config, stage.person(by), commentId),
  'look-up': ({ stage, author }, { by, reason, note }) =>
    lookUpAccount(stage.db, stage.person(by), stage.person(author).accountId, { reason, note, clientKey: stage.key() }),
}

// Which act belongs to which step is what `ACTS` says; the compiler does not follow it through the union.
const takeStep = (scene: Scene, step: PressStep): Promise<unknown> => (ACTS[step.does] as Acts['flag'])(scene, step as Does<'flag'>)

async function agree(stage: Stage, actor: SignedIn, commentId: number, note: string): Promise<void> {
  const [open] = await stage.db
    .select({ id: proposals.id, version: cases.version })
    .from(proposals)
    .innerJoin(cases, eq(cases.proposalId, proposals.id))
    .where(and(eq(proposals.commentId, commentId), isNull(proposals.answer)))
  if (!open) throw new Error(`nothing is proposed about comment ${commentId}`)
  await answerProposal(stage.db, actor, open.id, { answer: 'agreed', note, version: open.version })
}

async function tellAuthor(stage: Stage, config: Config, actor: SignedIn, commentId: number): Promise<void> {
  const [open] = await stage.db
    .select({ id: takedownNotices.id, version: cases.version })
    .from(takedownNotices)
    .innerJoin(cases, eq(cases.noticeId, takedownNotices.id))
    .where(eq(takedownNotices.commentId, commentId))
  if (!open) throw new Error(`there is no notice about comment ${commentId}`)
  await handleNotice(stage.db, config, actor, open.id, { step: 'tell-author', note: null, version: open.version })
}

/** The same advertisement several times, decided in one go. */
function addSpree(schedule: Schedule): void {
  const { times } = schedule
  const from = times.daysAgo(...SPREE.when)
  const ids: number[] = []
  SPREE.under.forEach((title, index) => {
    schedule.add(new Date(from.getTime() + index * 2 * MINUTE), async (stage) => {
      ids.push(await stage.send(SPREE.by, await stage.conversationTitled(title), { text: SPREE.text, then: [] }))
    })
  })
  schedule.add(times.later(from, 200, AT_WORK), async (stage) => {
    const chosen = []
    for (const commentId of ids) chosen.push(await caseOf({ stage, commentId }))
    const results = await decideTogether(stage.db, stage.person(SPREE.decider), chosen, {
      act: 'reject',
      reasonCode: 'spam',
      publicText: null,
      note: SPREE.note,
    })
    if (results.some(({ because }) => because !== null)) throw new Error('the spree was not decided')
  })
}

function addRequests(schedule: Schedule, { staffed }: Config): void {
  for (const { under, by, kind, note, minutesAgo } of PLANNED_REQUESTS)
    schedule.add(schedule.times.recently(minutesAgo), async (stage) => {
      const id = await stage.conversationTitled(under)
      await askPressOffice(stage.db, stage.person(by), { kind: 'conversation', id }, { kind, note, clientKey: stage.key(), staffed })
    })
}

function addSwitches(schedule: Schedule): void {
  const { times } = schedule
  let incident = 0
  schedule.add(times.daysAgo(INCIDENT.ago, INCIDENT.from), async (stage) => {
    incident = await set(stage, 'major-incident', { ...INCIDENT, kinds: [], startsAt: null, endsAt: new Date(now().getTime() + DAY) })
  })
  schedule.add(times.daysAgo(INCIDENT.ago, INCIDENT.until), (stage) => endSwitch(stage.db, stage.person('alex-wray'), incident, INCIDENT.ended))
  schedule.add(times.daysAgo(8, '11:00'), (stage) => set(stage, 'pre-election', { ...ELECTION, ...springAfter(times.today) }))
}

interface Planned {
  teams: readonly string[]
  kinds: readonly string[]
  banner: string
  because: string
  startsAt: Date | null
  endsAt: Date
}

const set = (stage: Stage, kind: 'pre-election' | 'major-incident', { teams, kinds, banner, because, startsAt, endsAt }: Planned): Promise<number> =>
  setSwitch(stage.db, stage.person('alex-wray'), {
    kind,
    banner,
    because,
    startsAt,
    endsAt,
    bannerLink: null,
    wholeForce: false,
    clientKey: stage.key(),
    teamIds: teams.map((name) => stage.team(name).id),
    kinds: [...kinds],
  })

/** From late March to the first Thursday in May, of the next year in which that still lies ahead. */
function springAfter(today: Date): { startsAt: Date; endsAt: Date } {
  const thisYear = Number(dayKey(today).slice(0, 4))
  const year = dayKey(today) < `${thisYear}-03-15` ? thisYear : thisYear + 1
  const first = new Date(Date.UTC(year, 4, 1))
  const thursday = 1 + ((4 - first.getUTCDay() + 7) % 7)
  const startsAt = ukMoment(`${year}-03-24`, '00:00')
  if (!startsAt) throw new Error('there is no such day')
  return { startsAt, endsAt: endOfDay(`${year}-05-0${thursday}`) }
}
