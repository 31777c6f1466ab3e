/** From what happened to the mail that is read, through a real mail server: who hears of it, what it says, and that every link in it works. */
import { randomUUID } from 'node:crypto'
import { eq, isNull } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { writeLog } from '../../src/activity/log.ts'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock } from '../../src/clock.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { comments } from '../../src/conversations/schema.ts'
import { followers, follows } from '../../src/following/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { takeTurn, workThrough } from '../../src/mailings/mailing.ts'
import { mailings } from '../../src/mailings/schema.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { openPostOffice, type Arrived, type PostOffice } from './post-office.ts'

let office: PostOffice
let team: TeamName
let officer: SignedIn
let press: SignedIn
let resident: SignedIn

beforeAll(async () => {
  office = await openPostOffice({ MAIL_BOUNCES_TO: 'bounces@force.example' })
  const { db } = office.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  press = await makeStaff(db, 'Sam Carter', 'press-office')
  resident = await makeResident(db, 'Maureen T')
})
afterAll(() => office.close())
beforeEach(async () => {
  const { db } = office.world
  office.refusals.clear()
  await office.run()
  await db.delete(mails)
  await db.delete(followers)
})
afterEach(() => moveClock(0))

const newPost = (title?: string) => makePost(office.world.db, officer, team, title)
const say = async (by: SignedIn, conversationId: number, body: string) =>
  (await postComment(office.world.db, by, conversationId, { body, parentId: null, clientKey: randomUUID() })).id
const teamKey = () => `team:${team.id}`
const rowOfLog = (itemId: number) =>
  office.world.db.transaction((tx) =>
    writeLog(tx, {
      actorId: press.accountId,
      role: 'press-office',
      act: 'remove',
      item: 'comment',
      itemId,
      audience: 'public',
      teamId: team.id,
      teamName: team.name,
      reasonCode: 'spam',
      reasonTitle: 'Spam',
    }),
  )
const addresses = (all: readonly Arrived[]) => all.map(({ to }) => to).toSorted()
const header = ({ mail }: Arrived, name: string) => mail.headerLines.find(({ key }) => key === name)?.line.replace(/\s+/g, ' ')
const linksOf = (arrived: Arrived): string[] =>
  [...String(arrived.mail.html).matchAll(/href="([^"]+)"/g)].map(([, href]) => (href ?? '').replaceAll('&amp;', '&'))
const path = (link: string) => link.replace('https://blue-lamp.example', '') || '/'

