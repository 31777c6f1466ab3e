/**
 * Pictures for the demonstration, drawn by this file: no photograph of anybody or anything real. Flat shapes, softened at the edges, as a PNG.
 */
import { crc32, deflateSync } from 'node:zlib'

type Colour = readonly [red: number, green: number, blue: number]
/** How far a point lies outside a shape, in units of the picture's height; negative inside. */
type Shape = (x: number, y: number) => number
interface Painted {
  shape: Shape
  colour: Colour
}

const WIDTH = 720
const HEIGHT = 480

const disc =
  (cx: number, cy: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) - radius

const ring =
  (cx: number, cy: number, radius: number, thick: number): Shape =>
  (x, y) =>
    Math.abs(Math.hypot(x - cx, y - cy) - radius) - thick / 2

const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    Math.max(left - x, x - right, top - y, y - bottom)

const bar =
  (x1: number, y1: number, x2: number, y2: number, thick: number): Shape =>
  (x, y) => {
    const length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    const along = Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
    return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)) - thick / 2
  }

const SKY: Colour = [196, 219, 240]
const GRASS: Colour = [120, 160, 96]
const ROAD: Colour = [92, 98, 110]
const WHITE: Colour = [245, 245, 240]
const INK: Colour = [24, 34, 58]
const BRICK: Colour = [170, 92, 72]
const WARM: Colour = [255, 203, 102]
const TEAL: Colour = [32, 128, 140]

const street: Painted[] = [
  { shape: box(0, 0.62, 1.5, 1), colour: ROAD },
  { shape: box(0, 0.55, 1.5, 0.62), colour: GRASS },
  ...[0.1, 0.45, 0.8, 1.15].map((x) => ({ shape: box(x, 0.8, x + 0.2, 0.825), colour: WHITE })),
]

const house = (left: number): Painted[] => [
  { shape: box(left, 0.28, left + 0.34, 0.56), colour: BRICK },
  { shape: (x, y) => Math.max(Math.abs(x - left - 0.17) * 0.75 + 0.12 - y, y - 0.28), colour: INK },
  { shape: box(left + 0.05, 0.35, left + 0.12, 0.44), colour: WARM },
  { shape: box(left + 0.2, 0.36, left + 0.28, 0.56), colour: TEAL },
]

/** A circle seen from the side, so much narrower. */
const oval =
  (cx: number, cy: number, radius: number, narrow: number, thick: number): Shape =>
  (x, y) =>
    Math.abs(Math.hypot((x - cx) / narrow, y - cy) - radius) * narrow - thick / 2

const bicycle = (x: number, y: number, frame: Colour): Painted[] => [
  { shape: ring(x, y, 0.16, 0.025), colour: INK },
  { shape: ring(x + 0.46, y, 0.16, 0.025), colour: INK },
  ...(
    [
      [x, y, x + 0.14, y - 0.22],
      [x, y, x + 0.22, y],
      [x + 0.22, y, x + 0.14, y - 0.22],
      [x + 0.14, y - 0.22, x + 0.4, y - 0.22],
      [x + 0.22, y, x + 0.4, y - 0.22],
      [x + 0.46, y, x + 0.38, y - 0.3],
    ] as const
  ).map(([x1, y1, x2, y2]) => ({ shape: bar(x1, y1, x2, y2, 0.026), colour: frame })),
  { shape: bar(x + 0.09, y - 0.26, x + 0.19, y - 0.26, 0.035), colour: INK },
  { shape: bar(x + 0.32, y - 0.31, x + 0.42, y - 0.33, 0.025), colour: INK },
]

