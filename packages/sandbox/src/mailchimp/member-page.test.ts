import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SandboxClock } from '../clock.ts';
import { Random } from '../random.ts';
import { BytePool } from './byte-pool.ts';
import { MailchimpWorld } from './mailchimp-world.ts';
import type { MemberStatus } from './member.ts';
import { memberPage } from './member-page.ts';
import { memberRenderer } from './render-member.ts';

const pool = new BytePool();
const BASE = 'http://127.0.0.1/mailchimp/3.0';
const text = fc.string({ unit: 'binary' });
const statuses: readonly MemberStatus[] = ['subscribed', 'unsubscribed', 'archived', 'pending'];

const seeds = fc.record({
  email: fc.emailAddress(),
  status: fc.constantFrom(...statuses),
  unsubscribeReason: text,
  mergeValues: fc.dictionary(
    fc.constantFrom('FNAME', 'LNAME', 'PHONE', 'GONE'),
    fc.oneof(text, fc.integer()),
  ),
  tags: fc.array(fc.constantFrom('A', 'b "c"'), { maxLength: 3 }),
  signedUpAt: fc.integer({ min: 0, max: 2e12 }),
  optedInAt: fc.integer({ min: 0, max: 2e12 }),
  lastChangedAt: fc.integer({ min: 0, max: 2e12 }),
  language: text,
  source: text,
  vip: fc.boolean(),
});

test('members written as bytes are the member objects in JSON, whatever is in them', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(seeds, { selector: ({ email }) => email.toLowerCase(), maxLength: 4 }),
      fc.boolean(),
      (all, hasInterests) => {
        const world = new MailchimpWorld({ clock: new SandboxClock(), random: new Random(1) });
        const audience = world.addAudience(world.addAccount().id, { name: 'Friends' });
        const category = audience.interests.addCategory('Topics', 'checkboxes');
        const interests = hasInterests
          ? new Set([audience.interests.add(category.id, 'Bears').id])
          : new Set<string>();
        for (const seed of all) world.seedMember(audience.id, { ...seed, interests });
        const members = [...audience.members()];
        const objects = members.map(memberRenderer({ audience, base: BASE }, { kind: 'all' }));
        const parts = { audience, base: BASE, members, before: '{"é":', after: ',"b":1}' };
        const { bytes, done } = memberPage(pool, parts);
        expect(bytes.toString()).toBe(`{"é":${JSON.stringify(objects)},"b":1}`);
        done();
      },
    ),
  );
});