describe('a post of a team', () => {
  test('reaches those who want it at once, each once, however they follow it', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    await office.reader('ann@example.org', 'force', 'instant')
    await office.reader('ben@example.org', 'force', 'instant')
    await newPost('An earlier one, so that the tag is known')
    await office.run()
    await office.reader('cleo@example.org', 'tag:speeding', 'instant')
    await office.reader('dai@example.org', teamKey(), 'daily')
    await office.reader('eve@example.org', teamKey(), 'instant', { byMail: false })
    await office.reader('fay@example.org', teamKey(), 'instant', { stoppedAt: new Date(), stoppedBecause: 'asked' })
    await office.member(officer, teamKey(), 'instant')
    const post = await newPost()
    expect(addresses(await office.run())).toEqual(['ann@example.org', 'ben@example.org', 'cleo@example.org'])
    const [mailing] = await db.select().from(mailings).where(eq(mailings.postId, post.id))
    expect(mailing).toMatchObject({ key: `post:${post.id}`, total: 6, done: 6, mailed: 3, stoppedAt: null })
    expect(mailing?.finishedAt).not.toBeNull()
  })

  test('is told in HTML and in plain words, with the official mark and without anything from elsewhere', async () => {
    await office.reader('ann@example.org', teamKey(), 'instant')
    const post = await newPost('Speed checks & “slow” signs')
    const [arrived] = await office.run()
    if (!arrived) throw new Error('nothing arrived')
    const { mail, raw } = arrived
    expect(mail.subject).toBe('Bracebridge Heath team: Speed checks & “slow” signs')
    expect(mail.text).toContain('PC Adeyemi [Officer · Bracebridge Heath team]')
    expect(mail.text).toContain('> We were out this morning.')
    expect(mail.text).toContain('You get this because you follow the Bracebridge Heath team, as it happens.')
    expect(mail.html).toContain('lang="en-GB"')
    expect(mail.html).toMatch(/<span style="[^"]*">Officer · Bracebridge Heath team<\/span>/)
    expect(mail.html).toContain(`<a href="https://blue-lamp.example${post.path}"`)
    expect(mail.html).not.toMatch(/<img|<script|<link|<style|src=|url\(|@import|class=/i)
    for (const link of linksOf(arrived)) expect(link.startsWith('https://blue-lamp.example')).toBe(true)
    expect(mail.attachments).toEqual([])
    expect(raw).toMatch(/Content-Type: text\/plain/)
    // No header but these, and nothing in them that tells who reads.
    expect(header(arrived, 'auto-submitted')).toBe('Auto-Submitted: auto-generated')
    expect(header(arrived, 'list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    expect(header(arrived, 'list-unsubscribe')).toMatch(/^List-Unsubscribe: <https:\/\/blue-lamp\.example\/following\/[\w-]+\/unsubscribe>$/)
    expect(header(arrived, 'list-id')).toBe(`List-ID: <team-${team.id}.following.blue-lamp.example>`)
    expect(arrived.from).toBe('bounces@force.example')
    expect(mail.from?.text).toBe('blue-lamp@force.example')
    expect(mail.headerLines.map(({ key }) => key).toSorted()).toEqual(
      'auto-submitted content-type date from list-id list-unsubscribe list-unsubscribe-post message-id mime-version subject to'.split(' '),
    )
  })

  test('has links that all work, in both parts the same, and one of them stops it with one click', async () => {
    const { db } = office.world
    const ann = await office.reader('ann@example.org', teamKey(), 'instant')
    await office.reader('ann@example.org', 'force', 'weekly')
    await newPost()
    const [arrived] = await office.run()
    if (!arrived) throw new Error('nothing arrived')
    const links = linksOf(arrived)
    expect(new Set(arrived.mail.text?.match(/https:\/\/\S+/g))).toEqual(new Set(links))
    for (const link of links) expect([link, (await office.get(path(link))).statusCode]).toEqual([link, 200])
    const unsubscribe = /<(.*)>/.exec(header(arrived, 'list-unsubscribe') ?? '')?.[1] ?? ''
    // As a mail program does it: from elsewhere, without a session.
    const answer = await office.app.inject({
      method: 'POST',
      url: path(unsubscribe),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      payload: 'List-Unsubscribe=One-Click',
    })
    expect(answer.statusCode).toBeLessThan(400)
    expect((await db.select().from(follows).where(eq(follows.followerId, ann.id))).map(({ key }) => key)).toEqual(['force'])
    await newPost()
    expect(await office.run()).toEqual([])
  })

  test('does not leave once it was withdrawn, also when its mails were waiting already', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    const post = await newPost('Larkspindle')
    await office.echo()
    await office.workAll()
    await withdrawPost(db, officer, post.id, 'It was wrong.')
    expect(await office.run()).toEqual([])
    const stored = await db.select().from(mails)
    expect(stored).toHaveLength(1)
    expect(stored[0]?.failedAt).not.toBeNull()
    expect(JSON.stringify(stored)).not.toContain('Larkspindle')
  })

  test('stops being told when it is withdrawn in the middle', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    const post = await newPost()
    await office.echo()
    await withdrawPost(db, officer, post.id, 'It was wrong.')
    await office.workAll()
    expect((await db.select().from(mailings).where(eq(mailings.postId, post.id)))[0]).toMatchObject({ mailed: 0, finishedAt: null })
    expect((await db.select().from(mailings).where(eq(mailings.postId, post.id)))[0]?.stoppedAt).not.toBeNull()
  })

  test('goes out once, however often its jobs run and wherever one is killed', async () => {
    const { db } = office.world
    for (const name of ['ann', 'ben', 'cleo']) await office.reader(`${name}@example.org`, teamKey(), 'instant')
    const post = await newPost()
    await office.echo()
    const [mailing] = await db.select().from(mailings).where(eq(mailings.postId, post.id))
    const id = Number(mailing?.id)
    const killed = db.transaction(async (tx) => {
      await takeTurn(tx, office.config, id)
      throw new Error('killed')
    })
    await expect(killed).rejects.toThrow('killed')
    expect(await db.select().from(mails)).toEqual([])
    await Promise.all([workThrough(db, office.config, id), workThrough(db, office.config, id), office.echo()])
    await db.update(mailings).set({ finishedAt: null, cursor: 0 }).where(eq(mailings.id, id))
    await workThrough(db, office.config, id)
    await Promise.all([office.send(), office.send(), office.send()])
    expect(addresses(office.arrived)).toEqual(['ann@example.org', 'ben@example.org', 'cleo@example.org'])
  })

  test('adds no header and no reader, whatever stands in a name', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    const post = await newPost('News')
    const [name, title] = ['Heath\r\nBcc: eve@example.org', 'News\r\nReply-To: eve@example.org\r\n\r\n<b>bold</b>']
    await db.$client.query('update teams set name = $1 where id = $2', [name, team.id])
    await db.$client.query('update conversations set title = $1 where id = $2', [title, post.conversationId])
    const [arrived, ...others] = await office.run()
    await db.$client.query('update teams set name = $1 where id = $2', [team.name, team.id])
    expect([arrived?.to, others]).toEqual(['ann@example.org', []])
    expect(arrived?.mail.headerLines.map(({ key }) => key).filter((key) => ['bcc', 'cc', 'reply-to'].includes(key))).toEqual([])
    expect(arrived?.mail.subject).toContain('Bcc: eve@example.org')
    expect(arrived?.mail.html).not.toContain('<b>bold')
  })

  test('of somebody who is forgotten in that moment leaves nothing behind', async () => {
    const { db } = office.world
    await office.reader('ann@example.org', teamKey(), 'instant')
    const post = await newPost()
    await office.echo()
    const [mailing] = await db.select().from(mailings).where(eq(mailings.postId, post.id))
    const forgotten: Promise<unknown>[] = []
    await db.transaction(async (tx) => {
      await takeTurn(tx, office.config, Number(mailing?.id))
      forgotten.push(db.delete(followers).execute())
      await new Promise((resolve) => setTimeout(resolve, 300))
    })
    await Promise.all(forgotten)
    expect(await db.select().from(mails)).toEqual([])
  })

  test('waits for the end of somebody’s quiet hours', async () => {
    const { db } = office.world
    const night = new Date('2027-06-10T22:30:00Z')
    moveClock(night.getTime() - Date.now())
    await office.reader('ann@example.org', teamKey(), 'instant', { quietFrom: 22, quietUntil: 7 })
    await office.reader('ben@example.org', teamKey(), 'instant')
    await newPost()
    expect(addresses(await office.run())).toEqual(['ben@example.org'])
    const [waiting] = await db.select().from(mails).where(isNull(mails.sentAt))
    expect(waiting?.notBefore?.toISOString()).toBe('2027-06-11T06:00:00.000Z')
    moveClock(8 * 3_600_000)
    expect(addresses(await office.run())).toEqual(['ann@example.org'])
  })
})

