import type { ConnectionId } from '@mcsync/core/domain/ids';
import { look } from '@mcsync/core/setup/obstacle';
import { type PairingRequest, pairConnection, unpairConnection } from '@mcsync/core/setup/pair-connection';
import { recordAct } from '@mcsync/core/store/acts';
import { z } from 'zod';
import { getConnectionOf } from '../connection-path.ts';
import type { Dependencies } from '../dependencies.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { loadPairings, renderPairings } from '../pages/pairings.tsx';
import { loadSettings, renderSettings } from '../pages/settings.tsx';
import { pairingsIn } from '../pairing-form.ts';
import { showingProblems } from '../showing-problems.ts';
import { whoOf } from '../signed-in.ts';

/** In somebody's name. Rejects with all that stands in the way, having paired nothing. */
export async function pairFor(
  deps: Pick<Dependencies, 'store' | 'secrets' | 'signal'>,
  who: string,
  id: ConnectionId,
  request: PairingRequest,
): Promise<void> {
  await pairConnection(deps, id, request);
  await recordAct(deps.store.db, { who, kind: 'pairs-added', connectionId: id, note: noteOf(request) });
}

/** In somebody's name. Rejects with `UsageError` where nothing of it is paired. */
export async function unpairFor(
  deps: Pick<Dependencies, 'store' | 'secrets' | 'signal'>,
  who: string,
  id: ConnectionId,
  request: PairingRequest,
): Promise<void> {
  await unpairConnection(deps, id, request);
  await recordAct(deps.store.db, { who, kind: 'pairs-removed', connectionId: id, note: noteOf(request) });
}

const noteOf = ({ interests, mappings }: PairingRequest): string =>
  [...interests, ...mappings.filter((one) => !one.endsWith(':off'))].join(', ');

/** All that stands in the way is told at once, on the form as it was filled in. */
export const pairOf: Handle = async (visit, deps) => {
  const { id } = await getConnectionOf(visit, deps);
  const given = formOf(visit, z.record(z.string(), z.unknown()));
  const paired = await look(() => pairFor(deps, whoOf(visit).email, id, pairingsIn(given)));
  if (paired.kind === 'obstructed') {
    const problems = paired.obstacles.map(({ message }) => message);
    return showPage(renderPairings({ ...(await loadPairings(deps, visit, given)), problems }, visit), 422);
  }
  return redirect(saying(`/connections/${id}/settings`, 'paired'));
};

const UNPAIR = z.object({ interest: z.string().optional(), mapping: z.string().optional() });

/** What stands in the way is told on the page of settings. */
export const unpairOf = showingProblems(
  async (visit, deps) => {
    const { id } = await getConnectionOf(visit, deps);
    const { interest, mapping } = formOf(visit, UNPAIR);
    await unpairFor(deps, whoOf(visit).email, id, {
      interests: interest === undefined ? [] : [interest],
      mappings: mapping === undefined ? [] : [mapping],
    });
    return redirect(saying(`/connections/${id}/settings`, 'unpaired'));
  },
  async (problems, visit, deps) => renderSettings({ ...(await loadSettings(deps, visit)), problems }, visit),
);
