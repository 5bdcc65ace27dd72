CREATE TABLE "bot_rooms" (
	"room_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	CONSTRAINT "bot_rooms_room_id_bot_id_pk" PRIMARY KEY("room_id","bot_id")
);
--> statement-breakpoint
CREATE TABLE "bots" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"name" text NOT NULL,
	"rights" text[] NOT NULL,
	"token_hash" text NOT NULL,
	"made_by" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "bot_rooms" ADD CONSTRAINT "bot_rooms_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bot_rooms" ADD CONSTRAINT "bot_rooms_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bots" ADD CONSTRAINT "bots_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bots" ADD CONSTRAINT "bots_made_by_users_id_fk" FOREIGN KEY ("made_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bot_rooms_of_bot" ON "bot_rooms" USING btree ("bot_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bots_token" ON "bots" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "bots_of_room" ON "bots" USING btree ("room_id");--> statement-breakpoint
CREATE INDEX "bots_of_maker" ON "bots" USING btree ("made_by");--> statement-breakpoint
CREATE INDEX "bots_revoked" ON "bots" USING btree ("revoked_at") WHERE "bots"."revoked_at" is not null;