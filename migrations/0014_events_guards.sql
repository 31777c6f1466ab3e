-- An event is of its team and post for good, and a live hour gathers from its beginning: it never becomes anything else.
create function guard_event() returns trigger language plpgsql as $$
begin
  if (new.id, new.post_id, new.team_id) is distinct from (old.id, old.post_id, old.team_id) then
    raise exception 'event % is of its team and post for good', old.id using errcode = 'restrict_violation';
  end if;
  if (new.format = 'question-hour') <> (old.format = 'question-hour') then
    raise exception 'event % is a live hour from its beginning or never', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger events_guard before update on events for each row execute function guard_event();
--> statement-breakpoint
-- What was said and decided is added to, never written over.
create trigger event_notes_append_only before update or delete on event_notes for each row execute function refuse_change();
--> statement-breakpoint
create trigger event_notes_no_truncate before truncate on event_notes for each statement execute function refuse_change();
--> statement-breakpoint
-- Nobody reports from a meeting that is not over, or was called off.
create function refuse_early_note() returns trigger language plpgsql as $$
begin
  if not exists (select from occasions where id = new.occasion_id and ends_at <= new.written_at and cancelled_at is null) then
    raise exception 'date % was not held yet', new.occasion_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger event_notes_held before insert on event_notes for each row execute function refuse_early_note();
--> statement-breakpoint
-- A question of the hour that was answered or passed stays so; one that is only taken can be put back.
create function guard_hour_answer() returns trigger language plpgsql as $$
begin
  if old.settled_at is not null then
    raise exception 'question % of the hour is settled', old.comment_id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if (new.comment_id, new.event_id, new.taken_by, new.taken_at) is distinct from (old.comment_id, old.event_id, old.taken_by, old.taken_at) then
    raise exception 'who took question % stays as it was', old.comment_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger hour_answers_guard before update or delete on hour_answers for each row execute function guard_hour_answer();
--> statement-breakpoint
create function refuse_foreign_question() returns trigger language plpgsql as $$
begin
  if not exists (select from raised_comments r join posts p on p.conversation_id = r.gathered_in join events e on e.post_id = p.id
      where r.comment_id = new.comment_id and e.id = new.event_id and e.format = 'question-hour') then
    raise exception 'comment % is no question of that hour', new.comment_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger hour_answers_of_hour before insert on hour_answers for each row execute function refuse_foreign_question();
--> statement-breakpoint
-- When the hour is over, or called off, no more questions are gathered for it: what is said then is a comment like any other.
create function refuse_late_question() returns trigger language plpgsql as $$
begin
  if exists (select from posts p join events e on e.post_id = p.id where p.conversation_id = new.gathered_in and e.format = 'question-hour'
      and not exists (select from occasions o where o.post_id = p.id and o.cancelled_at is null and o.ends_at > new.raised_at)) then
    return null;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger raised_comments_in_time before insert on raised_comments for each row execute function refuse_late_question();
