/** Who listens to what happens: the one place where the rooms that react are tied to the hinge. */
import { registerAppeals } from './appeals/register.ts'
import type { Config } from './config.ts'
import { registerFollowing } from './following/register.ts'
import { registerMailings } from './mailings/register.ts'
import { registerModeration } from './moderation/register.ts'
import { registerNotices } from './notices/register.ts'
import { registerNotifications } from './notifications/register.ts'
import { registerProposals } from './proposals/register.ts'
import { registerQuestions } from './questions/register.ts'
import { registerRequests } from './requests/register.ts'
import { registerSanctions } from './sanctions/register.ts'
import { registerSeals } from './seals/register.ts'

export function registerEchoes(config: Config): void {
  registerModeration()
  registerAppeals()
  registerSanctions()
  registerProposals()
  registerSeals()
  registerNotices()
  registerRequests()
  registerQuestions()
  registerFollowing(config)
  registerNotifications(config)
  registerMailings(config)
}