const PICTURES = {
  /** A street of two houses. */
  street: { ground: SKY, shapes: [...house(0.15), ...house(0.9), ...street] },
  /** A teal bicycle against a brick wall. */
  bicycle: { ground: BRICK, shapes: [{ shape: box(0, 0.78, 1.5, 1), colour: ROAD }, ...bicycle(0.5, 0.62, TEAL)] },
  /** Two bicycles in a rack, one of them yellow. */
  rack: { ground: SKY, shapes: [...street, ...bicycle(0.2, 0.6, WARM), ...bicycle(0.8, 0.6, INK)] },
  /** A bicycle with a folded front wheel beside the open door of a car. */
  bent: {
    ground: SKY,
    shapes: [
      { shape: box(0, 0.62, 1.5, 1), colour: ROAD },
      { shape: box(1.08, 0.2, 1.5, 0.74), colour: BRICK },
      { shape: disc(1.36, 0.76, 0.12), colour: INK },
      { shape: bar(1.1, 0.24, 0.98, 0.34, 0.035), colour: BRICK },
      { shape: bar(0.98, 0.34, 0.98, 0.68, 0.035), colour: BRICK },
      { shape: ring(0.3, 0.66, 0.16, 0.025), colour: INK },
      { shape: oval(0.8, 0.7, 0.16, 0.4, 0.025), colour: INK },
      { shape: bar(0.72, 0.6, 0.9, 0.74, 0.025), colour: INK },
      ...(
        [
          [0.3, 0.66, 0.44, 0.44],
          [0.3, 0.66, 0.52, 0.68],
          [0.52, 0.68, 0.44, 0.44],
          [0.44, 0.44, 0.72, 0.48],
          [0.52, 0.68, 0.72, 0.48],
          [0.72, 0.48, 0.8, 0.7],
        ] as const
      ).map(([x1, y1, x2, y2]) => ({ shape: bar(x1, y1, x2, y2, 0.026), colour: TEAL })),
      { shape: bar(0.39, 0.4, 0.49, 0.4, 0.035), colour: INK },
      { shape: bar(0.68, 0.44, 0.8, 0.38, 0.025), colour: INK },
    ],
  },
  /** A ring with three keys. */
  keys: {
    ground: [226, 222, 212],
    shapes: [
      { shape: ring(0.75, 0.32, 0.14, 0.03), colour: INK },
      ...[0.62, 0.75, 0.88].flatMap((x, index) => [
        { shape: bar(x, 0.5, x, 0.8 - index * 0.05, 0.035), colour: index === 1 ? BRICK : TEAL },
        { shape: disc(x, 0.48, 0.055), colour: index === 1 ? BRICK : TEAL },
        { shape: bar(x, 0.76 - index * 0.05, x + 0.05, 0.76 - index * 0.05, 0.025), colour: index === 1 ? BRICK : TEAL },
      ]),
    ],
  },
  /** Somebody as a shape: a head and shoulders without a face. */
  figure: {
    ground: [150, 160, 176],
    shapes: [
      { shape: disc(0.75, 0.36, 0.16), colour: INK },
      { shape: disc(0.75, 0.95, 0.38), colour: INK },
    ],
  },
} satisfies Record<string, { ground: Colour; shapes: readonly { shape: Shape; colour: Colour }[] }>

export type Picture = keyof typeof PICTURES

/** The picture as the bytes of a PNG file, 720 by 480. */
export function draw(name: Picture): Buffer {
  const { ground, shapes } = PICTURES[name]
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3))
  for (let row = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++) {
      const colour = colourAt(ground as Colour, shapes, column / HEIGHT, row / HEIGHT)
      rows.set(colour, row * (1 + WIDTH * 3) + 1 + column * 3)
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(WIDTH, 0)
  head.writeUInt32BE(HEIGHT, 4)
  // Eight bits a channel, red, green and blue.
  head.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** What is painted later lies above; a pixel on an edge takes a share of both colours. */
function colourAt(ground: Colour, shapes: readonly Painted[], x: number, y: number): number[] {
  let colour: number[] = [...ground]
  for (const { shape, colour: paint } of shapes) {
    const cover = Math.max(0, Math.min(1, 0.5 - shape(x, y) * HEIGHT))
    if (cover > 0) colour = colour.map((value, channel) => value + ((paint[channel] ?? 0) - value) * cover)
  }
  return colour.map(Math.round)
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'ascii'), data])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(data.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}
