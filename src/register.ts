/** Who listens to what happens: the one place where the rooms that react are tied to the hinge. */
import { registerAppeals } from './appeals/register.ts'
import type { Config } from './config.ts'
import { registerCircles } from './circles/register.ts'
import { registerEffort } from './effort/register.ts'
import { registerEvents } from './events/register.ts'
import { registerFollowing } from './following/register.ts'
import { registerInsights } from './insights/register.ts'
import { registerLeadership } from './leadership/register.ts'
import { registerMailings } from './mailings/register.ts'
import { registerModeration } from './moderation/register.ts'
import { registerNetwork } from './network/register.ts'
import { registerNotices } from './notices/register.ts'
import { registerNotifications } from './notifications/register.ts'
import { registerOccasions } from './occasions/register.ts'
import { registerPlaces } from './places/register.ts'
import { registerPriorities } from './priorities/register.ts'
import { registerProposals } from './proposals/register.ts'
import { registerQuestions } from './questions/register.ts'
import { registerRequests } from './requests/register.ts'
import { registerSanctions } from './sanctions/register.ts'
import { registerSeals } from './seals/register.ts'
import { registerSurveys } from './surveys/register.ts'
import { registerTasks } from './tasks/register.ts'
import { registerTogether } from './together/register.ts'

export function registerEchoes(config: Config): void {
  registerModeration()
  registerAppeals()
  registerSanctions()
  registerProposals()
  registerSeals()
  registerNotices()
  registerRequests()
  registerQuestions()
  registerPlaces()
  registerPriorities(config)
  registerEffort(config)
  registerOccasions(config)
  registerEvents(config)
  registerTasks(config)
  registerSurveys(config)
  registerCircles(config)
  registerNetwork(config)
  registerTogether(config)
  registerLeadership(config)
  registerFollowing(config)
  registerNotifications(config)
  registerMailings(config)
  registerInsights(config)
}
