import { asc, eq, inArray, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import { moveClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { withdrawComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { appealUntil } from '../../src/appeals/deadline.ts'
import { mails } from '../../src/mail/schema.ts'
import { revertHidden } from '../../src/moderation/hiding.ts'
import { decisions } from '../../src/moderation/schema.ts'
import { registerNotifications } from '../../src/notifications/register.ts'
import type { SignedIn } from '../../src/actor.ts'
import { sayMoment } from '../../src/text/dates.ts'
import { duty, openDesk, type Desk } from '../moderation/desk.ts'
import { makePost } from '../people.ts'

const config = readConfig({ NODE_ENV: 'test', PUBLIC_URL: 'https://blue-lamp.example.police.uk', CONTACT_EMAIL: 'press.office@example.police.uk' })

let desk: Desk
let author: SignedIn
let flagger: SignedIn
beforeAll(async () => {
  desk = await openDesk()
  registerNotifications(config)
  author = await desk.newPerson('The author', [], 5)
  flagger = await desk.newPerson('Who told us', [], 5)
})
afterEach(() => moveClock(0))
afterAll(() => desk.close())

const MAILED = ['comment.released', 'comment.rejected', 'comment.removed', 'comment.kept', 'comment.restored', 'post.removed', 'post.kept']

/** Runs the jobs of everything that has happened, as the worker would. */
async function runJobs(): Promise<void> {
  const happened = await desk.db.select().from(activities).where(inArray(activities.kind, MAILED)).orderBy(asc(activities.id))
  for (const activity of happened) await echoActivity(desk.db, activity as Activity)
}

async function mailsTo(reader: SignedIn) {
  await runJobs()
  return desk.db.select().from(mails).where(eq(mails.to, reader.email)).orderBy(mails.id)
}
const newestTo = async (reader: SignedIn) => (await mailsTo(reader)).at(-1)

describe('the author', () => {
  test('learns that a held comment is published, with a link to it', async () => {
    const commentId = await desk.say(desk.newcomer, 'My *first* words.')
    await desk.decide(desk.press, { commentId }, 'release')
    const mail = await newestTo(desk.newcomer)
    expect(mail?.subject).toBe('Your comment is published')
    expect(mail?.text).toContain('“My first words.”')
    expect(mail?.text).toContain(`https://blue-lamp.example.police.uk/comments/${commentId}`)
  })

  test('learns why a comment was not published, and how to appeal within 28 days', async () => {
    const commentId = await desk.say(desk.newcomer, 'Buy my lamps.')
    const { id } = await desk.decide(desk.press, { commentId }, 'reject', { reasonCode: 'spam', publicText: 'We do not carry adverts.' })
    const mail = await newestTo(desk.newcomer)
    expect(mail?.subject).toBe('Your comment was not published')
    const [decision] = await desk.db.select().from(decisions).where(eq(decisions.id, id))
    const until = sayMoment(appealUntil(decision?.at ?? new Date(0)))
    for (const words of ['Why: Advertising or spam', 'We do not carry adverts.', `appeal once, by ${until}`, 'Buy my lamps.'])
      expect(mail?.text).toContain(words)
    expect(mail?.text).toContain(`https://blue-lamp.example.police.uk/account/cases/${decision?.caseId}\n`)
    expect(mail?.text).not.toContain('press.office@')
  })

  test('learns of a removal once, though the job runs twice or two of them run at once', async () => {
    const commentId = await desk.say(author, 'Something unkind.')
    await desk.flag({ commentId }, flagger)
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'abuse' })
    const before = (await mailsTo(author)).length
    await Promise.all([runJobs(), runJobs()])
    expect(await mailsTo(author)).toHaveLength(before)
    const mail = await newestTo(author)
    expect(mail?.subject).toBe('Your comment was removed')
    expect(mail?.text).toContain('It insulted or hounded a person instead of saying what was wrong.')
    // One job for the mail, not one for each run.
    const jobs = await desk.db.execute<{ count: string }>(
      sql`select count(*) from pgboss.job where name = 'mail' and (data->>'id')::bigint = ${Number(mail?.id)}`,
    )
    expect(Number(jobs.rows[0]?.count)).toBe(1)
  })

  test('learns what was taken out of a comment, and reads it as it stands now', async () => {
    const commentId = await desk.say(author, 'Ask Bert Higgs about it, he knows.')
    await desk.flag({ commentId }, flagger)
    await desk.decide(desk.press, { commentId }, 'redact', { reasonCode: 'personal-data', takenOut: ['Bert Higgs'] })
    const mail = await newestTo(author)
    expect(mail?.subject).toBe('A moderator took parts of your comment out')
    for (const words of ['Ask [taken out by a moderator] about it', 'appeal once, by', `/comments/${commentId}`]) expect(mail?.text).toContain(words)
    expect(mail?.text).not.toContain('Bert Higgs')
    expect((await newestTo(flagger))?.text).toContain('taken parts of it out')
  })

  test('hears nothing when a flagged comment simply stays', async () => {
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, flagger)
    const before = (await mailsTo(author)).length
    await desk.decide(desk.press, { commentId }, 'keep')
    expect(await mailsTo(author)).toHaveLength(before)
  })

  test('learns that a hidden comment is shown again, by a decision or because nobody decided', async () => {
    const commentId = await desk.say(author)
    for (const person of ['one', 'two', 'three']) await desk.flag({ commentId }, person)
    await desk.decide(desk.press, { commentId }, 'restore')
    expect((await newestTo(author))?.text).toContain('A moderator has looked at it: it keeps to the house rules')
    const undecided = await desk.say(author)
    for (const person of ['one', 'two', 'three']) await desk.flag({ commentId: undecided }, person)
    moveClock(25 * 3_600_000)
    await revertHidden(desk.db)
    expect(await newestTo(author)).toMatchObject({
      subject: 'Your comment is shown again',
      text: expect.stringContaining('A moderator still has to look at it.'),
    })
  })

  test('is not told that it is public after taking it back', async () => {
    const commentId = await desk.say(desk.newcomer)
    await desk.decide(desk.press, { commentId }, 'release')
    await withdrawComment(desk.db, desk.newcomer, commentId)
    const before = await desk.db.select().from(mails).where(eq(mails.to, desk.newcomer.email))
    expect(await mailsTo(desk.newcomer)).toHaveLength(before.length)
  })

  test('gets it as an officer too, for a reply and for a post', async () => {
    const commentId = await desk.say(desk.officer, 'He lives at number nine.')
    await desk.flag({ commentId }, 'a visitor')
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'personal-data' })
    expect((await newestTo(desk.officer))?.subject).toBe('Your comment was removed')
    const post = await makePost(desk.db, desk.officer, desk.team, 'A post to be removed')
    await desk.flag({ postId: post.id }, 'a visitor')
    await desk.decide(desk.press, { postId: post.id }, 'remove', { reasonCode: 'personal-data' })
    expect((await newestTo(desk.officer))?.subject).toBe('Your post was removed')
  })
})

