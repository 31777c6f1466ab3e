/**
 * An arrest or a charge. The server makes the words of the details; nothing can be said that is not on the list, and nobody is named
 * before a charge without a recorded exception. Nobody under 18 is named at all.
 */
import { dayKey } from '../text/dates.ts'
import { cleanLine, fits } from '../text/input.ts'
import { ARREST_FIELDS, CHARGE, EXCEPTION, missingIn } from './arrest-fields.ts'
import { mayNameSomebody } from './arrest-guards.ts'
import { wordsOfArrest } from './arrest-words.ts'
import type { Kind } from './kind.ts'
import { isFilled, Problems, readFields, sayFields } from './kind-fields.ts'
import type { Details, DraftForm } from './schema.ts'

export const ARREST: Kind = {
  kind: 'arrest',
  name: 'Arrest or charge',
  hint: 'Say that somebody was arrested or charged, in the words that the law allows',
  sensitive: true,
  alone: [],
  composed: true,
  ownWords: false,
  onlyListed:
    'At arrest only gender, age, home town, the nature, date and general place of the offence, the date of the arrest, custody or bail, and the outcome can be published',
  tags: false,
  photos: false,
  attachments: false,
  fields: ARREST_FIELDS,
  expiresAfterDays: null,
  photosExpireAfterDays: null,
  offersLock: true,
  secret: EXCEPTION,
  read: readArrest,
  words: wordsOfArrest,
  rows: (details) =>
    sayFields(
      ARREST_FIELDS.filter((field) => field.name !== 'stage' && !EXCEPTION.includes(field.name)),
      details,
    ),
}

function readArrest(form: DraftForm, today: Date): Details {
  const problems = new Problems()
  const details = readFields(ARREST_FIELDS, form, today, problems)
  // A field that was filled in wrongly has its own message; it is not missing.
  const given = (name: string): boolean => isFilled(form, name)
  const stage = { details, given, problems, today }
  if (details['stage'] === 'charge') checkCharge(stage)
  else if (details['stage'] === 'arrest') checkArrest(stage)
  checkAge(stage)
  checkDates(stage, given('note'))
  checkName(stage)
  problems.add('note', noteProblem(form['note'] ?? '', details))
  problems.refuse()
  return details
}

interface Check {
  details: Details
  given: (name: string) => boolean
  problems: Problems
  today: Date
}

function need({ given, problems }: Check, names: readonly string[]): void {
  for (const name of names) if (!given(name)) problems.add(name, missingIn(name))
}

function leaveOut({ given, problems }: Check, names: readonly string[], message: string): void {
  for (const name of names) if (given(name)) problems.add(name, message)
}

function checkArrest(check: Check): void {
  const { details, problems } = check
  need(check, ['nature', 'arrest-date'])
  leaveOut(check, CHARGE, 'Leave this empty before a charge, or choose the stage “Charge”')
  if (details['status'] === 'bail') need(check, ['bail-date'])
  const finished = details['status'] === 'released-no-further-action'
  if (finished && details['outcome'] !== undefined && details['outcome'] !== 'no-further-action')
    problems.add('outcome', 'The outcome must be “No further action”, as where things stand says, or be left empty')
  if (!finished && details['outcome'] === 'no-further-action') problems.add('status', 'Choose “Released with no further action”, or another outcome')
}

function checkCharge(check: Check): void {
  need(check, CHARGE)
  leaveOut(check, ['outcome'], 'Leave this empty at a charge')
  if (String(check.details['status']).startsWith('released')) check.problems.add('status', 'Choose custody or bail: the person has been charged')
}

const MINOR = 18
const isChild = (details: Details): boolean => details['gender'] === 'boy' || details['gender'] === 'girl'
const isMinor = (details: Details): boolean => isChild(details) || (typeof details['age'] === 'number' && details['age'] < MINOR)

function checkAge({ details, problems }: Check): void {
  const { age, gender } = details
  if (typeof age !== 'number') return
  if (isChild(details) && age >= MINOR) problems.add('age', 'Somebody of 18 or over is a man or a woman: change the age or the gender')
  if ((gender === 'man' || gender === 'woman') && age < MINOR)
    problems.add('age', 'Somebody under 18 is a boy or a girl: change the age or the gender')
}

function checkDates({ details, given, problems, today }: Check, corrects: boolean): void {
  const order = (later: string, earlier: string, message: string) => {
    const [one, other] = [details[later], details[earlier]]
    if (one !== undefined && other !== undefined && String(one) < String(other)) problems.add(later, message)
  }
  order('arrest-date', 'offence-date', 'The arrest cannot be before the offence')
  order('charge-date', 'arrest-date', 'The charge cannot be before the arrest')
  order('charge-date', 'offence-date', 'The charge cannot be before the offence')
  order('court-date', 'charge-date', 'The date in court cannot be before the charge')
  if (given('bail-date') && details['status'] !== 'bail') problems.add('bail-date', 'Leave this empty, or choose “Released on bail”')
  order('bail-date', 'arrest-date', 'Bail cannot end before the arrest')
  // What was right when it was published stays so in a correction of something else.
  if (!corrects && String(details['bail-date'] ?? '9') < dayKey(today))
    problems.add('bail-date', 'The end of the bail must be today or in the future')
}

function checkName(check: Check): void {
  const { details, given, problems } = check
  if (!given('name')) return leaveOut(check, EXCEPTION, 'Leave this empty: it is only for a name before a charge')
  if (isMinor(details)) return problems.add('name', 'Nobody under 18 can be named. Leave the name empty')
  if (!given('age')) problems.add('age', 'Enter the age: nobody under 18 can be named')
  if (details['stage'] === 'charge') return leaveOut(check, EXCEPTION, 'Leave this empty: it is only for a name before a charge')
  if (EXCEPTION.some((name) => !given(name)))
    problems.add('name', 'A name before a charge needs an authorised exception. Leave it empty, or record the exception')
  need(check, EXCEPTION)
}

const NOTE = 240

/** The sentence about a correction is published as well, so it must not say what the post cannot. */
function noteProblem(typed: string, details: Details): string | null {
  if (!fits(typed, NOTE)) return `What you corrected must be ${NOTE} characters or fewer`
  const known = ['home-town', 'offence-place', 'court', 'name'].map((name) => details[name]).filter((value) => typeof value === 'string')
  return mayNameSomebody(cleanLine(typed), known)
    ? 'Say what you corrected without naming anybody, and without places that are not in the post'
    : null
}
