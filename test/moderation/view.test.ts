/**
 * The views of the queue against a plain filter over all cases: for every role, state, kind and place the two say the same.
 */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitor, type Actor } from '../../src/actor.ts'
import { mayRead } from '../../src/conversations/audience.ts'
import { deskOf, mayReadCase } from '../../src/moderation/policy.ts'
import { kindOf, QUEUE_SIZE, queueKey, queueOf } from '../../src/moderation/queue.ts'
import { cases, CASE_STATES, ESCALATIONS } from '../../src/moderation/schema.ts'
import { COUNTED, countViews, EVERYTHING, ITEM_KINDS, keysAfter, VIEWS, viewsOf, type Chosen, type View } from '../../src/moderation/view.ts'
import { duty, openDesk, type Desk } from './desk.ts'

type Row = typeof cases.$inferSelect

let desk: Desk
let all: Row[]
let people: Record<string, Actor>
beforeAll(async () => {
  desk = await openDesk()
  await fill()
  all = await desk.db.select().from(cases)
  people = {
    visitor,
    resident: desk.resident,
    officer: desk.officer,
    sergeant: desk.sergeant,
    otherSergeant: desk.otherSergeant,
    press: desk.press,
    press2: desk.press2,
    administrator: desk.administrator,
    pressAndAdministrator: { ...desk.press, duties: [duty('press-office'), duty('administrator')] },
    twoTeams: { ...desk.sergeant, duties: [duty('supervisor', desk.team), duty('supervisor', desk.otherTeam)] },
  }
})
afterAll(() => desk.close())

/** Cases in every state, about everything, for both teams and none, of several audiences, urgent and not, late and not. */
async function fill(): Promise<void> {
  const commentId = await desk.say(desk.resident)
  const { db } = desk
  const people = [desk.press.accountId, desk.press2.accountId, desk.sergeant.accountId]
  await db.execute(sql`
    insert into drafts (kind, team_id, author_id, official_role, client_key, form)
    values ('update', ${desk.team.id}, ${desk.officer.accountId}, 'officer', gen_random_uuid(), '{}')`)
  await db.execute(sql`
    insert into requests (kind, team_id, asked_by, asked_role, note, client_key)
    select 'hold-conversation', ${desk.team.id}, ${desk.officer.accountId}, 'officer', 'Please.', gen_random_uuid() from generate_series(1, 60)`)
  await db.execute(sql`
    insert into takedown_notices (kind, comment_id, name, email, statement, may_share, received_at, stage_at, client_key)
    select 'defamation', ${commentId}, 'A', 'a@example.org', '{}', false, now(), now(), gen_random_uuid() from generate_series(1, 60)`)
  await db.execute(sql`
    insert into proposals (kind, comment_id, proposed_by, proposed_at, client_key)
    select 'seal', ${commentId}, ${desk.press.accountId}, now(), gen_random_uuid() from generate_series(1, 60)`)
  // Undecided comments and posts are unique, so each case has a comment of its own.
  await db.execute(sql`
    insert into comments (conversation_id, level, place, author_id, client_key, body, body_html, state)
    select ${desk.post.conversationId}, 1, 'x' || n, ${desk.resident.accountId}, gen_random_uuid(), 'words', '<p>words</p>', 'held' from generate_series(1, 700) n`)
  await db.execute(sql`
    insert into cases (cause, because, comment_id, request_id, notice_id, proposal_id, draft_id, post_id, conversation_id, audience, team_id, state, urgent,
      assignee_id, escalated_to, snapshot, opened_at, due_at, decided_at)
    select case kind when 'comment' then (array['held', 'flagged', 'hidden'])[1 + n % 3] when 'post' then 'flagged' else kind end, 'x',
      case kind when 'comment' then (select id from comments where place = 'x' || n) end,
      case kind when 'request' then (select id from requests order by id offset n / 12 limit 1) end,
      case kind when 'notice' then (select id from takedown_notices order by id offset n / 12 limit 1) end,
      case kind when 'proposal' then (select id from proposals order by id offset n / 12 limit 1) end,
      case kind when 'draft' then (select id from drafts limit 1) end,
      case kind when 'post' then ${desk.post.id}::bigint end,
      case when kind in ('comment', 'post') then ${desk.post.conversationId}::bigint end,
      case n % 11 when 0 then 'circle:7' when 1 then ${`private:${desk.resident.accountId}`} when 2 then 'staff' else 'public' end,
      case n % 3 when 0 then ${desk.team.id}::bigint when 1 then ${desk.otherTeam.id}::bigint end,
      state, n % 5 = 0,
      case when state = 'assigned' or n % 4 = 0 then (${`{${people.join(',')}}`}::bigint[])[1 + n % 3] end,
      case when state = 'escalated' then (${`{${ESCALATIONS.join(',')}}`}::text[])[1 + n % 5] end, '{"body": "words", "version": 1}', now(),
      date_trunc('milliseconds', now()) + (n % 90 - 40) * interval '1 hour',
      case when state in ('open', 'assigned', 'needs-info', 'escalated') then null else now() end
    from (
      select n, case when n % 12 in (1, 2, 3, 4) then (array['request', 'notice', 'proposal', 'post'])[n % 12] when n = 5 then 'draft' else 'comment' end as kind,
        case when n = 4 or n = 5 then 'open' when n % 12 = 4 then 'decided' else (${`{${CASE_STATES.join(',')}}`}::text[])[1 + n % 10] end as state
      from generate_series(1, 700) n) made`)
}

