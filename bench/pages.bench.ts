import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audienceId, groupId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { createLog } from '@mcsync/core/log';
import { readSettings } from '@mcsync/core/settings';
import { recordConnection } from '@mcsync/core/store/connections';
import { recordAccount, recordSite } from '@mcsync/core/store/sites';
import type { Store } from '@mcsync/core/store/store';
import { openService } from '@mcsync/core/worker/open-service';
import { startDashboardProcess } from './support/dashboard-process.ts';
import { type Figure, printFigures } from './support/figures.ts';

const PEOPLE = Number(process.env['BENCH_PEOPLE'] ?? 200_000);
const TIMES = 25;
const BOUND_MS = 100;

process.stdout.write(`\nPreparing ${PEOPLE.toLocaleString('en-GB')} people…\n`);
const dataDir = await mkdtemp(join(tmpdir(), 'mcsync-bench-'));
const settings = readSettings({ DATA_DIR: dataDir, APP_SECRET: randomBytes(32).toString('hex') });
const service = await openService(settings, createLog('error'));
const { connection, run, member } = await furnish(service.store);
const dashboard = await startDashboardProcess(service.databaseUrl, settings.appSecret);

const people = `/connections/${connection}/people`;
/** Somewhere behind the middle of everybody. */
const far = Buffer.from(JSON.stringify([addressOf(Math.floor(PEOPLE * 0.6)), 0])).toString('base64url');
const PAGES: Readonly<Record<string, string>> = {
  overview: '/',
  connection: `/connections/${connection}`,
  'people, first page': people,
  'people, far behind': `${people}?after=${far}`,
  'people, beginning of an address': `${people}?text=person-0001`,
  'people, beginning of a name': `${people}?text=nadj`,
  'people, a contact': `${people}?text=4711`,
  'people who cannot agree': `${people}?sync=fail`,
  'people by reason': `${people}?reason=no-email`,
  'people unsubscribed at Mailchimp': `${people}?mailchimp=unsubscribed`,
  'people removed in CiviCRM': `${people}?civicrm=Removed&mailchimp=subscribed`,
  person: `${people}/${member}`,
  problems: `/connections/${connection}/problems`,
  'plan review': `/runs/${run}/review`,
  'plan review, searched': `/runs/${run}/review?text=person-01`,
  run: `/runs/${run}`,
  settings: `/connections/${connection}/settings`,
  activity: '/activity',
  users: '/users',
  account: '/account',
  'API, described': '/api',
  'API: plan by rule': `/api/v1/runs/${run}/groups`,
  'API: people': `/api/v1/connections/${connection}/people?limit=100`,
};

const figures: Figure[] = [];
for (const [name, path] of Object.entries(PAGES)) {
  await dashboard.time(path);
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) times.push(await dashboard.time(path));
  figures.push({ name, measured: medianOf(times), bound: BOUND_MS, unit: 'ms', sense: 'at-most' });
}
printFigures(
  `Pages of the dashboard with ${PEOPLE.toLocaleString('en-GB')} people stored, median of ${TIMES}`,
  figures,
);
await dashboard.stop();
await service.close();
await rm(dataDir, { recursive: true, force: true });

function medianOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

function addressOf(at: number): string {
  return `person-${String(at).padStart(7, '0')}@example.org`;
}

/** A connection after a first sync: nearly everybody agrees, a few per hundred are out, one per thousand cannot; a held plan for a twentieth. */
async function furnish({ db }: Store): Promise<{ connection: number; run: number; member: number }> {
  const { secrets } = service;
  const account = { name: 'A', baseUrl: 'https://us6.api.mailchimp.com/3.0', mailchimpAccountId: 'a1' };
  const accountId = await recordAccount(db, secrets, { ...account, apiKey: 'key' });
  const site = { name: 'Site', url: 'https://crm.example.org', version: null };
  const siteId = await recordSite(db, secrets, { ...site, apiKey: 'key' });
  const { id } = await recordConnection(db, {
    ...{ accountId, siteId, audienceName: 'News', groupTitle: 'Members', policies: DEFAULT_POLICIES },
    ...{ audienceId: audienceId('list'), groupId: groupId(1), interests: [], mappings: [] },
  });
  await db.$executeRaw`
    INSERT INTO members (connection_id, address_key, mailchimp_contact_id, mailchimp_id, mailchimp_address, mailchimp_status, mailchimp_changed_at,
      contact_id, contact_state, group_status, contact_addresses, base_side, base_at, sync_status, rule, reason, first_name, last_name, has_kin)
    SELECT ${id}, 'person-' || lpad(at::text, 7, '0') || '@example.org', md5(at::text), md5(at::text), 'Person-' || lpad(at::text, 7, '0') || '@example.org',
      CASE WHEN at % 40 = 0 THEN 'unsubscribed' ELSE 'subscribed' END, now(), at + 1, 'live', CASE WHEN at % 50 = 0 THEN 'Removed' ELSE 'Added' END,
      ARRAY['person-' || lpad(at::text, 7, '0') || '@example.org'], 'in', now(), CASE WHEN at % 1000 = 7 THEN 'fail' ELSE 'ok' END, 'R1',
      CASE WHEN at % 1000 = 7 THEN (ARRAY['cleaned', 'no-email', 'on-hold'])[at % 3 + 1] END,
      (ARRAY['Amira', 'Nadja', 'Wilma', 'Fred'])[at % 4 + 1], 'Person' || at, at % 100 = 3
    FROM generate_series(0, ${PEOPLE - 1}) AS at`;
  const run = await db.run.create({
    data: {
      ...{ connectionId: id, mode: 'full', state: 'held', requestedBy: 'bench' },
      plan: [
        {
          ...{ category: 'subscribed', people: PEOPLE / 20, writtenLastDay: 0, allowed: PEOPLE / 40 },
          ...{ verdict: 'held', why: 'over-limit' },
        },
      ],
    },
  });
  await db.$executeRaw`
    INSERT INTO decisions (connection_id, run_id, member_id, kind, rule, side, category, writes, facts, fingerprint, state)
    SELECT ${id}, ${run.id}, id, 'change', CASE WHEN id % 2 = 0 THEN 'R4b' ELSE 'R4c' END, 'in', 'subscribed',
      jsonb_build_array(jsonb_build_object('kind', 'subscribe', 'how', 'if-new', 'address', address_key, 'target', NULL, 'contactId', contact_id, 'isAsk', false)),
      jsonb_build_object('mailchimp', NULL, 'civicrm', NULL, 'base', NULL, 'leftBy', NULL, 'historyId', 0), '', 'held'
    FROM members WHERE contact_id % 20 = 0`;
  await db.$executeRawUnsafe('ANALYZE');
  const member = await db.member.findFirstOrThrow({ where: { connectionId: id, contactId: 4020 } });
  return { connection: id, run: run.id, member: member.id };
}
