/**
 * Plays a support circle: founded under a pseudonym, others let in, and what they say to each other. Who they are stands in the script, and nowhere in the database.
 */
import { and, eq, isNull } from 'drizzle-orm'
import { personaOf, type Persona } from '../circles/persona.ts'
import { circleRequests } from '../circles/schema.ts'
import { answerRequest, askIntoSupport, foundSupportCircle } from '../circles/support-joining.ts'
import type { Config } from '../config.ts'
import { publishInNetwork } from '../network/post.ts'
import { askForHelp } from '../together/help-request.ts'
import { addInside, wordsOf, type ForceBook } from './force-book.ts'
import { PLANNED_IN_SUPPORT, PLANNED_PERSONAS, SUPPORT_CIRCLE } from './force-circles.ts'
import type { PlannedPersona } from './force-script.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'

const KEY = 'support'

export function addSupport(schedule: Schedule, config: Config, book: ForceBook): void {
  const { times } = schedule
  const founded = times.daysAgo(...SUPPORT_CIRCLE.when)
  const [founder, ...others] = PLANNED_PERSONAS
  if (!founder) throw new Error('nobody founds the support circle')
  schedule.add(founded, (stage) => found(stage, config, book, founder))
  let before = founded
  for (const persona of others) {
    before = times.later(before, 900)
    schedule.add(before, (stage) => ask(stage, config, book, persona))
    schedule.add(times.later(before, 120), (stage) => letIn(stage, config, book, founder, persona))
  }
  for (const { help, ...planned } of PLANNED_IN_SUPPORT)
    addInside(schedule, book, times.daysAgo(...planned.when), planned, async (stage) => {
      const actor = stage.person(planned.by)
      const words = wordsOf(stage, book, { ...planned, circle: KEY })
      if (help) return askForHelp(stage.db, actor, words)
      return stage.db.transaction((tx) => publishInNetwork(tx, actor, { ...words, kind: 'update', details: {} }))
    })
}

async function found(stage: Stage, config: Config, book: ForceBook, { key, who, pseudonym }: PlannedPersona): Promise<void> {
  const { name, about, signposts } = SUPPORT_CIRCLE
  const input = { name, about, signposts, pseudonym, clientKey: stage.key() }
  const { id } = await foundSupportCircle(stage.db, config, stage.person(who), input)
  book.circles.set(KEY, id)
  stage.cast.set(key, await under(stage, config, book, who))
}

const ask = (stage: Stage, config: Config, book: ForceBook, { who, pseudonym, words }: PlannedPersona): Promise<void> =>
  askIntoSupport(stage.db, config, stage.person(who), book.circle(KEY) ?? 0, { pseudonym, words })

async function letIn(stage: Stage, config: Config, book: ForceBook, founder: PlannedPersona, { key, who }: PlannedPersona): Promise<void> {
  const asking = await under(stage, config, book, who)
  const own = and(eq(circleRequests.accountId, asking.accountId), isNull(circleRequests.answer))
  const [request] = await stage.db.select({ id: circleRequests.id }).from(circleRequests).where(own)
  const owner = await under(stage, config, book, founder.who)
  await answerRequest(stage.db, owner, request?.id ?? 0, { letIn: true, note: 'Welcome. Read as long as you like.' })
  stage.cast.set(key, await under(stage, config, book, who))
}

/** As whom they speak there. */
async function under(stage: Stage, config: Config, book: ForceBook, who: string): Promise<Persona> {
  const persona = await personaOf(stage.db, config, stage.person(who), book.circle(KEY) ?? 0)
  if (!persona) throw new Error(`${who} has no pseudonym`)
  return persona
}
