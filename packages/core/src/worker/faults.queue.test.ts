import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newScene, type Scene } from '../../testing/scene.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';
import type { StageName } from '../domain/run.ts';
import { resumeConnection } from '../queue/run-control.ts';
import { getConnection } from '../store/connections.ts';

/** Something that stops a connection. */
interface Fault {
  readonly name: string;
  readonly code: string;
  readonly strike: (scene: Scene) => void;
  /** Null: nobody can. */
  readonly mend: ((scene: Scene) => void) | null;
}

const civicrm = ({ sandbox }: Scene) => sandbox.civicrm.world;
const mailchimp = ({ sandbox }: Scene) => sandbox.mailchimp.world;
const groupOf = ({ connection }: Scene): number => connection.groupId;
const SEEING = ['view all contacts', 'edit all contacts'] as const;

/** Those that one audience or one group has to itself. */
const OF_ONE_CONNECTION: readonly Fault[] = [
  {
    name: 'E17: the group is disabled',
    code: 'GROUP_INACTIVE',
    strike: (scene) => civicrm(scene).disableGroup(groupOf(scene)),
    mend: (scene) => civicrm(scene).enableGroup(groupOf(scene)),
  },
  {
    name: 'E17: the group is deleted',
    code: 'GROUP_MISSING',
    strike: (scene) => civicrm(scene).deleteGroup(groupOf(scene)),
    mend: null,
  },
  {
    name: 'E21: the group becomes smart',
    code: 'GROUP_IS_SMART',
    strike: (scene) => civicrm(scene).makeSmart(groupOf(scene)),
    mend(scene) {
      Object.assign(civicrm(scene).group(groupOf(scene)), { saved_search_id: null });
      civicrm(scene).smartGroupMembers.delete(groupOf(scene));
    },
  },
  {
    name: 'E21: the group gains a child',
    code: 'GROUP_HAS_CHILDREN',
    strike(scene) {
      const child = civicrm(scene).createGroup(`Child of ${groupOf(scene)}`);
      civicrm(scene).addChildGroup(groupOf(scene), child);
    },
    mend(scene) {
      for (const child of civicrm(scene).group(groupOf(scene)).children ?? [])
        civicrm(scene).deleteGroup(child);
    },
  },
  {
    name: 'E19: the audience is deleted',
    code: 'MAILCHIMP_AUDIENCE_MISSING',
    strike(scene) {
      kept.set(scene, mailchimp(scene).audience(scene.connection.audienceId));
      mailchimp(scene).removeAudience(scene.connection.audienceId);
    },
    mend(scene) {
      const audience = kept.get(scene);
      const { accountId } = scene.sandbox.mailchimp;
      if (audience !== undefined) mailchimp(scene).account(accountId).audiences.set(audience.id, audience);
    },
  },
];
const kept = new WeakMap<Scene, ReturnType<Scene['sandbox']['mailchimp']['world']['audience']>>();

/** Those of the whole account or site. */
const OF_ALL: readonly Fault[] = [
  {
    name: 'E19: the key is revoked',
    code: 'MAILCHIMP_KEY_REFUSED',
    strike: (scene) => mailchimp(scene).revokeKey(scene.sandbox.mailchimp.apiKey),
    mend: ({ sandbox }) =>
      void sandbox.mailchimp.world.addKey(sandbox.mailchimp.accountId, sandbox.mailchimp.apiKey),
  },
  {
    name: 'E19: the account is suspended',
    code: 'MAILCHIMP_ACCOUNT_DISABLED',
    strike: (scene) => mailchimp(scene).suspendAccount(scene.sandbox.mailchimp.accountId),
    mend: (scene) => mailchimp(scene).restoreAccount(scene.sandbox.mailchimp.accountId),
  },
  {
    name: 'E24: we may not see contacts any more, which CiviCRM answers with 200 and fewer rows',
    code: 'CIVICRM_RIGHTS_MISSING',
    strike: (scene) =>
      civicrm(scene)
        .caller('service')
        .revoke(...SEEING),
    mend: (scene) =>
      civicrm(scene)
        .caller('service')
        .grant(...SEEING),
  },
  {
    name: 'E24: we may not change contacts any more',
    code: 'CIVICRM_RIGHTS_MISSING',
    strike: (scene) => civicrm(scene).caller('service').revoke('edit all contacts'),
    mend: (scene) => civicrm(scene).caller('service').grant('edit all contacts'),
  },
  {
    name: 'E24: we may not sign in any more',
    code: 'CIVICRM_KEY_REFUSED',
    strike: (scene) => civicrm(scene).caller('service').revoke('authenticate with api key'),
    mend: (scene) => civicrm(scene).caller('service').grant('authenticate with api key'),
  },
];

