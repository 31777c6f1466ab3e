/**
 * The application, put together by hand from top to bottom. Read it as the table of contents.
 */
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import { randomUUID } from 'node:crypto'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { identify } from './accounts/plugin.ts'
import { accountRoutes } from './accounts/routes.ts'
import { adminRoutes } from './admin/routes.ts'
import type { Config } from './config.ts'
import { talkDeskRoutes } from './conversations/desk-routes.ts'
import { modeRoutes } from './conversations/mode-routes.ts'
import { conversationRoutes } from './conversations/routes.ts'
import type { Database } from './database/database.ts'
import { calendarRoutes } from './feeds/calendar-routes.ts'
import { feedRoutes } from './feeds/routes.ts'
import { followRoutes } from './following/routes.ts'
import { liveRoutes } from './live/routes.ts'
import { mailingRoutes } from './mailings/routes.ts'
import { openStorage } from './media/storage.ts'
import { appealRoutes } from './appeals/routes.ts'
import { caseRoutes } from './moderation/case-routes.ts'
import { correspondenceRoutes } from './moderation/correspondence-routes.ts'
import { decisionRoutes } from './moderation/decision-routes.ts'
import { logRoutes } from './moderation/log-routes.ts'
import { noticeRoutes } from './notices/routes.ts'
import { requestRoutes } from './requests/routes.ts'
import { referralRoutes } from './moderation/referral-routes.ts'
import { moderationRoutes } from './moderation/routes.ts'
import { sanctionRoutes } from './sanctions/routes.ts'
import { sealRoutes } from './seals/routes.ts'
import { settingsRoutes } from './moderation/settings-routes.ts'
import { nearbyRoutes } from './nearby/routes.ts'
import { notificationRoutes } from './notifications/routes.ts'
import { accountPage } from './pages/account.ts'
import { areaRoutes } from './pages/area.ts'
import { deskPage } from './pages/desk.ts'
import { installRoutes } from './pages/install.ts'
import { pageRoutes } from './pages/routes.ts'
import { presenceRoutes } from './places/presence-routes.ts'
import { placeRoutes } from './places/routes.ts'
import { effortRoutes } from './effort/routes.ts'
import { hourRoutes } from './events/hour-routes.ts'
import { eventRoutes } from './events/routes.ts'
import { insightRoutes } from './insights/routes.ts'
import { occasionRoutes } from './occasions/routes.ts'
import { priorityRoutes } from './priorities/routes.ts'
import { suggestionRoutes } from './priorities/suggestion-routes.ts'
import { surveyDeskRoutes } from './surveys/desk-routes.ts'
import { resultsRoutes } from './surveys/results-routes.ts'
import { surveyRoutes } from './surveys/routes.ts'
import { taskRoutes } from './tasks/routes.ts'
import { pushRoutes } from './push/routes.ts'
import { searchRoutes } from './search/routes.ts'
import { draftRoutes } from './posts/draft-routes.ts'
import { fileRoutes } from './posts/file-routes.ts'
import { publicKinds } from './posts/kinds.ts'
import { postRoutes } from './posts/routes.ts'
import { sharingRoutes } from './posts/sharing-routes.ts'
import { questionDeskRoutes } from './questions/desk-routes.ts'
import { questionRoutes } from './questions/routes.ts'
import { screeningRoutes } from './screening/routes.ts'
import { showBanners } from './switches/banner.ts'
import { switchRoutes } from './switches/routes.ts'
import { proposalRoutes } from './proposals/routes.ts'
import { circleRoutes } from './circles/routes.ts'
import { organisationRoutes } from './circles/organisation-routes.ts'
import { speakAs } from './circles/persona.ts'
import { supportRoutes } from './circles/support-routes.ts'
import { colleagueRoutes } from './colleagues/routes.ts'
import { leadershipRoutes } from './leadership/routes.ts'
import { staffDigestRoutes } from './network/digest-routes.ts'
import { circlePageRoutes } from './network/circle-routes.ts'
import { publishInNetwork } from './network/post.ts'
import { previewRoutes } from './network/preview-routes.ts'
import { networkRoutes } from './network/routes.ts'
import { todayPage } from './pages/today.ts'
import { staffSearchRoutes } from './search/staff-routes.ts'
import { askForHelp } from './together/help-request.ts'
import { togetherRoutes } from './together/routes.ts'
import { registerEchoes } from './register.ts'
import { guardDoors } from './web/access.ts'
import { loadAssets, serveAssets } from './web/assets.ts'
import { compressPages } from './web/compression.ts'
import './web/decorations.ts'
import { handleFailures } from './web/failures.ts'
import { healthRoutes } from './web/health.ts'
import { openLimits } from './web/limits.ts'
import { loggerOf } from './web/logger.ts'
import { servePages } from './web/page.ts'
import { secure } from './web/security.ts'
import { takeUploads } from './web/uploads.ts'

/** A form is at most a long post with its tags. What is uploaded is bounded file by file, see web/uploads.ts. */
const BODY_LIMIT = 1_000_000

