/** The rows of the table about the staff network: reading and writing in it, circles, and moderating there. */
import { randomUUID as key } from 'node:crypto'
import { actorById } from '../../src/accounts/known.ts'
import { circleMembers, organisations, type CircleKind } from '../../src/accounts/schema.ts'
import { idOf, type Actor, type SignedIn } from '../../src/actor.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { makeCircle } from '../network/circle.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import type { Make, Town, Whose } from './matrix-town.ts'

export function networkActs(town: Town): Record<string, Make> {
  const { desk, people, colleague, administrator2, post, get, value } = town
  const { db } = desk
  const now = (actor: SignedIn) => actorById(db, actor.accountId)

  let council: number | null = null
  /** The organisation of whoever is partner staff here. */
  async function councilId(): Promise<number> {
    if (council !== null) return council
    const domains = [people.partner.email.split('@')[1] ?? '']
    const known = {
      name: 'Ward Council',
      kind: 'council' as const,
      domains,
      addedBy: administrator2.accountId,
      addedAt: new Date(),
      clientKey: key(),
    }
    const [row] = await db.insert(organisations).values(known).returning()
    return (council = row?.id ?? 0)
  }

  async function letIn(person: SignedIn, circleId: number, role: 'owner' | 'member' = 'member'): Promise<void> {
    const from = person === people.partner ? { organisationId: await councilId(), expiresAt: new Date(Date.now() + 86_400_000) } : {}
    await db.insert(circleMembers).values({ circleId, accountId: person.accountId, role, joinedAt: new Date(), ...from })
  }

  /** One's own: one that one is in. Somebody else's: without them. */
  async function circle(actor: SignedIn, whose: Whose, { kind = 'private', role = 'member' }: { kind?: CircleKind; role?: 'owner' | 'member' } = {}) {
    const id = await makeCircle(db, `Circle ${key()}`, kind)
    await letIn(colleague, id, 'owner')
    if (whose === 'own') await letIn(actor, id, role)
    return id
  }

  const write = async (author: SignedIn, circleId: number | null, words: string) => {
    const as = await now(author)
    const input = { kind: 'update' as const, title: words, body: `${words} and more.`, tags: [], details: {}, clientKey: key(), circleId }
    return db.transaction((tx) => publishInNetwork(tx, as, input))
  }

  const isStored = (title: string) => async () => (await value('select id from posts where title = $1', title)) !== null

  const read: Make = async () => {
    const secret = `kumquat-${key().slice(0, 8)}`
    const { id } = await write(colleague, null, secret)
    return {
      send: (by) => get(`/staff/posts/${id}-${secret}`, by),
      isDone: async (_by, answer) => answer.statusCode === 200 && answer.body.includes(secret),
      secret,
    }
  }

  const readInCircle: Make = async (actor, whose) => {
    const secret = `kumquat-${key().slice(0, 8)}`
    const { id } = await write(colleague, await circle(actor, whose), secret)
    return {
      send: (by) => get(`/staff/posts/${id}-${secret}`, by),
      isDone: async (_by, answer) => answer.statusCode === 200 && answer.body.includes(secret),
      secret,
    }
  }

  const compose = (circleId: number | null) => {
    const title = `News ${key()}`
    const form = { kind: 'update', title, body: 'All is well.', tags: '', circle: circleId === null ? '' : String(circleId), key: key() }
    return { send: (by: Actor) => post('/staff/posts', form, by), isDone: isStored(title) }
  }

  const speak: Make = async () => {
    const { conversationId } = await write(colleague, null, `News ${key()}`)
    const body = `I agree ${key()}`
    return {
      send: (by) => post(`/conversations/${conversationId}/comments`, { body, key: key() }, by),
      isDone: async (by) => (await value('select author_id from comments where body = $1', body)) === String(idOf(by)),
    }
  }

  /** In a circle, where everybody of the table has something of their own. */
  const change =
    (step: 'corrections' | 'withdrawal', form: Record<string, string>, isDone: (id: number) => Promise<boolean>): Make =>
    async (actor, whose) => {
      const circleId = await circle(actor, 'own')
      const { id } = await write(whose === 'own' ? actor : colleague, circleId, `News ${key()}`)
      return { send: (by) => post(`/staff/posts/${id}/${step}`, form, by), isDone: () => isDone(id) }
    }

  const isIn = async (circleId: number, actor: Actor) =>
    (await value('select 1 from circle_members where circle_id = $1 and account_id = $2 and left_at is null', circleId, idOf(actor))) !== null

  const found: Make = async () => {
    const name = `Circle ${key()}`
    const form = { name, about: 'What it is for.', kind: 'restricted', teamId: '', clientKey: key() }
    return {
      send: (by) => post('/staff/circles', form, by),
      isDone: async () => (await value('select id from circles where name = $1', name)) !== null,
    }
  }

  const join: Make = async (actor) => {
    const id = await circle(actor, 'other', { kind: 'open' })
    return { send: (by) => post(`/staff/circles/${id}/membership`, {}, by), isDone: (by) => isIn(id, by) }
  }

  const ask: Make = async (actor) => {
    const id = await circle(actor, 'other', { kind: 'restricted' })
    return {
      send: (by) => post(`/staff/circles/${id}/requests`, { words: 'I work on it.' }, by),
      isDone: async (by) => (await value('select 1 from circle_requests where circle_id = $1 and account_id = $2', id, idOf(by))) !== null,
    }
  }

  const keep: Make = async (actor, whose) => {
    const id = await circle(actor, whose, { role: 'owner' })
    const name = `Circle ${key()}`
    return {
      send: (by) => post(`/staff/circles/${id}/changes`, { name, about: 'Something else.', kind: 'private', version: '1' }, by),
      isDone: async () => (await value('select name from circles where id = $1', id)) === name,
    }
  }

  const follow: Make = async () => {
    const subject = `person:${colleague.accountId}`
    return {
      send: (by) => post('/staff/follows', { subject, follow: 'on' }, by),
      isDone: async (by) => (await value('select 1 from staff_follows where account_id = $1 and subject = $2', idOf(by), subject)) !== null,
    }
  }

  const lookUp: Make = async () => ({
    send: (by) => get(`/staff/people/${colleague.accountId}`, by),
    isDone: async (_by, answer) => answer.statusCode === 200 && answer.body.includes('PC Joan Fell'),
    secret: 'PC Joan Fell',
  })

  const describe: Make = async () => {
    const worksOn = `Nights ${key()}`
    const version = async (by: Actor) => (await value('select version from staff_profiles where account_id = $1', idOf(by))) ?? '0'
    return {
      send: async (by) => post('/staff/people/me', { worksOn, about: '', skills: '', languages: '', version: await version(by) }, by),
      isDone: async (by) => (await value('select works_on from staff_profiles where account_id = $1', idOf(by))) === worksOn,
    }
  }

  const today: Make = async () => ({
    send: (by) => get('/staff/today', by),
    isDone: async (_by, answer) => answer.statusCode === 200 && answer.body.includes('Today in the force'),
    secret: 'Today in the force',
  })

  const help: Make = async () => {
    const { slug, id } = town.spareTeam
    return {
      send: (by) => post(`/staff/teams/${slug}/help`, { key: key() }, by),
      isDone: async (by) => (await value('select 1 from help_offers where team_id = $1 and by_id = $2', id, idOf(by))) !== null,
    }
  }

  const convene: Make = async () => {
    const title = `Nights ${key()}`
    const date = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
    const form = {
      title,
      body: 'Come and say.',
      tags: '',
      circle: '',
      venue: 'Nettleham',
      places: '8',
      date,
      from: '10:00',
      until: '11:00',
      key: key(),
    }
    return { send: (by) => post('/staff/groups', form, by), isDone: isStored(title) }
  }

  const sayLeads: Make = async (actor, whose) => {
    const id = whose === 'own' ? actor.accountId : colleague.accountId
    const leads = `Head of ${key()}`
    return {
      send: (by) => post(`/admin/people/${id}/leads`, { leads }, by),
      isDone: async () => (await value('select leads from staff_profiles where account_id = $1', id)) === leads,
    }
  }

  const keepOrganisations: Make = async () => {
    const name = `Council ${key()}`
    return {
      send: (by) => post('/admin/organisations', { name, kind: 'council', domains: `${key()}.example`, clientKey: key() }, by),
      isDone: async () => (await value('select 1 from organisations where name = $1', name)) !== null,
    }
  }

  /** Said in a circle of the team, and told to a moderator. */
  const decide: Make = async () => {
    const id = await makeCircle(db, `Circle ${key()}`, 'open', desk.team.id)
    await letIn(colleague, id)
    const { conversationId } = await write(colleague, id, `News ${key()}`)
    const secret = `Useless, all of ${key()}`
    const { id: commentId } = await postComment(db, await now(colleague), conversationId, { body: secret, parentId: null, clientKey: key() })
    await desk.flag({ commentId }, await now(colleague))
    const caseId = await value('select id from cases where comment_id = $1', commentId)
    const version = async () => (await value('select version from cases where id = $1', caseId)) ?? ''
    return {
      async send(by) {
        const form = { act: 'remove', reason: 'abuse', text: '', note: 'Looked at it.', others: '', version: await version(), then: 'queue' }
        return post(`/moderation/cases/${caseId}/decisions`, form, by)
      },
      isDone: async () => (await desk.stateOf(commentId)) === 'removed',
      secret,
    }
  }

  const removeInOwn: Make = async (actor, whose) => {
    const id = await circle(actor, whose === 'any' ? 'own' : whose, { role: 'owner' })
    const { conversationId } = await write(colleague, id, `News ${key()}`)
    const { id: commentId } = await postComment(db, await now(colleague), conversationId, {
      body: `Useless ${key()}`,
      parentId: null,
      clientKey: key(),
    })
    return {
      send: (by) => post(`/comments/${commentId}/removal`, { reason: 'abuse', text: '' }, by),
      isDone: async () => (await desk.stateOf(commentId)) === 'removed',
    }
  }

  return {
    'read what is for all staff': read,
    'publish for all staff': async () => compose(null),
    'speak among all staff': speak,
    'read in a circle': readInCircle,
    'publish in a circle': async (actor, whose) => compose(await circle(actor, whose)),
    'correct in the network': change('corrections', { title: 'Mended', body: 'Better.', tags: '', note: 'A slip.', version: '1' }, async (id) => {
      return (await value('select title from posts where id = $1', id)) === 'Mended'
    }),
    'withdraw in the network': change('withdrawal', { because: 'It is over.' }, async (id) => {
      return (await value('select state from posts where id = $1', id)) === 'withdrawn'
    }),
    'found a circle': found,
    'join an open circle': join,
    'ask to be let into a circle': ask,
    'keep a circle': keep,
    'follow a colleague': follow,
    'look up a colleague': lookUp,
    'say what one works on': describe,
    'see today in the force': today,
    'offer a team help': help,
    'convene a focus group': convene,
    'say what somebody leads': sayLeads,
    'keep the organisations': keepOrganisations,
    'network: decide in a circle of the team': decide,
    'network: remove in a circle that one owns': removeInOwn,
  }
}
