import { newPairedScene } from '@mcsync/core/testing/paired-scene';
import { startTestService } from '@mcsync/core/testing/test-service';
import { expect, test } from 'vitest';
import { Client } from '../../testing/client.ts';
import { startDashboard, WILMA } from '../../testing/start-dashboard.ts';

test('a person’s page asks both sides, and says what the next sync would do to them, interests and fields included', async () => {
  const test = await startTestService();
  const mappings = [{ fieldPath: 'first_name', mergeTag: 'FNAME', direction: 'both' }];
  const scene = await newPairedScene(test, { interests: 1, mappings });
  const wilma = scene.paired('wilma', {
    mailchimp: 'subscribed',
    civicrm: 'Added',
    merge: { FNAME: 'wilma' },
  });
  await scene.firstSync();
  const [pair] = scene.pairs;
  const client = new Client((await startDashboard(test.service)).url);
  await client.signIn(WILMA);
  const { id } = await test.service.store.db.member.findFirstOrThrow({
    where: { addressKey: wilma.address },
  });
  const path = `/connections/${scene.connection.id}/people/${id}`;
  const shown = await client.get(path);
  expect(shown.text).toContain(`hx-get="${path}/ahead"`);
  expect(shown.text).toContain('Ask both sides now');
  expect((await client.get(`${path}/ahead`)).text).toContain('Nothing while both sides stay as they are');

  wilma.prefer(0, true);
  test.sandbox.civicrm.world.editContact(wilma.civicrm.id, { firstName: 'Wilma <3' });
  const part = (await client.get(`${path}/ahead`)).text;
  expect(part).toContain(
    `The next sync plans to add contact ${wilma.civicrm.id} to interest group ${pair?.groupId}, then change at Mailchimp FNAME to “Wilma &lt;3” (4:`,
  );
  expect(part).not.toContain('<html');
  expect((await client.get(`${path}?ask=now`)).text).toContain('to interest group');
  expect((await client.get(`${path}?ask=later`)).status).toBe(400);
  expect((await client.get(`/connections/${scene.connection.id}/people/999999/ahead`)).status).toBe(404);

  test.sandbox.mailchimp.world.revokeKey(test.sandbox.mailchimp.apiKey);
  const obstructed = (await client.get(`${path}/ahead`)).text;
  expect(obstructed).toContain('cannot be told before both sides can be asked');
  expect(obstructed).toContain('class="notice attention"');
});
