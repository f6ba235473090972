-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "installation_id" TEXT NOT NULL,
    "writing_stopped_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "administrators" (
    "id" SERIAL NOT NULL,
    "email" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "sessions_valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "administrators_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sites" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "api_key_sealed" TEXT NOT NULL,
    "version" TEXT,
    "utc_offset_minutes" INTEGER,
    "checked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sites_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "api_key_sealed" TEXT NOT NULL,
    "mailchimp_account_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connections" (
    "id" SERIAL NOT NULL,
    "account_id" INTEGER NOT NULL,
    "site_id" INTEGER NOT NULL,
    "audience_id" TEXT NOT NULL,
    "audience_name" TEXT NOT NULL,
    "group_id" INTEGER NOT NULL,
    "group_title" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "fault_code" TEXT,
    "fault_message" TEXT,
    "policies" JSONB NOT NULL DEFAULT '{}',
    "first_synced_at" TIMESTAMPTZ(3),
    "mailchimp_watermark" TIMESTAMPTZ(3),
    "history_cursor" INTEGER,
    "contact_watermark" TIMESTAMPTZ(3),
    "full_synced_at" TIMESTAMPTZ(3),
    "synced_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connection_interests" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "interest_id" TEXT NOT NULL,
    "group_id" INTEGER NOT NULL,

    CONSTRAINT "connection_interests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "field_mappings" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "field_path" TEXT NOT NULL,
    "merge_tag" TEXT NOT NULL,
    "direction" TEXT NOT NULL DEFAULT 'civicrm-to-mailchimp',

    CONSTRAINT "field_mappings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "members" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "address_key" TEXT NOT NULL,
    "mailchimp_contact_id" TEXT,
    "mailchimp_id" TEXT,
    "mailchimp_address" TEXT,
    "mailchimp_status" TEXT,
    "mailchimp_changed_at" TIMESTAMPTZ(3),
    "mailchimp_opted_in_at" TIMESTAMPTZ(3),
    "unsubscribe_reason" TEXT NOT NULL DEFAULT '',
    "first_name" TEXT NOT NULL DEFAULT '',
    "last_name" TEXT NOT NULL DEFAULT '',
    "ever_subscribed" BOOLEAN NOT NULL DEFAULT false,
    "status_before" TEXT,
    "left_by_own_will" BOOLEAN NOT NULL DEFAULT false,
    "own_write_status" TEXT,
    "own_write_removal_method" TEXT,
    "forgotten" BOOLEAN NOT NULL DEFAULT false,
    "in_compliance_state" BOOLEAN NOT NULL DEFAULT false,
    "contact_id" INTEGER,
    "is_covered" BOOLEAN NOT NULL DEFAULT false,
    "contact_state" TEXT,
    "group_status" TEXT,
    "contact_addresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "has_held_address" BOOLEAN NOT NULL DEFAULT false,
    "contact_flags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "contact_modified_at" TIMESTAMPTZ(3),
    "base_side" TEXT,
    "base_at" TIMESTAMPTZ(3),
    "base_opted_in_at" TIMESTAMPTZ(3),
    "base_history_id" INTEGER NOT NULL DEFAULT 0,
    "base_by_trash" BOOLEAN NOT NULL DEFAULT false,
    "has_kin" BOOLEAN NOT NULL DEFAULT false,
    "sync_status" TEXT NOT NULL DEFAULT 'todo',
    "decided_in" INTEGER,
    "rule" TEXT,
    "rule_as" TEXT,
    "reason" TEXT,
    "refusal_fingerprint" TEXT NOT NULL DEFAULT '',
    "retry_at" TIMESTAMPTZ(3),
    "retries" INTEGER NOT NULL DEFAULT 0,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "asked_at" TIMESTAMPTZ(3),
    "asked_history_id" INTEGER NOT NULL DEFAULT 0,
    "rejected_fingerprint" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decisions" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "run_id" INTEGER,
    "member_id" INTEGER NOT NULL,
    "lead_id" INTEGER,
    "kind" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "rule_as" TEXT,
    "side" TEXT,
    "by_trash" BOOLEAN NOT NULL DEFAULT false,
    "category" TEXT,
    "writes" JSONB NOT NULL DEFAULT '[]',
    "if_refused" TEXT NOT NULL DEFAULT '',
    "reason" TEXT,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "facts" JSONB NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "decided_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "decisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "updates" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "member_id" INTEGER NOT NULL,
    "decision_id" INTEGER NOT NULL,
    "run_id" INTEGER,
    "kind" TEXT NOT NULL,
    "calls" JSONB NOT NULL,
    "step" INTEGER NOT NULL DEFAULT 0,
    "wanted_status" TEXT,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "batch_id" INTEGER,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3),
    "http_status" INTEGER,
    "reason" TEXT,
    "answer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submitted_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "updates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "batches" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "account_id" INTEGER NOT NULL,
    "remote_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'claimed',
    "operations" INTEGER NOT NULL,
    "remote_status" TEXT,
    "finished" INTEGER NOT NULL DEFAULT 0,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submitted_at" TIMESTAMPTZ(3),
    "next_poll_at" TIMESTAMPTZ(3),
    "polls" INTEGER NOT NULL DEFAULT 0,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "batches_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" SERIAL NOT NULL,
    "connection_id" INTEGER NOT NULL,
    "mode" TEXT NOT NULL,
    "purpose" TEXT NOT NULL DEFAULT 'sync',
    "state" TEXT NOT NULL DEFAULT 'planning',
    "requested_by" TEXT NOT NULL,
    "approved" BOOLEAN NOT NULL DEFAULT false,
    "only_addresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "stop_before" TEXT,
    "deadline_at" TIMESTAMPTZ(3),
    "since" TIMESTAMPTZ(3),
    "window_since" TIMESTAMPTZ(3),
    "window_before" TIMESTAMPTZ(3),
    "history_to" INTEGER,
    "history_newest" INTEGER,
    "utc_offset_minutes" INTEGER,
    "civicrm_whole" BOOLEAN NOT NULL DEFAULT false,
    "mailchimp_whole" BOOLEAN NOT NULL DEFAULT false,
    "totals" JSONB NOT NULL DEFAULT '{}',
    "plan" JSONB NOT NULL DEFAULT '[]',
    "counts" JSONB NOT NULL DEFAULT '{}',
    "mailchimp_requests" INTEGER NOT NULL DEFAULT 0,
    "civicrm_requests" INTEGER NOT NULL DEFAULT 0,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_stages" (
    "run_id" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_stages_pkey" PRIMARY KEY ("run_id","stage")
);

