/** Where a page of the list ended, as it stands in the address of the next: "1.450.place.0.12". */
export const NEAR_KINDS = ['meet', 'place', 'post'] as const
export type NearKind = (typeof NEAR_KINDS)[number]

export interface Key {
  /** 0 for what goes on now, 1 for all else. */
  rank: number
  metres: number
  kind: NearKind
  /** Orders what lies at one spot: soonest first, newest first. */
  moment: number
  id: number
}

export const writeKey = (key: Key | null): string | null => key && [key.rank, key.metres, key.kind, key.moment, key.id].join('.')

/** Null for anything that is no such key: then the list begins at its beginning. */
export function readKey(text: string | undefined): Key | null {
  const [, rank, metres, kind, moment, id] = /^([01])\.(\d{1,7})\.([a-z]+)\.(-?\d{1,12})\.(\d{1,15})$/.exec(text ?? '') ?? []
  const known = NEAR_KINDS.find((one) => one === kind)
  return known ? { rank: Number(rank), metres: Number(metres), kind: known, moment: Number(moment), id: Number(id) } : null
}
