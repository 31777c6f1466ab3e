/** What this room says of itself to rooms below. */
import type { Config } from '../config.ts'
import { addWordsBeside } from '../posts/words-beside.ts'
import { questionsBeside, quotesBeside, surveyBeside } from './words-beside.ts'

/** Called once, while the application is put together; a second time changes nothing. */
export function registerSurveys(_config: Config): void {
  addWordsBeside('survey', surveyBeside)
  addWordsBeside('survey-questions', questionsBeside)
  addWordsBeside('survey-quotes', quotesBeside)
}
