import { type ConnectionId, groupId } from '@mcsync/core/domain/ids';
import { addAccount } from '@mcsync/core/setup/add-account';
import { type AddedConnection, addConnection } from '@mcsync/core/setup/add-connection';
import { addSite } from '@mcsync/core/setup/add-site';
import type { SetupContext } from '@mcsync/core/setup/setup-context';
import type { Announcement } from './announcement.ts';

export type ConnectedCharity = AddedConnection & { readonly id: ConnectionId };

/** Sets up what an administrator would: the account, the site, and the audience with its group. */
export async function connectCharity(ctx: SetupContext, sandbox: Announcement): Promise<ConnectedCharity> {
  const account = await addAccount(ctx, { ...sandbox.mailchimp, name: 'Sandbox charity' });
  const site = await addSite(ctx, { ...sandbox.civicrm, name: 'Sandbox CiviCRM' });
  return await addConnection(ctx, {
    accountId: account.id,
    siteId: site.id,
    audienceId: sandbox.listId,
    groupId: groupId(sandbox.groupId),
    interests: sandbox.interests.map((pair) => `${pair.interestId}=${pair.groupId}`),
    mappings: [],
    policies: [],
  });
}
