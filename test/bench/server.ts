/**
 * The application as a process of its own, to be measured: as in production, but over plain http and without a log.
 * Started by run.ts with the connection in BENCH_CONNECTION and a folder for uploads in UPLOADS_DIR; tells its port, and on request what it has used.
 */
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { answerUsage } from './child.ts'

const connection = JSON.parse(process.env['BENCH_CONNECTION'] ?? '{}') as Connection
const settings = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  DATABASE_URL: 'postgres://given-as-a-connection',
  REQUESTS_PER_MINUTE: '1000000000',
  UPLOADS_DIR: process.env['UPLOADS_DIR'],
}
const config = { ...readConfig(settings), production: true }

const db = openDatabase(connection)
await openJobs(db, false, (error) => console.error(error))
const app = await buildApp(config, db)
const address = await app.listen({ host: '127.0.0.1', port: 0 })

answerUsage(address, async () => {
  await app.close()
  await closeJobs()
  await closeDatabase(db)
})
