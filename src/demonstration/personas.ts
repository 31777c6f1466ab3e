/**
 * "Look around as": the people of the demonstration whom anybody may be for a while. There is no password behind it, so it exists in the
 * demonstration alone.
 */
import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { isSignedIn, type Actor } from '../actor.ts'
import type { Db } from '../database/database.ts'
import { NotFound } from '../errors.ts'
import type { Persona } from '../web/shell.ts'
import { PLANNED_PARTNERS } from './force-circles.ts'
import { ADMINISTRATORS, emailOf } from './people.ts'
import { residentEmail } from './residents.ts'

interface PlannedPersona {
  key: string
  label: string
  /** Null for a visitor, who has no account. */
  email: string | null
  /** Where their work is. */
  home: string
  /** What to try as them. */
  tries: string
  /** Not in the bar of every page, only on the page about the demonstration. */
  further?: boolean
}

const FIRE_SERVICE = PLANNED_PARTNERS.find(({ key }) => key === 'nell-harmston')?.email ?? null

export const PLANNED_PERSONAS: readonly PlannedPersona[] = [
  {
    key: 'visitor',
    label: 'A visitor',
    email: null,
    home: '/',
    tries: 'Find a team by postcode, look what is near, search, follow by email, sign up for a meeting by email, tell a moderator about a comment.',
  },
  {
    key: 'resident',
    label: 'A resident',
    email: residentEmail('ruth'),
    home: '/account',
    tries:
      'Ruth Ashby. Her comments appear at once. She has news: what was answered, decided, acted on. A moderator asks her something, and a decision waits for her appeal. Suggest something, share out ten hours, answer the survey, come to the litter pick.',
  },
  {
    key: 'new-resident',
    label: 'A new resident',
    email: residentEmail('kieran'),
    home: '/account',
    tries: 'Kieran B. His first comments wait for a moderator, and his account shows how long.',
  },
  {
    key: 'officer',
    label: 'An officer',
    email: emailOf('imran-adeyemi'),
    home: '/officers',
    tries:
      'PC Imran Adeyemi of Bracebridge Heath. Post an update with a photo, answer a question, finish the draft that came back, say how a priority stands, plan an event, see who comes. In the staff network: what is new, an invitation, and a circle under a pseudonym.',
  },
  {
    key: 'sergeant',
    label: 'A sergeant',
    email: emailOf('helen-marriott'),
    home: '/officers',
    tries:
      'Sergeant Helen Marriott. Look into a missed clock, decide on suggestions, close a priority with an outcome, answer the partner’s task and the survey that wait. In the queue she can release what is held, and remove nothing; she has asked for a legal lock. Somebody asks to be let into her circle.',
  },
  {
    key: 'press-office',
    label: 'The press office',
    email: emailOf('sam-carter'),
    home: '/moderation',
    tries:
      'Sam Carter. Decide a case with a reason, hear the appeal that waits, agree to the suspension or refuse it; then read the mail that people get.',
  },
  {
    key: 'administrator',
    label: 'An administrator',
    email: emailOf(ADMINISTRATORS[0].key),
    home: '/admin',
    tries: 'Dilys Finch. Propose a role for somebody. She cannot confirm it herself, and she cannot moderate.',
  },
  {
    key: 'partner',
    label: 'Partner staff',
    email: emailOf('robin-vale'),
    home: '/officers/places',
    tries:
      'Robin Vale, of the councils. Propose a place or a change of one: nobody sees it before a sergeant or the press office has agreed. The same holds for a task.',
    further: true,
  },
  {
    key: 'fire-service',
    label: 'Fire service',
    email: FIRE_SERVICE,
    home: '/staff',
    tries:
      'Nell Harmston of Lincolnshire Fire and Rescue. She was invited to one circle of the staff network: she reads and writes there, marked with her organisation, and finds nothing else.',
    further: true,
  },
  {
    key: 'second-press-office',
    label: 'A second press officer',
    email: emailOf('josie-osei'),
    home: '/moderation',
    tries: 'Josie Osei. Open a case as her and as Sam Carter in two browsers, and decide twice: the second is told what the first did.',
    further: true,
  },
  {
    key: 'second-administrator',
    label: 'A second administrator',
    email: emailOf(ADMINISTRATORS[1].key),
    home: '/admin',
    tries: 'Thabo Nkosi. Confirm the role that waits for a second person.',
    further: true,
  },
]

const isPersona = (actor: Actor, persona: PlannedPersona): boolean => (isSignedIn(actor) ? actor.email === persona.email : persona.email === null)

/** For the bar on every page; `current` is whoever looks around now. */
export const personasFor = (actor: Actor): readonly Persona[] =>
  PLANNED_PERSONAS.filter((persona) => !persona.further || isPersona(actor, persona)).map((persona) => ({
    key: persona.key,
    label: persona.label,
    current: isPersona(actor, persona),
  }))

/** The persona and its account's id (null for the visitor). Throws `NotFound` for any other key. */
export async function personaByKey(db: Db, key: string): Promise<PlannedPersona & { accountId: number | null }> {
  const persona = PLANNED_PERSONAS.find((planned) => planned.key === key)
  if (!persona) throw new NotFound('person')
  if (persona.email === null) return { ...persona, accountId: null }
  const [account] = await db.select({ id: accounts.id }).from(accounts).where(eq(accounts.email, persona.email))
  if (!account) throw new NotFound('person')
  return { ...persona, accountId: account.id }
}

const DESKS = /^\/(officers|moderation|admin|account|staff|sign-in)(\/|$)/

/** Where to go after changing: back to the same page, unless it was somebody's desk, which the next person may not have. */
export const pathAfterChange = (from: string, home: string): string => (DESKS.test(from.split('?', 1)[0] ?? '') ? home : from)
