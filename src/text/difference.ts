/**
 * What changed between two texts, word by word, for readers: kept in order, put together again it gives both texts. The work is bounded:
 * texts that share too little are shown as one taken out and one put in.
 */

export interface Piece {
  change: 'same' | 'removed' | 'added'
  text: string
}

/** Changed words beyond which comparing on costs more than readers gain. */
const MOST_CHANGES = 700

const tokensOf = (text: string): string[] => text.match(/\n|[^\S\n]+|[\p{L}\p{N}\p{M}'’]+|[^\s]/gu) ?? []

/** The pieces in reading order; neighbours with the same fate are one piece. */
export function differenceOf(before: string, after: string): Piece[] {
  const [a, b] = [tokensOf(before), tokensOf(after)]
  const start = sharedStart(a, b)
  const end = sharedEnd(a, b, start)
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  return joined([...same(a.slice(0, start)), ...compare(middleA, middleB), ...same(a.slice(a.length - end))])
}

/** The same in lines, for paragraphs. A line end that was taken out joins the lines around it. */
export function differenceInLines(before: string, after: string): Piece[][] {
  const lines: Piece[][] = [[]]
  for (const piece of differenceOf(before, after)) {
    const [first = '', ...others] = piece.change === 'removed' ? [piece.text.replace(/\n+/g, ' ')] : piece.text.split('\n')
    lines.at(-1)?.push({ ...piece, text: first })
    for (const text of others) lines.push([{ ...piece, text }])
  }
  return lines.map((line) => line.filter(({ text }) => text !== '')).filter((line) => line.some(({ text }) => text.trim() !== ''))
}

export const isSame = (pieces: readonly Piece[]): boolean => pieces.every(({ change }) => change === 'same')

const same = (tokens: string[]): Piece[] => tokens.map((text) => ({ change: 'same', text }))

function sharedStart(a: string[], b: string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

function sharedEnd(a: string[], b: string[], start: number): number {
  let length = 0
  while (length < a.length - start && length < b.length - start && a[a.length - 1 - length] === b[b.length - 1 - length]) length++
  return length
}

/** Myers' greedy comparison: the fewest words taken out and put in. `reached[d]` keeps how far each diagonal came with d changes. */
function compare(a: string[], b: string[]): Piece[] {
  const reached: Map<number, number>[] = []
  let furthest = new Map<number, number>([[1, 0]])
  for (let changes = 0; changes <= Math.min(a.length + b.length, MOST_CHANGES); changes++) {
    const next = new Map<number, number>()
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = comesFromAbove(furthest, diagonal, changes) ? (furthest.get(diagonal + 1) ?? 0) : (furthest.get(diagonal - 1) ?? 0) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      next.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return wayBack([...reached, furthest], a, b)
    }
    reached.push(furthest)
    furthest = next
  }
  return [
    { change: 'removed', text: a.join('') },
    { change: 'added', text: b.join('') },
  ]
}

const comesFromAbove = (furthest: Map<number, number>, diagonal: number, changes: number): boolean =>
  diagonal === -changes || (diagonal !== changes && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1))

function wayBack(reached: Map<number, number>[], a: string[], b: string[]): Piece[] {
  const pieces: Piece[] = []
  let [x, y] = [a.length, b.length]
  for (let changes = reached.length - 1; changes >= 0; changes--) {
    const before = reached[changes] ?? new Map<number, number>()
    const diagonal = x - y
    const above = comesFromAbove(before, diagonal, changes)
    const fromX = before.get(above ? diagonal + 1 : diagonal - 1) ?? 0
    const fromY = fromX - (above ? diagonal + 1 : diagonal - 1)
    while (x > fromX && y > fromY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      pieces.push({ change: 'same', text: a[--x] ?? '' })
      y--
    }
    if (changes === 0) break
    if (above) pieces.push({ change: 'added', text: b[--y] ?? '' })
    else pieces.push({ change: 'removed', text: a[--x] ?? '' })
  }
  return pieces.toReversed()
}

function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = []
  for (const piece of ordered(pieces)) {
    const last = result.at(-1)
    if (last?.change === piece.change) last.text += piece.text
    else if (piece.text !== '') result.push({ ...piece })
  }
  return result
}

/** Within one run of changes, first what went and then what came: "Tuesday Thursday" reads better than one word at a time. */
function ordered(pieces: Piece[]): Piece[] {
  const result: Piece[] = []
  let added: Piece[] = []
  for (const piece of pieces) {
    if (piece.change === 'added') added.push(piece)
    else {
      if (piece.change === 'same') result.push(...added.splice(0))
      result.push(piece)
    }
  }
  added = added.splice(0)
  return [...result, ...added]
}
