/** What one process stores, the readers of another hear: signals travel through the database. */
import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { openApp, type TestApp } from '../app.ts'
import { makePost, makeResident, makeStaff, makeTeam } from '../people.ts'
import { listen, listening, soon } from './listening.ts'

let site: TestApp
let here: string
let there: string
let child: ChildProcess

beforeAll(async () => {
  site = await openApp()
  here = await listening(site.app)
  child = fork(join(import.meta.dirname, 'second-process.ts'), [], {
    env: { ...process.env, TEST_CONNECTION: JSON.stringify(site.world.connection) },
  })
  there = await new Promise((resolve, reject) => {
    child.once('message', (told: { address: string }) => resolve(told.address)).once('exit', () => reject(new Error('the second process ended')))
  })
})
afterAll(async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  await ended
  await site.close()
})

test('a comment stored by one process is told by both, and so is what becomes of it', async () => {
  const { db } = site.world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const { conversationId } = await makePost(db, await makeStaff(db, 'PC Imran Adeyemi', 'officer', team), team)
  const resident = await makeResident(db, 'Maureen T')
  const topic = `conversation:${conversationId}`
  const ears = await Promise.all([here, there].map((address) => listen(address, topic)))

  const { id } = await postComment(db, resident, conversationId, { body: 'Thank you.', parentId: null, clientKey: randomUUID() })
  for (const ear of ears) await soon(() => expect(ear.signals()).toEqual([{ topic, kind: 'comment.added', commentId: id }]))
  await withdrawComment(db, resident, id)
  for (const ear of ears) await soon(() => expect(ear.signals().at(-1)).toEqual({ topic, kind: 'comment.changed', commentId: id }))
  expect(ears[0]?.lastId()).toBe(ears[1]?.lastId())

  // Over HTTP as well: written at one, heard at the other.
  const form = new URLSearchParams({ body: 'And from the other process.', key: randomUUID() })
  const cookie = await site.cookieOf(resident)
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const sent = await fetch(`${there}/conversations/${conversationId}/comments`, { method: 'POST', body: form, headers, redirect: 'manual' })
  expect(sent.status).toBe(303)
  await soon(() => expect(ears[0]?.signals()).toHaveLength(3))
  for (const ear of ears) ear.close()
})
