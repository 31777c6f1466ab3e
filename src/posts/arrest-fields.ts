/**
 * What can be said of an arrest or a charge, field by field. Before a charge the guidance of the College of Policing lists all of it.
 */
import { byProblem, chargeProblem, courtProblem, nameProblem, natureProblem, placeProblem, reasonProblem, townProblem } from './arrest-guards.ts'
import type { KindField } from './kind.ts'

type Group = 'The person' | 'The offence' | 'The arrest' | 'The charge' | 'The name'
const inGroup = (group: Group, fields: readonly KindField[]): KindField[] => fields.map((field) => ({ ...field, group }))

const stage: KindField = {
  name: 'stage',
  label: 'Stage',
  type: 'choice',
  options: [
    ['arrest', 'Arrest'],
    ['charge', 'Charge'],
  ],
  missing: 'Choose arrest or charge',
}

const person = inGroup('The person', [
  {
    name: 'gender',
    label: 'Gender',
    type: 'choice',
    options: [
      ['man', 'Man'],
      ['woman', 'Woman'],
      ['boy', 'Boy (under 18)'],
      ['girl', 'Girl (under 18)'],
      ['person', 'Person'],
    ],
    missing: 'Choose one',
  },
  { name: 'age', label: 'Age', type: 'number', min: 10, max: 110, optional: true, width: 'w4', missing: 'Enter the age' },
  {
    name: 'home-town',
    label: 'Home town or area',
    hint: 'For example North Hykeham. Never a street',
    type: 'line',
    max: 40,
    optional: true,
    width: 'w20',
    missing: 'Enter the home town',
    rule: townProblem,
  },
])

const offence = inGroup('The offence', [
  {
    name: 'nature',
    label: 'Offence',
    hint: 'What it is alleged to be, in small letters, for example burglary. At a charge it can be left out',
    type: 'line',
    max: 100,
    optional: true,
    missing: 'Enter the nature of the alleged offence',
    rule: natureProblem,
  },
  { name: 'offence-date', label: 'Date of the offence', type: 'date', past: true, width: 'w10', missing: 'Enter the date of the offence' },
  {
    name: 'offence-place',
    label: 'Place of the offence',
    hint: 'In general: the street or area, without a house number',
    type: 'line',
    max: 80,
    missing: 'Enter where it happened, in general',
    rule: placeProblem,
  },
])

const arrest = inGroup('The arrest', [
  {
    name: 'arrest-date',
    label: 'Date of the arrest',
    type: 'date',
    past: true,
    optional: true,
    width: 'w10',
    missing: 'Enter the date of the arrest',
  },
  {
    name: 'status',
    label: 'Where things stand',
    type: 'choice',
    options: [
      ['custody', 'In custody'],
      ['bail', 'Released on bail'],
      ['released-under-investigation', 'Released under investigation'],
      ['released-no-further-action', 'Released with no further action'],
    ],
    missing: 'Choose where things stand',
  },
  { name: 'bail-date', label: 'Bail date', type: 'date', optional: true, width: 'w10', missing: 'Enter the date until which the bail lasts' },
  {
    name: 'outcome',
    label: 'Outcome',
    hint: 'Of an arrest, where there is one',
    type: 'choice',
    options: [
      ['continues', 'The investigation continues'],
      ['no-further-action', 'No further action'],
      ['cautioned', 'Cautioned'],
      ['charged', 'Charged'],
    ],
    optional: true,
    missing: 'Choose an outcome',
  },
])

const charge = inGroup('The charge', [
  {
    name: 'charged-with',
    label: 'Charged with',
    hint: 'In small letters and without names, for example two counts of burglary',
    type: 'line',
    max: 200,
    optional: true,
    missing: 'Enter what the person is charged with',
    rule: chargeProblem,
  },
  {
    name: 'charge-date',
    label: 'Date of the charge',
    type: 'date',
    past: true,
    optional: true,
    width: 'w10',
    missing: 'Enter the date of the charge',
  },
  {
    name: 'court',
    label: 'Court',
    hint: 'For example Lincoln Magistrates’ Court',
    type: 'line',
    max: 80,
    optional: true,
    missing: 'Enter the name of the court',
    rule: courtProblem,
  },
  { name: 'court-date', label: 'Date in court', type: 'date', optional: true, width: 'w10', missing: 'Enter the date in court' },
])

const name = inGroup('The name', [
  {
    name: 'name',
    label: 'Name',
    hint: 'Give it at a charge, unless there is a reason not to. Nobody under 18 is named. Before a charge it needs the exception below',
    type: 'line',
    max: 80,
    optional: true,
    missing: 'Enter the name',
    rule: nameProblem,
  },
  {
    name: 'exception-reason',
    label: 'Why the name is published before a charge',
    hint: 'At least 20 characters. It is kept for the record and is never shown to readers',
    type: 'words',
    max: 1000,
    optional: true,
    missing: 'Say why the name is published before a charge',
    rule: reasonProblem,
  },
  {
    name: 'exception-authorised-by',
    label: 'Authorised by',
    hint: 'Rank and name. It is never shown to readers',
    type: 'line',
    optional: true,
    missing: 'Enter the rank and the name of who authorised it',
    rule: byProblem,
  },
  {
    name: 'exception-date',
    label: 'Date of the authorisation',
    type: 'date',
    past: true,
    optional: true,
    width: 'w10',
    missing: 'Enter the date when it was authorised',
  },
])

export const EXCEPTION = ['exception-reason', 'exception-authorised-by', 'exception-date']
export const CHARGE = charge.map((field) => field.name)
export const ARREST_FIELDS: readonly KindField[] = [stage, ...person, ...offence, ...arrest, ...charge, ...name]

/** What to do when a field is empty that this stage needs. */
export const missingIn = (name: string): string => ARREST_FIELDS.find((field) => field.name === name)?.missing ?? 'Fill this in'
