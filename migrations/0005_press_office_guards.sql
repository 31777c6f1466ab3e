-- These point upstairs: the tables stand on different floors, the rows do not.
alter table cases add constraint cases_request_fk foreign key (request_id) references requests(id);
--> statement-breakpoint
alter table cases add constraint cases_notice_fk foreign key (notice_id) references takedown_notices(id);
--> statement-breakpoint
alter table cases add constraint cases_proposal_fk foreign key (proposal_id) references proposals(id);
--> statement-breakpoint
alter table sanctions add constraint sanctions_decision foreign key (decision_id) references decisions(id);
--> statement-breakpoint
alter table proposals add constraint proposals_seal foreign key (seal_id) references seals(id);
--> statement-breakpoint
create trigger case_acts_append_only before update or delete on case_acts for each row execute function refuse_change();
--> statement-breakpoint
create trigger case_acts_no_truncate before truncate on case_acts for each statement execute function refuse_change();
--> statement-breakpoint
create trigger case_messages_append_only before update or delete on case_messages for each row execute function refuse_change();
--> statement-breakpoint
create trigger case_messages_no_truncate before truncate on case_messages for each statement execute function refuse_change();
--> statement-breakpoint
create trigger seal_openings_append_only before update or delete on seal_openings for each row execute function refuse_change();
--> statement-breakpoint
create trigger seal_openings_no_truncate before truncate on seal_openings for each statement execute function refuse_change();
--> statement-breakpoint
create trigger notice_steps_append_only before update or delete on notice_steps for each row execute function refuse_change();
--> statement-breakpoint
create trigger notice_steps_no_truncate before truncate on notice_steps for each statement execute function refuse_change();
--> statement-breakpoint
create trigger word_lists_append_only before update or delete on word_lists for each row execute function refuse_change();
--> statement-breakpoint
create trigger look_ups_append_only before update or delete on look_ups for each row execute function refuse_change();
--> statement-breakpoint
-- Nobody hears an appeal on their own act.
create function refuse_own_appeal() returns trigger language plpgsql as $$
begin
  if new.decider_id is not null and new.decider_id in (select decider_id from decisions where id = new.decision_id union select new.account_id) then
    raise exception 'an appeal is heard by somebody else' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger appeals_other_decider before insert or update on appeals for each row execute function refuse_own_appeal();
--> statement-breakpoint
-- What is sealed keeps its words, whoever tries.
create function refuse_sealed_comment() returns trigger language plpgsql as $$
begin
  if exists (select from seals where comment_id = old.id and lifted_at is null) then
    raise exception 'comment % is sealed', old.id using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
--> statement-breakpoint
create trigger comments_sealed before update of body, body_html on comments for each row
  when (old.body is distinct from new.body or old.body_html is distinct from new.body_html) execute function refuse_sealed_comment();
--> statement-breakpoint
create trigger comments_sealed_delete before delete on comments for each row execute function refuse_sealed_comment();
--> statement-breakpoint
create function refuse_sealed_post() returns trigger language plpgsql as $$
begin
  if exists (select from seals where post_id = old.id and lifted_at is null) then
    raise exception 'post % is sealed', old.id using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
--> statement-breakpoint
create trigger posts_sealed before update of title, body, body_html on posts for each row
  when (old.title is distinct from new.title or old.body is distinct from new.body or old.body_html is distinct from new.body_html)
  execute function refuse_sealed_post();
--> statement-breakpoint
create trigger posts_sealed_delete before delete on posts for each row execute function refuse_sealed_post();
--> statement-breakpoint
-- A removal keeps its row in the log also when the words are disposed of.
alter table comments drop constraint comments_removal;
--> statement-breakpoint
alter table comments add constraint comments_removal check (
  (state not in ('removed', 'rejected') or removal_id is not null) and (removal_id is null or state in ('removed', 'rejected', 'disposed')));
--> statement-breakpoint
alter table comments add constraint comments_disposed check ((state = 'disposed') = (disposed_hash is not null) and (state <> 'disposed' or (body = '' and body_html = '')));
--> statement-breakpoint
alter table posts add constraint posts_removal check (removal_id is null or state = 'withdrawn');
--> statement-breakpoint
-- What a moderator removed before this column was there.
update posts set removal_id = (select max(log.id) from log where log.item = 'post' and log.item_id = posts.id and log.act = 'remove')
  where state = 'withdrawn';
--> statement-breakpoint
-- Wordings that were changed before a moderator let anybody read them.
update comment_versions set was_public = false from comments
  where comments.id = comment_versions.comment_id and coalesce(
    (select later.written_at from comment_versions later
      where later.comment_id = comments.id and later.version > comment_versions.version order by later.version limit 1),
    comments.edited_at) <= coalesce(comments.published_at, 'infinity');
--> statement-breakpoint
-- The totals of the public log, kept with every row: of its month and of all months (''), of its team (0: the whole force) and of all (-1).
-- So each total is a handful of rows, however long the log. What a rule did by itself has no reason yet: a suspicion is none.
create function count_log() returns trigger language plpgsql as $$
begin
  insert into log_totals (month, team_id, act, reason_code, count)
  select month, team_id, new.act, case when new.role = 'system' then '' else coalesce(new.reason_code, '') end, 1
  from unnest(array['', to_char(new.at at time zone 'Europe/London', 'YYYY-MM')]) month, unnest(array[-1, coalesce(new.team_id, 0)]) team_id
  on conflict (month, team_id, act, reason_code) do update set count = log_totals.count + 1;
  return null;
