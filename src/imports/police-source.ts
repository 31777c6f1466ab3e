/**
 * Where neighbourhoods come from: a base address in the shape of data.police.uk, or a folder of its answers as JSON files.
 *
 * A folder is laid out as `<folder>/<force>/…` or, for one force only, `<folder>/…`, with
 *
 *     neighbourhoods.json                            the list: [{ "id": "NC01", "name": "…" }, …]
 *     <id>.json, <id>/<id>.json, <id>/neighbourhood.json    one neighbourhood (any of the three)
 *     <id>/boundary.json  <id>/people.json  <id>/events.json  <id>/priorities.json
 *
 * where `<id>` is the id itself or the id percent-encoded. Only the list must be there: what is missing is told, and what is stored stays.
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused } from '../errors.ts'
import { MISSING, SourceFailure } from './answer.ts'
import { fetchJson, type FetchSettings } from './fetch-json.ts'

export type Part = 'boundary' | 'people' | 'events' | 'priorities'
/** Every read answers parsed JSON or MISSING, and throws SourceFailure when the source gives no usable answer. */
export interface PoliceSource {
  /** What the run is remembered by. */
  label: string
  list(): Promise<unknown>
  detail(id: string): Promise<unknown>
  part(id: string, part: Part): Promise<unknown>
}

export async function openSource(source: string, force: string, settings: FetchSettings): Promise<PoliceSource> {
  return /^https?:\/\//i.test(source) ? openAddress(source, force, settings) : openFolder(source, force)
}

function openAddress(source: string, force: string, settings: FetchSettings): PoliceSource {
  const url = URL.parse(source)
  if (!url) throw new Refused('SOURCE is not an address.')
  if (url.username !== '' || url.password !== '') throw new Refused('SOURCE must not contain a name or password.')
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const ask = (...path: string[]) =>
    fetchJson([base, force, ...path].map((step, index) => (index === 0 ? step : encodeURIComponent(step))).join('/'), settings)
  return { label: base, list: () => ask('neighbourhoods'), detail: (id) => ask(id), part: (id, part) => ask(id, part) }
}

async function openFolder(folder: string, force: string): Promise<PoliceSource> {
  const root = await firstWithList([join(folder, force), folder])
  if (!root) throw new Refused(`There is no neighbourhoods.json in ${folder} or in ${join(folder, force)}.`)
  return {
    label: folder,
    list: () => readFirst([join(root, 'neighbourhoods.json')]),
    detail: (id) =>
      readFirst(
        spellings(id).flatMap((name) => [join(root, `${name}.json`), join(root, name, `${name}.json`), join(root, name, 'neighbourhood.json')]),
      ),
    part: (id, part) => readFirst(spellings(id).map((name) => join(root, name, `${part}.json`))),
  }
}

const spellings = (id: string): string[] => [...new Set([id, encodeURIComponent(id)])]

async function firstWithList(folders: string[]): Promise<string | null> {
  for (const folder of folders) if (await isFile(join(folder, 'neighbourhoods.json'))) return folder
  return null
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false

async function readFirst(paths: string[]): Promise<unknown> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
      throw new SourceFailure('a file could not be read')
    })
    if (text === null) continue
    try {
      return JSON.parse(text.replace(/^\ufeff/, ''))
    } catch {
      throw new SourceFailure('a file is not JSON')
    }
  }
  return MISSING
}
