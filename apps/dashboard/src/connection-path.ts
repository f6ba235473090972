import { connectionId } from '@mcsync/core/domain/ids';
import { type Connection, getConnection } from '@mcsync/core/store/connections';
import { z } from 'zod';
import type { Dependencies } from './dependencies.ts';
import { pathOf } from './page.ts';
import type { Visit } from './visit.ts';

/** A number of a row of ours, as it stands in a path or a form. */
export const rowNumber = z.coerce.number().int().positive().max(2_147_483_647);

/** An empty field of a form is one that does not matter. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((given) => (given === '' ? undefined : given), schema.optional());

const PATH = z.object({ connection: rowNumber });

/** The connection that the path names. Rejects where there is none. */
export async function getConnectionOf(visit: Visit, { store }: Dependencies): Promise<Connection> {
  return await getConnection(store.db, connectionId(pathOf(visit, PATH).connection));
}
