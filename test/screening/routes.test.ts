/** The pages around screening: word lists, referrals, asking a question, and the hours of the desk as people read them. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { GOOD_STANDING, type SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { comments } from '../../src/conversations/schema.ts'
import { caseActs, cases, referrals } from '../../src/moderation/schema.ts'
import { questions } from '../../src/questions/schema.ts'
import { listByName } from '../../src/screening/list.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const LISTS = '/moderation/settings/lists'

let t: TestApp
let team: TeamName
let post: Awaited<ReturnType<typeof makePost>>
let press: string
let colleague: string

beforeAll(async () => {
  t = await openApp({ STAFFED_FROM: '8', STAFFED_UNTIL: '20', LIMIT_FACTOR: '1000' })
  team = await makeTeam(t.world.db, 'Bracebridge Heath')
  const officer = await makeStaff(t.world.db, 'PC Imran Adeyemi', 'officer', team)
  post = await makePost(t.world.db, officer, team)
  press = await t.cookieOf(await makeStaff(t.world.db, 'Sam Carter', 'press-office'))
  colleague = await t.cookieOf(await makeStaff(t.world.db, 'Alex Wray', 'press-office'))
})
afterEach(() => moveClock(0))
afterAll(() => t.close())

let people = 0
const newResident = (): Promise<SignedIn> => makeResident(t.world.db, `Resident ${++people}`, 20)
const field = (html: string, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''
/** Moves to that moment, whatever the time is. */
const travelTo = (moment: string): void => moveClock(Date.parse(moment) - now().getTime())