describe('a comment', () => {
  test('reaches those who follow its conversation at once, and not its author', async () => {
    const post = await newPost()
    const key = `conversation:${post.conversationId}`
    await office.run()
    await office.reader('ann@example.org', key, 'instant')
    await office.member(resident, key, 'instant')
    await say(resident, post.conversationId, 'What about *Grantham* Road?')
    const [arrived, ...others] = await office.run()
    expect(others).toEqual([])
    expect(arrived?.to).toBe('ann@example.org')
    expect(arrived?.mail.subject).toBe('New comment: Speed checks on Grantham Road')
    expect(arrived?.mail.text).toContain('> What about Grantham Road?')
    expect(arrived?.mail.text).toContain('Maureen T, ')
    expect(arrived?.mail.text).not.toContain('[')
    await say(officer, post.conversationId, 'We will be there.')
    const answered = await office.run()
    expect(addresses(answered)).toEqual(['ann@example.org', resident.email].toSorted())
    expect(answered[0]?.mail.subject).toBe('From the police: Speed checks on Grantham Road')
    expect(answered[0]?.mail.text).toContain('[Officer · Bracebridge Heath team]')
  })

  test('of partner staff bears their mark, and is not said to be from the police', async () => {
    const partner = await makeStaff(office.world.db, 'Wendy Ash', 'partner')
    const post = await newPost()
    await office.run()
    await office.reader('ann@example.org', `conversation:${post.conversationId}`, 'instant')
    await say(partner, post.conversationId, 'The council mends the light.')
    const [arrived] = await office.run()
    expect(arrived?.mail.subject).toBe('New comment: Speed checks on Grantham Road')
    expect(arrived?.mail.text).toContain('Wendy Ash [Partner], ')
  })

  test('begins nothing where nobody wants to hear of it at once', async () => {
    const post = await newPost()
    await office.reader('ann@example.org', `conversation:${post.conversationId}`, 'daily')
    const id = await say(resident, post.conversationId, 'Hello.')
    expect(await office.world.db.select().from(mailings).where(eq(mailings.commentId, id))).toEqual([])
  })

  test.each(['removed', 'withdrawn', 'hidden-pending', 'held'] as const)('does not leave once it is %s', async (state) => {
    const { db } = office.world
    const post = await newPost()
    await office.reader('ann@example.org', `conversation:${post.conversationId}`, 'instant')
    await office.run()
    const id = await say(resident, post.conversationId, 'Hollowmere')
    await office.workAll()
    const removalId = state === 'removed' ? await rowOfLog(id) : null
    await db.update(comments).set({ state, removalId }).where(eq(comments.id, id))
    expect(await office.run()).toEqual([])
    expect(JSON.stringify(await db.select().from(mails))).not.toContain('Hollowmere')
  })
})

