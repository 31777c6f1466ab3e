/**
 * Whoever runs the site finds every setting explained, and no setting that does nothing.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BadConfig, readConfig } from '../../src/config.ts'
import { ROOT, sourcesIn } from './sources.ts'

const example = readFileSync(join(ROOT, '.env.example'), 'utf8')
const config = readFileSync(join(ROOT, 'src', 'config.ts'), 'utf8')

/** The settings that the code reads: the keys of the shape, and what is read from the environment directly. */
function settingsOf(sources: string[]): string[] {
  const shape = sources.flatMap((text) => [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map((match) => match[1] ?? ''))
  const direct = sources.flatMap((text) => [...text.matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map((match) => match[1] ?? ''))
  return [...new Set([...shape, ...direct])].toSorted()
}

/** Name → the comment above it. */
const explained = new Map(
  [...example.matchAll(/((?:^# .*\n)+)((?:^[A-Z0-9_]+=.*\n?)+)/gm)].flatMap(([, comment, lines]) =>
    [...(lines ?? '').matchAll(/^([A-Z0-9_]+)=/gm)].map((match): [string, string] => [match[1] ?? '', comment ?? '']),
  ),
)

/** What belongs to the database's container, not to us. */
const FOR_COMPOSE = ['POSTGRES_PASSWORD']

test('every setting is in .env.example, with a word on what it does', () => {
  const known = settingsOf([config, ...sourcesIn('src', '.ts').map(({ text }) => text.replaceAll(/^ {2}[A-Z0-9_]+: /gm, ''))])
  expect(known.length).toBeGreaterThan(15)
  expect([...explained.keys()].filter((name) => !FOR_COMPOSE.includes(name)).toSorted()).toEqual(known)
  for (const [name, comment] of explained) expect(comment.length, name).toBeGreaterThan(20)
})

test('the example, with its secrets filled in, is a complete configuration', () => {
  const given = Object.fromEntries([...example.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map((match): [string, string] => [match[1] ?? '', match[2] ?? '']))
  const missing = { SECRET: 'x'.repeat(48), SMTP_URL: 'smtps://mail.example.org' }
  expect(readConfig({ ...given, ...missing })).toMatchObject({ production: true, demonstration: false, trustProxy: 1 })
  expect(() => readConfig(given)).toThrow(BadConfig)
})

test('an incomplete production is told everything at once', () => {
  expect(() => readConfig({ NODE_ENV: 'production', PORT: 'x', PUBLIC_URL: 'http://a.example', DEMONSTRATION: 'yes' })).toThrow(
    /PORT[\s\S]*DATABASE_URL[\s\S]*SECRET[\s\S]*PUBLIC_URL must begin with https[\s\S]*DEMONSTRATION cannot/,
  )
})

test('these laws see settings', () => {
  expect(settingsOf(["const shape = {\n  ONE: 1,\n}\nprocess.env['TWO_TOO']\nenv.THREE"])).toEqual(['ONE', 'THREE', 'TWO_TOO'])
})

test('hours in which nobody would ever be at the desk are refused: every comment would wait', () => {
  expect(() => readConfig({ NODE_ENV: 'test', STAFFED_FROM: '20', STAFFED_UNTIL: '8' })).toThrow(/STAFFED_UNTIL must be later than STAFFED_FROM/)
})
