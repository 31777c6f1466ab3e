/**
 * What is found can be read: for every role, after every act that changes a comment, a post or a question. And the other way round: what stands is found,
 * by everybody who may read it, from the same moment.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type Actor, type SignedIn } from '../../src/actor.ts'
import { mayRead } from '../../src/conversations/audience.ts'
import { editComment, postComment, unnameComment, withdrawComment } from '../../src/conversations/comment.ts'
import { setMode } from '../../src/conversations/mode.ts'
import { comments, conversations } from '../../src/conversations/schema.ts'
import { sideConversation } from '../../src/conversations/side.ts'
import { disposeOfComment, lockComment } from '../../src/conversations/states.ts'
import { correctPost, withdrawPost } from '../../src/posts/post.ts'
import { lockPost } from '../../src/posts/stored-post.ts'
import { restorePost } from '../../src/posts/restoring.ts'
import { answerQuestion } from '../../src/questions/answer.ts'
import { moveQuestion } from '../../src/questions/assignment.ts'
import { publishQuestion } from '../../src/questions/publication.ts'
import { askQuestion, withdrawQuestion } from '../../src/questions/question.ts'
import { questions } from '../../src/questions/schema.ts'
import { registerQuestions } from '../../src/questions/register.ts'
import { registerSeals } from '../../src/seals/register.ts'
import { registerProposals } from '../../src/proposals/register.ts'
import { searchEntries } from '../../src/search/schema.ts'
import { search } from '../../src/search/search.ts'
import { duty, openDesk, type Desk } from '../moderation/desk.ts'
import { makePost } from '../people.ts'
import { vaultOf } from '../seals/vault.ts'

let desk: Desk
let readers: [string, Actor][]
let officerElsewhere: SignedIn
let number = 0

beforeAll(async () => {
  desk = await openDesk()
  registerQuestions()
  registerProposals()
  registerSeals()
  officerElsewhere = await desk.newPerson('PC Dora Elsewhere', [duty('officer', desk.otherTeam)])
  readers = [
    ['visitor', visitor],
    ['asker', desk.resident],
    ['another resident', desk.newcomer],
    ['officer', desk.officer],
    ['sergeant', desk.sergeant],
    ['officer of another team', officerElsewhere],
    ['sergeant of another team', desk.otherSergeant],
    ['press office', desk.press],
    ['administrator', desk.administrator],
    ['partner', await desk.newPerson('Pat Partner', [duty('partner')])],
  ]
})
afterAll(() => desk?.close())

/** A word that nothing else holds. */
const newWord = (): string => `zq${'abcdefghij'[number % 10]}${'klmnopqrst'[Math.floor(number++ / 10) % 10]}xword`

/** Who finds it, by name; each of them by both orders. */
async function findersOf(word: string): Promise<string[]> {
  const finders: string[] = []
  for (const [name, reader] of readers) {
    const pages = await Promise.all((['best', 'newest'] as const).map((order) => search(desk.db, reader, { q: word, order, exact: true })))
    expect(pages[0]?.results.map(({ path }) => path)).toEqual(pages[1]?.results.map(({ path }) => path))
    if ((pages[0]?.results.length ?? 0) > 0) finders.push(name)
  }
  return finders
}

const ofConversation = async (id: number) => {
  const [found] = await desk.db.select().from(conversations).where(eq(conversations.id, id))
  if (!found) throw new Error('no conversation')
  return found
}

/** Who may read a comment as the engine has it. */
async function readersOf(commentId: number): Promise<string[]> {
  const [comment] = await desk.db.select().from(comments).where(eq(comments.id, commentId))
  if (comment?.state !== 'published') return []
  const conversation = await ofConversation(comment.conversationId)
  return readers.filter(([, reader]) => mayRead(reader, conversation)).map(([name]) => name)
}

const say = async (by: SignedIn, body: string, conversationId = desk.post.conversationId, hold: string | null = null) =>
  (await postComment(desk.db, by, conversationId, { body, parentId: null, clientKey: randomUUID(), hold })).id

type Act = (id: number, word: string) => Promise<unknown>

const flagThrice: Act = async (id) => {
  for (const visitorName of ['one', 'two', 'three']) await desk.flag({ commentId: id }, `${visitorName} ${id}`)
}
const remove: Act = async (id) => {
  await desk.flag({ commentId: id }, `somebody ${id}`, 'threat')
  await desk.decide(desk.press, { commentId: id }, 'remove', { reasonCode: 'threat' })
}
const dispose: Act = (id) =>
  desk.db.transaction(async (tx) => {
    const comment = await lockComment(tx, id)
    if (comment) await disposeOfComment(tx, comment)
  })

