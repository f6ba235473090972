import { createHash } from 'node:crypto';
import { addressKey } from '@mcsync/core/domain/email';
import { MINUTE_MS } from '@mcsync/core/domain/instant';
import type { Db } from '@mcsync/core/store/db';
import type { RequestHandler } from 'express';
import { type Options, rateLimit, type Store } from 'express-rate-limit';
import { RateLimiterPrisma } from 'rate-limiter-flexible';
import type { Dependencies } from './dependencies.ts';
import { RequestRefused } from './refusal.ts';

/** How often one may fail to sign in. */
export interface SignInLimits {
  /** From one place. */
  readonly perPlace: RequestHandler;
  /** For one address, from wherever: many places may guess together. Higher, for it also shuts out who has the password. Needs the form. */
  readonly perAccount: RequestHandler;
}

const WINDOW_MS = 15 * MINUTE_MS;
const FAILURES_PER_PLACE = 10;
const FAILURES_PER_ACCOUNT = 50;

/** Counted in the database: for all dashboards that share it, and whenever they were started. */
export function createSignInLimits({
  store: { db },
  log,
}: Pick<Dependencies, 'store' | 'log'>): SignInLimits {
  const logger = { error: log.error.bind(log), warn: log.warn.bind(log) };
  return {
    perPlace: limit({ limit: FAILURES_PER_PLACE, logger, store: countIn(db, 'place') }),
    perAccount: limit({
      ...{ limit: FAILURES_PER_ACCOUNT, logger },
      store: countIn(db, 'account'),
      // Of one length, however long a name somebody sends to fill our tables.
      keyGenerator: (request) =>
        createHash('sha256')
          .update(addressKey(String(Reflect.get(Object(request.body), 'email'))))
          .digest('base64'),
    }),
  };
}

const limit = (options: Partial<Options>): RequestHandler =>
  rateLimit({
    windowMs: WINDOW_MS,
    // Who signs in at the first try has not guessed.
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) => next(new RequestRefused('too-many-tries')),
    ...options,
  });

/** Tries are counted before it is known how they end, so that none slips through while others are looked at; those that end well are taken back. */
function countIn(db: Db, keyPrefix: string): Store {
  const tries = new RateLimiterPrisma({
    ...{ storeClient: db, tableName: 'signInTry', keyPrefix },
    // Only counts: `limit` is who says no.
    points: Number.MAX_SAFE_INTEGER,
    duration: WINDOW_MS / 1000,
    // A timer of its own would outlive the store: see `decrement`.
    clearExpiredByTimeout: false,
  });
  return {
    prefix: keyPrefix,
    async increment(key) {
      const { consumedPoints, msBeforeNext } = await tries.penalty(key);
      return { totalHits: Math.max(1, consumedPoints), resetTime: new Date(Date.now() + msBeforeNext) };
    },
    async decrement(key) {
      await tries.reward(key);
      // What is over is cleared away by whoever signs in.
      await db.signInTry.deleteMany({ where: { expire: { lt: new Date() } } });
    },
    async resetKey(key) {
      await tries.delete(key);
    },
  };
}
