-- CreateTable
CREATE TABLE "sign_in_tries" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_tries_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "sign_in_tries_expire_idx" ON "sign_in_tries"("expire");
