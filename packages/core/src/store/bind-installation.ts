import { getInstallation } from './installation.ts';
import type { Store } from './store.ts';

/** `moved`: this database is not where it was when it was last opened; every connection is paused now. */
export type Binding = 'as-before' | 'moved';

export const MOVED_MESSAGE =
  'This database is not where it was: it was moved, restored or copied, or PUBLIC_URL was changed. While another installation works with the same data, both would write. Make sure that none does, then resume the connection.';

/**
 * E27: an installation is bound to its database and its PUBLIC_URL. Found elsewhere, it may be a copy of one that still runs, so all connections start paused, each saying why;
 * whoever resumes them has decided. `publicUrl` null says nothing: the command line may be used without one. May run in any number of processes; each move pauses once.
 */
export async function bindInstallation(store: Store, publicUrl: string | null): Promise<Binding> {
  await getInstallation(store.db);
  return await store.transaction(async (tx) => {
    const [bound] = await tx.$queryRaw<readonly Bound[]>`
      SELECT bound_store, bound_url, (SELECT system_identifier::text FROM pg_control_system()) || '/' || oid::text AS here
      FROM installation, pg_database WHERE id = 1 AND datname = current_database() FOR UPDATE OF installation`;
    if (bound === undefined) return 'as-before';
    const isElsewhere = bound.bound_store !== null && bound.bound_store !== bound.here;
    const isRenamed = publicUrl !== null && bound.bound_url !== null && bound.bound_url !== publicUrl;
    if (bound.bound_store !== bound.here || (publicUrl !== null && bound.bound_url !== publicUrl))
      await tx.$executeRaw`
        UPDATE installation SET bound_store = ${bound.here}, bound_url = coalesce(${publicUrl}, bound_url) WHERE id = 1`;
    if (!isElsewhere && !isRenamed) return 'as-before';
    await tx.$executeRaw`
      UPDATE connections SET state = 'paused', fault_code = 'INSTALLATION_MOVED', fault_message = ${MOVED_MESSAGE}`;
    return 'moved';
  });
}

interface Bound {
  readonly bound_store: string | null;
  readonly bound_url: string | null;
  /** The server's own id and the database's: a dump that is restored has others. */
  readonly here: string;
}
