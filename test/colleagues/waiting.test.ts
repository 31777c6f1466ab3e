import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { setAbsence } from '../../src/accounts/absence.ts'
import { moveClock, now } from '../../src/clock.ts'
import { askedLately, mostWantedAnywhere } from '../../src/colleagues/raised.ts'
import { handsOfTeam, isShort, waitingByTeam, waitingQuestions, worstFirst } from '../../src/colleagues/waiting.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { reactToComment, reactToSubject } from '../../src/conversations/reaction.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { openBox } from '../../src/priorities/box.ts'
import { withdrawQuestion } from '../../src/questions/question.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { HOUR, inHours, openCounter, type Counter } from '../questions/counter.ts'

let it: Counter

beforeAll(async () => {
  it = await openCounter()
})
afterAll(() => it.close())
afterEach(() => moveClock(0))

const titles = async (teamId: number | null = null) => (await waitingQuestions(it.db, teamId)).items.map(({ title }) => title)
const asked = async (title: string, where = it.team, by = where === it.team ? it.officer : it.farOfficer) => {
  const id = await it.ask({ title }, it.asker, where)
  await it.publish(id, null, by)
  return id
}

describe('the public questions that wait', () => {
  test('are those that everybody can read and nobody has answered, soonest due first across the force', async () => {
    const first = await asked('Near the school')
    inHours(1)
    const second = await asked('On the beach', it.elsewhere)
    await it.ask({ title: 'In private', visibility: 'private' })
    await it.ask({ title: 'Not published yet' })
    const answered = await asked('Answered')
    await it.answer(answered)
    const taken = await asked('Taken back')
    await withdrawQuestion(it.db, it.asker, taken)
    const down = await asked('Taken down')
    await withdrawPost(it.db, it.officer, (await it.row(down)).postId ?? 0, 'Said twice')
    expect(await titles()).toEqual(['Near the school', 'On the beach'])
    expect(await titles(it.elsewhere.id)).toEqual(['On the beach'])
    const list = await waitingQuestions(it.db, it.team.id)
    expect(list.items).toMatchObject([
      {
        id: first,
        team: { slug: it.team.slug, name: it.team.name },
        left: '71 hours left',
        overdue: false,
        conversationId: await it.inPublic(first),
      },
    ])
    inHours(71.5)
    expect((await waitingQuestions(it.db, null)).items).toMatchObject([
      { id: first, overdue: true },
      { id: second, overdue: false },
    ])
    await it.answer(first)
    await it.answer(second, it.farOfficer)
    expect(await titles()).toEqual([])
  })

  test('hold no word of what is private, whoever is asked about it', async () => {
    await it.ask({ title: 'Marked Hollowmere', visibility: 'private' })
    await it.ask({ title: 'Also Hollowmere' })
    const all = JSON.stringify([await waitingQuestions(it.db, null), await waitingByTeam(it.db), await askedLately(it.db)])
    expect(all).not.toContain('Hollowmere')
  })

  test('go page by page by key', async () => {
    const team = await makeTeam(it.db, 'Long Queue')
    const officer = await makeStaff(it.db, 'PC Busy', 'officer', team)
    for (let at = 0; at < 5; at++) await asked(`Number ${at}`, team, officer)
    const first = await waitingQuestions(it.db, team.id, undefined, 3)
    const second = await waitingQuestions(it.db, team.id, first.next ?? '', 3)
    expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(['Number 0', 'Number 1', 'Number 2', 'Number 3', 'Number 4'])
    expect(second.next).toBeNull()
    expect((await waitingQuestions(it.db, team.id, 'nonsense', 3)).items).toHaveLength(3)
  })
})

