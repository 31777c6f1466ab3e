/**
 * Addresses of teams that an import makes: each its own, and none that another team ever had.
 */
import { and, eq, ne } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { teams, teamSlugs } from '../teams/schema.ts'
import { slugOf } from '../text/slug.ts'

/** The slug of a name; with a number behind it when another team has it or had it once. */
export async function freeSlug(tx: Tx, name: string): Promise<string> {
  const slug = slugOf(name)
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? slug : `${slug}-${number}`
    if (await isFree(tx, candidate, null)) return candidate
  }
}

/**
 * The slug after a change of name: the new name's where it is free, and the old address leads on; else the old one stays.
 */
export async function renameSlug(tx: Tx, team: { id: number; slug: string }, name: string): Promise<string> {
  const slug = slugOf(name)
  if (slug === team.slug || !(await isFree(tx, slug, team.id))) return team.slug
  await tx.delete(teamSlugs).where(and(eq(teamSlugs.slug, slug), eq(teamSlugs.teamId, team.id)))
  await tx.insert(teamSlugs).values({ slug: team.slug, teamId: team.id })
  return slug
}

/** Free for a new team (null), or for a team that may take back what was its own. */
async function isFree(tx: Tx, slug: string, teamId: number | null): Promise<boolean> {
  const others = teamId === null ? [] : [teamId]
  const [now] = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.slug, slug), ...others.map((id) => ne(teams.id, id))))
  if (now) return false
  const [once] = await tx
    .select({ id: teamSlugs.teamId })
    .from(teamSlugs)
    .where(and(eq(teamSlugs.slug, slug), ...others.map((id) => ne(teamSlugs.teamId, id))))
  return !once
}
