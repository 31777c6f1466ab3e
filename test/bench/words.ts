/**
 * Invented text that compresses as people's text does: words drawn with the frequencies of a language, the same on every run.
 */

/** A number from 0 up to 1, from a series that is the same every time. */
export type Dice = () => number

export function diceOf(seed: number): Dice {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

// Commonest first: the n-th is drawn about 1/n as often as the first.
const COMMON = `the to and a of in is that it was for on we you be are have at this with they not there but our by from or will been
as an had who what so all can were one if no more about their them when out up has would do how some my people time please road police
could other get now only just like here after very know see too also then than over before where any good because down him her me your
into back way make much still us go think again going being every same those new off night last school week car street village thank
team officers seen around most really morning evening house near outside speed parking cars children local many year months days been
while since next right left long need want should nothing something always never often another between through until even both
drive driving drivers traffic lane corner junction crossing pavement cycle bike bus van lorry church hall park field bridge river shop
shops garage lights light dark noise gang kids youths lads dog dogs owner owners neighbour neighbours neighbourhood council councillor
meeting surgery library station patrol patrols community sergeant constable officer inspector report reported reporting call called phone
online number plate camera cameras footage doorbell window windows door doors gate fence shed tools stolen theft burglary damage graffiti
litter fly tipping rubbish bins drugs dealing smell smoke fire fireworks motorbike scooter quad helmet insurance seized warning ticket fine
fines court arrested charged suspect witness witnesses incident crime disorder behaviour antisocial complaint answer answered reply
question ask asked asking wonder hope glad sorry happy worried afraid angry tired pleased agree disagree understand believe remember
heard told saw found lost left stopped started moved parked drove walked running waiting standing sitting shouting screaming laughing
yesterday today tomorrow tonight weekend monday tuesday wednesday thursday friday saturday sunday january february march april may june
july august september october november december spring summer autumn winter early late half past o’clock minutes hour hours
ago once twice often regularly usually sometimes rarely already soon later quickly slowly carefully properly clearly obviously probably
perhaps maybe certainly definitely hardly nearly almost quite rather pretty enough little small big large huge narrow wide busy quiet
dangerous safe unsafe careful reckless illegal legal public private residents elderly young mother father daughter son wife husband
friend friends grandchildren baby pram wheelchair parents teacher teachers pupils primary secondary college bypass roundabout layby
verge hedge ditch footpath bridleway towpath allotment playground pavilion cemetery surgery pharmacy pub takeaway supermarket estate
avenue close crescent drive terrace cottage bungalow flat flats caravan farm farmer tractor hare coursing lurcher trailer diesel fuel
heating oil copper cable catalytic converter keys wallet handbag purse card fraud scam caller doorstep leaflet sticker marking property
register engraved initiative operation results checks checked warned recorded measured average limit thirty forty sixty miles volunteers
watch scheme speedwatch evidence statement detail details description jacket hood trainers silver black white blue red grey hatchback
estate saloon registration partial direction towards heading lincoln sleaford grantham newark louth boston skegness gainsborough spalding
bourne stamford horncastle spilsby alford mablethorpe washingborough waddington navenby ruskington metheringham billinghay woodhall`
  .split(/\s+/)
  .filter((word, index, all) => all.indexOf(word) === index)

const RANKS = COMMON.reduce<number[]>((sums, _word, index) => [...sums, (sums.at(-1) ?? 0) + 1 / (index + 4)], [])
const TOTAL = RANKS.at(-1) ?? 1

function word(dice: Dice): string {
  const wanted = dice() * TOTAL
  let low = 0
  let high = RANKS.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((RANKS[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return COMMON[low] ?? 'and'
}

export const pick = <T>(dice: Dice, list: readonly T[]): T => {
  const found = list[Math.floor(dice() * list.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

function sentence(dice: Dice): string {
  const count = 5 + Math.floor(dice() * 14)
  const words = Array.from({ length: count }, () => word(dice))
  const text = words.map((each, index) => (index === Math.floor(count / 2) && count > 11 ? `${each},` : each)).join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${pick(dice, ['.', '.', '.', '.', '?', '!'])}`
}

/** Sentences, at least `least` characters and not many more. */
function passage(dice: Dice, least: number): string {
  let text = sentence(dice)
  while (text.length < least) text += ` ${sentence(dice)}`
  return text
}

/** What residents write: about 120 to 400 characters, now and then in two paragraphs. */
export function commentText(dice: Dice): string {
  const text = passage(dice, 90 + Math.floor(dice() ** 1.7 * 280))
  return dice() < 0.2 ? text.replace(/(?<=.{60}[.?!]) /, '\n\n') : text
}

/** What an officer publishes: about 800 characters with a heading or a list now and then. */
export function postText(dice: Dice): string {
  const list = dice() < 0.3 ? `\n\n${[1, 2, 3].map(() => `- ${sentence(dice)}`).join('\n')}` : ''
  return `${passage(dice, 250)}\n\n${passage(dice, 250)}${list}\n\n${passage(dice, list === '' ? 250 : 80)}`
}

export const titleText = (dice: Dice): string =>
  sentence(dice)
    .replace(/[.,?!]/g, '')
    .split(' ')
    .slice(0, 8)
    .join(' ')
