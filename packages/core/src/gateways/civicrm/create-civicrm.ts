import { createChangeReader } from './changes.ts';
import type { CivicrmReader, CivicrmWriter } from './civicrm.ts';
import { type CivicrmOptions, createCivicrmClient } from './client.ts';
import { createContactReader } from './contacts.ts';
import { createContactWriter } from './create-contacts.ts';
import { createFieldReader } from './fields.ts';
import { createGroupReader } from './groups.ts';
import { createTailReader } from './history-tail.ts';
import { createProbe } from './probe.ts';
import type { ContactView } from './profile.ts';
import { createAddressRemover } from './remove-addresses.ts';
import { createSiteReader } from './rights.ts';
import { createAddressWriter } from './write-addresses.ts';
import { createFieldWriter } from './write-fields.ts';
import { createGroupWriter } from './write-group.ts';
import { createHoldWriter } from './write-holds.ts';

/**
 * One CiviCRM site. Reader and writer are separate objects, so that whoever is handed the reader cannot write; they share one client and its call slots.
 * `view`: what is read of each contact besides the group; nothing if not said. Throws `UsageError` where the address or the key cannot be one; sends nothing yet.
 */
export function createCivicrm(options: CivicrmOptions & { readonly view?: ContactView }): {
  readonly reader: CivicrmReader;
  readonly writer: CivicrmWriter;
} {
  const client = createCivicrmClient(options);
  const reader: CivicrmReader = {
    ...createSiteReader(client),
    ...createProbe(client, options.now),
    ...createGroupReader(client, options.ourTracking, options.view),
    ...createContactReader(client, options.view),
    ...createFieldReader(client),
    ...createChangeReader(client, options.ourTracking, options.view),
    ...createTailReader(client, options.view),
  };
  const writer: CivicrmWriter = {
    ...createContactWriter(client, reader),
    ...createGroupWriter(client),
    ...createHoldWriter(client),
    ...createAddressWriter(client),
    ...createAddressRemover(client),
    ...createFieldWriter(client),
  };
  return { reader, writer };
}
