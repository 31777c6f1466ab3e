/**
 * Words that stand beside a post go as those in it do: a moderator finds them in the case, sees how they will read, and one decision takes them out of every
 * place but the sealed one.
 */
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { verifyLog } from '../../src/activity/log.ts'
import { log } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { decideAppeal } from '../../src/appeals/hearing.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { writeNote, noteVersions } from '../../src/events/note.ts'
import { eventNotes, events } from '../../src/events/schema.ts'
import { sendMail } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { sealedCopies } from '../../src/moderation/schema.ts'
import { hashOfWords } from '../../src/moderation/sealed-copy.ts'
import { TAKEN_OUT } from '../../src/moderation/taking-out.ts'
import { occasions } from '../../src/occasions/schema.ts'
import { correctPost, publishPost } from '../../src/posts/post.ts'
import { wordsBeside } from '../../src/posts/words-beside.ts'
import { reviewPriority } from '../../src/priorities/keeping.ts'
import { priorities, priorityReviews } from '../../src/priorities/schema.ts'
import { surveyTallies } from '../../src/surveys/schema.ts'
import { openBesides, pathOf, PLANTED, postRow, saying, tablesWith, type Besides } from './beside-world.ts'

let world: Besides
let press: string
let press2: string
beforeAll(async () => {
  world = await openBesides()
})
afterEach(() => moveClock(0))
afterAll(() => world?.close())

/** Another word each time: what one test leaves behind is nothing to the next. */
let WORD = ''
let words = 0

const plant = async (name: string): Promise<number> => {
  WORD = `Qzvor${'abcdefghijklmnopqrstuvwxyz'[words % 26]}nax${'xyz'[Math.floor(words++ / 26)]}`
  const postId = await PLANTED[name]!(world, saying(WORD))
  await world.flag({ postId }, world.press2, 'personal-data')
  // Some things are written when a meeting is over: a session of before would be too old by then.
  press = await world.site.cookieOf(world.press)
  press2 = await world.site.cookieOf(world.press2)
  return postId
}
const caseOf = async (postId: number) => (await world.caseOf({ postId })).id
const fieldIn = (html: string, name: string): string =>
  new RegExp(`name="${name}"[^>]*?(?: value="([^"]*)"|hidden readonly>([^<]*)<)`).exec(html)?.slice(1).find(Boolean) ?? ''

/** What the form of a case sends, without scripts. */
async function formOf(postId: number, as = press): Promise<Record<string, string>> {
  const page = await world.site.get(`/moderation/cases/${await caseOf(postId)}`, as)
  return { act: 'redact', reason: 'personal-data', others: WORD, version: fieldIn(page.body, 'version'), seen: fieldIn(page.body, 'seen') }
}

describe.each(Object.keys(PLANTED))('%s', (name) => {
  test('loses the words everywhere, in one decision, and the sealed copy has them', async () => {
    const { db, site } = world
    const postId = await plant(name)
    const before = await wordsBeside(db, (await postRow(db, postId))!)
    expect(before.filter(({ text }) => text.includes(WORD)).length).toBeGreaterThan(0)
    const [path, caseId] = [await pathOf(db, postId), await caseOf(postId)]
    const shown = await site.get(`/moderation/cases/${caseId}`, press)
    expect(shown.body).toContain(WORD)
    for (const heading of new Set(before.filter(({ kind, text }) => kind !== 'task-form' && text.includes(WORD)).map((one) => one.name)))
      expect(shown.body).toContain(`<h3>${heading}</h3>`)
    const form = await formOf(postId)

    const preview = await site.post(`/moderation/cases/${caseId}/preview`, form, press)
    expect(preview.statusCode).toBe(200)
    expect(preview.body.replaceAll(/<form[\s\S]*<\/form>/g, '')).not.toContain(WORD)
    expect(preview.body).toContain(TAKEN_OUT)
    expect(await tablesWith(db, WORD)).not.toEqual([])

    const { act: _act, ...sent } = form
    const confirmed = { ...sent, act: 'redact', seen: fieldIn(preview.body, 'seen') }
    expect((await site.post(`/moderation/cases/${caseId}/decisions`, confirmed, press)).statusCode).toBe(303)
    // Two taps on one button.
    expect((await site.post(`/moderation/cases/${caseId}/decisions`, confirmed, press)).statusCode).toBe(303)
    expect(await tablesWith(db, WORD)).toEqual(['sealed_copies'])

    const [copy, ...more] = await db.select().from(sealedCopies).where(eq(sealedCopies.postId, postId))
    expect(more).toEqual([])
    expect(copy?.content.beside?.map(({ text }) => text)).toEqual(before.map(({ text }) => text))
    const [row] = await db
      .select()
      .from(log)
      .where(and(eq(log.item, 'post'), eq(log.itemId, postId), eq(log.act, 'redact')))
    expect(row?.hashBefore).toBe(copy?.hash)
    const after = (await postRow(db, postId))!
    expect(row?.hashAfter).toBe(hashOfWords(after.body, await wordsBeside(db, after)))
    expect(row?.hashAfter).not.toBe(row?.hashBefore)
    expect(after.editedByModerator).toBe(true)

    const page = await site.get(await pathOf(db, postId), await site.cookieOf(world.officer))
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toContain(WORD)
    expect(path).toBe(await pathOf(db, postId))
  })
})

