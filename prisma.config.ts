import { defineConfig } from 'prisma/config';

/** For Prisma's own command line. We migrate with `npm run db:migrate`, which keeps the same records. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
