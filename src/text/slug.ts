import { foldName } from './fold.ts'

/** The readable part of an address: at most 80 letters, digits and hyphens. Never empty. */
export function slugOf(text: string): string {
  const slug = foldName(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '')
  return slug === '' ? 'untitled' : slug
}
