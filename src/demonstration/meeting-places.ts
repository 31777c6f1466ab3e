/**
 * Where people can meet a team or find help in the demonstration. The places are real and stand about where they are said to; hours, access notes and
 * what goes on there are invented. Each is typed as its form takes it.
 */
import type { TypedPlace } from '../places/place-form.ts'
import { say, type Said } from './script.ts'

export interface PlannedPlace {
  /** The team that looks after its page. */
  team: string
  /** Key of whoever opens it; a partner's waits until `agreedBy` has agreed, or is still waiting. */
  by: string
  agreedBy?: string
  /** Days before today. */
  ago: number
  /** `christmas`: the days from Christmas Eve to New Year's Day, as exceptions have them, at the next Christmas. */
  form: (christmas: (days: ChristmasHours) => string) => TypedPlace
  /** Closed for good, so many days before today. */
  closed?: { ago: number; by: string; because: string }
  tips?: Said[]
}

/** Hours for those days; what is not said is closed. */
export interface ChristmasHours {
  eve?: string
  between?: string
  newYearsEve?: string
}

const HEATH = 'Bracebridge Heath'

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
/** Monday to Friday, Saturday, Sunday. */
const hours = (weekdays: string, saturday = 'closed', sunday = 'closed'): TypedPlace =>
  Object.fromEntries(WEEK.map((day, index) => [day, [saturday, sunday][index - 5] ?? weekdays]))

type Words = Record<'name' | 'kind' | 'address' | 'access' | 'description', string> & TypedPlace

const at = (lat: number, lng: number, words: Words): TypedPlace => ({
  lat: String(lat),
  lng: String(lng),
  telephone: '101',
  holidays: 'closed',
  ...words,
})

const LEVEL = 'Level entrance and wide doors. Accessible toilet.'

export const VILLAGE_HALL = 'Bracebridge Heath Village Hall'
export const LIBRARY = 'Bracebridge Heath Library'
export const WADDINGTON_HALL = 'Waddington Village Hall'
export const CENTRAL_LIBRARY = 'Lincoln Central Library'
export const ONE_NK = 'One NK, North Hykeham'
export const NAVENBY_VENUE = 'The Venue, Navenby'

const HEATH_PLACES: readonly PlannedPlace[] = [
  {
    team: HEATH,
    by: 'anita-cole',
    ago: 92,
    form: (christmas) =>
      at(53.1939, -0.5345, {
        name: LIBRARY,
        kind: 'hub',
        address: 'London Road, Bracebridge Heath',
        access: 'Ramp on the left of the door. Hearing loop at the desk. Two parking spaces for Blue Badge holders.',
        description: 'Leaflets, a quiet room in which to talk to us, and the property marking kit to borrow.',
        ...hours('10am to 5pm', '9:30am to 1pm'),
        exceptions: christmas({ eve: '10am to midday', between: '10am to 3pm', newYearsEve: '10am to midday' }),
      }),
    tips: [
      say('margaret', 'On Tuesdays you will find me at the desk. The quiet room is behind the large print shelves, and nobody asks why you want it.'),
      say(
        'wheels',
        'The ramp is fine, the mat inside the door is not: small wheels catch in it.',
        say('anita-cole', 'Thank you. The library has taken it up today.'),
      ),
      say('fatima', 'Park behind the church hall if both spaces are taken. We do not mind.'),
    ],
  },
  {
    team: HEATH,
    by: 'helen-marriott',
    ago: 95,
    form: () =>
      at(53.1928, -0.5361, {
        name: VILLAGE_HALL,
        kind: 'surgery',
        address: 'London Road, Bracebridge Heath',
        access: 'Level entrance from the car park. Hearing loop in the main hall. The nearest bus stop is across the road, with a dropped kerb.',
        description: 'Where the team holds its surgeries. The hall itself opens for its clubs and classes.',
        ...hours('9am to 9pm', '10am to 4pm', '10am to 1pm'),
        telephone: '',
      }),
    tips: [
      say('gill', 'Use the side door in the evening, the front one sticks.'),
      say('pat', 'If you come about something private, say so at the door. They have a little room for that.'),
    ],
  },
  {
    team: HEATH,
    by: 'beth-lowther',
    ago: 88,
    form: () =>
      at(53.1663, -0.5386, {
        name: WADDINGTON_HALL,
        kind: 'surgery',
        address: 'High Street, Waddington',
        postcode: 'LN5 9ER',
        access: 'One step at the front; level entrance at the back. Ring the bell.',
        description: 'Once or twice a month we are here for Waddington and the farms around it.',
        ...hours('9am to midday, 6pm to 9pm', '10am to midday'),
        telephone: '',
      }),
  },
]

