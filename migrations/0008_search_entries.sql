-- Trusted since Postgres 13: the owner of the database may install it.
create extension if not exists pg_trgm;
--> statement-breakpoint
-- What people read of a rendered text, for the index of words and for excerpts. Tags inside a line leave no gap. What is typed after "&" is text again,
-- and the two control characters that mark what was found stand in no text.
create function plain_words(html text) returns text language sql immutable parallel safe
  return translate(replace(replace(replace(replace(replace(replace(
    regexp_replace(regexp_replace(html, '</?(a|b|code|em|i|strong|u)(\s[^>]*)?>', '', 'g'), '<[^>]*>', ' ', 'g'),
    '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&'), chr(2) || chr(3), '');
--> statement-breakpoint
-- What readers see of a post besides title and text, kind by kind; what is kept for the record alone is not among it.
create function detail_words(kind text, details jsonb) returns text language sql immutable parallel safe
  return concat_ws(' ', details ->> 'near', case kind
    when 'outcome' then concat_ws(' ', details ->> 'you-said', details ->> 'we-did')
    when 'advice' then coalesce(details ->> 'steps', '')
    when 'appeal' then concat_ws(' ', details ->> 'where', details ->> 'when', details ->> 'reference')
    when 'court' then coalesce(details ->> 'court', '')
    when 'found-property' then concat_ws(' ', details ->> 'item', details ->> 'where', details ->> 'reference')
    end);
--> statement-breakpoint
-- The text of each thing as it is searched and quoted: one place for both.
create function post_text(post posts) returns text language sql stable
  return concat_ws(' ', plain_words(post.body_html), detail_words(post.kind, post.details));
--> statement-breakpoint
create function place_text(place places) returns text language sql stable
  return concat_ws(' ', place.address, place.postcode, plain_words(place.description_html), place.access_notes, place.partner_name);
--> statement-breakpoint
create function team_text(team teams) returns text language sql stable
  return concat_ws('. ',
    (select string_agg(name, ', ' order by name) from localities where team_id = team.id),
    (select string_agg(name, ', ' order by position, id) from officers where team_id = team.id),
    plain_words(coalesce(team.description_html, '')));
--> statement-breakpoint
-- The words of each thing as the index holds them, titles before texts.
create function post_words(post posts) returns tsvector language sql stable
  return setweight(to_tsvector('english', post.title), 'A') || setweight(to_tsvector('english', array_to_string(post.tags, ' ')), 'B')
    || setweight(to_tsvector('english', post_text(post)), 'D');
--> statement-breakpoint
create function question_words(question questions) returns tsvector language sql stable
  return setweight(to_tsvector('english', question.title), 'A') || setweight(to_tsvector('english', question.body), 'D');
--> statement-breakpoint
-- A new wording is a new row: whoever reads the rows in the order of their ids misses none.
create function keep_post_entry() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then delete from search_entries where kind in ('post', 'question') and item_id = old.id; end if;
  if tg_op = 'DELETE' then return null; end if;
  if new.state <> 'withdrawn' and new.removal_id is null then
    insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words) values (
      case new.kind when 'question' then 'question' else 'post' end, new.id, new.audience, new.team_id, new.kind, new.published_at,
      post_words(new));
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger posts_found after insert or delete on posts for each row execute function keep_post_entry();
--> statement-breakpoint
create trigger posts_found_again after update of kind, state, removal_id, title, body_html, tags, details, team_id on posts for each row
  when ((old.kind, old.state, old.removal_id, old.title, old.body_html, old.tags, old.details, old.team_id)
    is distinct from (new.kind, new.state, new.removal_id, new.title, new.body_html, new.tags, new.details, new.team_id))
  execute function keep_post_entry();
--> statement-breakpoint
-- For the look whether a comment is the answer to a question.
create index questions_answer on questions (answer_id) where answer_id is not null;
--> statement-breakpoint
-- All comments that one statement wrote. Whatever their number, each looks for its own conversation.
create function add_comment_entries() returns trigger language plpgsql as $$
begin
  insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words)
  select 'comment', written.id, held.audience, held.team_id, (select posts.kind from posts where posts.conversation_id = written.conversation_id),
    coalesce(written.published_at, written.created_at), to_tsvector('english', plain_words(written.body_html))
  from written, lateral (select audience, team_id from conversations where id = written.conversation_id offset 0) held
  where written.state = 'published';
  return null;
end $$;
--> statement-breakpoint
create trigger comments_found after insert on comments referencing new table as written for each statement execute function add_comment_entries();
--> statement-breakpoint
create function keep_comment_entry() returns trigger language plpgsql as $$
begin
  delete from search_entries where kind in ('comment', 'answer') and item_id = old.id;
  if tg_op = 'DELETE' then return null; end if;
  if new.state = 'published' then
    insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words)
    select case when new.official_role is not null and exists (select from questions where answer_id = new.id) then 'answer' else 'comment' end,
      new.id, audience, team_id, (select posts.kind from posts where posts.conversation_id = new.conversation_id),
      coalesce(new.published_at, new.created_at), to_tsvector('english', plain_words(new.body_html))
    from conversations where id = new.conversation_id;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger comments_found_again after update of state, body_html on comments for each row
  when ((old.state = 'published' or new.state = 'published') and (old.state, old.body_html) is distinct from (new.state, new.body_html))
  execute function keep_comment_entry();
--> statement-breakpoint
create trigger comments_lost after delete on comments for each row when (old.state = 'published') execute function keep_comment_entry();
--> statement-breakpoint
-- A question that goes to another team takes its conversations along: from then on the other team finds them, and this one no more.
create function move_entries() returns trigger language plpgsql as $$
begin
  update search_entries set team_id = new.team_id
  where kind in ('comment', 'answer') and item_id in (select id from comments where conversation_id = new.id and state = 'published');
  return null;
end $$;
--> statement-breakpoint
create trigger conversations_moved after update of team_id on conversations for each row
  when (old.team_id is distinct from new.team_id) execute function move_entries();
--> statement-breakpoint
-- A question between the asker and the team; once it is published, its post is found instead. And which comment is the answer.
create function keep_question_entry() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from search_entries where kind = 'asked' and item_id = old.id;
    if old.answer_id is distinct from new.answer_id then
      update search_entries set kind = 'comment' where kind = 'answer' and item_id = old.answer_id;
    end if;
  end if;
  if tg_op = 'DELETE' then return null; end if;
  update search_entries set kind = 'answer' where kind = 'comment' and item_id = new.answer_id;
  if new.post_id is null and new.withdrawn_at is null then
    insert into search_entries (kind, item_id, audience, team_id, at, words)
    select 'asked', new.id, audience, new.team_id, new.asked_at, question_words(new)
    from conversations where id = new.conversation_id;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger questions_found after insert or delete on questions for each row execute function keep_question_entry();
--> statement-breakpoint
create trigger questions_found_again after update of title, body, post_id, withdrawn_at, team_id, answer_id on questions for each row
  when ((old.title, old.body, old.post_id, old.withdrawn_at, old.team_id, old.answer_id)
    is distinct from (new.title, new.body, new.post_id, new.withdrawn_at, new.team_id, new.answer_id))
  execute function keep_question_entry();
--> statement-breakpoint
create function keep_place_entry() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then delete from search_entries where kind = 'place' and item_id = old.id; end if;
  if tg_op = 'DELETE' then return null; end if;
  insert into search_entries (kind, item_id, audience, team_id, at, words) values ('place', new.id, 'public', new.team_id, new.changed_at,
    setweight(to_tsvector('english', new.name), 'A') || setweight(to_tsvector('english', concat_ws(' ', new.address, new.postcode)), 'B')
      || setweight(to_tsvector('english', place_text(new)), 'D'));
  return null;
end $$;
--> statement-breakpoint
create trigger places_found after insert or delete or update of name, address, postcode, description_html, access_notes, partner_name, team_id on places
  for each row execute function keep_place_entry();
--> statement-breakpoint
create function keep_team_entries(ids bigint[]) returns void language plpgsql as $$
begin
  delete from search_entries where kind = 'team' and item_id = any(ids);
  insert into search_entries (kind, item_id, audience, team_id, at, words)
  select 'team', teams.id, 'public', teams.id, teams.created_at,
    setweight(to_tsvector('english', teams.name), 'A') || setweight(to_tsvector('english', team_text(teams)), 'B')
  from teams where teams.id = any(ids) and teams.archived_at is null
  -- Two who change people of one team at once: the later one writes over the other.
  on conflict (kind, item_id) do update set words = excluded.words, at = excluded.at;
end $$;
--> statement-breakpoint
create function keep_team_entry() returns trigger language plpgsql as $$
begin
  perform keep_team_entries(array[new.id]);
  return null;
end $$;
--> statement-breakpoint
create trigger teams_found after insert on teams for each row execute function keep_team_entry();
--> statement-breakpoint
create trigger teams_found_again after update of name, description_html, archived_at on teams for each row
  when ((old.name, old.description_html, old.archived_at) is distinct from (new.name, new.description_html, new.archived_at))
  execute function keep_team_entry();
--> statement-breakpoint
-- Imports replace places and people of a team as a set: once for each statement, not for each row.
create function keep_entries_of_teams() returns trigger language plpgsql as $$
begin
  perform keep_team_entries(array(select distinct team_id from changed));
  return null;
end $$;
--> statement-breakpoint
create trigger localities_found after insert on localities referencing new table as changed for each statement execute function keep_entries_of_teams();
--> statement-breakpoint
create trigger localities_found_again after update on localities referencing new table as changed for each statement execute function keep_entries_of_teams();
--> statement-breakpoint
create trigger localities_lost after delete on localities referencing old table as changed for each statement execute function keep_entries_of_teams();
--> statement-breakpoint
create trigger officers_found after insert on officers referencing new table as changed for each statement execute function keep_entries_of_teams();
--> statement-breakpoint
create trigger officers_found_again after update on officers referencing new table as changed for each statement execute function keep_entries_of_teams();
--> statement-breakpoint
create trigger officers_lost after delete on officers referencing old table as changed for each statement execute function keep_entries_of_teams();
--> statement-breakpoint
-- What was there before.
insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words)
  select case posts.kind when 'question' then 'question' else 'post' end, id, audience, team_id, posts.kind, published_at,
    post_words(posts)
  from posts where state <> 'withdrawn' and removal_id is null;
--> statement-breakpoint
insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words)
  select case when exists (select from questions where answer_id = comments.id) then 'answer' else 'comment' end, comments.id,
    conversations.audience, conversations.team_id, posts.kind, coalesce(comments.published_at, comments.created_at),
    to_tsvector('english', plain_words(comments.body_html))
  from comments join conversations on conversations.id = comments.conversation_id left join posts on posts.conversation_id = conversations.id
  where comments.state = 'published' order by comments.id;
--> statement-breakpoint
insert into search_entries (kind, item_id, audience, team_id, at, words)
  select 'asked', questions.id, conversations.audience, questions.team_id, asked_at,
    question_words(questions)
  from questions join conversations on conversations.id = questions.conversation_id where post_id is null and withdrawn_at is null;
--> statement-breakpoint
select keep_team_entries(array(select id from teams));
--> statement-breakpoint
-- A search reads what has not been sorted in yet from end to end, and one unlucky writer sorts it in: little of it, often.
alter index search_entries_words set (fastupdate = on, gin_pending_list_limit = 512);
--> statement-breakpoint
-- How common a word is decides the way to look for it, so the commonest few thousand must be known.
alter table search_entries alter column words set statistics 300;
--> statement-breakpoint
-- Everything but comments is little: posts, questions and their answers, places, teams. They are looked for by themselves, however much people said.
create index search_entries_few on search_entries using gin (words) where kind <> 'comment';
--> statement-breakpoint
create index search_entries_few_newest on search_entries (at, id) where kind <> 'comment';
--> statement-breakpoint
create index search_entries_team on search_entries (team_id, at, id);
--> statement-breakpoint
create index search_words_like on search_words using gin (word gin_trgm_ops);
