-- What was published before stands on its own team's page.
insert into post_teams (post_id, team_id, how, listed_at) select id, team_id, 'own', published_at from posts;
--> statement-breakpoint
insert into tags (tag, post_count) select tag, count(*) from post_tags group by tag;
--> statement-breakpoint
-- The histories of drafts and questions are append-only, like the log.
create trigger draft_acts_append_only before update or delete on draft_acts for each row execute function refuse_change();
--> statement-breakpoint
create trigger draft_acts_no_truncate before truncate on draft_acts for each statement execute function refuse_change();
--> statement-breakpoint
create trigger question_acts_append_only before update or delete on question_acts for each row execute function refuse_change();
--> statement-breakpoint
create trigger question_acts_no_truncate before truncate on question_acts for each statement execute function refuse_change();
--> statement-breakpoint
-- How many public conversations of a team are in which mode: kept here, so that no code path can forget it.
create function count_new_conversations() returns trigger language plpgsql as $$
begin
  insert into conversation_modes (team_id, mode, count)
    select team_id, mode, count(*) from added where audience = 'public' and team_id is not null group by team_id, mode
    on conflict (team_id, mode) do update set count = conversation_modes.count + excluded.count;
  return null;
end $$;
--> statement-breakpoint
create trigger conversations_counted after insert on conversations referencing new table as added
  for each statement execute function count_new_conversations();
--> statement-breakpoint
create function recount_conversation_modes() returns trigger language plpgsql as $$
begin
  update conversation_modes set count = count - 1 where team_id = old.team_id and mode = old.mode;
  insert into conversation_modes (team_id, mode, count) values (new.team_id, new.mode, 1)
    on conflict (team_id, mode) do update set count = conversation_modes.count + 1;
  return null;
end $$;
--> statement-breakpoint
create trigger conversations_recounted after update of mode, team_id on conversations for each row
  when (old.audience = 'public' and old.team_id is not null and new.team_id is not null
    and (old.mode is distinct from new.mode or old.team_id is distinct from new.team_id)) execute function recount_conversation_modes();
--> statement-breakpoint
insert into conversation_modes (team_id, mode, count)
  select team_id, mode, count(*) from conversations where audience = 'public' and team_id is not null group by team_id, mode;
--> statement-breakpoint
-- A side conversation is never public.
alter table conversations add constraint conversations_beside check (beside_id is null or audience <> 'public');
