CREATE TABLE "absences" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "absences_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"cover_id" bigint,
	"set_by" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "absences_span" CHECK ("absences"."ends_at" > "absences"."starts_at")
);
--> statement-breakpoint
CREATE TABLE "conversation_modes" (
	"team_id" bigint NOT NULL,
	"mode" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "conversation_modes_team_id_mode_pk" PRIMARY KEY("team_id","mode")
);
--> statement-breakpoint
CREATE TABLE "saved_replies" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "saved_replies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" bigint NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"client_key" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"changed_by" bigint NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "saved_replies_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attachments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"draft_id" bigint,
	"post_id" bigint,
	"uploaded_by" bigint NOT NULL,
	"client_key" uuid NOT NULL,
	"file_key" uuid NOT NULL,
	"position" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stored_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	"removed_because" text,
	"erased_at" timestamp with time zone,
	"title" text NOT NULL,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"pages" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "attachments_fileKey_unique" UNIQUE("file_key"),
	CONSTRAINT "attachments_client_key" UNIQUE("uploaded_by","client_key")
);
--> statement-breakpoint
CREATE TABLE "draft_acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "draft_acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"draft_id" bigint NOT NULL,
	"act" text NOT NULL,
	"actor_id" bigint,
	"role" text NOT NULL,
	"version" integer NOT NULL,
	"note" text,
	"suggestion" jsonb,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draft_teams" (
	"draft_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	CONSTRAINT "draft_teams_draft_id_team_id_pk" PRIMARY KEY("draft_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "drafts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"team_id" bigint NOT NULL,
	"whole_force" boolean DEFAULT false NOT NULL,
	"author_id" bigint NOT NULL,
	"official_role" text NOT NULL,
	"client_key" uuid NOT NULL,
	"form" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state_at" timestamp with time zone DEFAULT now() NOT NULL,
	"returned_because" text,
	"returned_by" bigint,
	"approved_by" bigint,
	"approved_at" timestamp with time zone,
	"publish_at" timestamp with time zone,
	"lock_agreed_by" bigint,
	"post_id" bigint,
	"corrects_id" bigint,
	"corrects_version" integer,
	CONSTRAINT "drafts_client_key" UNIQUE("author_id","client_key"),
	CONSTRAINT "drafts_second_person" CHECK ("drafts"."approved_by" is null or "drafts"."approved_by" <> "drafts"."author_id"),
	CONSTRAINT "drafts_sensitive" CHECK ("drafts"."kind" not in ('appeal', 'arrest', 'court') or "drafts"."state" not in ('approved', 'scheduled', 'published') or "drafts"."approved_by" is not null),
	CONSTRAINT "drafts_approved" CHECK ("drafts"."state" <> 'approved' or "drafts"."approved_by" is not null),
	CONSTRAINT "drafts_scheduled" CHECK ("drafts"."state" <> 'scheduled' or "drafts"."publish_at" is not null),
	CONSTRAINT "drafts_published" CHECK (("drafts"."state" = 'published') = ("drafts"."post_id" is not null)),
	CONSTRAINT "drafts_correction" CHECK (("drafts"."corrects_id" is null) = ("drafts"."corrects_version" is null))
);
--> statement-breakpoint
CREATE TABLE "photos" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "photos_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"draft_id" bigint,
	"post_id" bigint,
	"uploaded_by" bigint NOT NULL,
	"client_key" uuid NOT NULL,
	"file_key" uuid NOT NULL,
	"position" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stored_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	"removed_because" text,
	"erased_at" timestamp with time zone,
	"alt" text DEFAULT '' NOT NULL,
	"width" integer DEFAULT 0 NOT NULL,
	"height" integer DEFAULT 0 NOT NULL,
	"looked_at_by" bigint,
	"expires_at" timestamp with time zone,
	CONSTRAINT "photos_fileKey_unique" UNIQUE("file_key"),
	CONSTRAINT "photos_client_key" UNIQUE("uploaded_by","client_key")
);
--> statement-breakpoint
CREATE TABLE "post_teams" (
	"post_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"how" text NOT NULL,
	"listed_at" timestamp with time zone NOT NULL,
	"line" text,
	"by_id" bigint,
	"official_role" text,
	"pinned_at" timestamp with time zone,
	"pinned_by" bigint,
	CONSTRAINT "post_teams_post_id_team_id_pk" PRIMARY KEY("post_id","team_id"),
	CONSTRAINT "post_teams_line" CHECK (("post_teams"."how" = 'repost') = ("post_teams"."line" is not null and "post_teams"."by_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"tag" text PRIMARY KEY NOT NULL,
	"post_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "open_questions" (
	"team_id" bigint PRIMARY KEY NOT NULL,
	"count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "question_acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "question_acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"question_id" bigint NOT NULL,
	"act" text NOT NULL,
	"actor_id" bigint,
	"role" text NOT NULL,
	"note" text,
	"comment_id" bigint,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "question_figures" (
	"team_id" bigint NOT NULL,
	"month" text NOT NULL,
	"hours" integer NOT NULL,
	"in_time" integer DEFAULT 0 NOT NULL,
	"late" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "question_figures_team_id_month_hours_pk" PRIMARY KEY("team_id","month","hours")
);
--> statement-breakpoint
CREATE TABLE "questions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "questions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" bigint NOT NULL,
	"asker_id" bigint NOT NULL,
	"visibility" text NOT NULL,
	"named_at" timestamp with time zone,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"client_key" uuid NOT NULL,
	"conversation_id" bigint NOT NULL,
	"post_id" bigint,
	"kept_private_because" text,
	"assignee_id" bigint,
	"asked_at" timestamp with time zone NOT NULL,
	"clock_from" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"missed_at" timestamp with time zone,
	"answered_at" timestamp with time zone,
	"answer_id" bigint,
	"reopened_at" timestamp with time zone,
	"reopened_because" text,
	"review_asked_at" timestamp with time zone,
	"review_because" text,
	"reviewed_at" timestamp with time zone,
	"review_id" bigint,
	"withdrawn_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "questions_conversationId_unique" UNIQUE("conversation_id"),
	CONSTRAINT "questions_postId_unique" UNIQUE("post_id"),
	CONSTRAINT "questions_client_key" UNIQUE("asker_id","client_key"),
	CONSTRAINT "questions_answer" CHECK (("questions"."answered_at" is null) = ("questions"."answer_id" is null)),
	CONSTRAINT "questions_clock" CHECK ("questions"."due_at" = "questions"."clock_from" + interval '72 hours'),
	CONSTRAINT "questions_public" CHECK ("questions"."post_id" is null or "questions"."visibility" = 'public')
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "beside_id" bigint;--> statement-breakpoint
ALTER TABLE "post_versions" ADD COLUMN "details" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "details" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "photos" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "attachments" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "approved_by" bigint;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_cover_id_accounts_id_fk" FOREIGN KEY ("cover_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_set_by_accounts_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_modes" ADD CONSTRAINT "conversation_modes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_replies" ADD CONSTRAINT "saved_replies_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_replies" ADD CONSTRAINT "saved_replies_changed_by_accounts_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_uploaded_by_accounts_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft_acts" ADD CONSTRAINT "draft_acts_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft_acts" ADD CONSTRAINT "draft_acts_actor_id_accounts_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft_teams" ADD CONSTRAINT "draft_teams_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "draft_teams" ADD CONSTRAINT "draft_teams_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_author_id_accounts_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_returned_by_accounts_id_fk" FOREIGN KEY ("returned_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_approved_by_accounts_id_fk" FOREIGN KEY ("approved_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_lock_agreed_by_accounts_id_fk" FOREIGN KEY ("lock_agreed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_corrects_id_posts_id_fk" FOREIGN KEY ("corrects_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_uploaded_by_accounts_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "photos" ADD CONSTRAINT "photos_looked_at_by_accounts_id_fk" FOREIGN KEY ("looked_at_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_teams" ADD CONSTRAINT "post_teams_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_teams" ADD CONSTRAINT "post_teams_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_teams" ADD CONSTRAINT "post_teams_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_teams" ADD CONSTRAINT "post_teams_pinned_by_accounts_id_fk" FOREIGN KEY ("pinned_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "open_questions" ADD CONSTRAINT "open_questions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_acts" ADD CONSTRAINT "question_acts_question_id_questions_id_fk" FOREIGN KEY ("question_id") REFERENCES "public"."questions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_acts" ADD CONSTRAINT "question_acts_actor_id_accounts_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_acts" ADD CONSTRAINT "question_acts_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_figures" ADD CONSTRAINT "question_figures_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_asker_id_accounts_id_fk" FOREIGN KEY ("asker_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_assignee_id_accounts_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_answer_id_comments_id_fk" FOREIGN KEY ("answer_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_review_id_comments_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "absences_account" ON "absences" USING btree ("account_id","ends_at");--> statement-breakpoint
CREATE INDEX "saved_replies_team" ON "saved_replies" USING btree ("team_id","title","id");--> statement-breakpoint
CREATE INDEX "attachments_draft" ON "attachments" USING btree ("draft_id");--> statement-breakpoint
CREATE INDEX "attachments_post" ON "attachments" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "attachments_unerased" ON "attachments" USING btree ("created_at") WHERE "attachments"."erased_at" is null and ("attachments"."removed_at" is not null or "attachments"."stored_at" is null);--> statement-breakpoint
CREATE INDEX "draft_acts_draft" ON "draft_acts" USING btree ("draft_id","id");--> statement-breakpoint
CREATE INDEX "drafts_author" ON "drafts" USING btree ("author_id","changed_at") WHERE "drafts"."state" not in ('published', 'discarded');--> statement-breakpoint
CREATE INDEX "drafts_team" ON "drafts" USING btree ("team_id","state_at") WHERE "drafts"."state" not in ('published', 'discarded');--> statement-breakpoint
CREATE INDEX "drafts_waiting" ON "drafts" USING btree ("state_at") WHERE "drafts"."state" = 'submitted';--> statement-breakpoint
CREATE INDEX "drafts_due" ON "drafts" USING btree ("publish_at") WHERE "drafts"."state" = 'scheduled';--> statement-breakpoint
CREATE INDEX "photos_draft" ON "photos" USING btree ("draft_id");--> statement-breakpoint
CREATE INDEX "photos_post" ON "photos" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "photos_expiry" ON "photos" USING btree ("expires_at") WHERE "photos"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "photos_unerased" ON "photos" USING btree ("created_at") WHERE "photos"."erased_at" is null and ("photos"."removed_at" is not null or "photos"."stored_at" is null);--> statement-breakpoint
CREATE INDEX "post_teams_list" ON "post_teams" USING btree ("team_id","listed_at","post_id");--> statement-breakpoint
CREATE UNIQUE INDEX "post_teams_pinned" ON "post_teams" USING btree ("team_id") WHERE "post_teams"."pinned_at" is not null;--> statement-breakpoint
CREATE INDEX "question_acts_question" ON "question_acts" USING btree ("question_id","id");--> statement-breakpoint
CREATE INDEX "questions_open" ON "questions" USING btree ("team_id","due_at","id") WHERE "questions"."answered_at" is null and "questions"."withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX "questions_due" ON "questions" USING btree ("due_at") WHERE "questions"."answered_at" is null and "questions"."withdrawn_at" is null and "questions"."missed_at" is null;--> statement-breakpoint
CREATE INDEX "questions_review" ON "questions" USING btree ("team_id","due_at","id") WHERE "questions"."review_asked_at" is not null and "questions"."reviewed_at" is null;--> statement-breakpoint
CREATE INDEX "questions_team" ON "questions" USING btree ("team_id","id");--> statement-breakpoint
CREATE INDEX "questions_asker" ON "questions" USING btree ("asker_id","id");--> statement-breakpoint
CREATE INDEX "questions_assignee" ON "questions" USING btree ("assignee_id") WHERE "questions"."answered_at" is null and "questions"."withdrawn_at" is null;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_beside_id_conversations_id_fk" FOREIGN KEY ("beside_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_approved_by_accounts_id_fk" FOREIGN KEY ("approved_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversations_closed" ON "conversations" USING btree ("team_id","mode_ends_at","id") WHERE "conversations"."audience" = 'public' and "conversations"."mode" in ('closed', 'legal-lock');--> statement-breakpoint
CREATE INDEX "posts_answers" ON "posts" USING gin (to_tsvector('english', "title" || ' ' || "body")) WHERE "posts"."kind" in ('question', 'advice');--> statement-breakpoint
CREATE INDEX "posts_expiry" ON "posts" USING btree ("expires_at") WHERE "posts"."state" in ('published', 'corrected');--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_besideId_unique" UNIQUE("beside_id");