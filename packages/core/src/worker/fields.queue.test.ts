import { beforeAll, describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import { newPairedScene, type PairedOptions } from '../../testing/paired-scene.ts';
import { QUEUE_STORES, startTestService, type TestService } from '../../testing/test-service.ts';
import { HOUR_MS } from '../domain/instant.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;
const NAMES = [
  { fieldPath: 'first_name', mergeTag: 'FNAME', direction: 'both' },
  { fieldPath: 'last_name', mergeTag: 'LNAME', direction: 'both' },
] as const;
const TO_MAILCHIMP = 'civicrm-to-mailchimp';

describe.each(QUEUE_STORES)('on %s', (queue) => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ lasts: 'file', queue });
    for (const field of [
      { name: 'website' },
      { name: 'donations', dataType: 'Int' },
      { name: 'favourite_animal', options: { otter: 'Otter', badger: 'Badger' } },
    ])
      civicrm().addCustomField({ group: 'Supporter', ...field });
  });
  const later = () => service.sandbox.clock.advance(HOUR_MS);
  const names: PairedOptions = { mappings: NAMES };
  const civicrm = () => service.sandbox.civicrm.world;

  test('E7, E18: names go both ways, whoever changed them, and both survive', async () => {
    const scene = await newPairedScene(service, names);
    const wilma = scene.paired('wilma', { ...BOTH_IN, merge: { FNAME: 'wilma' } });
    await scene.firstSync();
    wilma.edit({ LNAME: 'Flintstone' });
    civicrm().editContact(wilma.civicrm.id, { firstName: 'Wilma' });
    later();
    const { run, counts } = await scene.sync();
    expect(run).toMatchObject({ state: 'done', error: null });
    expect(counts).toMatchObject({ profilesChanged: 1, fieldsWritten: 1 });
    expect([wilma.merge('FNAME'), wilma.merge('LNAME')]).toEqual(['Wilma', 'Flintstone']);
    expect([wilma.field('first_name'), wilma.field('last_name')]).toEqual(['Wilma', 'Flintstone']);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('5: a first sync fills what is empty, and lists what differs', async () => {
    const scene = await newPairedScene(service, names);
    const wilma = scene.paired('wilma', { ...BOTH_IN, merge: { FNAME: 'Betty', LNAME: 'Rubble' } });
    const fred = scene.paired('fred', BOTH_IN);
    await scene.firstSync();
    expect([wilma.field('first_name'), wilma.field('last_name')]).toEqual(['wilma', 'Rubble']);
    expect(wilma.merge('FNAME')).toBe('Betty');
    expect(await wilma.notes()).toEqual([{ mergeTag: 'FNAME', why: 'differs' }]);
    expect(fred.merge('FNAME')).toBe('fred');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('E1: whoever gets a contact agrees on their names and interests at once; what somebody changes then goes to the other side', async () => {
    const scene = await newPairedScene(service, { interests: 1, mappings: NAMES });
    const merge = { FNAME: 'Wilma', LNAME: 'Flintstone' };
    const wilma = scene.paired('wilma', { mailchimp: 'subscribed', merge });
    const betty = scene.paired('betty', { mailchimp: 'subscribed', on: [0] });
    await scene.firstSync();
    expect(await wilma.look()).toMatchObject({ civicrm: 'Added', sync: 'ok', base: 'in' });
    expect((await wilma.base())?.fields).toEqual({
      FNAME: ['Wilma', 'Wilma'],
      LNAME: ['Flintstone', 'Flintstone'],
    });
    expect(betty.groups()).toEqual(['Added']);
    expect(await betty.look()).toMatchObject({ civicrm: 'Added', sync: 'ok', base: 'in' });
    expect((await betty.base())?.interests).toEqual({ [scene.pairs[0]?.id ?? '']: true });
    later();
    civicrm().editContact(wilma.civicrm.id, { firstName: 'Willie' });
    later();
    await scene.sync();
    expect(wilma.merge('FNAME')).toBe('Willie');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('5: what each side cuts is agreed as each returned it', async () => {
    const scene = await newPairedScene(service, {
      mappings: [
        { fieldPath: 'nick_name', mergeTag: 'FNAME', direction: TO_MAILCHIMP },
        { fieldPath: 'last_name', mergeTag: 'LNAME', direction: 'both' },
      ],
    });
    const wilma = scene.paired('wilma', { ...BOTH_IN, merge: { LNAME: 'x'.repeat(100) } });
    await scene.firstSync();
    expect(String(wilma.field('last_name')).length).toBe(64);
    expect(wilma.merge('LNAME')).toBe('x'.repeat(100));
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('5: a value that Mailchimp would refuse is told of the person, and the rest of them is kept the same', async () => {
    const audience = (listId: string) => service.sandbox.mailchimp.world.audience(listId);
    const scene = await newPairedScene(service, {
      mappings: [
        ...NAMES,
        { fieldPath: 'Supporter.website', mergeTag: 'SITE', direction: TO_MAILCHIMP },
        { fieldPath: 'Supporter.donations', mergeTag: 'GIFTS', direction: TO_MAILCHIMP, dataType: 'Integer' },
        { fieldPath: 'Supporter.favourite_animal:label', mergeTag: 'ANIMAL', direction: TO_MAILCHIMP },
        { fieldPath: 'birth_date', mergeTag: 'BIRTHDAY', direction: TO_MAILCHIMP, dataType: 'Date' },
        { fieldPath: 'address_primary', mergeTag: 'ADDRESS', direction: TO_MAILCHIMP, dataType: 'Address' },
        { fieldPath: 'phone_primary.phone', mergeTag: 'PHONE', direction: TO_MAILCHIMP },
      ],
    });
    const fields = audience(scene.listId);
    fields.addMergeField({ tag: 'SITE', name: 'Site', type: 'url' });
    fields.addMergeField({ tag: 'GIFTS', name: 'Gifts', type: 'number' });
    fields.addMergeField({ tag: 'ANIMAL', name: 'Animal', type: 'dropdown', choices: ['Otter', 'Badger'] });
    fields.addMergeField({ tag: 'BIRTHDAY', name: 'Birthday', type: 'birthday' });
    const wilma = scene.paired('wilma', BOTH_IN);
    const { id } = wilma.civicrm;
    civicrm().setCustom(id, {
      'Supporter.website': 'bedrock.test',
      'Supporter.donations': 7,
      'Supporter.favourite_animal': 'otter',
    });
    civicrm().editContact(id, { birthDate: '1980-02-29' });
    civicrm().setPhone(id, '+1 555 0100');
    civicrm().setAddress(id, {
      street_address: '301 Cobblestone Way',
      city: 'Bedrock',
      postal_code: '70777',
      state_province_id: 1004,
      country_id: 1228,
    });
    await scene.firstSync();
    expect(await wilma.notes()).toEqual([{ mergeTag: 'SITE', why: 'not-a-url' }]);
    expect(await wilma.look()).toMatchObject({ sync: 'ok', warnings: ['value-refused'] });
    expect(['FNAME', 'GIFTS', 'ANIMAL', 'BIRTHDAY', 'PHONE', 'SITE'].map(wilma.merge)).toEqual([
      'wilma',
      7,
      'Otter',
      '02/29',
      '+1 555 0100',
      '',
    ]);
    expect(wilma.merge('ADDRESS')).toEqual({
      addr1: '301 Cobblestone Way',
      addr2: '',
      city: 'Bedrock',
      state: 'CA',
      zip: '70777',
      country: 'US',
    });
    await expectNothingMore(scene, ['incremental', 'full']);
    civicrm().setCustom(id, { 'Supporter.website': 'https://bedrock.test' });
    later();
    await scene.sync();
    expect([wilma.merge('SITE'), await wilma.notes()]).toEqual(['https://bedrock.test', []]);
  });

  test('5: nothing is written to CiviCRM from an address that several contacts hold', async () => {
    const scene = await newPairedScene(service, names);
    const wilma = scene.paired('wilma', { ...BOTH_IN, merge: { FNAME: 'wilma' } });
    scene.person('fred', { civicrm: 'none', address: wilma.address });
    await scene.firstSync();
    wilma.edit({ FNAME: 'Betty' });
    later();
    const { counts } = await scene.sync();
    expect(counts).toMatchObject({ fieldsWritten: 0 });
    expect(civicrm().tables.contacts.get(wilma.civicrm.id)?.first_name).not.toBe('Betty');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('5: tags go to Mailchimp by name, and come off again', async () => {
    const tag = { fieldPath: 'tag:Donor', mergeTag: 'tag:Donor', direction: TO_MAILCHIMP };
    const scene = await newPairedScene(service, { mappings: [tag] });
    const wilma = scene.paired('wilma', BOTH_IN);
    const fred = scene.paired('fred', { civicrm: 'Added' });
    for (const { civicrm: contact } of [wilma, fred]) civicrm().tagContact(contact.id, 'Donor');
    await scene.firstSync();
    expect([wilma.tags(), fred.tags()]).toEqual([['Donor'], ['Donor']]);
    await expectNothingMore(scene, ['incremental', 'full']);
    civicrm().untagContact(wilma.civicrm.id, 'Donor');
    await scene.sync({ mode: 'full' });
    expect([wilma.tags(), fred.tags()]).toEqual([[], ['Donor']]);
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('2.3: names go with the subscription of somebody who is only in the group', async () => {
    const scene = await newPairedScene(service, names);
    const fred = scene.paired('fred', { civicrm: 'Added' });
    const { counts } = await scene.firstSync();
    expect(counts).toMatchObject({ subscribed: 1, profilesChanged: 0 });
    expect(fred.merge('FNAME')).toBe('fred');
    await expectNothingMore(scene, ['incremental', 'full']);
  });

  test('8: values overwritten by the many wait for approval, and fills do not', async () => {
    const scene = await newPairedScene(service, { mappings: NAMES, limits: 'default' });
    const people = Array.from({ length: 8 }, (_, at) =>
      scene.paired(`person${at}`, { ...BOTH_IN, merge: { FNAME: `person${at}` } }),
    );
    await scene.firstSync();
    for (const [at, person] of people.entries()) {
      civicrm().editContact(person.civicrm.id, at < 6 ? { firstName: 'Somebody' } : { lastName: 'New' });
    }
    later();
    const { run } = await scene.sync();
    expect(run).toMatchObject({ state: 'held' });
    expect(run.plan).toMatchObject([
      { category: 'overwritten', people: 6, verdict: 'held' },
      { category: 'filled', people: 2, verdict: 'safe' },
    ]);
    expect(people.filter((person) => person.merge('FNAME') === 'Somebody')).toEqual([]);
    expect(people.filter((person) => person.merge('LNAME') === 'New')).toHaveLength(2);
  });
});
