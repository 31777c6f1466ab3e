/** The postcode that a follower may give with a team: only for finding the team that looks after it. It is never shown to anybody else, never logged. */
import { locate } from '../geography/locate.ts'
import { parsePostcode, postcodeByKey } from '../geography/postcode.ts'
import type { Database } from '../database/database.ts'
import { Refused } from '../errors.ts'
import { teamsOfAreas, type TeamName } from '../teams/team.ts'

const wrong = (message: string): Refused => new Refused('There is a problem with the postcode', { postcode: message })

/** The teams that look after a postcode (`LN42LE`), the nearest fit first; none where it, or its place, is not known. */
export async function teamsAtPostcode(db: Database, key: string): Promise<TeamName[]> {
  const known = await postcodeByKey(db, key)
  if (!known?.point) return []
  const areas = await locate(db, known.point, { kinds: ['team', 'ward'] })
  return teamsOfAreas(
    db,
    areas.map((area) => area.id),
  )
}

/** What was typed, as it is kept. Null for nothing. Throws `Refused` for the field `postcode` when no team could be found by it, or another one is. */
export async function postcodeOf(db: Database, typed: string, teamId: number): Promise<string | null> {
  if (typed.trim() === '') return null
  const parsed = parsePostcode(typed)
  if (parsed?.kind !== 'full') throw wrong('Enter a full postcode, like LN4 2LE, or leave it empty')
  if (!(await postcodeByKey(db, parsed.key))) throw wrong('We do not know this postcode. Check it, or leave it empty')
  const found = await teamsAtPostcode(db, parsed.key)
  // Else the next change of any boundary would move somebody who meant to follow this team.
  if (found[0] && !found.some((team) => team.id === teamId))
    throw wrong(`The ${found[0].name} team looks after this postcode. Follow that team, or leave the postcode empty`)
  return parsed.key
}
