/**
 * Ways round the second person, each shut: words beside a sensitive post, corrections, photos that come back, names that stay.
 */
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { Forbidden, Overtaken } from '../../src/errors.ts'
import { correctPost, draftCorrection } from '../../src/posts/correction.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { approveDraft, submitDraft } from '../../src/posts/lifecycle.ts'
import { postById, postsOfTeam } from '../../src/posts/list.ts'
import { removePhotosOfPost } from '../../src/posts/photo.ts'
import { publishPost, withdrawPost } from '../../src/posts/post.ts'
import { drafts, posts, type PostKind } from '../../src/posts/schema.ts'
import { repostPost } from '../../src/posts/sharing.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { publishQuestion } from '../../src/questions/answer.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { FORMS } from './kind-forms.ts'

let world: World
let team: TeamName
let other: TeamName
let people: Record<'officer' | 'colleague' | 'sergeant' | 'press' | 'elsewhere', SignedIn>

beforeAll(async () => {
  world = await openWorld()
  const { db } = world
  team = await makeTeam(db, 'Bracebridge Heath')
  other = await makeTeam(db, 'Lincoln City Centre')
  people = {
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Beth Lowther', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team),
    press: await makeStaff(db, 'Press office', 'press-office'),
    elsewhere: await makeStaff(db, 'PC Tom Ellison', 'officer', other),
  }
})
afterAll(() => world?.close())

async function approved(kind: PostKind, approver: SignedIn): Promise<number> {
  const { db } = world
  const { expires: _expires, ...form } = FORMS[kind]
  const recent = { ...form, ...(kind === 'court' ? { 'hearing-date': '2026-03-20' } : {}) }
  const draft = await saveDraft(db, people.officer, team, { kind, key: randomUUID(), form: recent, version: null, teamIds: [], wholeForce: false })
  await submitDraft(db, people.officer, draft.id, draft.version)
  await approveDraft(db, approver, draft.id, { version: draft.version, publish: true, lock: false, publishAt: null })
  const [row] = await db.select({ postId: drafts.postId }).from(drafts).where(eq(drafts.id, draft.id))
  return Number(row?.postId)
}

describe('a sensitive post', () => {
  test('takes no words of another team’s officer beside it', async () => {
    const id = await approved('court', people.press)
    await expect(repostPost(world.db, people.elsewhere, id, other, 'It is Jo Bloggs of 4 High Street')).rejects.toBeInstanceOf(Forbidden)
    await repostPost(world.db, people.press, id, other, 'This concerns the city too')
    expect((await postsOfTeam(world.db, other.id)).items.map((item) => item.line)).toEqual(['This concerns the city too'])
  })

  test('leaves no name in title, address or lists when it is withdrawn', async () => {
    const id = await approved('court', people.press)
    const before = await postById(world.db, id)
    await withdrawPost(world.db, people.press, id, 'Published by mistake.')
    const after = await postById(world.db, id)
    expect(after).toMatchObject({ path: `/teams/bracebridge-heath/posts/${id}-withdrawn` })
    expect(after.title).toContain('withdrawn')
    const [conversation] = await world.db.select().from(conversations).where(eq(conversations.id, before.conversationId))
    expect(JSON.stringify([after, conversation, (await postsOfTeam(world.db, team.id)).items])).not.toContain(`${id}-sentenced`)
    expect(conversation).toMatchObject({ title: after.title, path: after.path })
  })

  test('is not the only one whose correction needs a second person: so does an outcome of an officer', async () => {
    const id = await approved('outcome', people.sergeant)
    const change = { title: 'Nothing was done', body: '', tags: [], note: 'Other words.', version: 1 }
    await expect(correctPost(world.db, people.officer, id, change)).rejects.toBeInstanceOf(Forbidden)
    expect((await draftCorrection(world.db, people.officer, id)).id).toBeGreaterThan(0)
    await correctPost(world.db, people.sergeant, id, change)
    const [post] = await world.db.select().from(posts).where(eq(posts.id, id))
    expect(post).toMatchObject({ title: 'Nothing was done', approvedBy: null })
  })
})

test('only the photos of an appeal go because somebody was traced', async () => {
  const { id } = await publishPost(world.db, people.press, team, { title: 'Speed checks', body: 'Out today.', tags: [], clientKey: randomUUID() })
  await expect(removePhotosOfPost(world.db, people.officer, id, 'Found safe.')).rejects.toBeInstanceOf(Forbidden)
})

test('a draft of a team that somebody has left is not theirs to hand in', async () => {
  const { db } = world
  const { expires: _expires, ...form } = FORMS.appeal
  const input = { kind: 'appeal' as const, key: randomUUID(), form, version: null, teamIds: [], wholeForce: false }
  const draft = await saveDraft(db, people.officer, team, input)
  await expect(submitDraft(db, { ...people.officer, duties: people.elsewhere.duties }, draft.id, draft.version)).rejects.toBeInstanceOf(Forbidden)
  await submitDraft(db, people.officer, draft.id, draft.version)
})

test('two officers who publish one question at once: the second is told, and loses nothing unseen', async () => {
  const { db } = world
  const asker = await makeResident(db, 'Maureen T')
  const question = await askQuestion(db, asker, team, {
    title: 'Who patrols?',
    body: 'At night?',
    visibility: 'public',
    named: false,
    clientKey: randomUUID(),
  })
  const words = { title: 'Who patrols?', body: 'At night?', tags: [], answer: 'We do.', clientKey: randomUUID() }
  const first = await publishQuestion(db, people.officer, question.id, words)
  expect(await publishQuestion(db, people.officer, question.id, words)).toEqual(first)
  const second = { ...words, answer: 'They do.', clientKey: randomUUID() }
  await expect(publishQuestion(db, people.colleague, question.id, second)).rejects.toBeInstanceOf(Overtaken)
})
