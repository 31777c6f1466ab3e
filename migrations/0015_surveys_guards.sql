-- Surveys: what people were promised when they answered stays as it was. A survey ends once, and never later than it said.
alter table survey_envelopes alter column sealed set storage external;
--> statement-breakpoint
create function guard_survey() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'survey % is kept', old.id using errcode = 'restrict_violation';
  end if;
  if (new.id, new.team_id, new.audience, new.author_id, new.author_role, new.client_key) is distinct from (old.id, old.team_id, old.audience, old.author_id, old.author_role, old.client_key) then
    raise exception 'survey % is of its team, author and readers for good', old.id using errcode = 'restrict_violation';
  end if;
  if old.state in ('draft', 'submitted') then
    return new;
  end if;
  if (new.title, new.intro, new.areas, new.version, new.approved_by, new.post_id, new.opens_at)
      is distinct from (old.title, old.intro, old.areas, old.version, old.approved_by, old.post_id, old.opens_at) then
    raise exception 'survey % stays as it was when it opened', old.id using errcode = 'restrict_violation';
  end if;
  if new.state <> old.state and not (old.state = 'open' and new.state in ('closed', 'called-off')) then
    raise exception 'survey % does not go from % to %', old.id, old.state, new.state using errcode = 'restrict_violation';
  end if;
  if new.closes_at > old.closes_at or (old.state <> 'open' and new.closes_at is distinct from old.closes_at) then
    raise exception 'survey % never closes later than it said', old.id using errcode = 'restrict_violation';
  end if;
  if (new.state = 'called-off') <> (new.called_off_because is not null) then
    raise exception 'survey % is called off with a reason', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger surveys_guard before update or delete on surveys for each row execute function guard_survey();
--> statement-breakpoint
create function guard_survey_question() returns trigger language plpgsql as $$
begin
  if not exists (select from surveys where state = 'draft' and id = case tg_op when 'DELETE' then old.survey_id else new.survey_id end) then
    raise exception 'the questions of survey % stay as they are', coalesce(old.survey_id, new.survey_id) using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if tg_op = 'UPDATE' and (new.id, new.survey_id, new.sort) is distinct from (old.id, old.survey_id, old.sort) then
    raise exception 'question % stays what it is', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger survey_questions_guard before insert or update or delete on survey_questions for each row execute function guard_survey_question();
--> statement-breakpoint
-- Answers are taken while it is open, and not afterwards. Who has answered is kept, and nothing more is ever said of it.
create function refuse_unopened_survey() returns trigger language plpgsql as $$
begin
  if not exists (select from surveys where id = new.survey_id and state = 'open') then
    raise exception 'survey % takes no answers', new.survey_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger survey_takers_open before insert on survey_takers for each row execute function refuse_unopened_survey();
--> statement-breakpoint
create trigger survey_envelopes_open before insert on survey_envelopes for each row execute function refuse_unopened_survey();
--> statement-breakpoint
create trigger survey_takers_append_only before update or delete on survey_takers for each row execute function refuse_change();
--> statement-breakpoint
create trigger survey_takers_no_truncate before truncate on survey_takers for each statement execute function refuse_change();
--> statement-breakpoint
create trigger survey_envelopes_no_update before update on survey_envelopes for each row execute function refuse_change();
--> statement-breakpoint
alter table survey_takers add constraint survey_takers_taker check (
  (taker ~ '^account:[0-9]+$' and entered_by is null) or (taker ~ '^(paper|phone|doorstep):[^:]{1,20}$' and entered_by is not null));
--> statement-breakpoint
-- Results (the second section). They are added up once, in the transaction that closes the survey, and stay as they came out.
create trigger survey_tallies_counting before insert on survey_tallies for each row execute function refuse_unopened_survey();
--> statement-breakpoint
create trigger survey_words_counting before insert on survey_words for each row execute function refuse_unopened_survey();
--> statement-breakpoint
create trigger survey_tallies_append_only before update or delete on survey_tallies for each row execute function refuse_change();
--> statement-breakpoint
create trigger survey_tallies_no_truncate before truncate on survey_tallies for each statement execute function refuse_change();
--> statement-breakpoint
alter table survey_tallies add constraint survey_tallies_count check (count > 0);
--> statement-breakpoint
-- By the way it came nothing is kept but how many: of few who came the same way, the answers would stand side by side.
alter table survey_tallies add constraint survey_tallies_channel check (channel = '' or (question_id = 0 and area = '' and choice = ''));
--> statement-breakpoint
create function guard_survey_results() returns trigger language plpgsql as $$
begin
  if (old.counted_at is not null and new.counted_at is distinct from old.counted_at)
      or (old.published_at is not null and new.published_at is distinct from old.published_at) then
    raise exception 'the results of survey % are out for good', old.id using errcode = 'restrict_violation';
  end if;
  if new.published_at is not null and new.counted_at is null then
    raise exception 'survey % has no results to publish', old.id using errcode = 'restrict_violation';
  end if;
  if old.state = 'closed' and (new.answer_count, new.closed_at) is distinct from (old.answer_count, old.closed_at) then
    raise exception 'survey % is closed', old.id using errcode = 'restrict_violation';
  end if;
  if new.state = 'closed' and exists (select from survey_envelopes where survey_id = new.id) then
    raise exception 'answers to survey % are left in the box', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger surveys_results_guard before update on surveys for each row execute function guard_survey_results();
--> statement-breakpoint
-- Words are never changed. Whoever released them takes them back while nobody reads them; afterwards a moderator takes them out, once, with a row in the log.
create function guard_survey_words() returns trigger language plpgsql as $$
begin
  if (new.id, new.survey_id, new.question_id, new.words) is distinct from (old.id, old.survey_id, old.question_id, old.words) then
    raise exception 'words % stay as they were written', old.id using errcode = 'restrict_violation';
  end if;
  if old.taken_out_at is not null then
    raise exception 'words % are taken out', old.id using errcode = 'restrict_violation';
  end if;
  if new.released_at is null and old.released_at is not null and exists (select from surveys where id = new.survey_id and published_at is not null) then
    raise exception 'words % are published', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger survey_words_guard before update on survey_words for each row execute function guard_survey_words();
--> statement-breakpoint
create trigger survey_words_no_delete before delete on survey_words for each row execute function refuse_change();
--> statement-breakpoint
alter table survey_words add constraint survey_words_released check ((released_at is null) = (released_by is null));
--> statement-breakpoint
alter table survey_words add constraint survey_words_taken_out check (
  num_nonnulls(taken_out_at, taken_out_by, taken_out_log_id) in (0, 3) and (taken_out_at is null or released_at is not null));
