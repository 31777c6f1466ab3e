/** The officers’ desk: one page that answers "what do I do next?". */
import type { FastifyInstance } from 'fastify'
import { hasRole, isSignedIn, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { Forbidden } from '../errors.ts'
import { ownDrafts, teamDrafts, waitingDrafts, type DraftItem } from '../posts/draft.ts'
import { kindOf } from '../posts/kinds.ts'
import { receptionOf, type Received } from '../posts/reception.ts'
import { openQuestionsFor, type OpenQuestion } from '../questions/queue.ts'
import { allTeams, type TeamName } from '../teams/team.ts'
import { publishers } from '../web/access.ts'
import { deskAside, type Aside } from './desk-waiting.ts'

const SHOWN = 8

export interface DeskDraft extends DraftItem {
  kindName: string
}

export interface Desk extends Aside {
  /** The one thing to do now. */
  next: { text: string; action: string; href: string }
  questions: OpenQuestion[]
  moreQuestions: boolean
  /** Missed clocks, answers that did not help, reviews asked for: for sergeants and the press office. */
  missed: OpenQuestion[]
  returned: DeskDraft[]
  drafts: DeskDraft[]
  /** With somebody else now. */
  handedIn: DeskDraft[]
  /** Posts that this person may approve. */
  approvals: DeskDraft[]
  colleagues: DeskDraft[]
  teams: { team: TeamName; received: Received[] }[]
  allTeams: TeamName[]
}

declare module '../web/page.ts' {
  interface Views {
    'pages/desk': { desk: Desk; now: Date }
  }
  interface Partials {
    'pages/_desk-draft': { draft: DeskDraft; now: Date }
    'pages/_desk-question': { question: OpenQuestion; now: Date }
  }
}

export async function deskPage(app: FastifyInstance): Promise<void> {
  app.get('/officers', { config: { access: publishers } }, async (request, reply) => {
    const { actor } = request
    if (!isSignedIn(actor)) throw new Forbidden('Sign in first.')
    const desk = await deskOf(app.db, actor)
    return reply.page('pages/desk', { desk, now: now() }, { title: 'Officers’ desk', noindex: true })
  })
}

async function deskOf(db: Database, actor: SignedIn): Promise<Desk> {
  const leads = hasRole(actor, 'supervisor', 'press-office')
  const teams = ownTeams(actor)
  const ids = teams.map(({ id }) => id)
  const [questions, missed, own, approvals, colleagues, reception, everyTeam, aside] = await Promise.all([
    openQuestionsFor(db, actor, { view: 'all', limit: SHOWN }),
    leads ? openQuestionsFor(db, actor, { view: 'missed', limit: SHOWN }) : null,
    ownDrafts(db, actor, 20),
    waitingDrafts(db, actor, SHOWN),
    teamDrafts(db, actor, SHOWN),
    receptionOf(db, ids, SHOWN),
    hasRole(actor, 'press-office') ? allTeams(db) : [],
    deskAside(db, actor.accountId, hasRole(actor, 'press-office') ? null : leads ? ids : [], now()),
  ])
  const drafts = own.map(named)
  const [shownMissed, shownApprovals] = [missed?.items ?? [], approvals.map(named)]
  const desk = {
    // Each thing stands once, where it is most to be done.
    questions: questions.items.filter(({ id }) => !shownMissed.some((one) => one.id === id)),
    moreQuestions: questions.next !== null,
    missed: shownMissed,
    returned: drafts.filter((draft) => draft.returned),
    drafts: drafts.filter((draft) => !draft.returned && draft.state !== 'submitted'),
    handedIn: drafts.filter((draft) => draft.state === 'submitted'),
    approvals: shownApprovals,
    ...aside,
    colleagues: colleagues.map(named).filter(({ id }) => !shownApprovals.some((one) => one.id === id)),
    teams: teams.map((team) => ({ team, received: reception.get(team.id) ?? [] })),
    allTeams: everyTeam,
  }
  return { ...desk, next: nextStep(desk, actor) }
}

const named = (draft: DraftItem): DeskDraft => ({ ...draft, kindName: kindOf(draft.kind).name })

const ownTeams = (actor: SignedIn): TeamName[] => [
  ...new Map(
    actor.duties.flatMap(({ teamId, teamSlug, teamName }) =>
      teamId !== null && teamSlug !== null && teamName !== null ? [[teamId, { id: teamId, slug: teamSlug, name: teamName }] as const] : [],
    ),
  ).values(),
]

/** What only this person can do comes first: the press office approves, the sergeant looks into missed clocks, an officer answers. Then the rest. */
function nextStep(desk: Omit<Desk, 'next'>, actor: SignedIn): Desk['next'] {
  const approval = desk.approvals[0]
  const approvesFirst = approval !== undefined && hasRole(actor, 'press-office')
  // A review and an answer that did not help are the sergeant's.
  const question = desk.missed[0] ?? desk.questions.find(({ reviewAsked, reopened, mine }) => mine || !(reviewAsked || reopened))
  const urgent = question && (desk.missed.length > 0 || question.overdue || question.dueAt.getTime() - now().getTime() < 24 * 3_600_000)
  if (question && urgent && !approvesFirst) return toQuestion(question)
  if (approval)
    return {
      text: `${approval.author ?? 'A colleague'} waits for you to approve “${approval.title}”.`,
      action: 'Look at it',
      href: `/officers/drafts/${approval.id}`,
    }
  const returned = desk.returned[0]
  if (returned) return { text: `“${returned.title}” came back to you with a note.`, action: 'Open it', href: `/officers/drafts/${returned.id}` }
  if (question) return toQuestion(question)
  const draft = desk.drafts.find(({ state }) => state === 'draft')
  if (draft) return { text: `You were writing “${draft.title}”.`, action: 'Go on writing', href: `/officers/drafts/${draft.id}` }
  const team = desk.teams[0]?.team
  return team
    ? { text: 'Nothing waits for you.', action: 'Post an update', href: `/teams/${team.slug}/posts/new` }
    : { text: 'Nothing waits for you.', action: 'See what is new across the force', href: '/' }
}

function toQuestion(question: OpenQuestion): Desk['next'] {
  const text = question.reviewAsked
    ? `A review is asked for: “${question.title}”.`
    : question.reopened
      ? `An answer did not help: “${question.title}”, ${question.left}.`
      : `“${question.title}”: ${question.left}.`
  return { text, action: question.reviewAsked ? 'Look into it' : 'Answer it', href: question.path }
}
