/**
 * A JPEG without what stands beside the picture, and with the picture as it was: for pictures inside documents, which are not encoded anew.
 */

/** JFIF, colour profile, and Adobe's note on colours, without which the picture looks wrong. */
const KEPT = new Set([0xe0, 0xe2, 0xee])

/** Leaves out EXIF, XMP, comments and the like. What is no JPEG comes back as it was. */
export function cleanJpeg(bytes: Buffer): Buffer {
  if (bytes.readUInt16BE(0) !== 0xffd8) return bytes
  const parts = [bytes.subarray(0, 2)]
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    // From the first scan on there is only picture.
    if (marker === 0xda) break
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    const told = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe
    if (!told || KEPT.has(marker)) parts.push(bytes.subarray(at, end))
    at = end
  }
  return Buffer.concat([...parts, bytes.subarray(at)])
}