describe('the pages of word lists', () => {
  const open = async (name: string, as = press) => {
    const { body } = await t.get(`${LISTS}/${encodeURIComponent(name)}`, as)
    return { version: field(body, 'version'), key: field(body, 'key'), body }
  }
  const save = async (name: string, more: Record<string, string>, as = press) => {
    const { version, key } = await open(name, as)
    return t.post(`${LISTS}/${encodeURIComponent(name)}`, { version, key, note: 'As agreed.', ...more }, as)
  }

  test('list them all, with what each does', async () => {
    const { body } = await t.get(LISTS, press)
    for (const words of ['Insults', 'Asks the author once', 'Makes a comment wait', 'Came with the software']) expect(body).toContain(words)
  })

  test('begin a list, change it and show what changed', async () => {
    const { body } = await t.get(`${LISTS}/new`, press)
    const form = {
      key: field(body, 'key'),
      version: '0',
      name: 'Sales, 2027',
      purpose: 'hold',
      patterns: 'cheap watch*\nbuy now',
      note: 'Spam since May.',
    }
    const begun = await t.post(`${LISTS}/new`, form, press)
    expect(begun.headers.location).toBe(`${LISTS}/Sales%2C%202027?done=list-saved`)
    expect((await save('Sales, 2027', { patterns: 'cheap watch*\nact now', note: 'They changed.' })).statusCode).toBe(303)
    const versions = await t.get(`${LISTS}/Sales%2C%202027/versions`, press)
    for (const words of ['Version 2', 'by Sam Carter', 'They changed.', '<del>buy now</del>', '<ins>act now</ins>'])
      expect(versions.body).toContain(words)
  })

  test('say what is wrong line by line, and keep what was typed', async () => {
    const answer = await save('Insults', { patterns: 'fine\n(bad)' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Line 2 (“(bad)”)')
    expect(answer.body).toMatch(/<textarea id="patterns"[^>]*aria-invalid[^>]*>fine\n\(bad\)</)
    expect((await save('Insults', { patterns: 'x1', note: '' })).body).toMatch(/href="#note">Say in a few words/)
  })

  test('try a text against what is typed, and save nothing', async () => {
    const before = await listByName(t.world.db, 'Insults')
    const answer = await save('Insults', { patterns: 'nincompoop*', sample: 'You nincompoops, you idiots', try: 'yes' })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toMatch(/Found in it: 1 place[\s\S]*<mark>nincompoops<\/mark> by the line “nincompoop\*”/)
    expect(answer.body).toContain('You nincompoops, you idiots</textarea>')
    expect(await listByName(t.world.db, 'Insults')).toEqual(before)
    expect((await save('Insults', { patterns: '(', sample: 'x', try: 'yes' })).statusCode).toBe(422)
    expect((await save('Insults', { patterns: 'lorem', sample: 'x', try: 'yes' })).body).toContain('Nothing is found in it')
  })

  test('a colleague’s change is said, the words are kept, and a second try goes through', async () => {
    const mine = await open('Insults')
    await save('Insults', { patterns: 'dimwit*', note: 'Shorter.' }, colleague)
    const form = { version: mine.version, patterns: 'dimwit*\nfool*', note: 'Longer.' }
    const answer = await t.post(`${LISTS}/Insults`, { ...form, key: mine.key }, press)
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toMatch(/Alex Wray changed this list today[^<]*Shorter\./)
    expect(answer.body).toContain('dimwit*\nfool*</textarea>')
    const again = await t.post(`${LISTS}/Insults`, { ...form, version: field(answer.body, 'version'), key: field(answer.body, 'key') }, press)
    expect(again.statusCode).toBe(303)
  })

  test.each([`${LISTS}/Nowhere`, `${LISTS}/Nowhere/versions`, `${LISTS}/Insults/versions?before=x`, `${LISTS}/%00`])(
    '%s is no page',
    async (path) => {
      expect((await t.get(path, press)).statusCode).toBe(404)
    },
  )

  test('a name that would not stand in an address is refused', async () => {
    for (const name of ['new', '../x', '<b>', '?'])
      expect(
        (await t.post(`${LISTS}/new`, { name, purpose: 'hold', version: '0', key: randomUUID(), note: 'x', patterns: 'xx' }, press)).statusCode,
      ).toBe(422)
  })
})

describe('referrals', () => {
  const complain = async () => {
    const person = await newResident()
    const form = { body: 'PC Smith was rude to me.', key: randomUUID(), choice: 'moderator' }
    await t.post(`/conversations/${post.conversationId}/comments`, form, await t.cookieOf(person))
    const [found] = await t.world.db
      .select({ id: referrals.id, caseId: cases.id })
      .from(referrals)
      .innerJoin(cases, eq(cases.id, referrals.caseId))
      .innerJoin(comments, eq(comments.id, cases.commentId))
      .where(eq(comments.authorId, person.accountId))
    if (!found) throw new Error('nothing was referred')
    return found
  }
  const handOver = (id: number, reference: string, as = press) => t.post(`/moderation/referrals/${id}/handover`, { reference }, as)

  test('wait for the press office, who hand them over with a reference that the case keeps', async () => {
    const { id, caseId } = await complain()
    const page = await t.get('/moderation/referrals', press)
    for (const words of ['Professional standards', 'PC Smith was rude to me.', `/moderation/cases/${caseId}`]) expect(page.body).toContain(words)
    expect((await handOver(id, 'PSD/1829')).headers.location).toContain('done=handed-over')
    expect((await t.get('/moderation/referrals', press)).body).not.toContain(`/moderation/referrals/${id}/`)
    const acts = await t.world.db.select().from(caseActs).where(eq(caseActs.caseId, caseId))
    expect(acts.map(({ act, note }) => [act, note])).toEqual([['noted', 'Handed over to standards, reference PSD/1829.']])
    const [file] = await t.world.db.select().from(cases).where(eq(cases.id, caseId))
    expect(file).toMatchObject({ state: 'open', decidedAt: null })
  })

  test('need the reference, by its field', async () => {
    const { id } = await complain()
    const answer = await handOver(id, ' ')
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`href="#reference-${id}">Enter the number`)
  })

  test('are handed over once: twice is the same, and a colleague is told', async () => {
    const { id, caseId } = await complain()
    await Promise.all([handOver(id, 'PSD/1'), handOver(id, 'PSD/1')])
    expect((await handOver(id, 'PSD/1')).statusCode).toBe(303)
    const late = await handOver(id, 'PSD/2', colleague)
    expect(late.statusCode).toBe(409)
    expect(late.body).toMatch(/Sam Carter handed it over today.*PSD\/1/)
    expect(await t.world.db.select().from(caseActs).where(eq(caseActs.caseId, caseId))).toHaveLength(1)
  })
})

describe('asking a question', () => {
  const ask = async (more: Record<string, string>, person?: SignedIn) => {
    const actor = person ?? (await newResident())
    const form = { title: 'What about the parking?', body: 'Outside the school.', visibility: 'public', key: randomUUID(), ...more }
    const answer = await t.post(`/ask/${team.slug}`, form, await t.cookieOf(actor))
    const stored = await t.world.db.select().from(questions).where(eq(questions.askerId, actor.accountId))
    return { answer, stored, actor, form }
  }

  test('a crime gets its signposts before anything is stored, and the words stay', async () => {
    const { answer, stored } = await ask({ body: 'My shed was broken into.' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toMatch(/To report a crime[\s\S]*0800 555 111[\s\S]*<h1/)
    expect(answer.body).toContain('My shed was broken into.</textarea>')
    expect(stored).toEqual([])
  })

  test('"send it to the team anyway" stores it as it is, once', async () => {
    const { form, actor } = await ask({ body: 'My shed was broken into.' })
    await ask({ ...form, choice: 'as-it-is' }, actor)
    const { stored } = await ask({ ...form, choice: 'as-it-is' }, actor)
    expect(stored.map(({ body }) => body)).toEqual(['My shed was broken into.'])
  })

  test('personal details in public get a warning; in private they are between the asker and the team', async () => {
    const { answer, stored } = await ask({ body: 'Ring me on 01522 555 123.' })
    expect(answer.body).toContain('the team may publish your question')
    expect(stored).toEqual([])
    expect((await ask({ body: 'Ring me on 01522 555 123.', visibility: 'private' })).stored).toHaveLength(1)
  })

  test('a hand-made choice is no way to another text', async () => {
    const { answer, stored } = await ask({ body: 'Ring me on 01522 555 123.', choice: 'take-out' })
    expect(answer.statusCode).toBe(422)
    expect(stored).toEqual([])
  })
})

describe('outside the hours of the desk', () => {
  const send = async (body = 'The lights are out.') => {
    const person = await newResident()
    const as = await t.cookieOf(person)
    const before = await t.get(post.path, as)
    const answer = await t.post(`/conversations/${post.conversationId}/comments`, { body, key: randomUUID() }, as)
    const after = await t.get(post.path, as)
    const [comment] = await t.world.db.select().from(comments).where(eq(comments.authorId, person.accountId))
    return { before: before.body, after: after.body, answer, state: comment?.state }
  }

  test('at night a comment waits, and the page says until when before and after it is sent', async () => {
    travelTo('2026-12-01T21:00:00Z')
    const { before, after, state } = await send()
    expect(state).toBe('held')
    expect(before).toMatch(/Nobody is at the press office just now: a moderator looks at it after 8am tomorrow, before it appears/)
    expect(after).toMatch(/Waits for a moderator[\s\S]*looks at it after 8am tomorrow/)
  })

  test('by day it appears at once, and nothing is said', async () => {
    travelTo('2026-12-01T12:00:00Z')
    const { before, state } = await send()
    expect(state).toBe('published')
    expect(before).not.toContain('Nobody is at the press office')
  })

  test.each([
    ['2027-03-28T06:30:00Z', 'held'],
    ['2027-03-28T07:30:00Z', 'published'],
    ['2027-10-31T07:30:00Z', 'held'],
    ['2027-10-31T08:30:00Z', 'published'],
  ])('the day on which the clocks change counts by the clock on the wall: %s, %s', async (moment, state) => {
    travelTo(moment)
    expect((await send()).state).toBe(state)
  })

  test('what is sent to a moderator says the same on the page that asks', async () => {
    travelTo('2026-12-02T03:00:00Z')
    expect((await send('Ring me on 01522 555 123.')).answer.body).toContain('after 8am today, when the press office is staffed again')
  })
})

test('a display name is no place for a telephone or an address', async () => {
  const as = await t.cookieOf({ ...(await newResident()), standing: GOOD_STANDING })
  for (const [name, words] of [
    ['Pat 01522 555123', 'Leave phone numbers out'],
    ['pat@example.org', 'Leave email addresses out'],
    ['pat at example dot org', 'Leave email addresses out'],
  ] as const) {
    const answer = await t.post('/account/name', { name }, as)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`href="#name">${words}`)
  }
  expect((await t.post('/account/name', { name: 'Pat 1984' }, as)).statusCode).toBe(303)
})
