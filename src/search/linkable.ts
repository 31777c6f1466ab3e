/** What can be linked from an issue, found by its words: from the network and from what everybody reads. */
import type { Actor } from '../actor.ts'
import type { Database } from '../database/database.ts'
import { summarise } from '../text/markdown.ts'
import type { Findable } from '../together/find.ts'
import { formOf, searchOf } from './form.ts'
import type { Result } from './result.ts'
import { search } from './search.ts'
import { staffFormOf, staffSearchOf } from './staff-form.ts'

const LINKABLE = 6
const TITLE = 120

/** At most six of each, the likeliest first; in what the actor may read, as both searches have it. Teams have no conversation of their own, and what is between a resident and a team stays there. */
export async function linkable(db: Database, actor: Actor, words: string): Promise<Findable[]> {
  const [inside, outside] = await Promise.all([
    search(db, actor, staffSearchOf(staffFormOf({ q: words }), {}, null)),
    search(db, actor, searchOf(formOf({ q: words }), {}, [])),
  ])
  const inPublic = [...outside.named, ...outside.results].filter(({ kind }) => kind !== 'team' && kind !== 'asked')
  return [...inside.results.slice(0, LINKABLE), ...inPublic.slice(0, LINKABLE)].map(findableOf)
}

const findableOf = ({ title, kindName, path }: Result): Findable => ({ title: summarise(title.html, TITLE), kindName, path })