-- CreateTable
CREATE TABLE "run_chunks" (
    "run_id" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "input" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',

    CONSTRAINT "run_chunks_pkey" PRIMARY KEY ("run_id","stage","number")
);

-- CreateTable
CREATE TABLE "run_log_lines" (
    "id" SERIAL NOT NULL,
    "run_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "level" TEXT NOT NULL,
    "stage" TEXT,
    "text" TEXT NOT NULL,

    CONSTRAINT "run_log_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leases" (
    "connection_id" INTEGER NOT NULL,
    "run_id" INTEGER,
    "token" INTEGER NOT NULL DEFAULT 0,
    "heartbeat_at" TIMESTAMPTZ(3),

    CONSTRAINT "leases_pkey" PRIMARY KEY ("connection_id")
);

-- CreateTable
CREATE TABLE "call_slots" (
    "resource" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "holder" TEXT,
    "held_until" TIMESTAMPTZ(3),

    CONSTRAINT "call_slots_pkey" PRIMARY KEY ("resource","number")
);

-- CreateTable
CREATE TABLE "fetched_members" (
    "run_id" INTEGER NOT NULL,
    "mailchimp_contact_id" TEXT NOT NULL,
    "list" TEXT NOT NULL,

    CONSTRAINT "fetched_members_pkey" PRIMARY KEY ("run_id","mailchimp_contact_id")
);

-- CreateTable
CREATE TABLE "fetched_contacts" (
    "run_id" INTEGER NOT NULL,
    "contact_id" INTEGER NOT NULL,
    "contact_state" TEXT NOT NULL,
    "is_individual" BOOLEAN NOT NULL,
    "group_status" TEXT NOT NULL,
    "addresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "has_held_address" BOOLEAN NOT NULL DEFAULT false,
    "flags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "has_new_history" BOOLEAN NOT NULL DEFAULT false,
    "modified_at" TIMESTAMPTZ(3),

    CONSTRAINT "fetched_contacts_pkey" PRIMARY KEY ("run_id","contact_id")
);

-- CreateTable
CREATE TABLE "fetched_addresses" (
    "run_id" INTEGER NOT NULL,
    "address_key" TEXT NOT NULL,
    "contact_id" INTEGER NOT NULL,

    CONSTRAINT "fetched_addresses_pkey" PRIMARY KEY ("run_id","address_key","contact_id")
);

-- CreateTable
CREATE TABLE "address_claims" (
    "site_id" INTEGER NOT NULL,
    "address_key" TEXT NOT NULL,
    "member_id" INTEGER NOT NULL,
    "held_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "address_claims_pkey" PRIMARY KEY ("site_id","address_key")
);

-- CreateIndex
CREATE UNIQUE INDEX "administrators_email_key" ON "administrators"("email");

-- CreateIndex
CREATE UNIQUE INDEX "sites_url_key" ON "sites"("url");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_mailchimp_account_id_key" ON "accounts"("mailchimp_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "connections_account_id_audience_id_key" ON "connections"("account_id", "audience_id");

-- CreateIndex
CREATE UNIQUE INDEX "connections_site_id_group_id_key" ON "connections"("site_id", "group_id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_interests_connection_id_interest_id_key" ON "connection_interests"("connection_id", "interest_id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_interests_connection_id_group_id_key" ON "connection_interests"("connection_id", "group_id");

-- CreateIndex
CREATE UNIQUE INDEX "field_mappings_connection_id_merge_tag_key" ON "field_mappings"("connection_id", "merge_tag");

-- CreateIndex
CREATE INDEX "members_connection_id_contact_id_idx" ON "members"("connection_id", "contact_id");

-- CreateIndex
CREATE INDEX "members_connection_id_address_key_idx" ON "members"("connection_id", "address_key");

-- CreateIndex
-- One row per link, also where one side is missing: two nulls count as the same (PostgreSQL 15 or newer).
CREATE UNIQUE INDEX "members_link_key" ON "members"("connection_id", "mailchimp_contact_id", "contact_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "decisions_member_id_id_idx" ON "decisions"("member_id", "id");

-- CreateIndex
CREATE INDEX "decisions_run_id_state_id_idx" ON "decisions"("run_id", "state", "id");

-- CreateIndex
CREATE INDEX "decisions_run_id_member_id_idx" ON "decisions"("run_id", "member_id");

-- CreateIndex
CREATE INDEX "decisions_connection_id_state_category_applied_at_idx" ON "decisions"("connection_id", "state", "category", "applied_at");

-- CreateIndex
CREATE INDEX "decisions_lead_id_idx" ON "decisions"("lead_id");

-- CreateIndex
CREATE INDEX "updates_queued" ON "updates"("connection_id", "id") WHERE ("state" = 'queued');

-- CreateIndex
CREATE INDEX "updates_batch_id_idx" ON "updates"("batch_id");

-- CreateIndex
CREATE INDEX "updates_run_id_state_idx" ON "updates"("run_id", "state");

-- CreateIndex
CREATE INDEX "updates_decision_id_idx" ON "updates"("decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "updates_one_open_per_member" ON "updates"("member_id") WHERE (state = ANY (ARRAY['queued'::text, 'submitted'::text]));

-- CreateIndex
CREATE UNIQUE INDEX "batches_remote_id_key" ON "batches"("remote_id");

-- CreateIndex
CREATE INDEX "batches_open" ON "batches"("next_poll_at") WHERE (state = ANY (ARRAY['claimed'::text, 'submitted'::text]));

-- CreateIndex
CREATE INDEX "runs_connection_id_id_idx" ON "runs"("connection_id", "id" DESC);

-- CreateIndex
CREATE INDEX "runs_open" ON "runs"("state") WHERE (state = ANY (ARRAY['planning'::text, 'applying'::text, 'held'::text]));

-- CreateIndex
CREATE INDEX "run_log_lines_run_id_id_idx" ON "run_log_lines"("run_id", "id");

-- AddForeignKey
ALTER TABLE "connections" ADD CONSTRAINT "connections_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connections" ADD CONSTRAINT "connections_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "sites"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "connection_interests" ADD CONSTRAINT "connection_interests_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "field_mappings" ADD CONSTRAINT "field_mappings_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "decisions"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "updates" ADD CONSTRAINT "updates_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "updates" ADD CONSTRAINT "updates_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "updates" ADD CONSTRAINT "updates_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decisions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "updates" ADD CONSTRAINT "updates_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "updates" ADD CONSTRAINT "updates_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "batches"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batches" ADD CONSTRAINT "batches_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "batches" ADD CONSTRAINT "batches_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_stages" ADD CONSTRAINT "run_stages_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_chunks" ADD CONSTRAINT "run_chunks_run_id_stage_fkey" FOREIGN KEY ("run_id", "stage") REFERENCES "run_stages"("run_id", "stage") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_log_lines" ADD CONSTRAINT "run_log_lines_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leases" ADD CONSTRAINT "leases_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_claims" ADD CONSTRAINT "address_claims_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "sites"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_claims" ADD CONSTRAINT "address_claims_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What schema.prisma cannot say.
ALTER TABLE "members" ADD CONSTRAINT "members_somebody" CHECK ("mailchimp_contact_id" IS NOT NULL OR "contact_id" IS NOT NULL);
ALTER TABLE "members" ADD CONSTRAINT "members_base_whole" CHECK (("base_side" IS NULL) = ("base_at" IS NULL));
ALTER TABLE "members" ADD CONSTRAINT "members_fail_has_reason" CHECK (("sync_status" = 'fail') = ("reason" IS NOT NULL));
-- Room on each page for the next version of its rows: most updates change no indexed column and need no new index entry then.
ALTER TABLE "members" SET (fillfactor = 70);
ALTER TABLE "installation" ADD CONSTRAINT "installation_one_row" CHECK ("id" = 1);
