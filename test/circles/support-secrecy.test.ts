/**
 * Pseudonyms hold against somebody who has the running portal in every role, and against somebody who reads every row of the database without the secret: nowhere does
 * a member stand with who they are in the circle. Everything is done over HTTP, as people do it.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { organisations, sessions } from '../../src/accounts/schema.ts'
import type { SignedIn } from '../../src/actor.ts'
import { echoActivity, type Activity } from '../../src/activity/activity.ts'
import { activities } from '../../src/activity/schema.ts'
import { isPseudonym } from '../../src/circles/persona-names.ts'
import { personaOf, type Persona } from '../../src/circles/persona.ts'
import { moveClock } from '../../src/clock.ts'
import { circleAudience } from '../../src/conversations/audience.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { mails } from '../../src/mail/schema.ts'
import { cases } from '../../src/moderation/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import { openApp, type TestApp } from '../app.ts'
import { everyAddress } from '../laws/crawl.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { makePartner } from './support-world.ts'
import { dump, tiesIn, tiesInText, type Tie } from './support-ties.ts'

interface Member {
  person: SignedIn
  cookie: string
  persona: Persona
  secret: string[]
}

let site: TestApp
let circleId: number
let owner: Member
let second: Member
let third: Member
let everybody: Record<string, string>
let ties: Tie[]
/** Marked words of each, in title and text. */
const word = (who: string, what: string): string => `${who}${what}word`

const hidden = (body: string): string[] => [...body.matchAll(/name="pseudonym" value="([^"]+)"/g)].map(([, name]) => name ?? '')
const keyIn = (body: string): string => /name="key" value="([^"]+)"/.exec(body)?.[1] ?? randomUUID()

async function asMember(person: SignedIn, cookie: string): Promise<Member> {
  const persona = await personaOf(site.world.db, site.config, person, circleId)
  if (!persona) throw new Error('no pseudonym')
  return { person, cookie, persona, secret: [persona.displayName] }
}

async function send(path: string, form: Record<string, string>, cookie: string): Promise<string> {
  const answer = await site.post(path, form, cookie)
  expect(answer.statusCode, `${path}: ${answer.body.slice(0, 2000)}`).toBe(303)
  return String(answer.headers.location)
}

async function joined(person: SignedIn): Promise<Member> {
  const cookie = await site.cookieOf(person)
  const [pseudonym = ''] = hidden((await site.get(`/staff/support/${circleId}/join`, cookie)).body)
  expect(isPseudonym(pseudonym)).toBe(true)
  await send(`/staff/support/${circleId}/requests`, { pseudonym, words: `It is about ${word(pseudonym.replace(' ', ''), 'asking')}.` }, cookie)
  const keeping = await site.get(`/staff/support/${circleId}/keeping`, owner.cookie)
  const [, request = ''] = /requests\/(\d+)\/answer/.exec(keeping.body) ?? []
  await send(`/staff/support/${circleId}/requests/${request}/answer`, { answer: 'let-in', note: '' }, owner.cookie)
  const member = await asMember(person, cookie)
  return { ...member, secret: [...member.secret, word(pseudonym.replace(' ', ''), 'asking')] }
}

async function writes(member: Member, kind: 'update' | 'help-request', who: string): Promise<typeof posts.$inferSelect> {
  const form = await site.get(`/staff/support/${circleId}/new?kind=${kind}`, member.cookie)
  const words = { title: word(who, 'title'), body: `I say ${word(who, 'text')}.` }
  member.secret.push(words.title, word(who, 'text'))
  await send(`/staff/support/${circleId}/posts`, { ...words, kind, key: keyIn(form.body) }, member.cookie)
  const [post] = await site.world.db.select().from(posts).where(eq(posts.title, words.title))
  if (!post) throw new Error('no post')
  return post
}

async function says(member: Member, conversationId: number, who: string, parent = ''): Promise<number> {
  const body = `I answer ${word(who, 'comment')}.`
  member.secret.push(word(who, 'comment'))
  await send(`/conversations/${conversationId}/comments`, { body, ...(parent && { parent }), key: randomUUID() }, member.cookie)
  const [made] = await site.world.db.select({ id: comments.id }).from(comments).where(eq(comments.body, body))
  return made?.id ?? 0
}

