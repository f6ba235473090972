import { addConnection } from '@mcsync/core/setup/add-connection';
import { look } from '@mcsync/core/setup/obstacle';
import { recordAct } from '@mcsync/core/store/acts';
import { getConnection } from '@mcsync/core/store/connections';
import { z } from 'zod';
import { startRunFor } from '../actions/control.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { whoOf } from '../signed-in.ts';
import { PAIR, toRequest } from './details-form.ts';
import { loadDetails, renderDetails } from './details-page.tsx';

/**
 * Connects an audience with a group, and asks for the first sync. That one is always held: its plan is the preview, and what is approved then is exactly what was shown (rules section 8). All that
 * stands in the way is told at once, on the form as it was filled in.
 */
export const connectAction: Handle = async (visit, deps) => {
  const given = formOf(visit, z.record(z.string(), z.unknown()));
  const pair = formOf(visit, PAIR);
  const added = await look(() => addConnection(deps, toRequest(pair, given)));
  if (added.kind === 'obstructed') {
    const problems = added.obstacles.map(({ message }) => message);
    return showPage(renderDetails({ ...(await loadDetails(deps, pair, given)), problems }, visit), 422);
  }
  const who = whoOf(visit).email;
  const { id, audience, group } = added.found;
  const note = `${audience.name} ⇄ ${group.title}`;
  await recordAct(deps.store.db, { who, kind: 'connection-added', connectionId: id, note });
  const connection = await getConnection(deps.store.db, id);
  const runId = await startRunFor(deps, who, connection, { mode: 'full', purpose: 'sync' });
  return redirect(saying(`/runs/${runId}/review`, 'plan-started'));
};
