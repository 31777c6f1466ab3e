/**
 * How residents of the demonstration would share out ten hours, in two quarters; and an update that shows what was done.
 */
import { say, type PlannedPost } from './script.ts'

export interface PlannedShares {
  team: string
  /** Who answers, by the place where they live ('' for not said): each as one of `sorts`. Places with fewer than five are kept back. */
  areas: Record<string, number[]>
  /** Sorts of people: how they weigh the priorities, by key. What is not open then is left out. */
  sorts: readonly Record<string, number>[]
}

const HEATH = 'Bracebridge Heath'

export const EFFORT_BEFORE: PlannedShares = {
  team: HEATH,
  areas: { 'Bracebridge Heath': [0, 1, 3, 0, 1, 3, 4, 1, 0], Waddington: [2, 4, 2, 2, 3, 2], Canwick: [2, 1, 4], '': [0, 3, 1] },
  sorts: [
    { parking: 4, sheds: 5, farms: 1, speed: 3 },
    { sheds: 6, farms: 2, parking: 2, speed: 4 },
    { farms: 7, sheds: 2, parking: 1 },
    { parking: 8, sheds: 2 },
    { parking: 3, sheds: 3, farms: 4 },
  ],
}

export const EFFORT_NOW: PlannedShares = {
  team: HEATH,
  areas: {
    'Bracebridge Heath': [0, 1, 0, 3, 1, 4, 1, 0, 3, 1, 0, 4],
    Waddington: [2, 4, 2, 2, 0, 2, 4],
    Canwick: [2, 1],
    'RAF Waddington': [4],
    '': [0, 3],
  },
  sorts: [
    { 'last-bus': 4, speed: 4, farms: 1, parking: 1 },
    { speed: 5, 'last-bus': 3, parking: 2 },
    { farms: 6, speed: 2, 'last-bus': 2 },
    { parking: 6, 'last-bus': 4 },
    { 'last-bus': 7, farms: 1, parking: 2 },
  ],
}

export const PLANNED_UPDATES: readonly PlannedPost[] = [
  {
    team: HEATH,
    by: 'imran-adeyemi',
    ago: 14,
    at: '10:30',
    title: 'Grantham Road: twelve checks, and what they found',
    tags: ['speeding', 'figures'],
    near: ['Grantham Road, between the shelter and the church', 'LN4 2ZA'],
    liked: 8,
    text: `
      Twelve checks in three weeks, at hours that nobody could guess, two of them at five in the morning.

      - At the first, 31 drivers in a hundred were over the limit.
      - At the last, 12 were.
      - 22 had to pay, 161 had a letter.

      The fastest was a delivery van. Its company has written to us before we wrote to them, which is a first.`,
    talk: [
      say('dave', 'Five in the morning. I take my hat off.', say('imran-adeyemi', 'You would have needed it.')),
      say('ken', 'Thirty-one to twelve. What is the target again?', say('imran-adeyemi', 'Under ten. We go on.')),
    ],
  },
]
