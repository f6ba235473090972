import type { Service } from '@mcsync/core/worker/open-service';
import type { Town } from './town.ts';

/** One thing that must hold after everything, and where it does not. */
export interface Finding {
  readonly invariant: string;
  readonly looked: number;
  /** One line each; empty: it holds. */
  readonly violations: readonly string[];
}

interface LinkRow {
  readonly contact_id: number | null;
  readonly mailchimp_contact_id: string | null;
  readonly address_key: string;
  readonly mailchimp_status: string | null;
  readonly sync_status: string;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly warnings: readonly string[];
}

/** Everything that must hold once everything has settled. Reads our database and looks into both worlds. */
export async function holdInquest(service: Service, town: Town): Promise<readonly Finding[]> {
  return [
    await bothSidesAgree(service, town),
    await everyOperationIsOurs(service, town),
    await everyDirectWriteWasClaimed(service, town),
    await everyHistoryRowIsDecided(service, town),
    nobodyWasCreatedTwice(town),
    nobodyWasMailedTwice(town),
    await nothingIsLeftOpen(service),
  ];
}

/** I1: both sides agree, or a refusal or an ask is on record. */
async function bothSidesAgree({ store }: Service, { sandbox, place }: Town): Promise<Finding> {
  const rows = await store.db.$queryRaw<readonly LinkRow[]>`
    SELECT contact_id, mailchimp_contact_id, address_key, mailchimp_status, sync_status, rule, reason, warnings FROM members`;
  const { mailchimp, civicrm } = sandbox;
  const audience = mailchimp.world.audience(place.listId);
  const isIn = (address: string) => audience.find(address)?.status === 'subscribed';
  const isAdded = (id: number) =>
    civicrm.world.tables.groupContacts.find(place.groupId, id)?.status === 'Added' &&
    civicrm.world.contact(id).is_deleted === false;
  const isExplained = (row: LinkRow) =>
    row.sync_status === 'fail' || row.mailchimp_status === 'pending' || row.warnings.includes('unconfirmed');
  const violations: string[] = [];
  let looked = 0;
  for (const { contact_id: id } of civicrm.world.tables.groupContacts.inGroupFrom(place.groupId, 0)) {
    if (!isAdded(id)) continue;
    looked += 1;
    const own = rows.filter((row) => row.contact_id === id);
    // Who changed their address at Mailchimp is found by the id of the link alone.
    const linked = own.flatMap((row) => row.mailchimp_contact_id ?? []);
    if ([...civicrm.world.emailsOf(id).map(({ email }) => email), ...linked].some(isIn)) continue;
    if (!own.some(isExplained)) violations.push(`contact ${id} is in the group alone: ${tell(own)}`);
  }
  for (const { contactId, email } of audience.sorted('subscribed', 'created')) {
    looked += 1;
    const own = rows.filter((row) => row.mailchimp_contact_id === contactId);
    const holders = [...civicrm.world.findHolders(email), ...own.flatMap((row) => row.contact_id ?? [])];
    if (holders.some((id) => civicrm.world.tables.contacts.get(id) !== undefined && isAdded(id))) continue;
    if (!own.some(isExplained))
      violations.push(`member ${contactId} is subscribed alone: ${tell(own)}, holders ${holders}`);
  }
  return { invariant: 'both sides agree, or a refusal or an ask is on record', looked, violations };
}

const tell = (rows: readonly LinkRow[]): string =>
  rows.length === 0
    ? 'we have no row'
    : rows
        .map(
          (row) => `${row.sync_status} ${row.rule} ${row.reason ?? ''} M=${row.mailchimp_status ?? 'nobody'}`,
        )
        .join('; ');

/** No operation was carried out twice, and each names an update and a batch of ours. */
async function everyOperationIsOurs({ store }: Service, { sandbox }: Town): Promise<Finding> {
  const operations = sandbox.requests.operations();
  const updates = await idsOf(store.db.$queryRaw`SELECT id FROM updates`);
  const batches = await idsOf(store.db.$queryRaw`SELECT id FROM batches`);
  const times = new Map<string, number>();
  const violations: string[] = [];
  for (const { operationId, method, path } of operations) {
    const [, batch, update] = /^mcsync:[^:]+:(\d+):(\d+)$/.exec(operationId ?? '') ?? [];
    if (!batches.has(Number(batch)) || !updates.has(Number(update)))
      violations.push(`${method} ${path} as ${operationId} is on no record`);
    times.set(operationId ?? '', (times.get(operationId ?? '') ?? 0) + 1);
  }
  for (const [id, count] of times) if (count > 1) violations.push(`${id} was carried out ${count} times`);
  return {
    invariant: 'every operation of a batch is on record, and in one batch only',
    looked: operations.length,
    violations,
  };
}

/** Each write to a member that reached Mailchimp by itself or in a batch was claimed before it was sent: never more sendings than claims. */
async function everyDirectWriteWasClaimed(
  { store }: Service,
  { directWrites, sandbox }: Town,
): Promise<Finding> {
  const rows = await store.db.$queryRaw<readonly { key: string; claims: number }[]>`
    SELECT call ->> 'key' AS key, sum(attempts)::int AS claims FROM updates, jsonb_array_elements(calls) AS call GROUP BY 1`;
  const claims = new Map(rows.map(({ key, claims: count }) => [key, count]));
  const paths = [...directWrites, ...sandbox.requests.operations()].map(({ path }) => path);
  const sent = new Map<string, number>();
  for (const path of paths) {
    const key = /\/members\/([^/?]+)/.exec(path)?.[1] ?? path;
    sent.set(key, (sent.get(key) ?? 0) + 1);
  }
  const violations = [...sent].flatMap(([key, count]) =>
    count > (claims.get(key) ?? 0)
      ? `member ${key} was written to ${count} times, claimed ${claims.get(key) ?? 0} times`
      : [],
  );
  return {
    invariant: 'every write to Mailchimp was claimed on record before it was sent',
    looked: paths.length,
    violations,
  };
}

