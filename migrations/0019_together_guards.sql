-- What colleagues wrote of a matter before: asked for with the words of whoever is about to write of it.
create index posts_staff_answers on posts using gin (to_tsvector('english', title || ' ' || body)) where kind in ('help-request', 'good-practice');
--> statement-breakpoint
-- The best answer is one that was given to this request.
create function keep_best_answer_at_home() returns trigger language plpgsql as $$
begin
  if new.best_id is not null and not exists (
    select from comments c join posts p on p.conversation_id = c.conversation_id where p.id = new.post_id and c.id = new.best_id) then
    raise exception 'comment % is no answer to post %', new.best_id, new.post_id using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger help_requests_best_at_home after insert or update of best_id on help_requests for each row execute function keep_best_answer_at_home();
--> statement-breakpoint
-- Kept, so that no list counts.
create function count_practice_uses() returns trigger language plpgsql as $$
begin
  update practices set use_count = use_count + case tg_op when 'INSERT' then 1 else -1 end where post_id = coalesce(new.post_id, old.post_id);
  return null;
end $$;
--> statement-breakpoint
create trigger practice_uses_count after insert or delete on practice_uses for each row execute function count_practice_uses();
--> statement-breakpoint
create function count_issue_workers() returns trigger language plpgsql as $$
declare
  before integer := 0;
begin
  if tg_op = 'UPDATE' then before := (old.left_at is null)::integer; end if;
  update issues set worker_count = worker_count + (new.left_at is null)::integer - before where post_id = new.post_id;
  return null;
end $$;
--> statement-breakpoint
create trigger issue_workers_count after insert or update of left_at on issue_workers for each row execute function count_issue_workers();
--> statement-breakpoint
-- In the network everybody's words bear a mark: there every question on the first level is gathered but what the host of a live session says.
create or replace function gather_comment() returns trigger language plpgsql as $$
begin
  insert into raised_comments (comment_id, gathered_in, support_count, raised_at)
    select new.id, c.id, new.same_here_count, new.created_at from conversations c where c.id = new.conversation_id and c.gathers
      and case when c.audience = 'staff' or c.audience like 'circle:%'
        then not exists (select from posts p join live_sessions s on s.post_id = p.id where p.conversation_id = c.id and s.host_id = new.author_id)
        else new.official_role is null end
    on conflict do nothing;
  return null;
end $$;
--> statement-breakpoint
drop trigger comments_gathered on comments;
--> statement-breakpoint
create trigger comments_gathered after insert on comments for each row when (new.level = 1) execute function gather_comment();
--> statement-breakpoint
-- When a live session is over, or called off, what is said is a comment like any other.
create function refuse_late_for_session() returns trigger language plpgsql as $$
begin
  if exists (select from posts p join live_sessions s on s.post_id = p.id where p.conversation_id = new.gathered_in
      and (s.called_off_because is not null or s.ends_at <= new.raised_at)) then
    return null;
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger raised_comments_for_session before insert on raised_comments for each row execute function refuse_late_for_session();
--> statement-breakpoint
-- A question of a session that was answered or passed stays so; one that is only taken can be put back.
create function guard_session_turn() returns trigger language plpgsql as $$
begin
  if old.settled_at is not null then
    raise exception 'question % of the session is settled', old.comment_id using errcode = 'restrict_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if (new.comment_id, new.post_id, new.taken_at) is distinct from (old.comment_id, old.post_id, old.taken_at) then
    raise exception 'when question % was taken stays as it was', old.comment_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger session_turns_guard before update or delete on session_turns for each row execute function guard_session_turn();
--> statement-breakpoint
create function refuse_foreign_turn() returns trigger language plpgsql as $$
begin
  if not exists (select from raised_comments r join posts p on p.conversation_id = r.gathered_in where r.comment_id = new.comment_id and p.id = new.post_id) then
    raise exception 'comment % is no question of that session', new.comment_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger session_turns_of_session before insert on session_turns for each row execute function refuse_foreign_turn();
--> statement-breakpoint
-- Who hosts a session, and that it was called off, stays as colleagues were told.
create function guard_session() returns trigger language plpgsql as $$
begin
  if new.post_id <> old.post_id or new.host_id <> old.host_id or old.called_off_because is not null then
    raise exception 'session % stays as colleagues were told', old.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger live_sessions_guard before update on live_sessions for each row execute function guard_session();
--> statement-breakpoint
-- Notes are written once a focus group was held, and stay as all read them.
create function guard_focus_group() returns trigger language plpgsql as $$
begin
  if new.post_id <> old.post_id or old.called_off_because is not null then
    raise exception 'focus group % stays as people were told', old.post_id using errcode = 'restrict_violation';
  end if;
  if old.notes_at is not null and (new.notes, new.notes_html, new.notes_by, new.notes_at) is distinct from (old.notes, old.notes_html, old.notes_by, old.notes_at) then
    raise exception 'the notes of focus group % stay as they were published', old.post_id using errcode = 'restrict_violation';
  end if;
  if new.notes_at is not null and (new.notes_at < new.ends_at or new.called_off_because is not null) then
    raise exception 'focus group % was not held yet', old.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger focus_groups_guard before update on focus_groups for each row execute function guard_focus_group();
