import { CONNECTION_ENDPOINTS } from './connections.ts';
import type { AnyEndpoint } from './endpoint.ts';
import { INSTALLATION_ENDPOINTS } from './installation.ts';
import { OWN_ACCOUNT_ENDPOINTS } from './own-account.ts';
import { PEOPLE_ENDPOINTS } from './people.ts';
import { PLACE_ENDPOINTS } from './places.ts';
import { QUEUE_ENDPOINTS } from './queues.ts';
import { RUN_ENDPOINTS } from './runs.ts';
import { USER_ENDPOINTS } from './users.ts';

/** Every resource of the API. */
export const ENDPOINTS: readonly AnyEndpoint[] = [
  ...INSTALLATION_ENDPOINTS,
  ...PLACE_ENDPOINTS,
  ...CONNECTION_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  ...RUN_ENDPOINTS,
  ...QUEUE_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...OWN_ACCOUNT_ENDPOINTS,
];
