/** What this room does when something happens elsewhere. */
import type { Config } from '../config.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerEffort(_config: Config): void {}