describe('a comment is found by those who may read it, from the moment of', () => {
  const ACTS: [string, { held?: boolean; acts: Act[]; stands: boolean }][] = [
    ['publishing', { acts: [], stands: true }],
    ['being held', { held: true, acts: [], stands: false }],
    ['its release', { held: true, acts: [(id) => desk.decide(desk.press, { commentId: id }, 'release')], stands: true }],
    ['its rejection', { held: true, acts: [(id) => desk.decide(desk.press, { commentId: id }, 'reject')], stands: false }],
    ['being hidden by flags', { acts: [flagThrice], stands: false }],
    ['being shown again', { acts: [flagThrice, (id) => desk.decide(desk.press, { commentId: id }, 'restore')], stands: true }],
    ['its removal', { acts: [remove], stands: false }],
    ['its withdrawal', { acts: [(id) => withdrawComment(desk.db, desk.resident, id)], stands: false }],
    ['losing its name', { acts: [(id) => unnameComment(desk.db, desk.resident, id)], stands: true }],
    ['being sealed while it stands', { acts: [(id) => vaultOf(desk).seal({ commentId: id })], stands: true }],
    ['being sealed when it is down', { acts: [remove, (id) => vaultOf(desk).seal({ commentId: id })], stands: false }],
    ['its disposal', { acts: [remove, dispose], stands: false }],
  ]
  test.each(ACTS)('%s', async (_name, { held, acts, stands }) => {
    const word = newWord()
    const id = await say(desk.resident, `There is ${word} here.`, undefined, held ? 'A word of a list.' : null)
    for (const act of acts) await act(id, word)
    expect(await findersOf(word)).toEqual(await readersOf(id))
    expect((await findersOf(word)).length).toBe(stands ? readers.length : 0)
  })

  test('an edit, with its new words and no more with the old ones', async () => {
    const [before, after] = [newWord(), newWord()]
    const id = await say(desk.resident, `There is ${before} here.`)
    await editComment(desk.db, desk.resident, id, `There is ${after} here.`)
    expect(await findersOf(before)).toEqual([])
    expect(await findersOf(after)).toEqual(await readersOf(id))
  })

  test('words being taken out, without them', async () => {
    const [gone, left] = [newWord(), newWord()]
    const id = await say(desk.resident, `There is ${gone} and ${left} here.`)
    await desk.flag({ commentId: id }, `somebody ${id}`)
    await desk.decide(desk.press, { commentId: id }, 'redact', { takenOut: [gone] })
    expect(await findersOf(gone)).toEqual([])
    expect(await findersOf(left)).toEqual(await readersOf(id))
  })

  test('a lock of its conversation, when all of them wait, and its end', async () => {
    const word = newWord()
    const post = await makePost(desk.db, desk.officer, desk.team, 'About a trial')
    const ids = [await say(desk.resident, word, post.conversationId), await say(desk.officer, word, post.conversationId)]
    const trial = { mode: 'legal-lock' as const, trigger: 'charge' as const, reviewAt: new Date(Date.now() + 86_400_000) }
    await desk.db.transaction((tx) => setMode(tx, null, post.conversationId, trial))
    expect(await findersOf(word)).toEqual([])
    await desk.decide(desk.press, { commentId: Number(ids[0]) }, 'release').catch(() => {})
    expect(await findersOf(word)).toEqual(await readersOf(Number(ids[0])))
  })

  test('being rolled back: then nothing has happened', async () => {
    const word = newWord()
    const id = await say(desk.resident, word)
    await desk.db
      .transaction(async (tx) => {
        await tx.delete(searchEntries)
        await tx.update(comments).set({ state: 'withdrawn' }).where(eq(comments.id, id))
        throw new Error('no')
      })
      .catch(() => {})
    expect(await findersOf(word)).toHaveLength(readers.length)
  })
})

describe('a post', () => {
  test('is found as it stands: corrected, with words taken out, removed, restored, withdrawn', async () => {
    const [title, corrected] = [newWord(), newWord()]
    const post = await makePost(desk.db, desk.officer, desk.team, `All about ${title}`)
    expect(await findersOf(title)).toHaveLength(readers.length)
    const input = { title: 'Another title', body: `Now about ${corrected}.`, tags: [], note: 'It was wrong.', version: post.version }
    await correctPost(desk.db, desk.officer, post.id, input)
    expect(await findersOf(title)).toEqual([])
    expect(await findersOf(corrected)).toHaveLength(readers.length)
    await desk.flag({ postId: post.id }, 'somebody', 'threat')
    await desk.decide(desk.press, { postId: post.id }, 'remove', { reasonCode: 'threat' })
    expect(await findersOf(corrected)).toEqual([])
    expect(await findersOf('another title')).toEqual([])
    await desk.db.transaction(async (tx) => {
      const found = await lockPost(tx, post.id)
      if (found) await restorePost(tx, null, found.post)
    })
    expect(await findersOf(corrected)).toHaveLength(readers.length)
  })

  test('is not found once its team has withdrawn it, and what was said under it is', async () => {
    const [word, said] = [newWord(), newWord()]
    const post = await makePost(desk.db, desk.officer, desk.team, `All about ${word}`)
    const id = await say(desk.resident, said, post.conversationId)
    await withdrawPost(desk.db, desk.officer, post.id, 'The wrong day.')
    expect(await findersOf(word)).toEqual([])
    expect(await findersOf(said)).toEqual(await readersOf(id))
  })
})

