/** Who listens to what happens: the one place where the rooms that react are tied to the hinge. */
import type { Config } from './config.ts'
import { registerModeration } from './moderation/register.ts'
import { registerNotifications } from './notifications/register.ts'
import { registerQuestions } from './questions/register.ts'

export function registerEchoes(config: Config): void {
  registerModeration()
  registerQuestions()
  registerNotifications(config)
}
