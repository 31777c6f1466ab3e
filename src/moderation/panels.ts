/**
 * What other rooms add to the page of a case: an appeal, a seal, a notice. They register themselves here, as they stand on a higher floor;
 * each adds its panel to `CasePanels` by `declare module '../moderation/panels.ts'`, and its partial to the page.
 */
import type { Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import type { Case } from './case.ts'

/** By name: what the partial of that room shows. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by the rooms above
export interface CasePanels {}
export type PanelName = keyof CasePanels

type Load<Name extends PanelName> = (db: Db, actor: Actor, file: Case) => Promise<CasePanels[Name] | null>

const loads = new Map<string, (db: Db, actor: Actor, file: Case) => Promise<unknown>>()

/** Called once by each room, while the application is put together; a second time changes nothing. `load` answers null when the case has none of it. */
export function addPanel<Name extends PanelName>(name: Name, load: Load<Name>): void {
  loads.set(name, load)
}

/** Everything that the rooms above have to say about a case that this actor may read. */
export async function panelsOf(db: Db, actor: Actor, file: Case): Promise<Partial<CasePanels>> {
  const found = await Promise.all([...loads].map(async ([name, load]) => [name, await load(db, actor, file)] as const))
  return Object.fromEntries(found.filter(([, panel]) => panel !== null))
}
