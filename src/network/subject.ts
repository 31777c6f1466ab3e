/**
 * What a member of staff can follow: a person, a topic, a circle. As text it is `person:12`, `topic:drones`, `circle:3`.
 */
import { circleAudience, circleOf } from '../conversations/audience.ts'
import type { PostRow } from '../posts/stored-post.ts'
import { slugOf } from '../text/slug.ts'

export type Subject = { kind: 'person'; id: number } | { kind: 'topic'; topic: string } | { kind: 'circle'; id: number }

export const personSubject = (accountId: number): string => `person:${accountId}`
export const topicSubject = (topic: string): string => `topic:${topic}`
/** Of a circle the audience and the subject read the same. */
export const circleSubject = circleAudience

/** Null for what is none. */
export function parseSubject(text: string): Subject | null {
  const [, kind, rest = ''] = /^(person|topic|circle):(.{1,60})$/u.exec(text) ?? []
  // Topics stand in addresses: what is none has nothing that the database could not read.
  if (kind === 'topic') return slugOf(rest) === rest ? { kind, topic: rest } : null
  if ((kind !== 'person' && kind !== 'circle') || !/^[1-9]\d{0,14}$/.test(rest)) return null
  return { kind, id: Number(rest) }
}

/** Under which follows a post comes. Nobody follows a pseudonym. */
export function subjectsOf({ authorId, tags, audience, officialRole }: Pick<PostRow, 'authorId' | 'tags' | 'audience' | 'officialRole'>): string[] {
  const person = officialRole === null ? [] : [personSubject(authorId)]
  return [...person, ...tags.map(topicSubject), ...(circleOf(audience) === null ? [] : [audience])]
}
