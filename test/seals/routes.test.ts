/** Opening what is sealed, over HTTP: after two people agreed, for a day, in one answer alone. */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { log } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { mails } from '../../src/mail/schema.ts'
import { keepSealed } from '../../src/moderation/sealed-copy.ts'
import { sealOpenings } from '../../src/seals/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeStaff } from '../people.ts'
import { furnish, type Desk } from '../moderation/desk.ts'
import { vaultOf } from './vault.ts'

let site: TestApp
let desk: Desk
let vault: ReturnType<typeof vaultOf>
const cookies = new Map<number, string>()
const HOUR = 3_600_000

beforeAll(async () => {
  site = await openApp()
  desk = await furnish(site.world)
  vault = vaultOf(desk)
  for (const person of [desk.resident, desk.newcomer, desk.officer, desk.sergeant, desk.press, desk.press2, desk.administrator])
    cookies.set(person.accountId, await site.cookieOf(person))
})
afterAll(async () => {
  moveClock(0)
  await site.close()
})

const as = (person: SignedIn) => cookies.get(person.accountId)
const SECRET = 'zwetschgenwasser'

/** The sealed copy of words that their author took back while a case was open. */
async function copyOfWithdrawn(body = `I live with the ${SECRET}.`): Promise<{ commentId: number; copyId: number; caseId: number }> {
  const commentId = await desk.say(desk.newcomer, body)
  const { id: caseId } = await desk.caseOf({ commentId })
  await withdrawComment(desk.db, desk.newcomer, commentId)
  const [copy] = await vault.copiesOf(commentId)
  if (!copy) throw new Error('no copy')
  return { commentId, copyId: copy.id, caseId }
}
const open = (copyId: number, person: SignedIn) => site.post(`/moderation/sealed-copies/${copyId}/openings`, {}, as(person))

describe('opening a sealed copy', () => {
  test('one asks with a reason, another agrees, and whoever asked reads it for a day; each time is written down', async () => {
    const { copyId } = await copyOfWithdrawn()
    expect((await open(copyId, desk.press)).statusCode).toBe(403)
    const empty = await site.post(`/moderation/sealed-copies/${copyId}/requests`, { because: ' ', key: randomUUID() }, as(desk.press))
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#because"')
    const asked = await site.post(`/moderation/sealed-copies/${copyId}/requests`, { because: 'For the lawyers.', key: randomUUID() }, as(desk.press))
    expect(asked.statusCode).toBe(303)
    const page = await site.get(`/moderation/sealed-copies/${copyId}`, as(desk.press))
    const proposalCase = Number(/waits for a second person: <a href="\/moderation\/cases\/(\d+)"/.exec(page.body)?.[1])
    expect((await open(copyId, desk.press)).statusCode).toBe(403)
    await vault.answer(desk.press2, proposalCase)

    expect((await open(copyId, desk.press2)).statusCode).toBe(403)
    const opened = await open(copyId, desk.press)
    expect(opened.statusCode).toBe(200)
    expect(opened.body).toContain(SECRET)
    expect(opened.headers['cache-control']).toContain('no-store')
    expect(opened.headers['x-robots-tag'] ?? opened.body).toContain('noindex')
    await open(copyId, desk.press)
    const openings = await desk.db.select().from(sealOpenings).where(eq(sealOpenings.sealedCopyId, copyId))
    expect(openings.map(({ openedBy }) => openedBy)).toEqual([desk.press.accountId, desk.press.accountId])
    const [row] = await desk.db
      .select()
      .from(log)
      .where(eq(log.id, openings[0]?.logId ?? 0))
    expect(row).toMatchObject({ act: 'open-sealed', item: 'sealed-copy', itemId: copyId, actorId: desk.press.accountId, audience: 'staff' })
    const shown = await site.get(`/moderation/sealed-copies/${copyId}`, as(desk.press2))
    expect(shown.body.match(/<li><time[^>]*>[^<]*<\/time> Sam Carter/g)).toHaveLength(2)
    expect(shown.body).not.toContain(SECRET)

    moveClock(25 * HOUR)
    try {
      expect((await open(copyId, await fresh(desk.press))).statusCode).toBe(403)
    } finally {
      moveClock(0)
    }
    expect(await desk.db.select().from(sealOpenings).where(eq(sealOpenings.sealedCopyId, copyId))).toHaveLength(2)
  })

  /** Sessions of staff end before a day is over. */
  async function fresh(person: SignedIn): Promise<SignedIn> {
    cookies.set(person.accountId, await site.cookieOf(person))
    return person
  }

  test('is not for its author, supervisors, officers, administrators or residents', async () => {
    const { copyId } = await copyOfWithdrawn()
    for (const person of [desk.sergeant, desk.officer, desk.resident, desk.newcomer, desk.administrator]) {
      expect((await site.get(`/moderation/sealed-copies/${copyId}`, as(person))).statusCode).toBe(403)
      expect((await open(copyId, person)).statusCode).toBe(403)
    }
    expect((await open(999_999, desk.press)).statusCode).toBe(404)
    const author = await makeStaff(desk.db, 'Lou Vane', 'press-office')
    const own = await desk.say(author, 'From the press office.')
    const copyOfOwn = await desk.db.transaction((tx) =>
      keepSealed(tx, { because: 'sealed', caseId: null, commentId: own, postId: null, title: null, body: 'x', takenBy: null }),
    )
    cookies.set(author.accountId, await site.cookieOf(author))
    expect((await site.get(`/moderation/sealed-copies/${copyOfOwn}`, as(author))).statusCode).toBe(403)
  })

  test('a refusal opens nothing, nor does asking oneself', async () => {
    const { copyId } = await copyOfWithdrawn()
    const { caseId } = await vault.askToOpen(desk.press, copyId)
    await expect(vault.answer(desk.press, caseId)).rejects.toThrow()
    await vault.answer(desk.press2, caseId, 'refused')
    expect((await open(copyId, desk.press)).statusCode).toBe(403)
  })

  test('openings can be neither changed nor deleted', async () => {
    for (const statement of ['update seal_openings set opened_at = now()', 'delete from seal_openings', 'truncate seal_openings'])
      await expect(desk.db.$client.query(statement)).rejects.toThrow(/append-only/)
  })
})

