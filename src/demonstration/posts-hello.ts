/**
 * How it began: two questions to everybody, under which the residents of the demonstration wrote their first comments.
 */
import { COUNTY_RESIDENTS, HEATH_RESIDENTS, type PlannedResident } from './residents.ts'
import { become, say, type PlannedPost, type Said } from './script.ts'

const first = (people: readonly PlannedResident[], line: 'hello' | 'wish'): Said[] =>
  people.map((person) => become(say(person.key, person[line]), { kind: 'released' }))

export const HELLO_POSTS: readonly PlannedPost[] = [
  {
    team: 'Bracebridge Heath',
    by: 'helen-marriott',
    ago: 98,
    at: '09:30',
    title: 'This page is yours as well: say hello',
    tags: ['about this page'],
    liked: 3,
    text: `
      We have published updates for years. From today you can answer them, in public, under your own name or another one.

      Say hello below. The first two comments of every new account wait for somebody in the press office, so yours will take a few hours to
      appear. After that they appear at once.`,
    talk: first(HEATH_RESIDENTS, 'hello'),
    mode: { hours: 24 * 50, mode: 'archived', reason: 'Said and done.' },
  },
  {
    team: 'Bracebridge Heath',
    by: 'callum-reeve',
    ago: 95,
    at: '10:15',
    title: 'What would you like to read here?',
    tags: ['about this page'],
    liked: 2,
    text: `
      Tell us in one line. We shall print the list, pin it up in the office, and come back to it.

      We cannot discuss a case that is open, and we shall say so when that is the reason for a short answer.`,
    talk: first(HEATH_RESIDENTS, 'wish'),
  },
  {
    team: 'Lincoln City Centre',
    by: 'sam-carter',
    ago: 97,
    at: '11:00',
    title: 'Teams across the county are opening their pages',
    tags: ['about this page'],
    liked: 2,
    text: `
      Every neighbourhood team in the county now has a page where you can answer back. Find yours by postcode on the front page, and say hello here
      if you like: where are you?`,
    talk: first(COUNTY_RESIDENTS, 'hello'),
  },
  {
    team: 'Lincoln City Centre',
    by: 'zara-hussain',
    ago: 94,
    at: '15:20',
    title: 'City or village: what do you want to hear about?',
    tags: ['about this page'],
    liked: 1,
    text: 'One line each, wherever you live. We pass them on to the team concerned.',
    talk: first(COUNTY_RESIDENTS, 'wish'),
  },
]
