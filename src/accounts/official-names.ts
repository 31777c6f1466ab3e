/**
 * Which names sound official. Only a role gives the official mark; a name must not pretend to one.
 * The check is strict on purpose: somebody whose surname is a rank ("Pat Constable") is asked for an initial ("Pat C").
 */
import { skeletonOf } from './look-alike.ts'

/** Names that belong to the force, its teams and its people. */
export interface OfficialNames {
  force: string
  teams: readonly string[]
  /** Officers as the team pages name them, and staff as the portal does; with or without their rank. */
  people: readonly string[]
}

/** Refused wherever they stand, even inside another word or with spaces between the letters. */
const ANYWHERE = [
  'police',
  'constable',
  'constabulary',
  'officer',
  'inspector',
  'sergeant',
  'superintendent',
  'moderator',
  'administrator',
  'press office',
  'blue lamp',
  'neighbourhood team',
  'neighborhood team',
  'crimestoppers',
  'control room',
  'home office',
  'emergency services',
]
/** Refused as a word. */
const WORDS = [
  'policing',
  'official',
  'officially',
  'officials',
  'chief',
  'sarge',
  'detective',
  'commissioner',
  'moderators',
  'mod',
  'admin',
  'admins',
  'administration',
  'staff',
  'supt',
  'insp',
  'pcso',
  'psco',
  'cpso',
  'wpc',
  'dc',
  'dci',
  'dcs',
  'ds',
  'dsu',
  'pc',
  'ps',
  'npt',
  'snt',
  'webmaster',
  'system',
  'support',
  'helpdesk',
]
/** Ranks that are given names or initials too: refused in capitals only ("DI Jones", not "Di Jones"). */
const IN_CAPITALS = new Set(['DI', 'CI', 'SC', 'CC', 'ACC', 'DCC', 'TI', 'TDC', 'SGT'])
/** No name begins with these letters, but "PC4417" and "PCSmith" do. */
const BEGINNINGS = ['pc', 'sgt']
/** Spellings of a rank that are surnames: refused at the beginning of a name only. */
const FIRST_ONLY = ['sargent', 'sargeant', 'sergent', 'sarjeant', 'super', 'special']
/** With the name of a team these make the name of something official. */
const BESIDE_TEAM = ['team', 'neighbourhood', 'neighborhood', 'beat', 'safer', 'station', 'area', 'community']

const RANKS =
  'temporary acting special chief detective police community support officer constable sergeant inspector superintendent pc pcso dc ds di sgt ps insp supt wpc'
const RANK = new RegExp(`^(?:(?:${RANKS.replaceAll(' ', '|')})\\.?\\s+)+`, 'i')

const skeletons = (list: readonly string[]): Map<string, string> => new Map(list.map((text) => [skeletonOf(text), text]))
const anywhere = skeletons(ANYWHERE)
const wordSkeletons = skeletons(WORDS)
const firstSkeletons = skeletons(FIRST_ONLY)
const besideTeam = skeletons(BESIDE_TEAM)

/** The words of a name, with single letters that follow each other ("P. C. Smith", "P O L I C E") joined. */
function wordsOf(name: string): string[] {
  const parts = name.split(/[\s.'-]+/).filter((part) => part !== '')
  const joined: string[] = []
  let letters = ''
  for (const part of parts) {
    if ([...part].length === 1) letters += part
    else {
      joined.push(letters, part)
      letters = ''
    }
  }
  return [...joined, letters].filter((word) => word !== '')
}

/** What in this name sounds official, in words to follow "because it"; null when nothing does. */
export function officialBecause(name: string, official: OfficialNames): string | null {
  const whole = skeletonOf(name)
  const words = wordsOf(name)
  return rankIn(whole, words) ?? numberIn(words) ?? forceOrTeamIn(whole, words, official) ?? personIn(name, official.people)
}

function rankIn(whole: string, words: readonly string[]): string | null {
  for (const [skeleton, text] of anywhere) if (whole.includes(skeleton)) return `contains “${text}”`
  for (const [index, word] of words.entries()) {
    const skeleton = skeletonOf(word)
    const known = wordSkeletons.get(skeleton) ?? (index === 0 ? firstSkeletons.get(skeleton) : undefined)
    if (known) return `contains “${known}”`
    const beginning = BEGINNINGS.find((letters) => skeleton.startsWith(letters))
    if (beginning) return `has a word that begins with “${beginning.toUpperCase()}”, which looks like a rank`
    if (IN_CAPITALS.has(word)) return `contains “${word}”, which looks like a rank`
    if (/^(?:dc|ds|di|ps|wpc|sc|insp|supt|admin|mod)\d+$/.test(word.toLowerCase())) return `contains “${word}”, which looks like a rank and number`
  }
  return null
}

/** 999 and 101, also with letters that look like their digits. */
function numberIn(words: readonly string[]): string | null {
  for (const word of words) {
    if (/(?<!\d)999(?!\d)/.test(word)) return 'contains “999”'
    if (/(?<!\d)101(?!\d)/.test(word)) return 'contains “101”'
    if (/\d/.test(word) && /^[1il][0o][1il]$/.test(word.toLowerCase())) return 'looks like “101”'
  }
  return null
}

function forceOrTeamIn(whole: string, words: readonly string[], official: OfficialNames): string | null {
  if (whole.includes(skeletonOf(official.force))) return 'contains the name of the force'
  const beside = words.some((word) => besideTeam.has(skeletonOf(word)))
  for (const team of official.teams) {
    const skeleton = skeletonOf(team)
    if (whole === skeleton) return 'is the name of a neighbourhood team'
    if (beside && skeleton.length > 2 && whole.includes(skeleton)) return 'reads like the name of a neighbourhood team'
  }
  return null
}

function personIn(name: string, people: readonly string[]): string | null {
  const own = skeletonOf(name)
  const taken = people.some((person) => skeletonOf(person) === own || skeletonOf(person.replace(RANK, '')) === own)
  return taken ? 'is the name of somebody who works here' : null
}
