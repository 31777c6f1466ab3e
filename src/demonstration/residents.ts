/**
 * The people who answer. All invented. Everybody has a line with which they said hello and one about what they want to read:
 * the first two comments of an account wait for a moderator, so these are theirs.
 */
export interface PlannedResident {
  key: string
  name: string
  hello: string
  wish: string
}

const resident = (key: string, name: string, hello: string, wish: string): PlannedResident => ({ key, name, hello, wish })

/** On the heath and in the villages next to it. */
export const HEATH_RESIDENTS: readonly PlannedResident[] = [
  resident(
    'ruth',
    'Ruth Ashby',
    'Hello from the Grantham Road end. Thirty years here and I still like the view from the hill.',
    'What happened after I reported something. Even “nothing yet” would do.',
  ),
  resident('dave', 'Dave on the Heath', 'Now then. Dog walker, early mornings, see most things.', 'Speeding. Then speeding again.'),
  resident(
    'priya',
    'Priya S',
    'Hi all, moved in last spring with two small children.',
    'School run parking, and whether the zigzags are ever enforced.',
  ),
  resident(
    'margaret',
    'Margaret T',
    'Good morning. I help at the library on Tuesdays.',
    'Scams. My sister nearly lost her savings to a man on the phone.',
  ),
  resident('tomasz', 'Tomasz', 'Hello, I cycle to Lincoln every day.', 'Stolen bikes, and how to stop it happening.'),
  resident('gill', 'Gill and Pete', 'Two of us on one account, we hope that is allowed.', 'When we can come and talk to somebody in person.'),
  resident('owen', 'Owen B', 'Night shifts, so forgive the odd hours.', 'What the helicopter was about. Everybody asks, nobody says.'),
  resident('hannah', 'Hannah at the stables', 'Hello from the livery yard out past the airfield.', 'Rural theft. Tack rooms, trailers, diesel.'),
  resident('ken', 'Ken Fell', 'Retired, not tired. Hello.', 'Plain facts, please, not slogans.'),
  resident('aisha', 'Aisha M', 'Salaam and hello, student at the university, home at weekends.', 'Getting home safely from the last bus.'),
  resident('chloe', 'Chloe R', 'hiya', 'stuff for teenagers thats not just moaning about teenagers'),
  resident('brian', 'Brian Two Sheds', 'Hello. Allotment holder, plot 14.', 'Shed break-ins, as you can guess from the name.'),
  resident(
    'fatima',
    'Fatima',
    'Hello, I run the Saturday coffee morning at the church hall.',
    'Who our officers are. I would like to know their faces.',
  ),
  resident('steve', 'Steve Waddo', 'Waddington here, hope we count.', 'The A15. All of it.'),
  resident('jo', 'Jo Lister-Wren', 'Hello, parish council volunteer but here as myself.', 'Numbers I can quote in meetings.'),
  resident('mick', 'Mick the Post', 'I deliver half of these streets, hello everyone.', 'Lost dogs. I meet most of them.'),
  resident('lena', 'Lena K', 'Hello! New in the area, still finding my way.', 'What to ring 101 about and what not.'),
  resident(
    'arthur',
    'Arthur P. Hobson',
    'Good day to you. My granddaughter set this up for me.',
    'I should like to read that the footpath lights are mended.',
  ),
  resident('sunil', 'Sunil', 'Shopkeeper, hello.', 'Shop theft, and whether it is worth ringing.'),
  resident('bex', 'Bex and the twins', 'Waving from behind a double buggy.', 'Cars on pavements.'),
  resident('colin', 'Colin', 'Hello.', 'Less about rainbows, more about burglars.'),
  resident(
    'nadia',
    'Nadia F',
    'Hello, I teach at the primary school, writing as a neighbour.',
    'Good news as well, please. Children read this with their parents.',
  ),
  resident('wheels', 'HeathWheels', 'Wheelchair user, keen photographer, hello.', 'Blocked dropped kerbs.'),
  resident('pat', 'Pat from Red Hall', 'Neighbourhood Watch for our close, thirty-one houses.', 'Something that I can print and put through doors.'),
]

/** From the rest of the county. */
export const COUNTY_RESIDENTS: readonly PlannedResident[] = [
  resident('ellie', 'Ellie in town', 'City centre flat, hello from above the shops.', 'Noise after the clubs close.'),
  resident('graham', 'Graham Fenman', 'Farming near Billinghay, hello.', 'Hare coursing. Before the season, not after.'),
  resident('dot', 'Dot', 'Hello from Skegness, sea is behaving.', 'Mobility scooters being taken. It happens.'),
  resident('marek', 'Marek', 'Hello from Boston.', 'Advice in plain English, it helps.'),
  resident('sandra', 'Sandra W', 'Market trader in Grantham since 1998. Hello.', 'Pickpockets, and who to tell on the day.'),
  resident('isobel', 'Isobel Marsh', 'Good evening from the Wolds.', 'Heritage crime. Lead off church roofs.'),
  resident('rob', 'Rob C', 'Spalding. Hello.', 'Drink drivers.'),
  resident('yusuf', 'Yusuf', 'Taxi driver, Lincoln, hello.', 'Fares who run. And thank you when you come.'),
  resident('tilly', 'Tilly B', 'Hello from Market Rasen on a race day.', 'Traffic on race days.'),
  resident('norman', 'Norman of Navenby', 'Hello.', 'Lorries through the village.'),
  resident('kat', 'Kat', 'Hykeham, hi.', 'Off-road bikes at the lakes.'),
  resident('ted', 'Ted Tells It', 'Hello. Somebody has to say it.', 'Why you are never there when one needs you.'),
  resident('vera', 'Vera J', 'Hello, eighty-three and new to this.', 'People at the door who are not who they say.'),
]

/** Whoever has not been here for long: their comments still wait. */
export const NEW_RESIDENTS: readonly PlannedResident[] = [
  resident('kieran', 'Kieran B', '', ''),
  resident('fay', 'Fay', '', ''),
  resident('traderjoe', 'Drives4U', '', ''),
  resident('anon', 'Fed Up', '', ''),
  resident('liz', 'Liz Waddington', '', ''),
  resident('jayden', 'Jayden', '', ''),
  resident('quickcash', 'QuickCash', '', ''),
]

export const PLANNED_RESIDENTS: readonly PlannedResident[] = [...HEATH_RESIDENTS, ...COUNTY_RESIDENTS, ...NEW_RESIDENTS]

export const residentEmail = (key: string): string => `${key}@residents.example`
