/**
 * What waits at the press office: held and flagged comments as rules and residents would have left them, some claimed, some escalated, some late;
 * and behind them the cases that were decided over the years.
 */
import type pg from 'pg'

/** Of the press office, beside everybody of `fill.ts`. */
export const PRESS_OFFICERS = 4
/** Of the team that has most cases. */
export const TEAM_OF_SERGEANT = 1

/** How many decided cases lie behind each that waits. */
const DECIDED_PER_OPEN = 2

export async function saveCases(client: pg.Client, open: number): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `insert into accounts (email, display_name) select 'press' || n || '@example.police.uk', 'Press officer ' || n from generate_series(1, $1::int + 1) as n
     returning id`,
    [PRESS_OFFICERS],
  )
  const staff = rows.map(({ id }) => Number(id))
  await client.query(
    `insert into role_grants (account_id, role, team_id, confirmed_by, confirmed_at, expires_at, proposed_by)
     select id, case when at <= $2 then 'press-office' else 'supervisor' end, case when at > $2 then $3::bigint end, 1, now(), now() + interval '1 year', 2
     from unnest($1::bigint[]) with ordinality as t(id, at)`,
    [staff, PRESS_OFFICERS, TEAM_OF_SERGEANT],
  )
  await client.query(CASES, [open, open * (1 + DECIDED_PER_OPEN), staff.slice(0, PRESS_OFFICERS)])
  await client.query(HELD)
  await client.query(FLAGS)
  await client.query(DECISIONS, [staff[0]])
}

// Spread over the whole history: every so-many-th comment of a resident.
const CASES = `
  with picked as (
    select c.id, c.conversation_id, c.body, c.version, v.team_id, row_number() over (order by (c.id * 7919) % 1000003, c.id) as n
    from comments c join conversations v on v.id = c.conversation_id where c.state = 'published' and c.official_role is null and v.audience = 'public'
    order by n limit $2),
  shaped as (
    select *, n <= $1 as waits, n % 10 < 4 as held, n % 20 = 0 as urgent, n % 5 = 0 as assigned, n % 25 = 7 as escalated,
      now() - make_interval(mins => (n * 7919 % 20160)::int) as opened from picked)
  insert into cases (cause, because, comment_id, conversation_id, audience, team_id, state, urgent, assignee_id, assigned_at, escalated_to, flag_count, snapshot,
    opened_at, due_at, decided_at, closed_at)
  select case when held then 'held' else 'flagged' end, case when held then 'One of the first comments of this account.' else 'Off topic' end,
    id, conversation_id, 'public', team_id,
    case when not waits then 'closed' when escalated then 'escalated' when assigned then 'assigned' else 'open' end, urgent,
    case when assigned then ($3::bigint[])[1 + n % cardinality($3::bigint[])] end, case when assigned then opened end,
    case when waits and escalated then 'legal' end, case when held then 0 else 1 + n % 2 end,
    jsonb_build_object('body', body, 'version', version), opened, opened + interval '8 days', case when not waits then opened + interval '3 hours' end,
    case when not waits then opened + interval '3 hours' end
  from shaped`

const HELD = `
  with down as (update comments set state = 'held', published_at = null where id in (select comment_id from cases where cause = 'held' and decided_at is null) returning conversation_id)
  update conversations v set comment_count = comment_count - d.count from (select conversation_id, count(*) from down group by conversation_id) d where v.id = d.conversation_id`

const FLAGS = `
  insert into flags (case_id, reason_code, flagger_key, client_key, at)
  select c.id, case c.id % 3 when 0 then 'off-topic' when 1 then 'abuse' else 'spam' end, 'day:' || c.id || ':' || n, gen_random_uuid(), c.opened_at
  from cases c cross join lateral generate_series(1, c.flag_count) as n`

// One row of the log stands for all: here nothing is proved, only counted.
const DECISIONS = `
  with entry as (
    insert into log (at, role, act, item, audience, previous_hash, hash) values (now(), 'press-office', 'keep', 'comment', 'public', repeat('0', 64), md5('cases')) returning id)
  insert into decisions (case_id, act, reason_code, reason_version, note, decider_id, decider_role, at, log_id)
  select c.id, case when cause = 'held' then 'release' else 'keep' end, null, null, 'Looked at.', $1, 'press-office', decided_at, entry.id
  from cases c, entry where decided_at is not null`