/** Wilma and Fred have left, one on each side; Betty and Barney have joined. */
async function newsOnBothSides(service: TestService) {
  const scene = await newScene(service);
  const wilma = scene.person('wilma', { mailchimp: 'subscribed', civicrm: 'Added' });
  const fred = scene.person('fred', { mailchimp: 'subscribed', civicrm: 'Added' });
  const betty = scene.person('betty', { civicrm: 'none' });
  const barney = scene.person('barney');
  await scene.firstSync();
  wilma.mailchimp.unsubscribe();
  fred.civicrm.remove();
  betty.civicrm.add();
  barney.mailchimp.signUp();
  return { scene, people: [wilma, fred, betty, barney] };
}

async function provesHarmless(service: TestService, { code, strike, mend }: Fault, before?: StageName) {
  const { scene, people } = await newsOnBothSides(service);
  if (before !== undefined) {
    const stopped = await scene.sync({ stopBefore: before });
    expect(stopped.run.state).toBe('stopped');
  }
  const statuses = () => people.map((person) => [person.mailchimp.status(), person.civicrm.status()]);
  const asTheyWere = statuses();
  strike(scene);
  const { run } = await scene.sync();
  expect(run).toMatchObject({ state: 'failed', error: { code } });
  const { store } = service.service;
  expect(await getConnection(store.db, scene.connection.id)).toMatchObject({
    state: 'faulted',
    fault: { code },
  });
  await expect(scene.sync()).rejects.toMatchObject({ code: 'CONNECTION_FAULTED' });
  if (mend === null) return;
  mend(scene);
  expect(statuses()).toEqual(asTheyWere);
  await resumeConnection(store, scene.connection.id);
  const mended = await scene.sync();
  expect(mended.run).toMatchObject({ state: 'done', error: null });
  expect(statuses()).toEqual([
    ['unsubscribed', 'Removed'],
    ['unsubscribed', 'Removed'],
    ['subscribed', 'Added'],
    ['subscribed', 'Added'],
  ]);
  await expectNothingMore(scene);
}

describe.concurrent('of one connection', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file' });
  });
  test.each(OF_ONE_CONNECTION)(
    '$name: the connection stops, nothing is changed, and it goes on when that is mended',
    async (fault) => {
      await provesHarmless(service, fault);
    },
  );
  test.each(OF_ONE_CONNECTION)('$name, between plan and writing: nothing is changed', async (fault) => {
    await provesHarmless(service, fault, 'create-contacts');
  });
});
describe('of all', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file' });
  });
  test.each(OF_ALL)(
    '$name: the connection stops, nothing is changed, and it goes on when that is mended',
    async (fault) => {
      await provesHarmless(service, fault);
    },
  );
  test.each(OF_ALL)('$name, between plan and writing: nothing is changed', async (fault) => {
    await provesHarmless(service, fault, 'create-contacts');
  });
  test.each(OF_ALL)('$name, while the plan is being made: nothing is changed', async (fault) => {
    await provesHarmless(service, fault, 'detect-civicrm-changes');
  });
});
