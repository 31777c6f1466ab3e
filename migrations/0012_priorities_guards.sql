-- Suggestions: only what everybody can read is decided on in public, and nothing is merged into itself, however long the way round.
create function guard_suggestion_decision() returns trigger language plpgsql as $$
begin
  if not exists (select from comments c join conversations v on v.id = c.conversation_id
      where c.id = new.comment_id and v.audience = 'public' and c.official_role is null) then
    raise exception 'comment % is no suggestion', new.comment_id using errcode = 'restrict_violation';
  end if;
  if new.priority_id is not null and not exists (select from priorities where id = new.priority_id and team_id = new.team_id) then
    raise exception 'priority % is of another team', new.priority_id using errcode = 'restrict_violation';
  end if;
  if new.into_id is not null and exists (
      with recursive above as (
        select new.into_id as id
        union
        select d.into_id from suggestion_decisions d join above a on d.comment_id = a.id where d.into_id is not null)
      select from above where id = new.comment_id) then
    raise exception 'suggestion % would be merged into itself', new.comment_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger suggestion_decisions_guard before insert or update on suggestion_decisions for each row execute function guard_suggestion_decision();
--> statement-breakpoint
-- A decision is taken back only with the words that made it: its priority was withdrawn, or corrected, or the suggestion that it was put together with is gone.
create function guard_decision_end() returns trigger language plpgsql as $$
begin
  if old.priority_id is null and exists (select from comments where id = old.into_id and state in ('removed', 'withdrawn')) then
    return old;
  end if;
  if old.priority_id is null or not exists (
      select from priorities x join posts p on p.id = x.post_id where x.id = old.priority_id and (p.state = 'withdrawn' or p.corrected_at is not null)) then
    raise exception 'the decision on suggestion % stays', old.comment_id using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
--> statement-breakpoint
create trigger suggestion_decisions_end before delete on suggestion_decisions for each row execute function guard_decision_end();
--> statement-breakpoint
create trigger suggestion_decisions_no_truncate before truncate on suggestion_decisions for each statement execute function refuse_change();
--> statement-breakpoint
-- A priority is a public post of its kind, ends with a public outcome that stands, and opens again only when that outcome was withdrawn or corrected.
create function guard_priority() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' and not exists (select from posts where id = new.post_id and kind = 'priority' and audience = 'public' and team_id = new.team_id) then
    raise exception 'post % is no priority of team %', new.post_id, new.team_id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and (new.id, new.post_id, new.team_id, new.opened_at, new.source_key)
      is distinct from (old.id, old.post_id, old.team_id, old.opened_at, old.source_key) then
    raise exception 'priority % is of its team, post and beginning for good', old.id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and new.reviewed_at < old.reviewed_at then
    raise exception 'priority % was reviewed already', old.id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and old.outcome_id is not null and new.outcome_id is distinct from old.outcome_id and not exists (
      select from posts where id = old.outcome_id and (state = 'withdrawn' or corrected_at is not null)) then
    raise exception 'priority % is closed', old.id using errcode = 'restrict_violation';
  end if;
  if new.outcome_id is not null and (tg_op = 'INSERT' or new.outcome_id is distinct from old.outcome_id) and not exists (
      select from posts where id = new.outcome_id and kind = 'outcome' and audience = 'public' and state <> 'withdrawn') then
    raise exception 'priority % closes with an outcome that everybody can read', new.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger priorities_guard before insert or update on priorities for each row execute function guard_priority();
--> statement-breakpoint
create trigger priorities_no_delete before delete on priorities for each row execute function refuse_change();
--> statement-breakpoint
create trigger priorities_no_truncate before truncate on priorities for each statement execute function refuse_change();
--> statement-breakpoint
-- What was said about a priority stays, and nothing new is said once it is closed.
create function guard_of_priority() returns trigger language plpgsql as $$
begin
  if exists (select from priorities where id = new.priority_id and closed_at is not null) then
    raise exception 'priority % is closed', new.priority_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger priority_actions_open before insert or update on priority_actions for each row execute function guard_of_priority();