describe('whoever told us', () => {
  test('learns the outcome once, without a word of what was written or who wrote it', async () => {
    const other = await desk.newPerson('Told us as well', [], 5)
    const commentId = await desk.say(author, 'A secret sentence.')
    await desk.flag({ commentId }, flagger)
    await desk.flag({ commentId }, other)
    await desk.flag({ commentId }, 'a visitor')
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'abuse', publicText: 'You called somebody a name.', note: 'Third time.' })
    for (const reader of [flagger, other]) {
      const mail = await newestTo(reader)
      expect(mail?.text).toContain('removed it. The reason: Abuse or harassment')
      for (const words of ['secret sentence', 'The author', 'called somebody', 'Third time', author.email, 'Sam Carter'])
        expect(`${mail?.text} ${mail?.html}`).not.toContain(words)
    }
    expect(await mailsTo(other)).toHaveLength(1)
  })

  test('learns that it stays; not when it only came back by itself', async () => {
    const commentId = await desk.say(author)
    const others = [await desk.newPerson('One', [], 5), await desk.newPerson('Two', [], 5)]
    for (const person of [flagger, ...others]) await desk.flag({ commentId }, person)
    moveClock(25 * 3_600_000)
    await revertHidden(desk.db)
    for (const person of others) expect(await mailsTo(person)).toHaveLength(0)
    await desk.decide(desk.press, { commentId }, 'keep')
    for (const person of others) expect((await newestTo(person))?.text).toContain('so it stays')
  })

  test('learns that a post was removed, and nobody reads its title any more', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'Nora Lee was seen')
    await desk.flag({ postId: post.id }, flagger)
    await desk.decide(desk.press, { postId: post.id }, 'remove', { reasonCode: 'personal-data' })
    for (const reader of [flagger, desk.officer]) {
      const mail = await newestTo(reader)
      expect(mail?.text).toContain('removed it')
      expect(`${mail?.subject} ${mail?.text} ${mail?.html}`).not.toMatch(/Nora|“Removed|under “/)
    }
  })

  test('learns that what went back to wait under a legal lock was removed', async () => {
    const post = await makePost(desk.db, desk.officer, desk.team, 'Before the courts')
    const commentId = await desk.say(author, 'He did it.', { conversationId: post.conversationId })
    await desk.flag({ commentId }, flagger)
    const lock = { mode: 'legal-lock' as const, trigger: 'charge' as const, reviewAt: new Date(Date.now() + 86_400_000) }
    await desk.db.transaction((tx) => setMode(tx, desk.press, post.conversationId, lock))
    const file = await desk.caseOf({ commentId })
    expect(file).toMatchObject({ cause: 'flagged', because: expect.stringMatching(/^.+\. The conversation is under a legal lock\.$/) })
    await desk.decide(desk.press, { commentId }, 'remove', { reasonCode: 'active-proceedings' })
    expect((await newestTo(flagger))?.text).toContain('removed it')
  })

  test('learns that the author took it back', async () => {
    const commentId = await desk.say(author)
    await desk.flag({ commentId }, flagger)
    await withdrawComment(desk.db, author, commentId)
    await desk.decide(desk.press, { commentId }, 'keep')
    expect((await newestTo(flagger))?.text).toContain('Its author has taken it back')
  })
})

test('no mail holds another reader’s address, and every link leads to the public address', async () => {
  await desk.newPerson('Nobody', [duty('press-office')])
  await runJobs()
  const all = await desk.db.select().from(mails)
  expect(all.length).toBeGreaterThan(8)
  const addresses = [...new Set(all.map((mail) => mail.to))]
  for (const mail of all) {
    for (const address of addresses.filter((other) => other !== mail.to)) expect(mail.text).not.toContain(address)
    for (const link of mail.text?.match(/https?:\/\/\S+/g) ?? []) expect(link).toMatch(/^https:\/\/blue-lamp\.example\.police\.uk(\/|$)/)
  }
})
