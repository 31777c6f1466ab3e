import { defineConfig } from 'oxlint'
import { FLOORS, KEPT_PACKAGES, ROOMS, mayImport } from './test/laws/floor-plan.ts'

// A later override replaces the rule of an earlier one, so each place gets its whole list at once.
interface Ban {
  regex: string
  message: string
}

const DRIZZLE: Ban = { regex: '^(drizzle-orm|pg)($|/)', message: 'HTTP translates, the domain acts: a route calls a verb or a read of its room.' }
const ROUTES: Ban = { regex: '^\\.\\./.*routes\\.ts$', message: "Another room's routes are for app.ts alone." }

const kept = (file: string): Ban[] =>
  KEPT_PACKAGES.filter(({ only }) => !only.some((place) => file.startsWith(place))).map(({ name, pattern, only }) => ({
    regex: pattern,
    message: `${name} is known to ${only.join(', ')} only.`,
  }))

function above(room: string): Ban[] {
  const refused = ROOMS.filter((other) => !mayImport(room, other))
  if (refused.length === 0) return []
  const depth = isEntry(room) ? '\\./' : '\\.\\./'
  return [
    {
      regex: `^${depth}(${refused.join('|')})(/|\\.ts$)`,
      message: `${room} may not import this room: imports go down the floors (test/laws/floor-plan.ts).`,
    },
  ]
}

const isEntry = (room: string): boolean => FLOORS.at(-1)?.includes(room) === true || ['config', 'errors', 'actor', 'clock'].includes(room)

const restrict = (files: string[], bans: Ban[]) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns: bans }] as ['error', object] } })

const floors = ROOMS.flatMap((room) => {
  if (isEntry(room)) return [restrict([`src/${room}.ts`], [...above(room), ...kept(`${room}.ts`)])]
  return [
    restrict([`src/${room}/*.ts`], [...above(room), ROUTES, ...kept(`${room}/`)]),
    restrict([`src/${room}/*routes.ts`], [...above(room), ROUTES, DRIZZLE, ...kept(`${room}/`)]),
  ]
})

// The single files that know a package, stated after their room.
const keepers = KEPT_PACKAGES.flatMap(({ only }) => only)
  .filter((place) => place.endsWith('.ts'))
  .map((place) => restrict([`src/${place}`], [...above(place.split('/')[0] ?? ''), ROUTES, ...kept(place)]))

const UNTYPED = {
  'typescript/no-unsafe-argument': 'off',
  'typescript/no-unsafe-assignment': 'off',
  'typescript/no-unsafe-call': 'off',
  'typescript/no-unsafe-member-access': 'off',
  'typescript/no-unsafe-return': 'off',
} as const

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['node_modules', 'migrations', 'test/output', '.data'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'import/no-cycle': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'no-console': 'error',
    eqeqeq: 'error',
    'max-lines': ['error', { max: 400 }],
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'visit'] }],
    'vitest/no-standalone-expect': [
      'error',
      { additionalTestBlockFunctions: ['beforeAll', 'beforeEach', 'afterAll', 'afterEach', 'onTestFinished'] },
    ],
    // Rows of hand-written SQL and parsed JSON get their type where they enter.
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/no-unnecessary-type-arguments': 'off',
    'typescript/no-unnecessary-type-conversion': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'typescript/consistent-return': 'off',
    // Looking for single marks and characters is what our patterns do.
    'no-misleading-character-class': 'off',
    'no-control-regex': 'off',
    'import/no-named-as-default-member': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/prefer-add-event-listener': 'off',
    'unicorn/no-thenable': 'off',
    // Letter by letter is what we mean: look-alikes are told apart by code point.
    'typescript/no-misused-spread': 'off',
    'promise/always-return': 'off',
    'no-shadow': 'off',
    'no-new': 'off',
    'no-unused-expressions': ['error', { allowTernary: true, allowShortCircuit: true }],
    // A file that adds its types or its parts by being imported.
    'import/no-unassigned-import': 'off',
  },
  overrides: [
    ...floors,
    ...keepers,
    { files: ['test/**', 'src/{app,server,worker,cli}.ts', 'src/imports/**'], rules: { 'no-console': 'off' } },
    // Scripts for the browser are plain JavaScript: there are no types to hold them to.
    { files: ['static/**'], env: { browser: true, node: false }, rules: UNTYPED },
    {
      files: ['test/**'],
      rules: { ...UNTYPED, 'typescript/no-non-null-assertion': 'off', 'typescript/unbound-method': 'off', 'vitest/require-to-throw-message': 'off' },
    },
  ],
})
