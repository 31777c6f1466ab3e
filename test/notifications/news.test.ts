import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { unreadCounts } from '../../src/accounts/schema.ts'
import { unnameComment, withdrawComment } from '../../src/conversations/comment.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { reactToSubject } from '../../src/conversations/reaction.ts'
import { revertHidden } from '../../src/moderation/hiding.ts'
import { moveClock } from '../../src/clock.ts'
import { notifications } from '../../src/notifications/schema.ts'
import { questions } from '../../src/questions/schema.ts'
import { posts } from '../../src/posts/schema.ts'
import type { Desk } from '../moderation/desk.ts'
import { statementsOf, writesOf } from '../laws/statements.ts'
import { openTold, type Told } from './world.ts'

let told: Told
let desk: Desk
let ann: SignedIn
let ben: SignedIn

beforeAll(async () => {
  told = await openTold()
  ;({ desk } = told)
})
afterAll(() => {
  moveClock(0)
  return told.site.close()
})
beforeEach(async () => {
  await told.echo()
  ann = await desk.newPerson('Ann', [], 10)
  ben = await desk.newPerson('Ben', [], 10)
})

const rowsOf = (person: SignedIn) =>
  desk.db.select().from(notifications).where(eq(notifications.accountId, person.accountId)).orderBy(notifications.id)
const unreadOf = async (person: SignedIn): Promise<number> =>
  (await desk.db.select().from(unreadCounts).where(eq(unreadCounts.accountId, person.accountId)))[0]?.count ?? 0
const newsPage = async (person: SignedIn) => (await told.get('/account/notifications', person)).body

async function decide(commentId: number, form: Record<string, string>, by = desk.press): Promise<void> {
  const { id, version } = await desk.caseOf({ commentId })
  const answer = await told.post(`/moderation/cases/${id}/decisions`, { version: String(version), note: 'Looked at it.', then: 'queue', ...form }, by)
  expect(answer.statusCode).toBe(303)
}

describe('a reply', () => {
  test('tells whoever wrote above it, once, at once, with words that are read when they are shown', async () => {
    const above = await told.comment(ann, 'The lights are out.')
    const below = await told.comment(ben, 'They were mended at noon.', above)
    expect(await rowsOf(ann)).toMatchObject([{ kind: 'replied', path: `/comments/${below}`, readAt: null }])
    expect(await unreadOf(ann)).toBe(1)
    expect(await told.sentences(ann)).toEqual(['Ben replied to your comment'])
    const page = await newsPage(ann)
    expect(page).toContain('They were mended at noon.')
    expect(page).toContain('Under “News from Bracebridge Heath”')
    expect(await rowsOf(ben)).toEqual([])
  })

  test('of an officer carries the mark; of oneself tells nobody', async () => {
    const above = await told.comment(ann, 'The lights are out.')
    await told.comment(ann, 'Still.', above)
    expect(await rowsOf(ann)).toEqual([])
    await told.comment(desk.officer, 'We have told the council.', above)
    expect(await told.news(ann)).toMatchObject([{ sentence: 'PC Imran Adeyemi replied to your comment', mark: 'Officer · Bracebridge Heath team' }])
  })

  test('that waits for a moderator tells when it is published, and once when it comes back later', async () => {
    const above = await told.comment(ann, 'The lights are out.')
    const held = await told.comment(await desk.newPerson('Newcomer'), 'A first comment.', above)
    expect(await told.sentences(ann)).toEqual([])
    await decide(held, { act: 'release' })
    expect(await told.sentences(ann)).toEqual(['Newcomer replied to your comment'])
    await desk.flag({ commentId: held }, 'somebody')
    await decide(held, { act: 'remove', reason: 'abuse', text: 'It insults.' })
    expect(await told.sentences(ann)).toEqual(['A reply to your comment was removed by a moderator since'])
    expect(await newsPage(ann)).not.toMatch(/A first comment|Newcomer/)
  })

  test('that its author took back, or cut loose from their name, is said so', async () => {
    const above = await told.comment(ann, 'The lights are out.')
    const first = await told.comment(ben, 'Secret of Ben.', above)
    const second = await told.comment(ben, 'Said without a name.', above)
    await withdrawComment(desk.db, ben, first)
    await unnameComment(desk.db, ben, second)
    expect(await told.sentences(ann)).toEqual(['Somebody replied to your comment', 'A reply to your comment was withdrawn by its author since'])
    expect(await newsPage(ann)).not.toMatch(/Secret of Ben|>Ben /)
  })

  test('to a comment that was cut loose from its name tells its author, and shows that to nobody', async () => {
    const zoe = await desk.newPerson('Zoe Quill', [], 10)
    const above = await told.comment(zoe, 'The lights are out.')
    await unnameComment(desk.db, zoe, above)
    await told.comment(ben, 'They are on.', above)
    expect(await told.sentences(zoe)).toEqual(['Ben replied to your comment'])
    expect((await told.get(desk.post.path, ben)).body).not.toContain('Zoe')
  })

  test('costs one statement more than posting, and two where somebody is told', async () => {
    const above = await told.comment(ann, 'The lights are out.')
    const say = (parentId: number | null) => () =>
      postComment(desk.db, ben, desk.post.conversationId, { body: 'Yes.', parentId, clientKey: randomUUID() })
    await say(null)()
    const plain = await statementsOf(say(null))
    const reply = await statementsOf(say(above))
    expect(plain.filter(({ text }) => text.includes('notifications'))).toHaveLength(1)
    expect(reply.length - plain.length).toBe(1)
    expect(plain.every(({ name, text }) => name !== null || /^(begin|commit)/i.test(text))).toBe(true)
  })
})

