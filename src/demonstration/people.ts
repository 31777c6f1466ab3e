/**
 * Who works here in the demonstration. Everybody is invented; addresses end in `.example`, which belongs to nobody.
 */
import type { Role } from '../actor.ts'

export interface PlannedStaff {
  key: string
  /** Rank and name, as they sign. */
  name: string
  /** As the team's page says it. */
  job: string
  role: Role
  /** The team's name; null for the whole force. */
  team: string | null
  bio?: string
}

export const MAIL_HOST = 'lincolnshire-police.example'

const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .replace(/^(sergeant|pc|pcso)-/, '')

export const emailOf = (key: string): string => `${key.replace('-', '.')}@${MAIL_HOST}`

const person = (name: string, job: string, role: Role, team: string | null, bio?: string): PlannedStaff => ({
  key: keyOf(name),
  name,
  job,
  role,
  team,
  ...(bio === undefined ? {} : { bio }),
})

/** A sergeant, a constable and a community support officer. */
const trio = (team: string, sergeant: string, constable: string, support: string): PlannedStaff[] => [
  person(`Sergeant ${sergeant}`, 'Leads the team', 'supervisor', team),
  person(`PC ${constable}`, 'Beat manager', 'officer', team),
  person(`PCSO ${support}`, 'Community support officer', 'officer', team),
]

const HEATH = 'Bracebridge Heath'
const BRACEBRIDGE_HEATH_TEAM = [
  person(
    'Sergeant Helen Marriott',
    'Leads the team',
    'supervisor',
    HEATH,
    'Twenty years in the county, six of them here. Sets what the team works on, and answers when we have been slow.',
  ),
  person(
    'PC Imran Adeyemi',
    'Beat manager, north of the village',
    'officer',
    HEATH,
    'Grantham Road, the school and the shops. Most mornings you will find me on a bicycle.',
  ),
  person('PC Beth Lowther', 'Beat manager, Waddington and Canwick', 'officer', HEATH, 'Rural crime, horses and anything with a tractor in it.'),
  person(
    'PCSO Callum Reeve',
    'Community support officer',
    'officer',
    HEATH,
    'Community Speed Watch, the youth club, and the surgery at the village hall.',
  ),
  person(
    'PCSO Anita Cole',
    'Community support officer',
    'officer',
    HEATH,
    'Burglary advice at your door, bike marking, and older neighbours who live alone.',
  ),
]

export const ADMINISTRATORS = [
  person('Dilys Finch', 'Administrator', 'administrator', null),
  person('Thabo Nkosi', 'Administrator', 'administrator', null),
] as const

export const PLANNED_STAFF: readonly PlannedStaff[] = [
  person('Sam Carter', 'Press office', 'press-office', null),
  person('Josie Osei', 'Press office', 'press-office', null),
  person('Alex Wray', 'Press office', 'press-office', null),
  person('Robin Vale', 'Places of the councils', 'partner', null),
  ...BRACEBRIDGE_HEATH_TEAM,
  ...trio('Lincoln City Centre', 'Paul Whitelock', 'Zara Hussain', 'Megan Tripp'),
  ...trio('Lincoln Bracebridge', 'Fiona Drury', 'Tom Ellison', 'Ravi Nair'),
  ...trio('Cliff Villages', 'Owen Pask', 'Lucy Thornhill', 'Gareth Bingham'),
  ...trio('Hykeham Town', 'Naomi Clegg', 'Ben Okafor', 'Sheila Marsh'),
  ...trio('Washingborough and Metheringham', 'Adrian Coy', 'Hannah Lister', 'Mark Dwyer'),
  ...trio('Sleaford Rural North', 'Joanne Tasker', 'Will Harrod', 'Ewa Nowicka'),
  ...trio('Grantham Town Centre', 'Kulvinder Gill', 'Amy Storr', 'Dean Foss'),
  ...trio('Boston Town Centre', 'Karen Abell', 'Piotr Zielinski', 'Leanne Gosling'),
  ...trio('Skegness', 'Martin Searby', 'Chloe Vane', 'Ivan Marek'),
  ...trio('Louth Rural', 'Rachel Wold', 'James Elkin', 'Nina Blades'),
  ...trio('Spalding Town', 'Hugh Bloom', 'Sofia Martins', 'Colin Peck'),
  ...trio('Market Rasen', 'Judith Kemp', 'Aidan Frost', 'Tara Wells'),
]

/** Has moved away since: the name goes with the role, what was published stays. */
export const LEFT = person('PC Greg Hallam', 'Beat manager', 'officer', 'Cliff Villages')
/** Proposed by one administrator; waits for the other. */
export const PROPOSED = person('PCSO Jade Rudkin', 'Community support officer', 'officer', 'Cliff Villages')
