-- An audience never widens: a circle may only become more closed, and one of pseudonyms is one for ever. Whose team's it is stays too.
create function circle_openness(kind text) returns int language sql immutable parallel safe
  return case kind when 'open' then 3 when 'restricted' then 2 when 'private' then 1 else 0 end;
--> statement-breakpoint
create function guard_circle() returns trigger language plpgsql as $$
begin
  if circle_openness(new.kind) > circle_openness(old.kind) or ((new.kind = 'support') <> (old.kind = 'support')) then
    raise exception 'circle % cannot become more open', old.id using errcode = 'restrict_violation';
  end if;
  if old.closed_at is not null and new.closed_at is null then
    raise exception 'circle % is closed for good', old.id using errcode = 'restrict_violation';
  end if;
  if new.team_id is distinct from old.team_id then
    raise exception 'circle % stays with its team', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger circles_guard before update of kind, closed_at, team_id on circles for each row execute function guard_circle();
--> statement-breakpoint
-- Nobody of an organisation is in an open circle, which is for staff alone, nor in one of pseudonyms, where every row would tell something of a person.
create function guard_circle_member() returns trigger language plpgsql as $$
begin
  if new.organisation_id is not null and new.left_at is null
    and (select kind from circles where id = new.circle_id) in ('open', 'support') then
    raise exception 'circle % takes nobody by an organisation', new.circle_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger circle_members_guard before insert or update on circle_members for each row execute function guard_circle_member();
--> statement-breakpoint
create function count_circle_members() returns trigger language plpgsql as $$
declare
  gone int := case when tg_op <> 'INSERT' and old.left_at is null then 1 else 0 end;
  come int := case when tg_op <> 'DELETE' and new.left_at is null then 1 else 0 end;
begin
  if come <> gone then
    update circles set member_count = member_count + come - gone where id = case when tg_op = 'DELETE' then old.circle_id else new.circle_id end;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger circle_members_counted after insert or update of left_at or delete on circle_members for each row execute function count_circle_members();
--> statement-breakpoint
-- Somebody of the force answers for every circle that is not closed. Asked at the end of the transaction: the last owner names another, then leaves.
create function keep_circle_owner() returns trigger language plpgsql as $$
begin
  if exists (select from circles where id = old.circle_id and closed_at is null and kind <> 'support')
    and not exists (select from circle_members
      where circle_id = old.circle_id and role = 'owner' and organisation_id is null and left_at is null) then
    raise exception 'circle % needs an owner', old.circle_id using errcode = 'restrict_violation', constraint = 'circle_members_owner';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger circle_members_owner after update or delete on circle_members deferrable initially deferred
  for each row when (old.role = 'owner' and old.left_at is null) execute function keep_circle_owner();
--> statement-breakpoint
-- What was answered stays answered, and is about the same person.
create function guard_circle_answer() returns trigger language plpgsql as $$
begin
  if old.answer is not null and (new.answer, new.answered_at) is distinct from (old.answer, old.answered_at) then
    raise exception '% % was answered before', tg_table_name, old.id using errcode = 'restrict_violation';
  end if;
  if (new.circle_id, new.account_id) is distinct from (old.circle_id, old.account_id) then
    raise exception '% % is about one person and one circle', tg_table_name, old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger circle_invitations_answered before update on circle_invitations for each row execute function guard_circle_answer();
--> statement-breakpoint
create trigger circle_requests_answered before update on circle_requests for each row execute function guard_circle_answer();
--> statement-breakpoint
-- Nobody is invited into a circle of pseudonyms.
create function refuse_support_invitation() returns trigger language plpgsql as $$
begin
  if (select kind from circles where id = new.circle_id) = 'support' then
    raise exception 'nobody is invited to circle %', new.circle_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger circle_invitations_support before insert on circle_invitations for each row execute function refuse_support_invitation();
--> statement-breakpoint
-- A closed circle is read and not written. Closing waits for who publishes at the same moment (it locks the circle for update), and the other way round.
create function refuse_closed_circle() returns trigger language plpgsql as $$
declare
  closed timestamptz;
begin
  select closed_at into closed from circles where id = substr(new.audience, 8)::bigint for key share;
  if closed is not null then
    raise exception 'circle % is closed', substr(new.audience, 8) using errcode = 'restrict_violation', constraint = 'posts_open_circle';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger posts_open_circle before insert on posts for each row when (new.audience like 'circle:%') execute function refuse_closed_circle();
--> statement-breakpoint
create trigger conversations_open_circle before update of mode on conversations for each row
  when (new.audience like 'circle:%' and new.mode in ('open', 'held')) execute function refuse_closed_circle();
