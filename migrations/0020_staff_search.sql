-- What can be found in the staff network stands in a table of its own, of the same shape as `search_entries` and read under its name: so nothing that the public
-- searches holds a word of it, or gets slower by it. Nothing of a support circle stands in either.
create function is_network(audience text) returns boolean language sql immutable parallel safe
  return audience = 'staff' or audience like 'circle:%';
--> statement-breakpoint
create function is_findable(audience text) returns boolean language sql stable
  return audience = 'staff' or (audience like 'circle:%' and exists (select from circles where id = substr(audience, 8)::bigint and kind <> 'support'));
--> statement-breakpoint
create table staff_entries (
  id bigint primary key generated always as identity,
  kind text not null,
  item_id bigint not null,
  audience text not null check (is_network(audience)),
  team_id bigint,
  post_kind text,
  at timestamptz not null,
  words tsvector not null,
  -- The post, or the one under which it was said; null for staff notes beside a public conversation.
  post_id bigint,
  -- Null for what was cut loose from its author's name.
  author_id bigint,
  constraint staff_entries_item unique (kind, item_id)
);
--> statement-breakpoint
create index staff_entries_words on staff_entries using gin (words) with (fastupdate = on, gin_pending_list_limit = 512);
--> statement-breakpoint
alter table staff_entries alter column words set statistics 300;
--> statement-breakpoint
create index staff_entries_newest on staff_entries (at, id);
--> statement-breakpoint
create index staff_entries_audience on staff_entries (audience, at, id);
--> statement-breakpoint
create index staff_entries_author on staff_entries (author_id, at, id) where author_id is not null;
--> statement-breakpoint
create index staff_entries_few on staff_entries using gin (words) where kind <> 'comment';
--> statement-breakpoint
create index staff_entries_few_newest on staff_entries (at, id) where kind <> 'comment';
--> statement-breakpoint
create or replace function keep_post_entry() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    if is_network(old.audience) then delete from staff_entries where kind = 'post' and item_id = old.id;
    else delete from search_entries where kind in ('post', 'question') and item_id = old.id; end if;
  end if;
  if tg_op = 'DELETE' or new.state = 'withdrawn' or new.removal_id is not null then return null; end if;
  if is_network(new.audience) then
    insert into staff_entries (kind, item_id, audience, team_id, post_kind, at, words, post_id, author_id)
    select 'post', new.id, new.audience, new.team_id, new.kind, new.published_at, post_words(new), new.id, new.author_id where is_findable(new.audience);
  else
    insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words) values (
      case new.kind when 'question' then 'question' else 'post' end, new.id, new.audience, new.team_id, new.kind, new.published_at,
      post_words(new));
  end if;
  return null;
end $$;
--> statement-breakpoint
-- Staff notes stand in both: whoever looks among what is public finds, as before, what colleagues noted beside it.
create or replace function add_comment_entries() returns trigger language plpgsql as $$
begin
  insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words)
  select 'comment', written.id, held.audience, held.team_id, held.post_kind,
    coalesce(written.published_at, written.created_at), to_tsvector('english', plain_words(written.body_html))
  from written, lateral (select c.audience, c.team_id, p.id as post_id, p.kind as post_kind from conversations c left join posts p on p.conversation_id = c.id
    where c.id = written.conversation_id offset 0) held
  where written.state = 'published' and (held.post_id is null or not is_network(held.audience)) and held.audience not like 'circle:%';
  insert into staff_entries (kind, item_id, audience, team_id, post_kind, at, words, post_id, author_id)
  select 'comment', written.id, held.audience, held.team_id, held.post_kind, coalesce(written.published_at, written.created_at),
    to_tsvector('english', plain_words(written.body_html)), held.post_id, case when written.unnamed_at is null then written.author_id end
  from written, lateral (select c.audience, c.team_id, p.id as post_id, p.kind as post_kind from conversations c left join posts p on p.conversation_id = c.id
    where c.id = written.conversation_id and is_network(c.audience) offset 0) held
  where written.state = 'published' and is_findable(held.audience);
  return null;
end $$;
--> statement-breakpoint
create or replace function keep_comment_entry() returns trigger language plpgsql as $$
declare
  held record;
begin
  delete from search_entries where kind in ('comment', 'answer') and item_id = old.id;
  delete from staff_entries where kind = 'comment' and item_id = old.id;
  if tg_op = 'DELETE' or new.state <> 'published' then return null; end if;
  select c.audience, c.team_id, p.id as post_id, p.kind as post_kind into held
  from conversations c left join posts p on p.conversation_id = c.id where c.id = new.conversation_id;
  if held.audience not like 'circle:%' and (held.post_id is null or not is_network(held.audience)) then
    insert into search_entries (kind, item_id, audience, team_id, post_kind, at, words) values (
      case when new.official_role is not null and exists (select from questions where answer_id = new.id) then 'answer' else 'comment' end,
      new.id, held.audience, held.team_id, held.post_kind, coalesce(new.published_at, new.created_at), to_tsvector('english', plain_words(new.body_html)));
  end if;
  if is_network(held.audience) and is_findable(held.audience) then
    insert into staff_entries (kind, item_id, audience, team_id, post_kind, at, words, post_id, author_id) values (
      'comment', new.id, held.audience, held.team_id, held.post_kind, coalesce(new.published_at, new.created_at),
      to_tsvector('english', plain_words(new.body_html)), held.post_id, case when new.unnamed_at is null then new.author_id end);
  end if;
  return null;
end $$;
--> statement-breakpoint
create function unname_entry() returns trigger language plpgsql as $$
begin
  update staff_entries set author_id = case when new.unnamed_at is null then new.author_id end where kind = 'comment' and item_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger comments_unnamed_found after update of unnamed_at on comments for each row
  when (old.unnamed_at is distinct from new.unnamed_at) execute function unname_entry();
--> statement-breakpoint
create or replace function move_entries() returns trigger language plpgsql as $$
begin
  update search_entries set team_id = new.team_id
  where kind in ('comment', 'answer') and item_id in (select id from comments where conversation_id = new.id and state = 'published');
  if is_network(new.audience) then
    update staff_entries set team_id = new.team_id
    where kind = 'comment' and item_id in (select id from comments where conversation_id = new.id and state = 'published');
  end if;
  return null;
end $$;
--> statement-breakpoint
-- What was there before.
delete from search_entries using posts where search_entries.kind in ('post', 'question') and posts.id = search_entries.item_id and is_network(posts.audience);
--> statement-breakpoint
delete from search_entries using comments, posts
where search_entries.kind in ('comment', 'answer') and comments.id = search_entries.item_id and posts.conversation_id = comments.conversation_id
  and is_network(posts.audience);
--> statement-breakpoint
insert into staff_entries (kind, item_id, audience, team_id, post_kind, at, words, post_id, author_id)
  select 'post', id, audience, team_id, posts.kind, published_at, post_words(posts), id, author_id
  from posts where state <> 'withdrawn' and removal_id is null and is_findable(audience);
--> statement-breakpoint
insert into staff_entries (kind, item_id, audience, team_id, post_kind, at, words, post_id, author_id)
  select 'comment', comments.id, conversations.audience, conversations.team_id, posts.kind, coalesce(comments.published_at, comments.created_at),
    to_tsvector('english', plain_words(comments.body_html)), posts.id, case when comments.unnamed_at is null then comments.author_id end
  from comments join conversations on conversations.id = comments.conversation_id left join posts on posts.conversation_id = conversations.id
  where comments.state = 'published' and is_findable(conversations.audience);
