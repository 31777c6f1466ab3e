/** What this room needs to know before it can write a mail. */
import type { Config } from '../config.ts'
import { holdAtPlaces } from '../places/held.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { datesAtPlace } from './at-place.ts'
import { datesBeside } from './beside.ts'
import { linkWith } from './link.ts'

/** Called once, while the application is put together; a second time changes nothing but the settings that the mails are made with. */
export function registerOccasions(config: Config): void {
  linkWith(config)
  holdAtPlaces(datesAtPlace)
  addWordsBeside('occasions', datesBeside)
}
