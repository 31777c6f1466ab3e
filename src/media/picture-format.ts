/**
 * What a file is, by its first bytes. Its name and what the browser says of it are not asked: anybody can write anything there.
 */
export type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'heic' | 'gif' | 'svg' | 'pdf' | 'other'

export function formatOf(bytes: Buffer): Format {
  const head = bytes.toString('latin1', 0, 64)
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp'
  if (head.startsWith('ftyp', 4)) return brandOf(head)
  if (head.startsWith('GIF8')) return 'gif'
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'pdf'
  return /<svg[\s>]/i.test(bytes.toString('latin1', 0, 2048)) ? 'svg' : 'other'
}

/** Of the family of MPEG-4 files; `mif1` alone says nothing, so that the further brands count too. */
function brandOf(head: string): Format {
  const brands = [head.slice(8, 12), ...(head.slice(16).match(/.{4}/gs) ?? [])]
  if (brands[0] === 'avif' || brands[0] === 'avis') return 'avif'
  if (brands.some((brand) => /^(hei[cmsx]|hev[cmx])$/.test(brand))) return 'heic'
  return brands[0] === 'mif1' && brands.includes('avif') ? 'avif' : 'other'
}
