/**
 * The kinds whose title and text people write themselves.
 */
import type { Role } from '../actor.ts'
import { Refused } from '../errors.ts'
import { dayKey } from '../text/dates.ts'
import type { Kind, KindField } from './kind.ts'
import { Problems, readFields, sayFields } from './kind-fields.ts'
import {
  ADOPTED,
  CAME_FROM,
  TOLD,
  adviceFields,
  appealFields,
  courtFields,
  foundFields,
  nearField,
  outcomeFields,
  priorityFields,
} from './plain-fields.ts'
import type { Details, DraftForm, PostKind, StaffKind } from './schema.ts'
import { tidySources } from './source-address.ts'

const ROUTINE: readonly Role[] = ['officer', 'supervisor', 'press-office']
function readAll(fields: readonly KindField[], form: DraftForm, today: Date): Details {
  const problems = new Problems()
  const details = readFields(fields, form, today, problems)
  problems.refuse()
  return details
}

/** The addresses of what it came from, each as its path and each once. */
function readWithSources(fields: readonly KindField[], form: DraftForm, today: Date): Details {
  const sources = tidySources((form[CAME_FROM] ?? '').slice(0, 20_000))
  return readAll(fields, { ...form, [CAME_FROM]: sources }, today)
}

/** A kind of people's own words, routine unless `its` says otherwise. */
const plain = (its: Pick<Kind, 'kind' | 'name' | 'hint'> & Partial<Kind>): Kind => ({
  sensitive: false,
  alone: ROUTINE,
  composed: true,
  ownWords: true,
  tags: true,
  photos: true,
  attachments: true,
  fields: [],
  expiresAfterDays: null,
  photosExpireAfterDays: null,
  offersLock: false,
  read: (form, today) => readAll(its.fields ?? [], form, today),
  rows: (details) => sayFields(its.fields ?? [], details),
  ...its,
})

const withoutMark = (line: string): string => line.trim().replace(/^(?:(?:[-*•]|\d{1,2}[.)])\s+)+/, '')
const stepsOf = (text: string): string[] =>
  text
    .split('\n')
    .map(withoutMark)
    .filter((step) => step !== '')

/** Says a list of steps line by line; the numbers or dashes that people type before them go. */
const advice = plain({
  kind: 'advice',
  name: 'Advice',
  hint: 'How to prevent crime or keep safe',
  fields: [...adviceFields, nearField],
  ground: true,
  read: (form, today) => {
    const steps = stepsOf((form['steps'] ?? '').slice(0, 10_000)).join('\n')
    return readAll([...adviceFields, nearField], { ...form, steps }, today)
  },
  rows: ({ steps, ...others }) => [
    ...(typeof steps === 'string' ? steps.split('\n').map((step, at): [string, string] => [`Step ${at + 1}`, step]) : []),
    ...sayFields([...adviceFields, nearField], others),
  ],
})

const court = plain({
  kind: 'court',
  name: 'Court result',
  hint: 'What a court decided, or a hearing to come',
  sensitive: true,
  alone: [],
  fields: courtFields,
  read: (form, today) => {
    const details = readAll(courtFields, form, today)
    const problems = new Problems()
    if (details['result'] !== 'other' && String(details['hearing-date']) > dayKey(today))
      problems.add('hearing-date', 'The date of the hearing must be today or in the past, or the result “Other hearing”')
    problems.refuse()
    return details
  },
})

/** The rows of a kind whose room keeps its details: those that are there, in this order. */
const shownRows =
  (rows: readonly (readonly [name: string, term: string])[]): Kind['rows'] =>
  (details) =>
    rows.flatMap(([name, term]): [string, string][] => (typeof details[name] === 'string' ? [[term, details[name]]] : []))

const WHEN_AND_WHERE = [
  ['called-off', 'Called off'],
  ['when', 'When'],
  ['where', 'Where'],
] as const

export const PLAIN_KINDS: Readonly<Record<Exclude<PostKind, 'arrest' | StaffKind>, Kind>> = {
  update: plain({
    kind: 'update',
    name: 'Update',
    hint: 'What the team is doing, in a few words',
    titleOptional: true,
    fields: [nearField],
    ground: true,
  }),
  appeal: plain({
    kind: 'appeal',
    name: 'Appeal',
    hint: 'Ask for witnesses, or for help to identify or find somebody',
    sensitive: true,
    alone: [],
    fields: [...appealFields, nearField],
    ground: true,
    expiresAfterDays: 28,
    photosExpireAfterDays: 28,
  }),
  court,
  advice,
  'found-property': plain({
    kind: 'found-property',
    name: 'Found property',
    hint: 'Find the owner of something that was handed in',
    attachments: false,
    fields: [...foundFields, nearField],
    ground: true,
    expiresAfterDays: 28,
  }),
  priority: plain({
    kind: 'priority',
    name: 'Priority',
    hint: 'What the team works on until something has come of it',
    alone: ['supervisor', 'press-office'],
    fields: [...priorityFields, nearField],
    ground: true,
    begins: { [TOLD]: ADOPTED },
    // It stands under the suggestions, and not on the post.
    secret: [TOLD],
    rows: ({ [TOLD]: _told, ...details }) => sayFields([...priorityFields, nearField], details),
    read: (form, today) => {
      if ((form['expires'] ?? '').trim() !== '') {
        const because = 'A priority has no end date: it ends with an outcome. Leave this empty'
        throw new Refused(because, { expires: because })
      }
      return readWithSources([...priorityFields, nearField], form, today)
    },
  }),
  outcome: plain({
    kind: 'outcome',
    name: 'You said, we did',
    hint: 'Tell people what came of what they told you',
    alone: ['supervisor', 'press-office'],
    bodyOptional: true,
    fields: [...outcomeFields, nearField],
    ground: true,
    read: (form, today) => readWithSources([...outcomeFields, nearField], form, today),
  }),
  // Published from the question, whose room keeps and shows its details.
  question: plain({ kind: 'question', name: 'Question', hint: 'A question from a resident', composed: false, photos: false, attachments: false }),
  // Planned at a place, whose room keeps and shows where and when.
  presence: plain({
    kind: 'presence',
    name: 'Meet us',
    hint: 'Where people can meet the team',
    composed: false,
    unlisted: true,
    changedBy: 'This is a planned time to meet the team. It is changed or called off under “Meet us” on the officers’ desk.',
    bodyOptional: true,
    tags: false,
    photos: false,
    attachments: false,
    rows: shownRows(WHEN_AND_WHERE),
  }),
  // Planned, changed and called off by the room of events, which keeps format, dates and sign-ups.
  event: plain({
    kind: 'event',
    name: 'Event',
    hint: 'Where and when people can come',
    composed: false,
    changedBy: 'This is an event. It is changed or called off under “Events” on the officers’ desk.',
    photos: false,
    attachments: false,
    rows: shownRows(WHEN_AND_WHERE),
  }),
  survey: plain({
    kind: 'survey',
    name: 'Survey',
    hint: 'Questions to many, answered without a name',
    composed: false,
    changedBy: 'This is a survey. It is closed or called off under “Surveys” on the officers’ desk.',
    photos: false,
    attachments: false,
    rows: shownRows([
      ['called-off', 'Called off'],
      ['until', 'Open until'],
    ]),
  }),
  'can-you-help': plain({
    kind: 'can-you-help',
    name: 'Can you help?',
    hint: 'A task that residents can help with',
    composed: false,
    changedBy: 'This is a task for helpers. It is changed or closed under “Can you help?” on the officers’ desk.',
    photos: false,
    attachments: false,
    rows: shownRows(WHEN_AND_WHERE),
  }),
}
