/**
 * The project's own files, as the laws read them.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')

export interface Source {
  /** Path from the root of the project, with forward slashes. */
  path: string
  text: string
}

/** All files below a folder of the project whose name ends so. None when there is no such folder. */
export function sourcesIn(folder: string, ending: string): Source[] {
  const root = join(ROOT, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith(ending) && !name.startsWith('output/'))
    .toSorted()
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, name), 'utf8') }))
}

export interface Import {
  specifier: string
  /** The file it names, from the root of the project; null for a package. */
  file: string | null
  /** Gone at run time. */
  typeOnly: boolean
}

const STATEMENT = /(?:^|\n)\s*(?:import|export)\s+(?<type>type\s+)?(?:[\w*{][^'"`;]*?\sfrom\s+)?['"](?<specifier>[^'"]+)['"]/g
const DYNAMIC = /\bimport\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/g
const AUGMENTED = /(?:^|\n)declare module ['"](?<specifier>[^'"]+)['"]/g

/** What a file imports, re-exports, loads later or augments. */
export function importsOf({ path, text }: Source): Import[] {
  const found = (pattern: RegExp, typeOnly: (match: RegExpExecArray) => boolean) =>
    [...text.matchAll(pattern)].map((match) => importOf(path, match.groups?.['specifier'] ?? '', typeOnly(match)))
  return [...found(STATEMENT, (match) => match.groups?.['type'] !== undefined), ...found(DYNAMIC, () => false), ...found(AUGMENTED, () => true)]
}

function importOf(path: string, specifier: string, typeOnly: boolean): Import {
  const file = specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : null
  return { specifier, file, typeOnly }
}