/** I3: each history row that we made belongs to a decision of that run about that contact, and no row was made twice. */
async function everyHistoryRowIsDecided(
  { store, environment }: Service,
  { sandbox, place }: Town,
): Promise<Finding> {
  const decided = await store.db.$queryRaw<
    readonly { run_id: number; contact_id: number | null; source: string; kind: string }[]
  >`
    SELECT run_id, (write ->> 'contactId')::int AS contact_id, 'mcsync:' || ${environment.installationId} || ':' || member_id AS source,
      write ->> 'kind' AS kind
    FROM decisions, jsonb_array_elements(writes) AS write WHERE run_id IS NOT NULL`;
  const wanted = new Set(
    decided.map(({ run_id, contact_id, source, kind }) => `${run_id} ${contact_id ?? source} ${kind}`),
  );
  const { history, contacts } = sandbox.civicrm.world.tables;
  const own = history
    .inGroupFrom(place.groupId, 0)
    .filter((row) => row.tracking?.startsWith(`mcsync:${environment.installationId}:`));
  const seen = new Set<string>();
  const violations: string[] = [];
  for (const { id, contact_id, status, tracking } of own) {
    const run = /:R(\d+)$/.exec(tracking ?? '')?.[1];
    const kinds = status === 'Added' ? ['add-to-group', 'create-contact'] : ['remove-from-group'];
    const source = contacts.get(contact_id)?.source;
    const names = kinds.flatMap((kind) => [`${run} ${contact_id} ${kind}`, `${run} ${source} ${kind}`]);
    if (!names.some((name) => wanted.has(name)))
      violations.push(`history row ${id} (${status} contact ${contact_id} by run ${run}) was never decided`);
    const once = `${run} ${contact_id} ${status}`;
    if (seen.has(once)) violations.push(`run ${run} wrote ${status} for contact ${contact_id} twice`);
    seen.add(once);
  }
  return {
    invariant: 'every history row of ours in CiviCRM was decided, and written once',
    looked: own.length,
    violations,
  };
}

function nobodyWasCreatedTwice({ sandbox }: Town): Finding {
  const made = sandbox.civicrm.world.tables.contacts
    .all()
    .filter(({ source }) => source?.startsWith('mcsync:'));
  const violations = [...groupBy(made, ({ source }) => source ?? '')].flatMap(([source, all]) =>
    all.length > 1 ? `${all.length} contacts have the source ${source}` : [],
  );
  return { invariant: 'nobody was created twice in CiviCRM', looked: made.length, violations };
}

/** I5: no more confirmation mails to an address than acts of joining by somebody else than us. */
function nobodyWasMailedTwice({ sandbox, place }: Town): Finding {
  const { civicrm, mailchimp } = sandbox;
  const mails = mailchimp.world.mails().filter(({ listId }) => listId === place.listId);
  const violations = [...groupBy(mails, ({ to }) => to)].flatMap(([to, received]) => {
    const acts = civicrm.world
      .findHolders(to)
      .flatMap((id) => civicrm.world.tables.history.ofContact(id))
      .filter(
        ({ status, group_id, tracking }) => status === 'Added' && group_id === place.groupId && !tracking,
      );
    return received.length > acts.length ? `${received.length} mails for ${acts.length} acts` : [];
  });
  return {
    invariant: 'nobody got two confirmation mails for one act',
    looked: mails.length,
    violations,
  };
}

async function nothingIsLeftOpen({ store, queues }: Service): Promise<Finding> {
  const rows = await store.db.$queryRaw<readonly { what: string; many: number }[]>`
    SELECT 'leases held' AS what, count(*)::int AS many FROM leases WHERE run_id IS NOT NULL
    UNION ALL SELECT 'runs under way', count(*)::int FROM runs WHERE state IN ('planning', 'applying', 'stopped')
    UNION ALL SELECT 'updates open', count(*)::int FROM updates WHERE state IN ('queued', 'submitted')
    UNION ALL SELECT 'batches open', count(*)::int FROM batches WHERE state IN ('claimed', 'submitted')
    UNION ALL SELECT 'members live', count(*)::int FROM members WHERE sync_status = 'live'
    UNION ALL SELECT 'members to do', count(*)::int FROM members WHERE sync_status = 'todo'
    UNION ALL SELECT 'decisions approved and not applied', count(*)::int FROM decisions WHERE state IN ('planned', 'approved')`;
  const active = await Promise.all(
    [queues.stages, queues.chunks, queues.batching, queues.polling].map((queue) => queue.getActiveCount()),
  );
  const jobs = { what: 'jobs under way', many: active.reduce((sum, count) => sum + count, 0) };
  const violations = [...rows, jobs].flatMap(({ what, many }) => (many > 0 ? `${what}: ${many}` : []));
  return {
    invariant: 'no lease, run, update, batch or job is left open',
    looked: rows.length + 1,
    violations,
  };
}

async function idsOf(query: Promise<unknown>): Promise<ReadonlySet<number>> {
  return new Set(((await query) as readonly { id: number }[]).map(({ id }) => id));
}

function groupBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}
