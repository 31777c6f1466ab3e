-- Occasions: what was promised to those who come stays as it was, and there are never more of them than there is room for.
alter table occasions add constraint occasions_fit check (capacity is null or taken_count <= capacity);
--> statement-breakpoint
create function guard_occasion() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'occasion % stays in the record', old.id using errcode = 'restrict_violation';
  end if;
  if (new.id, new.team_id, new.post_id) is distinct from (old.id, old.team_id, old.post_id) then
    raise exception 'occasion % is of its team and post for good', old.id using errcode = 'restrict_violation';
  end if;
  if old.cancelled_at is not null and (new.place_id, new.venue, new.starts_at, new.ends_at, new.capacity, new.cancelled_at, new.cancelled_because, new.cancelled_by)
      is distinct from (old.place_id, old.venue, old.starts_at, old.ends_at, old.capacity, old.cancelled_at, old.cancelled_because, old.cancelled_by) then
    raise exception 'occasion % is called off', old.id using errcode = 'restrict_violation';
  end if;
  -- By the time of the change, which every change of these says.
  if (new.place_id, new.venue, new.starts_at, new.ends_at, new.cancelled_at)
      is distinct from (old.place_id, old.venue, old.starts_at, old.ends_at, old.cancelled_at)
      and (new.changed_at >= old.ends_at or new.sequence <= old.sequence) then
    raise exception 'occasion % is over, or its change is not numbered', old.id using errcode = 'restrict_violation';
  end if;
  -- Moved while somebody is there, it would say where they are.
  if (new.place_id, new.venue, new.starts_at) is distinct from (old.place_id, old.venue, old.starts_at) and new.changed_at >= old.starts_at then
    raise exception 'occasion % has begun', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger occasions_guard before update or delete on occasions for each row execute function guard_occasion();
--> statement-breakpoint
-- The people who have a place, and those who wait for one, are counted where they are written: nobody can forget it.
create function count_sign_up() returns trigger language plpgsql as $$
declare
  taken integer := 0;
  waiting integer := 0;
begin
  if tg_op <> 'INSERT' then
    if old.state = 'coming' then taken := taken - old.party_size; end if;
    if old.state = 'waiting' then waiting := waiting - old.party_size; end if;
  end if;
  if tg_op <> 'DELETE' then
    if new.state = 'coming' then taken := taken + new.party_size; end if;
    if new.state = 'waiting' then waiting := waiting + new.party_size; end if;
  end if;
  if taken <> 0 or waiting <> 0 then
    update occasions set taken_count = taken_count + taken, waiting_count = waiting_count + waiting where id = coalesce(new.occasion_id, old.occasion_id);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger sign_ups_count after insert or update or delete on sign_ups for each row execute function count_sign_up();
--> statement-breakpoint
create function guard_sign_up() returns trigger language plpgsql as $$
begin
  if (new.id, new.occasion_id) is distinct from (old.id, old.occasion_id) then
    raise exception 'sign-up % is for its occasion', old.id using errcode = 'restrict_violation';
  end if;
  if old.forgotten_at is not null and (num_nonnulls(new.account_id, new.email, new.name, new.needs) > 0
      or (new.state, new.party_size, new.forgotten_at) is distinct from (old.state, old.party_size, old.forgotten_at)) then
    raise exception 'sign-up % is forgotten', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger sign_ups_guard before update on sign_ups for each row execute function guard_sign_up();
--> statement-breakpoint
alter table sign_ups add constraint sign_ups_forgotten check (forgotten_at is null or num_nonnulls(account_id, email, name, needs) = 0);
--> statement-breakpoint
-- Only who can confirm is asked to.
alter table sign_ups add constraint sign_ups_asked check (state <> 'asked' or email is not null);
--> statement-breakpoint
-- The sign-ups of a mailbox, for its owner who has signed in.
create index sign_ups_email on sign_ups (email, id) where email is not null;
--> statement-breakpoint
-- What people who signed up were sent goes with their names.
create index mails_sign_up on mails (split_part(key, ':', 2)) where key like 'sign-up:%';
--> statement-breakpoint
create trigger occasion_words_no_change before update or delete on occasion_words for each row execute function refuse_change();
--> statement-breakpoint
-- Tasks: what was proposed, answered and thanked for stays as it was; only the words of an open one change.
create function guard_task() returns trigger language plpgsql as $$
begin
  if (new.id, new.team_id, new.proposed_by, new.proposed_role, new.proposed_at, new.client_key)
      is distinct from (old.id, old.team_id, old.proposed_by, old.proposed_role, old.proposed_at, old.client_key)
    or (old.post_id is not null and new.post_id is distinct from old.post_id)
    or (old.answer is not null and (new.answer, new.answered_by, new.answered_at, new.answer_note)
      is distinct from (old.answer, old.answered_by, old.answered_at, old.answer_note))
    or (old.closed_at is not null and (new.closed_at, new.closed_by, new.thanks, new.sort, new.safeguarding, new.least_age, new.partner_name)
      is distinct from (old.closed_at, old.closed_by, old.thanks, old.sort, old.safeguarding, old.least_age, old.partner_name)) then
    raise exception 'task % stays as it was made', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger tasks_guard before update on tasks for each row execute function guard_task();
--> statement-breakpoint
create trigger tasks_no_delete before delete on tasks for each row execute function refuse_change();
--> statement-breakpoint
alter table tasks add constraint tasks_proposed check (
  proposed_role in ('officer', 'supervisor', 'press-office', 'partner') and (proposed_role = 'partner' or answer is not distinct from 'agreed'));
--> statement-breakpoint
alter table tasks add constraint tasks_refused check (answer is distinct from 'refused' or answer_note is not null);
--> statement-breakpoint
-- The lists of the whole force, and what was done.
create index tasks_open_force on tasks (id) where post_id is not null and closed_at is null;
--> statement-breakpoint
create index tasks_closed_team on tasks (team_id, closed_at, id) where closed_at is not null;
--> statement-breakpoint
create index tasks_closed_force on tasks (closed_at, id) where closed_at is not null;
