CREATE TABLE "follow_counts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "follow_requests" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "follow_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"key" text NOT NULL,
	"rhythm" text NOT NULL,
	"wants_alerts" boolean DEFAULT false NOT NULL,
	"postcode" text,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	CONSTRAINT "follow_requests_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "followers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "followers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"account_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"quiet_from" integer,
	"quiet_until" integer,
	"wants_alerts" boolean DEFAULT false NOT NULL,
	"by_mail" boolean DEFAULT true NOT NULL,
	"daily_due_at" timestamp with time zone,
	"weekly_due_at" timestamp with time zone,
	"daily_told_at" timestamp with time zone,
	"weekly_told_at" timestamp with time zone,
	"soft_bounces" integer DEFAULT 0 NOT NULL,
	"stopped_at" timestamp with time zone,
	"stopped_because" text,
	"token_version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "followers_email_unique" UNIQUE("email"),
	CONSTRAINT "followers_accountId_unique" UNIQUE("account_id"),
	CONSTRAINT "followers_quiet" CHECK (num_nulls("followers"."quiet_from", "followers"."quiet_until") in (0, 2)),
	CONSTRAINT "followers_stopped" CHECK (("followers"."stopped_at" is null) = ("followers"."stopped_because" is null))
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "follows_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"follower_id" bigint NOT NULL,
	"key" text NOT NULL,
	"rhythm" text DEFAULT 'daily' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"postcode" text,
	"moved_from_id" bigint,
	"moved_at" timestamp with time zone,
	CONSTRAINT "follows_once" UNIQUE("follower_id","key"),
	CONSTRAINT "follows_postcode" CHECK ("follows"."postcode" is null or "follows"."key" like 'team:%')
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" bigint NOT NULL,
	"words" text NOT NULL,
	"proposal_id" bigint NOT NULL,
	"proposed_by" bigint NOT NULL,
	"agreed_by" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "alerts_proposalId_unique" UNIQUE("proposal_id"),
	CONSTRAINT "alerts_two_people" CHECK ("alerts"."proposed_by" <> "alerts"."agreed_by")
);
--> statement-breakpoint
CREATE TABLE "mail_reports" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_reports_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hash" text NOT NULL,
	"kind" text NOT NULL,
	"follower_id" bigint,
	"status" text,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "mail_reports_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "mailings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mailings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"cause" text NOT NULL,
	"key" text NOT NULL,
	"keys" text[] DEFAULT '{}' NOT NULL,
	"activity_id" bigint,
	"post_id" bigint,
	"comment_id" bigint,
	"place_id" bigint,
	"alert_id" bigint,
	"total" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"mailed" integer DEFAULT 0 NOT NULL,
	"pushed" integer DEFAULT 0 NOT NULL,
	"cursor" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	CONSTRAINT "mailings_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notifications_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"path" text NOT NULL,
	"conversation_id" bigint,
	"comment_id" bigint,
	"post_id" bigint,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	CONSTRAINT "notifications_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "place_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "place_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"act" text NOT NULL,
	"place_id" bigint,
	"team_id" bigint NOT NULL,
	"form" jsonb NOT NULL,
	"changed_by" bigint NOT NULL,
	"changed_role" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"client_key" uuid NOT NULL,
	"answer" text,
	"answered_by" bigint,
	"answered_at" timestamp with time zone,
	"answer_note" text,
	CONSTRAINT "place_changes_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "place_changes_partner" CHECK ("place_changes"."changed_role" <> 'partner' or "place_changes"."answer" is null or "place_changes"."answered_by" <> "place_changes"."changed_by"),
	CONSTRAINT "place_changes_answered" CHECK (("place_changes"."answer" is null) = ("place_changes"."answered_at" is null))
);
--> statement-breakpoint
CREATE TABLE "places" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "places_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"team_id" bigint NOT NULL,
	"conversation_id" bigint NOT NULL,
	"partner_name" text,
	"partner_id" bigint,
	"description" text DEFAULT '' NOT NULL,
	"description_html" text DEFAULT '' NOT NULL,
	"address" text NOT NULL,
	"postcode" text,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL,
	"access_notes" text DEFAULT '' NOT NULL,
	"telephone" text,
	"web" text,
	"week" jsonb NOT NULL,
	"exceptions" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"bank_holidays" text DEFAULT 'closed' NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_because" text,
	"version" integer DEFAULT 1 NOT NULL,
	"client_key" uuid NOT NULL,
	CONSTRAINT "places_slug_unique" UNIQUE("slug"),
	CONSTRAINT "places_conversationId_unique" UNIQUE("conversation_id"),
	CONSTRAINT "places_clientKey_unique" UNIQUE("client_key"),
	CONSTRAINT "places_closed" CHECK (("places"."closed_at" is null) = ("places"."closed_because" is null))
);
--> statement-breakpoint
CREATE TABLE "presence_visits" (
	"presence_id" bigint NOT NULL,
	"account_id" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "presence_visits_presence_id_account_id_pk" PRIMARY KEY("presence_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "presences" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "presences_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"place_id" bigint NOT NULL,
	"team_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"came_count" integer DEFAULT 0 NOT NULL,
	"cancelled_at" timestamp with time zone,
	"cancelled_because" text,
	"cancelled_by" bigint,
	"sequence" integer DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "presences_postId_unique" UNIQUE("post_id"),
	CONSTRAINT "presences_window" CHECK ("presences"."ends_at" > "presences"."starts_at" and "presences"."ends_at" <= "presences"."starts_at" + interval '24 hours'),
	CONSTRAINT "presences_cancelled" CHECK (num_nulls("presences"."cancelled_at", "presences"."cancelled_because", "presences"."cancelled_by") in (0, 3))
);
--> statement-breakpoint
CREATE TABLE "post_points" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL,
	"published_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_keys" (
	"id" integer PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "push_subscriptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"follower_id" bigint NOT NULL,
	"endpoint" text NOT NULL,
	"p256dh" text NOT NULL,
	"auth" text NOT NULL,
	"device" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_sent_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_because" text,
	CONSTRAINT "push_subscriptions_endpoint_unique" UNIQUE("endpoint")
);
--> statement-breakpoint
CREATE TABLE "unread_counts" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pushes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "pushes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"subscription_id" bigint NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"path" text NOT NULL,
	"urgent" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	CONSTRAINT "pushes_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "search_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "search_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"item_id" bigint NOT NULL,
	"audience" text NOT NULL,
	"team_id" bigint,
	"post_kind" text,
	"at" timestamp with time zone NOT NULL,
	"words" "tsvector" NOT NULL,
	CONSTRAINT "search_entries_item" UNIQUE("kind","item_id")
);
--> statement-breakpoint
CREATE TABLE "search_words" (
	"word" text PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "headers" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "not_before" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "follower_id" bigint;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "mailing_id" bigint;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "tells" jsonb;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "trying_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "followers" ADD CONSTRAINT "followers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_follower_id_followers_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."followers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "public"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_proposed_by_accounts_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_agreed_by_accounts_id_fk" FOREIGN KEY ("agreed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailings" ADD CONSTRAINT "mailings_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "place_changes" ADD CONSTRAINT "place_changes_place_id_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "place_changes" ADD CONSTRAINT "place_changes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "place_changes" ADD CONSTRAINT "place_changes_changed_by_accounts_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "place_changes" ADD CONSTRAINT "place_changes_answered_by_accounts_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_partner_id_accounts_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presence_visits" ADD CONSTRAINT "presence_visits_presence_id_presences_id_fk" FOREIGN KEY ("presence_id") REFERENCES "public"."presences"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presence_visits" ADD CONSTRAINT "presence_visits_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presences" ADD CONSTRAINT "presences_place_id_places_id_fk" FOREIGN KEY ("place_id") REFERENCES "public"."places"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presences" ADD CONSTRAINT "presences_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presences" ADD CONSTRAINT "presences_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presences" ADD CONSTRAINT "presences_cancelled_by_accounts_id_fk" FOREIGN KEY ("cancelled_by") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_points" ADD CONSTRAINT "post_points_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unread_counts" ADD CONSTRAINT "unread_counts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_follower_id_followers_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."followers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_subscription_id_push_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."push_subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "follow_requests_expiry" ON "follow_requests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "follow_requests_email" ON "follow_requests" USING btree ("email","id");--> statement-breakpoint
CREATE INDEX "followers_daily" ON "followers" USING btree ("daily_due_at","id") WHERE "followers"."stopped_at" is null;--> statement-breakpoint
CREATE INDEX "followers_weekly" ON "followers" USING btree ("weekly_due_at","id") WHERE "followers"."stopped_at" is null;--> statement-breakpoint
CREATE INDEX "follows_key" ON "follows" USING btree ("key","follower_id");--> statement-breakpoint
CREATE INDEX "alerts_post" ON "alerts" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "mail_reports_follower" ON "mail_reports" USING btree ("follower_id","id");--> statement-breakpoint
CREATE INDEX "mailings_open" ON "mailings" USING btree ("id") WHERE "mailings"."finished_at" is null and "mailings"."stopped_at" is null;--> statement-breakpoint
CREATE INDEX "mails_follower" ON "mails" USING btree ("follower_id") WHERE "mails"."follower_id" is not null;--> statement-breakpoint
CREATE INDEX "mails_created" ON "mails" USING btree ("created_at") WHERE "mails"."follower_id" is not null;--> statement-breakpoint
CREATE INDEX "mailings_post" ON "mailings" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "notifications_account" ON "notifications" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("account_id","id") WHERE "notifications"."read_at" is null;--> statement-breakpoint
CREATE INDEX "place_changes_place" ON "place_changes" USING btree ("place_id","id");--> statement-breakpoint
CREATE INDEX "place_changes_waiting" ON "place_changes" USING btree ("team_id","id") WHERE "place_changes"."answer" is null;--> statement-breakpoint
CREATE INDEX "place_changes_author" ON "place_changes" USING btree ("changed_by","id");--> statement-breakpoint
CREATE INDEX "places_team" ON "places" USING btree ("team_id","name","id");--> statement-breakpoint
CREATE INDEX "places_ground" ON "places" USING btree ("lat","lng");--> statement-breakpoint
CREATE INDEX "places_name" ON "places" USING btree ("name","id");--> statement-breakpoint
CREATE INDEX "presences_team" ON "presences" USING btree ("team_id","ends_at","id");--> statement-breakpoint
CREATE INDEX "presences_place" ON "presences" USING btree ("place_id","ends_at","id");--> statement-breakpoint
CREATE INDEX "presences_end" ON "presences" USING btree ("ends_at","id");--> statement-breakpoint
CREATE INDEX "post_points_ground" ON "post_points" USING btree ("lat","lng");--> statement-breakpoint
CREATE INDEX "push_subscriptions_follower" ON "push_subscriptions" USING btree ("follower_id","id") WHERE "push_subscriptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "pushes_created" ON "pushes" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "search_entries_words" ON "search_entries" USING gin ("words");--> statement-breakpoint
CREATE INDEX "search_entries_newest" ON "search_entries" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "comments_newest" ON "comments" USING btree ("conversation_id","id") WHERE "comments"."state" = 'published';