const CITY_PLACES: readonly PlannedPlace[] = [
  {
    team: 'Lincoln Carholme',
    by: 'sam-carter',
    ago: 94,
    form: (christmas) =>
      at(53.2312, -0.549, {
        name: 'Lincoln Police Station',
        kind: 'counter',
        address: 'West Parade, Lincoln',
        access: `${LEVEL} Hearing loop. If you are deaf or cannot speak on the phone, text 18000.`,
        description: 'The front counter: lost and found property, documents, firearms licensing, signing on.',
        ...hours('8am to 8pm', '9am to 6pm', '10am to 4pm'),
        holidays: 'as-usual',
        exceptions: christmas({ eve: '8am to 4pm', between: '10am to 4pm', newYearsEve: '8am to 4pm' }),
      }),
  },
  {
    team: 'Lincoln City Centre',
    by: 'megan-tripp',
    ago: 80,
    form: () =>
      at(53.2296, -0.5385, {
        name: CENTRAL_LIBRARY,
        kind: 'hub',
        address: 'Free School Lane, Lincoln',
        access: `${LEVEL} Lift to all floors.`,
        description: 'A table by the entrance where the city centre team sits now and then.',
        ...hours('9am to 5pm', '9am to 4pm'),
      }),
  },
  {
    team: 'Lincoln City Centre',
    by: 'robin-vale',
    agreedBy: 'paul-whitelock',
    ago: 60,
    form: () =>
      at(53.2304, -0.5433, {
        name: 'City Hall, Lincoln: customer services',
        kind: 'partner',
        partner: 'City of Lincoln Council',
        address: 'Beaumont Fee, Lincoln',
        access: `${LEVEL} Hearing loop at every desk. Interpreters by telephone.`,
        description: 'Housing, noise, fly-tipping, abandoned cars, licences: what is for the council rather than for the police.',
        ...hours('9am to 4:30pm'),
        telephone: '01632 960 150',
      }),
  },
  {
    team: 'Lincoln Abbey',
    by: 'robin-vale',
    agreedBy: 'josie-osei',
    ago: 58,
    form: () =>
      at(53.2335, -0.5175, {
        name: 'Lincoln County Hospital: urgent treatment centre',
        kind: 'partner',
        partner: 'NHS',
        address: 'Greetwell Road, Lincoln',
        access: `${LEVEL} Wheelchairs at the door. Ask for the quiet waiting room.`,
        description: 'For an injury or illness that cannot wait, and is no emergency. In an emergency ring 999.',
        ...hours('all day', 'all day', 'all day'),
        holidays: 'as-usual',
        telephone: '111',
      }),
  },
  {
    team: 'Hykeham Town',
    by: 'sheila-marsh',
    ago: 75,
    form: () =>
      at(53.184, -0.5905, {
        name: ONE_NK,
        kind: 'hub',
        address: 'Moor Lane, North Hykeham',
        access: `${LEVEL} Hoist at the pool.`,
        description: 'The leisure centre: the team has a corner in the café, and marks bicycles in the car park.',
        ...hours('6:30am to 10pm', '8am to 6pm', '8am to 6pm'),
        telephone: '',
      }),
  },
  {
    team: 'Washingborough and Metheringham',
    by: 'hannah-lister',
    ago: 70,
    form: () =>
      at(53.2235, -0.474, {
        name: 'Washingborough Community Centre',
        kind: 'surgery',
        address: 'Fen Road, Washingborough',
        access: LEVEL,
        description: 'Surgeries of the team, and a noticeboard by the door.',
        ...hours('9am to 9pm', '9am to 1pm'),
        telephone: '',
      }),
  },
]