end $$;
--> statement-breakpoint
create trigger log_counted after insert on log for each row when (new.audience = 'public' and new.item in ('comment', 'post')) execute function count_log();
--> statement-breakpoint
insert into log_totals (month, team_id, act, reason_code, count)
  select counted.month, counted.team_id, act, case when role = 'system' then '' else coalesce(reason_code, '') end, count(*)
  from log, lateral (
    select month, team_id from unnest(array['', to_char(at at time zone 'Europe/London', 'YYYY-MM')]) month, unnest(array[-1, coalesce(log.team_id, 0)]) team_id) counted
  where audience = 'public' and item in ('comment', 'post') group by 1, 2, 3, 4;
--> statement-breakpoint
create index log_public_team on log (team_id, id) where audience = 'public' and item in ('comment', 'post');
--> statement-breakpoint
create index log_public_act on log (act, id) where audience = 'public' and item in ('comment', 'post');
--> statement-breakpoint
create index log_public_reason on log (reason_code, id) where audience = 'public' and item in ('comment', 'post');
--> statement-breakpoint
create index log_public_at on log (at, id) where audience = 'public' and item in ('comment', 'post');
--> statement-breakpoint
-- What was hidden when this table came: down until a day after it went down, as the rule was.
insert into hidings (case_id, comment_id, role, at, reverts_at)
  select cases.id, comments.id, 'system', comments.state_at, comments.state_at + interval '24 hours'
  from comments join cases on cases.comment_id = comments.id and cases.decided_at is null where comments.state = 'hidden-pending';
--> statement-breakpoint
-- What residents may choose when they tell a moderator: also that it is about themselves.
insert into reasons (code, version, title, public_text, urgent, for_flags, position)
  values ('own-personal-data', 2, 'Your own personal details', 'It gave away personal details of the person who wrote it, such as a phone number or an address. Anybody could have read them here.', false, true, 10);
--> statement-breakpoint
insert into word_lists (name, version, purpose, patterns, note) values
  ('Insults', 1, 'civility', E'idiot*\nmoron*\nscum\npathetic\nclown*\nuseless lot\nwaste of space\nshut up\ndisgrace to the uniform\nhalf-wit*', 'What came with the software.'),
  ('Slurs and obscenities', 1, 'hold', E'fuck*\ncunt\ncunts\nwanker*\nbastard*\nretard*', 'What came with the software.'),
  ('Calls to take the law into one’s own hands', 1, 'hold', E'string him up\nstring them up\nsort him out ourselves\nsort them out ourselves\nburn * house down\nknow where * lives\nknow where they live', 'What came with the software.');
--> statement-breakpoint
insert into templates (purpose, reason_code, title, body) values
  ('decision', 'personal-data', 'Personal details: what to leave out', 'Your comment named or described somebody who could be recognised. You are welcome to post it again without the name, the address or the number plate.'),
  ('decision', 'active-proceedings', 'A case before the courts', 'Somebody has been arrested or charged in this case. What is said in public about it now could stop a fair trial, so we cannot publish it until the case is over.'),
  ('decision', 'abuse', 'Say it without the insult', 'You are welcome to criticise what the police do, and what an officer did in public. Please say what went wrong without insulting the person.'),
  ('decision', 'crime-report', 'How to report a crime', 'Comments are not watched around the clock, so please tell us about a crime directly: 999 if it is happening now, 101 or the online form if it is not. Crimestoppers on 0800 555 111 takes information without your name.'),
  ('decision', 'complaint', 'How a complaint is handled', 'You deserve a proper answer, so your complaint goes to our professional standards department. They will write to you. You can also complain to them yourself.'),
  ('question', null, 'Where did this happen?', 'Before we decide about your comment we would like to understand it better. Where and when did this happen?'),
  ('question', null, 'Is this your own detail?', 'Your comment holds a phone number or an address. Is it your own, and do you want everybody to be able to read it?'),
  ('appeal', null, 'The decision stands', 'Somebody who did not make the first decision has looked at it again, with what you wrote. The decision stands, because …'),
  ('appeal', null, 'The decision is undone', 'Somebody who did not make the first decision has looked at it again, with what you wrote. You were right: it is public again. We are sorry.');
--> statement-breakpoint
-- What nobody reads any more, for the task of the night that disposes of it: without, it walks through every comment there is.
create index comments_unread on comments (id, state_at) where state in ('rejected', 'removed', 'withdrawn');
--> statement-breakpoint
-- The list of sanctions, by when they end.
create index sanctions_ending on sanctions (ends_at, id) where lifted_at is null and ends_at is not null;
--> statement-breakpoint
-- The queue of what is no comment: a few among very many.
create index cases_papers_queue on cases (urgent, due_at, id) where waits and comment_id is null;
--> statement-breakpoint
-- What stands beside a comment in its conversation, for whoever decides about it: else the walk goes through what everybody said everywhere.
create index comments_siblings on comments (conversation_id, parent_id, id);
