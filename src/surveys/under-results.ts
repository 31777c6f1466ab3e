/**
 * What a higher room shows with published results. It adds what it shows to `UnderResults` by `declare module '../surveys/under-results.ts'`, and its partial to
 * the page.
 */
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import type { Survey } from './survey.ts'

/** By name: what the partial of the room shows. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by the rooms above
export interface UnderResults {}

const loads = new Map<keyof UnderResults, (db: Database, actor: Actor, survey: Survey) => Promise<unknown>>()

/** Called once by each room, while the application is put together; a second time changes nothing. */
export function showUnderResults<Name extends keyof UnderResults>(
  name: Name,
  load: (db: Database, actor: Actor, survey: Survey) => Promise<UnderResults[Name] | null>,
): void {
  loads.set(name, load)
}

/** For whoever may read the results of this survey. */
export async function underResults(db: Database, actor: Actor, survey: Survey): Promise<Partial<UnderResults>> {
  const shown: [string, unknown][] = []
  for (const [name, load] of loads) shown.push([name, await load(db, actor, survey)])
  return Object.fromEntries(shown.filter(([, value]) => value !== null))
}
