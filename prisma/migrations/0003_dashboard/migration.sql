-- DropIndex
DROP INDEX "members_connection_id_address_key_idx";

-- AlterTable
ALTER TABLE "administrators" DROP COLUMN "sessions_valid_from",
ADD COLUMN     "role" TEXT NOT NULL DEFAULT 'administrator';

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "administrator_id" INTEGER NOT NULL,
    "browser" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "id" SERIAL NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "invited_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_tokens" (
    "id" SERIAL NOT NULL,
    "administrator_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "acts" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "who" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "connection_id" INTEGER,
    "run_id" INTEGER,
    "note" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "acts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "daily_sizes" (
    "connection_id" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "mailchimp" INTEGER NOT NULL,
    "civicrm" INTEGER NOT NULL,
    "changed_at_mailchimp" INTEGER NOT NULL DEFAULT 0,
    "changed_in_civicrm" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "daily_sizes_pkey" PRIMARY KEY ("connection_id","day")
);

-- CreateIndex
CREATE INDEX "sessions_administrator_id_idx" ON "sessions"("administrator_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_email_key" ON "invitations"("email");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "api_tokens_token_hash_key" ON "api_tokens"("token_hash");

-- CreateIndex
CREATE INDEX "api_tokens_administrator_id_idx" ON "api_tokens"("administrator_id");

-- CreateIndex
CREATE INDEX "acts_connection_id_id_idx" ON "acts"("connection_id", "id" DESC);

-- CreateIndex
CREATE INDEX "acts_run_id_idx" ON "acts"("run_id");

-- By hand, in these four: text_pattern_ops, so that the beginning of an address finds it whatever the database's collation, and pages by address need no sorting
-- (ORDER BY address_key USING ~<~).
-- CreateIndex
CREATE INDEX "members_by_address" ON "members"("connection_id", "address_key" text_pattern_ops, "id");

-- CreateIndex
CREATE INDEX "members_refused" ON "members"("connection_id", "reason", "address_key" text_pattern_ops, "id") WHERE (reason IS NOT NULL);

-- CreateIndex
CREATE INDEX "members_mailchimp_status" ON "members"("connection_id", "mailchimp_status", "address_key" text_pattern_ops, "id") WHERE (mailchimp_status <> 'subscribed'::text);

-- CreateIndex
CREATE INDEX "members_group_status" ON "members"("connection_id", "group_status", "address_key" text_pattern_ops, "id") WHERE (group_status <> 'Added'::text);

-- CreateIndex
CREATE INDEX "members_warned" ON "members"("connection_id") WHERE (warnings <> '{}'::text[]);

-- CreateIndex
CREATE INDEX "members_flagged" ON "members"("connection_id") WHERE (contact_flags <> '{}'::text[]);

-- By hand: expressions, of which schema.prisma knows nothing. The beginning of a name finds it.
CREATE INDEX "members_first_name" ON "members"("connection_id", lower("first_name") text_pattern_ops) WHERE ("first_name" <> '');
CREATE INDEX "members_last_name" ON "members"("connection_id", lower("last_name") text_pattern_ops) WHERE ("last_name" <> '');

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_administrator_id_fkey" FOREIGN KEY ("administrator_id") REFERENCES "administrators"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_administrator_id_fkey" FOREIGN KEY ("administrator_id") REFERENCES "administrators"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "daily_sizes" ADD CONSTRAINT "daily_sizes_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;
