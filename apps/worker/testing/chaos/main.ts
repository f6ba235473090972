import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEmbedded } from '@mcsync/core/store/embedded';
import { hasHeld, reportLines } from './report.ts';
import { runStorm } from './storm.ts';

// What scripts/chaos.mjs runs: a storm on each queue store asked for, each on a database of its own. Ends 0 only where everything held.
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    people: { type: 'string', default: '300' },
    queue: { type: 'string', default: 'both' },
  },
});
const redisUrl = process.env['QUEUE_TEST_REDIS_URL'] ?? null;
const print = (line: string) => void process.stdout.write(`${line}\n`);

const wanted = values.queue === 'both' ? (['postgres', 'redis'] as const) : [values.queue];
let failures = 0;
for (const queue of wanted) {
  if (queue === 'redis' && redisUrl === null) throw new Error('There is no redis-server on the PATH.');
  failures += (await storm(queue)) ? 0 : 1;
}
process.exitCode = failures === 0 ? 0 : 1;

async function storm(queue: string): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcsync-chaos-'));
  const database = await openEmbedded({ dataDir, database: 'mcsync', lingerSeconds: 1 });
  try {
    const report = await runStorm({
      databaseUrl: database.url,
      queueUrl: queue === 'redis' ? redisUrl : null,
      kills: Number(values.kills),
      seed: Number(values.seed),
      people: Number(values.people),
      build: 'compiled',
      tell: print,
    });
    for (const line of reportLines(`Queue on ${queue}, seed ${values.seed}`, report)) print(line);
    return hasHeld(report);
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
