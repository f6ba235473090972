import { type GatewayOptions, OUR_TRACKING, startGateways } from '../../../testing/gateways-sandbox.ts';
import { describeCivicrmContract } from './civicrm.contract.ts';
import type { CivicrmContractWorld } from './contract-world.ts';

const SITES = {
  'the sandbox': {},
  'a sandbox in New York': { timeZone: 'America/New_York' },
  'a sandbox of the oldest version we take': { civicrmVersion: '5.81.0' },
};

for (const [site, options] of Object.entries(SITES)) {
  describeCivicrmContract(`APIv4 against ${site}`, () => start(options));
}

async function start(
  sandboxOptions: NonNullable<NonNullable<GatewayOptions>['sandbox']>,
): Promise<CivicrmContractWorld> {
  const { civicrm, sandbox, group } = await startGateways({ sandbox: sandboxOptions });
  const { world } = sandbox.civicrm;
  let people = 0;
  return {
    ...civicrm,
    group,
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
