ALTER TABLE "audit_log" ADD COLUMN "request_id" uuid;--> statement-breakpoint
ALTER TABLE "audit_log" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "name_words" text collate "C" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "username_words" text collate "C" DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "suspended_at" timestamp (3) with time zone;--> statement-breakpoint
-- Nearly as `database/name-words.ts` writes them; a person's next change of a name makes them exact.
UPDATE "users" SET
	"name_words" = ' ' || btrim(regexp_replace(lower(normalize("display_name", NFKC)), '[[:space:][:punct:]]+', ' ', 'g')),
	"username_words" = ' ' || btrim(regexp_replace(lower(normalize("username", NFKC)), '[[:space:][:punct:]]+', ' ', 'g'));--> statement-breakpoint
CREATE INDEX "audit_log_of_kind" ON "audit_log" USING btree ("kind","at","id");--> statement-breakpoint
CREATE INDEX "audit_log_by_actor" ON "audit_log" USING btree ("actor_id","at","id") WHERE "audit_log"."actor_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_log_of_subject" ON "audit_log" USING btree ("subject_id","at","id") WHERE "audit_log"."subject_id" is not null;--> statement-breakpoint
CREATE INDEX "users_search" ON "users" USING gin ("name_words" gin_trgm_ops,"username_words" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "users_admins" ON "users" USING btree ("id") WHERE "users"."role" = 'admin';