--> statement-breakpoint
-- Pseudonyms of support circles. Their accounts have a mailbox that cannot be, and no two the same name.
create unique index accounts_persona_name on accounts (lower(display_name)) where email like 'persona-%@persona.invalid';
--> statement-breakpoint
create function is_persona(account bigint) returns boolean language sql stable
  return exists (select from accounts where id = account and email like 'persona-%@persona.invalid');
--> statement-breakpoint
-- Nobody is signed in as one, and none has a role: each of these would be a way from it to a person.
create function refuse_persona() returns trigger language plpgsql as $$
begin
  if is_persona(new.account_id) then
    raise exception '% holds nothing of a pseudonym', tg_table_name using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger sessions_no_persona before insert or update of account_id on sessions for each row execute function refuse_persona();
--> statement-breakpoint
create trigger sign_ins_no_persona before insert or update of account_id on sign_ins for each row when (new.account_id is not null) execute function refuse_persona();
--> statement-breakpoint
create trigger role_grants_no_persona before insert or update of account_id on role_grants for each row execute function refuse_persona();
--> statement-breakpoint
-- Nor does anybody by their own account follow a support circle or somebody in it, or keep what is said there: such a row would say that they are.
create function refuse_support_follow() returns trigger language plpgsql as $$
begin
  if not is_persona(new.account_id) and (
    (select kind from circles where id = case when new.subject like 'circle:%' then substr(new.subject, 8)::bigint end) = 'support'
    or is_persona(case when new.subject like 'person:%' then substr(new.subject, 8)::bigint end)) then
    raise exception 'nobody follows % by their own account', new.subject using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger staff_follows_support before insert or update on staff_follows for each row
  when (new.subject like 'circle:%' or new.subject like 'person:%') execute function refuse_support_follow();
--> statement-breakpoint
create function refuse_support_saved() returns trigger language plpgsql as $$
begin
  if not is_persona(new.account_id) and exists (
    select from posts p join circles c on c.id = substring(p.audience from '^circle:([0-9]+)$')::bigint where p.id = new.post_id and c.kind = 'support') then
    raise exception 'nobody keeps post % by their own account', new.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger saved_posts_support before insert or update on saved_posts for each row execute function refuse_support_saved();
--> statement-breakpoint
create function guard_persona() returns trigger language plpgsql as $$
begin
  if not is_persona(new.account_id) or (select kind from circles where id = new.circle_id) <> 'support' then
    raise exception 'account % is no pseudonym of circle %', new.account_id, new.circle_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger personas_guard before insert or update on personas for each row execute function guard_persona();
--> statement-breakpoint
-- In a support circle are its pseudonyms and nobody by their own account; in every other circle none of them.
create function guard_support_member() returns trigger language plpgsql as $$
begin
  if (select kind from circles where id = new.circle_id) = 'support' then
    if not exists (select from personas where account_id = new.account_id and circle_id = new.circle_id) then
      raise exception 'circle % takes pseudonyms alone', new.circle_id using errcode = 'restrict_violation';
    end if;
  elsif is_persona(new.account_id) then
    raise exception 'circle % takes no pseudonyms', new.circle_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger circle_members_support before insert or update of circle_id, account_id on circle_members for each row execute function guard_support_member();
--> statement-breakpoint
create trigger circle_requests_support before insert or update of circle_id, account_id on circle_requests for each row execute function guard_support_member();
--> statement-breakpoint
-- What is said in a support circle is said by its members under their pseudonyms, and these write nowhere else. Their accounts have the ids from 10^14 on.
create function check_persona_words(author bigint, audience text) returns void language plpgsql as $$
declare
  circle bigint := case when audience like 'circle:%' then substr(audience, 8)::bigint end;
begin
  if circle is not null and (select kind from circles where id = circle) = 'support' then
    if not exists (select from circle_members where circle_id = circle and account_id = author and left_at is null) then
      raise exception 'account % does not write in %', author, audience using errcode = 'restrict_violation';
    end if;
  elsif author >= 100000000000000 then
    raise exception 'a pseudonym writes in its circle alone' using errcode = 'restrict_violation';
  end if;
end $$;
--> statement-breakpoint
create function guard_persona_post() returns trigger language plpgsql as $$
begin
  perform check_persona_words(new.author_id, new.audience);
  return new;
end $$;
--> statement-breakpoint
create function guard_persona_comment() returns trigger language plpgsql as $$
begin
  perform check_persona_words(new.author_id, (select audience from conversations where id = new.conversation_id));
  return new;
end $$;
--> statement-breakpoint
create trigger posts_persona before insert or update of author_id on posts for each row execute function guard_persona_post();
--> statement-breakpoint
create trigger comments_persona before insert or update of author_id on comments for each row execute function guard_persona_comment();
