/** A support circle with three people in it, and those who stand around it. */
import { randomUUID } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { circleMembers, circles, organisations } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { personaOf, type Persona } from '../../src/circles/persona.ts'
import { suggestPseudonyms } from '../../src/circles/persona-names.ts'
import { circleRequests } from '../../src/circles/schema.ts'
import { answerRequest, askIntoSupport, foundSupportCircle } from '../../src/circles/support-joining.ts'
import { postComment } from '../../src/conversations/comment.ts'
import type { Database } from '../../src/database/database.ts'
import { publishInNetwork } from '../../src/network/post.ts'
import { posts } from '../../src/posts/schema.ts'
import { makeResident } from '../people.ts'

export const SECRET = { secret: 's'.repeat(40) }

type Secret = typeof SECRET

export async function oneName(db: Database): Promise<string> {
  const [name] = await suggestPseudonyms(db)
  if (!name) throw new Error('no pseudonym is free')
  return name
}

export async function found(db: Database, config: Secret, person: SignedIn): Promise<{ id: number; owner: Persona }> {
  const words = { name: 'After an assault', about: 'For all who were attacked at work.', signposts: 'Care line: 0800 111222' }
  const { id } = await foundSupportCircle(db, config, person, { ...words, pseudonym: await oneName(db), clientKey: randomUUID() })
  return { id, owner: await personaIn(db, config, person, id) }
}

export async function personaIn(db: Database, config: Secret, person: SignedIn, circleId: number): Promise<Persona> {
  const persona = await personaOf(db, config, person, circleId)
  if (!persona) throw new Error('no pseudonym')
  return persona
}

export async function requestOf(db: Database, persona: Persona): Promise<number> {
  const [open] = await db
    .select({ id: circleRequests.id })
    .from(circleRequests)
    .where(and(eq(circleRequests.accountId, persona.accountId), isNull(circleRequests.answer)))
  if (!open) throw new Error('no open request')
  return open.id
}

/** Asks and is let in. */
export async function join(db: Database, config: Secret, person: SignedIn, circleId: number, owner: Persona): Promise<Persona> {
  await askIntoSupport(db, config, person, circleId, { pseudonym: await oneName(db), words: 'It happened to me too.' })
  await answerRequest(db, owner, await requestOf(db, await personaIn(db, config, person, circleId)), { letIn: true, note: null })
  return personaIn(db, config, person, circleId)
}

export async function write(db: Database, actor: Persona, title = 'I cannot sleep', body = 'Since that night I lie awake.') {
  const input = { kind: 'update' as const, title, body, tags: [], details: {}, clientKey: randomUUID(), circleId: actor.persona.circleId }
  const made = await db.transaction((tx) => publishInNetwork(tx, actor, input))
  const [post] = await db.select().from(posts).where(eq(posts.id, made.id))
  if (!post) throw new Error('no post')
  return post
}

export const say = (db: Database, actor: Persona, conversationId: number, body = 'Nor could I.', parentId: number | null = null) =>
  postComment(db, actor, conversationId, { body, parentId, clientKey: randomUUID() })

/** Somebody with a mailbox of an organisation whose staff may be in such circles. */
export async function makePartner(db: Database, addedBy: SignedIn, name: string): Promise<SignedIn> {
  const domain = `${randomUUID().slice(0, 8)}.example.org`
  await db.insert(organisations).values({
    name: `Fire service ${domain}`,
    kind: 'fire',
    domains: [domain],
    addedBy: addedBy.accountId,
    addedAt: new Date(),
    clientKey: randomUUID(),
  })
  const person = await makeResident(db, name)
  const email = `${randomUUID().slice(0, 8)}@${domain}`
  await db.$client.query('update accounts set email = $1 where id = $2', [email, person.accountId])
  return { ...person, email }
}

export const membersOf = (db: Database, circleId: number) => db.select().from(circleMembers).where(eq(circleMembers.circleId, circleId))
export const circleRow = async (db: Database, circleId: number) => (await db.select().from(circles).where(eq(circles.id, circleId)))[0]
