CREATE TABLE "raised_comments" (
	"comment_id" bigint PRIMARY KEY NOT NULL,
	"gathered_in" bigint NOT NULL,
	"support_count" integer DEFAULT 0 NOT NULL,
	"raised_at" timestamp with time zone DEFAULT now() NOT NULL,
	"raised_by" bigint,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "effort_results" (
	"team_id" bigint NOT NULL,
	"period" text NOT NULL,
	"answers" integer NOT NULL,
	"body" jsonb NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"final_at" timestamp with time zone,
	CONSTRAINT "effort_results_team_id_period_pk" PRIMARY KEY("team_id","period")
);
--> statement-breakpoint
CREATE TABLE "effort_shares" (
	"vote_id" bigint NOT NULL,
	"priority_id" bigint NOT NULL,
	"hours" integer NOT NULL,
	CONSTRAINT "effort_shares_vote_id_priority_id_pk" PRIMARY KEY("vote_id","priority_id"),
	CONSTRAINT "effort_shares_hours" CHECK ("effort_shares"."hours" between 1 and 10)
);
--> statement-breakpoint
CREATE TABLE "effort_votes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "effort_votes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" bigint NOT NULL,
	"period" text NOT NULL,
	"account_id" bigint NOT NULL,
	"area" text,
	"version" integer DEFAULT 1 NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	"counted_in" text,
	"counted_version" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "effort_votes_once" UNIQUE("team_id","period","account_id"),
	CONSTRAINT "effort_votes_counted" CHECK (("effort_votes"."counted_in" is null) = ("effort_votes"."counted_version" = 0) and "effort_votes"."counted_version" <= "effort_votes"."version"),
	CONSTRAINT "effort_votes_withdrawn" CHECK ("effort_votes"."withdrawn_at" is null or "effort_votes"."counted_in" is not null)
);
--> statement-breakpoint
CREATE TABLE "event_notes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_notes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occasion_id" bigint NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"said" text NOT NULL,
	"said_html" text NOT NULL,
	"decided" text NOT NULL,
	"decided_html" text NOT NULL,
	"came_count" integer,
	"written_by" bigint NOT NULL,
	"official_role" text NOT NULL,
	"official_team" text NOT NULL,
	"written_at" timestamp with time zone NOT NULL,
	CONSTRAINT "event_notes_version" UNIQUE("occasion_id","version")
);
--> statement-breakpoint
CREATE TABLE "event_priorities" (
	"event_id" bigint NOT NULL,
	"priority_id" bigint NOT NULL,
	CONSTRAINT "event_priorities_event_id_priority_id_pk" PRIMARY KEY("event_id","priority_id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"format" text NOT NULL,
	"online_url" text,
	"repeats" jsonb,
	"source_key" text,
	CONSTRAINT "events_postId_unique" UNIQUE("post_id"),
	CONSTRAINT "events_sourceKey_unique" UNIQUE("source_key"),
	CONSTRAINT "events_url" CHECK ("events"."online_url" like 'https://%')
);
--> statement-breakpoint
CREATE TABLE "hour_answers" (
	"comment_id" bigint PRIMARY KEY NOT NULL,
	"event_id" bigint NOT NULL,
	"taken_by" bigint NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"answer_id" bigint,
	"passed_because" text,
	"settled_at" timestamp with time zone,
	"settled_by" bigint,
	CONSTRAINT "hour_answers_settled" CHECK (num_nonnulls("hour_answers"."settled_at", "hour_answers"."settled_by") in (0, 2) and num_nonnulls("hour_answers"."answer_id", "hour_answers"."passed_because") = num_nonnulls("hour_answers"."settled_at"))
);
--> statement-breakpoint
CREATE TABLE "team_weeks" (
	"team_id" bigint NOT NULL,
	"week" date NOT NULL,
	"body" jsonb NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	CONSTRAINT "team_weeks_team_id_week_pk" PRIMARY KEY("team_id","week")
);
--> statement-breakpoint
CREATE TABLE "occasion_words" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "occasion_words_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occasion_id" bigint NOT NULL,
	"body" text NOT NULL,
	"written_by" bigint NOT NULL,
	"written_at" timestamp with time zone NOT NULL,
	"told_count" integer NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "occasion_words_clientKey_unique" UNIQUE("client_key")
);
--> statement-breakpoint
CREATE TABLE "occasions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "occasions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"place_id" bigint,
	"venue" text,
	"capacity" integer,
	"sign_up_from" timestamp with time zone,
	"taken_count" integer DEFAULT 0 NOT NULL,
	"waiting_count" integer DEFAULT 0 NOT NULL,
	"cancelled_at" timestamp with time zone,
	"cancelled_because" text,
	"cancelled_by" bigint,
	"sequence" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"reminded_at" timestamp with time zone,
	"reminded_sequence" integer,
	CONSTRAINT "occasions_window" CHECK ("occasions"."ends_at" > "occasions"."starts_at" and "occasions"."ends_at" <= "occasions"."starts_at" + interval '24 hours'),
	CONSTRAINT "occasions_where" CHECK (num_nonnulls("occasions"."place_id", "occasions"."venue") = 1),
	CONSTRAINT "occasions_cancelled" CHECK (num_nonnulls("occasions"."cancelled_at", "occasions"."cancelled_because", "occasions"."cancelled_by") in (0, 3)),
	CONSTRAINT "occasions_capacity" CHECK ("occasions"."capacity" between 1 and 5000),
	CONSTRAINT "occasions_room" CHECK ("occasions"."taken_count" >= 0 and "occasions"."waiting_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "sign_ups" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sign_ups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occasion_id" bigint NOT NULL,
	"state" text NOT NULL,
	"account_id" bigint,
	"email" text,
	"name" text,
	"party_size" integer DEFAULT 1 NOT NULL,
	"needs" text,
	"token_hash" text NOT NULL,
	"client_key" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"state_at" timestamp with time zone NOT NULL,
	"forgotten_at" timestamp with time zone,
	CONSTRAINT "sign_ups_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "sign_ups_once" UNIQUE("occasion_id","email"),
	CONSTRAINT "sign_ups_client_key" UNIQUE("occasion_id","client_key"),
	CONSTRAINT "sign_ups_party" CHECK ("sign_ups"."party_size" between 1 and 10)
);
--> statement-breakpoint
CREATE TABLE "priorities" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "priorities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"owner_id" bigint,
	"opened_at" timestamp with time zone NOT NULL,
	"reviewed_at" timestamp with time zone NOT NULL,
	"outcome_id" bigint,
	"closed_at" timestamp with time zone,
	"closed_by" bigint,
	"source_key" text,
	CONSTRAINT "priorities_postId_unique" UNIQUE("post_id"),
	CONSTRAINT "priorities_sourceKey_unique" UNIQUE("source_key"),
	CONSTRAINT "priorities_outcome_needed" CHECK (num_nonnulls("priorities"."closed_at", "priorities"."outcome_id", "priorities"."closed_by") in (0, 3))
);
--> statement-breakpoint
CREATE TABLE "priority_actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "priority_actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"priority_id" bigint NOT NULL,
	"what" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"planned_for" date,
	"done_at" timestamp with time zone,
	"note" text,
	"post_id" bigint,
	"by_id" bigint NOT NULL,
	"official_role" text NOT NULL,
	"official_team" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "priority_actions_client_key" UNIQUE("by_id","client_key"),
	CONSTRAINT "priority_actions_done" CHECK (("priority_actions"."state" = 'done') = ("priority_actions"."done_at" is not null)),
	CONSTRAINT "priority_actions_dropped" CHECK ("priority_actions"."state" <> 'dropped' or "priority_actions"."note" is not null)
);
--> statement-breakpoint
CREATE TABLE "priority_reviews" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "priority_reviews_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"priority_id" bigint NOT NULL,
	"note" text NOT NULL,
	"by_id" bigint NOT NULL,
	"official_role" text NOT NULL,
	"official_team" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "priority_reviews_client_key" UNIQUE("by_id","client_key")
);
--> statement-breakpoint
CREATE TABLE "suggestion_boxes" (
	"team_id" bigint PRIMARY KEY NOT NULL,
	"conversation_id" bigint NOT NULL,
	CONSTRAINT "suggestion_boxes_conversationId_unique" UNIQUE("conversation_id")
);
--> statement-breakpoint
CREATE TABLE "suggestion_decisions" (
	"comment_id" bigint PRIMARY KEY NOT NULL,
	"team_id" bigint NOT NULL,
	"answer" text NOT NULL,
	"priority_id" bigint,
	"into_id" bigint,
	"reason" text,
	"decided_by" bigint NOT NULL,
	"decided_role" text NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	CONSTRAINT "suggestion_decisions_adopted" CHECK ("suggestion_decisions"."answer" <> 'adopted' or "suggestion_decisions"."priority_id" is not null),
	CONSTRAINT "suggestion_decisions_merged" CHECK (("suggestion_decisions"."answer" = 'merged') = ("suggestion_decisions"."into_id" is not null) or "suggestion_decisions"."priority_id" is not null),
	CONSTRAINT "suggestion_decisions_declined" CHECK ("suggestion_decisions"."answer" <> 'declined' or "suggestion_decisions"."reason" is not null),
	CONSTRAINT "suggestion_decisions_itself" CHECK ("suggestion_decisions"."into_id" is distinct from "suggestion_decisions"."comment_id")
);
--> statement-breakpoint
CREATE TABLE "question_ratings" (
	"question_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"rating" text NOT NULL,
	"rated_at" timestamp with time zone NOT NULL,
	"counted" text,
	"counted_at" timestamp with time zone,
	CONSTRAINT "question_ratings_question_id_team_id_pk" PRIMARY KEY("question_id","team_id"),
	CONSTRAINT "question_ratings_sums" CHECK (("question_ratings"."counted" is null) = ("question_ratings"."counted_at" is null))
);
--> statement-breakpoint
CREATE TABLE "survey_envelopes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"survey_id" bigint NOT NULL,
	"sealed" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "survey_questions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "survey_questions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"survey_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"sort" text NOT NULL,
	"title" text NOT NULL,
	"hint" text DEFAULT '' NOT NULL,
	"required" boolean DEFAULT false NOT NULL,
	"options" text[] DEFAULT '{}' NOT NULL,
	"scale" jsonb
);
--> statement-breakpoint
CREATE TABLE "survey_takers" (
	"survey_id" bigint NOT NULL,
	"taker" text NOT NULL,
	"entered_by" bigint,
	CONSTRAINT "survey_takers_survey_id_taker_pk" PRIMARY KEY("survey_id","taker")
);
--> statement-breakpoint
CREATE TABLE "survey_tallies" (
	"survey_id" bigint NOT NULL,
	"question_id" bigint NOT NULL,
	"area" text NOT NULL,
	"channel" text NOT NULL,
	"choice" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "survey_tallies_survey_id_question_id_area_channel_choice_pk" PRIMARY KEY("survey_id","question_id","area","channel","choice")
);
--> statement-breakpoint
CREATE TABLE "survey_words" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"survey_id" bigint NOT NULL,
	"question_id" bigint NOT NULL,
	"words" text NOT NULL,
	"released_at" timestamp with time zone,
	"released_by" bigint,
	"taken_out_at" timestamp with time zone,
	"taken_out_by" bigint,
	"taken_out_log_id" bigint
);
--> statement-breakpoint
CREATE TABLE "surveys" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "surveys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" bigint NOT NULL,
	"audience" text NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"title" text NOT NULL,
	"intro" text DEFAULT '' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"author_id" bigint NOT NULL,
	"author_role" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"submitted_at" timestamp with time zone,
	"approved_by" bigint,
	"returned_because" text,
	"areas" text[] DEFAULT '{}' NOT NULL,
	"post_id" bigint,
	"opens_at" timestamp with time zone,
	"closes_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"called_off_because" text,
	"counted_at" timestamp with time zone,
	"published_at" timestamp with time zone,
	"answer_count" integer DEFAULT 0 NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "surveys_postId_unique" UNIQUE("post_id"),
	CONSTRAINT "surveys_client_key" UNIQUE("author_id","client_key"),
	CONSTRAINT "surveys_second_person" CHECK ("surveys"."approved_by" is distinct from "surveys"."author_id"),
	CONSTRAINT "surveys_open" CHECK ("surveys"."state" in ('draft', 'submitted', 'discarded') or num_nonnulls("surveys"."opens_at", "surveys"."closes_at") = 2),
	CONSTRAINT "surveys_counted" CHECK ("surveys"."counted_at" is null or "surveys"."state" = 'closed')
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tasks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint,
	"team_id" bigint NOT NULL,
	"sort" text NOT NULL,
	"form" jsonb NOT NULL,
	"safeguarding" text NOT NULL,
	"least_age" integer,
	"partner_name" text,
	"proposed_by" bigint NOT NULL,
	"proposed_role" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"answer" text,
	"answered_by" bigint,
	"answered_at" timestamp with time zone,
	"answer_note" text,
	"closed_at" timestamp with time zone,
	"closed_by" bigint,
	"thanks" text,
	"outcome_id" bigint,
	"client_key" uuid NOT NULL,
	CONSTRAINT "tasks_postId_unique" UNIQUE("post_id"),
	CONSTRAINT "tasks_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "tasks_answered" CHECK (num_nonnulls("tasks"."answer", "tasks"."answered_by", "tasks"."answered_at") in (0, 3)),
	CONSTRAINT "tasks_second_person" CHECK ("tasks"."proposed_role" <> 'partner' or "tasks"."answered_by" is distinct from "tasks"."proposed_by"),
	CONSTRAINT "tasks_published" CHECK ("tasks"."post_id" is null or "tasks"."answer" is not distinct from 'agreed'),
	CONSTRAINT "tasks_closed" CHECK (num_nonnulls("tasks"."closed_at", "tasks"."closed_by", "tasks"."thanks") in (0, 3))
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "gathers" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "mailings" ADD COLUMN "occasion_id" bigint;--> statement-breakpoint
ALTER TABLE "raised_comments" ADD CONSTRAINT "raised_comments_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "raised_comments" ADD CONSTRAINT "raised_comments_gathered_in_conversations_id_fk" FOREIGN KEY ("gathered_in") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "raised_comments" ADD CONSTRAINT "raised_comments_raised_by_accounts_id_fk" FOREIGN KEY ("raised_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effort_results" ADD CONSTRAINT "effort_results_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effort_shares" ADD CONSTRAINT "effort_shares_vote_id_effort_votes_id_fk" FOREIGN KEY ("vote_id") REFERENCES "public"."effort_votes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effort_shares" ADD CONSTRAINT "effort_shares_priority_id_priorities_id_fk" FOREIGN KEY ("priority_id") REFERENCES "public"."priorities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effort_votes" ADD CONSTRAINT "effort_votes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effort_votes" ADD CONSTRAINT "effort_votes_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_notes" ADD CONSTRAINT "event_notes_occasion_id_occasions_id_fk" FOREIGN KEY ("occasion_id") REFERENCES "public"."occasions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_notes" ADD CONSTRAINT "event_notes_written_by_accounts_id_fk" FOREIGN KEY ("written_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_priorities" ADD CONSTRAINT "event_priorities_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_priorities" ADD CONSTRAINT "event_priorities_priority_id_priorities_id_fk" FOREIGN KEY ("priority_id") REFERENCES "public"."priorities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hour_answers" ADD CONSTRAINT "hour_answers_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hour_answers" ADD CONSTRAINT "hour_answers_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hour_answers" ADD CONSTRAINT "hour_answers_taken_by_accounts_id_fk" FOREIGN KEY ("taken_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hour_answers" ADD CONSTRAINT "hour_answers_answer_id_comments_id_fk" FOREIGN KEY ("answer_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hour_answers" ADD CONSTRAINT "hour_answers_settled_by_accounts_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_weeks" ADD CONSTRAINT "team_weeks_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occasion_words" ADD CONSTRAINT "occasion_words_occasion_id_occasions_id_fk" FOREIGN KEY ("occasion_id") REFERENCES "public"."occasions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occasion_words" ADD CONSTRAINT "occasion_words_written_by_accounts_id_fk" FOREIGN KEY ("written_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occasions" ADD CONSTRAINT "occasions_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occasions" ADD CONSTRAINT "occasions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occasions" ADD CONSTRAINT "occasions_place_id_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occasions" ADD CONSTRAINT "occasions_cancelled_by_accounts_id_fk" FOREIGN KEY ("cancelled_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ups" ADD CONSTRAINT "sign_ups_occasion_id_occasions_id_fk" FOREIGN KEY ("occasion_id") REFERENCES "public"."occasions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ups" ADD CONSTRAINT "sign_ups_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priorities" ADD CONSTRAINT "priorities_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priorities" ADD CONSTRAINT "priorities_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priorities" ADD CONSTRAINT "priorities_owner_id_accounts_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priorities" ADD CONSTRAINT "priorities_outcome_id_posts_id_fk" FOREIGN KEY ("outcome_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priorities" ADD CONSTRAINT "priorities_closed_by_accounts_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priority_actions" ADD CONSTRAINT "priority_actions_priority_id_priorities_id_fk" FOREIGN KEY ("priority_id") REFERENCES "public"."priorities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priority_actions" ADD CONSTRAINT "priority_actions_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priority_actions" ADD CONSTRAINT "priority_actions_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priority_reviews" ADD CONSTRAINT "priority_reviews_priority_id_priorities_id_fk" FOREIGN KEY ("priority_id") REFERENCES "public"."priorities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "priority_reviews" ADD CONSTRAINT "priority_reviews_by_id_accounts_id_fk" FOREIGN KEY ("by_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_boxes" ADD CONSTRAINT "suggestion_boxes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_boxes" ADD CONSTRAINT "suggestion_boxes_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_decisions" ADD CONSTRAINT "suggestion_decisions_comment_id_comments_id_fk" FOREIGN KEY ("comment_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_decisions" ADD CONSTRAINT "suggestion_decisions_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_decisions" ADD CONSTRAINT "suggestion_decisions_priority_id_priorities_id_fk" FOREIGN KEY ("priority_id") REFERENCES "public"."priorities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_decisions" ADD CONSTRAINT "suggestion_decisions_into_id_comments_id_fk" FOREIGN KEY ("into_id") REFERENCES "public"."comments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suggestion_decisions" ADD CONSTRAINT "suggestion_decisions_decided_by_accounts_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_ratings" ADD CONSTRAINT "question_ratings_question_id_questions_id_fk" FOREIGN KEY ("question_id") REFERENCES "public"."questions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_ratings" ADD CONSTRAINT "question_ratings_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_envelopes" ADD CONSTRAINT "survey_envelopes_survey_id_surveys_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."surveys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_questions" ADD CONSTRAINT "survey_questions_survey_id_surveys_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."surveys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_takers" ADD CONSTRAINT "survey_takers_survey_id_surveys_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."surveys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_takers" ADD CONSTRAINT "survey_takers_entered_by_accounts_id_fk" FOREIGN KEY ("entered_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_tallies" ADD CONSTRAINT "survey_tallies_survey_id_surveys_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."surveys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_words" ADD CONSTRAINT "survey_words_survey_id_surveys_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."surveys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_words" ADD CONSTRAINT "survey_words_question_id_survey_questions_id_fk" FOREIGN KEY ("question_id") REFERENCES "public"."survey_questions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_words" ADD CONSTRAINT "survey_words_released_by_accounts_id_fk" FOREIGN KEY ("released_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_words" ADD CONSTRAINT "survey_words_taken_out_by_accounts_id_fk" FOREIGN KEY ("taken_out_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_words" ADD CONSTRAINT "survey_words_taken_out_log_id_log_id_fk" FOREIGN KEY ("taken_out_log_id") REFERENCES "public"."log"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "surveys" ADD CONSTRAINT "surveys_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "surveys" ADD CONSTRAINT "surveys_author_id_accounts_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "surveys" ADD CONSTRAINT "surveys_approved_by_accounts_id_fk" FOREIGN KEY ("approved_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "surveys" ADD CONSTRAINT "surveys_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_proposed_by_accounts_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_answered_by_accounts_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_closed_by_accounts_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_outcome_id_posts_id_fk" FOREIGN KEY ("outcome_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "raised_comments_waiting" ON "raised_comments" USING btree ("gathered_in","support_count","comment_id") WHERE "raised_comments"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "raised_comments_settled" ON "raised_comments" USING btree ("gathered_in","settled_at","comment_id") WHERE "raised_comments"."settled_at" is not null;--> statement-breakpoint
CREATE INDEX "effort_shares_priority" ON "effort_shares" USING btree ("priority_id");--> statement-breakpoint
CREATE INDEX "effort_votes_account" ON "effort_votes" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "effort_votes_waiting" ON "effort_votes" USING btree ("period","team_id") WHERE "effort_votes"."version" > "effort_votes"."counted_version";--> statement-breakpoint
CREATE INDEX "event_priorities_priority" ON "event_priorities" USING btree ("priority_id","event_id");--> statement-breakpoint
CREATE INDEX "events_team" ON "events" USING btree ("team_id","id");--> statement-breakpoint
CREATE INDEX "hour_answers_event" ON "hour_answers" USING btree ("event_id","taken_at");--> statement-breakpoint
CREATE INDEX "occasion_words_occasion" ON "occasion_words" USING btree ("occasion_id","id");--> statement-breakpoint
CREATE INDEX "occasions_post" ON "occasions" USING btree ("post_id","starts_at","id");--> statement-breakpoint
CREATE INDEX "occasions_team" ON "occasions" USING btree ("team_id","ends_at","id");--> statement-breakpoint
CREATE INDEX "occasions_place" ON "occasions" USING btree ("place_id","ends_at","id");--> statement-breakpoint
CREATE INDEX "occasions_end" ON "occasions" USING btree ("ends_at","id");--> statement-breakpoint
CREATE INDEX "sign_ups_state" ON "sign_ups" USING btree ("occasion_id","state","state_at","id");--> statement-breakpoint
CREATE INDEX "sign_ups_account" ON "sign_ups" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "priorities_open" ON "priorities" USING btree ("team_id","opened_at","id") WHERE "priorities"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "priorities_closed" ON "priorities" USING btree ("team_id","closed_at","id") WHERE "priorities"."closed_at" is not null;--> statement-breakpoint
CREATE INDEX "priorities_outcome" ON "priorities" USING btree ("outcome_id");--> statement-breakpoint
CREATE INDEX "priority_actions_priority" ON "priority_actions" USING btree ("priority_id","id");--> statement-breakpoint
CREATE INDEX "priority_actions_post" ON "priority_actions" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "priority_reviews_priority" ON "priority_reviews" USING btree ("priority_id","id");--> statement-breakpoint
CREATE INDEX "suggestion_decisions_priority" ON "suggestion_decisions" USING btree ("priority_id","comment_id");--> statement-breakpoint
CREATE INDEX "suggestion_decisions_into" ON "suggestion_decisions" USING btree ("into_id");--> statement-breakpoint
CREATE INDEX "question_ratings_counted" ON "question_ratings" USING btree ("team_id","counted_at");--> statement-breakpoint
CREATE INDEX "question_ratings_waiting" ON "question_ratings" USING btree ("team_id") WHERE "question_ratings"."counted" is distinct from "question_ratings"."rating";--> statement-breakpoint
CREATE INDEX "survey_envelopes_survey" ON "survey_envelopes" USING btree ("survey_id","id");--> statement-breakpoint
CREATE INDEX "survey_questions_survey" ON "survey_questions" USING btree ("survey_id","position","id");--> statement-breakpoint
CREATE INDEX "survey_words_question" ON "survey_words" USING btree ("survey_id","question_id","id");--> statement-breakpoint
CREATE INDEX "surveys_team" ON "surveys" USING btree ("team_id","state","id");--> statement-breakpoint
CREATE INDEX "surveys_closing" ON "surveys" USING btree ("closes_at") WHERE "surveys"."state" = 'open';--> statement-breakpoint
CREATE INDEX "tasks_open" ON "tasks" USING btree ("team_id","id") WHERE "tasks"."post_id" is not null and "tasks"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "tasks_waiting" ON "tasks" USING btree ("team_id","id") WHERE "tasks"."answer" is null;--> statement-breakpoint
CREATE INDEX "tasks_author" ON "tasks" USING btree ("proposed_by","id");--> statement-breakpoint
CREATE INDEX "posts_outcomes" ON "posts" USING btree ("team_id","published_at") WHERE "posts"."kind" = 'outcome';