import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../start-sandbox.ts';

async function pages() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { world } = sandbox.civicrm;
  const base = `${sandbox.url}/civicrm`;
  const look = async (query = '') => (await fetch(`${base}${query}`)).text();
  const act = (fields: Record<string, string | number>, headers: Record<string, string> = {}) =>
    fetch(`${base}/act`, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])),
    });
  const group = world.createGroup('Friends');
  const wilma = world.createContact({ firstName: 'Wilma', lastName: 'Flint', emails: ['wilma@oak.test'] });
  return { world, look, act, group, wilma };
}

test('the page shows groups with their counts, and contacts found by name and by address', async () => {
  const { world, look, group, wilma } = await pages();
  world.addToGroup(group, wilma);
  expect(await look()).toMatch(/Friends<\/a><\/td><td>1<\/td>\s*<td>0<\/td>/);
  for (const query of ['?q=flint', '?q=WILMA@oak', `?group=${group}`, `?contact=${wilma}`]) {
    const page = await look(query);
    expect(page).toContain('Wilma Flint');
    expect(page).toContain('wilma@oak.test');
  }
  expect(await look('?q=nobody-of-that-name')).not.toContain('Wilma');
  expect(await look(`?contact=${wilma}`)).toMatch(/<td>Friends<\/td><td>Added<\/td><td>Admin<\/td>/);
});

test('everything staff do is one click', async () => {
  const { world, act, group, wilma } = await pages();
  const [email] = world.emailsOf(wilma);
  const click = async (name: string, more: Record<string, string | number> = {}) => {
    const answer = await act({
      act: name,
      contactId: wilma,
      groupId: group,
      emailId: email?.id ?? 0,
      ...more,
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/civicrm?contact=${wilma}`]);
  };
  await click('add');
  expect(world.statusOf(group, wilma)).toBe('Added');
  await click('remove');
  expect(world.statusOf(group, wilma)).toBe('Removed');
  await click('hold');
  expect(world.emailsOf(wilma)[0]?.on_hold).toBe(1);
  await click('unhold');
  expect(world.emailsOf(wilma)[0]?.on_hold).toBe(0);
  await click('trash');
  expect(world.contact(wilma).is_deleted).toBe(true);
  await click('restore');
  expect(world.contact(wilma).is_deleted).toBe(false);
  await click('rename', { firstName: 'Wilhelmina', lastName: 'Flint' });
  expect(world.contact(wilma).first_name).toBe('Wilhelmina');
});

test('somebody new is added with name and address, and shown', async () => {
  const { look, act, world } = await pages();
  const answer = await act({
    act: 'add-contact',
    firstName: 'Fred',
    lastName: 'Stone',
    email: 'fred@oak.test',
  });
  expect(answer.status).toBe(303);
  expect(world.findHolders('fred@oak.test')).toHaveLength(1);
  expect(await look('?q=stone')).toContain('Fred Stone');
});

test('a name is shown as it is and never run', async () => {
  const { world, look } = await pages();
  world.createContact({ firstName: '<script>alert("x")</script>', lastName: "O'Brien & Sons" });
  const page = await look('?q=brien');
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  expect(page).not.toContain('<script');
  expect(await look('?q=%22%3E%3Cb%3E')).toContain('value="&quot;&gt;&lt;b&gt;"');
});

test('what is not there, what nobody knows and what another site asks for is refused', async () => {
  const { world, act, wilma } = await pages();
  expect((await act({ act: 'trash', contactId: 999_999 })).status).toBe(400);
  expect((await act({ act: 'explode', contactId: wilma })).status).toBe(400);
  const foreign = await act({ act: 'trash', contactId: wilma }, { 'Sec-Fetch-Site': 'cross-site' });
  expect(foreign.status).toBe(403);
  expect(world.contact(wilma).is_deleted).toBe(false);
});
