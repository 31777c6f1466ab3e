/**
 * What happens with a resident's words before they are public: over the running routes, with what stands in the database afterwards.
 */
import { randomUUID } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { accounts } from '../../src/accounts/schema.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { commentVersions, comments, conversations } from '../../src/conversations/schema.ts'
import { cases, referrals } from '../../src/moderation/schema.ts'
import { QUICK_COMMENTS } from '../../src/screening/rules.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { statementsOf } from '../laws/statements.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

const PHONE = 'Ring me on 01522 555 123 about the bins.'
const CRIME = 'My shed was broken into last night.'
const COMPLAINT = 'PC Smith was rude to me at the station.'
const RUDE = 'What a bunch of idiots.'
const PLAIN = 'The lights on Grantham Road are out again.'

let t: TestApp
let team: TeamName
let officer: SignedIn
let post: Awaited<ReturnType<typeof makePost>>

beforeAll(async () => {
  t = await openApp({ COMPLAINTS_URL: 'https://force.example/complain', REPORT_ONLINE_URL: 'https://force.example/report' })
  team = await makeTeam(t.world.db, 'Bracebridge Heath')
  officer = await makeStaff(t.world.db, 'PC Imran Adeyemi', 'officer', team)
  post = await makePost(t.world.db, officer, team)
})
afterEach(() => moveClock(0))
afterAll(() => t.close())

interface Writer {
  person: SignedIn
  as: string
  send(body: string, more?: Record<string, string>): ReturnType<TestApp['post']>
  edit(id: number, body: string, choice?: string): ReturnType<TestApp['post']>
  stored(): Promise<(typeof comments.$inferSelect)[]>
}

