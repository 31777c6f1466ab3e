/**
 * What the kinds of people's own words ask for besides title and text.
 */
import type { KindField } from './kind.ts'
import { sourceOf } from './source-address.ts'

const STEPS = 6
const SOURCES = 20
/** Detail of an outcome: the addresses of what it acts on, one a line. */
export const CAME_FROM = 'came-from'

const POSTCODE = /\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b/i
const HOUSE = /(?:^|[\s,])\d{1,4}[a-z]?,?\s+(?!hours?\b|miles?\b|metres?\b|yards?\b)\p{L}/iu
const onlyRoughly = (place: string): string | null =>
  POSTCODE.test(place) || HOUSE.test(place) ? 'Give the street or area only, without a house number or postcode' : null

/** Not among the fields of the form: it stands with where and how long the post stands. */
export const nearField: KindField = {
  name: 'near',
  label: 'Roughly where',
  hint: 'As readers will see it, for example near Grantham Road. No house number or postcode',
  type: 'line',
  max: 80,
  optional: true,
  missing: 'Say roughly where it is',
  rule: onlyRoughly,
}

const reference: KindField = {
  name: 'reference',
  label: 'Reference',
  hint: 'The incident or crime number that callers should quote, for example 26000123456',
  type: 'line',
  max: 40,
  width: 'w20',
  optional: true,
  missing: 'Enter the reference',
}

export const appealFields: readonly KindField[] = [
  {
    name: 'what-for',
    label: 'What the appeal is for',
    type: 'choice',
    options: [
      ['witnesses', 'Witnesses'],
      ['identify', 'Help to identify somebody'],
      ['missing', 'A missing person'],
    ],
    missing: 'Choose what the appeal is for',
  },
  {
    name: 'when',
    label: 'When it happened',
    hint: 'As people say it, for example Saturday 27 March between 2pm and 3pm. For a missing person: when last seen',
    type: 'line',
    missing: 'Enter when it happened',
  },
  {
    name: 'where',
    label: 'Where it happened',
    hint: 'The street or area, without a house number',
    type: 'line',
    missing: 'Enter where it happened',
    rule: onlyRoughly,
  },
  reference,
]

export const courtFields: readonly KindField[] = [
  { name: 'court', label: 'Court', hint: 'For example Lincoln Crown Court', type: 'line', width: 'w20', missing: 'Enter the name of the court' },
  { name: 'hearing-date', label: 'Date of the hearing', type: 'date', width: 'w10', missing: 'Enter the date of the hearing' },
  {
    name: 'result',
    label: 'Result',
    type: 'choice',
    options: [
      ['convicted', 'Convicted'],
      ['sentenced', 'Sentenced'],
      ['acquitted', 'Acquitted'],
      ['adjourned', 'Adjourned'],
      ['other', 'Other hearing'],
    ],
    missing: 'Choose the result',
  },
]

export const adviceFields: readonly KindField[] = [
  {
    name: 'steps',
    label: 'Steps',
    hint: `What people can do, one step a line, at most ${STEPS} lines`,
    type: 'words',
    max: 1200,
    optional: true,
    missing: 'Enter at least one step',
    rule: (text) => (text.split('\n').length > STEPS ? `Give at most ${STEPS} steps, one a line` : null),
  },
  {
    name: 'more-help',
    label: 'More help',
    hint: 'The address of a page with more help. It must begin with https://',
    type: 'line',
    max: 300,
    optional: true,
    missing: 'Enter the address of the page',
    rule: (text) => (isWebAddress(text) ? null : 'Enter a full web address that begins with https://'),
  },
]

export const foundFields: readonly KindField[] = [
  {
    name: 'item',
    label: 'What was found',
    hint: 'Say too little rather than all: keep back a detail that only the owner can know',
    type: 'line',
    missing: 'Enter what was found',
  },
  { name: 'found-on', label: 'Date found', type: 'date', past: true, width: 'w10', missing: 'Enter the date when it was found' },
  {
    name: 'where',
    label: 'Where it was found',
    hint: 'The street or area, without a house number',
    type: 'line',
    missing: 'Enter where it was found',
    rule: onlyRoughly,
  },
  reference,
]

const sources = (hint: string): KindField => ({
  name: CAME_FROM,
  label: 'What it came from',
  hint: `${hint}: their addresses on this site, one a line, at most ${SOURCES}. Whoever wrote them is told`,
  type: 'words',
  max: 4000,
  optional: true,
  missing: 'Enter at least one address',
  rule: sourcesProblem,
})

/** Detail of an outcome: with it, the priorities named among its sources are closed. */
export const CLOSES = 'closes'

/** Detail of a priority: what is said, officially, under each suggestion that it takes up. */
export const TOLD = 'told'
export const ADOPTED = 'Thank you. We have made this a priority of our team:'

export const priorityFields: readonly KindField[] = [
  sources('Suggestions, comments or questions that it takes up'),
  {
    name: TOLD,
    label: 'What we reply under each of them',
    hint: 'It is published as an official reply when the priority is, and the address of the priority follows it. Leave it as it is, or write your own',
    type: 'words',
    max: 500,
    optional: true,
    missing: 'Write the reply',
  },
]

export const outcomeFields: readonly KindField[] = [
  { name: 'you-said', label: 'You said', hint: 'What people told the team', type: 'words', max: 1000, missing: 'Enter what people told you' },
  {
    name: 'we-did',
    label: 'We did',
    hint: 'What the team did about it, and what changed',
    type: 'words',
    max: 2000,
    missing: 'Enter what the team did',
  },
  sources('Priorities, suggestions, comments or questions that it acts on'),
  {
    name: CLOSES,
    label: 'This closes the priorities named above',
    hint: 'Everybody in the chain is told: whoever suggested, supported or commented',
    type: 'check',
    optional: true,
    missing: '',
  },
]

function sourcesProblem(text: string): string | null {
  const lines = text.split('\n')
  if (lines.length > SOURCES) return `Give at most ${SOURCES} addresses, one a line`
  const wrong = lines.find((line) => sourceOf(line) === null)
  return wrong === undefined ? null : `This is not the address of a comment or post on this site: “${wrong.slice(0, 80)}”`
}

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return /^https:\/\//i.test(text) && url !== null && url.protocol === 'https:' && url.hostname.includes('.') && url.username === ''
}
