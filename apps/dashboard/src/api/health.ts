import { checkHealth, storeProbes } from '@mcsync/core/process/health';
import type { RequestHandler } from 'express';
import type { Dependencies } from '../dependencies.ts';

/** 200 while everything that the dashboard needs answers, else 503; what of it fails is in the body. Needs no sign-in. */
export function health({ store, queues }: Dependencies): RequestHandler {
  const probes = storeProbes(store, queues);
  return async (_request, response) => {
    const answer = await checkHealth(probes);
    response
      .status(answer.status === 'ok' ? 200 : 503)
      .set('cache-control', 'no-store')
      .json(answer);
  };
}
