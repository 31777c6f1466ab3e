-- What people wrote beside a post stays as it was written, but for one thing: a moderator takes words out of it, in the transaction that wrote so in the log,
-- never from evidence; and an appeal that is won puts them back the same way.
-- True where `after` is `before` with some passages replaced by the mark that a moderator leaves, and with nothing else.
create function is_left_of(after text, before text) returns boolean language sql immutable as $$
  select after is not distinct from before or coalesce(before like
    replace(replace(replace(replace(replace(after, '\', '\\'), '%', '\%'), '_', '\_'),
      '[taken out by a moderator] ', '[taken out by a moderator]'), '[taken out by a moderator]', '%'), false)
$$;
--> statement-breakpoint
-- `texts` are the columns that hold words, `made` those that are made of them; no other one may differ.
create function takes_words_out(post bigint, before jsonb, after jsonb, texts text[], made text[] default '{}') returns boolean language plpgsql stable as $$
declare
  entry bigint := nullif(current_setting('blue_lamp.redaction', true), '')::bigint;
  decided text;
  name text;
begin
  if entry is null or before - texts - made is distinct from after - texts - made then
    return false;
  end if;
  -- The row of the log that this very transaction wrote about this very post.
  select l.act into decided from log l where l.id = entry and l.item = 'post' and l.item_id = post and l.xmin = pg_current_xact_id()::xid;
  if decided is null or decided not in ('redact', 'vary', 'overturn') or exists (select from seals where post_id = post and lifted_at is null) then
    return false;
  end if;
  foreach name in array texts loop
    if decided = 'overturn' and not is_left_of(before ->> name, after ->> name) or decided <> 'overturn' and not is_left_of(after ->> name, before ->> name)
        or jsonb_typeof(before -> name) is distinct from jsonb_typeof(after -> name)
        or jsonb_typeof(before -> name) = 'array' and jsonb_array_length(before -> name) <> jsonb_array_length(after -> name) then
      return false;
    end if;
  end loop;
  return true;
end $$;
--> statement-breakpoint
create function post_of_occasion(occasion bigint) returns bigint language sql stable as $$ select post_id from occasions where id = occasion $$;
--> statement-breakpoint
create function post_of_event(event bigint) returns bigint language sql stable as $$ select post_id from events where id = event $$;
--> statement-breakpoint
create function post_of_priority(priority bigint) returns bigint language sql stable as $$ select post_id from priorities where id = priority $$;
--> statement-breakpoint
create function post_of_survey(survey bigint) returns bigint language sql stable as $$ select post_id from surveys where id = survey $$;
--> statement-breakpoint
-- Each guard as it was, and beside it this one way.
drop trigger event_notes_append_only on event_notes;
--> statement-breakpoint
create trigger event_notes_no_delete before delete on event_notes for each row execute function refuse_change();
--> statement-breakpoint
create trigger event_notes_append_only before update on event_notes for each row
  when (not takes_words_out(post_of_occasion(old.occasion_id), to_jsonb(old), to_jsonb(new), '{said,decided}', '{said_html,decided_html,version}'))
  execute function refuse_change();
--> statement-breakpoint
drop trigger hour_answers_guard on hour_answers;
--> statement-breakpoint
create trigger hour_answers_guard_delete before delete on hour_answers for each row execute function guard_hour_answer();
--> statement-breakpoint
create trigger hour_answers_guard before update on hour_answers for each row
  when (not takes_words_out(post_of_event(old.event_id), to_jsonb(old), to_jsonb(new), '{passed_because}')) execute function guard_hour_answer();
--> statement-breakpoint
drop trigger priority_actions_open on priority_actions;
--> statement-breakpoint
create trigger priority_actions_open before insert on priority_actions for each row execute function guard_of_priority();
--> statement-breakpoint
create trigger priority_actions_open_still before update on priority_actions for each row
  when (not takes_words_out(post_of_priority(old.priority_id), to_jsonb(old), to_jsonb(new), '{what,note}', '{changed_at}')) execute function guard_of_priority();
--> statement-breakpoint
drop trigger priority_actions_guard on priority_actions;
--> statement-breakpoint
create trigger priority_actions_guard before update on priority_actions for each row
  when (not takes_words_out(post_of_priority(old.priority_id), to_jsonb(old), to_jsonb(new), '{what,note}', '{changed_at}')) execute function guard_priority_action();
--> statement-breakpoint
drop trigger priority_reviews_append_only on priority_reviews;
--> statement-breakpoint
create trigger priority_reviews_no_delete before delete on priority_reviews for each row execute function refuse_change();
--> statement-breakpoint
create trigger priority_reviews_append_only before update on priority_reviews for each row
  when (not takes_words_out(post_of_priority(old.priority_id), to_jsonb(old), to_jsonb(new), '{note}')) execute function refuse_change();
--> statement-breakpoint
drop trigger occasions_guard on occasions;
--> statement-breakpoint
create trigger occasions_no_delete before delete on occasions for each row execute function guard_occasion();
--> statement-breakpoint
create trigger occasions_guard before update on occasions for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{venue,cancelled_because}')) execute function guard_occasion();
--> statement-breakpoint
drop trigger tasks_guard on tasks;
--> statement-breakpoint
create trigger tasks_guard before update on tasks for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{safeguarding,thanks,partner_name}', '{form}')) execute function guard_task();
--> statement-breakpoint
drop trigger live_sessions_guard on live_sessions;
--> statement-breakpoint
create trigger live_sessions_guard before update on live_sessions for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{called_off_because}')) execute function guard_session();
--> statement-breakpoint
drop trigger session_turns_guard on session_turns;
--> statement-breakpoint
create trigger session_turns_guard_delete before delete on session_turns for each row execute function guard_session_turn();
--> statement-breakpoint
create trigger session_turns_guard before update on session_turns for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{passed_because}')) execute function guard_session_turn();
--> statement-breakpoint
drop trigger focus_groups_guard on focus_groups;
--> statement-breakpoint
create trigger focus_groups_guard before update on focus_groups for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{venue,called_off_because,notes}', '{notes_html}')) execute function guard_focus_group();
--> statement-breakpoint
drop trigger surveys_guard on surveys;
--> statement-breakpoint
create trigger surveys_no_delete before delete on surveys for each row execute function guard_survey();
--> statement-breakpoint
create trigger surveys_guard before update on surveys for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{title,intro,called_off_because}')) execute function guard_survey();
--> statement-breakpoint
drop trigger survey_questions_guard on survey_questions;
--> statement-breakpoint
create trigger survey_questions_guard_else before insert or delete on survey_questions for each row execute function guard_survey_question();
--> statement-breakpoint
create trigger survey_questions_guard before update on survey_questions for each row
  when (not takes_words_out(post_of_survey(old.survey_id), to_jsonb(old), to_jsonb(new), '{title,hint,options,scale}')) execute function guard_survey_question();
--> statement-breakpoint
drop trigger survey_tallies_append_only on survey_tallies;
--> statement-breakpoint
create trigger survey_tallies_no_delete before delete on survey_tallies for each row execute function refuse_change();
--> statement-breakpoint
create trigger survey_tallies_append_only before update on survey_tallies for each row
  when (not takes_words_out(post_of_survey(old.survey_id), to_jsonb(old), to_jsonb(new), '{choice}')) execute function refuse_change();
--> statement-breakpoint
drop trigger presences_guard on presences;
--> statement-breakpoint
create trigger presences_guard before update on presences for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{cancelled_because}')) execute function guard_presence();
--> statement-breakpoint
drop trigger survey_words_guard on survey_words;
--> statement-breakpoint
create trigger survey_words_guard before update on survey_words for each row
  when (not takes_words_out(post_of_survey(old.survey_id), to_jsonb(old), to_jsonb(new), '{words}')) execute function guard_survey_words();
