ALTER TABLE "focus_groups" ADD COLUMN "moved_from_start" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "focus_groups" ADD COLUMN "moved_from_end" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "focus_groups" ADD COLUMN "moved_from_venue" text;--> statement-breakpoint
ALTER TABLE "focus_groups" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "focus_groups" ADD COLUMN "notes_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "live_sessions" ADD COLUMN "moved_from_start" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_sessions" ADD COLUMN "moved_from_end" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "live_sessions" ADD COLUMN "move_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE TABLE "focus_group_notes" (
	"post_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"notes" text NOT NULL,
	"notes_html" text NOT NULL,
	"note" text NOT NULL,
	"replaced_by" bigint NOT NULL,
	"replaced_at" timestamp with time zone NOT NULL,
	CONSTRAINT "focus_group_notes_post_id_version_pk" PRIMARY KEY("post_id","version")
);
--> statement-breakpoint
ALTER TABLE "focus_group_notes" ADD CONSTRAINT "focus_group_notes_post_id_focus_groups_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."focus_groups"("post_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_group_notes" ADD CONSTRAINT "focus_group_notes_replaced_by_accounts_id_fk" FOREIGN KEY ("replaced_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
alter table focus_groups add constraint focus_groups_moved check (num_nonnulls(moved_from_start, moved_from_end, moved_from_venue) = case when move_count > 0 then 3 else 0 end);
--> statement-breakpoint
alter table live_sessions add constraint live_sessions_moved check (num_nonnulls(moved_from_start, moved_from_end) = case when move_count > 0 then 2 else 0 end);
--> statement-breakpoint
create function is_disposed(post bigint) returns boolean language sql stable as $$ select details ? 'disposed' from posts where id = post $$;
--> statement-breakpoint
-- Who hosts a session, and that it was called off, stays as colleagues were told; another time says which one it was before.
create or replace function guard_session() returns trigger language plpgsql as $$
begin
  if new.post_id <> old.post_id or new.host_id <> old.host_id or old.called_off_because is not null then
    raise exception 'session % stays as colleagues were told', old.post_id using errcode = 'restrict_violation';
  end if;
  if (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at)
      and (new.moved_from_start, new.moved_from_end, new.move_count) is distinct from (old.starts_at, old.ends_at, old.move_count + 1) then
    raise exception 'session % is moved without saying from when', old.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
-- Notes are written once a focus group was held; what is put in their place leaves the version before readable. With their post, in its time, they go for good.
create or replace function guard_focus_group() returns trigger language plpgsql as $$
begin
  if is_disposed(old.post_id) and new.notes is not distinct from left(old.notes, 0) and new.notes_html is not distinct from left(old.notes_html, 0)
      and to_jsonb(new) - '{notes,notes_html}'::text[] = to_jsonb(old) - '{notes,notes_html}'::text[] then
    return new;
  end if;
  if new.post_id <> old.post_id or old.called_off_because is not null then
    raise exception 'focus group % stays as people were told', old.post_id using errcode = 'restrict_violation';
  end if;
  if (new.starts_at, new.ends_at, new.venue) is distinct from (old.starts_at, old.ends_at, old.venue)
      and (new.moved_from_start, new.moved_from_end, new.moved_from_venue, new.move_count)
        is distinct from (old.starts_at, old.ends_at, old.venue, old.move_count + 1) then
    raise exception 'focus group % is moved without saying from when', old.post_id using errcode = 'restrict_violation';
  end if;
  if old.notes_at is not null and (new.notes, new.notes_html, new.notes_by, new.notes_at, new.notes_version)
        is distinct from (old.notes, old.notes_html, old.notes_by, old.notes_at, old.notes_version)
      and ((new.notes_by, new.notes_at, new.notes_version) is distinct from (old.notes_by, old.notes_at, old.notes_version + 1)
        or not exists (select from focus_group_notes v where v.post_id = old.post_id and v.version = old.notes_version
          and (v.notes, v.notes_html) = (old.notes, old.notes_html))) then
    raise exception 'the notes of focus group % stay readable as they were published', old.post_id using errcode = 'restrict_violation';
  end if;
  if new.notes_at is not null and (new.notes_at < new.ends_at or new.called_off_because is not null) then
    raise exception 'focus group % was not held yet', old.post_id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
--> statement-breakpoint
drop trigger focus_groups_guard on focus_groups;
--> statement-breakpoint
create trigger focus_groups_guard before update on focus_groups for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{venue,moved_from_venue,called_off_because,notes}', '{notes_html}'))
  execute function guard_focus_group();
--> statement-breakpoint
create trigger focus_group_notes_append_only before update on focus_group_notes for each row
  when (not takes_words_out(old.post_id, to_jsonb(old), to_jsonb(new), '{notes,note}', '{notes_html}')) execute function refuse_change();
--> statement-breakpoint
create trigger focus_group_notes_no_delete before delete on focus_group_notes for each row when (not is_disposed(old.post_id)) execute function refuse_change();
