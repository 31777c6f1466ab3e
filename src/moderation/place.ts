/** Where what a case is about was said, as the desk names it. */
import { sql } from 'drizzle-orm'
import type { CircleKind } from '../accounts/schema.ts'
import { circleOf } from '../conversations/audience.ts'
import type { Case } from './case.ts'

interface CircleNamed {
  name: string
  kind: CircleKind
}

/** Of a statement over `cases`: the circle in which it was said; null for everything else. */
export const circleNamed = sql<CircleNamed | null>`(select json_build_object('name', circles.name, 'kind', circles.kind) from circles
  where circles.id = substring(cases.audience from '^circle:(\\d+)$')::bigint)`

/** "Bracebridge Heath", "Staff network", "Circle: Night shifts", "A support circle"; null for the whole force. */
export function sayPlace(
  file: Pick<Case, 'audience' | 'commentId' | 'postId'>,
  { team, circle }: { team: string | null; circle: CircleNamed | null },
): string | null {
  if (file.commentId === null && file.postId === null) return team
  // Which one it is, and what it is for, is not told: they decide on words, not on people.
  if (circle?.kind === 'support') return 'A support circle'
  if (circle) return `Circle: ${circle.name}`
  if (circleOf(file.audience) !== null) return 'A circle'
  return file.audience === 'staff' ? 'Staff network' : team
}
