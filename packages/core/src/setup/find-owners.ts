import type { OwnerRecord } from '../gateways/civicrm/civicrm.ts';
import type { Connection } from '../store/connections.ts';
import { getSite } from '../store/sites.ts';
import { andLook, type Look, look } from './obstacle.ts';
import { readCivicrm } from './readers.ts';
import type { SetupContext } from './setup-context.ts';

/** Who holds an address in CiviCRM now, on hold or in the trash too. Two requests; stores nothing. */
export async function findOwners(
  { store, secrets, signal }: SetupContext,
  { siteId, groupId }: Connection,
  address: string,
): Promise<Look<readonly OwnerRecord[]>> {
  const site = await look(() => getSite(store.db, secrets, siteId));
  return await andLook(site, (opened) =>
    look(async () => await readCivicrm(opened).fetchOwners(groupId, [address], signal)),
  );
}
