/**
 * A process is killed in the middle of deciding, a hundred times. What was acknowledged is there, whole; what was not is there whole or not at all.
 */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyLog } from '../../src/activity/log.ts'
import { openDesk, type Desk } from './desk.ts'

const KILLS = 100
/** More than are decided before the last kill. */
const CASES = 3000

let desk: Desk
let files: { id: number; acts: string[] }[]
beforeAll(async () => {
  desk = await openDesk()
  files = await makeCases()
})
afterAll(() => desk.close())

/** Half of them held, half of them published and flagged, as the rules and residents would have left them. */
async function makeCases(): Promise<typeof files> {
  const { conversationId } = desk.post
  await desk.db.execute(sql`
    insert into comments (conversation_id, level, place, author_id, client_key, body, body_html, state, published_at)
    select ${conversationId}, 1, lpad(to_hex(1000000 + n), 12, '0'), ${desk.resident.accountId}, gen_random_uuid(), 'Comment ' || n, '<p>Comment ' || n || '</p>',
      case when n % 2 = 0 then 'held' else 'published' end, case when n % 2 = 1 then now() end
    from generate_series(1, ${CASES}) as n`)
  await desk.db.execute(sql`update conversations set comment_count = ${CASES / 2} where id = ${conversationId}`)
  const { rows } = await desk.db.execute<{ id: string; cause: string }>(sql`
    insert into cases (cause, because, comment_id, conversation_id, audience, team_id, snapshot, due_at)
    select case when state = 'held' then 'held' else 'flagged' end, 'Off topic', id, conversation_id, 'public', ${desk.team.id},
      jsonb_build_object('body', body, 'version', 1), now() + interval '4 hours'
    from comments where conversation_id = ${conversationId} returning id, cause`)
  return rows.map(({ id, cause }) => ({ id: Number(id), acts: cause === 'held' ? ['release', 'reject'] : ['keep', 'remove'] }))
}

/** Starts a process on these cases and kills it at some moment of its work; answers how many it had been told were done, and how many it was busy with. */
async function killOne(cases: typeof files): Promise<{ done: number; left: number }> {
  const { accountId, email, displayName } = desk.press
  const order = JSON.stringify({ connection: desk.connection, press: { accountId, email, displayName }, cases })
  const child = spawn(process.execPath, [join(import.meta.dirname, 'decider.ts')], {
    env: { ...process.env, ORDER: order },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, problem] = ['', '']
  // The first ones take longer than all that follow.
  const atWork = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString()
      if (said.includes('e')) resolve()
    })
    child.once('exit', () => resolve())
  })
  child.stderr.on('data', (text: Buffer) => (problem += text.toString()))
  const ended = new Promise<string | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)))
  await atWork
  await pause(randomInt(40))
  child.kill('SIGKILL')
  expect(await ended, problem).toBe('SIGKILL')
  const times = (letter: string): number => said.split(letter).length - 1
  return { done: times('e'), left: times('b') - times('e') - times('o') }
}

/** What contradicts itself in the database at this moment: nothing may. */
async function contradictions(): Promise<string[]> {
  const { rows } = await desk.db.execute<{ what: string; count: string }>(sql`
    with told as (select detail ->> 'decisionId' as id, count(*) from activities group by 1),
    jobs as (select data -> 'detail' ->> 'decisionId' as id, count(*) from pgboss.job group by 1),
    d as (
      select c.id as case_id, c.decided_at, c.state as case_state, d.id as decision_id, d.act, d.log_id, l.act as log_act, l.item_id, k.id as comment_id, k.state, k.removal_id,
        coalesce(told.count, 0) as told, coalesce(jobs.count, 0) as jobs, (select count(*) from strikes s where s.decision_id = d.id) as strikes
      from cases c join comments k on k.id = c.comment_id left join decisions d on d.case_id = c.id left join log l on l.id = d.log_id
      left join told on told.id = d.id::text left join jobs on jobs.id = d.id::text)
    select what, count(*) from d cross join lateral (values
      ('decided without a decision', (decided_at is null) <> (decision_id is null) or (decided_at is null) <> (case_state = 'open')),
      ('another row of the log', decision_id is not null and (log_act is distinct from act or item_id is distinct from comment_id)),
      ('another state', case act when 'release' then state <> 'published' when 'keep' then state <> 'published' when 'reject' then state <> 'rejected'
        when 'remove' then state <> 'removed' else state not in ('held', 'published') end),
      ('a removal without its row', act in ('reject', 'remove') and removal_id is distinct from log_id),
      ('not told once', decision_id is not null and told <> 1),
      ('not one job', decision_id is not null and jobs <> 1),
      ('a strike too many or missing', decision_id is not null and strikes <> case when act in ('reject', 'remove') then 1 else 0 end)
    ) as v(what, wrong) where wrong group by what
    union all select 'a log row without a decision', count(*) from log where act in ('release', 'reject', 'keep', 'remove') and not exists (select from decisions where log_id = log.id)
      having count(*) > 0
    union all select 'a wrong counter', 1 from conversations v where v.id = ${desk.post.conversationId}
      and comment_count <> (select count(*) from comments where conversation_id = v.id and state = 'published')`)
  return rows.map(({ what, count }) => `${what}: ${count}`)
}

test(`${KILLS} times killed in the middle: no half-decided case`, { timeout: 600_000 }, async () => {
  let [kills, acknowledged, inTheMiddle] = [0, 0, 0]
  const lane = async () => {
    while (kills < KILLS) {
      kills++
      const undecided = await desk.db.execute<{ id: string }>(sql`select id from cases where decided_at is null order by random() limit 60`)
      const open = new Set(undecided.rows.map(({ id }) => Number(id)))
      const { done, left } = await killOne(files.filter(({ id }) => open.has(id)))
      acknowledged += done
      if (left > 0) inTheMiddle++
      expect(await contradictions()).toEqual([])
    }
  }
  // Two processes at once, each killed and followed by the next: they also get in each other's way.
  await Promise.all([lane(), lane()])
  const { rows } = await desk.db.execute<{ count: string }>(sql`select count(*) from decisions`)
  expect(Number(rows[0]?.count)).toBeGreaterThanOrEqual(acknowledged)
  expect(acknowledged).toBeGreaterThanOrEqual(KILLS)
  expect(inTheMiddle).toBeGreaterThan(KILLS / 2)
  expect(await verifyLog(desk.db)).toMatchObject({ brokenAt: null })
})
