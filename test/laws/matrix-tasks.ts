/** The rows of the table about tasks for helpers, and about who comes to a date. */
import { randomUUID as key } from 'node:crypto'
import { idOf, type SignedIn } from '../../src/actor.ts'
import { enterSignUp } from '../../src/occasions/sign-up.ts'
import { answerTask } from '../../src/tasks/publishing.ts'
import { PARTNER, makeTask, typedTask } from '../tasks/task-world.ts'
import type { Make, Town, Whose } from './matrix-town.ts'

export function taskActs({ desk, spareTeam, site, people, post, get, value }: Town): Record<string, Make> {
  const { db } = site.world
  const isPartner = (actor: SignedIn) => actor === people.partner

  const askForHelp: Make = async (actor) => {
    const title = `${key().slice(0, 8)} is the word`
    // What a partner proposes for the team of nobody here, nobody of its own can agree to.
    const team = isPartner(actor) ? spareTeam : desk.team
    const form = { ...typedTask({ ...PARTNER, title }), team: String(team.id), key: key() }
    const proposed = () => value(`select id from tasks where form ->> 'title' = $1`, title)
    return {
      send: (by) => post('/tasks', form, by),
      isDone: async () => (await value(`select id from posts where title = $1 and kind = 'can-you-help'`, title)) !== null,
      agree: async (by) => post(`/tasks/${await proposed()}/answer`, { answer: 'agreed', note: '' }, by),
    }
  }

  /** A published one of the team, or of the partner who tries it. */
  const published = async (actor: SignedIn, whose: Whose) => {
    if (!isPartner(actor) || whose !== 'own') return makeTask(db, desk.officer, desk.team)
    const task = await makeTask(db, people.partner, desk.team)
    await answerTask(db, desk.officer, task.id, { answer: 'agreed', note: null })
    return task
  }

  const callOff: Make = async (actor, whose) => {
    const { id } = await published(actor, whose)
    const sql = 'select o.cancelled_by from occasions o join tasks t on t.post_id = o.post_id where t.id = $1'
    return {
      send: (by) => post(`/tasks/${id}/cancellation`, { because: 'Storm' }, by),
      isDone: async (by) => (await value(sql, id)) === String(idOf(by)),
    }
  }

  const readComers: Make = async (actor, whose) => {
    const { id } = await published(actor, whose)
    const occasionId = await value('select o.id from occasions o join tasks t on t.post_id = o.post_id where t.id = $1', id)
    const name = `Mrs ${key().slice(0, 8)}`
    await enterSignUp(db, desk.press, Number(occasionId), { people: 1, name, needs: null, clientKey: key() })
    return {
      send: (by) => get(`/officers/occasions/${occasionId}`, by),
      isDone: async (_by, answer) => answer.statusCode === 200 && answer.body.includes(name),
      secret: name,
    }
  }

  return { 'ask people to help': askForHelp, 'call off a task': callOff, 'read who comes': readComers }
}