const tieOf = async ({ person, cookie, persona, secret }: Member): Promise<Tie> => {
  const own = await site.world.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.accountId, person.accountId))
  const named = [person.email, String(person.displayName), cookie.split('=')[1] ?? '', ...own.map(({ id }) => id)]
  return { accountId: person.accountId, named, personaId: persona.accountId, secret }
}

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '10000' })
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  const sergeant = await makeStaff(db, 'Sgt Ellen Marsh', 'supervisor', team)
  const firefighter = await makePartner(db, officer, 'Jo Firefighter')
  const others = {
    administrator: await makeStaff(db, 'Robin Hale', 'administrator'),
    press: await makeStaff(db, 'Sam Carter', 'press-office'),
    outside: await makeStaff(db, 'PC Lucy Barton', 'officer', team),
  }
  // Enough accounts that the small numbers of ids mean something.
  const cookie = await site.cookieOf(officer)
  const begin = await site.get('/staff/support/new', cookie)
  const [pseudonym = ''] = hidden(begin.body)
  const circle = { name: 'After an assault', about: 'For all who were attacked at work.', signposts: '' }
  const path = await send('/staff/support', { ...circle, pseudonym, key: keyIn(begin.body) }, cookie)
  circleId = Number(/support\/(\d+)/.exec(path)?.[1])
  owner = await asMember(officer, cookie)
  second = await joined(sergeant)
  third = await joined(firefighter)
  const asked = await writes(second, 'help-request', 'second')
  const told = await writes(third, 'update', 'third')
  const own = await writes(owner, 'update', 'owner')
  const first = await says(owner, asked.conversationId, 'owner')
  await says(second, asked.conversationId, 'second', String(first))
  const flagged = await says(third, asked.conversationId, 'third')
  const removed = await says(second, told.conversationId, 'removed')
  await send(`/comments/${first}/reactions`, { thanks: '' }, second.cookie)
  await send(`/conversations/${asked.conversationId}/reactions`, { 'same-here': '' }, third.cookie)
  await send(`/comments/${removed}/removal`, { reason: 'abuse', text: '' }, owner.cookie)
  expect((await site.post(`/comments/${flagged}/flags`, { reason: 'abuse', note: '', key: randomUUID() }, second.cookie)).statusCode).toBe(200)
  expect((await site.post(`/posts/${own.id}/flags`, { reason: 'abuse', note: '', key: randomUUID() }, third.cookie)).statusCode).toBe(200)
  // The press office decides, warns, and hears an appeal.
  const press = await site.cookieOf(others.press)
  const [file] = await db.select().from(cases).where(eq(cases.commentId, flagged))
  await send(`/moderation/cases/${file?.id}/decisions`, { act: 'remove', reason: 'abuse', version: String(file?.version), strike: 'yes' }, press)
  await send(`/moderation/cases/${file?.id}/sanctions`, { 'sanction-kind': 'advice', 'sanction-text': 'Be kind.', key: randomUUID() }, press)
  await send(`/account/cases/${file?.id}/appeals`, { text: 'I meant well, thirdappealword.', key: randomUUID() }, third.cookie)
  third.secret.push('thirdappealword')
  // What an owner removed is brought to the press office by its author; and a member offers to look after the circle.
  await send(`/comments/${removed}/removal/appeals`, { text: 'It was kind, secondappealword.', key: randomUUID() }, second.cookie)
  second.secret.push('secondappealword')
  const [brought] = await db.select().from(cases).where(eq(cases.commentId, removed))
  const outcome = { 'appeal-way': 'upheld', 'appeal-text': 'It stands.', version: String(brought?.version) }
  await send(`/moderation/cases/${brought?.id}/appeal-decisions`, outcome, press)
  await send(`/staff/support/${circleId}/offers`, {}, third.cookie)
  await send(`/staff/support/${circleId}/owners`, { name: second.persona.displayName }, owner.cookie)
  // What they do by their own account.
  const post = await makePost(db, officer, team)
  for (const { cookie: own_ } of [owner, second])
    await send(`/conversations/${post.conversationId}/comments`, { body: `In public ${randomUUID()}.`, key: randomUUID() }, own_)
  for (const row of await db.select().from(activities)) await echoActivity(db, row as Activity)
  everybody = {
    administrator: await site.cookieOf(others.administrator),
    press,
    outside: await site.cookieOf(others.outside),
    member: second.cookie,
    partner: third.cookie,
  }
  ties = [await tieOf(owner), await tieOf(second), await tieOf(third)]
}, 120_000)
afterAll(() => site?.close())

