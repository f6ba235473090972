import type { ConnectionId } from '@mcsync/core/domain/ids';
import type { Service } from '@mcsync/core/worker/open-service';
import type { Announcement } from './announcement.ts';
import type { DemoOptions } from './options.ts';
import type { Screen } from './screen.ts';

/** A demo that is running. */
export interface DemoContext {
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly service: Service;
  readonly sandbox: Announcement;
  readonly connection: ConnectionId;
  /** Fires when the user has seen enough. */
  readonly interruption: AbortSignal;
}
