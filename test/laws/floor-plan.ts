/**
 * The floors of the house, once for the linter and once for the test: imports go downward; on one floor only where an arrow is drawn.
 */

/** From the ground up. A room is a folder of src/ or a file right inside it; a later line may import every earlier one. */
export const FLOORS: readonly (readonly string[])[] = [
  ['config', 'errors', 'actor', 'clock', 'text', 'statistics', 'fetching'],
  ['database'],
  ['jobs', 'mail', 'activity', 'media'],
  ['web'],
  ['geography', 'teams', 'accounts', 'switches', 'screening'],
  ['conversations'],
  ['posts', 'questions', 'moderation'],
  ['appeals', 'sanctions', 'notices', 'requests', 'seals', 'proposals', 'places', 'circles'],
  ['priorities', 'effort', 'occasions', 'events', 'tasks', 'surveys'],
  ['network'],
  ['together', 'leadership', 'colleagues'],
  ['following'],
  ['push'],
  ['notifications', 'feeds', 'live', 'mailings', 'search', 'nearby', 'insights'],
  ['pages', 'admin', 'imports', 'demonstration'],
  ['register', 'app', 'server', 'worker', 'cli'],
]

/** Arrows between rooms of one floor: the room → whom it may import. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  text: ['errors', 'clock'],
  fetching: ['errors'],
  statistics: ['text'],
  config: ['errors'],
  mail: ['jobs'],
  activity: ['jobs'],
  teams: ['geography'],
  accounts: ['teams', 'geography'],
  switches: ['accounts', 'teams'],
  screening: ['accounts', 'teams', 'switches'],
  questions: ['posts'],
  moderation: ['posts'],
  sanctions: ['proposals'],
  seals: ['proposals'],
  effort: ['priorities'],
  events: ['occasions', 'priorities'],
  tasks: ['occasions'],
  leadership: ['colleagues'],
  colleagues: ['together'],
  app: ['register'],
  server: ['app', 'worker'],
  worker: ['register'],
  cli: ['register'],
}

/** Packages that only one place may know, so that they can be replaced there. Patterns match the path below src/. */
export const KEPT_PACKAGES: readonly { name: string; pattern: string; only: readonly string[] }[] = [
  { name: 'lucia', pattern: '^lucia($|/)', only: ['accounts/session.ts'] },
  { name: 'pg-boss', pattern: '^pg-boss($|/)', only: ['jobs/'] },
  { name: '@fastify/view', pattern: '^@fastify/view($|/)', only: ['web/page.ts'] },
  { name: 'eta', pattern: '^eta($|/)', only: ['web/page.ts'] },
  { name: 'sharp', pattern: '^sharp($|/)', only: ['media/'] },
  { name: 'flydrive', pattern: '^flydrive($|/)', only: ['media/'] },
  { name: '@cantoo/pdf-lib', pattern: '^@cantoo/pdf-lib($|/)', only: ['media/'] },
  { name: 'feed', pattern: '^feed($|/)', only: ['feeds/'] },
  { name: 'nodemailer', pattern: '^nodemailer($|/)', only: ['mail/'] },
  { name: 'mailparser', pattern: '^mailparser($|/)', only: ['mailings/'] },
  { name: 'web-push', pattern: '^web-push($|/)', only: ['push/'] },
  { name: 'ical-generator', pattern: '^ical-generator($|/)', only: ['feeds/'] },
]

export const ROOMS: readonly string[] = FLOORS.flat()

/** May `from` import `to`? Both are rooms; a room may always import itself. Throws for a room that has no floor. */
export function mayImport(from: string, to: string): boolean {
  if (from === to) return true
  const [lower, upper] = [floorOf(to), floorOf(from)]
  return lower < upper || (lower === upper && (ARROWS[from] ?? []).includes(to))
}

export function floorOf(room: string): number {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room))
  if (floor < 0) throw new Error(`${room} stands on no floor: give it one in test/laws/floor-plan.ts`)
  return floor
}
