import { contactId } from '../../domain/ids.ts';
import { type IdRange, listExtraIds, listExtraRanges, recordExtraData } from '../../store/extra-data.ts';
import type { PlanContext, Stage } from '../stage.ts';

/** As many as a module is promised to be asked for at the most. */
const CONTACTS_AT_ONCE = 1000;

/**
 * A developer's own data (docs/guide/own-data.md): of everybody in a full run, for it leaves no trace when it changes, and of those who are looked at anyway in the others. Whatever goes wrong
 * here fails the run, before anything is written.
 */
export const fetchExtraData: Stage<PlanContext, IdRange> = {
  name: 'fetch-extra-data',
  async split({ store, connection, run, extraData }) {
    if (extraData === null) return [];
    const whose = run.mode === 'full' ? 'everybody' : 'todo';
    return await listExtraRanges(store.db, connection.id, whose, CONTACTS_AT_ONCE);
  },
  async work(ctx, range) {
    const { store, connection, run, lease, extraData, signal } = ctx;
    if (extraData === null) return {};
    const whose = run.mode === 'full' ? 'everybody' : 'todo';
    const ids = await listExtraIds(store.db, connection.id, whose, range);
    const { id: connectionId, siteUrl } = { id: connection.id, siteUrl: await ctx.siteUrl() };
    const found = await extraData.fetch({ contactIds: ids, connectionId, siteUrl, signal });
    const changed = await store.fenced(lease, (tx) =>
      recordExtraData(
        tx,
        connection.id,
        ids.flatMap((id) => {
          const extra = found.get(contactId(id));
          return extra === undefined ? [] : [{ contactId: id, extra }];
        }),
      ),
    );
    return { read: ids.length, changed };
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};
