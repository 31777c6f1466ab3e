/**
 * Charts as pages hold them, drawn by the server without a script or a style attribute. A page includes the partial with `{ chart }` and names the sheet
 * `charts.css` among its `files`. Whatever a chart shows stands in a table too, in words. Pure.
 */

export interface Bar {
  label: string
  /** Not negative. */
  value: number
  /** As it is said behind the bar: "34 (12%)". */
  said: string
}

export interface Bars {
  /** Unique on its page, a valid id: the caption and the drawing are tied to it. */
  id: string
  /** Caption of the table and name of the drawing. */
  title: string
  /** The id of the heading right above that says the title already: it is not said again. */
  heading?: string
  /** Heading of the first column: "Answer". */
  of: string
  /** Heading of the second: "People". */
  unit: string
  bars: readonly Bar[]
  /** What would fill the whole width: 100 for percentages. The largest value where it is left out. */
  most?: number
  /** Below it: how many were asked, what is kept back. */
  note?: string
}

/** Values over time, the oldest first. */
export interface Columns {
  id: string
  title: string
  /** "Quarter" */
  of: string
  unit: string
  /** A value of null is a gap: `said` tells why ("too few answers"). */
  columns: readonly { label: string; value: number | null; said: string }[]
  /** As of bars; the same for charts that stand beside each other. */
  most?: number
  note?: string
}

/** How many where: a circle for each place on the outline of an area, its size by the number. */
export interface Dots {
  id: string
  title: string
  /** As of bars. */
  heading?: string
  /** "Part of the area" */
  of: string
  unit: string
  /** Of the drawing, as a sketch of `geography/sketch.ts` gives them. */
  width: number
  height: number
  /** For the `d` of a path; the first is the area itself, others are its neighbours. */
  lines: readonly string[]
  /** In units of the drawing. Each carries its number in the drawing and in the table, so that the two can be read together. */
  dots: readonly (Bar & { x: number; y: number })[]
  note?: string
}

/** What the partials take. */
export interface ChartPartials {
  'statistics/_bars': { chart: Bars }
  'statistics/_columns': { chart: Columns }
  'statistics/_grid': { chart: Dots }
}

/** How long a bar is of the whole width, in percent; the longest fills it unless `whole` says what does. */
export function barLengths(values: readonly (number | null)[], whole = 0): number[] {
  const most = Math.max(whole, ...values.map((value) => value ?? 0))
  return values.map((value) => (most === 0 ? 0 : Math.round(((value ?? 0) / most) * 1000) / 10))
}

/** What a line of values says to whoever does not see it: where it began, where it stands, and its highest. */
export function sayCourse({ columns }: Columns): string {
  const known = columns.filter(({ value }) => value !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (!first || !last) return 'Nothing to show yet.'
  if (known.length === 1) return `${first.label}: ${first.said}.`
  const highest = known.reduce((most, column) => ((column.value ?? 0) > (most.value ?? 0) ? column : most))
  const top = highest === first || highest === last ? '' : ` Highest: ${highest.said} in ${highest.label}.`
  return `From ${first.said} in ${first.label} to ${last.said} in ${last.label}.${top}`
}

/** The radius of a circle whose area stands for the value; the largest is `most` units, the smallest half of it, so that its number has room. */
export function dotSizes(values: readonly number[], most: number): number[] {
  const largest = Math.max(1, ...values)
  return values.map((value) => Math.round(Math.max(most / 2, most * Math.sqrt(value / largest)) * 10) / 10)
}

export interface Dot {
  x: number
  y: number
}

const STEPS = 200

/** Circles of these radii moved apart where they would cover one another, as little as it takes and within the drawing where there is room. */
export function spreadDots<D extends Dot>(dots: readonly D[], sizes: readonly number[], { width, height }: { width: number; height: number }): D[] {
  const spread = dots.map((dot) => ({ ...dot }))
  const radius = (at: number): number => sizes[at] ?? 0
  for (let step = 0; step < STEPS && pushApart(spread, radius); step++)
    for (const [at, dot] of spread.entries()) {
      dot.x = Math.min(Math.max(dot.x, radius(at)), Math.max(width - radius(at), radius(at)))
      dot.y = Math.min(Math.max(dot.y, radius(at)), Math.max(height - radius(at), radius(at)))
    }
  return spread
}

/** True where any two had to move. */
function pushApart(dots: Dot[], radius: (at: number) => number): boolean {
  let moved = false
  for (const [at, one] of dots.entries())
    for (const [later, other] of dots.slice(at + 1).entries()) {
      const far = Math.hypot(other.x - one.x, other.y - one.y)
      const over = radius(at) + radius(at + 1 + later) + 1 - far
      if (over <= 0.01) continue
      // Two on the same spot go apart in directions of their own, so that a third finds room too.
      const turn = (at + 1) * 2.4
      const [across, down] = far > 0.01 ? [(other.x - one.x) / far, (other.y - one.y) / far] : [Math.cos(turn), Math.sin(turn)]
      move(one, -across * (over / 2), -down * (over / 2))
      move(other, across * (over / 2), down * (over / 2))
      moved = true
    }
  return moved
}

function move(dot: Dot, across: number, down: number): void {
  dot.x += across
  dot.y += down
}