test('public pages, feeds, calendars and the search hold nothing of it any more, and what is left is rendered', async () => {
  const { db, site } = world
  const postId = await plant('notes of a meeting')
  const [event] = await db.select().from(events).where(eq(events.postId, postId))
  const [note] = await db
    .select({ occasionId: eventNotes.occasionId })
    .from(eventNotes)
    .innerJoin(occasions, eq(occasions.id, eventNotes.occasionId))
    .where(eq(occasions.postId, postId))
  const paths = [
    await pathOf(db, postId),
    `/events/${event?.id}/dates/${note?.occasionId}/notes`,
    `/teams/${world.team.slug}`,
    `/teams/${world.team.slug}/feed.atom`,
    '/feed.atom',
    '/feed.json',
    `/find?q=${WORD.slice(0, 5)}`,
    '/events',
  ]
  const found = async () => (await Promise.all(paths.map((path) => site.get(path)))).filter(({ body }) => body.includes(WORD)).length
  expect(await found()).toBeGreaterThan(1)
  await world.decide(world.press, { postId }, 'redact', { takenOut: [WORD] })
  expect(await found()).toBe(0)
  const versions = await noteVersions(db, note?.occasionId ?? 0)
  expect(versions.map(({ said }) => said.html)).toEqual([
    `<p>They spoke more with ${TAKEN_OUT} &amp; others.</p>`,
    `<p><strong>They</strong> spoke with ${TAKEN_OUT} &amp; others.</p>`,
  ])
  // The mail that tells of a date that was called off waits still: it says the same.
  const told = (await db.select().from(mails)).filter(({ subject }) => /called off/i.test(subject))
  expect(told.length).toBeGreaterThan(0)
  expect(told.at(-1)?.text).toContain(TAKEN_OUT)
  expect(told.at(-1)?.html).toContain(TAKEN_OUT)
})

test('a form that was opened before does not bring the words back', async () => {
  const { db } = world
  const postId = await plant('notes of a meeting')
  const [event] = await db.select().from(events).where(eq(events.postId, postId))
  const [last] = (
    await db
      .select({ note: eventNotes })
      .from(eventNotes)
      .innerJoin(occasions, eq(occasions.id, eventNotes.occasionId))
      .where(eq(occasions.postId, postId))
  ).toSorted((one, other) => other.note.version - one.note.version)
  const note = last!.note
  await world.decide(world.press, { postId }, 'redact', { takenOut: [WORD] })
  const again = { said: `${note.said} More.`, decided: note.decided, cameCount: 3, version: note.version }
  await expect(writeNote(db, world.officer, event!.id, note.occasionId, again)).rejects.toThrow('A colleague wrote down')
})