let people = 0
async function writer(published = 20): Promise<Writer> {
  const person = await makeResident(t.world.db, `Writer ${++people}`, published)
  const as = await t.cookieOf(person)
  return {
    person,
    as,
    send: (body, more = {}) => t.post(`/conversations/${post.conversationId}/comments`, { body, key: randomUUID(), ...more }, as),
    edit: (id, body, choice) => t.post(`/comments/${id}/versions`, { body, ...(choice ? { choice } : {}) }, as),
    stored: () => t.world.db.select().from(comments).where(eq(comments.authorId, person.accountId)).orderBy(comments.id),
  }
}
const caseOf = async (commentId: number) => (await t.world.db.select().from(cases).where(eq(cases.commentId, commentId)).orderBy(desc(cases.id)))[0]
const referralOf = async (caseId: number) => (await t.world.db.select().from(referrals).where(eq(referrals.caseId, caseId)))[0]
const theOne = <T>(found: readonly T[]): T => {
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} instead of one`)
  return found[0]
}

describe('a comment in which something is found', () => {
  test('is shown again with the words marked, also for a screen reader, and stores nothing', async () => {
    const { send, stored } = await writer()
    const answer = await send(PHONE)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toMatch(/<mark><span class="vh">\[phone number: <\/span>01522 555 123<span class="vh">\]<\/span><\/mark> about the bins/)
    expect(answer.body).toContain('Take them out and post')
    expect(answer.body).toContain('Send it to a moderator')
    expect(answer.body).toMatch(/<textarea[^>]*>Ring me on 01522 555 123 about the bins\.<\/textarea>/)
    expect(await stored()).toEqual([])
  })

  test('is posted without the details by "take them out", whatever else the form claims', async () => {
    const { send, stored } = await writer()
    expect((await send(PHONE, { choice: 'take-out' })).statusCode).toBe(303)
    const { body, state } = theOne(await stored())
    expect(state).toBe('published')
    expect(body).not.toContain('555')
    expect(body).toMatch(/^Ring me on .* about the bins\.$/)
  })

  test('taking out changes nothing where there is nothing to take out', async () => {
    const { send, stored } = await writer()
    await send(PLAIN, { choice: 'take-out' })
    expect(theOne(await stored())).toMatchObject({ body: PLAIN, state: 'published' })
  })

  test('asks again about what cannot be taken out, with the rest already out', async () => {
    const { send, stored } = await writer()
    const answer = await send(`${CRIME} ${PHONE}`, { choice: 'take-out' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('broken into')
    expect(answer.body).not.toContain('555 123')
    expect(await stored()).toEqual([])
  })

  test('what stands in place of a detail is not read as the author’s words', async () => {
    const { send, stored } = await writer()
    expect((await send('My car is AB12 CDE, the blue one.', { choice: 'take-out' })).statusCode).toBe(303)
    expect(theOne(await stored()).body).toMatch(/^My car is \[taken out\], the blue one\.$/)
  })

  test('with nothing but details has nothing left, and says so by the field', async () => {
    const { send, stored } = await writer()
    const answer = await send('01522 555 123', { choice: 'take-out' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toMatch(/href="#body">Without these details nothing is left/)
    expect(answer.body).toContain('01522 555 123</textarea>')
    expect(await stored()).toEqual([])
  })

  test('waits for a moderator when its author says so, with a case that says why', async () => {
    const { send, stored } = await writer()
    const answer = await send(PHONE, { choice: 'moderator' })
    expect(answer.headers.location).toContain('done=held')
    const comment = theOne(await stored())
    expect(comment).toMatchObject({ state: 'held', body: PHONE })
    expect((await caseOf(comment.id))?.because).toMatch(/author asked for a moderator.*phone number/)
  })

  test.each(['as-it-is', 'publish', ''])('cannot be pushed through by a hand-made choice: %s', async (choice) => {
    const { send, stored } = await writer()
    expect((await send(PHONE, { choice })).statusCode).toBe(422)
    expect(await stored()).toEqual([])
  })

  test.each(['take-out', 'moderator'])('the same form twice makes one comment: %s', async (choice) => {
    const { send, stored } = await writer()
    const key = randomUUID()
    const answers = await Promise.all([send(PHONE, { choice, key }), send(PHONE, { choice, key })])
    answers.push(await send(PHONE, { choice, key }))
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1)
    expect(await stored()).toHaveLength(1)
  })

  test('counts as nothing but held when its trusted author sends it to a moderator', async () => {
    const { send, stored, person } = await writer()
    await send(PLAIN)
    const parent = theOne(await stored())
    const counted = async () => {
      const [account] = await t.world.db.select().from(accounts).where(eq(accounts.id, person.accountId))
      const [conversation] = await t.world.db.select().from(conversations).where(eq(conversations.id, post.conversationId))
      const [above] = await t.world.db.select().from(comments).where(eq(comments.id, parent.id))
      return [account?.publishedCount, conversation?.commentCount, conversation?.version, above?.replyCount]
    }
    const before = await counted()
    await send(PHONE, { choice: 'moderator', parent: String(parent.id) })
    const [, held] = await stored()
    expect(held).toMatchObject({ state: 'held', publishedAt: null, removalId: null })
    expect(await counted()).toEqual(before)
    const told = await t.world.db
      .select()
      .from(activities)
      .where(eq(activities.commentId, held?.id ?? 0))
    expect(told.map(({ kind }) => kind)).toEqual(['comment.held'])
    expect((await t.get(post.path)).body).not.toContain('555 123')
    expect((await t.get(`/comments/${held?.id}`)).statusCode).toBe(404)
  })

  test('is never longer than a comment may be, also with what stands in place of the details', async () => {
    const { send, stored } = await writer()
    const answer = await send('Mail a@b.co now, '.repeat(290), { choice: 'take-out' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Your comment must be 5,000 characters or fewer')
    expect(await stored()).toEqual([])
  })

  test('keeps its place as a reply, and the key of its form', async () => {
    const { send, stored } = await writer()
    await send(PLAIN)
    const parent = String(theOne(await stored()).id)
    const key = randomUUID()
    const answer = await send(PHONE, { parent, key })
    expect(answer.body).toContain(`name="parent" value="${parent}"`)
    expect(answer.body.split(`name="key" value="${key}"`)).toHaveLength(3)
  })

  test('is escaped like everything else', async () => {
    const { send } = await writer()
    const answer = await send(`<script>alert(1)</script> "><img src=x> ${PHONE}`)
    expect(answer.body).not.toContain('<script>alert(1)')
    expect(answer.body).not.toContain('<img src=x')
    expect(answer.body).toContain('&lt;script&gt;')
  })

  test('is not looked at when staff write it in their role', async () => {
    const answer = await t.post(
      `/conversations/${post.conversationId}/comments`,
      { body: 'Call our desk on 01522 555 123.', key: randomUUID() },
      await t.cookieOf(officer),
    )
    expect(answer.headers.location).toMatch(/^\/comments\//)
  })

  test('without anything in it is simply posted', async () => {
    const { send, stored } = await writer()
    expect((await send(PLAIN)).statusCode).toBe(303)
    expect(theOne(await stored()).state).toBe('published')
  })
})

