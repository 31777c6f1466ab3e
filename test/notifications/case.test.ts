import { randomUUID } from 'node:crypto'
import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sanctions, type SanctionKind } from '../../src/accounts/schema.ts'
import { echoActivity, recordActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { decideAppeal, type NewOutcome } from '../../src/appeals/hearing.ts'
import { appeals } from '../../src/appeals/schema.ts'
import { moveClock, now } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { mails } from '../../src/mail/schema.ts'
import { answerDesk, askAuthor } from '../../src/moderation/correspondence.ts'
import { hideUrgently } from '../../src/moderation/urgent-hide.ts'
import { hidings } from '../../src/moderation/schema.ts'
import { registerNotifications } from '../../src/notifications/register.ts'
import { sayMoment } from '../../src/text/dates.ts'
import { openDesk, STAFFED, type Desk } from '../moderation/desk.ts'

const SITE = 'https://blue-lamp.example.police.uk'
const config = readConfig({ NODE_ENV: 'test', PUBLIC_URL: SITE, CONTACT_EMAIL: 'press.office@example.police.uk' })

let desk: Desk
let author: SignedIn
let flagger: SignedIn
beforeAll(async () => {
  desk = await openDesk()
  registerNotifications(config)
})
beforeEach(async () => {
  author = await desk.newPerson('The author', [], 5)
  flagger = await desk.newPerson('Who told us', [], 5)
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

/** Runs the jobs of everything that has happened, twice over, as a worker might; answers what somebody got of it, oldest first. */
async function mailsTo(reader: SignedIn) {
  const happened = await desk.db.select().from(activities).orderBy(asc(activities.id))
  for (const activity of [...happened, ...happened]) await echoActivity(desk.db, activity as Activity)
  return desk.db.select().from(mails).where(eq(mails.to, reader.email)).orderBy(mails.id)
}
const subjectsTo = async (reader: SignedIn) => (await mailsTo(reader)).map(({ subject }) => subject)
const newestTo = async (reader: SignedIn) => (await mailsTo(reader)).at(-1)

async function removed() {
  const commentId = await desk.say(author, 'Something about a wallaby.')
  await desk.flag({ commentId }, flagger)
  await desk.decide(desk.press, { commentId }, 'remove', { note: 'A kumquat.' })
  const { id } = await desk.caseOf({ commentId })
  return { commentId, caseId: id }
}
const lodge = (caseId: number) => lodgeAppeal(desk.db, author, caseId, { text: 'It was about an animal.', clientKey: randomUUID() })
async function hear(caseId: number, commentId: number, more: Partial<NewOutcome>) {
  const { version } = await desk.caseOf({ commentId })
  await decideAppeal(desk.db, desk.press2, caseId, {
    way: 'upheld',
    text: 'We looked.',
    reasonCode: null,
    takeOut: [],
    note: 'Kumquats.',
    version,
    ...more,
  })
}

describe('a question of the desk', () => {
  test('reaches the author once, as a link and without the words', async () => {
    const commentId = await desk.say(desk.newcomer)
    const file = await desk.caseOf({ commentId })
    await askAuthor(desk.db, desk.press, file.id, { text: 'Where was the wallaby?', clientKey: randomUUID(), version: file.version })
    const got = await mailsTo(desk.newcomer)
    expect(got).toHaveLength(1)
    expect(got[0]?.subject).toBe('A question about your comment')
    expect(got[0]?.text).toContain(`${SITE}/account/cases/${file.id}\n`)
    for (const secret of ['wallaby', 'Sam Carter']) expect(got[0]?.text).not.toContain(secret)
    await answerDesk(desk.db, desk.newcomer, file.id, { text: 'In the park.', clientKey: randomUUID() })
    expect(await mailsTo(desk.press)).toHaveLength(0)
  })
})

describe('a comment that is hidden', () => {
  const hide = (commentId: number, reasonCode: string) =>
    hideUrgently(desk.db, desk.officer, commentId, { reasonCode, note: 'A kumquat.', clientKey: randomUUID(), staffed: STAFFED })

  test('its author learns by when it comes back by itself', async () => {
    const commentId = await desk.say(author)
    await hide(commentId, 'threat')
    const [hiding] = await desk.db.select().from(hidings).where(eq(hidings.commentId, commentId))
    const mail = await newestTo(author)
    expect(mail?.subject).toBe('Your comment is hidden for now')
    expect(mail?.text).toContain(`If nobody has decided by ${sayMoment(hiding?.revertsAt ?? new Date(0))}, it is shown again by itself.`)
    for (const secret of ['kumquat', 'Adeyemi']) expect(mail?.text).not.toContain(secret)
  })

  test('stays down without an end for a legal reason; and nobody is told what several people suspect', async () => {
    const legal = await desk.say(author)
    await hide(legal, 'active-proceedings')
    expect((await newestTo(author))?.text).toContain('It stays hidden until somebody has decided')
    const suspected = await desk.say(author)
    for (const person of ['one', 'two', 'three']) await desk.flag({ commentId: suspected }, person, 'hatred')
    expect((await newestTo(author))?.text).not.toContain('Hatred')
  })

  test('is not written about once its author took it back', async () => {
    const commentId = await desk.say(author)
    await hide(commentId, 'threat')
    await withdrawComment(desk.db, author, commentId)
    expect(await subjectsTo(author)).toEqual([])
  })
})

describe('an appeal', () => {
  test('is acknowledged with the day by which it is decided', async () => {
    const { caseId } = await removed()
    await lodge(caseId)
    const [appeal] = await desk.db.select().from(appeals).where(eq(appeals.caseId, caseId))
    const mail = await newestTo(author)
    expect(mail?.subject).toBe('We have your appeal')
    expect(mail?.text).toContain(`by ${sayMoment(appeal?.dueAt ?? new Date(0))}`)
    expect(await subjectsTo(flagger)).toHaveLength(1)
  })

  test('that is upheld ends there; whoever told us hears nothing new', async () => {
    const { caseId, commentId } = await removed()
    await lodge(caseId)
    await hear(caseId, commentId, {})
    const mail = await newestTo(author)
    expect(mail?.subject).toBe('Your appeal: the decision stands')
    for (const words of ['We looked.', 'the matter ends here', `${SITE}/account/cases/${caseId}`]) expect(mail?.text).toContain(words)
    expect(await subjectsTo(flagger)).toEqual(['What we decided about the comment that you told us about'])
  })

  test('that is overturned: the author learns it, and whoever told us that it was decided again', async () => {
    const { caseId, commentId } = await removed()
    await lodge(caseId)
    await hear(caseId, commentId, { way: 'overturned', text: 'It was an animal indeed.' })
    const mail = await newestTo(author)
    expect(mail?.subject).toBe('Your appeal: the decision is undone')
    for (const words of ['You were right', 'Your comment is public.', 'It was an animal indeed.']) expect(mail?.text).toContain(words)
    const told = await newestTo(flagger)
    expect(told?.text).toContain('It was decided again.')
    expect(told?.text).toContain('keeps to the house rules and can be read')
    for (const secret of ['wallaby', 'animal', 'The author', author.email, 'Alex Wray', 'Sam Carter']) expect(told?.text).not.toContain(secret)
    for (const secret of ['Alex Wray', 'Sam Carter', 'umquat', flagger.email, 'Who told us']) expect(mail?.text).not.toContain(secret)
    expect(await subjectsTo(author)).toHaveLength(3)
  })

  test('that is varied says how', async () => {
    const first = await removed()
    await lodge(first.caseId)
    await hear(first.caseId, first.commentId, { way: 'varied-reason', reasonCode: 'off-topic' })
    expect((await newestTo(author))?.text).toContain('The decision stands, for another reason: Off topic.')
    const second = await removed()
    await lodge(second.caseId)
    await hear(second.caseId, second.commentId, { way: 'varied-words', takeOut: ['a wallaby'] })
    expect((await newestTo(author))?.text).toContain('public again, with parts taken out')
    expect((await newestTo(flagger))?.text).toContain('shown again, with parts taken out')
  })

  test('while it is open, a message of the desk is a message about the appeal', async () => {
    const { caseId, commentId } = await removed()
    await lodge(caseId)
    const { version } = await desk.caseOf({ commentId })
    await askAuthor(desk.db, desk.press2, caseId, { text: 'Which animal?', clientKey: randomUUID(), version })
    expect((await newestTo(author))?.subject).toBe('A message about your appeal')
    await answerDesk(desk.db, author, caseId, { text: 'The big one.', clientKey: randomUUID() })
    await answerDesk(desk.db, author, caseId, { text: 'And its young.', clientKey: randomUUID() })
    expect(await desk.caseOf({ commentId })).toMatchObject({ state: 'appealed', version: version + 3 })
  })
})

describe('a sanction', () => {
  async function impose(kind: SanctionKind, endsAt: Date | null, kinds: readonly ('sanction.imposed' | 'sanction.lifted')[] = ['sanction.imposed']) {
    const { caseId } = await removed()
    await desk.db.transaction(async (tx) => {
      const [sanction] = await tx
        .insert(sanctions)
        .values({
          accountId: author.accountId,
          kind,
          decisionId: sql`(select id from decisions where case_id = ${caseId})`,
          publicText: 'You have insulted three people this month.',
          note: 'A kumquat.',
          imposedBy: desk.press.accountId,
          confirmedBy: kind === 'suspend' ? desk.press2.accountId : null,
          startsAt: now(),
          endsAt,
          clientKey: randomUUID(),
          logId: sql`(select max(id) from log)`,
        })
        .returning()
      const detail = { sanctionId: sanction?.id ?? 0 }
      for (const happened of kinds) await recordActivity(tx, { kind: happened, audience: 'staff', actorId: desk.press.accountId, detail })
    })
    return caseId
  }

  test.each(['hold', 'mute', 'suspend'] as const)('%s: what, until when, why, and how to object', async (kind) => {
    const endsAt = new Date(Date.now() + 30 * 86_400_000)
    const caseId = await impose(kind, endsAt)
    const mail = await newestTo(author)
    for (const words of [
      `until ${sayMoment(endsAt)}`,
      'insulted three people',
      'you can appeal on that page',
      `${SITE}/account/cases/${caseId}`,
      'press.office@',
    ])
      expect(mail?.text).toContain(words)
    for (const secret of ['kumquat', 'Sam Carter', 'Alex Wray']) expect(mail?.text).not.toContain(secret)
    expect(await subjectsTo(author)).toHaveLength(2)
  })

  test('advice keeps from nothing; after the 28 days no appeal is offered; a lifted one is told', async () => {
    const caseId = await impose('advice', null)
    expect((await newestTo(author))?.text).toContain('Nothing is restricted.')
    moveClock(30 * 86_400_000)
    await desk.db.execute(sql`delete from mails where "to" = ${author.email}`)
    const mail = await newestTo(author)
    expect(mail?.text).toContain(`${SITE}/account/cases/${caseId}`)
    expect(mail?.text).not.toContain('you can appeal on that page')
    await impose('mute', new Date(now().getTime() + 86_400_000), ['sanction.imposed', 'sanction.lifted'])
    expect((await newestTo(author))?.subject).toBe('You can write here again as before')
  })
})
