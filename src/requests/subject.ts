/**
 * What somebody asks about: found for whoever may ask, with the words that the queue shows.
 */
import { eq } from 'drizzle-orm'
import { hasRole, type Actor, type Role } from '../actor.ts'
import { mayRead } from '../conversations/audience.ts'
import { comments, conversations } from '../conversations/schema.ts'
import type { Db } from '../database/database.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { posts } from '../posts/schema.ts'
import { teams } from '../teams/schema.ts'
import { askingRole, type SubjectKind } from './policy.ts'

export interface SubjectRef {
  kind: SubjectKind
  id: number
}

export interface Subject extends SubjectRef {
  title: string
  /** Address of the page on which it stands. */
  path: string
  /** Address of the form. */
  askPath: string
  teamId: number
  audience: string
  conversationId: number | null
  role: Role
}

/** Throws `NotFound` for what is not there or not to be read, `Forbidden` for what is not of one's own team. */
export async function subjectFor(db: Db, actor: Actor, ref: SubjectRef): Promise<Subject> {
  const found = await (ref.kind === 'team' ? teamSubject(db, ref.id) : talkSubject(db, ref))
  if (!found || !mayRead(actor, found)) throw new NotFound(ref.kind)
  const role = askingRole(actor, found.teamId)
  if (found.teamId === null || role === null) throw new Forbidden(refusal(actor))
  return { ...ref, ...found, teamId: found.teamId, role }
}

const refusal = (actor: Actor): string =>
  hasRole(actor, 'press-office') ? 'The press office does this itself, and asks nobody.' : 'You can ask this for your own team only.'

async function teamSubject(db: Db, id: number) {
  const [team] = await db.select().from(teams).where(eq(teams.id, id))
  if (!team) return null
  const path = `/teams/${team.slug}`
  return { title: team.name, path, askPath: `${path}/requests`, teamId: team.id, audience: 'staff', conversationId: null }
}

async function talkSubject(db: Db, { kind, id }: SubjectRef) {
  const query = db
    .select({
      title: conversations.title,
      path: conversations.path,
      teamId: conversations.teamId,
      audience: conversations.audience,
      conversationId: conversations.id,
    })
    .from(conversations)
    .$dynamic()
  const [found] =
    kind === 'comment'
      ? await query.innerJoin(comments, eq(comments.conversationId, conversations.id)).where(eq(comments.id, id))
      : kind === 'post'
        ? await query.innerJoin(posts, eq(posts.conversationId, conversations.id)).where(eq(posts.id, id))
        : await query.where(eq(conversations.id, id))
  if (!found) return null
  const path = kind === 'comment' ? `/comments/${id}` : found.path
  return { ...found, path, askPath: `/${kind}s/${id}/requests` }
}

export async function teamIdAt(db: Db, slug: string): Promise<number> {
  const [team] = await db.select({ id: teams.id }).from(teams).where(eq(teams.slug, slug))
  if (!team) throw new NotFound('team')
  return team.id
}