describe('hands', () => {
  test('are those who hold a role in the team and are not away', async () => {
    const team = await makeTeam(it.db, 'Small Town')
    const [one, two] = [await makeStaff(it.db, 'PC One', 'officer', team), await makeStaff(it.db, 'Sgt Two', 'supervisor', team)]
    expect(await handsOfTeam(it.db, team)).toEqual({ ...team, open: 0, overdue: 0, here: 2 })
    await setAbsence(it.db, one, { accountId: one.accountId, startsAt: now(), endsAt: new Date(now().getTime() + 5 * HOUR), coverId: null })
    expect((await handsOfTeam(it.db, team)).here).toBe(1)
    inHours(6)
    expect((await handsOfTeam(it.db, team)).here).toBe(2)
    expect(two.duties).toHaveLength(1)
  })

  test('are short when something is overdue, or with more than five open questions for each who is here', async () => {
    const team = await makeTeam(it.db, 'Busy Town')
    await makeStaff(it.db, 'PC Only', 'officer', team)
    for (let at = 0; at < 5; at++) await it.ask({ title: `${at}`, clientKey: randomUUID() }, it.asker, team)
    expect(isShort(await handsOfTeam(it.db, team))).toBe(false)
    await it.ask({ visibility: 'private' }, it.asker, team)
    const hands = await handsOfTeam(it.db, team)
    expect(hands).toMatchObject({ open: 6, overdue: 0, here: 1 })
    expect(isShort(hands)).toBe(true)
    expect((await waitingByTeam(it.db)).find(({ id }) => id === team.id)).toEqual(hands)
    inHours(73)
    expect(await handsOfTeam(it.db, team)).toMatchObject({ open: 6, overdue: 6 })
  })

  test('are named the worst first', () => {
    const team = (name: string, open: number, overdue: number, here: number) => ({ id: 1, slug: name, name, open, overdue, here })
    const all = [team('easy', 12, 0, 2), team('nobody', 6, 0, 0), team('late', 1, 1, 5), team('later', 2, 2, 9)]
    expect(worstFirst(all).map(({ name }) => name)).toEqual(['later', 'late', 'nobody', 'easy'])
  })
})

describe('what residents raise most', () => {
  test('is what the most people say too: suggestions that wait, three of a team at most', async () => {
    const team = await makeTeam(it.db, 'Suggesting')
    const box = await openBox(it.db, { ...team, archivedAt: null })
    for (let at = 0; at < 4; at++) {
      const id = await it.say(it.asker, box, `Suggestion number ${at}`)
      if (at > 0) await reactToComment(it.db, it.neighbour, id, { reaction: 'same-here', on: true })
      if (at === 2) await reactToComment(it.db, await makeResident(it.db, 'Third'), id, { reaction: 'same-here', on: true })
    }
    const wanted = await mostWantedAnywhere(it.db)
    expect(wanted.map(({ text, support }) => [text, support])).toEqual([
      ['Suggestion number 2', 2],
      ['Suggestion number 3', 1],
      ['Suggestion number 1', 1],
    ])
    expect(wanted[0]).toMatchObject({
      team: { slug: team.slug },
      raisePath: expect.stringContaining(`/staff/issues/new?about=${box}&title=Suggestion+number+2&`) as string,
    })
    expect(wanted.every(({ path }) => path.startsWith('/comments/'))).toBe(true)
  })

  test('and questions of the last four weeks with their tags', async () => {
    const id = await asked('Too fast by the pond')
    const conversationId = await it.inPublic(id)
    await reactToSubject(it.db, it.neighbour, conversationId, { reaction: 'same-here', on: true })
    const lately = await askedLately(it.db)
    expect(lately.questions).toMatchObject([
      { text: 'Too fast by the pond', support: 1, answered: false, raisePath: expect.stringContaining(`about=${conversationId}&`) as string },
    ])
    expect(lately.tags[0]?.tag).toBe('speeding')
    moveClock(29 * 24 * HOUR)
    expect(await askedLately(it.db)).toEqual({ questions: [], tags: [] })
  })

  test('holds nothing that a moderator or its author took away', async () => {
    const team = await makeTeam(it.db, 'Quiet')
    const box = await openBox(it.db, { ...team, archivedAt: null })
    const held = await postComment(it.db, await makeResident(it.db, 'Brand New', 0), box, {
      body: 'Marked Ravenscombe',
      parentId: null,
      clientKey: randomUUID(),
    })
    expect(held.state).toBe('held')
    expect(JSON.stringify(await mostWantedAnywhere(it.db))).not.toContain('Ravenscombe')
  })
})
