/**
 * What members of staff of the demonstration say of themselves to colleagues, whom and what they follow, and who leads.
 */
export interface PlannedProfile {
  who: string
  worksOn: string
  about: string
  skills: string[]
  languages: string[]
  /** Keys of people, and topics. */
  follows?: { people: string[]; topics: string[] }
}

const profile = (
  who: string,
  worksOn: string,
  about: string,
  skills: string[],
  languages: string[] = [],
  follows?: PlannedProfile['follows'],
): PlannedProfile => ({ who, worksOn, about, skills, languages, ...(follows ? { follows } : {}) })

/** Says what leadership says. */
export const LEADER = { who: 'paul-whitelock', leads: 'Neighbourhood policing' }

export const PLANNED_PROFILES: readonly PlannedProfile[] = [
  profile(
    'imran-adeyemi',
    'Slower cars on Grantham Road; shop theft on London Road',
    'On a bicycle most mornings. Ask me about cycle patrols, chains, and the hill.',
    ['Cycle patrol', 'Speed checks', 'Community meetings'],
    ['Yoruba'],
    { people: ['paul-whitelock', 'ben-okafor', 'ravi-nair', 'will-harrod'], topics: ['off-road-bikes', 'bike-marking', 'shop-theft'] },
  ),
  profile(
    'helen-marriott',
    'The team on the heath, and its clocks',
    'Happy to read anybody’s draft of a difficult answer before it goes out.',
    ['Mentoring', 'Problem solving', 'Complaints'],
    ['French'],
    { people: ['paul-whitelock', 'imran-adeyemi', 'gareth-bingham'], topics: ['wellbeing', 'rota', 'rural-crime'] },
  ),
  profile(
    'beth-lowther',
    'Farms and stables round Waddington',
    'Grew up with tractors. Has opinions about hitch locks.',
    ['Rural crime', 'Horses'],
    [],
    {
      people: ['will-harrod', 'rachel-wold'],
      topics: ['rural-crime'],
    },
  ),
  profile('callum-reeve', 'Community Speed Watch and the youth club', 'On a course this week. Anita has my questions.', [
    'Young people',
    'Speed checks',
    'First aid trainer',
  ]),
  profile(
    'will-harrod',
    'Hare coursing; drones for the north of the county',
    'Flies in anything up to a stiff breeze. Will come and show you.',
    ['Drone pilot', 'Rural crime'],
    [],
    { people: ['ben-okafor', 'beth-lowther'], topics: ['drones', 'rural-crime'] },
  ),
  profile(
    'ewa-nowicka',
    'Packhouses, and whoever works in them',
    'Ring me if you need ten minutes of Polish on the telephone. It is never a bother.',
    ['Hate crime', 'Modern slavery awareness'],
    ['Polish', 'Ukrainian'],
    { people: ['piotr-zielinski', 'sofia-martins'], topics: ['languages', 'hate-crime'] },
  ),
  profile(
    'piotr-zielinski',
    'Hate crime in Boston, and trust before that',
    'English and tea at the library on Thursdays. Come and see how it works.',
    ['Hate crime', 'Community meetings'],
    ['Polish', 'Lithuanian'],
    { people: ['ewa-nowicka', 'sofia-martins'], topics: ['languages', 'hate-crime'] },
  ),
  profile(
    'megan-tripp',
    'Bicycles at the station; wellbeing of those on nights',
    'Wellbeing champion for the city. My door is the one with the plant.',
    ['Wellbeing', 'Bike marking'],
    [],
    { people: ['gareth-bingham', 'paul-whitelock'], topics: ['wellbeing', 'bike-marking'] },
  ),
  profile(
    'ben-okafor',
    'Off-road bikes at the lakes',
    'Two gates up, two to go. Collects pictures of gates.',
    ['Drone pilot', 'Off-road bikes', 'Problem solving'],
    [],
    { people: ['imran-adeyemi', 'will-harrod'], topics: ['off-road-bikes', 'drones'] },
  ),
  profile(
    'kulvinder-gill',
    'Shops in Grantham, and the radio between them',
    'Thirty years in, still learning.',
    ['Shop theft', 'Hate crime', 'Mentoring'],
    ['Punjabi', 'Hindi'],
    { people: ['zara-hussain'], topics: ['shop-theft'] },
  ),
  profile(
    'zara-hussain',
    'The city at night; shops by day',
    'Knows every door supervisor on the High Street.',
    ['Licensing', 'Shop theft'],
    ['Urdu'],
    {
      people: ['kulvinder-gill', 'megan-tripp'],
      topics: ['shop-theft', 'wellbeing'],
    },
  ),
  profile(
    'chloe-vane',
    'The beach, and children who lose their parents on it',
    'Learns a sign a day.',
    ['Missing people', 'Beach safety'],
    ['British Sign Language'],
  ),
  profile('ravi-nair', 'Bike marking every second Saturday', 'Has the good marking kit. Lends it.', ['Bike marking', 'Young people'], ['Malayalam'], {
    people: ['imran-adeyemi'],
    topics: ['bike-marking'],
  }),
  profile(
    'sofia-martins',
    'People who came to work in the fields',
    'Portuguese and Spanish, spoken and written.',
    ['Modern slavery awareness', 'Hate crime'],
    ['Portuguese', 'Spanish'],
  ),
  profile(
    'gareth-bingham',
    'Lorries; and a walk at half past two',
    'Wellbeing champion for the villages. I listen, I do not mend.',
    ['Wellbeing', 'Peer supporter'],
    ['Welsh'],
    { people: ['megan-tripp'], topics: ['wellbeing'] },
  ),
  profile(
    'paul-whitelock',
    'The city centre; neighbourhood policing across the county',
    'Says what he can, and says when he cannot. Write to me here: I answer on Fridays.',
    ['Leadership', 'Licensing'],
    [],
    { people: ['helen-marriott', 'megan-tripp', 'ben-okafor'], topics: ['rota', 'wellbeing'] },
  ),
  profile(
    'sam-carter',
    'Answers that people understand',
    'Bring me your worst paragraph. We keep what is true and lose the rest.',
    ['Plain English', 'Media'],
    ['German'],
    { people: ['paul-whitelock', 'helen-marriott', 'imran-adeyemi'], topics: ['plain-english', 'wellbeing', 'off-road-bikes'] },
  ),
]
