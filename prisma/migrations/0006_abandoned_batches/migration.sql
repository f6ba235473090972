-- AlterTable
ALTER TABLE "batches" ADD COLUMN     "abandoned_at" TIMESTAMPTZ(3);
