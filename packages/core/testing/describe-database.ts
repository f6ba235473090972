import type { Db } from '../src/store/db.ts';

/** Every row of every table of ours, as text: two of these are the same where nothing was stored in between. */
export async function describeDatabase(db: Db): Promise<string> {
  const tables = await db.$queryRaw<readonly { name: string }[]>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name`;
  const contents: string[] = [];
  for (const { name } of tables) {
    const rows = await db.$queryRawUnsafe(`SELECT to_jsonb(t)::text AS row FROM "${name}" AS t ORDER BY 1`);
    contents.push(`${name}: ${JSON.stringify(rows)}`);
  }
  return contents.join('\n');
}
