import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { encodePhoto, type EncodedPhoto, type PhotoSize } from '../../src/media/photo.ts'
import { claimingPng, HEIC, HTML, phonePhoto, scene, SVG, ZIP } from './pictures.ts'

const SIZES = ['small', 'medium', 'large'] as const

/** What a refusal says of the photo; fails when nothing is refused. */
async function refusalOf(bytes: Buffer): Promise<string> {
  const problem: unknown = await encodePhoto(bytes).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(problem instanceof Refused)) throw new Error(`not refused but ${String(problem)}`)
  return problem.fields['photo'] ?? ''
}

const seen = (encoded: EncodedPhoto, size: PhotoSize) => sharp(encoded.sizes[size]).metadata()

async function colourAt(bytes: Buffer, x: number, y: number): Promise<'red' | 'blue'> {
  const [r = 0, , b = 0] = await sharp(bytes).extract({ left: x, top: y, width: 1, height: 1 }).removeAlpha().raw().toBuffer()
  return r > b ? 'red' : 'blue'
}

describe('a photo from a phone', () => {
  let sent: Buffer
  let encoded: EncodedPhoto
  beforeAll(async () => {
    sent = await phonePhoto(3000, 2250)
    encoded = await encodePhoto(sent)
  })

  test('comes with the place where it was taken', async () => {
    const { exif, xmp, orientation } = await sharp(sent).metadata()
    // The tags of latitude and longitude, in the list of places.
    expect(exif?.includes(Buffer.from([0x02, 0x00, 0x05, 0x00]))).toBe(true)
    expect(exif?.includes('Pocket')).toBe(true)
    expect(xmp?.includes('secret place')).toBe(true)
    expect(orientation).toBe(6)
  })

  test.each(SIZES)('holds nothing of it at the size %s', async (size) => {
    const { exif, xmp, icc, iptc, orientation, format } = await seen(encoded, size)
    expect({ exif, xmp, icc, iptc, orientation }).toEqual({})
    expect(format).toBe('webp')
    const chunks = [...encoded.sizes[size].toString('latin1').matchAll(/EXIF|XMP |ICCP|Exif|Pocket|Somebody|secret place/g)]
    expect(chunks).toEqual([])
  })

  test('stands upright in three sizes', async () => {
    expect({ width: encoded.width, height: encoded.height }).toEqual({ width: 1440, height: 1920 })
    const shapes = await Promise.all(SIZES.map(async (size) => (({ width, height }) => `${width}x${height}`)(await seen(encoded, size))))
    expect(shapes).toEqual(['360x480', '720x960', '1440x1920'])
    // Turned a quarter to the right, what was on the left is above.
    expect(await colourAt(encoded.sizes.large, 700, 100)).toBe('red')
    expect(await colourAt(encoded.sizes.large, 700, 1800)).toBe('blue')
  })
})

describe('what is taken', () => {
  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('%s', async (format) => {
    const encoded = await encodePhoto(await scene(640, 400).toFormat(format).toBuffer())
    expect(encoded).toMatchObject({ width: 640, height: 400 })
    expect(await colourAt(encoded.sizes.small, 10, 10)).toBe('red')
    expect(await colourAt(encoded.sizes.small, 470, 10)).toBe('blue')
  })

  test('a small one, without enlarging it', async () => {
    const encoded = await encodePhoto(await scene(100, 60).png().toBuffer())
    expect(encoded).toMatchObject({ width: 100, height: 60 })
    expect(await seen(encoded, 'large')).toMatchObject({ width: 100, height: 60 })
  })

  test('one of 30 megapixels in a single colour, which is a small file', async () => {
    const bytes = await sharp({ create: { width: 6000, height: 5000, channels: 3, background: 'green' } })
      .png()
      .toBuffer()
    expect(await encodePhoto(bytes)).toMatchObject({ width: 1920, height: 1600 })
  })

  test('grey, transparent, sixteen bits, and the colours of a printer', async () => {
    const kinds = [
      await scene(300, 200).greyscale().toColourspace('b-w').jpeg().toBuffer(),
      await sharp({ create: { width: 300, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } })
        .png()
        .toBuffer(),
      await scene(300, 200).toColourspace('rgb16').png().toBuffer(),
      await scene(300, 200).toColourspace('cmyk').jpeg().toBuffer(),
    ]
    for (const kind of kinds) {
      const encoded = await encodePhoto(kind)
      expect(encoded).toMatchObject({ width: 300, height: 200 })
      expect(await seen(encoded, 'medium')).toMatchObject({ space: 'srgb', depth: 'uchar' })
    }
  })

  test('with a colour profile, which is worked into the colours', async () => {
    const bytes = await scene(300, 200).withIccProfile('p3').jpeg().toBuffer()
    expect((await sharp(bytes).metadata()).icc).toBeDefined()
    const encoded = await encodePhoto(bytes)
    expect((await seen(encoded, 'large')).icc).toBeUndefined()
    expect(await colourAt(encoded.sizes.large, 10, 10)).toBe('red')
  })

  test('several at once, each as itself', async () => {
    const widths = [210, 220, 230, 240, 250, 260]
    const encoded = await Promise.all(widths.map(async (width) => encodePhoto(await scene(width, 100).jpeg().toBuffer())))
    expect(encoded.map(({ width }) => width)).toEqual(widths)
  })
})

