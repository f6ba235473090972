import { runId } from '@mcsync/core/domain/ids';
import { type Connection, getConnection } from '@mcsync/core/store/connections';
import { getRun, type Run } from '@mcsync/core/store/runs';
import { z } from 'zod';
import { rowNumber } from './connection-path.ts';
import type { Dependencies } from './dependencies.ts';
import { pathOf } from './page.ts';
import type { Visit } from './visit.ts';

const PATH = z.object({ run: rowNumber });

/** The run that the path names, with its connection. Rejects where there is none. */
export async function getRunOf(
  visit: Visit,
  { store }: Dependencies,
): Promise<{ readonly run: Run; readonly connection: Connection }> {
  const run = await getRun(store.db, runId(pathOf(visit, PATH).run));
  return { run, connection: await getConnection(store.db, run.connectionId) };
}
