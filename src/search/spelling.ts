/**
 * British and American spellings of one word: whoever types either finds both. A spelling that no word has does no harm, for it finds nothing;
 * what is left out are pairs of which one is a common word of its own (cheque and check, draught and draft).
 */

/** Words that are spelt in two or more ways, apart from their families below. */
const ALIKE: readonly (readonly string[])[] = `
licence license|licences licenses|licenced licensed|practice practise|practices practises|practised practiced|practising practicing
defence defense|defences defenses|offence offense|offences offenses|pretence pretense
tyre tire|tyres tires|kerb curb|kerbs curbs|grey gray|greys grays|programme program|programmes programs
jewellery jewelry jewelery|jeweller jeweler|jewellers jewelers|pyjamas pajamas|plough plow|ploughs plows|ploughed plowed|ploughing plowing|mould mold|mouldy moldy
aluminium aluminum|moustache mustache|sceptic skeptic|sceptical skeptical|gaol jail|whisky whiskey|yoghurt yogurt|artefact artifact|artefacts artifacts
enquiry inquiry|enquiries inquiries|enquire inquire|enquired inquired|manoeuvre maneuver|manoeuvres maneuvers
paedophile pedophile|paedophiles pedophiles|paediatric pediatric|anaesthetic anesthetic|anaemia anemia|haemorrhage hemorrhage|diarrhoea diarrhea
ageing aging|acknowledgement acknowledgment|judgement judgment|cosy cozy|catalogue catalog|dialogue dialog|carat karat|mum mom|disc disk|discs disks
skilful skillful|fulfil fulfill|fulfils fulfills|enrol enroll|enrols enrolls|wilful willful|instalment installment|instalments installments
towards toward|chequebook checkbook|mollusc mollusk|sulphur sulfur|encyclopaedia encyclopedia|archaeology archeology|orthopaedic orthopedic|storeys stories
aeroplane airplane|aeroplanes airplanes|vice vise|axe ax|doughnut donut|doughnuts donuts|omelette omelet|tonne ton|tonnes tons|cancelled canceled
email e-mail|emails e-mails|antisocial anti-social|online on-line|motorbike motor-bike|website web-site|neighbourhoodwatch neighbourhood-watch`
  .trim()
  .split(/[|\n]/)
  .map((line) => line.trim().split(' '))

const PAIRS = new Map<string, string[]>()
for (const words of ALIKE) for (const word of words) PAIRS.set(word, [...(PAIRS.get(word) ?? []), ...words.filter((other) => other !== word)])

/** A family: what its words look like, and how the other spelling is made of each. */
interface Family {
  looks: RegExp
  other: (found: RegExpExecArray) => string
}

const OUR =
  'arb|arm|behavi|cand|clam|col|demean|endeav|ferv|flav|glam|harb|hon|hum|lab|misdemean|neighb|od|parl|ranc|rig|rum|sav|splend|succ|tum|val|vap|vig'
const RE = 'calib|cent|fib|lit|lust|maneuv|meag|met|och|reconnoit|sab|salpet|sepulch|somb|spect|theat'
const DOUBLED =
  'cancel|channel|counsel|dial|enamel|equal|fuel|initial|jewel|label|level|libel|marvel|model|panel|pedal|pencil|quarrel|refuel|rival|shovel|shrivel|signal|snorkel|swivel|total|towel|travel|tunnel'

const FAMILIES: readonly Family[] = [
  { looks: new RegExp(`^((?:dis|mis|un)?(?:${OUR}))o(u?)r(.*)$`), other: ([, stem = '', u, end = '']) => `${stem}o${u ? '' : 'u'}r${end}` },
  {
    looks: new RegExp(`^((?:centi|kilo|milli|epi|amphi)?(?:${RE}))(re|er)(s?)$`),
    other: ([, stem = '', end, s = '']) => `${stem}${end === 're' ? 'er' : 're'}${s}`,
  },
  {
    looks: /^(.{3,})i([sz])(e|ed|es|er|ers|ing|ation|ations|ational|able)$/,
    other: ([, stem = '', z, end = '']) => `${stem}i${z === 's' ? 'z' : 's'}${end}`,
  },
  {
    looks: /^((?:an|par|cat|dial|hydro|electro)al)y([sz])(e|ed|es|er|ers|ing)$/,
    other: ([, stem = '', z, end = '']) => `${stem}y${z === 's' ? 'z' : 's'}${end}`,
  },
  { looks: new RegExp(`^(${DOUBLED})(l?)(ed|ing|er|ers|or|ors|ous|ings)$`), other: ([, stem = '', l, end = '']) => `${stem}${l ? '' : 'l'}${end}` },
  // "travelled" has another stem than "travel" for whoever counts letters.
  { looks: new RegExp(`^(${DOUBLED})(s?)$`), other: ([, stem = '']) => `${stem}led` },
]

// Of the pattern of "organise", but words of their own.
const OWN = new Set(['prise', 'prize', 'prises', 'prizes', 'prized', 'prised', 'capsize', 'misers'])

/** The word in lower case as it was typed, and its other spellings. */
export function spellingsOf(word: string): string[] {
  const found = new Set([word, ...(PAIRS.get(word) ?? [])])
  for (const { looks, other } of FAMILIES) {
    const match = OWN.has(word) ? null : looks.exec(word)
    if (match) found.add(other(match))
  }
  return [...found]
}
