/** Acts of the matrix about priorities and suggestions. */
import { randomUUID } from 'node:crypto'
import type { Actor, SignedIn } from '../../src/actor.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { publishingDuty } from '../../src/posts/policy.ts'
import { publishPost } from '../../src/posts/post.ts'
import type { PostKind } from '../../src/posts/schema.ts'
import { openBox } from '../../src/priorities/box.ts'
import type { Make, Town } from './matrix-town.ts'

const key = (): string => randomUUID()

export function priorityActs(town: Town): Record<string, Make> {
  const { desk, post, value } = town
  const { db } = town.site.world

  /** Whoever may write it for that team writes it; else its officer does. */
  const draft = async (actor: SignedIn, kind: PostKind, form: Record<string, string>): Promise<number> => {
    const author = publishingDuty(actor, desk.team.id) ? actor : desk.officer
    return (await saveDraft(db, author, desk.team, { kind, key: key(), form, version: null, teamIds: [], wholeForce: false })).id
  }
  const step = async (id: number, noun: string, actor: Actor) =>
    post(`/officers/drafts/${id}/${noun}`, { version: String(await value('select version from drafts where id = $1', id)) }, actor)
  const isHandedIn = async (id: number) => (await value('select cause from cases where draft_id = $1 and waits', id)) === 'draft'

  const set: Make = async (actor) => {
    const id = await draft(actor, 'priority', { title: 'Speeding', body: 'Past the school.' })
    return {
      send: (by) => step(id, 'publication', by),
      isDone: async () => (await value('select x.id from priorities x join drafts d on d.post_id = x.post_id where d.id = $1', id)) !== null,
      ask: (by) => step(id, 'submission', by),
      isAsked: () => isHandedIn(id),
    }
  }

  const standing = async (): Promise<{ id: string; postId: number }> => {
    const input = { kind: 'priority' as const, title: 'Parking', body: 'At the school.', tags: [], clientKey: key() }
    const { id: postId } = await publishPost(db, desk.sergeant, desk.team, input)
    return { id: String(await value('select id from priorities where post_id = $1', postId)), postId }
  }

  const close: Make = async (actor) => {
    const { id: priorityId, postId } = await standing()
    const sources = { 'came-from': `/teams/${desk.team.slug}/posts/${postId}`, closes: 'yes' }
    const id = await draft(actor, 'outcome', { title: 'Done', body: '', 'you-said': 'Cars.', 'we-did': 'Humps.', ...sources })
    return {
      send: (by) => step(id, 'publication', by),
      isDone: async () => (await value('select closed_by from priorities where id = $1', priorityId)) !== null,
      ask: (by) => step(id, 'submission', by),
      isAsked: () => isHandedIn(id),
    }
  }

  const review: Make = async () => {
    const { id } = await standing()
    const sent = key()
    return {
      send: (actor) => post(`/priorities/${id}/reviews`, { note: 'It is better.', key: sent }, actor),
      isDone: async () => (await value('select priority_id from priority_reviews where client_key = $1', sent)) === id,
    }
  }

  const decline: Make = async () => {
    const boxId = await openBox(db, { ...desk.team, archivedAt: null })
    const id = await desk.say(await desk.newPerson(`Kim ${key().slice(0, 8)}`, [], 5), 'A bench.', { conversationId: boxId })
    return {
      send: (actor) => post(`/suggestions/${id}/refusal`, { reason: 'The council does it.' }, actor),
      isDone: async () => (await value('select answer from suggestion_decisions where comment_id = $1', id)) === 'declined',
    }
  }

  return { 'set a priority': set, 'close a priority': close, 'say how a priority stands': review, 'decide on a suggestion': decline }
}
