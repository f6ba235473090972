import { checkHealth, type Probe } from '@mcsync/core/process/health';
import express, { type Express } from 'express';
import type { Metrics } from './metrics.ts';

/**
 * GET /health: 200 while everything that the worker needs answers and it takes jobs, else 503; what of it fails is in the body. GET /metrics: for Prometheus.
 * Neither needs a sign-in, neither holds anything about a person.
 */
export function createHealthApp(
  probes: Readonly<Record<string, Probe>>,
  metrics: Pick<Metrics, 'report' | 'contentType'>,
): Express {
  const app = express();
  app.disable('x-powered-by');
  // Express would answer with the stack trace of a bug.
  app.set('env', 'production');
  app.get('/health', async (_request, response) => {
    const health = await checkHealth(probes);
    response
      .status(health.status === 'ok' ? 200 : 503)
      .set('cache-control', 'no-store')
      .json(health);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.report());
  });
  return app;
}
