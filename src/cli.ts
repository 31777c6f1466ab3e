/**
 * Work by hand: `npm run import -- …`, `npm run reset`, `npm run administrators -- EMAIL EMAIL`, `npm run log:verify`.
 */
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { bootstrapAdministrators } from './accounts/role.ts'
import { verifyLog } from './activity/log.ts'
import { environment, readConfig, type Config } from './config.ts'
import { closeDatabase, openDatabase, type Database } from './database/database.ts'
import { embeddedFolder, hasEmbeddedData, startEmbedded } from './database/embedded.ts'
import { migrateDatabase } from './database/migrate.ts'
import { sayProblem } from './database/problem.ts'
import { runImport } from './imports/command.ts'
import { closeJobs, openJobs } from './jobs/jobs.ts'
import { registerEchoes } from './register.ts'

type Command = (config: Config, rest: string[]) => Promise<number>

const COMMANDS: Record<string, Command> = {
  import: (config, rest) =>
    withDatabase(config, async (db) => {
      // What follows from new boundaries is work for the worker; here it is only written down.
      registerEchoes(config)
      await openJobs(db, false, (error) => console.error(error.message))
      try {
        return await runImport(db, rest, process.stdout, config.force.id)
      } finally {
        await closeJobs()
      }
    }),
  administrators: (config, rest) =>
    withDatabase(config, async (db) => {
      await bootstrapAdministrators(db, rest)
      console.log(`${rest.join(' and ')} are administrators now. They sign in with their email address.`)
      return 0
    }),
  'log:verify': (config) =>
    withDatabase(config, async (db) => {
      const { rows, brokenAt } = await verifyLog(db)
      console.log(
        brokenAt === null ? `The log is whole: ${rows} rows, each holding the hash of the row before.` : `The log is broken at row ${brokenAt}.`,
      )
      return brokenAt === null ? 0 : 1
    }),
  reset,
}

async function withDatabase(config: Config, act: (db: Database) => Promise<number>): Promise<number> {
  const embedded = config.databaseUrl === null ? await startEmbedded(config.dataDir) : null
  const connection = embedded?.connection ?? { connectionString: config.databaseUrl ?? '' }
  const db = openDatabase(connection, 4)
  try {
    await migrateDatabase(connection)
    return await act(db)
  } finally {
    await closeDatabase(db)
    // A server that was running before goes on; one that only served this command ends with it.
    if (embedded?.started) await embedded.stop()
  }
}

/** Deletes the demonstration's data, after asking. Never touches a database that was named by DATABASE_URL. */
async function reset(config: Config, rest: string[]): Promise<number> {
  if (config.databaseUrl !== null) {
    console.error('reset deletes the demonstration only. DATABASE_URL is set, so there is nothing to do here.')
    return 1
  }
  if (!hasEmbeddedData(config.dataDir)) {
    console.log('There is nothing to delete: the next start makes fresh demonstration data.')
    return 0
  }
  if (!rest.includes('--yes') && !(await agreed())) return 1
  const embedded = await startEmbedded(config.dataDir)
  if (!embedded.started) {
    console.error('The demonstration is running. Stop it first, then reset it.')
    return 1
  }
  await embedded.stop()
  rmSync(embeddedFolder(config.dataDir), { recursive: true, force: true })
  console.log('The demonstration data is deleted. The next start makes it afresh.')
  return 0
}

async function agreed(): Promise<boolean> {
  const ask = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await ask.question('This deletes everything in the demonstration, also what was imported. Type "yes" to go on: ')
  ask.close()
  return answer.trim().toLowerCase() === 'yes'
}

const [name = '', ...rest] = process.argv.slice(2)
const command = COMMANDS[name]
if (!command) {
  console.error(`Say one of: ${Object.keys(COMMANDS).join(', ')}. README.md explains each.`)
  process.exit(1)
}
try {
  process.exitCode = await command(readConfig(environment()), rest)
} catch (error) {
  console.error(sayProblem(error))
  process.exitCode = 1
}
