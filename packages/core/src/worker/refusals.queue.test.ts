import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newScene } from '../../testing/scene.ts';
import { IN, type Stories, tellStories } from '../../testing/tell-stories.ts';
import { startTestService, type TestService } from '../../testing/test-service.ts';
import { DAY_MS } from '../domain/instant.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;
const REFUSED = { ...IN, mailchimp: 'absent', sync: 'fail', rule: 'R4c', as: '2.3', base: null } as const;
/** In Mailchimp's own words, so it is not 2.3 that said so. */
const { as: _, ...REJECTED } = { ...REFUSED, reason: 'rejected' } as const;

/** What keeps somebody from being subscribed, and what ends it. */
const REFUSALS: Stories = {
  'no address: refused': {
    given: { civicrm: 'Added', addresses: [] },
    ends: { ...REFUSED, reason: 'no-email' },
  },
  'no address: subscribed when they get one': {
    given: { civicrm: 'Added', addresses: [] },
    act: ({ civicrm, address }) => civicrm.addAddress(address),
    ends: { ...IN, rule: 'R4c' },
  },
  'on hold: refused': {
    given: { civicrm: 'Added' },
    before: ({ civicrm }) => civicrm.hold(),
    ends: { ...REFUSED, civicrm: 'Added, on hold', reason: 'on-hold' },
  },
  'on hold: subscribed when the hold ends': {
    given: { civicrm: 'Added' },
    before: ({ civicrm }) => civicrm.hold(),
    act: ({ civicrm }) => civicrm.unhold(),
    ends: { ...IN, rule: 'R4c' },
  },
  '2.4: an address on hold is passed over for another one': {
    given: { civicrm: 'Added' },
    before({ civicrm, address }) {
      civicrm.hold();
      civicrm.addAddress(`other-${address}`);
    },
    ends: { ...IN, mailchimp: 'absent', civicrm: 'Added, on hold', rule: 'R4c' },
  },
  'rejected: an address that Mailchimp takes for fake is refused': {
    given: { civicrm: 'Added', address: 'noreply@quarry.test' },
    ends: REJECTED,
  },
  'rejected: and tried again when the address changes': {
    given: { civicrm: 'Added', address: 'spam@quarry.test' },
    act: ({ civicrm }) => civicrm.changeAddress('fred@quarry.test'),
    ends: { ...IN, mailchimp: 'absent', rule: 'R4c' },
  },
  'forgotten: who was permanently deleted before we knew them is refused': {
    given: { ...BOTH_IN, civicrmDays: 10 },
    before: ({ mailchimp }) => mailchimp.erase(),
    ends: { ...REFUSED, reason: 'forgotten' },
  },
  'forgotten: and is in when they sign up themselves': {
    given: { ...BOTH_IN, civicrmDays: 10 },
    before: ({ mailchimp }) => mailchimp.erase(),
    act: ({ mailchimp }) => mailchimp.signUp(),
    ends: { ...IN, rule: 'R1' },
  },
};

tellStories([{ title: '2.3', stories: REFUSALS }]);

describe('time goes by', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file' });
  });

  test('2.3: too many sign-ups is tried again after 7 days, then after 30', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { civicrm: 'Added' });
    const { clock, mailchimp } = scene.sandbox;
    mailchimp.world.tooManySignUps(wilma.address);
    await scene.firstSync();
    expect(await wilma.look()).toEqual(REJECTED);

    clock.advance(6 * DAY_MS);
    await expectNothingMore(scene);
    clock.advance(1 * DAY_MS);
    await scene.sync();
    expect(await wilma.look()).toEqual(REJECTED);
    expect((await wilma.decisions()).map(({ kind }) => kind)).toEqual(['change', 'change']);

    mailchimp.world.forgetSignUps(wilma.address);
    clock.advance(29 * DAY_MS);
    await expectNothingMore(scene);
    clock.advance(1 * DAY_MS);
    await scene.sync();
    expect(await wilma.look()).toEqual({ ...IN, rule: 'R4c' });
    await expectNothingMore(scene);
  });

  test('2.3: "Member In Compliance State" is asked within the same run', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', BOTH_IN);
    await scene.firstSync();
    // We never see them unsubscribed, only archived: for all we know an administrator did it.
    wilma.mailchimp.unsubscribe();
    wilma.mailchimp.archive();
    await scene.sync();
    expect(wilma.civicrm.status()).toBe('Removed');
    wilma.civicrm.add();
    const { counts } = await scene.sync();

    expect(counts).toMatchObject({ pending: 1, subscribed: 0, open: 0 });
    expect(scene.mails()).toBe(1);
    expect(await wilma.look()).toEqual({ ...IN, mailchimp: 'pending', rule: 'R4b', base: 'out' });
    expect((await wilma.decisions()).slice(-2)).toMatchObject([
      { rule: 'R4b', category: 'subscribed', state: 'applied' },
      { rule: 'R4b', category: 'asked', state: 'applied' },
    ]);
    await expectNothingMore(scene);
  });

  test('I5: one act in CiviCRM mails one confirmation, another act another one', async () => {
    const scene = await newScene(service);
    const wilma = scene.person('wilma', { mailchimp: 'unsubscribed', civicrm: 'Removed' });
    await scene.firstSync();
    wilma.civicrm.add();
    await scene.sync();
    wilma.mailchimp.unsubscribe();
    wilma.civicrm.saveUnchanged();
    await scene.sync();
    expect(scene.mails()).toBe(1);
    expect(await wilma.look()).toMatchObject({ sync: 'fail', reason: 'already-asked' });
    wilma.civicrm.remove();
    await scene.sync();
    wilma.civicrm.add();
    await scene.sync();
    expect(scene.mails()).toBe(2);
    expect(wilma.mailchimp.status()).toBe('pending');
    await expectNothingMore(scene);
  });
});
