/** A second server process of the same site: started by a test with the connection to the test's database, and asked for its address. */
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase, type Connection } from '../../src/database/database.ts'
import { openJobs } from '../../src/jobs/jobs.ts'
import { ALWAYS_STAFFED } from '../staffed.ts'

const connection = JSON.parse(process.env['TEST_CONNECTION'] ?? '{}') as Connection
const db = openDatabase(connection, 3)
await openJobs(db, false, (error) => console.error(error))
const settings = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: 'postgres://test', REQUESTS_PER_MINUTE: '100000', ...ALWAYS_STAFFED }
const app = await buildApp(readConfig(settings), db, { overloadedAfter: 0 })
process.send?.({ address: await app.listen({ host: '127.0.0.1', port: 0 }) })
process.on('disconnect', () => process.exit(0))
