CREATE TABLE "look_ups" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "look_ups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"by_id" bigint NOT NULL,
	"by_role" text NOT NULL,
	"reason" text NOT NULL,
	"note" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"client_key" uuid NOT NULL,
	"log_id" bigint NOT NULL,
	CONSTRAINT "look_ups_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "sanctions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sanctions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"decision_id" bigint NOT NULL,
	"public_text" text NOT NULL,
	"note" text,
	"imposed_by" bigint NOT NULL,
	"confirmed_by" bigint,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	"lifted_at" timestamp with time zone,
	"lifted_by" bigint,
	"lifted_because" text,
	"client_key" uuid NOT NULL,
	"log_id" bigint NOT NULL,
	CONSTRAINT "sanctions_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "sanctions_two_people" CHECK ("sanctions"."kind" <> 'suspend' or ("sanctions"."confirmed_by" is not null and "sanctions"."confirmed_by" <> "sanctions"."imposed_by")),
	CONSTRAINT "sanctions_end" CHECK (("sanctions"."kind" = 'advice') = ("sanctions"."ends_at" is null))
);
--> statement-breakpoint
CREATE TABLE "appeals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "appeals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"decision_id" bigint NOT NULL,
	"case_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"body" text NOT NULL,
	"lodged_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	"outcome" text,
	"outcome_text" text,
	"note" text,
	"reason_code" text,
	"redacted_body" text,
	"decider_id" bigint,
	"decided_at" timestamp with time zone,
	"log_id" bigint,
	CONSTRAINT "appeals_decisionId_unique" UNIQUE("decision_id"),
	CONSTRAINT "appeals_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "appeals_decided" CHECK (num_nulls("appeals"."outcome", "appeals"."outcome_text", "appeals"."decider_id", "appeals"."decided_at", "appeals"."log_id") in (0, 5))
);
--> statement-breakpoint
CREATE TABLE "case_acts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "case_acts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_id" bigint NOT NULL,
	"act" text NOT NULL,
	"actor_id" bigint,
	"role" text NOT NULL,
	"note" text,
	"to_id" bigint,
	"escalated_to" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"client_key" uuid,
	CONSTRAINT "case_acts_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "case_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "case_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_id" bigint NOT NULL,
	"from_desk" boolean NOT NULL,
	"account_id" bigint NOT NULL,
	"body" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "case_messages_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "case_visits" (
	"case_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "case_visits_case_id_account_id_pk" PRIMARY KEY("case_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "hidings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "hidings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_id" bigint NOT NULL,
	"comment_id" bigint NOT NULL,
	"by_id" bigint,
	"role" text NOT NULL,
	"reason_code" text,
	"note" text,
	"at" timestamp with time zone NOT NULL,
	"reverts_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "log_totals" (
	"month" text NOT NULL,
	"team_id" bigint NOT NULL,
	"act" text NOT NULL,
	"reason_code" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "log_totals_month_team_id_act_reason_code_pk" PRIMARY KEY("month","team_id","act","reason_code")
);
--> statement-breakpoint
CREATE TABLE "referrals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "referrals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_id" bigint NOT NULL,
	"to" text NOT NULL,
	"because" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"handed_over_at" timestamp with time zone,
	"handed_over_by" bigint,
	"reference" text
);
--> statement-breakpoint
CREATE TABLE "sealed_copies" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sealed_copies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"because" text NOT NULL,
	"case_id" bigint,
	"comment_id" bigint,
	"post_id" bigint,
	"photo_id" bigint,
	"content" jsonb NOT NULL,
	"file_key" text,
	"hash" text NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"taken_by" bigint,
	"disposed_at" timestamp with time zone,
	CONSTRAINT "sealed_copies_one_item" CHECK (num_nonnulls("sealed_copies"."comment_id", "sealed_copies"."post_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "strikes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "strikes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"decision_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"lapses_at" timestamp with time zone NOT NULL,
	"cancelled_at" timestamp with time zone,
	CONSTRAINT "strikes_decisionId_unique" UNIQUE("decision_id")
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "templates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"purpose" text NOT NULL,
	"reason_code" text,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"replaces_id" bigint,
	"changed_by" bigint,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	"client_key" uuid,
	CONSTRAINT "templates_replacesId_unique" UNIQUE("replaces_id"),
	CONSTRAINT "templates_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "notice_steps" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notice_steps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"notice_id" bigint NOT NULL,
	"stage" text NOT NULL,
	"by_id" bigint,
	"note" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "takedown_notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "takedown_notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"comment_id" bigint,
	"post_id" bigint,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"statement" jsonb NOT NULL,
	"may_share" boolean NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	"stage" text DEFAULT 'received' NOT NULL,
	"stage_at" timestamp with time zone NOT NULL,
	"stage_due_at" timestamp with time zone,
	"answer" text,
	"answered_at" timestamp with time zone,
	"author_name" text,
	"author_address" text,
	"author_may_share" boolean,
	"complainant_told_at" timestamp with time zone,
	CONSTRAINT "takedown_notices_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "takedown_notices_one_item" CHECK (num_nonnulls("takedown_notices"."comment_id", "takedown_notices"."post_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "proposals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "proposals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"account_id" bigint,
	"comment_id" bigint,
	"post_id" bigint,
	"seal_id" bigint,
	"sealed_copy_id" bigint,
	"decision_id" bigint,
	"form" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"proposed_by" bigint NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	"answer" text,
	"answer_note" text,
	"answered_by" bigint,
	"answered_at" timestamp with time zone,
	CONSTRAINT "proposals_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "proposals_two_people" CHECK ("proposals"."answer" is distinct from 'agreed' or "proposals"."answered_by" <> "proposals"."proposed_by"),
	CONSTRAINT "proposals_answered" CHECK (num_nulls("proposals"."answer", "proposals"."answered_by", "proposals"."answered_at") in (0, 3))
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"conversation_id" bigint,
	"comment_id" bigint,
	"post_id" bigint,
	"team_id" bigint,
	"asked_by" bigint NOT NULL,
	"asked_role" text NOT NULL,
	"note" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"client_key" uuid NOT NULL,
	"answer" text,
	"answer_text" text,
	"answered_by" bigint,
	"answered_at" timestamp with time zone,
	CONSTRAINT "requests_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "requests_answered" CHECK (num_nulls("requests"."answer", "requests"."answered_by", "requests"."answered_at") in (0, 3)),
	CONSTRAINT "requests_two_people" CHECK ("requests"."answer" is distinct from 'done' or "requests"."answered_by" <> "requests"."asked_by")
);
--> statement-breakpoint
CREATE TABLE "word_lists" (
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"purpose" text NOT NULL,
	"patterns" text NOT NULL,
	"note" text NOT NULL,
	"changed_by" bigint,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"client_key" uuid,
	CONSTRAINT "word_lists_name_version_pk" PRIMARY KEY("name","version"),
	CONSTRAINT "word_lists_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "seal_openings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "seal_openings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"sealed_copy_id" bigint NOT NULL,
	"proposal_id" bigint NOT NULL,
	"opened_by" bigint NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"log_id" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "seals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"comment_id" bigint,
	"post_id" bigint,
	"authority" text NOT NULL,
	"reference" text NOT NULL,
	"because" text NOT NULL,
	"sealed_by" bigint NOT NULL,
	"confirmed_by" bigint NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL,
	"log_id" bigint NOT NULL,
	"lifted_at" timestamp with time zone,
	"lifted_by" bigint,
	"lift_confirmed_by" bigint,
	"lifted_because" text,
	CONSTRAINT "seals_one_item" CHECK (num_nonnulls("seals"."comment_id", "seals"."post_id") = 1),
	CONSTRAINT "seals_two_people" CHECK ("seals"."sealed_by" <> "seals"."confirmed_by" and ("seals"."lifted_by" is null or "seals"."lifted_by" is distinct from "seals"."lift_confirmed_by"))
);
--> statement-breakpoint
CREATE TABLE "switch_teams" (
	"switch_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	CONSTRAINT "switch_teams_switch_id_team_id_pk" PRIMARY KEY("switch_id","team_id")
);
--> statement-breakpoint
CREATE TABLE "switches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "switches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"banner" text NOT NULL,
	"banner_link" text,
	"because" text NOT NULL,
	"whole_force" boolean NOT NULL,
	"kinds" text[] DEFAULT '{}' NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"set_by" bigint NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" bigint,
	"ended_because" text,
	"client_key" uuid NOT NULL,
	"log_id" bigint NOT NULL,
	CONSTRAINT "switches_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "switches_span" CHECK ("switches"."ends_at" > "switches"."starts_at")
);
--> statement-breakpoint
ALTER TABLE "cases" DROP CONSTRAINT "cases_one_item";--> statement-breakpoint
DROP INDEX "cases_open_comment";--> statement-breakpoint
DROP INDEX "cases_open_post";--> statement-breakpoint
DROP INDEX "comments_page";--> statement-breakpoint
DROP INDEX "cases_queue";--> statement-breakpoint
DROP INDEX "cases_team_queue";--> statement-breakpoint
ALTER TABLE "cases" ALTER COLUMN "conversation_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "comments" ADD COLUMN "disposed_hash" text;--> statement-breakpoint
ALTER TABLE "comment_versions" ADD COLUMN "was_public" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "draft_id" bigint;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "request_id" bigint;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "notice_id" bigint;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "proposal_id" bigint;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "waits" boolean GENERATED ALWAYS AS (state in ('open', 'assigned', 'needs-info', 'escalated', 'appealed')) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "assignee_id" bigint;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "assigned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "escalated_to" text;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reasons" ADD COLUMN "changed_by" bigint;--> statement-breakpoint
ALTER TABLE "reasons" ADD COLUMN "changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "reasons" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "photos" ADD COLUMN "graphic" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "removal_id" bigint;--> statement-breakpoint
ALTER TABLE "posts" ADD COLUMN "edited_by_moderator" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "look_ups" ADD CONSTRAINT "look_ups_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "look_ups" ADD CONSTRAINT "look_ups_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "look_ups" ADD CONSTRAINT "look_ups_log_id_log_id_fk" FOREIGN KEY ("log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_imposed_by_accounts_id_fk" FOREIGN KEY ("imposed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_confirmed_by_accounts_id_fk" FOREIGN KEY ("confirmed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_lifted_by_accounts_id_fk" FOREIGN KEY ("lifted_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sanctions" ADD CONSTRAINT "sanctions_log_id_log_id_fk" FOREIGN KEY ("log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_decider_id_accounts_id_fk" FOREIGN KEY ("decider_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_log_id_log_id_fk" FOREIGN KEY ("log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_acts" ADD CONSTRAINT "case_acts_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_acts" ADD CONSTRAINT "case_acts_actor_id_accounts_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_acts" ADD CONSTRAINT "case_acts_to_id_accounts_id_fk" FOREIGN KEY ("to_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_messages" ADD CONSTRAINT "case_messages_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_messages" ADD CONSTRAINT "case_messages_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_visits" ADD CONSTRAINT "case_visits_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_visits" ADD CONSTRAINT "case_visits_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hidings" ADD CONSTRAINT "hidings_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hidings" ADD CONSTRAINT "hidings_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hidings" ADD CONSTRAINT "hidings_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_handed_over_by_accounts_id_fk" FOREIGN KEY ("handed_over_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealed_copies" ADD CONSTRAINT "sealed_copies_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealed_copies" ADD CONSTRAINT "sealed_copies_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealed_copies" ADD CONSTRAINT "sealed_copies_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealed_copies" ADD CONSTRAINT "sealed_copies_photo_id_photos_id_fk" FOREIGN KEY ("photo_id") REFERENCES "public"."photos"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealed_copies" ADD CONSTRAINT "sealed_copies_taken_by_accounts_id_fk" FOREIGN KEY ("taken_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strikes" ADD CONSTRAINT "strikes_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strikes" ADD CONSTRAINT "strikes_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_replaces_id_templates_id_fk" FOREIGN KEY ("replaces_id") REFERENCES "public"."templates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_changed_by_accounts_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_steps" ADD CONSTRAINT "notice_steps_notice_id_takedown_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."takedown_notices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_steps" ADD CONSTRAINT "notice_steps_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "takedown_notices" ADD CONSTRAINT "takedown_notices_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "takedown_notices" ADD CONSTRAINT "takedown_notices_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_sealed_copy_id_sealed_copies_id_fk" FOREIGN KEY ("sealed_copy_id") REFERENCES "public"."sealed_copies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_proposed_by_accounts_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_answered_by_accounts_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_asked_by_accounts_id_fk" FOREIGN KEY ("asked_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_answered_by_accounts_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "word_lists" ADD CONSTRAINT "word_lists_changed_by_accounts_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seal_openings" ADD CONSTRAINT "seal_openings_sealed_copy_id_sealed_copies_id_fk" FOREIGN KEY ("sealed_copy_id") REFERENCES "public"."sealed_copies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seal_openings" ADD CONSTRAINT "seal_openings_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seal_openings" ADD CONSTRAINT "seal_openings_opened_by_accounts_id_fk" FOREIGN KEY ("opened_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seal_openings" ADD CONSTRAINT "seal_openings_log_id_log_id_fk" FOREIGN KEY ("log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_sealed_by_accounts_id_fk" FOREIGN KEY ("sealed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_confirmed_by_accounts_id_fk" FOREIGN KEY ("confirmed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_log_id_log_id_fk" FOREIGN KEY ("log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_lifted_by_accounts_id_fk" FOREIGN KEY ("lifted_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seals" ADD CONSTRAINT "seals_lift_confirmed_by_accounts_id_fk" FOREIGN KEY ("lift_confirmed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switch_teams" ADD CONSTRAINT "switch_teams_switch_id_switches_id_fk" FOREIGN KEY ("switch_id") REFERENCES "public"."switches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switch_teams" ADD CONSTRAINT "switch_teams_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switches" ADD CONSTRAINT "switches_set_by_accounts_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switches" ADD CONSTRAINT "switches_ended_by_accounts_id_fk" FOREIGN KEY ("ended_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switches" ADD CONSTRAINT "switches_log_id_log_id_fk" FOREIGN KEY ("log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "look_ups_account" ON "look_ups" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "sanctions_account" ON "sanctions" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "sanctions_in_force" ON "sanctions" USING btree ("account_id","ends_at") WHERE "sanctions"."lifted_at" is null and "sanctions"."ends_at" is not null;--> statement-breakpoint
CREATE INDEX "appeals_account" ON "appeals" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "appeals_case" ON "appeals" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "case_acts_case" ON "case_acts" USING btree ("case_id","id");--> statement-breakpoint
CREATE INDEX "case_messages_case" ON "case_messages" USING btree ("case_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "hidings_now" ON "hidings" USING btree ("comment_id") WHERE "hidings"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "hidings_due" ON "hidings" USING btree ("reverts_at") WHERE "hidings"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "referrals_case" ON "referrals" USING btree ("case_id","to");--> statement-breakpoint
CREATE INDEX "referrals_waiting" ON "referrals" USING btree ("id") WHERE "referrals"."handed_over_at" is null;--> statement-breakpoint
CREATE INDEX "sealed_copies_comment" ON "sealed_copies" USING btree ("comment_id");--> statement-breakpoint
CREATE INDEX "sealed_copies_post" ON "sealed_copies" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "sealed_copies_case" ON "sealed_copies" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "strikes_account" ON "strikes" USING btree ("account_id","lapses_at");--> statement-breakpoint
CREATE INDEX "templates_purpose" ON "templates" USING btree ("purpose","title");--> statement-breakpoint
CREATE INDEX "notice_steps_notice" ON "notice_steps" USING btree ("notice_id","id");--> statement-breakpoint
CREATE INDEX "takedown_notices_comment" ON "takedown_notices" USING btree ("comment_id");--> statement-breakpoint
CREATE INDEX "takedown_notices_post" ON "takedown_notices" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "takedown_notices_due" ON "takedown_notices" USING btree ("stage_due_at") WHERE "takedown_notices"."stage" not in ('ended-down', 'ended-up');--> statement-breakpoint
CREATE INDEX "proposals_account" ON "proposals" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "requests_asked" ON "requests" USING btree ("asked_by","id");--> statement-breakpoint
CREATE INDEX "seal_openings_copy" ON "seal_openings" USING btree ("sealed_copy_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "seals_comment" ON "seals" USING btree ("comment_id") WHERE "seals"."lifted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "seals_post" ON "seals" USING btree ("post_id") WHERE "seals"."lifted_at" is null;--> statement-breakpoint
CREATE INDEX "switches_in_force" ON "switches" USING btree ("ends_at") WHERE "switches"."ended_at" is null;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_draft_id_drafts_id_fk" FOREIGN KEY ("draft_id") REFERENCES "public"."drafts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_assignee_id_accounts_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reasons" ADD CONSTRAINT "reasons_changed_by_accounts_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_removal_id_log_id_fk" FOREIGN KEY ("removal_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "cases_undecided_comment" ON "cases" USING btree ("comment_id") WHERE "cases"."decided_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "cases_undecided_post" ON "cases" USING btree ("post_id") WHERE "cases"."decided_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "cases_undecided_draft" ON "cases" USING btree ("draft_id") WHERE "cases"."decided_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "cases_request" ON "cases" USING btree ("request_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cases_notice" ON "cases" USING btree ("notice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cases_proposal" ON "cases" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "cases_mine" ON "cases" USING btree ("assignee_id","urgent","due_at","id") WHERE "cases"."waits";--> statement-breakpoint
CREATE INDEX "cases_unassigned" ON "cases" USING btree ("urgent","due_at","id") WHERE "cases"."waits" and "cases"."assignee_id" is null;--> statement-breakpoint
CREATE INDEX "cases_overdue" ON "cases" USING btree ("due_at","id") WHERE "cases"."waits";--> statement-breakpoint
CREATE INDEX "cases_escalated_queue" ON "cases" USING btree ("urgent","due_at","id") WHERE "cases"."state" = 'escalated';--> statement-breakpoint
CREATE INDEX "cases_appeals" ON "cases" USING btree ("urgent","due_at","id") WHERE "cases"."state" = 'appealed';--> statement-breakpoint
CREATE INDEX "cases_closing" ON "cases" USING btree ("decided_at") WHERE "cases"."state" in ('decided', 'upheld', 'varied', 'overturned');--> statement-breakpoint
CREATE INDEX "cases_post" ON "cases" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "comments_page" ON "comments" USING btree ("conversation_id",coalesce("branch_id", 0),"place") WHERE "comments"."state" in ('published', 'hidden-pending', 'removed') or ("comments"."state" in ('withdrawn', 'disposed') and "comments"."reply_count" > 0) or ("comments"."state" = 'disposed' and "comments"."removal_id" is not null and "comments"."published_at" is not null);--> statement-breakpoint
CREATE INDEX "cases_queue" ON "cases" USING btree ("urgent","due_at","id") WHERE "cases"."waits";--> statement-breakpoint
CREATE INDEX "cases_team_queue" ON "cases" USING btree ("team_id","urgent","due_at","id") WHERE "cases"."waits";--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_decided" CHECK (("cases"."decided_at" is null) = ("cases"."state" in ('open', 'assigned', 'needs-info', 'escalated')));--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_escalated" CHECK (("cases"."state" = 'escalated') = ("cases"."escalated_to" is not null));--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_assigned" CHECK ("cases"."state" <> 'assigned' or "cases"."assignee_id" is not null);--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_one_item" CHECK (num_nonnulls("cases"."comment_id", "cases"."post_id", "cases"."draft_id", "cases"."request_id", "cases"."notice_id", "cases"."proposal_id") = 1);