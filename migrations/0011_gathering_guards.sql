-- What residents say on the first level of a conversation that gathers is put on its list, and "Same here" is its support: in the transaction of either.
create function gather_comment() returns trigger language plpgsql as $$
begin
  insert into raised_comments (comment_id, gathered_in, support_count, raised_at)
    select new.id, c.id, new.same_here_count, new.created_at from conversations c where c.id = new.conversation_id and c.gathers
    on conflict do nothing;
  return null;
end $$;
--> statement-breakpoint
create trigger comments_gathered after insert on comments for each row when (new.level = 1 and new.official_role is null) execute function gather_comment();
--> statement-breakpoint
create function count_support() returns trigger language plpgsql as $$
begin
  update raised_comments set support_count = new.same_here_count where comment_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger comments_supported after update of same_here_count on comments
  for each row when (old.same_here_count is distinct from new.same_here_count) execute function count_support();
--> statement-breakpoint
-- A conversation gathers from its birth or never: what was said before would be missing.
create function guard_gathering() returns trigger language plpgsql as $$
begin
  if new.gathers is distinct from old.gathers then
    raise exception 'conversation % gathers from its beginning or never', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger conversations_gathering before update of gathers on conversations for each row execute function guard_gathering();
--> statement-breakpoint
-- Where and when an event or a task is can be searched for, like the details of the other kinds (0008).
create or replace function detail_words(kind text, details jsonb) returns text language sql immutable parallel safe
  return concat_ws(' ', details ->> 'near', case kind
    when 'outcome' then concat_ws(' ', details ->> 'you-said', details ->> 'we-did')
    when 'advice' then coalesce(details ->> 'steps', '')
    when 'appeal' then concat_ws(' ', details ->> 'where', details ->> 'when', details ->> 'reference')
    when 'court' then coalesce(details ->> 'court', '')
    when 'found-property' then concat_ws(' ', details ->> 'item', details ->> 'where', details ->> 'reference')
    when 'event' then concat_ws(' ', details ->> 'when', details ->> 'where')
    when 'can-you-help' then concat_ws(' ', details ->> 'when', details ->> 'where')
    end);
