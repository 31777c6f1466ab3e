/** The work behind the pages as it really runs: from the queue, in its order. */
import { eq, isNotNull } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { followers } from '../../src/following/schema.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { sendMail } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { mailings } from '../../src/mailings/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { takeWork } from '../../src/worker.ts'
import { makePost, makeStaff, makeTeam } from '../people.ts'
import { openPostOffice, type PostOffice } from './post-office.ts'

const MANY = 2000
let office: PostOffice
let team: TeamName
let officer: SignedIn

beforeAll(async () => {
  // So slowly that the mails to followers take minutes: nothing of what is looked at here may wait for them.
  office = await openPostOffice({ MAIL_PER_MINUTE: '600' })
  const { db } = office.world
  team = await makeTeam(db, 'Bracebridge Heath')
  officer = await makeStaff(db, 'PC Adeyemi', 'officer', team)
  // A few at a time: each statement has to end in time, also on a machine that does much else.
  for (let from = 1; from <= MANY; from += 250)
    await db.$client.query(
      `with made as (insert into followers (email) select 'reader' || n || '@example.org' from generate_series($1::int, $1 + 249) n returning id)
       insert into follows (follower_id, key, rhythm) select id, $2, 'instant' from made`,
      [from, `team:${team.id}`],
    )
}, 180_000)
afterAll(() => office.close())

async function until(what: string, isSo: () => Promise<boolean>, seconds = 90): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe('a mailing to thousands', () => {
  test('is stored in batches, keeps no sign-in mail waiting, and goes out once', { timeout: 180_000 }, async () => {
    const { db } = office.world
    await closeJobs()
    await openJobs(db, true, (error) => console.error(error))
    await takeWork(office.config, db)
    const post = await makePost(db, officer, team)
    await until('every mail is stored', async () => (await db.$count(mails)) === MANY)
    await until('some have left', async () => (await db.$count(mails, isNotNull(mails.sentAt))) > 5)
    expect((await db.select().from(mailings).where(eq(mailings.postId, post.id)))[0]).toMatchObject({ total: MANY, done: MANY, mailed: MANY })
    const began = Date.now()
    await db.transaction((tx) => sendMail(tx, { key: 'sign-in:1', to: 'maureen@example.org', subject: 'Sign in', text: 'Here is your link.' }))
    await until('the sign-in mail is there', async () => office.arrived.some(({ to }) => to === 'maureen@example.org'), 10)
    expect(Date.now() - began).toBeLessThan(5000)
    expect(office.arrived.length).toBeLessThan(MANY / 2)
    // Who asks not to be told any more, is not, though the mail is stored already.
    await db.update(followers).set({ stoppedAt: new Date(), stoppedBecause: 'asked' })
    await until('what was under way has ended', async () => (await db.$count(mails, isNotNull(mails.tryingAt))) === 0)
    const addresses = office.arrived.map(({ to }) => to)
    expect(new Set(addresses).size).toBe(addresses.length)
  })
})
