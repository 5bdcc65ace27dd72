CREATE TABLE "deletion_rooms" (
	"code" text NOT NULL,
	"room_id" uuid NOT NULL,
	"fate" text,
	"erased" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "deletion_rooms_code_room_id_pk" PRIMARY KEY("code","room_id")
);
--> statement-breakpoint
CREATE TABLE "deletions" (
	"code" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"messages" text NOT NULL,
	"began_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "deletions_messages" CHECK ("deletions"."messages" in ('erase', 'keep'))
);
--> statement-breakpoint
DROP INDEX "memberships_of_user";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "messages_erased" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "exporting_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "deletion_rooms" ADD CONSTRAINT "deletion_rooms_code_deletions_code_fk" FOREIGN KEY ("code") REFERENCES "public"."deletions"("code") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deletions" ADD CONSTRAINT "deletions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deletions_running" ON "deletions" USING btree ("began_at") WHERE "deletions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "deletions_ended" ON "deletions" USING btree ("ended_at") WHERE "deletions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_of_author" ON "messages" USING btree ("author_id","room_id","seq");--> statement-breakpoint
CREATE INDEX "users_deleted" ON "users" USING btree ("id") WHERE "users"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "memberships_of_user" ON "memberships" USING btree ("user_id","room_id");