describe('what was said among few', () => {
  const ask = async (visibility: 'private' | 'public', word: string) => {
    const asked = { title: `About ${word}`, body: 'What is it?', visibility, named: false, clientKey: randomUUID() }
    const { id } = await askQuestion(desk.db, desk.resident, desk.team, asked)
    const [row] = await desk.db.select().from(questions).where(eq(questions.id, id))
    return { id, conversationId: Number(row?.conversationId) }
  }
  const AMONG_THEM = ['asker', 'officer', 'sergeant', 'press office']

  test('is found by them alone: question, message, and the notes of the team beside it', async () => {
    const [word, said, noted] = [newWord(), newWord(), newWord()]
    const { conversationId } = await ask('private', word)
    const message = await say(desk.resident, said, conversationId)
    const note = await say(desk.officer, noted, (await sideConversation(desk.db, desk.officer, conversationId)).id)
    expect(await findersOf(word)).toEqual(AMONG_THEM)
    expect(await findersOf(said)).toEqual(AMONG_THEM)
    expect(await readersOf(message)).toEqual(AMONG_THEM)
    expect(await findersOf(noted)).toEqual(['officer', 'sergeant', 'press office'])
    expect(await findersOf(noted)).toEqual(await readersOf(note))
  })

  test('goes along when the question is given to another team', async () => {
    const [word, said] = [newWord(), newWord()]
    const { id, conversationId } = await ask('private', word)
    const message = await say(desk.resident, said, conversationId)
    await moveQuestion(desk.db, desk.sergeant, id, desk.otherTeam, 'It is theirs.')
    const now = ['asker', 'officer of another team', 'sergeant of another team', 'press office']
    expect(await findersOf(word)).toEqual(now)
    expect(await findersOf(said)).toEqual(now)
    expect(await readersOf(message)).toEqual(now)
  })

  test('is found in public once the question is published, with its answer, and no more once it is taken back', async () => {
    const [word, answer] = [newWord(), newWord()]
    const { id } = await ask('public', word)
    expect(await findersOf(word)).toEqual(AMONG_THEM)
    await publishQuestion(desk.db, desk.officer, id, {
      title: `About ${word}`,
      body: 'What is it?',
      tags: [],
      answer: `It is ${answer}.`,
      clientKey: randomUUID(),
    })
    expect(await findersOf(word)).toHaveLength(readers.length)
    const { results } = await search(desk.db, visitor, { q: answer, order: 'best', kind: 'answer' })
    expect(results).toMatchObject([{ kind: 'answer', mark: 'Officer · Bracebridge Heath team' }])
    const taken = newWord()
    const other = await ask('public', taken)
    await withdrawQuestion(desk.db, desk.resident, other.id)
    expect(await findersOf(taken)).toEqual([])
  })

  test('an answer in private is one too', async () => {
    const word = newWord()
    const { id } = await ask('private', newWord())
    await answerQuestion(desk.db, desk.officer, id, { body: `It is ${word}.`, clientKey: randomUUID() })
    expect(await findersOf(word)).toEqual(AMONG_THEM)
  })

  test('of the staff is found by the staff', async () => {
    const word = newWord()
    const note = await say(desk.officer, word, (await sideConversation(desk.db, desk.officer, desk.post.conversationId)).id)
    expect(await findersOf(word)).toEqual(await readersOf(note))
    expect(await findersOf(word)).toEqual(readers.map(([name]) => name).filter((name) => !/visitor|asker|resident|partner/.test(name)))
  })
})

test('every entry is of something that stands, and everything that stands has one', async () => {
  const { rows } = await desk.db.$client.query<{ what: string }>(`
    select 'comment ' || id as what from comments where (state = 'published') <> exists (select from search_entries where kind in ('comment', 'answer') and item_id = comments.id)
    union all select 'post ' || id from posts where (state <> 'withdrawn') <> exists (select from search_entries where kind in ('post', 'question') and item_id = posts.id)
    union all select 'question ' || id from questions where (post_id is null and withdrawn_at is null) <> exists (select from search_entries where kind = 'asked' and item_id = questions.id)
    union all select 'answer ' || item_id from search_entries where (kind = 'answer') <> exists (select from questions where answer_id = item_id) and kind in ('comment', 'answer')
    union all select 'scope of ' || comments.id from comments join conversations on conversations.id = conversation_id join search_entries on kind in ('comment', 'answer') and item_id = comments.id
      where (conversations.audience, conversations.team_id) is distinct from (search_entries.audience, search_entries.team_id)`)
  expect(rows).toEqual([])
})