--> statement-breakpoint
create trigger priority_reviews_open before insert on priority_reviews for each row execute function guard_of_priority();
--> statement-breakpoint
create function guard_priority_action() returns trigger language plpgsql as $$
begin
  if (new.id, new.priority_id, new.what, new.planned_for, new.by_id, new.official_role, new.official_team, new.created_at, new.client_key)
      is distinct from (old.id, old.priority_id, old.what, old.planned_for, old.by_id, old.official_role, old.official_team, old.created_at, old.client_key) then
    raise exception 'action % stays as it was written', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger priority_actions_guard before update on priority_actions for each row execute function guard_priority_action();
--> statement-breakpoint
create trigger priority_actions_no_delete before delete on priority_actions for each row execute function refuse_change();
--> statement-breakpoint
create trigger priority_actions_no_truncate before truncate on priority_actions for each statement execute function refuse_change();
--> statement-breakpoint
create trigger priority_reviews_append_only before update or delete on priority_reviews for each row execute function refuse_change();
--> statement-breakpoint
create trigger priority_reviews_no_truncate before truncate on priority_reviews for each statement execute function refuse_change();
--> statement-breakpoint
-- Effort (the second section). Ten hours each, no more and no less, when the transaction ends; whoever took theirs back has none.
create function check_effort_hours() returns trigger language plpgsql as $$
declare
  vote effort_votes;
  needed integer;
  given integer;
begin
  -- As the row is now: it may have changed again, or gone, since this was queued.
  select * into vote from effort_votes where id = case tg_table_name when 'effort_votes' then (to_jsonb(new) ->> 'id')::bigint
    else coalesce(to_jsonb(new) ->> 'vote_id', to_jsonb(old) ->> 'vote_id')::bigint end;
  if not found then
    return null;
  end if;
  select coalesce(sum(hours), 0) into given from effort_shares where vote_id = vote.id;
  needed := case when vote.withdrawn_at is null then 10 else 0 end;
  if given <> needed then
    raise exception 'answer % shares out % hours', vote.id, given using errcode = 'check_violation', constraint = 'effort_shares_ten';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger effort_votes_ten after insert or update on effort_votes deferrable initially deferred for each row execute function check_effort_hours();
--> statement-breakpoint
create constraint trigger effort_shares_ten after insert or update or delete on effort_shares deferrable initially deferred for each row execute function check_effort_hours();
--> statement-breakpoint
alter table effort_votes add constraint effort_votes_period check (period ~ '^\d{4}-Q[1-4]$');
--> statement-breakpoint
-- An answer stays with its account, team and quarter, and with the group in which it was first counted; nothing more is answered when the quarter is settled.
create function guard_effort_vote() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and ((new.team_id, new.period, new.account_id) is distinct from (old.team_id, old.period, old.account_id)
      or new.version < old.version or new.counted_version < old.counted_version
      or (old.counted_in is not null and new.counted_in is distinct from old.counted_in)) then
    raise exception 'answer % stays where it was counted', old.id using errcode = 'restrict_violation';
  end if;
  if exists (select from effort_results where team_id = new.team_id and period = new.period and final_at is not null) then
    raise exception 'the quarter % is settled', new.period using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger effort_votes_guard before insert or update on effort_votes for each row execute function guard_effort_vote();
--> statement-breakpoint
create function guard_effort_share() returns trigger language plpgsql as $$
begin
  if not exists (select from effort_votes v join priorities p on p.team_id = v.team_id where v.id = new.vote_id and p.id = new.priority_id) then
    raise exception 'priority % is of another team', new.priority_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger effort_shares_guard before insert or update on effort_shares for each row execute function guard_effort_share();
--> statement-breakpoint
-- What readers were shown of a quarter that is over stays.
create function guard_effort_result() returns trigger language plpgsql as $$
begin
  if old.final_at is not null then
    raise exception 'the results of % are final', old.period using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger effort_results_guard before update on effort_results for each row execute function guard_effort_result();
--> statement-breakpoint
create trigger effort_results_no_delete before delete on effort_results for each row execute function refuse_change();
--> statement-breakpoint
create trigger effort_results_no_truncate before truncate on effort_results for each statement execute function refuse_change();