test('what changed between the preview and the decision comes back, says what is new, and nothing is changed', async () => {
  const { db, site } = world
  const postId = await plant('what an outcome says besides')
  await db.execute(`update posts set details = details - 'near' where id = ${postId}`)
  const caseId = await caseOf(postId)
  const form = await formOf(postId)
  const preview = await site.post(`/moderation/cases/${caseId}/preview`, form, press)
  await db.execute(`update posts set details = details || '{"near": "Near the ${WORD} arms"}' where id = ${postId}`)
  const late = await site.post(`/moderation/cases/${caseId}/decisions`, { ...form, seen: fieldIn(preview.body, 'seen') }, press)
  expect(late.statusCode).toBe(409)
  expect(late.body).toMatch(/Roughly where changed\. Nothing was changed/)
  expect(late.body).toMatch(/Roughly where <span class="pill info">New since you looked/)
  expect(late.body.match(/New since you looked/g)).toHaveLength(1)
  expect(late.body).toContain(`>${WORD}</textarea>`)
  expect(await db.$count(sealedCopies, eq(sealedCopies.postId, postId))).toBe(0)
  expect(await postRow(db, postId)).toMatchObject({ editedByModerator: false })
  // With what the page shows now it goes.
  const again = { ...form, seen: fieldIn(late.body, 'seen') }
  expect((await site.post(`/moderation/cases/${caseId}/decisions`, again, press)).statusCode).toBe(303)
})

test('two moderators at once: one decides, the other hears of it; a note that is written at that moment is never left with the words', async () => {
  const { db, site, sergeant } = world
  for (let turn = 0; turn < 4; turn++) {
    const postId = await plant('what is done about an open priority')
    const [priority] = await db.select().from(priorities).where(eq(priorities.postId, postId))
    const caseId = await caseOf(postId)
    const forms = [await formOf(postId), await formOf(postId, press2)]
    const [one, other, review] = await Promise.all([
      site.post(`/moderation/cases/${caseId}/decisions`, forms[0]!, press),
      site.post(`/moderation/cases/${caseId}/decisions`, { ...forms[1]!, reason: 'abuse' }, press2),
      reviewPriority(db, sergeant, priority!.id, { note: `So it is, ${WORD}.`, clientKey: randomUUID() }).then(
        () => true,
        () => false,
      ),
    ])
    const done = [one, other].filter(({ statusCode }) => statusCode === 303)
    expect(done.length).toBeLessThanOrEqual(1)
    expect([one, other].every(({ statusCode }) => statusCode === 303 || statusCode === 409)).toBe(true)
    const left = JSON.stringify(await db.select().from(priorityReviews).where(eq(priorityReviews.priorityId, priority!.id)))
    // Behind the decision somebody can say it again; before it, it went, or the decision came back.
    expect(left.split(WORD).length - 1).toBe(done.length === 1 ? Number(review && !left.includes(`So it is, ${TAKEN_OUT}`)) : 2)
  }
})

test('the database lets nobody else change what was written beside a post', async () => {
  const { db } = world
  const postId = await plant('notes of a meeting')
  await expect(db.update(eventNotes).set({ said: TAKEN_OUT })).rejects.toThrow()
  // Not with the name of an older row of the log either.
  await world.decide(world.press, { postId }, 'redact', { takenOut: [WORD] })
  const [row] = await db
    .select()
    .from(log)
    .where(and(eq(log.itemId, postId), eq(log.act, 'redact')))
  const pretend = db.transaction(async (tx) => {
    await tx.execute(`select set_config('blue_lamp.redaction', '${row?.id}', true)`)
    await tx.update(eventNotes).set({ said: TAKEN_OUT })
  })
  await expect(pretend).rejects.toThrow()
  expect((await verifyLog(db)).brokenAt).toBeNull()
})

test('a post that is kept as evidence keeps what stands beside it', async () => {
  const { db } = world
  const postId = await plant('good practice')
  const { rows } = await db.$client.query<{ id: string }>('select max(id) as id from log')
  await db.$client.query(
    `insert into seals (post_id, authority, reference, because, sealed_by, confirmed_by, sealed_at, log_id)
      values ($1, 'standards', 'PSD/1', 'Evidence', $2, $3, now(), $4)`,
    [postId, world.press.accountId, world.press2.accountId, rows[0]?.id],
  )
  const page = await world.site.get(`/moderation/cases/${await caseOf(postId)}`, press)
  expect(page.body).not.toContain(WORD)
  await expect(world.decide(world.press, { postId }, 'redact', { takenOut: [WORD] })).rejects.toThrow(/kept as evidence/)
  expect((await wordsBeside(db, (await postRow(db, postId))!)).some(({ text }) => text.includes(WORD))).toBe(true)
})