describe('what a moderator decided', () => {
  test.each([
    ['release', {}, 'Your comment is published', null],
    ['reject', { reason: 'abuse', text: 'It insults.' }, 'Your comment was not published', 'Abuse or harassment'],
  ] as const)('%s', async (act, form, sentence, why) => {
    const newcomer = await desk.newPerson('New')
    const commentId = await told.comment(newcomer, 'My very first words.')
    await decide(commentId, { act, ...form })
    expect(await told.sentences(newcomer)).toEqual([sentence])
    const [news] = await told.news(newcomer)
    expect(news).toMatchObject({ why, words: 'My very first words.' })
    expect(await rowsOf(newcomer)).toHaveLength(1)
  })

  test('removing and restoring on appeal, each with its place to read on', async () => {
    const commentId = await told.comment(ann, 'You are all liars.')
    await desk.flag({ commentId }, 'somebody')
    await decide(commentId, { act: 'remove', reason: 'abuse', text: 'It insults.' })
    expect(await told.sentences(ann)).toEqual(['Your comment was removed'])
    const { id } = await desk.caseOf({ commentId })
    expect(await rowsOf(ann)).toMatchObject([{ path: `/account/cases/${id}` }])
    expect((await told.post(`/account/cases/${id}/appeals`, { text: 'It is the truth.', key: randomUUID() }, ann)).statusCode).toBe(303)
    const { version } = await desk.caseOf({ commentId })
    const heard = { version: String(version), 'appeal-way': 'overturned', 'appeal-text': 'You were right.' }
    expect((await told.post(`/moderation/cases/${id}/appeal-decisions`, heard, desk.press2)).statusCode).toBe(303)
    expect(await told.sentences(ann)).toEqual(['Your appeal is decided: the decision is undone', 'Your comment was removed'])
  })

  test('hiding that ran out by itself', async () => {
    const commentId = await told.comment(ann, 'Something grave.')
    await told.post(`/comments/${commentId}/hiding`, { key: randomUUID(), reason: 'operational-harm' }, desk.officer)
    moveClock(25 * 3_600_000)
    await revertHidden(desk.db)
    moveClock(0)
    const sentences = await told.sentences(ann)
    expect(sentences).toEqual(['Your comment is shown again'])
  })

  test('not what was flagged and simply stays', async () => {
    const commentId = await told.comment(ann, 'Fine words.')
    await desk.flag({ commentId }, 'somebody')
    await decide(commentId, { act: 'keep' })
    expect(await told.sentences(ann)).toEqual([])
  })
})

