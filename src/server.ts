/**
 * The server: settings, database, demonstration where there is none, pages, work behind them; and an orderly end.
 */
import { buildApp } from './app.ts'
import { BadConfig, readConfig, type Config } from './config.ts'
import { closeDatabase, openDatabase, type Connection } from './database/database.ts'
import { migrateDatabase } from './database/migrate.ts'
import { closeJobs, openJobs } from './jobs/jobs.ts'
import { startWorker } from './worker.ts'

/** Set to `web` where `npm run worker` runs beside: this process then only enqueues. */
const onlyWeb = process.env['PROCESS'] === 'web'

async function connectionOf(config: Config): Promise<{ connection: Connection; stop: () => Promise<void> }> {
  if (config.databaseUrl !== null) return { connection: { connectionString: config.databaseUrl }, stop: async () => {} }
  const { startEmbedded } = await import('./database/embedded.ts')
  return startEmbedded(config.dataDir)
}

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const { connection, stop: stopPostgres } = await connectionOf(config)
  await migrateDatabase(connection)
  const db = openDatabase(connection)
  const app = await buildApp(config, db)
  const onError = (error: Error) => app.log.error({ err: error }, 'the job queue has a problem')
  if (onlyWeb) await openJobs(db, false, onError)
  else await startWorker(config, db, onError)
  if (config.demonstration) {
    const { seedOnce } = await import('./demonstration/seed.ts')
    await seedOnce(db, config)
  }
  const address = await app.listen({ host: config.host, port: config.port })
  const shown = config.host === 'localhost' ? `http://localhost:${new URL(address).port}` : address
  console.log(`Blue Lamp for ${config.force.name} is at ${shown}${config.demonstration ? ' (a demonstration: the people in it are invented)' : ''}`)

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    app.log.info({ signal }, 'stopping: finishing what is under way')
    await app.close()
    await closeJobs()
    await closeDatabase(db)
    await stopPostgres()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop('SIGTERM'))
  process.once('SIGINT', () => void stop('SIGINT'))
}

try {
  await main()
} catch (error) {
  if (error instanceof BadConfig) console.error(error.message)
  else console.error(error)
  process.exit(1)
}
