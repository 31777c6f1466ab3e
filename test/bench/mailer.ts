/** The work behind the pages as a process of its own, to be measured. Tells its memory on request. */
import { readConfig } from '../../src/config.ts'
import { closeDatabase, openDatabase, type Connection } from '../../src/database/database.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { takeWork } from '../../src/worker.ts'
import { answerUsage } from './child.ts'

const config = readConfig({
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  DATABASE_URL: 'postgres://given-as-a-connection',
  UPLOADS_DIR: process.env['UPLOADS_DIR'],
  SMTP_URL: process.env['SMTP_URL'],
  MAIL_PER_MINUTE: process.env['MAIL_PER_MINUTE'],
})
const db = openDatabase(JSON.parse(process.env['BENCH_CONNECTION'] ?? '{}') as Connection, 8)
await openJobs(db, true, (error) => console.error(error.message))
await takeWork(config, db)

answerUsage('none', async () => {
  await closeJobs()
  await closeDatabase(db)
})
