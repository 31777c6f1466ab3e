/**
 * Addresses of comments and posts, as people copy them from their browser.
 */
export interface Source {
  kind: 'comment' | 'post'
  id: number
  /** On this site. */
  path: string
}

const COMMENT = /^\/comments\/([1-9]\d{0,14})$/
const ANCHOR = /^#c([1-9]\d{0,14})$/
const POST = /^\/teams\/[a-z0-9-]+\/posts\/([1-9]\d{0,14})(?:-[\w-]*)?$/

/** With or without the host, with or without what stands behind the path. Null for anything else. */
export function sourceOf(line: string): Source | null {
  const address = line.trim()
  if (address.includes('\\') || !URL.canParse(address, 'https://here.invalid')) return null
  const { pathname, hash } = new URL(address, 'https://here.invalid')
  const comment = COMMENT.exec(pathname)?.[1] ?? (POST.test(pathname) ? ANCHOR.exec(hash)?.[1] : undefined)
  if (comment !== undefined) return { kind: 'comment', id: Number(comment), path: `/comments/${comment}` }
  const post = POST.exec(pathname)?.[1]
  // Without the words behind the id: they are the title, and would stay here when a moderator takes it away.
  return post === undefined ? null : { kind: 'post', id: Number(post), path: pathname.replace(/(\/\d+)(?:-.*)?$/, '$1') }
}

/** The same lines, each as its path, and each once; a line that is no such address stays as it was typed, to be found fault with. */
export const tidySources = (typed: string): string => {
  const lines = typed.split(/\r?\n/).map((line) => sourceOf(line)?.path ?? line.trim())
  return [...new Set(lines.filter((line) => line !== ''))].join('\n')
}
