// npm run db:migrate: brings the database of DATABASE_URL, or the embedded one, up to date.
import { bootstrap } from './bootstrap.mjs';
import { main } from './processes.mjs';

main(async () => {
  await bootstrap();
  const { openEmbedded } = await import('../packages/core/dist/store/embedded.js');
  const { applyMigrations } = await import('../packages/core/dist/store/migrate.js');
  const { DATABASE_URL, DATA_DIR = '.data' } = process.env;
  const embedded = DATABASE_URL ? null : await openEmbedded({ dataDir: DATA_DIR, database: 'mcsync' });
  try {
    const applied = await applyMigrations(DATABASE_URL || embedded.url);
    console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
  } finally {
    await embedded?.close();
  }
});
