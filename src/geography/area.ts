/**
 * Areas on the ground as their publishers draw them: several polygons where there are islands, holes kept.
 * Storing the same drawing again changes nothing.
 */
import { and, asc, eq } from 'drizzle-orm'
import type { Tx } from '../database/database.ts'
import { boxOf, squareMetres } from './geometry.ts'
import { areaParts, areas, type Rings } from './schema.ts'

export type AreaKind = (typeof areas.$inferSelect)['kind']

export interface Drawing {
  kind: AreaKind
  code: string
  name: string
  source: string
  /** One or more polygons: rings that are closed, in degrees, the outline first. */
  parts: Rings[]
}

export interface StoredArea {
  id: number
  outcome: 'new' | 'changed' | 'same'
  /** Its lines lie elsewhere than before: more than its name has changed. */
  isRedrawn: boolean
}

/** Keeps the drawing under its kind and code. Answers the area's id, and whether it was new, changed or the same as before. */
export async function storeArea(tx: Tx, drawing: Drawing, at: Date): Promise<StoredArea> {
  const { kind, code, name, source, parts } = drawing
  const [known] = await tx
    .select()
    .from(areas)
    .where(and(eq(areas.kind, kind), eq(areas.code, code)))
  if (!known) {
    const [made] = await tx.insert(areas).values({ kind, code, name, source, importedAt: at }).returning({ id: areas.id })
    if (!made) throw new Error('an area was not stored')
    await storeParts(tx, made.id, parts)
    return { id: made.id, outcome: 'new', isRedrawn: true }
  }
  const isRedrawn = JSON.stringify(await partsOf(tx, known.id)) !== JSON.stringify(parts)
  if (!isRedrawn && known.name === name) return { id: known.id, outcome: 'same', isRedrawn }
  await tx.update(areas).set({ name, source, importedAt: at }).where(eq(areas.id, known.id))
  if (isRedrawn) {
    await tx.delete(areaParts).where(eq(areaParts.areaId, known.id))
    await storeParts(tx, known.id, parts)
  }
  return { id: known.id, outcome: 'changed', isRedrawn }
}

/** Who drew the area with this code, as `storeArea` was told; null when there is none. */
export async function sourceOfArea(tx: Tx, kind: AreaKind, code: string): Promise<string | null> {
  const [area] = await tx
    .select({ source: areas.source })
    .from(areas)
    .where(and(eq(areas.kind, kind), eq(areas.code, code)))
  return area?.source ?? null
}

/** Takes an area off the map; the link to its team goes with it. */
export async function removeArea(tx: Tx, kind: AreaKind, code: string): Promise<void> {
  await tx.delete(areas).where(and(eq(areas.kind, kind), eq(areas.code, code)))
}

/** The polygons of an area as they were stored, in the publisher's order. */
export async function partsOf(tx: Tx, areaId: number): Promise<Rings[]> {
  const rows = await tx.select({ rings: areaParts.rings }).from(areaParts).where(eq(areaParts.areaId, areaId)).orderBy(asc(areaParts.id))
  return rows.map((row) => row.rings)
}

async function storeParts(tx: Tx, areaId: number, parts: Rings[]): Promise<void> {
  await tx.insert(areaParts).values(parts.map((rings) => ({ areaId, rings, ...boxOf(rings), squareMetres: squareMetres(rings) })))
}
