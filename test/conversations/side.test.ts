import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitor, type SignedIn } from '../../src/actor.ts'
import { privateTo } from '../../src/conversations/audience.ts'
import { postComment } from '../../src/conversations/comment.ts'
import { conversations } from '../../src/conversations/schema.ts'
import { noteCount, notesPath, sideConversation } from '../../src/conversations/side.ts'
import { NotFound } from '../../src/errors.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { openApp, type TestApp } from '../app.ts'
import { makeCircle, makePartner } from '../network/circle.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'

let site: TestApp
let team: TeamName
let officer: SignedIn
let colleague: SignedIn
let resident: SignedIn

beforeAll(async () => {
  site = await openApp({ LIMIT_FACTOR: '1000' })
  const { db } = site.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Imran Adeyemi', 'officer', team)
  colleague = await makeStaff(db, 'PC Else Where', 'officer', await makeTeam(db, 'Alford'))
  resident = await makeResident(db, 'Maureen T')
})
afterAll(() => site.close())

const newPost = () => makePost(site.world.db, officer, team)
async function note(conversationId: number, body: string, by = officer): Promise<number> {
  const side = await sideConversation(site.world.db, by, conversationId)
  return (await postComment(site.world.db, by, side.id, { body, parentId: null, clientKey: randomUUID() })).id
}

describe('the conversation beside a conversation', () => {
  test('is one, however many open it at once', async () => {
    const { conversationId } = await newPost()
    const opened = await Promise.all(Array.from({ length: 5 }, () => sideConversation(site.world.db, officer, conversationId)))
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(opened[0]).toMatchObject({ audience: 'staff', teamId: team.id, besideId: conversationId, path: notesPath(conversationId) })
  })

  test('is for everybody who works for the force, of every team beside what is public', async () => {
    const { db } = site.world
    const { conversationId } = await newPost()
    await note(conversationId, 'One')
    const [helen, ada] = [await makeStaff(db, 'Sgt Helen Marsh', 'supervisor', team), await makeStaff(db, 'Ada Min', 'administrator')]
    const staff = [officer, colleague, helen, ada, await makeStaff(db, 'Press', 'press-office')]
    for (const one of staff) expect(await noteCount(db, one, conversationId)).toBe(1)
    await note(conversationId, 'From an administrator', ada)
    expect(await noteCount(db, officer, conversationId)).toBe(2)
    const rural = await makeCircle(db, 'Rural crime', 'restricted')
    const others = [visitor, resident, await makeStaff(db, 'Ward Council', 'partner'), await makePartner(db, 'Ward Fire', rural, officer)]
    for (const one of others) {
      expect(await noteCount(db, one, conversationId)).toBeNull()
      await expect(sideConversation(db, one, conversationId)).rejects.toBeInstanceOf(NotFound)
    }
  })

  test('beside a private one is the team’s alone: neither the asker nor another team', async () => {
    const { db } = site.world
    const [talk] = await db
      .insert(conversations)
      .values({ audience: privateTo(resident.accountId), teamId: team.id, title: 'Q', path: '/q' })
      .returning()
    const id = Number(talk?.id)
    await expect(sideConversation(db, resident, id)).rejects.toBeInstanceOf(NotFound)
    await expect(sideConversation(db, colleague, id)).rejects.toBeInstanceOf(NotFound)
    const side = await sideConversation(db, officer, id)
    expect(side).toMatchObject({ audience: privateTo(0), teamId: team.id })
    // An officer who asked a question to another team is a resident there.
    const [own] = await db
      .insert(conversations)
      .values({ audience: privateTo(colleague.accountId), teamId: team.id, title: 'Q', path: '/q' })
      .returning()
    expect(await noteCount(db, colleague, Number(own?.id))).toBeNull()
    await expect(sideConversation(db, colleague, Number(own?.id))).rejects.toBeInstanceOf(NotFound)
  })

  test('has none beside itself', async () => {
    const { conversationId } = await newPost()
    const side = await sideConversation(site.world.db, officer, conversationId)
    await expect(sideConversation(site.world.db, officer, side.id)).rejects.toBeInstanceOf(NotFound)
    expect(await noteCount(site.world.db, officer, side.id)).toBeNull()
  })
})

describe('the page of the notes', () => {
  test('says where it stands and that it can be disclosed; a note stays there', async () => {
    const post = await newPost()
    const cookie = await site.cookieOf(officer)
    const page = await site.get(notesPath(post.conversationId), cookie)
    expect(page.body).toContain(post.title)
    expect(page.body).toContain(`href="${post.path}"`)
    expect(page.body).toContain('can be disclosed')
    expect(page.body).not.toContain('Tell a moderator')
    expect(page.body).not.toContain('/reactions')
    const side = await sideConversation(site.world.db, officer, post.conversationId)
    const sent = await site.post(`/conversations/${side.id}/comments`, { body: 'Look at the cameras', key: randomUUID() }, cookie)
    const place = await site.get(sent.headers.location ?? '', cookie)
    expect(place.headers.location).toContain(`${notesPath(post.conversationId)}?done=noted#c`)
    const kept = await site.get(place.headers.location ?? '', cookie)
    expect(kept.body).toContain('Look at the cameras')
    expect(kept.body).toContain('Only staff can read it.')
    expect(kept.body).not.toContain('is published')
  })

  test('is linked beside the conversation, with its count, for staff only', async () => {
    const post = await newPost()
    await note(post.conversationId, 'One')
    await note(post.conversationId, 'Two')
    expect((await site.get(post.path, await site.cookieOf(officer))).body).toContain(
      `<a href="${notesPath(post.conversationId)}">Staff notes (2)</a>`,
    )
    for (const as of [undefined, await site.cookieOf(resident)]) expect((await site.get(post.path, as)).body).not.toContain('Staff notes')
  })
})

describe('a note', () => {
  test('becomes the beginning of a reply that nobody sees before it is sent', async () => {
    const post = await newPost()
    const cookie = await site.cookieOf(officer)
    const id = await note(post.conversationId, 'The cameras "A" & <B> were off')
    const address = `/conversations/${post.conversationId}/comments/new?note=${id}`
    expect((await site.get(notesPath(post.conversationId), cookie)).body).toContain(`href="${address}"`)
    const form = await site.get(address, cookie)
    expect(form.body).toMatch(/<textarea[^>]*>The cameras &quot;A&quot; &amp; &lt;B&gt; were off<\/textarea>/)
    expect(form.body).toContain('Officer · Bracebridge Heath team')
    expect((await site.get(post.path, cookie)).body).not.toContain('cameras')
  })

  test('does not exist for residents, nor for another conversation', async () => {
    const post = await newPost()
    const other = await newPost()
    const id = await note(post.conversationId, 'Mind the dog')
    const [official, mine] = [await site.cookieOf(officer), await site.cookieOf(resident)]
    expect((await site.get(`/conversations/${other.conversationId}/comments/new?note=${id}`, official)).statusCode).toBe(404)
    for (const as of [undefined, mine])
      expect((await site.get(`/conversations/${post.conversationId}/comments/new?note=${id}`, as)).statusCode).toBe(404)
    const [row] = await site.world.db.select().from(conversations).where(eq(conversations.id, post.conversationId))
    expect(row?.commentCount).toBe(0)
  })
})
