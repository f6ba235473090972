import { DAY_MS, HOUR_MS, MINUTE_MS } from '@mcsync/core/domain/instant';
import { copyTestDatabase } from '@mcsync/core/testing/test-database';
import { QUEUE_STORES } from '@mcsync/core/testing/test-service';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openNews, SYNCED, statusesOf, UNSYNCED } from '../../testing/eventualities/news.ts';
import { hashOf, type Json, type Outside } from '../../testing/eventualities/outside.ts';
import { addPlace, type Place } from '../../testing/eventualities/place.ts';
import { type Programs, startPrograms } from '../../testing/eventualities/programs.ts';
import { runInProcess } from '../../testing/run-in-process.ts';

const LONG_AGO_MS = 100 * DAY_MS;

/** Each of these befalls the whole account, site or installation: they happen one after another, in this order, each to a connection of its own. */
describe.each(QUEUE_STORES)('with jobs in %s', (queue) => {
  let programs: Programs;
  let outside: Outside;
  let places = 0;
  beforeAll(async () => {
    programs = await startPrograms(queue);
    ({ outside } = programs);
  });
  afterAll(() => programs.end());

  /** A connection with these people, as they were before its first sync. */
  async function opened<Cast>(
    title: string,
    open: (place: Place) => Promise<Cast>,
  ): Promise<{ readonly place: Place; readonly id: string; readonly cast: Cast }> {
    await outside.setClock(Date.now() - LONG_AGO_MS);
    places += 1;
    const place = await addPlace(programs, `${title} ${places}`);
    const cast = await open(place);
    await outside.setClock(Date.now() - 5 * MINUTE_MS);
    return { place, id: String(place.connection), cast };
  }

  /** The same, once both sides agree. */
  async function agreed<Cast>(title: string, open: (place: Place) => Promise<Cast>) {
    const scene = await opened(title, open);
    expect(await programs.ask('sync', scene.id, '--approve', '--wait')).toMatchObject(DONE);
    return scene;
  }

  /** With news on both sides something strikes: the connection stops before any write. */
  async function stops(id: string, code: string, strike: () => Promise<unknown>): Promise<void> {
    await strike();
    await outside.takeWrites();
    const stopped = await programs.ask('sync', id, '--wait');
    expect(stopped).toMatchObject({ exitCode: 1, document: { run: { state: 'failed', error: { code } } } });
    expect((await programs.ask('status', id)).document.connections).toMatchObject([
      { state: 'faulted', fault: { code } },
    ]);
    expect(await outside.takeWrites()).toBe(0);
  }

  /** Mended and resumed, it goes on where it was. */
  async function goesOn(id: string): Promise<void> {
    expect((await programs.ask('connection', 'resume', id)).exitCode).toBe(0);
    expect(await programs.ask('sync', id, '--wait')).toMatchObject(DONE);
  }

  /** A worker that starts while connections are active syncs them at once; so all are paused. */
  async function startIdleWorker(clock?: { readonly laterMs: number }): Promise<void> {
    const { document: connections } = await programs.ask('connection', 'list');
    for (const { id } of connections)
      expect((await programs.ask('connection', 'pause', String(id))).exitCode).toBe(0);
    await programs.startWorker(clock);
  }

  test('E22: of two syncs asked for at once the second is refused, and told which run holds the connection', async () => {
    const { id, cast } = await agreed('two at once', openNews);
    await cast.happens();
    // So that the first is under way for long enough.
    await outside.slowDown('civicrm', 500);
    const before = (await outside.recentRequests()).length;
    const first = programs.start('sync', id, '--wait', '--json');
    await expect
      .poll(async () => (await outside.recentRequests()).length, { timeout: 60_000 })
      .toBeGreaterThan(before);
    const second = await programs.ask('sync', id);
    expect(second).toMatchObject({ exitCode: 4, document: { error: { code: 'CONNECTION_BUSY' } } });
    await outside.slowDown('civicrm', 0);
    const { run } = JSON.parse((await first.result).stdout);
    expect(second.document.error.message).toContain(`Run ${run.id} holds connection ${id}`);
    expect(run.state).toBe('done');
    expect(await cast.statuses()).toEqual(SYNCED);
  });

  test('E24: our rights shrink, which CiviCRM answers with fewer rows: every sync stops before any write, that of one person too', async () => {
    const { id, cast } = await agreed('rights', openNews);
    await cast.happens();
    const permissions = ['view all contacts', 'edit all contacts'];
    const code = 'CIVICRM_RIGHTS_MISSING';
    await stops(id, code, () => outside.act('civicrm/revokeRights', { permissions }));
    expect((await programs.ask('connection', 'resume', id)).exitCode).toBe(0);
    const alone = await programs.ask('sync-person', id, cast.people[0]?.address ?? '');
    expect(alone).toMatchObject({ exitCode: 1, document: { error: { code } } });
    expect(await outside.takeWrites()).toBe(0);
    await outside.act('civicrm/grantRights', { permissions });
    expect(await cast.statuses()).toEqual(UNSYNCED);
    await goesOn(id);
    expect(await cast.statuses()).toEqual(SYNCED);
  });

  test('E19: the account is suspended, or the key revoked: the connection stops, and nothing is changed in CiviCRM', async () => {
    const { id, cast } = await agreed('account', openNews);
    await cast.happens();
    await stops(id, 'MAILCHIMP_ACCOUNT_DISABLED', () => outside.act('mailchimp/suspendAccount', {}));
    await outside.act('mailchimp/restoreAccount', {});
    expect(await cast.statuses()).toEqual(UNSYNCED);
    expect((await programs.ask('connection', 'resume', id)).exitCode).toBe(0);
    await stops(id, 'MAILCHIMP_KEY_REFUSED', () => outside.act('mailchimp/revokeKey', {}));
    const key = await outside.renewKey();
    const renewed = ['account', 'add', '--api-key', key, '--base-url', outside.address.mailchimp.baseUrl];
    expect(await programs.ask(...renewed)).toMatchObject({ document: { id: 1, outcome: 'renewed' } });
    expect(await cast.statuses()).toEqual(UNSYNCED);
    await goesOn(id);
    expect(await cast.statuses()).toEqual(SYNCED);
  });

  test('E26: CiviCRM is restored from a backup: what is missing is compared whole, and what was rewritten stops the connection until somebody approves', async () => {
    const { place, id, cast } = await agreed('backup', async (there) => ({
      wilma: await there.member('wilma'),
      fred: await there.contact('fred'),
      betty: await there.member('betty'),
      barney: await there.contact('barney'),
    }));
    const { wilma, fred, betty, barney } = cast;
    const backup = await outside.letPass(MINUTE_MS / 2);
    const restore = () => outside.act('civicrm/restoreGroup', { groupId: place.groupId, at: backup });
    await outside.letPass(MINUTE_MS / 2);
    await wilma.civicrm.remove();
    await fred.civicrm.add();
    await goesOn(id);
    const people = [wilma, fred, betty, barney];
    expect(await statusesOf(people)).toEqual([
      ...['unsubscribed / Removed', 'subscribed / Added', 'subscribed / Added', 'absent / none'],
    ]);

    // As many are in the group as before, and nothing is new in its history.
    await restore();
    expect(await statusesOf([wilma, fred])).toEqual(['unsubscribed / Added', 'subscribed / none']);
    await goesOn(id);
    const compared = ['subscribed / Added', 'unsubscribed / none', 'subscribed / Added', 'absent / none'];
    expect(await statusesOf(people)).toEqual(compared);

    await betty.civicrm.remove();
    await goesOn(id);
    await restore();
    await barney.civicrm.add();
    await stops(id, 'HISTORY_REWRITTEN', () => Promise.resolve());
    expect((await programs.ask('connection', 'resume', id)).exitCode).toBe(0);
    const held = await programs.ask('sync', id, '--wait');
    expect(held).toMatchObject({ exitCode: 3, document: { run: { state: 'held' } } });
    for (const verdict of held.document.plan)
      expect(verdict).toMatchObject({ verdict: 'held', why: 'first-sync' });
    expect(await outside.takeWrites()).toBe(0);
    expect(await programs.ask('approve', String(held.document.run.id), '--wait')).toMatchObject(DONE);
    expect(await barney.look()).toMatchObject({ mailchimp: 'subscribed', civicrm: 'Added', base: 'in' });
  });

  test('E28: who turns out by an update that was given up has left, as far as anybody can tell, and is listed', async () => {
    const { place, id, cast } = await agreed('late removal', (there) => there.member('wilma'));
    await outside.inject({ system: 'mailchimp', kind: 'reset', method: 'PATCH', path: '/members/' });
    await cast.civicrm.remove();
    expect(await programs.ask('sync', id, '--wait')).toMatchObject(DONE);
    await cast.civicrm.add();
    expect(await programs.ask('sync', id, '--wait')).toMatchObject(DONE);
    expect(await statusesOf([cast])).toEqual(['subscribed / Added']);

    const path = `/lists/${place.listId}/members/${hashOf(cast.address)}`;
    await outside.askMailchimp('PATCH', path, { status: 'unsubscribed' });
    expect(await programs.ask('sync', id, '--wait')).toMatchObject(DONE);
    expect(await cast.look()).toEqual({
      mailchimp: 'unsubscribed',
      civicrm: 'Removed',
      sync: 'ok',
      rule: 'R4a',
      base: 'out',
      warnings: ['given-up-removal'],
    });
  });

  test('E28: an overdue batch is deleted at Mailchimp before it is given up; carried out all the same, it is nobody’s joining', async () => {
    const { id, cast } = await opened('late', async (place) => {
      const people = await Promise.all(
        // More than go out one by one.
        Array.from({ length: 21 }, (_, at) => place.contact(`person${at}x`)),
      );
      for (const { civicrm } of people) await civicrm.add();
      return { people, place };
    });
    const [wilma, fred, ...others] = cast.people;
    if (wilma === undefined || fred === undefined) throw new Error('nobody is there');
    await programs.startWorker();
    await outside.stopClock();
    const first = programs.start('sync', id, '--approve', '--wait', '--json');
    const batchRequests = async (method: string) =>
      (await outside.recentRequests()).filter((request) =>
        new RegExp(`^${method} .*/batches/\\w+$`).test(request),
      );
    await expect.poll(() => batchRequests('GET'), { timeout: 60_000 }).not.toEqual([]);
    await programs.endWorker();
    // What is at Mailchimp is looked after all the same.
    await startIdleWorker({ laterMs: 25 * HOUR_MS });
    expect(JSON.parse((await first.result).stdout)).toMatchObject({
      run: { state: 'done' },
      counts: { subscribed: 0, open: 0 },
    });
    expect(await batchRequests('DELETE')).toHaveLength(1);
    expect(await wilma.mailchimp.status()).toBe('absent');
    await programs.endWorker();
    await outside.releaseClock();

    await wilma.civicrm.remove();
    await fred.civicrm.remove();
    expect((await programs.ask('connection', 'resume', id)).exitCode).toBe(0);
    expect(await programs.ask('sync', id, '--approve', '--inline')).toMatchObject(DONE);
    expect(new Set(await statusesOf(others))).toEqual(new Set(['subscribed / Added']));
    expect(await statusesOf([wilma, fred])).toEqual(['absent / Removed', 'absent / Removed']);

    await outside.askMailchimp('PUT', `/lists/${cast.place.listId}/members/${hashOf(wilma.address)}`, {
      email_address: wilma.address,
      status_if_new: 'subscribed',
    });
    await fred.mailchimp.signUp();
    expect(await programs.ask('sync', id, '--inline')).toMatchObject(DONE);
    const out = { mailchimp: 'unsubscribed', civicrm: 'Removed', as: 'E28', base: 'out' };
    expect(await wilma.look()).toMatchObject(out);
    // By a form: that is their own doing.
    expect(await fred.look()).toMatchObject({ mailchimp: 'subscribed', civicrm: 'Added', base: 'in' });
  });

  test('E27: a copy of our database starts with every connection paused, and says why; E26: in the place of the lost one it finds that both sides agree', async () => {
    await programs.endWorker();
    const { id, cast } = await opened('copy', openNews);
    expect(await programs.ask('sync', id, '--approve', '--inline')).toMatchObject(DONE);
    const copy = await copyTestDatabase(programs.environment['DATABASE_URL'] ?? '');
    onTestFinished(() => copy.drop());
    const environment = { ...programs.environment, DATABASE_URL: copy.url };
    const askCopy = async (...args: readonly string[]): Promise<Json> => {
      const { stdout, exitCode } = await runInProcess([...args, '--json'], { environment });
      return { exitCode, document: JSON.parse(stdout) };
    };
    await startIdleWorker();
    expect((await programs.ask('connection', 'resume', id)).exitCode).toBe(0);
    await cast.happens();
    const { document: connections } = await askCopy('connection', 'list');
    expect(connections).toContainEqual(expect.objectContaining({ id: Number(id) }));
    for (const connection of connections)
      expect(connection).toMatchObject({ state: 'paused', fault: { code: 'INSTALLATION_MOVED' } });
    expect(await askCopy('sync', id, '--inline')).toMatchObject({
      exitCode: 2,
      document: { error: { code: 'CONNECTION_PAUSED' } },
    });
    // Neither takes the other's jobs, wherever they are.
    expect(await askCopy('status')).toMatchObject({ document: { workers: 0 } });
    expect(await programs.ask('status')).toMatchObject({ document: { workers: 1 } });
    expect(await programs.ask('sync', id, '--wait')).toMatchObject(DONE);
    expect(await cast.statuses()).toEqual(SYNCED);

    // The one that was copied is lost; nobody else writes any more.
    await programs.endWorker();
    expect(await askCopy('connection', 'resume', id)).toMatchObject({ exitCode: 0 });
    await outside.takeWrites();
    expect(await askCopy('sync', id, '--inline')).toMatchObject(DONE);
    expect(await cast.statuses()).toEqual(SYNCED);
    expect(await outside.takeWrites()).toBe(0);
  });
});

const DONE = { exitCode: 0, document: { run: { state: 'done', error: null } } } as const;
