/**
 * The people of the small world: made directly, so that each test says only what it is about.
 */
import { randomUUID } from 'node:crypto'
import { GOOD_STANDING, type Duty, type Role, type SignedIn } from '../src/actor.ts'
import { accounts, roleGrants } from '../src/accounts/schema.ts'
import type { Database } from '../src/database/database.ts'
import { publishPost } from '../src/posts/post.ts'
import { posts } from '../src/posts/schema.ts'
import { teams } from '../src/teams/schema.ts'
import type { TeamName } from '../src/teams/team.ts'
import { slugOf } from '../src/text/slug.ts'
import { eq } from 'drizzle-orm'

export async function makeTeam(db: Database, name: string): Promise<TeamName> {
  const [team] = await db
    .insert(teams)
    .values({ name, slug: slugOf(name) })
    .returning()
  if (!team) throw new Error('no team')
  return { id: team.id, slug: team.slug, name: team.name }
}

/** A resident; `published` earlier comments make the account trusted. */
export async function makeResident(db: Database, displayName: string | null, published = 10): Promise<SignedIn> {
  const email = `${randomUUID().slice(0, 8)}@example.org`
  const [account] = await db.insert(accounts).values({ email, displayName, publishedCount: published }).returning()
  if (!account) throw new Error('no account')
  return { kind: 'account', accountId: account.id, email, displayName, publishedCount: published, duties: [], standing: GOOD_STANDING }
}

/** A member of staff with a role in force, for a team or the whole force. */
export async function makeStaff(db: Database, displayName: string, role: Role, team: TeamName | null = null): Promise<SignedIn> {
  const person = await makeResident(db, displayName)
  const confirmer = await makeResident(db, null)
  await db.insert(roleGrants).values({
    accountId: person.accountId,
    role,
    teamId: team?.id ?? null,
    confirmedBy: confirmer.accountId,
    confirmedAt: new Date(),
    expiresAt: new Date(Date.now() + 365 * 86_400_000),
  })
  const duty: Duty = { role, teamId: team?.id ?? null, teamName: team?.name ?? null, teamSlug: team?.slug ?? null }
  return { ...person, duties: [duty] }
}

/** A published post with its conversation. */
export async function makePost(db: Database, author: SignedIn, team: TeamName, title = 'Speed checks on Grantham Road') {
  const { id, path } = await publishPost(db, author, team, { title, body: 'We were out this morning.', tags: ['speeding'], clientKey: randomUUID() })
  const [post] = await db.select().from(posts).where(eq(posts.id, id))
  if (!post) throw new Error('no post')
  return { ...post, path }
}
