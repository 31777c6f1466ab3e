/** What an outcome acts on: named by addresses, kept without words of others, and there for everybody to read when it is named. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { postById } from '../../src/posts/list.ts'
import { correctPost, publishPost } from '../../src/posts/post.ts'
import { sourcesIn } from '../../src/posts/source.ts'
import { sourceOf } from '../../src/posts/source-address.ts'
import { openDesk, type Desk } from '../moderation/desk.ts'
import { tryContent } from './kind-forms.ts'

const PAIR = { 'you-said': 'It is dark.', 'we-did': 'The council mended the lamp.' }

describe('an address', () => {
  test.each([
    ['/comments/12', { kind: 'comment', id: 12, path: '/comments/12' }],
    ['https://any.example/comments/12?from=mail#c12', { kind: 'comment', id: 12, path: '/comments/12' }],
    ['/teams/heath/posts/7-a-question#c12', { kind: 'comment', id: 12, path: '/comments/12' }],
    // The words are the title, which a moderator may have to take away.
    ['/teams/heath/posts/7-what-the-asker-called-it', { kind: 'post', id: 7, path: '/teams/heath/posts/7' }],
    ['/teams/heath/posts/7', { kind: 'post', id: 7, path: '/teams/heath/posts/7' }],
    ['//evil.example/comments/12', { kind: 'comment', id: 12, path: '/comments/12' }],
    ['/comments/12/flags', null],
    ['/comments/012', null],
    ['/comments\\12', null],
    ['Ann said it', null],
  ])('%s', (typed, source) => {
    expect(sourceOf(typed)).toEqual(source)
  })

  test('that is none is refused with a sentence that shows it', () => {
    const { refused } = tryContent('outcome', { title: 'Lights', body: '', tags: '', ...PAIR, 'came-from': '/comments/1\n-' })
    expect(refused).toEqual({ 'came-from': 'This is not the address of a comment or post on this site: “-”' })
  })
})

describe('a correction', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk?.close())

  const formWith = (sources: number[]) => ({
    title: 'Lights',
    body: '',
    tags: '',
    ...PAIR,
    'came-from': sources.map((id) => `/comments/${id}`).join('\n'),
  })
  const correct = (id: number, sources: number[], version: number) =>
    correctPost(desk.db, desk.sergeant, id, { title: '', body: '', tags: [], note: 'One more.', version, form: formWith(sources) })

  test('names only what everybody can read, and keeps what has gone since', async () => {
    const kept = await desk.say(desk.resident, 'It is dark.')
    const held = await desk.say(desk.newcomer, 'Dark here too.')
    const input = { kind: 'outcome' as const, title: 'Lights', body: '', tags: [], clientKey: randomUUID(), form: formWith([kept]) }
    const { id } = await publishPost(desk.db, desk.sergeant, desk.team, input)
    for (const unread of [held, 999_999]) {
      const refused: unknown = await correct(id, [kept, unread], 1).catch((problem: unknown) => problem)
      expect(refused).toBeInstanceOf(Refused)
      expect((refused as Refused).fields).toEqual({ 'came-from': `This is not a comment or post that everybody can read: /comments/${unread}` })
    }
    await desk.flag({ commentId: kept }, desk.newcomer)
    await desk.decide(desk.press, { commentId: kept }, 'remove')
    await correct(id, [kept, await desk.say(desk.resident, 'And at the bus stop.')], 1)
    expect(sourcesIn((await postById(desk.db, id)).details)).toHaveLength(2)
  })
})