describe('the forms on the page of a case', () => {
  test('propose a seal and its end; what is missing is asked for by field and what was typed stays', async () => {
    const commentId = await desk.say(desk.newcomer)
    const { id } = await desk.caseOf({ commentId })
    const failed = await site.post(
      `/moderation/cases/${id}/seals`,
      { 'seal-reference': 'DP/7 <b>', 'seal-because': '', key: randomUUID() },
      as(desk.press),
    )
    expect(failed.statusCode).toBe(422)
    expect(failed.body).toContain('href="#seal-authority"')
    expect(failed.body).toContain('DP/7 &lt;b&gt;')
    const form = { 'seal-authority': 'data-protection', 'seal-reference': 'DP/7', 'seal-because': 'A subject access request.', key: randomUUID() }
    expect((await site.post(`/moderation/cases/${id}/seals`, form, as(desk.sergeant))).statusCode).toBe(403)
    expect((await site.post(`/moderation/cases/${id}/seals`, form, as(desk.press))).statusCode).toBe(303)
    const again = await site.post(`/moderation/cases/${id}/seals`, { ...form, key: randomUUID() }, as(desk.press2))
    expect(again.statusCode).toBe(409)
    const page = await site.get(`/moderation/cases/${id}`, as(desk.press2))
    await vault.answer(
      desk.press2,
      Number(/A seal is proposed and waits for a second person: <a href="\/moderation\/cases\/(\d+)"/.exec(page.body)?.[1]),
    )
    const sealed = await site.get(`/moderation/cases/${id}`, as(desk.press))
    expect(sealed.body).toContain('Data protection')
    expect(sealed.body).toContain('DP/7')
    const lifting = { 'seal-lift-because': 'It was answered.', key: randomUUID() }
    expect((await site.post(`/moderation/cases/${id}/seal-liftings`, lifting, as(desk.press))).statusCode).toBe(303)
  })

  test('the author of a sealed comment reads that it cannot be changed, and what withdrawing does', async () => {
    const commentId = await desk.say(desk.resident, 'As it stands.')
    await vault.seal({ commentId })
    const refused = await site.post(`/comments/${commentId}/versions`, { body: 'Otherwise.' }, as(desk.resident))
    expect(refused.statusCode).toBe(403)
    expect(refused.body).toContain('kept as evidence and cannot be changed')
    expect((await site.get(`/comments/${commentId}/withdraw`, as(desk.resident))).body).toContain('the force keeps the words')
    const other = await desk.say(desk.resident)
    expect((await site.get(`/comments/${other}/withdraw`, as(desk.resident))).body).not.toContain('the force keeps the words')
  })
})

test('a sealed original is on no page of anybody, in no feed, no mail and no log', async () => {
  const original = 'quetschenplootz'
  const commentId = await desk.say(desk.newcomer, `My number is ${original}. Thank you.`)
  const { id: caseId } = await desk.caseOf({ commentId })
  // The words that are left, as a redaction leaves them.
  await desk.db.transaction((tx) =>
    keepSealed(tx, {
      because: 'redacted',
      caseId,
      commentId,
      postId: null,
      title: null,
      body: `My number is ${original}. Thank you.`,
      takenBy: desk.press.accountId,
    }),
  )
  for (const statement of [
    `update comments set body = 'My number is […]. Thank you.', body_html = '<p>My number is […]. Thank you.</p>' where id = ${commentId}`,
    `update cases set snapshot = jsonb_set(snapshot, '{body}', '"My number is […]. Thank you."') where id = ${caseId}`,
  ])
    await desk.db.$client.query(statement)
  await desk.decide(desk.press, { commentId }, 'release')
  const [copy] = await vault.copiesOf(commentId)
  const proposed = await vault.askToOpen(desk.press, copy?.id ?? 0)
  await vault.answer(desk.press2, proposed.caseId)
  expect((await open(copy?.id ?? 0, await freshPress())).body).toContain(original)

  const paths = [
    desk.post.path,
    `/comments/${commentId}/versions`,
    `/comments/${commentId}/flag`,
    `/teams/${desk.team.slug}`,
    `/teams/${desk.team.slug}/feed.atom`,
    `/teams/${desk.team.slug}/feed.json`,
    '/moderation-log',
    '/account',
    '/officers',
    '/moderation',
    `/moderation/cases/${caseId}`,
    `/moderation/cases/${proposed.caseId}`,
    `/moderation/sealed-copies/${copy?.id}`,
  ]
  let read = 0
  for (const path of paths) {
    for (const person of [null, desk.resident, desk.newcomer, desk.officer, desk.sergeant, desk.press, desk.press2, desk.administrator]) {
      const answer = await site.get(path, person ? as(person) : undefined)
      expect(answer.body, `${path} as ${person?.displayName ?? 'visitor'}`).not.toContain(original)
      read += Number(answer.statusCode === 200)
    }
  }
  expect(read).toBeGreaterThan(40)
  expect(JSON.stringify(await desk.db.select().from(mails))).not.toContain(original)
  expect(JSON.stringify(await desk.db.select().from(log))).not.toContain(original)
})

async function freshPress(): Promise<SignedIn> {
  cookies.set(desk.press.accountId, await site.cookieOf(desk.press))
  return desk.press
}
