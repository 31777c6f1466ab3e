-- Everything public belongs to a team and bears an official mark; what only the staff network has is never public.
alter table posts add constraint posts_public check (audience <> 'public' or (team_id is not null and official_role is not null and official_team is not null));
--> statement-breakpoint
alter table posts add constraint posts_internal_kinds check (
  audience <> 'public' or kind not in ('help-request', 'link', 'praise', 'good-practice', 'issue', 'focus-group', 'live-session'));
--> statement-breakpoint
-- The lists that the public reads hold nothing of the staff network, whoever writes to them.
delete from post_teams where post_id in (select id from posts where audience <> 'public');
--> statement-breakpoint
delete from post_tags where post_id in (select id from posts where audience <> 'public');
--> statement-breakpoint
create function refuse_internal_post() returns trigger language plpgsql as $$
begin
  if (select audience from posts where id = new.post_id) <> 'public' then
    raise exception 'post % belongs to the staff network', new.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger post_teams_public before insert or update of post_id on post_teams for each row execute function refuse_internal_post();
--> statement-breakpoint
create trigger post_tags_public before insert or update of post_id on post_tags for each row execute function refuse_internal_post();
--> statement-breakpoint
create trigger post_points_public before insert or update of post_id on post_points for each row execute function refuse_internal_post();
--> statement-breakpoint
-- Topics of the network: what is withdrawn or removed stands under none. Those of circles count for nobody's suggestions.
create function keep_topics() returns trigger language plpgsql as $$
declare
  gone text[] := '{}';
  come text[] := case when new.state = 'withdrawn' then '{}' else new.tags end;
begin
  if new.audience = 'public' then return null; end if;
  with lost as (delete from staff_topics where post_id = new.id and topic <> all (come) returning topic)
  select coalesce(array_agg(topic order by topic), '{}') into gone from lost;
  with added as (
    insert into staff_topics (topic, post_id, audience, published_at)
    select distinct topic, new.id, new.audience, new.published_at from unnest(come) topic on conflict do nothing returning topic)
  select coalesce(array_agg(topic order by topic), '{}') into come from added;
  if new.audience = 'staff' then
    -- What goes and what comes in one order, so that two who change the same topics never wait for each other in a ring.
    insert into topic_counts (topic, post_count)
    select topic, more from (select topic, -1 as more from unnest(gone) topic union all select topic, 1 from unnest(come) topic) changed order by topic
      on conflict (topic) do update set post_count = topic_counts.post_count + excluded.post_count;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger posts_topics after insert or update of tags, state on posts for each row execute function keep_topics();
