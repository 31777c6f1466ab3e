/**
 * The whole application on a world of its own, for tests over HTTP.
 */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { sessionCookieName, signInActor } from '../src/accounts/session.ts'
import type { SignedIn } from '../src/actor.ts'
import { buildApp } from '../src/app.ts'
import { readConfig, type Config } from '../src/config.ts'
import { ALWAYS_STAFFED } from './staffed.ts'
import { openWorld, type World } from './world.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestApp {
  app: FastifyInstance
  world: World
  config: Config
  get(path: string, as?: string): Promise<LightMyRequestResponse>
  /** Sends a form as this site's own page would; `as` is a cookie header from `signInAs`. */
  post(path: string, form: Record<string, string>, as?: string): Promise<LightMyRequestResponse>
  /** A session of this person, as a cookie header. */
  cookieOf(actor: SignedIn): Promise<string>
  close(): Promise<void>
}

export async function openApp(env: Record<string, string> = {}): Promise<TestApp> {
  const world = await openWorld()
  const uploads = mkdtempSync(join(tmpdir(), 'blue-lamp-uploads-'))
  const settings = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: 'postgres://test',
    REQUESTS_PER_MINUTE: '100000',
    UPLOADS_DIR: uploads,
    ...ALWAYS_STAFFED,
    ...env,
  }
  const config = { ...readConfig(settings), demonstration: env['DEMONSTRATION'] === 'yes' }
  const app = await buildApp(config, world.db, { limitFactor: Number(env['LIMIT_FACTOR'] ?? 1), overloadedAfter: 0 })
  await app.ready()
  const send = (options: InjectOptions): Promise<LightMyRequestResponse> => app.inject(options)
  return {
    app,
    world,
    config,
    get: (path, as) => send({ method: 'GET', url: path, headers: as ? { cookie: as } : {} }),
    post: (path, form, as) =>
      send({
        method: 'POST',
        url: path,
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', ...(as ? { cookie: as } : {}) },
        payload: new URLSearchParams(form).toString(),
      }),
    cookieOf: async (actor) => `${sessionCookieName(false)}=${await signInActor(world.db, actor.accountId, 'Firefox/140 (Android)')}`,
    async close() {
      await app.close()
      await world.close()
      rmSync(uploads, { recursive: true, force: true })
    },
  }
}
