/**
 * What a browser fetches on a first visit: the page and the files that it names for styling, scripts, icons and pictures.
 */

export interface Answer {
  status: number
  /** As they come over the wire, compressed or not. */
  bytes: number
  text: string
}
/** Fetches a path of this site as a browser asks for it. */
export type Fetch = (path: string) => Promise<Answer>

/** As today's browsers say what they can unpack. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd'

export interface Visit {
  requests: number
  bytes: number
  files: { path: string; bytes: number }[]
  fonts: string[]
}

/** Throws when something that the page names cannot be had. */
export async function firstVisit(path: string, fetch: Fetch): Promise<Visit> {
  const page = await found(path, fetch)
  const files = [{ path, bytes: page.bytes }]
  const fonts: string[] = []
  for (const address of named(page.text)) {
    const file = await found(address, fetch)
    files.push({ path: address, bytes: file.bytes })
    if (address.endsWith('.css')) fonts.push(...(file.text.match(/@font-face|[^\s"'(]+\.(woff2?|ttf|otf)\b/g) ?? []))
  }
  return { requests: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0), files, fonts }
}

async function found(path: string, fetch: Fetch): Promise<Answer> {
  const answer = await fetch(path)
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`)
  return answer
}

/** Each address once, however often the page names it: the browser keeps it. */
function named(html: string): Set<string> {
  const tags = html.match(/<(link|script|img)\b[^>]*>/g) ?? []
  const fetched = tags.filter((tag) => !tag.startsWith('<link') || /rel="?(stylesheet|icon|preload|modulepreload|manifest)/.test(tag))
  return new Set(fetched.flatMap((tag) => /(?:href|src)="?([^"\s>]+)/.exec(tag)?.[1] ?? []).filter((address) => address.startsWith('/')))
}
