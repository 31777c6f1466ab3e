/**
 * Turns each template into TypeScript that says the same, so that the compiler holds it to the data that its page or its includer promised.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newEngine } from '../../src/web/page.ts'
import { ROOT, type Source } from './sources.ts'

export interface View extends Source {
  /** As pages and includes call it: without views/ and .eta. */
  name: string
}

interface Tag {
  t: 'e' | 'i' | 'r'
  val: string
  lineNo: number
}

const engine = newEngine(false)

export const viewOf = ({ path, text }: Source): View => ({ path, text, name: path.replace(/^views\//, '').replace(/\.eta$/, '') })

/** The tags of a template: e executes, i prints escaped, r prints as it is. Throws for a tag that is never closed. */
export const tagsOf = (view: View): Tag[] => engine.parse(view.text).filter((part): part is Tag => typeof part !== 'string')

/** Why a template does not compile; null when it does. */
export function brokenTemplate(view: View): string | null {
  try {
    engine.compile(view.text)
    return null
  } catch (error) {
    return `${view.path}: ${String(error).split('\n').slice(0, 3).join(' ')}`
  }
}

/** Parts of the frame of the page (shell/, layouts/) take nothing but the frame unless they say so. */
const FRAME = /^(layouts|shell)\//

// Data of a page or partial, the frame, and the helpers; a page's own data comes before a helper of the same name.
const PRELUDE = `
import type { Partials, templateHelpers, Views } from '../../../src/web/page.ts'
import type { Shell } from '../../../src/web/shell.ts'
import type { SafeHtml } from '../../../src/text/safe-html.ts'

export interface Templates extends Views, Partials {}
export type Data<Name extends string> = Name extends keyof Templates ? Templates[Name] : {}
type Frame = { shell: Shell; layout: string } & typeof templateHelpers
export type It<Name extends string> = Data<Name> & Omit<Frame, keyof Data<Name>>
export type Printable = string | number | false | null | undefined | SafeHtml
type Lacking<Has, Needs> = { [K in keyof Needs]-?: {} extends Pick<Needs, K> ? never : Has extends { [P in K]: Needs[P] } ? never : K }[keyof Needs]
type Given<Has, Needs> = [Lacking<Has, Needs>] extends [never] ? [data?: Partial<Needs>] : [data: Pick<Needs, Lacking<Has, Needs>> & Partial<Needs>]
export type Include<Has, Plain extends string> = <Name extends keyof Templates | Plain>(name: \`/\${Name}\`, ...given: Given<Has, Data<Name>>) => string
export declare const print: (value: Printable) => void
export declare const raw: (html: string) => void
export declare const layout: (path: string, data?: object) => void
export declare const block: (name: string, fill?: () => void) => string
`

interface Translation {
  code: string
  /** Line of the code, from 1 → line of the template. */
  lines: number[]
}

function translate(view: View, plain: string[]): Translation {
  const body = view.name.startsWith('layouts/') ? ' & { body: string }' : ''
  const head = [
    `import { print, raw, layout, block, type Include, type It } from './frame.ts'`,
    `void [print, raw, layout, block]`,
    `type Own = It<${JSON.stringify(view.name)}>${body}`,
    `declare const include: Include<Own, ${plain.map((name) => JSON.stringify(name)).join(' | ') || 'never'}>`,
    `void include`,
    `export function view(it: Own): void {`,
  ]
  const written = tagsOf(view).map((tag) => ({ code: tag.t === 'e' ? tag.val : `${tag.t === 'i' ? 'print' : 'raw'}(${tag.val})`, line: tag.lineNo }))
  const lines = written.flatMap(({ code, line }) => code.split('\n').map((_part, offset) => line + offset))
  return { code: [...head, ...written.map(({ code }) => code), '}', ''].join('\n'), lines: [...head.map(() => 0), ...lines] }
}

const fileOf = (view: View): string => `${view.name.replaceAll('/', '.')}.ts`

/** The names, as the compiler compares them with what is declared: a file without data is an error of its line, data without a file of the last. */
const namesFile = (views: View[]): string =>
  [
    `import type { Templates } from './frame.ts'`,
    ...views.map(({ name }) => (FRAME.test(name) ? '' : `void (${JSON.stringify(name)} satisfies keyof Templates)`)),
    `type Filed = ${views.map(({ name }) => JSON.stringify(name)).join(' | ')}`,
    `void (undefined as never as Exclude<keyof Templates, Filed> satisfies never)`,
  ].join('\n')

interface Complaint {
  file: string
  line: number
  message: string
}

/** What the compiler says of the templates, as `path:line message`; of one without declared data only that. */
export function typeErrors(views: View[]): string[] {
  const plain = views.map(({ name }) => name).filter((name) => FRAME.test(name))
  const translations = new Map(views.map((view) => [fileOf(view), { view, ...translate(view, plain) }]))
  const files = new Map([...translations].map(([file, { code }]) => [file, code]))
  const complaints = compile(new Map([...files, ['frame.ts', PRELUDE], ['names.ts', namesFile(views)]]))
  const names = complaints.filter(({ file }) => file === 'names.ts')
  const undeclared = new Set(names.map(({ line }) => views[line - 2]))
  const inTemplates = complaints.flatMap(({ file, line, message }) => {
    const translation = translations.get(file)
    if (file === 'frame.ts') return [`the frame of all templates: ${message}`]
    if (!translation || undeclared.has(translation.view) || [...undeclared].some((view) => view && message.includes(`type '"/${view.name}"'`)))
      return []
    return [`${translation.view.path}:${translation.lines[line - 1] ?? '?'} ${message}`]
  })
  return [
    ...names.map(({ line, message }) => (views[line - 2] ? `${views[line - 2]?.path} has no data declared in Views or Partials` : message)),
    ...inTemplates,
  ]
}

/** Runs the compiler once over these files and the source that they stand on. */
function compile(files: Map<string, string>): Complaint[] {
  const cache = join(ROOT, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = realpathSync(mkdtempSync(join(cache, 'views-')))
  try {
    for (const [file, code] of files) writeFileSync(join(folder, file), code)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG))
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    const ran = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
    const complaints = [...ran.stdout.matchAll(COMPLAINT)].map(complaintOf)
    // A compiler that fails without naming a place has not looked at the templates.
    if (ran.status !== 0 && complaints.length === 0) throw ran.error ?? new Error(`the compiler failed: ${ran.stdout}${ran.stderr}`)
    return complaints
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// Templates are no place for brackets and quotes: a form's fields are read with a dot.
const CONFIG = {
  extends: '../../../tsconfig.json',
  compilerOptions: { noPropertyAccessFromIndexSignature: false },
  include: ['*.ts', '../../../src/**/*.ts'],
  exclude: [],
}

const COMPLAINT = /^(?<file>[^\s(][^(\n]*)\((?<line>\d+),\d+\): error (?<message>TS\d+: .*)$/gm

const complaintOf = ({ groups }: RegExpExecArray): Complaint => ({
  file: groups?.['file'] ?? '',
  line: Number(groups?.['line']),
  message: groups?.['message'] ?? '',
})
