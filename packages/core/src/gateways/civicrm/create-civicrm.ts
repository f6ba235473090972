import { createChangeReader } from './changes.ts';
import type { CivicrmReader, CivicrmWriter } from './civicrm.ts';
import { type CivicrmOptions, createCivicrmClient } from './client.ts';
import { createContactReader } from './contacts.ts';
import { createContactWriter } from './create-contacts.ts';
import { createGroupReader } from './groups.ts';
import { createTailReader } from './history-tail.ts';
import { createProbe } from './probe.ts';
import { createSiteReader } from './rights.ts';
import { createAddressWriter } from './write-addresses.ts';
import { createGroupWriter } from './write-group.ts';
import { createHoldWriter } from './write-holds.ts';

/**
 * One CiviCRM site. Reader and writer are separate objects, so that whoever is handed the reader cannot write; they share one client and its call slots.
 * Throws `UsageError` where the address or the key cannot be one; sends nothing yet.
 */
export function createCivicrm(options: CivicrmOptions): {
  readonly reader: CivicrmReader;
  readonly writer: CivicrmWriter;
} {
  const client = createCivicrmClient(options);
  const reader: CivicrmReader = {
    ...createSiteReader(client),
    ...createProbe(client, options.now),
    ...createGroupReader(client, options.ourTracking),
    ...createContactReader(client),
    ...createChangeReader(client, options.ourTracking),
    ...createTailReader(client),
  };
  const writer: CivicrmWriter = {
    ...createContactWriter(client, reader),
    ...createGroupWriter(client),
    ...createHoldWriter(client),
    ...createAddressWriter(client),
  };
  return { reader, writer };
}
