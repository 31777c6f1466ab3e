/** From a staff note to a public reply, and from a public conversation to colleagues. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { notesPath, sideConversation } from '../../src/conversations/side.ts'
import { answerQuestion, publishQuestion } from '../../src/questions/answer.ts'
import { askQuestion, questionById } from '../../src/questions/question.ts'
import { posts } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { raiseIssue } from '../../src/together/issue.ts'
import { eq } from 'drizzle-orm'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let far: SignedIn
let press: SignedIn
let resident: SignedIn

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  far = await makeStaff(db, 'PC Lee Ward', 'officer', await makeTeam(db, 'Skegness'))
  press = await makeStaff(db, 'Dana Price', 'press-office')
  resident = await makeResident(db, 'Maureen T')
})
afterAll(() => site.close())

const USE = 'Use it for a public reply'
const CHECK = 'Check it before you post: staff notes can hold what must not be public'
const read = async (path: string, by?: SignedIn) => site.get(path, by && (await site.cookieOf(by)))
async function note(conversationId: number, body: string, by = far): Promise<number> {
  const side = await sideConversation(site.world.db, by, conversationId)
  return (await postComment(site.world.db, by, side.id, { body, parentId: null, clientKey: randomUUID() })).id
}

async function ask(visibility: 'public' | 'private' = 'public') {
  const { db } = site.world
  const words = { title: 'Who clears the ditch?', body: 'It is full.' }
  const { id } = await askQuestion(db, resident, team, { ...words, visibility, named: true, clientKey: randomUUID() })
  if (visibility === 'public') await publishQuestion(db, officer, id, { ...words, tags: [], answer: null, clientKey: randomUUID() })
  const question = await questionById(db, officer, id)
  const [post] = await db
    .select()
    .from(posts)
    .where(eq(posts.id, question.post?.id ?? 0))
  return { id, path: question.path, publicPath: question.post?.path ?? '', privateTalk: question.conversation.id, talk: post?.conversationId ?? 0 }
}

describe('a note beside a post', () => {
  test('is used for a public reply by those who answer for the team, with a warning, and without the name of who wrote it', async () => {
    const post = await makePost(site.world.db, officer, team)
    const id = await note(post.conversationId, 'The gully was cleared on Monday.')
    const address = `/conversations/${post.conversationId}/comments/new?note=${id}`
    for (const by of [officer, press]) {
      const notes = await read(notesPath(post.conversationId), by)
      expect(notes.body).toContain(`<a href="${address}">${USE}</a>`)
      const form = await read(address, by)
      expect(form.body).toMatch(/<textarea[^>]*>The gully was cleared on Monday\.<\/textarea>/)
      expect(form.body).toContain(CHECK)
      expect(form.body).not.toContain('Lee Ward')
    }
  })

  test('is not used by an officer of another team, who reads and writes notes', async () => {
    const post = await makePost(site.world.db, officer, team)
    const id = await note(post.conversationId, 'Ask the drainage board.')
    const notes = await read(notesPath(post.conversationId), far)
    expect(notes.body).toContain('Ask the drainage board.')
    expect(notes.body).toContain('Keep the note')
    expect(notes.body).not.toContain(USE)
    expect((await read(`/conversations/${post.conversationId}/comments/new?note=${id}`, far)).statusCode).toBe(404)
  })

  test('that was taken back is gone from the way there', async () => {
    const post = await makePost(site.world.db, officer, team)
    const id = await note(post.conversationId, 'Wrong after all.')
    await withdrawComment(site.world.db, far, id)
    expect((await read(`/conversations/${post.conversationId}/comments/new?note=${id}`, officer)).statusCode).toBe(404)
  })
})

describe('a note beside a question', () => {
  test('that is public and waits begins its answer', async () => {
    const question = await ask()
    const id = await note(question.talk, 'The drainage board clears it in May.')
    const address = `${question.path}?note=${id}`
    expect((await read(notesPath(question.talk), officer)).body).toContain(`<a href="${address}#answering">${USE}</a>`)
    const form = await read(address, officer)
    expect(form.body).toMatch(/<textarea id="answers-body"[^>]*>The drainage board clears it in May\.<\/textarea>/)
    expect(form.body).toContain(CHECK)
    expect(form.body).not.toContain('Lee Ward')
    expect((await read(question.path, officer)).body).toContain(`<a href="${notesPath(question.talk)}">Notes of colleagues beside it (1)</a>`)
    expect((await read(question.path, resident)).body).not.toContain('Notes of colleagues')
    expect((await read(question.publicPath)).body).not.toContain('drainage board')
    for (const by of [far, resident, undefined]) expect((await read(address, by)).body).not.toContain('drainage board')
  })

  test('that is answered begins a comment', async () => {
    const question = await ask()
    await answerQuestion(site.world.db, officer, question.id, { body: 'In May.', clientKey: randomUUID() })
    const id = await note(question.talk, 'May it is.')
    expect((await read(notesPath(question.talk), officer)).body).toContain(
      `<a href="/conversations/${question.talk}/comments/new?note=${id}">${USE}</a>`,
    )
  })

  test('that is private begins a private answer, and nothing of it goes to colleagues', async () => {
    const question = await ask('private')
    const id = await note(question.privateTalk, 'Knows the family.', officer)
    const notes = await read(notesPath(question.privateTalk), officer)
    expect(notes.body).toContain(`<a href="${question.path}?note=${id}#answering">Use it for a reply</a>`)
    expect(notes.body).not.toContain('/staff/issues')
    expect((await read(`${question.path}?note=${id}`, officer)).body).toContain('what the asker must not read')
    expect((await read(notesPath(question.privateTalk), far)).statusCode).toBe(404)
  })

  test('is not taken from beside another conversation', async () => {
    const [one, other] = [await ask(), await ask()]
    const id = await note(other.talk, 'Of the other ditch.')
    expect((await read(`${one.path}?note=${id}`, officer)).statusCode).toBe(404)
  })
})

describe('from public to colleagues', () => {
  test('the notes lead to raising an issue, and name those that are there, to the network alone', async () => {
    const post = await makePost(site.world.db, officer, team)
    const before = await read(notesPath(post.conversationId), far)
    expect(before.body).toContain(`href="/staff/issues/new?about=${post.conversationId}"`)
    const words = { title: 'Marked Hollowmere', body: 'Who else?', tags: [], clientKey: randomUUID(), circleId: null }
    const issue = await raiseIssue(site.world.db, far, { ...words, aboutId: post.conversationId })
    const after = await read(notesPath(post.conversationId), officer)
    expect(after.body).toContain(`<a href="${issue.path}">Marked Hollowmere</a>`)
    expect(after.body).toContain('1 person works on it')
    for (const by of [undefined, resident]) {
      expect((await read(post.path, by)).body).not.toMatch(/Hollowmere|\/staff\//)
      expect((await read(notesPath(post.conversationId), by)).body).not.toContain('Hollowmere')
    }
  })
})
