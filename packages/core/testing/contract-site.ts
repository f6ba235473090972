import { randomBytes } from 'node:crypto';
import { contactId, groupId } from '../src/domain/ids.ts';
import type { CivicrmContractWorld, CivicrmStaff } from '../src/gateways/civicrm/contract-world.ts';
import { createCivicrm } from '../src/gateways/civicrm/create-civicrm.ts';
import { TestLimiter } from './gateways-limiter.ts';

export interface ContractSiteOptions {
  /** Everything before `/civicrm/ajax/api4`. */
  readonly url: string;
  /** Of a user with the rights that the guide asks for: what the suite tests. */
  readonly apiKey: string;
  /**
   * Of a user who may do what staff do on screen: besides the rights of the first, "delete contacts", "merge duplicate contacts" and
   * "edit groups".
   */
  readonly staffKey: string;
}

/** A site on which the contract suite may act for one test; `cleanUp` takes everything away that it made. */
export interface ContractSite extends CivicrmContractWorld {
  readonly cleanUp: () => Promise<void>;
}

type Params = Readonly<Record<string, unknown>>;
type ApiRow = Readonly<Record<string, unknown>> & { readonly id: number };

/**
 * Prepares a site, real or not, for one test: a group of its own with a name that nobody has, addresses under `.invalid`, and only
 * contacts whose source begins with a mark that this test alone writes. Nothing else of the site is written to.
 */
export async function openContractSite({
  url,
  apiKey,
  staffKey,
}: ContractSiteOptions): Promise<ContractSite> {
  const run = randomBytes(6).toString('hex');
  const ourTracking = `mcsync:contract-${run}:`;
  const call = (entity: string, action: string, params: Params) =>
    askAsStaff(`${url}/civicrm/ajax/api4/${entity}/${action}`, staffKey, params);
  const [group] = await call('Group', 'create', { values: { title: `mcsync contract ${run}` } });
  if (group === undefined) throw new Error('the site answered nothing to Group.create');
  const civicrm = createCivicrm({
    url,
    apiKey,
    ourTracking,
    limiter: new TestLimiter(4),
    retries: { retries: 4, firstPauseMs: 500, longestPauseMs: 5000 },
    count: () => undefined,
    now: Date.now,
  });
  let addresses = 0;
  return {
    ...civicrm,
    group: groupId(group.id),
    ourTracking,
    now: Date.now,
    newAddress: () => {
      addresses += 1;
      return `person.${addresses}.${run}@mcsync-contract.invalid`;
    },
    staff: createStaff(call),
    cleanUp: () => cleanUp(call, group.id, ourTracking),
  };
}

type Call = (entity: string, action: string, params: Params) => Promise<readonly ApiRow[]>;

function createStaff(call: Call): CivicrmStaff {
  const byId = (id: number) => [['id', '=', id]];
  const setStatus = async (group: number, id: number, status: string, method: string) => {
    const records = [{ group_id: group, contact_id: id, status }];
    await call('GroupContact', 'save', { records, match: ['group_id', 'contact_id'], method });
  };
  const flags = { 'opted-out': 'is_opt_out', 'do-not-email': 'do_not_email', deceased: 'is_deceased' };
  return {
    trash: async (id) => void (await call('Contact', 'delete', { where: byId(id) })),
    erase: async (id) => void (await call('Contact', 'delete', { where: byId(id), useTrash: false })),
    merge: async (kept, lost) =>
      void (await call('Contact', 'mergeDuplicates', {
        contactId: kept,
        duplicateId: lost,
        mode: 'aggressive',
      })),
    flag: async (id, flag) =>
      void (await call('Contact', 'update', { where: byId(id), values: { [flags[flag]]: true } })),
    addAddress: async (id, email) =>
      void (await call('Email', 'create', { values: { contact_id: id, email } })),
    add: (group, id) => setStatus(group, id, 'Added', 'Admin'),
    remove: (group, id) => setStatus(group, id, 'Removed', 'Admin'),
    leaveByMail: (group, id) => setStatus(group, id, 'Removed', 'Email'),
    setStatus: (group, id, status) => setStatus(group, id, status, 'Admin'),
  };
}

/** Deletes the group and, for good, the contacts that bear this test's mark. A merge's two activities stay behind, with nobody. */
async function cleanUp(call: Call, group: number, ourTracking: string): Promise<void> {
  await call('Group', 'delete', { where: [['id', '=', group]] });
  const made = await call('Contact', 'get', {
    select: ['id', 'source'],
    where: [
      ['source', 'LIKE', `${ourTracking}%`],
      ['is_deleted', 'IN', [true, false]],
    ],
  });
  const ours = made
    .filter(({ source }) => String(source).startsWith(ourTracking))
    .map(({ id }) => contactId(id));
  if (ours.length === 0) return;
  await call('Contact', 'delete', { where: [['id', 'IN', ours]], useTrash: false });
}

async function askAsStaff(url: string, key: string, params: Params): Promise<readonly ApiRow[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'X-Civi-Auth': `Bearer ${key}`, 'X-Requested-With': 'XMLHttpRequest' },
    body: new URLSearchParams({ params: JSON.stringify(params) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  if (response.status !== 200 || !isJson) {
    throw new Error(
      `staff may not do ${new URL(url).pathname}: HTTP ${response.status} ${text.slice(0, 200)}`,
    );
  }
  return JSON.parse(text).values;
}
