/**
 * Work behind the pages: echoes of what happened, mail, housekeeping. Runs inside the server, or as a process of its own.
 */
import { sweepSessions } from './accounts/session.ts'
import { sweepSignIns } from './accounts/sign-in.ts'
import { echoActivity, ECHO_QUEUE, type Activity } from './activity/activity.ts'
import { closeDeserted } from './circles/closing.ts'
import { endExpired } from './circles/membership.ts'
import { BadConfig, environment, readConfig, type Config } from './config.ts'
import { closeDatabase, openDatabase, type Database } from './database/database.ts'
import { migrateDatabase } from './database/migrate.ts'
import { sayProblem } from './database/problem.ts'
import { closeJobs, openJobs, schedule, work } from './jobs/jobs.ts'
import { finishPeriods } from './effort/result.ts'
import { sweepFollowRequests } from './following/sweep.ts'
import { makeWeeks } from './insights/week.ts'
import { remindOfGroups } from './leadership/reminder.ts'
import { bulkDeliveryOf, deliverBulk, deliverMail, deliveryOf, sweepMails } from './mail/mail.ts'
import { paceOf } from './mail/pace.ts'
import { beginDigests } from './mailings/digest.ts'
import { workThrough } from './mailings/mailing.ts'
import { sweepReports } from './mailings/stopping.ts'
import { openStorage, type Storage } from './media/storage.ts'
import { closeDecided } from './moderation/closing.ts'
import { revertHidden } from './moderation/hiding.ts'
import { sweepVisits } from './moderation/visit.ts'
import { sendStaffDigests } from './network/digest.ts'
import { fetchPreview } from './network/preview.ts'
import { disposeOfNetwork } from './network/retention.ts'
import { passDeadlines } from './notices/deadline.ts'
import { disposeOfNotices } from './notices/disposal.ts'
import { forgetSignUps } from './occasions/forgetting.ts'
import { remindOfOccasions } from './occasions/reminder.ts'
import { eraseFiles } from './posts/attachment.ts'
import { archiveExpired, publishDue } from './posts/due.ts'
import { expirePhotos } from './posts/photo.ts'
import { deliverPushes } from './push/delivery.ts'
import { sweepPushes } from './push/push.ts'
import { disposeOfWords } from './seals/disposal.ts'
import { startAbsences } from './questions/cover.ts'
import { missClocks } from './questions/missed.ts'
import { registerEchoes } from './register.ts'
import { remindOfReviews } from './requests/review.ts'
import { closeSurveys } from './surveys/counting.ts'
import { learnWords } from './search/words.ts'
import { sweepLimits } from './web/limits.ts'

interface Task {
  cron: string
  run: (db: Database, storage: Storage, config: Config) => Promise<unknown>
}

