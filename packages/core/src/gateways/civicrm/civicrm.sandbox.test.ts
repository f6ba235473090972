import { OUR_TRACKING, startGateways } from '../../../testing/gateways-sandbox.ts';
import { groupId } from '../../domain/ids.ts';
import { type CivicrmContractWorld, describeCivicrmContract } from './civicrm.contract.ts';

describe_('APIv4 against the sandbox', {});
describe_('APIv4 against a sandbox in New York', { timeZone: 'America/New_York' });
describe_('APIv4 against a sandbox of the oldest version we take', { civicrmVersion: '5.81.0' });

function describe_(name: string, sandbox: { readonly timeZone?: string; readonly civicrmVersion?: string }) {
  describeCivicrmContract(name, () => start(sandbox));
}

async function start(
  options: NonNullable<Parameters<typeof startGateways>[0]>['sandbox'] = {},
): Promise<CivicrmContractWorld> {
  const { civicrm, sandbox, group } = await startGateways({ sandbox: options });
  const { world } = sandbox.civicrm;
  let people = 0;
  return {
    ...civicrm,
    group: groupId(group),
    ourTracking: OUR_TRACKING,
    now: () => sandbox.clock.now(),
    newAddress: () => {
      people += 1;
      return `person.${people}@oakfield-trust.test`;
    },
    staff: {
      trash: async (id) => world.trashContact(id),
      erase: async (id) => world.eraseContact(id),
      merge: async (kept, lost) => world.mergeContacts(kept, lost),
      flag: async (id, flag) =>
        world.setFlags(id, {
          isOptOut: flag === 'opted-out',
          doNotEmail: flag === 'do-not-email',
          isDeceased: flag === 'deceased',
        }),
      addAddress: async (id, address) => {
        world.addEmail(id, { email: address });
      },
      add: async (group, id) => world.addToGroup(group, id),
      remove: async (group, id) => world.removeFromGroup(group, id),
      leaveByMail: async (group, id) => world.unsubscribeByMail(group, id),
      setStatus: async (group, id, status) => world.seedMembership(group, id, status),
    },
  };
}
