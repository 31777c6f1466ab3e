/**
 * Who says what under whom: the shape of invented conversations, with the keys and the counters that the application itself would have made.
 */
import { LEVELS_SHOWN } from '../../src/conversations/comment.ts'
import { pick, type Dice } from './words.ts'

export interface Talk {
  conversationId: number
  comments: number
  /** Officers who answer here for the team. */
  officers: readonly number[]
  teamName: string
  /** Replies go no deeper, and nobody withdraws: everything stands on one page. */
  flat?: boolean
}

export interface Said {
  id: number
  conversationId: number
  parentId: number | null
  branchId: number | null
  level: number
  place: string
  authorId: number
  official: string | null
  state: 'published' | 'removed' | 'withdrawn'
  replyCount: number
}

const segmentOf = (id: number): string => id.toString(16).padStart(12, '0')

/** As src/conversations/comment.ts places a reply; a test holds the two together. */
export function placeUnder(
  id: number,
  parent: Pick<Said, 'id' | 'level' | 'place' | 'branchId'> | null,
): Pick<Said, 'parentId' | 'branchId' | 'level' | 'place'> {
  if (!parent) return { parentId: null, branchId: null, level: 1, place: segmentOf(id) }
  const level = parent.level + 1
  if (parent.level % LEVELS_SHOWN === 0) return { parentId: parent.id, branchId: parent.id, level, place: segmentOf(id) }
  return { parentId: parent.id, branchId: parent.branchId, level, place: `${parent.place}.${segmentOf(id)}` }
}

/** People answer what was said lately, so the beginning of a talk looks the same however long it grows. */
const NEAR = 25
const REPLIES = 0.6
const OFFICIAL = 0.2

/** The comments of all the talks, mixed as they would have come in. Ids count on from `firstId`. */
export function converse(dice: Dice, talks: readonly Talk[], residents: readonly number[], firstId = 1): Said[] {
  const recent = new Map<Talk, Said[]>()
  return shuffled(dice, talks).map((talk, index) => {
    const near = recent.get(talk) ?? []
    recent.set(talk, near)
    const comment = sayOne(dice, talk, near, residents, firstId + index)
    near.push(comment)
    if (near.length > NEAR) near.shift()
    return comment
  })
}

function sayOne(dice: Dice, talk: Talk, near: readonly Said[], residents: readonly number[], id: number): Said {
  const answerable = near.filter((comment) => comment.state === 'published' && !(talk.flat && comment.level >= LEVELS_SHOWN))
  const parent = answerable.length > 0 && dice() < REPLIES ? pick(dice, answerable) : null
  if (parent) parent.replyCount++
  const official = dice() < OFFICIAL
  const authorId = pick(dice, official ? talk.officers : residents)
  const chance = talk.flat ? 1 : dice()
  const state = chance < 0.01 ? 'removed' : chance < 0.025 && !official ? 'withdrawn' : 'published'
  return {
    id,
    conversationId: talk.conversationId,
    ...placeUnder(id, parent),
    authorId,
    official: official ? talk.teamName : null,
    state,
    replyCount: 0,
  }
}

/** Each talk as often as it has comments, in an order of chance. */
function shuffled(dice: Dice, talks: readonly Talk[]): Talk[] {
  const deck = talks.flatMap((talk) => Array.from({ length: talk.comments }, () => talk))
  for (let index = deck.length - 1; index > 0; index--) {
    const other = Math.floor(dice() * (index + 1))
    const [a, b] = [deck[index], deck[other]]
    if (!a || !b) continue
    deck[index] = b
    deck[other] = a
  }
  return deck
}

/** How many comments each of so many talks has: a few have hundreds, most have a handful. */
export function heavyTail(talks: number, comments: number): number[] {
  const weights = Array.from({ length: talks }, (_talk, rank) => 1 / (rank + 20) ** 0.85)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const counts = weights.map((weight) => Math.floor((weight / total) * comments))
  const rest = comments - counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count, index) => count + (index < rest ? 1 : 0))
}