const UNDECIDED = ['open', 'assigned', 'needs-info', 'escalated']
const waits = (file: Row): boolean => [...UNDECIDED, 'appealed'].includes(file.state)

/** The rule of each view, in the plainest words. */
const IN_VIEW: Record<View, (file: Row, actor: Actor) => boolean> = {
  all: () => true,
  mine: (file, actor) => actor.kind === 'account' && file.assigneeId === actor.accountId,
  unassigned: (file) => file.assigneeId === null,
  urgent: (file) => file.urgent,
  overdue: (file) => file.dueAt < new Date(),
  escalated: (file) => file.state === 'escalated',
  appeals: (file) => file.state === 'appealed',
}

function plainly(actor: Actor, { view, teamId, kind }: Chosen): number[] {
  const press = deskOf(actor) === 'all'
  const own = (file: Row) => {
    // What is said in a circle reaches the desk by its case, whoever is in it.
    if (!mayRead(actor, file) && !file.audience.startsWith('circle:')) return false
    if (press) return true
    const leads = actor.duties.some((one) => one.role === 'supervisor' && one.teamId === file.teamId && file.teamId !== null)
    return leads && (file.commentId !== null || file.postId !== null) && file.decidedAt === null
  }
  const order = view === 'overdue' ? () => 0 : (file: Row) => Number(!file.urgent)
  return all
    .filter((file) => waits(file) && own(file) && IN_VIEW[view](file, actor))
    .filter((file) => (teamId === null || file.teamId === teamId) && (kind === null || kindOf(file) === kind))
    .toSorted((one, other) => order(one) - order(other) || one.dueAt.getTime() - other.dueAt.getTime() || one.id - other.id)
    .map(({ id }) => id)
}

const choices = (): Chosen[] =>
  VIEWS.flatMap((view) => [
    { ...EVERYTHING, view },
    { ...EVERYTHING, view, teamId: desk.team.id },
    ...ITEM_KINDS.map((kind) => ({ ...EVERYTHING, view, kind })),
  ])

test('the filled desk has something of everything', () => {
  expect(new Set(all.map(({ state }) => state))).toEqual(new Set(CASE_STATES))
  expect(new Set(all.map(kindOf))).toEqual(new Set(ITEM_KINDS))
  for (const view of VIEWS) expect(plainly(desk.press, { ...EVERYTHING, view }).length, view).toBeGreaterThan(0)
  expect(plainly(desk.press, EVERYTHING).length).toBeGreaterThan(COUNTED)
})

test('every view of everybody is what a plain filter gives, in its order, and its number is right', async () => {
  for (const [name, actor] of Object.entries(people)) {
    for (const chosen of choices()) {
      const found = await keysAfter(desk.db, actor, chosen, null, 10_000)
      expect(
        found.map(({ id }) => id),
        `${name}: ${JSON.stringify(chosen)}`,
      ).toEqual(plainly(actor, chosen))
    }
    for (const chosen of [EVERYTHING, { ...EVERYTHING, teamId: desk.team.id }, { ...EVERYTHING, kind: 'notice' as const }]) {
      const counts = await countViews(desk.db, actor, chosen)
      expect([...counts.keys()]).toEqual([...viewsOf(actor)])
      for (const [view, number] of counts) expect(number).toBe(Math.min(plainly(actor, { ...chosen, view }).length, COUNTED))
    }
  }
})

test('what stands in a view is what one may read, and one may read all of one’s desk', async () => {
  for (const actor of Object.values(people)) {
    const shown = new Set((await keysAfter(desk.db, actor, EVERYTHING, null, 10_000)).map(({ id }) => id))
    for (const file of all.filter(({ id }) => shown.has(id))) expect(mayReadCase(actor, file)).toBe(true)
    for (const file of all.filter((one) => UNDECIDED.includes(one.state))) expect(shown.has(file.id)).toBe(mayReadCase(actor, file))
  }
})

test('pages go to the end without a gap or a double, while cases come and go', async () => {
  for (const chosen of [EVERYTHING, { ...EVERYTHING, view: 'overdue' as const }]) {
    const before = plainly(desk.press, chosen)
    const seen: number[] = []
    let key: string | null = null
    let step = 0
    do {
      const page = await queueOf(desk.db, desk.press, queueKey(key), chosen)
      seen.push(...page.rows.map(({ id }) => id))
      key = page.next
      // One that was on this page goes, and one comes before and one after the place.
      const gone = page.rows.at(step % QUEUE_SIZE)?.id ?? 0
      await desk.db.execute(sql`update cases set state = 'closed', escalated_to = null, decided_at = coalesce(decided_at, now()) where id = ${gone}`)
      await desk.db.execute(sql`insert into requests (kind, team_id, asked_by, asked_role, note, client_key)
        values ('hold-conversation', ${desk.team.id}, ${desk.officer.accountId}, 'officer', 'Please.', gen_random_uuid())`)
      await desk.db.execute(sql`insert into cases (cause, because, request_id, audience, snapshot, due_at)
        select 'request', 'new', max(id), 'staff', '{"body": "", "version": 1}', date_trunc('milliseconds', now()) - ${100 - step * 7} * interval '1 hour' from requests`)
      step++
    } while (key !== null)
    expect(new Set(seen).size).toBe(seen.length)
    expect(before.filter((id) => !seen.includes(id))).toEqual([])
    all = await desk.db.select().from(cases)
  }
})