const HOUSEKEEPING: Record<string, Task> = {
  'sweep-sign-ins': { cron: '*/15 * * * *', run: sweepSignIns },
  'sweep-sessions': { cron: '20 3 * * *', run: sweepSessions },
  'sweep-limits': { cron: '40 3 * * *', run: sweepLimits },
  'revert-hidden': { cron: '*/5 * * * *', run: revertHidden },
  'close-decided': { cron: '*/5 * * * *', run: closeDecided },
  'sweep-visits': { cron: '*/10 * * * *', run: sweepVisits },
  'publish-due': { cron: '* * * * *', run: publishDue },
  'archive-expired': { cron: '* * * * *', run: archiveExpired },
  'expire-photos': { cron: '* * * * *', run: expirePhotos },
  'miss-clocks': { cron: '* * * * *', run: missClocks },
  'start-absences': { cron: '*/5 * * * *', run: startAbsences },
  'dispose-of-words': { cron: '10 4 * * *', run: (db, _storage, { retentionMonths }) => disposeOfWords(db, retentionMonths) },
  'dispose-of-notices': { cron: '15 4 * * *', run: (db, _storage, { retentionMonths }) => disposeOfNotices(db, retentionMonths) },
  'notice-deadlines': { cron: '*/5 * * * *', run: passDeadlines },
  'review-locks': { cron: '*/5 * * * *', run: remindOfReviews },
  'begin-digests': { cron: '*/5 * * * *', run: beginDigests },
  'sweep-follow-requests': { cron: '50 3 * * *', run: sweepFollowRequests },
  'sweep-mails': { cron: '5 4 * * *', run: sweepMails },
  'sweep-mail-reports': { cron: '0 4 * * *', run: sweepReports },
  'sweep-pushes': { cron: '55 3 * * *', run: sweepPushes },
  'learn-words': { cron: '*/10 * * * *', run: learnWords },
  'remind-of-occasions': { cron: '*/10 * * * *', run: (db, _storage, config) => remindOfOccasions(db, config) },
  'forget-sign-ups': { cron: '30 4 * * *', run: forgetSignUps },
  'finish-effort': { cron: '35 0 * * *', run: finishPeriods },
  'close-surveys': { cron: '* * * * *', run: (db, _storage, config) => closeSurveys(db, config) },
  'make-weeks': { cron: '0 6 * * *', run: (db, _storage, config) => makeWeeks(db, config) },
  'staff-digests': { cron: '*/15 * * * *', run: (db, _storage, config) => sendStaffDigests(db, config) },
  'remind-of-groups': { cron: '*/15 * * * *', run: (db, _storage, config) => remindOfGroups(db, config) },
  'dispose-of-network': { cron: '25 4 * * *', run: (db, _storage, { staffRetentionMonths }) => disposeOfNetwork(db, staffRetentionMonths) },
  'end-memberships': { cron: '15 * * * *', run: endExpired },
  'close-deserted': { cron: '45 4 * * *', run: closeDeserted },
  'erase-files': { cron: '*/10 * * * *', run: eraseFiles },
}

/** Takes work from the queues until `closeJobs`; they must have been opened for a worker. */
export async function takeWork(config: Config, db: Database): Promise<void> {
  registerEchoes(config)
  const deliver = deliveryOf(config)
  const storage = openStorage(config)
  await work<Activity>(ECHO_QUEUE, (activity) => echoActivity(db, activity))
  await work<{ id: number }>('mail', ({ id }) => deliverMail(db, deliver, config.smtpUrl === null, id))
  const toFollowers = bulkDeliveryOf(config)
  const bulk = { keepWords: config.smtpUrl === null, pace: paceOf(config.mailPerMinute) }
  await work<{ ids: number[] }>('bulk-mail', ({ ids }) => deliverBulk(db, toFollowers, ids, bulk))
  await work<{ id: number }>('mailing', ({ id }) => workThrough(db, config, id))
  await work<{ ids: number[] }>('push', ({ ids }) => deliverPushes(db, config, ids))
  await work<{ postId: number }>('preview', ({ postId }) => fetchPreview(db, storage, postId))
  await work<{ task: string }>('housekeeping', async ({ task }) => void (await HOUSEKEEPING[task]?.run(db, storage, config)), 5)
  for (const [task, { cron }] of Object.entries(HOUSEKEEPING)) await schedule(task, cron)
}

if (import.meta.main) {
  try {
    await main()
  } catch (error) {
    console.error(sayProblem(error))
    process.exit(1)
  }
}

async function main(): Promise<void> {
  const config = readConfig(environment())
  if (config.databaseUrl === null) throw new BadConfig('The worker needs DATABASE_URL. In the demonstration the server does this work.')
  const connection = { connectionString: config.databaseUrl }
  await migrateDatabase(connection)
  const db = openDatabase(connection, 5)
  await openJobs(db, true, (error) => console.error(error.message))
  await takeWork(config, db)
  const stop = async () => {
    await closeJobs()
    await closeDatabase(db)
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}
