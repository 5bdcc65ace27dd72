CREATE INDEX "invites_expiring" ON "invites" USING btree ("expires_at") WHERE "invites"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "invites_revoked" ON "invites" USING btree ("revoked_at") WHERE "invites"."revoked_at" is not null;--> statement-breakpoint
CREATE INDEX "invites_used_up" ON "invites" USING btree ("created_at") WHERE "invites"."uses" >= "invites"."uses_max";--> statement-breakpoint
CREATE INDEX "sessions_revoked" ON "sessions" USING btree ("revoked_at") WHERE "sessions"."revoked_at" is not null;