describe('what hides behind a picture', () => {
  const payload = Buffer.concat([Buffer.from('<script>alert("polyglot")</script>'), ZIP, Buffer.from('hidden words')])

  test.each(['jpeg', 'png', 'webp'] as const)('does not come through a %s', async (format) => {
    const bytes = Buffer.concat([await scene(320, 200).toFormat(format).toBuffer(), payload])
    const encoded = await encodePhoto(bytes)
    for (const size of SIZES) {
      expect(encoded.sizes[size].includes('polyglot')).toBe(false)
      expect(encoded.sizes[size].includes('hidden words')).toBe(false)
      expect(encoded.sizes[size].includes(ZIP)).toBe(false)
    }
  })

  test('nor in its comments', async () => {
    const picture = await scene(320, 200).jpeg().toBuffer()
    const comment = Buffer.from('<?php polyglot ?>')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(comment.length + 2)
    const bytes = Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, comment, picture.subarray(2)])
    expect((await encodePhoto(bytes)).sizes.large.includes('polyglot')).toBe(false)
  })
})

describe('what is refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0), /empty/],
    ['an SVG, whatever it is called', SVG, /drawing \(SVG\)/],
    ['a page', HTML, /not a photo that we can read/],
    ['an archive', ZIP, /not a photo that we can read/],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj'), /Add it as a document/],
    ['HEIC, with how to send it', HEIC, /Send it as JPEG/],
    ['words', Buffer.from('just words'), /not a photo that we can read/],
    ['a header and nothing else', Buffer.from('\xff\xd8\xff', 'latin1'), /damaged/],
    ['a script that begins like a JPEG', Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), HTML]), /damaged/],
    ['a PNG that claims 60,000 by 60,000 pixels', claimingPng(60_000, 60_000), /50 million/],
    ['a PNG that claims one very long side', claimingPng(12_001, 2), /12,000/],
    ['a PNG that claims more than it holds', claimingPng(6000, 6000), /damaged/],
    ['more than 15 MB', Buffer.alloc(15_000_001, 1), /larger than 15 MB/],
  ])('%s', async (_what, bytes, message) => {
    expect(await refusalOf(bytes)).toMatch(message)
  })

  test('a GIF, also one that moves', async () => {
    expect(await refusalOf(await scene(20, 20).gif().toBuffer())).toMatch(/This is a GIF/)
  })

  test('a TIFF', async () => {
    expect(await refusalOf(await scene(20, 20).tiff().toBuffer())).toMatch(/not a photo that we can read/)
  })

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('a %s that did not arrive whole', async (format) => {
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
    const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'white', noise } })
      .toFormat(format, { effort: 1 })
      .toBuffer()
    expect(await refusalOf(bytes.subarray(0, Math.floor(bytes.length / 2)))).toMatch(/damaged or did not arrive whole/)
  })

  test('and the next one is taken all the same', async () => {
    await Promise.all([HTML, SVG, claimingPng(6000, 6000)].map(refusalOf))
    expect(await encodePhoto(await scene(30, 30).png().toBuffer())).toMatchObject({ width: 30 })
  })
})