test('an appeal that is won puts back what stands as it was left', async () => {
  const { db, officer, press, press2 } = world
  const postId = await plant('a survey that was counted')
  const before = await wordsBeside(db, (await postRow(db, postId))!)
  await world.decide(press, { postId }, 'redact', { takenOut: [WORD] })
  const caseId = await caseOf(postId)
  const author = (await postRow(db, postId))!.authorId
  await lodgeAppeal(db, author === world.sergeant.accountId ? world.sergeant : officer, caseId, {
    text: 'It was right.',
    clientKey: randomUUID(),
  })
  const { version } = await world.caseOf({ postId })
  await decideAppeal(db, press2, caseId, { way: 'overturned', text: 'It comes back.', reasonCode: null, takeOut: [], note: null, version })
  expect(await wordsBeside(db, (await postRow(db, postId))!)).toEqual(before)
  expect((await db.select().from(surveyTallies)).some(({ choice }) => choice.includes(WORD))).toBe(true)
})

test('an appeal that brings a removed post back in part takes the words out beside it too', async () => {
  const { db, officer, press, press2 } = world
  const postId = await plant('good practice')
  await world.decide(press, { postId }, 'remove')
  const caseId = await caseOf(postId)
  await lodgeAppeal(db, officer, caseId, { text: 'It was right.', clientKey: randomUUID() })
  const { version } = await world.caseOf({ postId })
  await decideAppeal(db, press2, caseId, { way: 'varied-words', text: 'In part.', reasonCode: null, takeOut: [WORD], note: null, version })
  expect(await tablesWith(db, WORD)).toEqual(['sealed_copies'])
  expect(await postRow(db, postId)).toMatchObject({ state: 'published', editedByModerator: true })
  const [row] = await db
    .select()
    .from(log)
    .where(and(eq(log.itemId, postId), eq(log.act, 'vary')))
  const after = (await postRow(db, postId))!
  expect(row?.hashAfter).toBe(hashOfWords(after.body, await wordsBeside(db, after)))
})

test('earlier versions of a post and a mail that waits lose what is taken out of its text, however it was set', async () => {
  const { db, site, officer, team } = world
  WORD = 'Qzearlier'
  const input = {
    kind: 'update' as const,
    title: `Seen by ${WORD}`,
    body: `It was **${WORD}** and ${WORD} alone.`,
    tags: [],
    clientKey: randomUUID(),
  }
  const post = await publishPost(db, officer, team, input)
  await correctPost(db, officer, post.id, { title: input.title, body: `It was **${WORD}**.`, tags: [], note: `Only ${WORD} was there`, version: 1 })
  const path = await pathOf(db, post.id)
  await db.transaction((tx) =>
    sendMail(tx, { key: 'test:1', to: 'a@example.org', subject: `About ${WORD}`, text: `Read of ${WORD}:\n\n${site.config.publicUrl}${path}` }),
  )
  await world.flag({ postId: post.id }, world.press2, 'personal-data')
  const shown = await site.get(`/moderation/cases/${await caseOf(post.id)}`, await site.cookieOf(world.press))
  expect(shown.body).toMatch(/What was corrected[\s\S]*Only Qzearlier was there/)
  await world.decide(world.press, { postId: post.id }, 'redact', { takenOut: [`**${WORD}**`, WORD] })
  expect(await tablesWith(db, WORD)).toEqual(['sealed_copies'])
  const [mail] = await db.select().from(mails).where(eq(mails.key, 'test:1'))
  expect(mail?.text).toContain(`Read of ${TAKEN_OUT}`)
  expect(mail?.html).toContain(await pathOf(db, post.id))
})
