// npm run db:generate                      Prisma's client from prisma/schema.prisma
// npm run db:generate -- --migration NAME  and the next migration, from what the existing ones lack of it
import { parseArgs } from 'node:util';
import { generateClient, installDependencies } from './bootstrap.mjs';
import { Failure, main, root } from './processes.mjs';

main(async (args) => {
  const { values } = parseArgs({ args, options: { migration: { type: 'string' } } });
  if (values.migration !== undefined && !/^[a-z0-9_]+$/.test(values.migration)) {
    throw new Failure('A migration is named in small letters, digits and underscores.');
  }
  await installDependencies();
  await generateClient();
  if (values.migration !== undefined) console.log(await draft(values.migration));
});

/** From the sources: after a change of the schema the rest may not compile yet. */
async function draft(name) {
  const { tsImport } = await import('tsx/esm/api');
  const { openEmbedded } = await tsImport('../packages/core/src/store/embedded.ts', import.meta.url);
  const { draftMigration } = await tsImport('../packages/core/src/store/migrate.ts', import.meta.url);
  const database = await openEmbedded({ dataDir: `${root}/.data/test`, database: 'postgres' });
  try {
    const file = await draftMigration(database.url, name);
    if (file === null) return 'The migrations lack nothing of the schema.';
    return `Written: ${file}\nRead it, complete it by hand, then run npm test.`;
  } finally {
    await database.close();
  }
}
