/**
 * What an arrest or a charge says to readers: sentences made of the details and of nothing else.
 */
import { sayDay } from './kind-fields.ts'
import type { Details } from './schema.ts'

const TITLE = 120

/** Title and text. What is kept for the record alone has no place in them. */
export function wordsOfArrest(details: Details): { title: string; body: string } {
  const charged = details['stage'] === 'charge'
  const sentences = charged ? sayCharge(details) : sayArrest(details)
  return { title: titleOf(details, charged), body: sentences.filter((sentence) => sentence !== '').join(' ') }
}

const said = (details: Details, name: string): string => (details[name] === undefined || details[name] === null ? '' : String(details[name]))
const day = (details: Details, name: string): string => (said(details, name) === '' ? '' : sayDay(said(details, name)))

/** "Man, 34, from Lincoln arrested on suspicion of burglary", with less about the person where it would be too long. */
function titleOf(details: Details, charged: boolean): string {
  const what = charged ? `charged with ${said(details, 'charged-with')}` : `arrested on suspicion of ${lowerFirst(said(details, 'nature'))}`
  const who = said(details, 'name') || upperFirst(said(details, 'gender'))
  const age = said(details, 'age') ? `, ${said(details, 'age')},` : ''
  const town = said(details, 'home-town') ? ` ${said(details, 'name') ? 'of' : 'from'} ${said(details, 'home-town')}` : ''
  const titles = [`${who}${age}${town} ${what}`, `${who}${age} ${what}`, `${who} ${what}`]
  return titles.find((title) => title.length <= TITLE) ?? cut(titles.at(-1) ?? '')
}

const cut = (title: string): string => `${title.slice(0, title.lastIndexOf(' ', TITLE - 1)).replace(/[\s,;(-]+$/, '')}…`
const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
// "GBH" keeps its capitals.
const lowerFirst = (text: string): string => (/^\p{Lu}\p{Lu}/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1))

/** "A 34-year-old man from Lincoln", "Jo Bloggs, 34, of Lincoln" */
function person(details: Details): string {
  const [name, age, town] = [said(details, 'name'), said(details, 'age'), said(details, 'home-town')]
  if (name) return `${name}${age ? `, ${age},` : ''}${town ? ` of ${town}` : ''}`
  const article = /^(?:8|11$|18$)/.test(age) ? 'An' : 'A'
  return `${article} ${age ? `${age}-year-old ` : ''}${said(details, 'gender')}${town ? ` from ${town}` : ''}`
}

const PRONOUNS: Record<string, string> = { man: 'He', boy: 'He', woman: 'She', girl: 'She' }
const they = (details: Details): string => PRONOUNS[said(details, 'gender')] ?? 'They'
const is = (details: Details): string => (they(details) === 'They' ? 'They are' : `${they(details)} is`)
const has = (details: Details): string => (they(details) === 'They' ? 'They have' : `${they(details)} has`)
const was = (details: Details): string => (they(details) === 'They' ? 'They were' : `${they(details)} was`)

function sayArrest(details: Details): string[] {
  return [
    `${person(details)} was arrested on ${day(details, 'arrest-date')} on suspicion of ${lowerFirst(said(details, 'nature'))}.`,
    sayOffence(details),
    sayStatus(details),
    sayOutcome(details),
    'An arrest is not a charge: somebody who is arrested is presumed innocent.',
  ]
}

function sayCharge(details: Details): string[] {
  return [
    `${person(details)} was charged on ${day(details, 'charge-date')} with ${said(details, 'charged-with')}.`,
    sayOffence(details),
    said(details, 'arrest-date') && `${was(details)} arrested on ${day(details, 'arrest-date')}.`,
    sayStatus(details),
    `The case is listed at ${said(details, 'court')} on ${day(details, 'court-date')}.`,
    'Somebody who is charged is presumed innocent unless a court finds them guilty.',
  ]
}

function sayOffence(details: Details): string {
  const place = said(details, 'offence-place')
  const where = /^(?:in|on|at|near|around|outside)\s/i.test(place) ? lowerFirst(place) : `in the area of ${place}`
  return `The offence is alleged to have happened on ${day(details, 'offence-date')} ${where.replace(/\.$/, '')}.`
}

function sayStatus(details: Details): string {
  const until = said(details, 'bail-date') ? ` until ${day(details, 'bail-date')}` : ''
  const statuses: Record<string, string> = {
    custody: `${is(details)} in custody.`,
    bail: `${has(details)} been released on bail${until}.`,
    'released-under-investigation': `${has(details)} been released under investigation.`,
    'released-no-further-action': `${has(details)} been released and will face no further action.`,
  }
  return statuses[said(details, 'status')] ?? ''
}

function sayOutcome(details: Details): string {
  const outcomes: Record<string, string> = {
    continues: 'The investigation continues.',
    // Said already by where things stand.
    'no-further-action': '',
    cautioned: `${has(details)} been cautioned.`,
    charged: `${has(details)} since been charged.`,
  }
  return outcomes[said(details, 'outcome')] ?? ''
}
