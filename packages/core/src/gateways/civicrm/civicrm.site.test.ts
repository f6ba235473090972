import { startSandbox } from '@mcsync/sandbox/start-sandbox';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openContractSite } from '../../../testing/contract-site.ts';
import { describeCivicrmContract } from './civicrm.contract.ts';

/*
 * The contract against a site of your own: CIVICRM_CONTRACT_URL, CIVICRM_CONTRACT_KEY and CIVICRM_CONTRACT_STAFF_KEY, as
 * CONTRIBUTING.md says. Without them the same way of acting is tried on the sandbox.
 */
const url = process.env['CIVICRM_CONTRACT_URL'];
const apiKey = process.env['CIVICRM_CONTRACT_KEY'];
const staffKey = process.env['CIVICRM_CONTRACT_STAFF_KEY'];

if (url !== undefined && apiKey !== undefined && staffKey !== undefined) {
  describeCivicrmContract('the site at CIVICRM_CONTRACT_URL', async () => {
    const site = await openContractSite({ url, apiKey, staffKey });
    onTestFinished(site.cleanUp);
    return site;
  });
} else {
  describe.skip('CiviCRM: no site of your own (CIVICRM_CONTRACT_URL, _KEY and _STAFF_KEY are not set)', () => {
    test('the contract', () => undefined);
  });
}

describeCivicrmContract('APIv4 as a site of one’s own', async () => {
  const { site } = await open();
  onTestFinished(site.cleanUp);
  return site;
});

test('the suite writes to nobody but its own, and takes its own away, the merged and the trashed too', async () => {
  const { site, world } = await open();
  const stranger = world.createContact({ firstName: 'Stranger', source: 'mcsync:contract-of-others' });
  const before = state(world);
  const wanted = ['Wilma', 'Fred', 'Betty'].map((firstName, at) => ({
    source: `${site.ourTracking}${at}`,
    firstName,
    lastName: 'Test',
    address: site.newAddress(),
  }));
  const signal = new AbortController().signal;
  const created = await site.writer.createContacts(wanted, signal);
  const [wilma, fred, betty] = [...created.values()];
  if (wilma === undefined || fred === undefined || betty === undefined) throw new Error('not created');
  await site.staff.merge(wilma, fred);
  await site.staff.trash(betty);
  await site.staff.add(site.group, wilma);
  await site.cleanUp();
  expect(state(world)).toEqual({ ...before, groups: before.groups - 1 });
  expect(world.tables.groups.get(site.group)).toBeUndefined();
  expect(world.contact(stranger).first_name).toBe('Stranger');
});

async function open() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { world } = sandbox.civicrm;
  const keyOf = (caller: 'service' | 'admin') => world.caller(caller).apiKey ?? '';
  const site = await openContractSite({
    url: sandbox.civicrm.url,
    apiKey: keyOf('service'),
    staffKey: keyOf('admin'),
  });
  return { site, world };
}

type World = Awaited<ReturnType<typeof startSandbox>>['civicrm']['world'];

/** What is in every table of people and groups. */
const state = ({ tables }: World) => ({
  contacts: tables.contacts.all().map(({ id }) => id),
  emails: tables.emails.all().length,
  groups: tables.groups.all().length,
  memberships: tables.groupContacts.all().length,
  history: tables.history.all().length,
});
