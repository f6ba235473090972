import express, { type Express } from 'express';
import { answerErrors } from './answer-errors.ts';
import type { Dependencies } from './dependencies.ts';
import { addRoutes } from './routes.ts';
import { securityHeaders } from './security-headers.ts';

/** The dashboard as an Express application; listening is the caller's. */
export function createApp(deps: Dependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  // A server in front of us speaks from this machine or from a network of containers: who it says is calling counts as a place that fails to sign in.
  app.set('trust proxy', ['loopback', 'uniquelocal']);
  app.use(securityHeaders(deps.publicUrl));
  addRoutes(app, deps);
  app.use(answerErrors(deps.log));
  return app;
}
