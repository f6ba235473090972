import type { Logger } from '@mcsync/core/log';
import type { Queues } from '@mcsync/core/queue/queues';
import type { SetupContext } from '@mcsync/core/setup/setup-context';
import type { FirstVisit } from './first-visit.ts';

/** What the dashboard works with. Of the two remote systems it is handed nothing; set-up looks at them by readers of its own. */
export interface Dependencies extends SetupContext {
  readonly queues: Queues;
  readonly appSecret: string;
  /** Where it is reached from outside; null: only from here. */
  readonly publicUrl: string | null;
  /** Null: there was an administrator when the server started. */
  readonly firstVisit: FirstVisit | null;
  readonly log: Logger;
}
