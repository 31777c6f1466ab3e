/** What this room says of itself to rooms below. */
import { addWordsBeside } from '../posts/words-beside.ts'
import { presenceBeside } from './beside.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerPlaces(): void {
  addWordsBeside('presence', presenceBeside)
}
