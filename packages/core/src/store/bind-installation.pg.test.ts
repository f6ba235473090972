import { expect, test } from 'vitest';
import { useTestStore } from '../../testing/test-store.ts';
import { bindInstallation } from './bind-installation.ts';
import { listConnections, recordConnectionState } from './connections.ts';

const { store, connect, openAnother } = useTestStore();
const states = async () =>
  (await listConnections(store().db)).map(({ state, fault }) => [state, fault?.code ?? null]);

test('E27: an installation is bound to its database and its PUBLIC_URL; found elsewhere, every connection is paused, once', async () => {
  const { id } = await connect();
  await connect();
  expect(await bindInstallation(store(), null)).toBe('as-before');
  expect(await bindInstallation(store(), 'https://sync.example.org')).toBe('as-before');
  // The command line may be used without a PUBLIC_URL, and from another process.
  expect(await bindInstallation(store(), null)).toBe('as-before');
  const another = await openAnother();
  expect(await bindInstallation(another, 'https://sync.example.org')).toBe('as-before');
  await another.close();
  expect(await states()).toEqual([
    ['active', null],
    ['active', null],
  ]);

  // A dump that was restored: the database and its server are others.
  await store().db.$executeRaw`UPDATE installation SET bound_store = '1/2'`;
  expect(await bindInstallation(store(), null)).toBe('moved');
  expect(await states()).toEqual([
    ['paused', 'INSTALLATION_MOVED'],
    ['paused', 'INSTALLATION_MOVED'],
  ]);
  expect(await bindInstallation(store(), 'https://sync.example.org')).toBe('as-before');
  await recordConnectionState(store().db, id, 'active');
  expect(await bindInstallation(store(), null)).toBe('as-before');
  expect((await states())[0]).toEqual(['active', null]);

  // The same database under another name.
  const both = await Promise.all([1, 2].map(() => bindInstallation(store(), 'https://copy.example.org')));
  expect(both.toSorted()).toEqual(['as-before', 'moved']);
  expect((await states())[0]).toEqual(['paused', 'INSTALLATION_MOVED']);
});