describe('a question', () => {
  const ask = async (form = {}) => {
    const asking = { title: 'When is the lamp mended?', body: 'In Main Street.', visibility: 'public', named: 'yes', key: randomUUID(), ...form }
    const answer = await told.post(`/ask/${desk.team.slug}`, asking, ann)
    return Number(/\/questions\/(\d+)/.exec(String(answer.headers.location))?.[1])
  }
  const rowOf = async (id: number) => (await desk.db.select().from(questions).where(eq(questions.id, id)))[0]

  test('that is answered tells the asker and those who said “same here”, and not whoever answered', async () => {
    const id = await ask()
    const publication = { title: 'Lamp', text: 'When?', tags: '', body: '', later: 'yes', key: randomUUID() }
    expect((await told.post(`/questions/${id}/publication`, publication, desk.officer)).statusCode).toBe(303)
    const [post] = await desk.db
      .select()
      .from(posts)
      .where(eq(posts.id, (await rowOf(id))?.postId ?? 0))
    for (const person of [ben, desk.officer]) await reactToSubject(desk.db, person, post?.conversationId ?? 0, { reaction: 'same-here', on: true })
    await told.post(`/questions/${id}/answers`, { body: 'On Thursday.', key: randomUUID() }, desk.officer)
    expect(await told.sentences(ann)).toEqual(['Your question is answered'])
    expect(await told.sentences(ben)).toEqual(['A question that you have too is answered'])
    expect(await told.sentences(desk.officer)).toEqual([])
    expect((await told.get(`/account/notifications/${(await rowsOf(ann))[0]?.id}`, ann)).headers.location).toBe(`/questions/${id}`)
    const path = String((await told.get(`/account/notifications/${(await rowsOf(ben))[0]?.id}`, ben)).headers.location)
    expect((await told.get(path, ben)).statusCode).toBe(200)
  })

  test('that moves to another team tells the asker', async () => {
    const id = await ask({ visibility: 'private' })
    await told.post(`/questions/${id}/moves`, { team: String(desk.otherTeam.id), note: 'Yours.' }, desk.sergeant)
    expect(await told.sentences(ann)).toEqual(['Your question is with the Skegness team now'])
  })
})

test('an outcome tells whoever wrote what it acts on, once, and says where it came from', async () => {
  const [mine, second, removed] = [
    await told.comment(ann, 'Mend the lamp.'),
    await told.comment(ann, 'And the bench.'),
    await told.comment(ben, 'Rude.'),
  ]
  const outcome = (sources: string) => ({
    kind: 'outcome',
    key: randomUUID(),
    title: 'The lamp is mended',
    'you-said': 'The lamp is broken.',
    'we-did': 'We had it mended.',
    'came-from': sources,
    act: 'publish',
  })
  const publish = async (sources: string) => told.post(`/teams/${desk.team.slug}/drafts`, outcome(sources), desk.sergeant)
  for (const wrong of ['/comments/999999', 'https://example.org/', `/teams/${desk.team.slug}/posts/999999-x`, 'Ann said it'])
    expect((await publish(wrong)).body, wrong).toMatch(/is not (a comment|the address)/)
  await desk.flag({ commentId: removed }, 'somebody')
  await decide(removed, { act: 'remove', reason: 'abuse', text: 'Rude.' })
  expect((await publish(`/comments/${removed}`)).body).toContain('everybody can read')
  expect(await told.sentences(ann)).toEqual([])
  const done = await publish(`https://localhost/comments/${mine}\n${desk.post.path}#c${second}\n/comments/${mine}`)
  expect(done.statusCode).toBe(303)
  expect(await told.sentences(ann)).toEqual(['The Bracebridge Heath team acted on what you said'])
  const path = String((await told.get(`/account/notifications/${(await rowsOf(ann))[0]?.id}`, ann)).headers.location)
  const page = (await told.get(path)).body
  expect(page).toContain('This came from')
  expect([...page.matchAll(/<li><a href="\/comments\/(\d+)">Comment/g)].map(([, id]) => Number(id))).toEqual([mine, second])
  expect(page).not.toContain('came-from')
})

