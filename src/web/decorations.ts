/** What the application carries, for every route to use. */
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Storage } from '../media/storage.ts'
import type { Limits } from './limits.ts'

declare module 'fastify' {
  interface FastifyInstance {
    db: Database
    config: Config
    limits: Limits
    storage: Storage
  }
}
