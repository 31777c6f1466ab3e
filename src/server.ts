/**
 * The server: settings, database, demonstration where there is none, pages, work behind them; and an orderly end.
 */
import { buildApp } from './app.ts'
import { environment, readConfig, type Config } from './config.ts'
import { closeDatabase, openDatabase, type Connection } from './database/database.ts'
import { migrateDatabase } from './database/migrate.ts'
import { sayProblem } from './database/problem.ts'
import { closeJobs, openJobs } from './jobs/jobs.ts'
import { takeWork } from './worker.ts'

/** How long requests under way are waited for at the end, in milliseconds. */
const PATIENCE = 10_000

async function connectionOf(config: Config): Promise<{ connection: Connection; stop: () => Promise<void> }> {
  if (config.databaseUrl !== null) return { connection: { connectionString: config.databaseUrl }, stop: async () => {} }
  const { startEmbedded } = await import('./database/embedded.ts')
  const embedded = await startEmbedded(config.dataDir)
  // One that ran before belongs to another process, which still needs it.
  return { connection: embedded.connection, stop: embedded.started ? () => embedded.stop() : async () => {} }
}

async function main(): Promise<void> {
  const config = readConfig(environment())
  const { connection, stop: stopPostgres } = await connectionOf(config)
  try {
    await serve(config, connection, stopPostgres)
  } catch (error) {
    await stopPostgres()
    throw error
  }
}

async function serve(config: Config, connection: Connection, stopPostgres: () => Promise<void>): Promise<void> {
  await migrateDatabase(connection)
  const db = openDatabase(connection)
  const app = await buildApp(config, db)
  const onError = (error: Error) => app.log.error({ err: error }, 'the job queue has a problem')
  await openJobs(db, !config.onlyWeb, onError)
  // Before any work is taken: while the demonstration is made, the clock is not right.
  if (config.demonstration) {
    const { seedOnce } = await import('./demonstration/seed.ts')
    await seedOnce(db, config)
  }
  if (!config.onlyWeb) await takeWork(config, db)
  const address = await app.listen({ host: config.host, port: config.port })
  const shown = config.host === 'localhost' ? `http://localhost:${new URL(address).port}` : address
  console.log(`Blue Lamp for ${config.force.name} is at ${shown}${config.demonstration ? ' (a demonstration: the people in it are invented)' : ''}`)

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    app.log.info({ signal }, 'stopping: finishing what is under way')
    // A reader whose line is dead must not hold the end up for ever.
    setTimeout(() => app.server.closeAllConnections(), PATIENCE).unref()
    try {
      await app.close()
      await closeJobs()
      await closeDatabase(db)
    } finally {
      await stopPostgres()
      process.exit(0)
    }
  }
  process.once('SIGTERM', () => void stop('SIGTERM'))
  process.once('SIGINT', () => void stop('SIGINT'))
}

try {
  await main()
} catch (error) {
  console.error(sayProblem(error))
  process.exit(1)
}