describe('what is not public', () => {
  test('is never told, whoever follows it', async () => {
    const { db } = office.world
    const staffTalk = await newPost('Among us')
    await office.reader('ann@example.org', 'force', 'instant')
    await office.reader('ann@example.org', teamKey(), 'instant')
    await office.run()
    await db.delete(mails)
    // As a staff post will be: the same tables, another audience.
    await db.$client.query('alter table conversations disable trigger user; alter table posts disable trigger user')
    await db.$client.query(`update conversations set audience = 'staff' where id = ${staffTalk.conversationId}`)
    await db.$client.query(`update posts set audience = 'staff' where id = ${staffTalk.id}`)
    await db.$client.query('alter table conversations enable trigger user; alter table posts enable trigger user')
    await office.reader('ann@example.org', `conversation:${staffTalk.conversationId}`, 'instant')
    const wrong = [
      { cause: 'post' as const, key: 'wrong:1', keys: ['force'], postId: staffTalk.id },
      { cause: 'alert' as const, key: 'wrong:2', keys: ['force'], postId: staffTalk.id },
      { cause: 'presence' as const, key: 'wrong:3', keys: ['force'], postId: staffTalk.id },
    ]
    for (const made of wrong) await expect(db.insert(mailings).values(made)).rejects.toThrow()
    await say({ ...press }, staffTalk.conversationId, 'Ravenscombe')
    expect(await office.run()).toEqual([])
    expect(await db.select().from(mails)).toEqual([])
  })
})