describe('rows', () => {
  test('no row, and no transaction, names a member and their pseudonym', async () => {
    const rows = await dump(site.world.db)
    expect(rows.length).toBeGreaterThan(100)
    for (const tie of ties) expect(rows.filter(({ text }) => text.includes(String(tie.personaId))).length).toBeGreaterThan(2)
    expect(tiesIn(rows, ties)).toEqual([])
  })

  test('a tie that is made on purpose is found: in a row, in JSON, in a transaction, by a lock', async () => {
    const { $client } = site.world.db
    const [tie] = ties
    if (!tie) throw new Error('no tie')
    const plant = async (...statements: string[]): Promise<string[]> => {
      const client = await $client.connect()
      try {
        await client.query('begin')
        for (const statement of statements) await client.query(statement)
        await client.query('commit')
      } finally {
        client.release()
      }
      return tiesIn(await dump(site.world.db), ties)
    }
    const touch = `update accounts set display_name = display_name where id = ${tie.personaId}`
    const note = `insert into activities (kind, audience, actor_id, detail) values ('test', 'staff', ${tie.personaId}, '{"accountId": ${tie.accountId}}')`
    expect(await plant(note)).not.toEqual([])
    await $client.query("delete from activities where kind = 'test'")
    expect(await plant(touch)).toEqual([])
    expect(await plant(touch, `update sessions set seen_at = now() where account_id = ${tie.accountId}`)).not.toEqual([])
    await $client.query('update sessions set seen_at = seen_at')
    expect(await plant()).toEqual([])
    expect(await plant(touch, `select 1 from accounts where id = ${tie.accountId} for update`)).not.toEqual([])
    await $client.query(`update accounts set display_name = display_name where id = ${tie.accountId}`)
    expect(await plant()).toEqual([])
  })

  test('no mail was written to a pseudonym, and none holds anything of the circle', async () => {
    const sent = await site.world.db.select().from(mails)
    const whole = JSON.stringify(sent)
    for (const secret of ties.flatMap((tie) => [String(tie.personaId), ...tie.secret])) expect(whole).not.toContain(secret)
    expect(whole).not.toContain('.invalid')
  })

  test('a visit there leaves no time in the session', async () => {
    const { db } = site.world
    await db.update(sessions).set({ seenAt: new Date(Date.now() - 3_600_000) })
    const read = () => db.$client.query('select seen_at, xmin::text from sessions where account_id = $1', [second.person.accountId])
    const before = (await read()).rows
    const [talk] = await db
      .select({ id: conversations.id })
      .from(conversations)
      .where(eq(conversations.audience, circleAudience(circleId)))
    await says(second, talk?.id ?? 0, 'later')
    await site.get(`/staff/support/${circleId}`, second.cookie)
    expect((await read()).rows).toEqual(before)
    await site.get('/staff/people', second.cookie)
    expect((await read()).rows).not.toEqual(before)
    ties = [await tieOf(owner), await tieOf(second), await tieOf(third)]
  })
})