describe('what has a way of its own', () => {
  test('a crime: 999, 101, the force’s own form and Crimestoppers come first', async () => {
    const { send } = await writer()
    const { body } = await send(CRIME)
    const main = body.slice(body.indexOf('<main'))
    expect(main.indexOf('To report a crime')).toBeLessThan(main.indexOf('<h1'))
    for (const way of ['tel:999', 'tel:101', 'https://force.example/report', '0800 555 111']) expect(main).toContain(way)
    expect(main).not.toContain('value="take-out"')
  })

  test('an emergency: 999 above all, also before signing in', async () => {
    const words = 'Somebody is breaking in next door right now.'
    const { send } = await writer()
    expect((await send(words)).body).toMatch(/call <a href="tel:999">999<\/a><\/h2>[\s\S]*<h1/)
    const signedOut = await t.post(`/conversations/${post.conversationId}/comments`, { body: words, key: randomUUID() })
    expect(signedOut.body).toMatch(/If somebody is in danger now, call <a href="tel:999">[\s\S]*Now sign in/)
  })

  test('a complaint: the way to complain, and whoever sends it to a moderator is referred to professional standards, once', async () => {
    const { send, stored } = await writer()
    expect((await send(COMPLAINT)).body).toContain('https://force.example/complain')
    const key = randomUUID()
    await send(COMPLAINT, { choice: 'moderator', key })
    await send(COMPLAINT, { choice: 'moderator', key })
    const file = await caseOf(theOne(await stored()).id)
    expect(await referralOf(file?.id ?? 0)).toMatchObject({ to: 'standards', handedOverAt: null })
  })

  test('what is no complaint is referred to nobody', async () => {
    const { send, stored } = await writer()
    await send(PHONE, { choice: 'moderator' })
    const file = await caseOf(theOne(await stored()).id)
    expect(await referralOf(file?.id ?? 0)).toBeUndefined()
  })
})

describe('the tone', () => {
  test('is asked about once, and "as it is" publishes', async () => {
    const { send, stored } = await writer()
    const key = randomUUID()
    const answer = await send(RUDE, { key })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toMatch(/may read as hurtful[\s\S]*Post it as it is/)
    expect(answer.body).not.toContain('Send it to a moderator')
    expect(await stored()).toEqual([])
    expect((await send(RUDE, { key, choice: 'as-it-is' })).statusCode).toBe(303)
    expect(theOne(await stored())).toMatchObject({ state: 'published', body: RUDE })
  })

  test('is no way around what was found besides', async () => {
    const { send, stored } = await writer()
    expect((await send(`${RUDE} ${PHONE}`, { choice: 'as-it-is' })).statusCode).toBe(422)
    expect(await stored()).toEqual([])
  })

  test('is not asked about a second time when the details are taken out', async () => {
    const { send, stored } = await writer()
    expect((await send(`${RUDE} ${PHONE}`, { choice: 'take-out' })).statusCode).toBe(303)
    expect(theOne(await stored()).body).toContain('idiots')
  })
})

describe('what makes a comment wait', () => {
  test('words of a list hold it, and only the moderator learns which', async () => {
    const { send, stored } = await writer()
    const answer = await send('Somebody should string them up.')
    expect(answer.headers.location).toContain('done=held')
    const comment = theOne(await stored())
    expect(comment.state).toBe('held')
    expect((await caseOf(comment.id))?.because).toContain('“string them up”')
  })

  test('what happened is told without a word of it', async () => {
    const { send, stored } = await writer()
    await send('What a fuckwitted idea this is.', { choice: 'as-it-is' })
    const comment = theOne(await stored())
    expect(comment.state).toBe('held')
    const [told] = await t.world.db.select().from(activities).where(eq(activities.commentId, comment.id))
    expect(JSON.stringify(told?.detail)).not.toContain('fuckwitted')
    expect((await caseOf(comment.id))?.because).toContain('Words of the list “Slurs and obscenities” (“')
  })

  test('a link holds it while the account is young', async () => {
    const [young, old] = [await writer(9), await writer(10)]
    for (const one of [young, old]) await one.send('All about it on www.example.org')
    expect(theOne(await young.stored()).state).toBe('held')
    expect(theOne(await old.stored()).state).toBe('published')
  })

  test('the sixth in ten minutes waits, and the next after them does not', async () => {
    const { send, stored } = await writer()
    for (let sent = 0; sent <= QUICK_COMMENTS; sent++) await send(`${PLAIN} ${sent}`)
    expect((await stored()).map(({ state }) => state)).toEqual([...Array<string>(QUICK_COMMENTS).fill('published'), 'held'])
    const last = (await stored()).at(-1)
    expect((await caseOf(last?.id ?? 0))?.because).toMatch(/More than 5 comments of this account in 10 minutes/)
    moveClock(11 * 60_000)
    await send('Much later.')
    expect((await stored()).at(-1)?.state).toBe('published')
  })

  test('all rules that hit are named', async () => {
    const { send, stored } = await writer(1)
    await send('String them up, see https://example.org', {})
    expect((await caseOf(theOne(await stored()).id))?.because).toMatch(/first comments.*Words of the list.*A link/)
  })

  test('the check and all rules cost one statement more than posting alone', async () => {
    const { send } = await writer()
    await send(PLAIN)
    const statements = await statementsOf(() => send(`${PLAIN} Still.`))
    const before = statements.findIndex(({ text }) => /^begin/i.test(text))
    const own = statements.slice(0, before).filter(({ text }) => !/rate_limits|sessions/.test(text))
    expect(own.map(({ name }) => name)).toEqual(['place_to_write'])
  })
})

