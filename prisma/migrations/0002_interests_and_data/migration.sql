-- AlterTable
ALTER TABLE "connection_interests" ADD COLUMN     "fault_code" TEXT,
ADD COLUMN     "fault_message" TEXT,
ADD COLUMN     "group_title" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "interest_name" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "synced_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "connections" ADD COLUMN     "merge_fields" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "decisions" ADD COLUMN     "categories" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "pending" JSONB;

-- AlterTable
ALTER TABLE "fetched_contacts" ADD COLUMN     "profile" JSONB;

-- AlterTable
ALTER TABLE "field_mappings" ADD COLUMN     "conflict" TEXT NOT NULL DEFAULT 'civicrm',
ADD COLUMN     "data_type" TEXT NOT NULL DEFAULT 'String',
ADD COLUMN     "empty" TEXT NOT NULL DEFAULT 'keeps';

-- AlterTable
ALTER TABLE "members" ADD COLUMN     "base_profile" JSONB,
ADD COLUMN     "contact_profile" JSONB,
ADD COLUMN     "extra_data" JSONB,
ADD COLUMN     "field_notes" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "mailchimp_profile" JSONB;

-- What was decided before counts in its one category.
UPDATE "decisions" SET "categories" = ARRAY["category"] WHERE "category" IS NOT NULL;
