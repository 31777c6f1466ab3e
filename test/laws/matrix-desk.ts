/** Acts of the matrix at the press office's desk, and what others ask of it. */
import { randomUUID } from 'node:crypto'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { idOf, type Actor } from '../../src/actor.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import type { SanctionKind } from '../../src/accounts/schema.ts'
import type { Act } from '../../src/moderation/schema.ts'
import { answerRequest } from '../../src/requests/request.ts'
import { sayDate } from '../../src/text/dates.ts'
import { makePost } from '../people.ts'
import type { Form, Make, Town, Trial } from './matrix-town.ts'

const DAY = 86_400_000
const key = (): string => randomUUID()
/** "27 March 2027" */
const dayIn = (days: number): string => sayDate(new Date(Date.now() + days * DAY))

type ItemState = 'held' | 'published' | 'hidden-pending'

export function deskActs(town: Town): Record<string, Make> {
  const { desk, post, get, value } = town
  const { db } = town.site.world
  const person = (published = 5) => desk.newPerson(`Lee ${key().slice(0, 8)}`, [], published)
  const versionOf = async (caseId: number | string) => String(await value('select version from cases where id = $1', caseId))

  /** A comment in that state with its open case. */
  async function comment(state: ItemState = 'published') {
    const author = await person(state === 'held' ? 0 : 5)
    const commentId = await desk.say(author)
    const flaggers = state === 'held' ? 0 : state === 'published' ? 1 : 3
    for (let flagger = 0; flagger < flaggers; flagger++) await desk.flag({ commentId }, key())
    return { author, commentId, caseId: (await desk.caseOf({ commentId })).id }
  }

  /** Removed for a threat, after which every sanction may follow. */
  async function removed(by = desk.press2) {
    const made = await comment()
    await desk.decide(by, made, 'remove', { reasonCode: 'threat' })
    return made
  }

  const asking = (path: string, kind: string): Required<Pick<Trial, 'ask' | 'isAsked'>> => {
    const sent = key()
    return {
      ask: (actor) => post(`${path}/requests`, { kind, note: 'Please look at it.', key: sent }, actor),
      isAsked: async (actor) =>
        (await value(
          `select r.asked_by from requests r join cases c on c.request_id = r.id where r.client_key = $1 and r.kind = $2 and c.cause = 'request' and c.waits`,
          sent,
          kind,
        )) === String(idOf(actor)),
    }
  }

  const readCase: Make = async () => {
    const secret = `kumquat-${key()}`
    const commentId = await desk.say(await person(), secret)
    await desk.flag({ commentId }, key())
    const { id } = await desk.caseOf({ commentId })
    return {
      send: (actor) => get(`/moderation/cases/${id}`, actor),
      isDone: async (_actor, answer) => answer.statusCode === 200 && answer.body.includes(secret),
      secret,
    }
  }

  const hide: Make = async () => {
    const commentId = await desk.say(await person())
    return {
      send: (actor) => post(`/comments/${commentId}/hiding`, { reason: 'threat', note: '', key: key() }, actor),
      isDone: async () => (await desk.stateOf(commentId)) === 'hidden-pending',
    }
  }

  const decide =
    (from: ItemState, act: Act, to: string, more: Form = {}): Make =>
    async () => {
      const { commentId, caseId } = await comment(from)
      return {
        async send(actor) {
          const form = { act, reason: 'abuse', text: '', note: 'Looked at it.', others: '', version: await versionOf(caseId), then: 'queue', ...more }
          return post(`/moderation/cases/${caseId}/decisions`, form, actor)
        },
        isDone: async (actor) =>
          (await desk.stateOf(commentId)) === to &&
          (await value('select act from decisions where case_id = $1 and decider_id = $2', caseId, idOf(actor))) === act,
      }
    }

  const setMode =
    (mode: string, request: string): Make =>
    async () => {
      const { conversationId } = await makePost(db, desk.officer, desk.team, `Mode ${key()}`)
      return {
        send(actor, long = true) {
          const days = long ? 30 : 5
          const proceedings = mode === 'legal-lock' ? { trigger: 'charge', review: dayIn(days) } : {}
          const form = { mode, 'mode-reason': 'It gets heated.', 'mode-ends': dayIn(days), seen: '', ...proceedings }
          return post(`/conversations/${conversationId}/mode`, form, actor)
        },
        isDone: async () => (await value('select mode from conversations where id = $1', conversationId)) === mode,
        ...asking(`/conversations/${conversationId}`, request),
      }
    }

  /** Of a team one request of a kind waits at a time: whoever asks meanwhile joins it. */
  async function answerRequests(kind: string): Promise<void> {
    const caseId = await value(`select c.id from requests r join cases c on c.request_id = r.id where r.kind = $1 and c.waits`, kind)
    if (caseId === null) return
    await answerRequest(db, desk.press2, Number(caseId), { answer: 'declined', text: 'Not now.', version: Number(await versionOf(caseId)) })
  }

  const setSwitch =
    (kind: string): Make =>
    async () => {
      const sent = key()
      const form = { kind, areas: 'teams', team: String(town.spareTeam.id), kinds: 'update', 'ends-day': dayIn(3), banner: 'Bear with us.', link: '' }
      await answerRequests(kind)
      return {
        send: (by) => post('/moderation/switches', { ...form, because: 'It has begun.', key: sent }, by),
        isDone: async () => (await value('select kind from switches where client_key = $1', sent)) === kind,
        ...asking(`/teams/${desk.team.slug}`, kind),
      }
    }

  const decideAppeal: Make = async (actor, whose) => {
    const { author, commentId, caseId } = await removed(whose === 'own' ? actor : desk.press2)
    await lodgeAppeal(db, author, caseId, { text: 'I named nobody.', clientKey: key() })
    return {
      async send(by) {
        const form = { 'appeal-way': 'overturned', 'appeal-text': 'You were right.', 'appeal-reason': '', version: await versionOf(caseId) }
        return post(`/moderation/cases/${caseId}/appeal-decisions`, form, by)
      },
      isDone: async () =>
        (await value('select outcome from appeals where case_id = $1', caseId)) === 'overturned' && (await desk.stateOf(commentId)) === 'published',
    }
  }

  /** Agrees to what is proposed about an item, an account or a copy. */
  const agreeTo = (column: string, id: () => number) => async (actor: Actor) => {
    const caseId = await value(
      `select c.id from proposals p join cases c on c.proposal_id = p.id where p.${column} = $1 order by p.id desc limit 1`,
      id(),
    )
    const form = { 'proposal-answer': 'agreed', 'proposal-note': 'I agree.', version: await versionOf(caseId ?? 0) }
    return post(`/moderation/cases/${caseId}/proposal-answers`, form, actor)
  }

  const sanction =
    (kind: SanctionKind): Make =>
    async () => {
      const { author, caseId } = await removed()
      const form = { 'sanction-kind': kind, 'sanction-text': 'Please do not threaten people.', 'sanction-note': '' }
      return {
        send: (actor) => post(`/moderation/cases/${caseId}/sanctions`, { ...form, key: key() }, actor),
        isDone: async () => (await value('select kind from sanctions where account_id = $1', author.accountId)) === kind,
        agree: agreeTo('account_id', () => author.accountId),
      }
    }

  const lookUp: Make = async () => {
    const somebody = await person()
    const logged = `select count(*) from look_ups u join log l on l.id = u.log_id where u.account_id = $1 and l.note like '%Incident 42%'`
    return {
      send: (actor) => post(`/moderation/people/${somebody.accountId}/look-ups`, { reason: 'crime', note: 'Incident 42.', key: key() }, actor),
      isDone: async (_actor, answer) =>
        answer.body.includes(somebody.email) &&
        (await value(logged, somebody.accountId)) === '1' &&
        (await get('/account', somebody)).body.includes('looked up'),
      secret: somebody.email,
    }
  }

  const seal: Make = async () => {
    const { commentId, caseId } = await comment()
    const form = { 'seal-authority': 'standards', 'seal-reference': 'PSD/2026/17', 'seal-because': 'A misconduct matter.' }
    return {
      send: (actor) => post(`/moderation/cases/${caseId}/seals`, { ...form, key: key() }, actor),
      isDone: async () => (await value('select sealed_by <> confirmed_by from seals where comment_id = $1', commentId)) === 'true',
      agree: agreeTo('comment_id', () => commentId),
      ...asking(`/comments/${commentId}`, 'seal'),
    }
  }

  const openSealed: Make = async () => {
    const { author, commentId } = await comment('held')
    await withdrawComment(db, author, commentId)
    const copyId = Number(await value('select id from sealed_copies where comment_id = $1', commentId))
    return {
      send: (actor) => post(`/moderation/sealed-copies/${copyId}/requests`, { because: 'For the lawyers.', key: key() }, actor),
      isDone: async (actor) => (await value('select opened_by from seal_openings where sealed_copy_id = $1', copyId)) === String(idOf(actor)),
      agree: agreeTo('sealed_copy_id', () => copyId),
      use: (actor) => post(`/moderation/sealed-copies/${copyId}/openings`, {}, actor),
      secret: 'The lights on Grantham Road',
      ...asking(`/comments/${commentId}`, 'open-seal'),
    }
  }

  const alert: Make = async () => {
    const { id } = await makePost(db, desk.officer, desk.team)
    return {
      send: (actor) => post(`/posts/${id}/alert`, { words: 'Stay indoors', because: 'A gas leak.', key: key() }, actor),
      isDone: async () => (await value('select proposed_by <> agreed_by from alerts where post_id = $1', id)) === 'true',
      agree: agreeTo('post_id', () => id),
      ...asking(`/posts/${id}`, 'alert'),
    }
  }

  const wordList: Make = async () => {
    const name = `List ${key().slice(0, 8)}`
    const form = { name, purpose: 'hold', patterns: 'zwetschge', note: 'Seen often.', version: '0', sample: '' }
    return {
      send: (actor) => post('/moderation/settings/lists/new', { ...form, key: key() }, actor),
      isDone: async () => (await value('select version from word_lists where name = $1', name)) === '1',
    }
  }

  const reason: Make = async () => {
    const version = String(await value(`select max(version) from reasons where code = 'duplicate'`))
    const note = `Clearer. ${key()}`
    const form = { title: 'Duplicate', text: `It says again what stands there. ${key()}`, flags: 'on', note, version }
    return {
      send: (actor) => post('/moderation/settings/reasons/duplicate', form, actor),
      isDone: async () => (await value('select version from reasons where note = $1', note)) === String(Number(version) + 1),
    }
  }

  const template: Make = async () => {
    const sent = key()
    const form = { title: 'Names', body: 'Please leave names out.', reason: '', purpose: 'decision', key: sent }
    return {
      send: (actor) => post('/moderation/settings/templates/new', form, actor),
      isDone: async () => (await value('select version from templates where client_key = $1', sent)) === '1',
    }
  }

  return {
    'read a case of the queue': readCase,
    'urgent hide (24 h)': hide,
    'release a held item': decide('held', 'release', 'published', { reason: '' }),
    'redact a held item': decide('held', 'redact', 'published', { others: 'Grantham Road' }),
    reject: decide('held', 'reject', 'rejected'),
    'redact a published item': decide('published', 'redact', 'published', { others: 'Grantham Road' }),
    remove: decide('published', 'remove', 'removed'),
    'keep what was flagged': decide('published', 'keep', 'published', { reason: '' }),
    'show again what was hidden': decide('hidden-pending', 'restore', 'published', { reason: '' }),
    'hold a conversation': setMode('held', 'hold'),
    'close a conversation': setMode('closed', 'close'),
    'legal lock': setMode('legal-lock', 'legal-lock'),
    'pre-election mode': setSwitch('pre-election'),
    'major-incident mode': setSwitch('major-incident'),
    'decide an appeal': decideAppeal,
    warn: sanction('advice'),
    'hold-all': sanction('hold'),
    mute: sanction('mute'),
    suspend: sanction('suspend'),
    'send an alert': alert,
    'see who a resident is': lookUp,
    seal,
    'open a sealed item': openSealed,
    'word lists': wordList,
    reasons: reason,
    templates: template,
  }
}
