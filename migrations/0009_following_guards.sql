-- Following.
-- What a follow or a request names has one of the forms of src/following/key.ts.
alter table follows add constraint follows_key_form check (key ~ '^(force|tag:[a-z0-9]+(-[a-z0-9]+)*|(team|conversation|place):[1-9][0-9]{0,15})$');
--> statement-breakpoint
alter table follow_requests add constraint follow_requests_key_form check (key ~ '^(force|tag:[a-z0-9]+(-[a-z0-9]+)*|(team|conversation|place):[1-9][0-9]{0,15})$');
--> statement-breakpoint
alter table follow_requests add constraint follow_requests_postcode check (postcode is null or key like 'team:%');
--> statement-breakpoint
alter table follows add constraint follows_moved check ((moved_from_id is null) = (moved_at is null));
--> statement-breakpoint
alter table followers add constraint followers_quiet_hours check (quiet_from between 0 and 23 and quiet_until between 0 and 23 and quiet_from <> quiet_until);
--> statement-breakpoint
alter table followers add constraint followers_email_lower check (email = lower(email));
--> statement-breakpoint
alter table follow_counts add constraint follow_counts_positive check (count >= 0);
--> statement-breakpoint
-- Counts are kept whoever adds, moves or takes away follows, the cascade of a follower who goes included. In the order of the keys, so that two at once cannot lock each other out.
create function count_follows() returns trigger language plpgsql as $$
declare changed record;
begin
  if tg_op = 'INSERT' then
    insert into follow_counts as kept (key, count) select key, count(*) from added group by key order by key collate "C"
      on conflict (key) do update set count = kept.count + excluded.count;
  elsif tg_op = 'DELETE' then
    for changed in select key, count(*) as number from gone group by key order by key collate "C" loop
      update follow_counts set count = count - changed.number where key = changed.key;
    end loop;
  else
    for changed in select key, sum(number) as number from (select key, 1 as number from added union all select key, -1 from gone) moves
      group by key having sum(number) <> 0 order by key collate "C" loop
      insert into follow_counts (key, count) values (changed.key, 0) on conflict do nothing;
      update follow_counts set count = count + changed.number where key = changed.key;
    end loop;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger follows_counted after insert on follows referencing new table as added for each statement execute function count_follows();
--> statement-breakpoint
create trigger follows_uncounted after delete on follows referencing old table as gone for each statement execute function count_follows();
--> statement-breakpoint
create trigger follows_recounted after update on follows referencing old table as gone new table as added for each statement execute function count_follows();
--> statement-breakpoint
-- Whoever followed by email and gets an account later is one and the same: only the owner of the mailbox can sign in to it.
create function adopt_follower() returns trigger language plpgsql as $$
begin
  update followers set account_id = new.id where email = new.email and account_id is null;
  return null;
end $$;
--> statement-breakpoint
create trigger accounts_adopt_follower after insert on accounts for each row execute function adopt_follower();
--> statement-breakpoint
create index follows_with_postcode on follows (follower_id, id) where postcode is not null;
-- End of following.
--> statement-breakpoint
-- Notifications.
alter table unread_counts add constraint unread_counts_positive check (count >= 0);
--> statement-breakpoint
-- The number beside the name follows the rows, whoever tells, reads or takes away. In the order of the accounts, so that two at once cannot lock each other out.
create function count_unread() returns trigger language plpgsql as $$
declare changed record;
begin
  if tg_op = 'INSERT' then
    insert into unread_counts as kept (account_id, count) select account_id, count(*) from added where read_at is null group by account_id order by account_id
      on conflict (account_id) do update set count = kept.count + excluded.count;
  elsif tg_op = 'DELETE' then
    for changed in select account_id, count(*) as number from gone where read_at is null group by account_id order by account_id loop
      update unread_counts set count = count - changed.number where account_id = changed.account_id;
    end loop;
  else
    for changed in select account_id, sum(number) as number
      from (select account_id, 1 as number from added where read_at is null union all select account_id, -1 from gone where read_at is null) moves
      group by account_id having sum(number) <> 0 order by account_id loop
      update unread_counts set count = count + changed.number where account_id = changed.account_id;
    end loop;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger notifications_told after insert on notifications referencing new table as added for each statement execute function count_unread();
--> statement-breakpoint
create trigger notifications_gone after delete on notifications referencing old table as gone for each statement execute function count_unread();
--> statement-breakpoint
create trigger notifications_read after update on notifications referencing old table as gone new table as added for each statement execute function count_unread();
-- End of notifications.
--> statement-breakpoint
-- Mailings.
-- Who wants to hear at once: what is asked with every comment, and walked through for every post.
create index follows_instant on follows (key, follower_id) where rhythm = 'instant';
--> statement-breakpoint
create trigger alerts_append_only before update or delete on alerts for each row execute function refuse_change();
--> statement-breakpoint
create trigger alerts_no_truncate before truncate on alerts for each statement execute function refuse_change();
--> statement-breakpoint
-- Whoever is forgotten leaves no mail behind, with their address in it.
create function forget_mail() returns trigger language plpgsql as $$
begin
  delete from mails where follower_id = old.id;
  delete from mail_reports where follower_id = old.id;
  return null;
end $$;
--> statement-breakpoint
create trigger followers_forget_mail after delete on followers for each row execute function forget_mail();
--> statement-breakpoint
-- An alert is what a proposal became that two people agreed on: these two, and this post.
create function refuse_alert_without_two() returns trigger language plpgsql as $$
begin
  if not exists (select from proposals where id = new.proposal_id and kind = 'alert' and answer = 'agreed' and post_id = new.post_id
      and proposed_by = new.proposed_by and answered_by = new.agreed_by) then
    raise exception 'an alert needs a proposal that somebody else agreed to' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger alerts_agreed before insert on alerts for each row execute function refuse_alert_without_two();
--> statement-breakpoint
-- Nothing staff or private is ever the cause of a mailing, whoever writes the row.
create function refuse_private_mailing() returns trigger language plpgsql as $$
begin
  if new.post_id is not null and (select audience from posts where id = new.post_id) is distinct from 'public'
    or new.comment_id is not null and (select c.audience from comments m join conversations c on c.id = m.conversation_id where m.id = new.comment_id) is distinct from 'public'
    or new.place_id is not null and (select c.audience from places p join conversations c on c.id = p.conversation_id where p.id = new.place_id) is distinct from 'public' then
    raise exception 'only what is public is told to followers' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger mailings_public before insert or update of post_id, comment_id, place_id on mailings for each row execute function refuse_private_mailing();
--> statement-breakpoint
alter table alerts add constraint alerts_words check (char_length(words) between 1 and 140);
--> statement-breakpoint
alter table mailings add constraint mailings_numbers check (total >= 0 and done >= 0 and mailed >= 0 and pushed >= 0 and cursor >= 0);
-- End of mailings.
