import { CONNECTION_ENDPOINTS } from './connections.ts';
import type { AnyEndpoint } from './endpoint.ts';
import { INSTALLATION_ENDPOINTS } from './installation.ts';
import { PEOPLE_ENDPOINTS } from './people.ts';
import { PLACE_ENDPOINTS } from './places.ts';
import { RUN_ENDPOINTS } from './runs.ts';

/** Every resource of the API. */
export const ENDPOINTS: readonly AnyEndpoint[] = [
  ...INSTALLATION_ENDPOINTS,
  ...PLACE_ENDPOINTS,
  ...CONNECTION_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  ...RUN_ENDPOINTS,
];