const LONGEST_ADDRESS = 2000

export interface AppOptions {
  /** Multiplies the limits on sign-ins, comments and flags: for load tests, which would run into them at once. */
  limitFactor?: number
  /** Answers 503 when the process lags so many milliseconds behind; 0 never does, for tests on a busy machine. */
  overloadedAfter?: number
}

export async function buildApp(config: Config, db: Database, options: AppOptions = {}): Promise<FastifyInstance> {
  const app = fastify({
    ...serverOptions(config),
    logger: loggerOf(config),
    genReqId: () => randomUUID(),
  })
  app.decorate('db', db)
  app.decorate('config', config)
  app.decorate('limits', openLimits(db, options.limitFactor))
  app.decorate('storage', openStorage(config))
  registerEchoes(config)

  guardDoors(app)
  await secure(app, config)
  await app.register(cookie)
  await app.register(formbody, { bodyLimit: BODY_LIMIT })
  await takeUploads(app)
  compressPages(app)
  await app.register(rateLimit, { max: config.requestsPerMinute, timeWindow: '1 minute' })
  await app.register(underPressure, { maxEventLoopDelay: options.overloadedAfter ?? 1500, retryAfter: 10 })
  const assets = loadAssets()
  await servePages(app, config, assets)
  handleFailures(app)
  identify(app)
  speakAs(app)
  showBanners(app)

  serveAssets(app, assets)
  await app.register(healthRoutes)
  await app.register(pageRoutes)
  await app.register(areaRoutes)
  await app.register(placeRoutes)
  await app.register(presenceRoutes)
  await app.register(nearbyRoutes)
  await app.register(searchRoutes)
  await app.register(postRoutes)
  await app.register(draftRoutes)
  await app.register(fileRoutes)
  await app.register(sharingRoutes)
  await app.register(conversationRoutes)
  await app.register(talkDeskRoutes)
  await app.register(questionRoutes)
  await app.register(questionDeskRoutes)
  await app.register(priorityRoutes)
  await app.register(suggestionRoutes)
  await app.register(effortRoutes)
  await app.register(occasionRoutes)
  await app.register(eventRoutes)
  await app.register(hourRoutes)
  await app.register(taskRoutes)
  await app.register(surveyDeskRoutes)
  await app.register(surveyRoutes)
  await app.register(resultsRoutes)
  await app.register(insightRoutes)
  await app.register(networkRoutes)
  await app.register(circlePageRoutes)
  await app.register(staffDigestRoutes)
  await app.register(previewRoutes)
  await app.register(togetherRoutes)
  await app.register(leadershipRoutes)
  await app.register(colleagueRoutes)
  await app.register(circleRoutes)
  await app.register(supportRoutes, { publish: publishInNetwork, askForHelp })
  await app.register(organisationRoutes)
  await app.register(staffSearchRoutes)
  await app.register(todayPage)
  await app.register(moderationRoutes)
  await app.register(caseRoutes)
  await app.register(decisionRoutes)
  await app.register(correspondenceRoutes)
  await app.register(appealRoutes)
  await app.register(sanctionRoutes)
  await app.register(proposalRoutes)
  await app.register(sealRoutes)
  await app.register(noticeRoutes)
  await app.register(requestRoutes)
  await app.register(settingsRoutes)
  await app.register(referralRoutes)
  await app.register(logRoutes)
  await app.register(modeRoutes)
  await app.register(switchRoutes, { kinds: publicKinds().filter(({ kind }) => kind !== 'question') })
  await app.register(screeningRoutes)
  await app.register(accountRoutes)
  await app.register(accountPage)
  await app.register(deskPage)
  await app.register(feedRoutes)
  await app.register(calendarRoutes)
  await app.register(followRoutes)
  await app.register(mailingRoutes)
  await app.register(pushRoutes)
  await app.register(notificationRoutes)
  await app.register(liveRoutes)
  await app.register(installRoutes)
  await app.register(adminRoutes)
  // Loaded only where it is wanted: a real force's process never holds it.
  if (config.demonstration) await app.register((await import('./demonstration/routes.ts')).demonstrationRoutes)
  return app
}

const serverOptions = (config: Config): FastifyServerOptions => ({
  bodyLimit: BODY_LIMIT,
  trustProxy: (_address, hop) => hop < config.trustProxy,
  // A reader who has left need not be waited for at the end.
  forceCloseConnections: 'idle',
  // A phone on a slow line needs its time to send a photo.
  requestTimeout: 120_000,
  routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_ADDRESS },
  rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : '/unreadable'),
})

/** An address that is broken, endless or holds NUL (which no text in Postgres can) is one that does not exist, and gets that page. */
function isReadable(url: string): boolean {
  const [path = ''] = url.split('?', 1)
  try {
    return path.length <= LONGEST_ADDRESS && !decodeURIComponent(path).includes('\0')
  } catch {
    return false
  }
}
