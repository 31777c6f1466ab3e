/**
 * Pictures and things that pretend to be pictures, made for the tests.
 */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** A photo as a phone makes it: stored sideways, with the place and the device written beside the picture. */
export const phonePhoto = (width = 1200, height = 900): Promise<Buffer> =>
  scene(width, height)
    .withExif({
      IFD0: { Make: 'Pocket', Model: 'Camera 9', Copyright: 'PC Somebody' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '53/1 11/1 2400/100', GPSLongitudeRef: 'W', GPSLongitude: '0/1 32/1 1800/100' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>secret place</place></x:xmpmeta>')
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 92 })
    .toBuffer()

/** Red on the left, blue on the right, so that one sees which way is up. */
export const scene = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 220, g: 20, b: 20 } } }).composite([
    {
      input: { create: { width: Math.ceil(width / 2), height, channels: 3, background: { r: 20, g: 20, b: 220 } } },
      left: Math.floor(width / 2),
      top: 0,
    },
  ])

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG whose header claims any size, with hardly anything behind it. */
export function claimingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

export const SVG = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>')
export const HTML = Buffer.from('<!doctype html><title>x</title><script>alert(document.cookie)</script>')
export const ZIP = Buffer.from('504b0304140000000800', 'hex')
export const HEIC = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), Buffer.alloc(200)])