describe('a comment that is changed', () => {
  const posted = async (published = 20) => {
    const one = await writer(published)
    await one.send(PLAIN)
    return { ...one, id: theOne(await one.stored()).id }
  }
  const versionsOf = (id: number) => t.world.db.select().from(commentVersions).where(eq(commentVersions.commentId, id))

  test('is looked at in the same way, and stays as it was until its author chooses', async () => {
    const { edit, stored, id } = await posted()
    const answer = await edit(id, PHONE)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('Take them out and save')
    expect(theOne(await stored())).toMatchObject({ body: PLAIN, state: 'published', version: 1 })
    expect(await versionsOf(id)).toEqual([])
  })

  test('goes on without the details', async () => {
    const { edit, stored, id } = await posted()
    await edit(id, PHONE, 'take-out')
    const comment = theOne(await stored())
    expect(comment.state).toBe('published')
    expect(comment.body).not.toContain('555')
  })

  test('goes back to wait when its author sends it to a moderator, and a case opens', async () => {
    const { edit, stored, id } = await posted()
    expect((await edit(id, COMPLAINT, 'moderator')).headers.location).toContain('#waiting')
    expect(theOne(await stored())).toMatchObject({ state: 'held', body: COMPLAINT })
    const file = await caseOf(id)
    expect(file?.because).toContain('author asked')
    expect(file?.snapshot.body).toBe(COMPLAINT)
    expect(await referralOf(file?.id ?? 0)).toMatchObject({ to: 'standards' })
  })

  test('with words of a list is not put before everybody by way of an edit', async () => {
    const { edit, stored, id } = await posted()
    const words = 'Somebody should string them up.'
    for (const choice of [undefined, 'as-it-is', 'take-out']) expect((await edit(id, words, choice)).statusCode).toBe(422)
    expect(theOne(await stored())).toMatchObject({ body: PLAIN, state: 'published' })
    await edit(id, words, 'moderator')
    expect(theOne(await stored())).toMatchObject({ body: words, state: 'held' })
    expect((await caseOf(id))?.because).toContain('“string them up”')
  })

  test('saved without a change is not looked at: a moderator may have let it stand', async () => {
    const { send, edit, stored } = await writer()
    await send(PHONE, { choice: 'moderator' })
    const { id } = theOne(await stored())
    await t.world.db.update(comments).set({ state: 'published', publishedAt: now() }).where(eq(comments.id, id))
    expect((await edit(id, PHONE)).statusCode).toBe(303)
  })

  test('words that only a moderator has seen do not come to light as an earlier wording', async () => {
    const { edit, stored, id } = await posted()
    await edit(id, 'Somebody should string them up.', 'moderator')
    await edit(id, 'Somebody should repair them.')
    expect((await versionsOf(id)).map(({ body }) => body)).toEqual([PLAIN, 'Somebody should string them up.'])
    await t.world.db.update(comments).set({ state: 'published' }).where(eq(comments.id, id))
    const history = await t.get(`/comments/${id}/versions`)
    expect(theOne(await stored()).body).toBe('Somebody should repair them.')
    expect(history.body).toContain(PLAIN)
    expect(history.body).not.toContain('string them up')
  })

  test('is nobody else’s', async () => {
    const { id } = await posted()
    const other = await writer()
    expect((await other.edit(id, PHONE, 'moderator')).statusCode).toBe(404)
  })
})
