/** Acts of the matrix with surveys: making one, and answering. */
import { idOf, isSignedIn, type Actor, type SignedIn } from '../../src/actor.ts'
import { draftingRole } from '../../src/surveys/policy.ts'
import { begin, open, question, versionOf } from '../surveys/survey-world.ts'
import type { Make, Town } from './matrix-town.ts'

export function surveyActs({ desk, site, post, value }: Town): Record<string, Make> {
  const { db } = site.world
  const isTaker = async (id: number, actor: Actor): Promise<boolean> =>
    (await value('select 1 from survey_takers where survey_id = $1 and taker = $2', id, `account:${idOf(actor)}`)) !== null

  const answer =
    (audience: 'public' | 'staff'): Make =>
    async () => {
      const { id, questions } = await open(db, desk.sergeant, desk.team, { audience, title: 'Are we kumquat enough?', questions: [question()] })
      return {
        send: (actor) => post(`/surveys/${id}/answers`, { [`q${questions[0]?.id}`]: '1' }, actor),
        isDone: async (actor) => isSignedIn(actor) && (await isTaker(id, actor)),
        ...(audience === 'staff' && { secret: 'kumquat' }),
      }
    }

  /** Whoever may draft it for that team drafts it; else its officer does. */
  const authorOf = (actor: SignedIn): SignedIn => (draftingRole(actor, { teamId: desk.team.id, audience: 'public' }) === null ? desk.officer : actor)

  const publish: Make = async (maker) => {
    const id = await begin(db, authorOf(maker), desk.team, { questions: [question()] })
    const step = async (noun: string, actor: Actor) => post(`/surveys/${id}/${noun}`, { version: String(await versionOf(db, id)) }, actor)
    const stateIs = async (state: string) => (await value('select state from surveys where id = $1', id)) === state
    return {
      send: (actor) => step('publication', actor),
      isDone: () => stateIs('open'),
      ask: (actor) => step('submission', actor),
      isAsked: () => stateIs('submitted'),
    }
  }

  const callOff: Make = async () => {
    const { id } = await open(db, desk.sergeant, desk.team)
    return {
      send: (actor) => post(`/surveys/${id}/cancellation`, { because: 'The council asks the same.' }, actor),
      isDone: async () => (await value('select state from surveys where id = $1', id)) === 'called-off',
    }
  }

  return {
    'public survey': publish,
    'call off a survey': callOff,
    'answer a public survey': answer('public'),
    'answer a survey of staff': answer('staff'),
  }
}
