/** Who hears in place that a suggestion was taken up, that a priority came to its outcome, and what became of a partner's task. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { newsOf } from '../../src/notifications/news.ts'
import { answerTask } from '../../src/tasks/publishing.ts'
import { makeStaff } from '../people.ts'
import { openChain, type Chained } from '../priorities/chain-world.ts'
import { makeTask } from '../tasks/task-world.ts'

let chain: Chained
let supporter: SignedIn
beforeAll(async () => {
  chain = await openChain()
  supporter = await chain.newPerson('Sue Porter', [], 5)
})
afterAll(() => chain?.close())

/** Runs all echoes, twice, as jobs do that are delivered at least once. */
async function echo(): Promise<void> {
  const happened = await chain.db.select().from(activities).orderBy(activities.id)
  for (const activity of [...happened, ...happened]) await echoActivity(chain.db, activity as Activity)
  await chain.db.delete(activities)
}

/** Each piece of news as its sentence and where opening it leads. */
async function told(person: SignedIn): Promise<{ sentence: string; path: string }[]> {
  const cookie = await chain.site.cookieOf(person)
  const { items } = await newsOf(chain.db, person, null)
  return Promise.all(
    items.map(async ({ id, sentence }) => ({
      sentence,
      path: String((await chain.site.get(`/account/notifications/${id}`, cookie)).headers.location).replace(/[?#].*$/, ''),
    })),
  )
}

describe('a suggestion that becomes a priority and that an outcome', () => {
  test('is told once to whoever supports it, and to nobody else', async () => {
    const suggestion = await chain.suggest(chain.neighbour)
    await chain.support(supporter, suggestion)
    await chain.support(chain.sergeant, suggestion)
    await echo()
    const priority = await chain.setPriority(chain.sergeant, [`/comments/${suggestion}`])
    await echo()
    expect(await told(supporter)).toEqual([
      { sentence: `A suggestion that you support is a priority of the ${chain.team.name} team now`, path: priority.path },
    ])
    // Who decided it knows; and who wrote it reads the official reply under it.
    expect((await told(chain.sergeant)).map(({ sentence }) => sentence)).not.toContain(
      `A suggestion that you support is a priority of the ${chain.team.name} team now`,
    )
    expect((await told(chain.neighbour)).map(({ sentence }) => sentence)).toEqual([expect.stringContaining('replied to your comment')])

    const outcome = await chain.publishOutcome(chain.sergeant, [priority.path])
    await echo()
    const news = { sentence: `The ${chain.team.name} team acted on what you said`, path: outcome.path }
    expect((await told(supporter)).filter(({ path }) => path === outcome.path)).toEqual([news])
    expect((await told(chain.neighbour)).filter(({ path }) => path === outcome.path)).toEqual([news])
    expect(await told(await chain.newPerson('Ed Elsewhere', [], 5))).toEqual([])
  })
})

describe('a task that a partner proposed', () => {
  test('is answered in their news', async () => {
    const partner = await makeStaff(chain.db, 'Wendy Ash', 'partner')
    const agreed = await makeTask(chain.db, partner, chain.team)
    const refused = await makeTask(chain.db, partner, chain.team, {}, randomUUID())
    await echo()
    expect(await told(partner)).toEqual([])
    await answerTask(chain.db, chain.sergeant, agreed.id, { answer: 'agreed', note: '' })
    await answerTask(chain.db, chain.sergeant, refused.id, { answer: 'refused', note: 'The path is closed.' })
    await echo()
    expect((await told(partner)).map(({ sentence }) => sentence)).toEqual([
      `The ${chain.team.name} team did not agree to your task. Read why`,
      `The ${chain.team.name} team agreed to your task, and it is published`,
    ])
  })
})
