-- Finding: names that are misspelt by a slip or two. A trusted extension: the owner of the database may create it.
create extension if not exists fuzzystrmatch;
--> statement-breakpoint
-- Places: an address is for good, and so is a closing. The ranges are the United Kingdom with its islands.
alter table places add constraint places_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
--> statement-breakpoint
alter table places add constraint places_point check (lat between 49 and 61.5 and lng between -9 and 2.5);
--> statement-breakpoint
alter table places add constraint places_week check (jsonb_typeof(week) = 'array' and jsonb_array_length(week) = 7 and jsonb_typeof(exceptions) = 'object');
--> statement-breakpoint
alter table places add constraint places_partner check (kind <> 'partner' or partner_name is not null);
--> statement-breakpoint
create function guard_place() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'place % keeps its page', old.id using errcode = 'restrict_violation';
  end if;
  if (new.id, new.slug, new.conversation_id) is distinct from (old.id, old.slug, old.conversation_id) then
    raise exception 'the address of place % never changes', old.id using errcode = 'restrict_violation';
  end if;
  if old.closed_at is not null and (new.closed_at, new.closed_because) is distinct from (old.closed_at, old.closed_because) then
    raise exception 'place % is closed for good', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger places_guard before update or delete on places for each row execute function guard_place();
--> statement-breakpoint
-- What partner staff ask for waits; everybody else's change is agreed as it is made. Nobody agrees to their own as a partner (place_changes_partner).
alter table place_changes add constraint place_changes_waits check (
  changed_role in ('officer', 'supervisor', 'press-office', 'partner') and (changed_role = 'partner' or answer is not distinct from 'agreed'));
--> statement-breakpoint
alter table place_changes add constraint place_changes_answerer check (
  (answer is null) = (answered_by is null) and (answer is distinct from 'refused' or answer_note is not null));
--> statement-breakpoint
alter table place_changes add constraint place_changes_of_place check (act = 'open' or place_id is not null);
--> statement-breakpoint
create unique index place_changes_one_waits on place_changes (place_id) where answer is null;
--> statement-breakpoint
-- Append-only, apart from the answer, which comes once, and the place that was opened by it.
create function guard_place_change() returns trigger language plpgsql as $$
begin
  if (new.id, new.act, new.team_id, new.form, new.changed_by, new.changed_role, new.changed_at, new.client_key)
      is distinct from (old.id, old.act, old.team_id, old.form, old.changed_by, old.changed_role, old.changed_at, old.client_key)
    or (old.place_id is not null and new.place_id is distinct from old.place_id)
    or (old.answer is not null and (new.answer, new.answered_by, new.answered_at, new.answer_note)
      is distinct from (old.answer, old.answered_by, old.answered_at, old.answer_note)) then
    raise exception 'change % of a place stays as it was made', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger place_changes_guard before update on place_changes for each row execute function guard_place_change();
--> statement-breakpoint
create trigger place_changes_no_delete before delete on place_changes for each row execute function refuse_change();
--> statement-breakpoint
create trigger place_changes_no_truncate before truncate on place_changes for each statement execute function refuse_change();
--> statement-breakpoint
-- Presences: what was promised to those who came, or wanted to, stays as it was.
create function guard_presence() returns trigger language plpgsql as $$
begin
  if (new.id, new.team_id, new.post_id) is distinct from (old.id, old.team_id, old.post_id) then
    raise exception 'presence % is of its team and post for good', old.id using errcode = 'restrict_violation';
  end if;
  if old.cancelled_at is not null and (new.place_id, new.starts_at, new.ends_at, new.cancelled_at, new.cancelled_because, new.cancelled_by)
      is distinct from (old.place_id, old.starts_at, old.ends_at, old.cancelled_at, old.cancelled_because, old.cancelled_by) then
    raise exception 'presence % is called off', old.id using errcode = 'restrict_violation';
  end if;
  -- By the time of the change, which every change of these says.
  if (new.place_id, new.starts_at, new.ends_at, new.cancelled_at) is distinct from (old.place_id, old.starts_at, old.ends_at, old.cancelled_at)
      and (new.changed_at >= old.ends_at or new.sequence <= old.sequence) then
    raise exception 'presence % is over, or its change is not numbered', old.id using errcode = 'restrict_violation';
  end if;
  -- Moved while somebody is there, it would say where they are.
  if (new.place_id, new.starts_at) is distinct from (old.place_id, old.starts_at) and new.changed_at >= old.starts_at then
    raise exception 'presence % has begun', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger presences_guard before update on presences for each row execute function guard_presence();
--> statement-breakpoint
create function refuse_unvisited() returns trigger language plpgsql as $$
begin
  if not exists (select from presences where id = new.presence_id and cancelled_at is null and new.at >= starts_at
      and new.at < (date_trunc('day', (ends_at - interval '1 microsecond') at time zone 'Europe/London') + interval '1 day') at time zone 'Europe/London') then
    raise exception 'nobody visits presence % at that time', new.presence_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger presence_visits_window before insert or update on presence_visits for each row execute function refuse_unvisited();
