/** Acts of the matrix that are no moderation: speaking, publishing, answering, and who works here. */
import { randomUUID } from 'node:crypto'
import { idOf, type Actor, type SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { approveDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { publishingDuty } from '../../src/posts/policy.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import type { DraftForm, PostKind } from '../../src/posts/schema.ts'
import { askQuestion } from '../../src/questions/question.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeStaff } from '../people.ts'
import { planned } from '../events/event-world.ts'
import { dayIn, openPlace, plan } from '../places/presence-world.ts'
import type { Form, Make, Town, Trial, Whose } from './matrix-town.ts'

const FORMS: Partial<Record<PostKind, DraftForm>> = {
  appeal: {
    title: 'Did you see a white van?',
    body: 'It was driven off without stopping.',
    'what-for': 'witnesses',
    when: 'Saturday between 2pm and 3pm',
    where: 'Grantham Road',
  },
  outcome: { title: 'The lights', body: '', tags: '', 'you-said': 'It is dark.', 'we-did': 'The council mended them.' },
}

const key = (): string => randomUUID()

/** Written before anybody had a role: in one's own name. */
const asResident = (actor: SignedIn): SignedIn => ({ ...actor, duties: [] })

export function speechActs(town: Town): Record<string, Make> {
  const { desk, post, value } = town
  const { db } = town.site.world
  const neighbour = () => desk.newPerson(`Kim ${key().slice(0, 8)}`, [], 5)
  const commentState = (id: number) => value('select state from comments where id = $1', id)

  const comment: Make = async () => {
    const sent = key()
    return {
      send: (actor) => post(`/conversations/${desk.post.conversationId}/comments`, { body: `Thank you. ${sent.slice(0, 8)}`, key: sent }, actor),
      async isDone(actor) {
        const mark = await value(
          `select concat_ws(', ', official_role, official_team) from comments where client_key = $1 and state = 'published'`,
          sent,
        )
        return mark === markOf(actor)
      },
    }
  }

  const react: Make = async () => ({
    send: (actor) => post(`/conversations/${desk.post.conversationId}/reactions`, { thanks: '' }, actor),
    isDone: async (actor) => (await value('select 1 from conversation_reactions where account_id = $1', idOf(actor))) !== null,
  })

  // Without an account it is asked for by email, and waits for the link in the mail.
  const follow: Make = async () => {
    const email = `${key()}@example.org`
    return {
      send: (actor) => post(`/follow/${desk.team.slug}`, { rhythm: 'daily', ...(actor.kind === 'visitor' && { email }) }, actor),
      async isDone(actor) {
        if (actor.kind === 'visitor') return (await value('select 1 from follow_requests where email = $1 and confirmed_at is null', email)) !== null
        const followed = 'select 1 from follows f join followers r on r.id = f.follower_id where r.account_id = $1 and f.key = $2'
        return (await value(followed, actor.accountId, `team:${desk.team.id}`)) !== null
      },
    }
  }

  const ask: Make = async () => {
    const sent = key()
    const form = { title: 'When is the surgery?', body: 'I could not find it.', visibility: 'public', named: 'yes', key: sent }
    return {
      send: (actor) => post(`/ask/${desk.team.slug}`, form, actor),
      isDone: async (actor) => (await value('select asker_id from questions where client_key = $1', sent)) === String(idOf(actor)),
    }
  }

  /** A form on a comment, of one's own or of somebody else. */
  const onComment =
    (address: string, form: Form, done: (id: number) => Promise<boolean>): Make =>
    async (actor, whose) => {
      const id = await desk.say(whose === 'own' ? asResident(actor) : await neighbour())
      return { send: (by) => post(`/comments/${id}/${address}`, form, by), isDone: () => done(id) }
    }

  const flag: Make = async () => {
    const id = await desk.say(await neighbour())
    const sent = key()
    return {
      send: (actor) => post(`/comments/${id}/flags`, { reason: 'off-topic', note: '', key: sent }, actor),
      isDone: async () => (await value('select 1 from flags where client_key = $1', sent)) !== null,
    }
  }

  const appeal: Make = async (actor, whose) => {
    const author = whose === 'own' ? asResident(actor) : await neighbour()
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, key())
    await desk.decide(desk.press2, { commentId }, 'remove')
    const { id } = await desk.caseOf({ commentId })
    return {
      send: (by) => post(`/account/cases/${id}/appeals`, { text: 'I named nobody.', key: key() }, by),
      isDone: async () => (await value('select account_id from appeals where case_id = $1', id)) === String(author.accountId),
    }
  }

  const publishRoutine: Make = async () => {
    const sent = key()
    return {
      send: (actor) => post(`/teams/${desk.team.slug}/drafts`, { kind: 'update', key: sent, act: 'publish', body: `We were out. ${sent}` }, actor),
      isDone: async () => (await value(`select state from posts where body like '%' || $1`, sent)) === 'published',
    }
  }

  /** Whoever may write it for that team writes it; else its officer does. */
  const authorOf = (actor: SignedIn, whose: Whose, team: TeamName): SignedIn =>
    whose !== 'other' && publishingDuty(actor, team.id) ? actor : desk.officer

  async function writeDraft(author: SignedIn, kind: PostKind) {
    const form = FORMS[kind] ?? { title: '', body: 'We were out this morning.' }
    return saveDraft(db, author, desk.team, { kind, key: key(), form, version: null, teamIds: [], wholeForce: false })
  }

  const versionOf = async (draftId: number): Promise<string> => String(await value('select version from drafts where id = $1', draftId))
  const step = async (id: number, noun: string, actor: Actor, more: Form = {}) =>
    post(`/officers/drafts/${id}/${noun}`, { version: await versionOf(id), ...more }, actor)
  const isOut = async (id: number): Promise<boolean> => (await value('select post_id from drafts where id = $1', id)) !== null

  const publishDraftOf =
    (kind: PostKind): Make =>
    async (actor, whose) => {
      const { id } = await writeDraft(authorOf(actor, whose, desk.team), kind)
      return {
        send: (by) => step(id, 'publication', by),
        isDone: () => isOut(id),
        ask: (by) => step(id, 'submission', by),
        isAsked: async () => (await value('select cause from cases where draft_id = $1 and waits', id)) === 'draft',
        propose: (by) => step(id, 'submission', by),
        agree: (by) => step(id, 'approval', by, { act: 'publish' }),
      }
    }

  const approve =
    (kind: PostKind): Make =>
    async (actor, whose) => {
      const author = whose === 'own' ? actor : desk.officer
      const { id, version } = await writeDraft(author, kind)
      await submitDraft(db, author, id, version)
      return { send: (by) => step(id, 'approval', by, { act: 'publish' }), isDone: () => isOut(id) }
    }

  /** One's own is of one's own team. */
  async function routinePost(actor: SignedIn, whose: Whose) {
    const team = actor.duties.some(({ teamId }) => teamId === desk.otherTeam.id) ? desk.otherTeam : desk.team
    return whose === 'own' ? makePost(db, actor, team) : makePost(db, town.colleague, desk.team)
  }

  async function sensitivePost(author: SignedIn): Promise<number> {
    const { id, version } = await writeDraft(author, 'appeal')
    await submitDraft(db, author, id, version)
    await approveDraft(db, desk.press2, id, { version: Number(await versionOf(id)), publish: true, lock: false, publishAt: null })
    return Number(await value('select post_id from drafts where id = $1', id))
  }

  const correct: Make = async (actor, whose) => {
    const { id } = await routinePost(actor, whose)
    const form = { title: 'Speed checks', body: 'We were out this evening.', tags: '', note: 'It was the evening.', version: '1' }
    return {
      send: (by) => post(`/posts/${id}/corrections`, form, by),
      isDone: async () => (await value('select body from posts where id = $1', id)) === form.body,
    }
  }

  const withdrawPost =
    (make: (actor: SignedIn, whose: Whose) => Promise<number>): Make =>
    async (actor, whose) => {
      const id = await make(actor, whose)
      return {
        send: (by) => post(`/posts/${id}/withdrawal`, { because: 'It was the wrong day.' }, by),
        isDone: async () => (await value('select state from posts where id = $1', id)) === 'withdrawn',
      }
    }

  /** A private question of a resident, with an officer of the team. */
  const onQuestion =
    (address: string, form: () => Form, done: string): Make =>
    async () => {
      const asked = { title: 'Who patrols at night?', body: 'Nobody knows.', visibility: 'private' as const, named: false, clientKey: key() }
      const { id } = await askQuestion(db, await neighbour(), desk.team, asked)
      await value('update questions set assignee_id = $2 where id = $1', id, desk.officer.accountId)
      const trial: Trial = {
        send: (actor) => post(`/questions/${id}/${address}`, form(), actor),
        isDone: async () => (await value(`select ${done} from questions where id = $1`, id)) === 'true',
        // Their word to the sergeant.
        ask: (actor) => post(`/questions/${id}/handback`, { note: 'This is for somebody else.' }, actor),
        isAsked: async (actor) =>
          (await value(`select note from question_acts where question_id = $1 and act = 'handed-back' and actor_id = $2`, id, idOf(actor))) !== null,
      }
      return trial
    }

  const venue = async () => ({ place: await openPlace(db, desk.team, `Hall ${key().slice(0, 8)}`), title: `${key().slice(0, 8)} is the word` })
  const when = { date: dayIn(3), from: '2pm', until: '4pm' }

  const planPresence: Make = async () => {
    const { place, title } = await venue()
    const form = { ...when, place: String(place.id), team: String(desk.team.id), about: title, times: '1', key: key() }
    return {
      send: (actor) => post('/presences', form, actor),
      isDone: async () => (await value('select body from posts join presences on post_id = posts.id where place_id = $1', place.id)) === title,
    }
  }

  const onPresence =
    (noun: string, form: Form, sql: string): Make =>
    async () => {
      const { place } = await venue()
      const { id } = await plan(db, desk.officer, desk.team, place)
      return {
        send: (actor) => post(`/presences/${id}/${noun}`, { place: String(place.id), version: '1', ...form }, actor),
        isDone: async () => (await value(`select id from presences where id = $1 and ${sql}`, id)) !== null,
      }
    }

  const planEvent: Make = async () => {
    const title = `${key().slice(0, 8)} is the word`
    const form = { ...when, team: String(desk.team.id), venue: 'Village Hall', title, body: 'Come and ask.', format: 'surgery', key: key() }
    return {
      send: (actor) => post('/events', form, actor),
      isDone: async () => (await value('select e.id from events e join posts p on p.id = e.post_id where p.title = $1', title)) !== null,
    }
  }

  /** `over`: its date was held last week. */
  const onEvent =
    (noun: string, form: Form, sql: string, over = false): Make =>
    async () => {
      const { id, dates } = await planned(db, desk.officer, desk.team)
      const date = dates[0]?.id ?? 0
      if (over)
        await db.$client.query(
          `update occasions set starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '9 days', sequence = 1 where id = $1`,
          [date],
        )
      return {
        send: (actor) => post(`/events/${id}/${noun.replace('DATE', String(date))}`, form, actor),
        isDone: async () => (await value(sql, id)) !== null,
      }
    }
  const ofEvent = 'from events e join posts p on p.id = e.post_id join occasions o on o.post_id = p.id where e.id = $1 and'
  const takeQuestion: Make = async () => {
    const { id, conversationId, dates } = await planned(db, desk.officer, desk.team, { format: 'question-hour' })
    await postComment(db, desk.resident, conversationId, { body: 'Who is first?', parentId: null, clientKey: key() })
    const date = dates[0]?.id ?? 0
    await db.$client.query(
      `update occasions set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour', sequence = 1 where id = $1`,
      [date],
    )
    return {
      send: (actor) => post(`/events/${id}/hour/takes`, {}, actor),
      isDone: async () => (await value('select comment_id from hour_answers where event_id = $1', id)) !== null,
    }
  }

  const giveRole: Make = async () => {
    const person = await makeStaff(db, `PC New ${key().slice(0, 8)}`, 'officer', desk.otherTeam)
    const grant = () => value(`select id from role_grants where account_id = $1 and team_id = $2`, person.accountId, desk.team.id)
    const isInForce = `select confirmed_at is not null and confirmed_by <> proposed_by from role_grants where account_id = $1 and team_id = $2`
    return {
      send: (actor) => post(`/admin/people/${person.accountId}/roles`, { role: 'officer', team: String(desk.team.id) }, actor),
      isDone: async () => (await value(isInForce, person.accountId, desk.team.id)) === 'true',
      agree: async (actor) => post(`/admin/roles/${await grant()}/confirmation`, {}, actor),
    }
  }

  const makeATeam: Make = async () => {
    const name = `Team ${key().slice(0, 8)}`
    return {
      send: (actor) => post('/admin/teams/new', { name }, actor),
      isDone: async () => (await value('select 1 from teams where name = $1', name)) !== null,
    }
  }

  return {
    comment,
    react,
    'ask a team': ask,
    'follow a team': follow,
    'edit own': onComment(
      'versions',
      { body: 'Other words.' },
      async (id) => (await value('select body from comments where id = $1', id)) === 'Other words.',
    ),
    'withdraw own': onComment('withdrawal', {}, async (id) => (await commentState(id)) === 'withdrawn'),
    'un-name own': onComment('namelessness', {}, async (id) => (await value('select unnamed_at from comments where id = $1', id)) !== null),
    flag,
    'appeal a decision on own item': appeal,
    'publish a routine post': publishRoutine,
    'publish a sensitive kind': publishDraftOf('appeal'),
    'publish an outcome': publishDraftOf('outcome'),
    'approve a submitted post: routine': approve('outcome'),
    'approve a submitted post: sensitive': approve('appeal'),
    'correct a post: routine': correct,
    'withdraw a post: routine': withdrawPost(async (actor, whose) => (await routinePost(actor, whose)).id),
    'withdraw a post: sensitive': withdrawPost((actor, whose) => sensitivePost(authorOf(actor, whose, desk.team))),
    'answer a question': onQuestion('answers', () => ({ body: 'Every Friday.', key: key() }), 'answered_at is not null'),
    'reassign a question': onQuestion(
      'assignment',
      () => ({ account: String(town.colleague.accountId) }),
      `assignee_id = ${town.colleague.accountId}`,
    ),
    'move a question to another team': onQuestion(
      'moves',
      () => ({ team: String(town.spareTeam.id), note: 'It is their place.' }),
      `team_id = ${town.spareTeam.id}`,
    ),
    'plan a presence': planPresence,
    'move a presence': onPresence('changes', { ...when, until: '5pm' }, 'sequence = 1'),
    'call off a presence': onPresence('cancellation', { because: 'It rains.' }, `cancelled_because = 'It rains.'`),
    'plan an event': planEvent,
    'change an event': onEvent(
      'changes',
      { title: 'Changed', body: 'Come and ask.', format: 'meeting', note: 'The title.', version: '1' },
      `select e.id ${ofEvent} p.title = 'Changed'`,
    ),
    'move an event': onEvent(
      'dates/DATE/changes',
      { ...when, venue: 'Village Hall', until: '5pm', because: 'More time.' },
      `select o.id ${ofEvent} o.sequence = 1`,
    ),
    'call off an event': onEvent('dates/DATE/cancellation', { because: 'It rains.' }, `select o.id ${ofEvent} o.cancelled_because = 'It rains.'`),
    'say what came of an event': onEvent(
      'dates/DATE/notes',
      { said: 'All was said.', version: '0' },
      `select n.id from event_notes n join occasions o on o.id = n.occasion_id join events e on e.post_id = o.post_id where e.id = $1`,
      true,
    ),
    'take a question of a live hour': takeQuestion,
    'people, roles': giveRole,
    teams: makeATeam,
  }
}

/** The mark under which somebody's words stand: theirs for good, and none for who speaks as themself. */
function markOf(actor: Actor): string {
  const duty = actor.duties.find(({ role }) => role !== 'administrator')
  return duty ? [duty.role, duty.teamName].filter((part) => part !== null).join(', ') : ''
}