const COUNTY_PLACES: readonly PlannedPlace[] = [
  {
    team: 'Cliff Villages',
    by: 'lucy-thornhill',
    ago: 84,
    form: () =>
      at(53.1075, -0.5258, {
        name: NAVENBY_VENUE,
        kind: 'surgery',
        address: 'Grantham Road, Navenby',
        access: `${LEVEL} Large car park.`,
        description: 'For the villages on the cliff, from Harmston to Leadenham.',
        ...hours('9am to 5pm', '9am to midday'),
        telephone: '',
      }),
  },
  {
    team: 'Grantham Town West',
    by: 'alex-wray',
    ago: 90,
    form: () =>
      at(52.9045, -0.656, {
        name: 'Grantham Police Station',
        kind: 'counter',
        address: 'Swingbridge Road, Grantham',
        access: LEVEL,
        description: 'The front counter for the south of the county.',
        ...hours('8am to 6pm', '9am to 5pm'),
      }),
  },
  {
    team: 'Boston Town Centre',
    by: 'karen-abell',
    ago: 91,
    form: () =>
      at(52.9785, -0.029, {
        name: 'Boston Police Station',
        kind: 'counter',
        address: 'Lincoln Lane, Boston',
        access: `${LEVEL} Interpreters by telephone in any language.`,
        description: 'The front counter.',
        ...hours('8am to 6pm', '9am to 5pm'),
      }),
  },
  {
    team: 'Skegness',
    by: 'martin-searby',
    ago: 91,
    form: () =>
      at(53.1455, 0.3375, {
        name: 'Skegness Police Station',
        kind: 'counter',
        address: 'Park Avenue, Skegness',
        access: LEVEL,
        description: 'The front counter. Lost children are looked after here in the season.',
        ...hours('8am to 6pm', '9am to 5pm', '10am to 4pm'),
      }),
  },
  {
    team: 'Market Rasen',
    by: 'judith-kemp',
    ago: 89,
    form: () =>
      at(53.3885, -0.337, {
        name: 'Market Rasen Police Station',
        kind: 'counter',
        address: 'Dear Street, Market Rasen',
        access: 'Two steps at the door. Ring the bell for help.',
        description: 'The front counter, two days a week.',
        ...hours('closed'),
        tuesday: '10am to 2pm',
        friday: '10am to 2pm',
      }),
    closed: {
      ago: 16,
      by: 'judith-kemp',
      because: 'Four people came in the last three months. The team meets people in the market place instead: dates are on its page.',
    },
  },
]

/** What a partner has proposed and nobody has answered yet. */
export const WAITING_PLACE = 'Council advice at Bracebridge Heath Library'
const WAITING: PlannedPlace = {
  team: HEATH,
  by: 'robin-vale',
  ago: 1,
  form: () =>
    at(53.1939, -0.5345, {
      name: WAITING_PLACE,
      kind: 'partner',
      partner: 'North Kesteven District Council',
      address: 'London Road, Bracebridge Heath',
      access: 'As the library: ramp on the left of the door, hearing loop at the desk.',
      description: 'Bins, noise, hedges and council tax, with somebody who can look it up while you wait.',
      ...hours('closed'),
      thursday: '1pm to 4pm',
      telephone: '01632 960 151',
    }),
}

export const PLANNED_PLACES: readonly PlannedPlace[] = [...HEATH_PLACES, ...CITY_PLACES, ...COUNTY_PLACES, WAITING]
