import type { Logger } from '../log.ts';
import type { Queues } from '../queue/queues.ts';
import type { ExtraDataSource } from '../stages/stage.ts';
import type { Store } from '../store/store.ts';
import type { GatewayProvider } from './gateways.ts';

/** What the work is done with: one per process. */
export interface WorkerEnvironment {
  readonly store: Store;
  readonly queues: Queues;
  readonly gateways: GatewayProvider;
  readonly installationId: string;
  readonly now: () => number;
  /** A developer's own data; left out: there is no module for it. */
  readonly extraData?: ExtraDataSource | null;
  readonly log: Logger;
  /** Aborted when the process cannot wait for the pieces that are being worked on. */
  readonly signal: AbortSignal;
}