describe('reading', () => {
  const tellAnn = async (times: number) => {
    const above = await told.comment(ann, 'The lights are out.')
    for (let at = 0; at < times; at++) await told.comment(ben, `Reply ${at}`, above)
  }

  test('opening one marks it and leads to its place; all others stay', async () => {
    await tellAnn(2)
    const [first] = await rowsOf(ann)
    const opened = await told.get(`/account/notifications/${first?.id}`, ann)
    expect([opened.statusCode, opened.headers.location]).toEqual([303, first?.path])
    expect(await unreadOf(ann)).toBe(1)
    await told.get(`/account/notifications/${first?.id}`, ann)
    expect(await unreadOf(ann)).toBe(1)
  })

  test('all at once: up to what was in view, everywhere at once, twice the same as once', async () => {
    await tellAnn(3)
    expect(await newsPage(ann)).toMatch(/data-unread="3"/)
    const [, second] = await rowsOf(ann)
    const form = { until: String(second?.id) }
    await Promise.all([1, 2, 3].map(() => told.post('/account/notifications/read', form, ann)))
    expect(await unreadOf(ann)).toBe(1)
    // Any other page, on any other device.
    const other = await told.site.cookieOf(ann)
    expect((await told.site.get('/teams', other)).body).toMatch(/data-unread="1"/)
    await told.post('/account/notifications/read', { until: '999999' }, ann)
    expect((await told.site.get('/teams', other)).body).toMatch(/data-unread="0" hidden/)
  })

  test('nobody sees, opens or marks what another was told', async () => {
    await tellAnn(1)
    const [row] = await rowsOf(ann)
    for (const person of [ben, desk.officer, desk.press, desk.sergeant, desk.administrator]) {
      expect((await told.get(`/account/notifications/${row?.id}`, person)).statusCode).toBe(404)
      await told.post('/account/notifications/read', { id: String(row?.id) }, person)
      await told.post('/account/notifications/read', { until: '999999' }, person)
      expect(await newsPage(person)).not.toContain(`/account/notifications/${row?.id}"`)
    }
    expect(await unreadOf(ann)).toBe(1)
    expect((await told.get(`/account/notifications/${row?.id}`)).headers.location).toMatch(/^\/sign-in/)
    expect((await told.get('/account/notifications')).headers.location).toMatch(/^\/sign-in/)
    expect((await told.post('/account/notifications/read', { until: '999999' })).statusCode).toBe(403)
  })

  test('pages by key, and writes nothing', async () => {
    await tellAnn(23)
    const first = await newsPage(ann)
    expect(first.match(/<li class="post"/g)).toHaveLength(20)
    const older = /href="(\/account\/notifications\?before=\d+)"/.exec(first)?.[1] ?? ''
    expect((await told.get(older, ann)).body.match(/<li class="post"/g)).toHaveLength(3)
    expect(writesOf(await statementsOf(() => told.get(older, ann)))).toEqual([])
    expect((await told.get('/account/notifications?before=x', ann)).statusCode).toBe(404)
  })

  test('is quiet where there is nothing', async () => {
    const page = await newsPage(ann)
    expect(page).toContain('Nothing yet.')
    expect(page).not.toContain('Mark all')
    expect(page).toMatch(/data-unread="0" hidden/)
  })

  test('what somebody may no longer read is not said', async () => {
    const leaver = await desk.newPerson('Leaver', [], 10)
    await told.comment(leaver, 'x')
    const { rows } = await desk.db.$client.query<{ id: string }>(
      `insert into conversations (audience, team_id, title, path) values ('staff', $1, 'A secret of the staff', '/x') returning id`,
      [desk.team.id],
    )
    await desk.db.insert(notifications).values({
      accountId: leaver.accountId,
      kind: 'replied',
      key: randomUUID(),
      path: '/x',
      conversationId: Number(rows[0]?.id),
      at: new Date(),
    })
    expect(await newsPage(leaver)).not.toContain('secret')
  })
})