--> statement-breakpoint
alter table focus_groups add constraint focus_groups_notes check (num_nonnulls(notes, notes_html, notes_by, notes_at) in (0, 4));
--> statement-breakpoint
alter table focus_group_people add constraint focus_group_people_answer check (num_nonnulls(answer, answered_at) in (0, 2));
--> statement-breakpoint
-- Leadership speaks to all staff, and under its own name.
create function refuse_quiet_leadership() returns trigger language plpgsql as $$
begin
  if not exists (select from posts where id = new.post_id and audience = 'staff' and kind = 'update') then
    raise exception 'post % is no update to all staff', new.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger leadership_posts_to_all before insert on leadership_posts for each row execute function refuse_quiet_leadership();
--> statement-breakpoint
-- Names as people type them when they look somebody up: lower case, accents gone, letters and digits alone.
create function fold_words(words text) returns text language sql immutable as $$
  select trim(regexp_replace(regexp_replace(lower(normalize(words, NFKD) collate "en-x-icu"), '[\u0300-\u036f''’`]+', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))
$$;
--> statement-breakpoint
-- What the directory finds a member of staff by. Residents and administrators are not in it.
create function enter_colleague(person bigint) returns void language plpgsql as $$
declare
  folded text;
  own text;
begin
  select fold_words(coalesce(a.display_name, '')), fold_words(concat_ws(' ', a.display_name,
      string_agg(case g.role when 'officer' then 'Officer' when 'supervisor' then 'Sergeant' else 'Press office' end || ' ' || coalesce(t.name, ''), ' '),
      p.leads, p.works_on, array_to_string(p.skills, ' '), array_to_string(p.languages, ' ')))
    into folded, own
    from accounts a join role_grants g on g.account_id = a.id and g.role in ('officer', 'supervisor', 'press-office') and g.confirmed_at is not null and g.ended_at is null
      left join teams t on t.id = g.team_id left join staff_profiles p on p.account_id = a.id
    where a.id = person group by a.id, p.account_id;
  if folded is null or folded = '' then
    delete from colleague_entries where account_id = person;
    return;
  end if;
  insert into colleague_entries (account_id, name, words)
    values (person, regexp_replace(folded, '^.* ', '') || ' ' || folded, to_tsvector('simple', own))
    on conflict (account_id) do update set name = excluded.name, words = excluded.words;
end $$;
--> statement-breakpoint
create function keep_colleague() returns trigger language plpgsql as $$
begin
  perform enter_colleague(case tg_table_name when 'accounts' then (to_jsonb(new) ->> 'id')::bigint else (to_jsonb(new) ->> 'account_id')::bigint end);
  return null;
end $$;
--> statement-breakpoint
create trigger role_grants_colleague after insert or update on role_grants for each row execute function keep_colleague();
--> statement-breakpoint
create trigger accounts_colleague after update of display_name on accounts for each row
  when (old.display_name is distinct from new.display_name) execute function keep_colleague();
--> statement-breakpoint
create trigger staff_profiles_colleague after insert or update on staff_profiles for each row execute function keep_colleague();
--> statement-breakpoint
create function keep_colleagues_of_team() returns trigger language plpgsql as $$
begin
  perform enter_colleague(account_id) from (select distinct account_id from role_grants where team_id = new.id and ended_at is null order by account_id) g;
  return null;
end $$;
--> statement-breakpoint
create trigger teams_colleagues after update of name on teams for each row when (old.name is distinct from new.name) execute function keep_colleagues_of_team();
--> statement-breakpoint
select enter_colleague(account_id) from (select distinct account_id from role_grants order by account_id) g;
--> statement-breakpoint
create function keep_colleague_terms() returns trigger language plpgsql as $$
declare
  skills_before text[] := '{}';
  languages_before text[] := '{}';
begin
  if tg_op = 'UPDATE' then
    skills_before := old.skills;
    languages_before := old.languages;
  end if;
  -- In one order, so that two who save at once do not wait for each other in a ring.
  insert into colleague_terms (kind, term, person_count)
    select kind, term, sum(n) from (
      select 'skill' as kind, unnest(new.skills) as term, 1 as n union all select 'language', unnest(new.languages), 1
      union all select 'skill', unnest(skills_before), -1 union all select 'language', unnest(languages_before), -1) changed
    group by kind, term having sum(n) <> 0 order by kind, term
    on conflict (kind, term) do update set person_count = colleague_terms.person_count + excluded.person_count;
  return null;
end $$;
--> statement-breakpoint
create trigger staff_profiles_terms after insert or update of skills, languages on staff_profiles for each row execute function keep_colleague_terms();
--> statement-breakpoint
create index role_grants_team on role_grants (team_id, account_id) where ended_at is null and confirmed_at is not null;
--> statement-breakpoint
-- Published questions that wait, across the force, and what was asked lately.
create index questions_waiting on questions (due_at, id) where answered_at is null and withdrawn_at is null and post_id is not null;
--> statement-breakpoint
create index posts_asked on posts (published_at, id) where kind = 'question' and audience = 'public';
