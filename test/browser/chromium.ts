/**
 * The Chromium that npm installed, unpacked once for each version, and started so that it asks nothing of the world outside.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inflate } from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

const PACKAGE = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..')
const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }

/** The package's own arguments switch the browser's security off; tests of a content policy cannot have that. */
const ARGS = [
  '--no-sandbox',
  '--headless=shell',
  '--no-zygote',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
  '--font-render-hinting=none',
  // A camera that is none. This browser has no window in which somebody could be asked, so every page is let use it.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // Only this machine has a name.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
]

export async function launchChromium(): Promise<Browser> {
  const home = await unpacked()
  return chromium.launch({ executablePath: join(home, 'chromium'), args: ARGS, env: environment(home) })
}

/** Where the browser lies. Unpacked aside and then moved, so that tests that start together never see half of it. */
async function unpacked(): Promise<string> {
  const home = join(tmpdir(), `blue-lamp-chromium-${version}`)
  if (existsSync(home)) return home
  const aside = `${home}.${process.pid}`
  mkdirSync(aside, { recursive: true })
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = aside
  try {
    for (const archive of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) await inflate(join(PACKAGE, 'bin', archive))
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  writeFileSync(join(aside, 'fonts.conf'), fontsOf(home))
  try {
    renameSync(aside, home)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  }
  return home
}

const fontsOf = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(home, 'fonts')}</dir><cachedir>${join(home, 'fonts-cache')}</cachedir></fontconfig>
`

/** The browser's own fonts, so that pages look the same on every machine; its libraries only where the machine has none. */
function environment(home: string): Record<string, string> {
  const given = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const plain = { ...given, FONTCONFIG_FILE: join(home, 'fonts.conf') }
  if (spawnSync(join(home, 'chromium'), ['--version'], { env: plain, stdio: 'ignore' }).status === 0) return plain
  return { ...plain, LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), given['LD_LIBRARY_PATH']].filter(Boolean).join(':') }
}
