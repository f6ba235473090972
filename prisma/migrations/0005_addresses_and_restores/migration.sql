-- AlterTable
ALTER TABLE "connections" ADD COLUMN     "history_tail" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "decisions" ALTER COLUMN "member_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "bound_store" TEXT,
ADD COLUMN     "bound_url" TEXT;

-- AlterTable
ALTER TABLE "members" ADD COLUMN     "late_write" TEXT,
ADD COLUMN     "moved_from" TEXT,
ADD COLUMN     "parted_by" TEXT;

-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "history_tail" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "updates" ALTER COLUMN "member_id" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "updates_given_up" ON "updates"("connection_id", "settled_at") WHERE ("state" = 'unknown');
