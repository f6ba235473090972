/**
 * A process that uses an embedded server, for tests which kill it: `embedded-user.ts DATA_DIR hold|write`. Prints
 * one JSON document per line: first the address, then, when writing, each number once it is committed. Ends when
 * its standard input does.
 */
import { once } from 'node:events';
import pg from 'pg';
import { openEmbedded } from '../src/store/embedded.ts';

const [dataDir = '', task] = process.argv.slice(2);
const database = await openEmbedded({ dataDir, database: 'mcsync', lingerSeconds: 0.2 });
print({ url: database.url });
if (task === 'write') await writeUntilKilled();
process.stdin.resume();
await once(process.stdin, 'end');
await database.close();

async function writeUntilKilled(): Promise<never> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('DROP TABLE IF EXISTS numbers');
  await client.query('CREATE TABLE numbers (n integer NOT NULL)');
  for (let n = 1; ; n += 1) {
    await client.query('INSERT INTO numbers VALUES ($1)', [n]);
    print({ committed: n });
  }
}

function print(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
