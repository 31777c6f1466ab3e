/** What this room does when something happened elsewhere. */
import type { Config } from '../config.ts'

export function registerCircles(_config: Config): void {}
