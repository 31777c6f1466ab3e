CREATE TABLE "circle_members" (
	"circle_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"role" text NOT NULL,
	"organisation_id" bigint,
	"joined_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"left_at" timestamp with time zone,
	"removed_by" bigint,
	"removed_because" text,
	CONSTRAINT "circle_members_circle_id_account_id_pk" PRIMARY KEY("circle_id","account_id"),
	CONSTRAINT "circle_members_partner" CHECK (("circle_members"."organisation_id" is null) = ("circle_members"."expires_at" is null))
);
--> statement-breakpoint
CREATE TABLE "circles" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "circles_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"about" text NOT NULL,
	"team_id" bigint,
	"signposts" text DEFAULT '' NOT NULL,
	"member_count" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"founded_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_because" text,
	"client_key" uuid NOT NULL,
	CONSTRAINT "circles_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "circles_team" CHECK ("circles"."kind" <> 'support' or "circles"."team_id" is null)
);
--> statement-breakpoint
CREATE TABLE "organisations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "organisations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"domains" text[] NOT NULL,
	"added_by" bigint NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" bigint,
	CONSTRAINT "organisations_name_unique" UNIQUE("name"),
	CONSTRAINT "organisations_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "circle_invitations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "circle_invitations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"circle_id" bigint NOT NULL,
	"account_id" bigint,
	"email" text,
	"organisation_id" bigint,
	"token_hash" text,
	"invited_by" bigint NOT NULL,
	"invited_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_at" timestamp with time zone,
	"client_key" uuid NOT NULL,
	CONSTRAINT "circle_invitations_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "circle_invitations_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "circle_invitations_whom" CHECK (("circle_invitations"."account_id" is null) = ("circle_invitations"."email" is not null and "circle_invitations"."organisation_id" is not null and "circle_invitations"."token_hash" is not null))
);
--> statement-breakpoint
CREATE TABLE "circle_requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "circle_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"circle_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"words" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_by" bigint,
	"answered_at" timestamp with time zone,
	"note" text,
	CONSTRAINT "circle_requests_answer" CHECK (("circle_requests"."answer" is null) = ("circle_requests"."answered_at" is null))
);
--> statement-breakpoint
CREATE TABLE "personas" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"circle_id" bigint NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "personas_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "colleague_entries" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"name" text collate "C" NOT NULL,
	"words" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "colleague_terms" (
	"kind" text NOT NULL,
	"term" text NOT NULL,
	"person_count" integer NOT NULL,
	CONSTRAINT "colleague_terms_kind_term_pk" PRIMARY KEY("kind","term")
);
--> statement-breakpoint
CREATE TABLE "staff_profiles" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"works_on" text DEFAULT '' NOT NULL,
	"about" text DEFAULT '' NOT NULL,
	"skills" text[] DEFAULT '{}' NOT NULL,
	"languages" text[] DEFAULT '{}' NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"leads" text,
	"leads_set_by" bigint,
	"leads_set_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "focus_group_people" (
	"post_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"invited_by" bigint NOT NULL,
	"invited_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_at" timestamp with time zone,
	"reminded_at" timestamp with time zone,
	CONSTRAINT "focus_group_people_post_id_account_id_pk" PRIMARY KEY("post_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "focus_groups" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"venue" text NOT NULL,
	"places" integer NOT NULL,
	"called_off_because" text,
	"notes" text,
	"notes_html" text,
	"notes_by" bigint,
	"notes_at" timestamp with time zone,
	CONSTRAINT "focus_groups_span" CHECK ("focus_groups"."ends_at" > "focus_groups"."starts_at" and "focus_groups"."places" between 2 and 200)
);
--> statement-breakpoint
CREATE TABLE "leadership_posts" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"published_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "live_sessions" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"host_id" bigint NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"called_off_because" text,
	CONSTRAINT "live_sessions_span" CHECK ("live_sessions"."ends_at" > "live_sessions"."starts_at")
);
--> statement-breakpoint
CREATE TABLE "follow_ups" (
	"of_post_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"added_by" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "follow_ups_of_post_id_post_id_pk" PRIMARY KEY("of_post_id","post_id"),
	CONSTRAINT "follow_ups_two" CHECK ("follow_ups"."of_post_id" <> "follow_ups"."post_id")
);
--> statement-breakpoint
CREATE TABLE "home_entries" (
	"account_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "home_entries_account_id_post_id_pk" PRIMARY KEY("account_id","post_id")
);
--> statement-breakpoint
CREATE TABLE "home_marks" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"new_since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "link_previews" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"title" text,
	"site" text,
	"image_key" uuid,
	"image_width" integer,
	"image_height" integer,
	"image_alt" text,
	"fetched_at" timestamp with time zone,
	"failed_because" text,
	CONSTRAINT "link_previews_state" CHECK (("link_previews"."state" = 'waiting') = ("link_previews"."fetched_at" is null))
);
--> statement-breakpoint
CREATE TABLE "praised" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "praised_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"account_id" bigint,
	"team_id" bigint,
	CONSTRAINT "praised_whom" CHECK (("praised"."account_id" is null) <> ("praised"."team_id" is null))
);
--> statement-breakpoint
CREATE TABLE "saved_posts" (
	"account_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "saved_posts_account_id_post_id_pk" PRIMARY KEY("account_id","post_id")
);
--> statement-breakpoint
CREATE TABLE "staff_digests" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"rhythm" text NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "staff_follows" (
	"account_id" bigint NOT NULL,
	"subject" text collate "C" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "staff_follows_account_id_subject_pk" PRIMARY KEY("account_id","subject")
);
--> statement-breakpoint
CREATE TABLE "staff_topics" (
	"topic" text collate "C" NOT NULL,
	"post_id" bigint NOT NULL,
	"audience" text NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	CONSTRAINT "staff_topics_topic_post_id_pk" PRIMARY KEY("topic","post_id")
);
--> statement-breakpoint
CREATE TABLE "topic_counts" (
	"topic" text collate "C" PRIMARY KEY NOT NULL,
	"post_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "help_offers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "help_offers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" bigint NOT NULL,
	"by_id" bigint NOT NULL,
	"offered_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "help_offers_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "help_requests" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"first_reply_at" timestamp with time zone,
	"best_id" bigint,
	"best_by" bigint,
	"best_at" timestamp with time zone,
	CONSTRAINT "help_requests_best" CHECK (("help_requests"."best_id" is null) = ("help_requests"."best_at" is null) and ("help_requests"."best_id" is null) = ("help_requests"."best_by" is null))
);
--> statement-breakpoint
CREATE TABLE "issue_links" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "issue_links_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"conversation_id" bigint NOT NULL,
	"added_by" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"removed_at" timestamp with time zone,
	"removed_by" bigint
);
--> statement-breakpoint
CREATE TABLE "issue_reopenings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "issue_reopenings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"outcome" text NOT NULL,
	"closed_at" timestamp with time zone NOT NULL,
	"closed_by" bigint NOT NULL,
	"reopened_at" timestamp with time zone NOT NULL,
	"reopened_by" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "issue_workers" (
	"post_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"team_id" bigint,
	"note" text DEFAULT '' NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	"left_at" timestamp with time zone,
	CONSTRAINT "issue_workers_post_id_account_id_pk" PRIMARY KEY("post_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "issues" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"active_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" bigint,
	"outcome" text,
	"worker_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "issues_closed" CHECK (("issues"."closed_at" is null) = ("issues"."outcome" is null))
);
--> statement-breakpoint
CREATE TABLE "practice_uses" (
	"post_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"by_id" bigint NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "practice_uses_post_id_team_id_pk" PRIMARY KEY("post_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "practices" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	"use_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
DROP INDEX "posts_of_force";--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "team_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "official_role" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ALTER COLUMN "official_team" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "circle_members" ADD CONSTRAINT "circle_members_circle_id_circles_id_fk" FOREIGN KEY ("circle_id") REFERENCES "public"."circles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_members" ADD CONSTRAINT "circle_members_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_members" ADD CONSTRAINT "circle_members_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_members" ADD CONSTRAINT "circle_members_removed_by_accounts_id_fk" FOREIGN KEY ("removed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circles" ADD CONSTRAINT "circles_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisations" ADD CONSTRAINT "organisations_added_by_accounts_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organisations" ADD CONSTRAINT "organisations_ended_by_accounts_id_fk" FOREIGN KEY ("ended_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_invitations" ADD CONSTRAINT "circle_invitations_circle_id_circles_id_fk" FOREIGN KEY ("circle_id") REFERENCES "public"."circles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_invitations" ADD CONSTRAINT "circle_invitations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_invitations" ADD CONSTRAINT "circle_invitations_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_invitations" ADD CONSTRAINT "circle_invitations_invited_by_accounts_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_requests" ADD CONSTRAINT "circle_requests_circle_id_circles_id_fk" FOREIGN KEY ("circle_id") REFERENCES "public"."circles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_requests" ADD CONSTRAINT "circle_requests_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "circle_requests" ADD CONSTRAINT "circle_requests_answered_by_accounts_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personas" ADD CONSTRAINT "personas_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personas" ADD CONSTRAINT "personas_circle_id_circles_id_fk" FOREIGN KEY ("circle_id") REFERENCES "public"."circles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_profiles" ADD CONSTRAINT "staff_profiles_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_profiles" ADD CONSTRAINT "staff_profiles_leads_set_by_accounts_id_fk" FOREIGN KEY ("leads_set_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_group_people" ADD CONSTRAINT "focus_group_people_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_group_people" ADD CONSTRAINT "focus_group_people_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_group_people" ADD CONSTRAINT "focus_group_people_invited_by_accounts_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_groups" ADD CONSTRAINT "focus_groups_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "focus_groups" ADD CONSTRAINT "focus_groups_notes_by_accounts_id_fk" FOREIGN KEY ("notes_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "leadership_posts" ADD CONSTRAINT "leadership_posts_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_sessions" ADD CONSTRAINT "live_sessions_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_sessions" ADD CONSTRAINT "live_sessions_host_id_accounts_id_fk" FOREIGN KEY ("host_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_ups" ADD CONSTRAINT "follow_ups_of_post_id_posts_id_fk" FOREIGN KEY ("of_post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_ups" ADD CONSTRAINT "follow_ups_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_ups" ADD CONSTRAINT "follow_ups_added_by_accounts_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "home_entries" ADD CONSTRAINT "home_entries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "home_entries" ADD CONSTRAINT "home_entries_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "home_marks" ADD CONSTRAINT "home_marks_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_previews" ADD CONSTRAINT "link_previews_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "praised" ADD CONSTRAINT "praised_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "praised" ADD CONSTRAINT "praised_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "praised" ADD CONSTRAINT "praised_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_posts" ADD CONSTRAINT "saved_posts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_posts" ADD CONSTRAINT "saved_posts_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_digests" ADD CONSTRAINT "staff_digests_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_follows" ADD CONSTRAINT "staff_follows_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staff_topics" ADD CONSTRAINT "staff_topics_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "help_offers" ADD CONSTRAINT "help_offers_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "help_offers" ADD CONSTRAINT "help_offers_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "help_requests" ADD CONSTRAINT "help_requests_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "help_requests" ADD CONSTRAINT "help_requests_best_id_comments_id_fk" FOREIGN KEY ("best_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "help_requests" ADD CONSTRAINT "help_requests_best_by_accounts_id_fk" FOREIGN KEY ("best_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_links" ADD CONSTRAINT "issue_links_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_links" ADD CONSTRAINT "issue_links_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_links" ADD CONSTRAINT "issue_links_added_by_accounts_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_links" ADD CONSTRAINT "issue_links_removed_by_accounts_id_fk" FOREIGN KEY ("removed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_reopenings" ADD CONSTRAINT "issue_reopenings_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_reopenings" ADD CONSTRAINT "issue_reopenings_closed_by_accounts_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_reopenings" ADD CONSTRAINT "issue_reopenings_reopened_by_accounts_id_fk" FOREIGN KEY ("reopened_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_workers" ADD CONSTRAINT "issue_workers_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_workers" ADD CONSTRAINT "issue_workers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_workers" ADD CONSTRAINT "issue_workers_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_closed_by_accounts_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practice_uses" ADD CONSTRAINT "practice_uses_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practice_uses" ADD CONSTRAINT "practice_uses_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practice_uses" ADD CONSTRAINT "practice_uses_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practices" ADD CONSTRAINT "practices_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "circle_members_account" ON "circle_members" USING btree ("account_id") WHERE "circle_members"."left_at" is null;--> statement-breakpoint
CREATE INDEX "circles_listed" ON "circles" USING btree (lower("name"),"id") WHERE "circles"."kind" <> 'private' and "circles"."closed_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "circle_invitations_colleague" ON "circle_invitations" USING btree ("circle_id","account_id") WHERE "circle_invitations"."answer" is null and "circle_invitations"."account_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "circle_invitations_mailbox" ON "circle_invitations" USING btree ("circle_id","email") WHERE "circle_invitations"."answer" is null and "circle_invitations"."email" is not null;--> statement-breakpoint
CREATE INDEX "circle_invitations_account" ON "circle_invitations" USING btree ("account_id","id") WHERE "circle_invitations"."answer" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "circle_requests_open" ON "circle_requests" USING btree ("circle_id","account_id") WHERE "circle_requests"."answer" is null;--> statement-breakpoint
CREATE INDEX "circle_requests_waiting" ON "circle_requests" USING btree ("circle_id","id") WHERE "circle_requests"."answer" is null;--> statement-breakpoint
CREATE INDEX "staff_profiles_skills" ON "staff_profiles" USING gin ("skills");--> statement-breakpoint
CREATE INDEX "staff_profiles_languages" ON "staff_profiles" USING gin ("languages");--> statement-breakpoint
CREATE INDEX "focus_group_people_account" ON "focus_group_people" USING btree ("account_id","post_id");--> statement-breakpoint
CREATE INDEX "focus_groups_start" ON "focus_groups" USING btree ("starts_at","post_id");--> statement-breakpoint
CREATE INDEX "leadership_posts_newest" ON "leadership_posts" USING btree ("published_at","post_id");--> statement-breakpoint
CREATE INDEX "live_sessions_start" ON "live_sessions" USING btree ("starts_at","post_id");--> statement-breakpoint
CREATE INDEX "follow_ups_post" ON "follow_ups" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "home_entries_newest" ON "home_entries" USING btree ("account_id","at","post_id");--> statement-breakpoint
CREATE INDEX "home_entries_post" ON "home_entries" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "praised_post" ON "praised" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "praised_account" ON "praised" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "praised_team" ON "praised" USING btree ("team_id","id");--> statement-breakpoint
CREATE INDEX "saved_posts_newest" ON "saved_posts" USING btree ("account_id","at","post_id");--> statement-breakpoint
CREATE INDEX "saved_posts_post" ON "saved_posts" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "staff_follows_subject" ON "staff_follows" USING btree ("subject","account_id");--> statement-breakpoint
CREATE INDEX "staff_topics_newest" ON "staff_topics" USING btree ("topic","audience","published_at","post_id");--> statement-breakpoint
CREATE INDEX "staff_topics_post" ON "staff_topics" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "help_offers_team" ON "help_offers" USING btree ("team_id","ends_at");--> statement-breakpoint
CREATE INDEX "help_requests_open" ON "help_requests" USING btree ("asked_at","post_id") WHERE "help_requests"."best_id" is null;--> statement-breakpoint
CREATE INDEX "help_requests_unanswered" ON "help_requests" USING btree ("asked_at","post_id") WHERE "help_requests"."first_reply_at" is null;--> statement-breakpoint
CREATE INDEX "help_requests_answered" ON "help_requests" USING btree ("best_at","post_id") WHERE "help_requests"."best_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "issue_links_once" ON "issue_links" USING btree ("post_id","conversation_id") WHERE "issue_links"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "issue_links_conversation" ON "issue_links" USING btree ("conversation_id") WHERE "issue_links"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "issue_reopenings_post" ON "issue_reopenings" USING btree ("post_id","id");--> statement-breakpoint
CREATE INDEX "issue_workers_account" ON "issue_workers" USING btree ("account_id","joined_at") WHERE "issue_workers"."left_at" is null;--> statement-breakpoint
CREATE INDEX "issues_open" ON "issues" USING btree ("active_at","post_id") WHERE "issues"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "issues_done" ON "issues" USING btree ("closed_at","post_id") WHERE "issues"."closed_at" is not null;--> statement-breakpoint
CREATE INDEX "practice_uses_team" ON "practice_uses" USING btree ("team_id","at","post_id");--> statement-breakpoint
CREATE INDEX "practices_newest" ON "practices" USING btree ("published_at","post_id");--> statement-breakpoint
CREATE INDEX "practices_used" ON "practices" USING btree ("use_count","published_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_of_network" ON "posts" USING btree ("audience","published_at","id") WHERE "posts"."audience" <> 'public';--> statement-breakpoint
CREATE INDEX "posts_of_colleague" ON "posts" USING btree ("author_id","published_at","id") WHERE "posts"."audience" <> 'public';--> statement-breakpoint
CREATE INDEX "posts_of_force" ON "posts" USING btree ("published_at","id") WHERE "posts"."audience" = 'public';--> statement-breakpoint
CREATE TABLE "session_turns" (
	"comment_id" bigint PRIMARY KEY NOT NULL,
	"post_id" bigint NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"answer_id" bigint,
	"passed_because" text,
	"settled_at" timestamp with time zone,
	CONSTRAINT "session_turns_settled" CHECK (num_nonnulls("session_turns"."answer_id", "session_turns"."passed_because") = num_nonnulls("session_turns"."settled_at"))
);
--> statement-breakpoint
ALTER TABLE "session_turns" ADD CONSTRAINT "session_turns_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_turns" ADD CONSTRAINT "session_turns_post_id_live_sessions_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."live_sessions"("post_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_turns" ADD CONSTRAINT "session_turns_answer_id_comments_id_fk" FOREIGN KEY ("answer_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "session_turns_session" ON "session_turns" USING btree ("post_id","taken_at");--> statement-breakpoint
CREATE UNIQUE INDEX "session_turns_open" ON "session_turns" USING btree ("post_id") WHERE "session_turns"."settled_at" is null;--> statement-breakpoint
ALTER TABLE "colleague_entries" ADD CONSTRAINT "colleague_entries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "colleague_entries_name" ON "colleague_entries" USING btree ("name","account_id");--> statement-breakpoint
CREATE INDEX "colleague_entries_words" ON "colleague_entries" USING gin ("words");