describe('pages', () => {
  test.each(['administrator', 'press', 'outside', 'member', 'partner'])(
    'in no role does any page show a member with their pseudonym, nor a word to whoever is outside: %s',
    async (who) => {
      const inside = ties.flatMap((tie) => tie.secret)
      const found: string[] = []
      const seen = new Set<string>()
      for (const path of await pathsOf()) {
        const { body, statusCode } = await site.get(path, everybody[who])
        if (statusCode >= 500) found.push(`${path}: ${statusCode}`)
        found.push(...tiesInText(body, ties).map((tie) => `${path}: ${tie}`))
        const said = inside.filter((one) => body.includes(one))
        if (said.length > 0) seen.add(path.replaceAll(/\d+/g, 'N'))
        if (said.length > 0 && !mayStand(who, path)) found.push(`${path} shows ${said.join(', ')}`)
      }
      expect(found).toEqual([])
      // Not because nothing was asked for: members read it, the press office its cases.
      expect([...seen]).toEqual(expect.arrayContaining(READ[who] ?? []))
    },
    300_000,
  )

  const READ: Record<string, string[]> = {
    member: ['/staff/support/N', '/comments/N/flag', '/posts/N/flag'],
    partner: ['/staff/support/N', '/account/cases/N'],
    press: ['/moderation/cases/N', '/moderation/people/N', '/moderation'],
  }

  /** Every address with every id that there is; the few here are small, or random. */
  async function pathsOf(): Promise<string[]> {
    const all = await everyAddress(site, ['bracebridge-heath'])
    return all.filter(
      (path) =>
        !path.startsWith('/live') && !path.startsWith('/assets') && (path.match(/\d+/g) ?? []).every((id) => Number(id) <= 25 || id.length > 14),
    )
  }

  /** Members read their circle; the press office what is in a case; who could join reads who looks after it. */
  function mayStand(who: string, path: string): boolean {
    if (path === `/staff/support/${circleId}` && who !== 'administrator') return true
    if (who === 'member' || who === 'partner')
      return /^\/(staff\/(support|posts)\/|staff\/circles\/\d+\/help\/|comments\/|posts\/|conversations\/|account\/(cases|comments)\/)/.test(path)
    return who === 'press' && /^\/moderation(\/|$|\?)/.test(path)
  }

  test('the press office reads what was flagged, alone, and cannot look up who wrote it', async () => {
    const { db } = site.world
    const press = everybody['press'] ?? ''
    const rows = await db.select().from(cases)
    const [ofComment, ofPost] = [rows.find(({ commentId }) => commentId !== null), rows.find(({ postId }) => postId !== null)]
    const comment = (await site.get(`/moderation/cases/${ofComment?.id}`, press)).body
    expect(comment).toContain('A support circle')
    expect(comment).toContain(word('third', 'comment'))
    for (const around of [word('second', 'title'), word('second', 'text'), word('owner', 'comment'), 'After an assault'])
      expect(comment).not.toContain(around)
    const post = (await site.get(`/moderation/cases/${ofPost?.id}`, press)).body
    expect(post).toContain(word('owner', 'text'))
    const person = (await site.get(`/moderation/people/${third.persona.accountId}`, press)).body
    expect(person).toContain('Nobody can look up who it is')
    expect(person).not.toContain('/identity')
    expect((await site.get(`/moderation/people/${third.persona.accountId}/identity`, press)).body).toContain('Nothing says who it is')
    const form = { reason: 'crime', note: 'Case 12', key: randomUUID() }
    expect((await site.post(`/moderation/people/${third.persona.accountId}/look-ups`, form, press)).statusCode).toBe(403)
    expect((await site.get('/moderation', press)).body).toContain('A support circle')
  })

  test('the last guards: whoever is signed out, a resident, an ended organisation, a list of members', async () => {
    const { db } = site.world
    const [post] = await db
      .select()
      .from(posts)
      .where(eq(posts.audience, circleAudience(circleId)))
    expect((await site.get(`/staff/support/${circleId}/members`, owner.cookie)).statusCode).toBe(404)
    expect((await site.get(`/staff/circles/${circleId}`, owner.cookie)).statusCode).toBe(404)
    expect((await site.get(`/staff/circles/${circleId}/members`, owner.cookie)).statusCode).toBe(404)
    const away = await site.get(`/staff/posts/${post?.id}-${post?.slug}`)
    expect([away.statusCode, away.headers.location]).toEqual([303, `/sign-in?return=${encodeURIComponent(`/staff/posts/${post?.id}`)}`])
    expect((await site.get(`/comments/1/removal`)).statusCode).toBe(303)
    expect((await site.get(`/staff/posts/${post?.id}-${post?.slug}`, third.cookie)).statusCode).toBe(200)
    // What an organisation's end takes away is known within a minute.
    await db.update(organisations).set({ endedAt: new Date(), endedBy: owner.person.accountId })
    moveClock(61_000)
    try {
      expect((await site.get(`/staff/posts/${post?.id}-${post?.slug}`, third.cookie)).statusCode).not.toBe(200)
      expect((await site.get(`/staff/support/${circleId}`, third.cookie)).statusCode).toBe(404)
    } finally {
      moveClock(0)
    }
  })
})
