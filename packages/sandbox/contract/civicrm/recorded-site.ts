import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { CALLERS, Caller, type CallerName } from '../../src/civicrm/callers.ts';
import { CivicrmWorld } from '../../src/civicrm/civicrm-world.ts';
import { createGroup } from '../../src/civicrm/groups.ts';
import { createCivicrmRouter } from '../../src/civicrm/router.ts';
import { seedContact, seedEmail, seedHistory, seedMembership } from '../../src/civicrm/seeding.ts';
import type { Site } from '../../src/civicrm/site.ts';
import { SandboxClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { Random } from '../../src/random.ts';
import { RequestLog } from '../../src/request-log.ts';

/** When the recording began. */
const BEGAN_AT = Date.parse('2026-11-23T09:09:35Z');
const CREATED_AT = Date.parse('2026-11-20T10:00:00Z');

/** A CiviCRM in the state in which the recorded one was before its first request, and its surroundings. */
export interface RecordedSite {
  readonly world: CivicrmWorld;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  /** Everything before `/civicrm`. */
  readonly base: string;
  close(): Promise<void>;
}

/** Serves it on a port of its own. Its clock stands still. */
export async function serveRecordedSite(): Promise<RecordedSite> {
  const clock = new SandboxClock();
  clock.freeze();
  clock.set(BEGAN_AT);
  const faults = new Faults();
  const world = new CivicrmWorld({ clock, random: new Random(1), furnish: furnishAsRecorded });
  const app = express();
  app.use('/site', createCivicrmRouter({ world, clock, faults, requests: new RequestLog() }));
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The site listens on no port');
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { world, clock, faults, base: `http://127.0.0.1:${address.port}/site`, close };
}

const SAMPLE_CONTACTS = { first: 2, last: 202 } as const;
/** CiviCRM comes with searches of its own. */
const PACKAGED_SEARCHES = 51;
/** Who answers to the five keys, from contact 203 on. */
const ACCOUNTS: readonly CallerName[] = ['admin', 'sync', 'readonly', 'nokey', 'synctrash'];
/** The first in the order of names, as an answer without an order shows. */
const FIRST_NAMED: readonly number[] = [155, 15, 115, 183];
const WITHOUT_ADDRESS: ReadonlySet<number> = new Set([
  129,
  ...Array.from({ length: 14 }, (_, at) => SAMPLE_CONTACTS.last - at),
]);
const ADDRESSES: Readonly<Record<number, string>> = { 163: 'blackwell.jerome@testmail.co.in' };

/**
 * The sample data of the recorded site, as far as its answers tell: 207 contacts, 194 addresses (three of them nobody's),
 * 84 memberships in four groups, each with its history.
 */
function furnishAsRecorded(site: Site): readonly Caller[] {
  const past = { createdAt: CREATED_AT, modifiedAt: CREATED_AT };
  seedContact(site, {
    ...past,
    values: { contact_type: 'Organization', organization_name: 'Default Organization' },
  });
  for (let id: number = SAMPLE_CONTACTS.first; id <= SAMPLE_CONTACTS.last; id += 1) {
    const place = FIRST_NAMED.indexOf(id);
    seedContact(site, {
      ...past,
      values: {
        first_name: `Sample${id}`,
        last_name: place >= 0 ? `Adams${place}` : `Sample${String(id).padStart(3, '0')}`,
      },
      emails: WITHOUT_ADDRESS.has(id) ? [] : [{ email: ADDRESSES[id] ?? `sample${id}@example.org` }],
    });
  }
  for (const name of ['development', 'tournaments', 'celebration']) {
    seedEmail(site, null, { email: `${name}@example.org` });
  }
  for (let packaged = 0; packaged < PACKAGED_SEARCHES; packaged += 1) site.tables.savedSearches.takeId();
  const callers = ACCOUNTS.map((name, at) => createAccount(site, name, at + 1));
  createSampleGroups(site);
  return callers;
}

function createAccount(site: Site, name: CallerName, userId: number): Caller {
  const { id: contactId } = seedContact(site, {
    createdAt: CREATED_AT,
    modifiedAt: CREATED_AT,
    values: {},
    emails: [{ email: `${name === 'admin' ? 'admin' : `civi-${name}`}@example.org` }],
  });
  const apiKey = site.random.hex(32);
  return new Caller({ name, apiKey, contactId, userId, permissions: CALLERS[name] });
}

function createSampleGroups(site: Site): void {
  const titles = ['Administrators', 'Newsletter Subscribers', 'Summer Program Volunteers', 'Advisory Board'];
  const ids = titles.map((title) => createGroup(site, { title, name: title }).id);
  const [administrators = 0, newsletter = 0, summer = 0, board = 0] = ids;
  const range = (from: number, length: number) => Array.from({ length }, (_, at) => from + at);
  const members: readonly (readonly [number, readonly number[]])[] = [
    [newsletter, [129, 163, 3, 4, ...range(6, 56)]],
    [summer, range(70, 15)],
    [board, range(90, 8)],
    [administrators, [202]],
  ];
  for (const [groupId, contactIds] of members) {
    for (const contactId of contactIds) {
      const joined = { groupId, contactId, status: 'Added' };
      seedMembership(site, groupId, contactId, 'Added');
      seedHistory(site, [{ ...joined, method: 'Admin', at: CREATED_AT }]);
    }
  }
}
