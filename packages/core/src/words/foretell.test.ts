import { describe, expect, test } from 'vitest';
import type { Decision, Write } from '../domain/decision.ts';
import { contactId, groupId, mailchimpContactId, memberId } from '../domain/ids.ts';
import { aheadWords } from './foretell.ts';
import { namedWriteWords, writeWords } from './writes.ts';

const NAMES = { interests: { a1: 'Hiking', b2: '' }, groups: { 21: 'Hikers' } };
const foretell = (...preview: readonly Decision[]) =>
  aheadWords({ isUnderWay: false, preview, names: NAMES });
const change = (...writes: readonly [Write, ...Write[]]): Decision => ({
  kind: 'change',
  rule: '4',
  side: 'in',
  category: 'interests-on',
  writes,
});
const update: Write = {
  kind: 'update-member',
  target: mailchimpContactId('m1'),
  profile: {
    interests: { a1: true, b2: false },
    fields: {
      FNAME: 'Wilma',
      AGE: 7,
      ADDRESS: { addr1: '1 Road', addr2: '', city: 'Bedrock', state: '', zip: '', country: 'US' },
      NICK: '',
    },
    tags: { Donor: false },
  },
};

describe('what the next sync would do, in words', () => {
  test('interests, groups, fields and tags by the names that people know, with the values', () => {
    const join: Write = { kind: 'add-to-interest-group', contactId: contactId(5), groupId: groupId(21) };
    const fields: Write = {
      kind: 'write-fields',
      contactId: contactId(5),
      values: { first_name: 'Wilma', nick_name: null, languages: ['en', 'de'] },
    };
    const [words] = foretell(change(join, fields, update));
    expect(words).toMatch(
      /^The next sync plans to add contact 5 to interest group “Hikers”, then change of contact 5 first_name to “Wilma”, nick_name to nothing, languages to “en, de”, then change at Mailchimp interest “Hiking” on, interest b2 off, FNAME to “Wilma”, AGE to “7”, ADDRESS to “1 Road, Bedrock, US”, NICK to nothing, tag Donor off \(4: /,
    );
  });

  test('what goes with a subscription is said with it', () => {
    const subscribe: Extract<Write, { kind: 'subscribe' }> = {
      kind: 'subscribe',
      how: 'if-new',
      address: 'wilma@bedrock.test',
      target: null,
      contactId: contactId(5),
      isAsk: false,
    };
    const blank = { interests: {}, fields: {}, tags: {} };
    expect(writeWords(subscribe)).toBe('subscribe wilma@bedrock.test');
    expect(writeWords({ ...subscribe, profile: blank })).toBe('subscribe wilma@bedrock.test');
    const profile = { ...blank, interests: { a1: true } };
    expect(namedWriteWords({ ...subscribe, profile }, NAMES)).toBe(
      'subscribe wilma@bedrock.test with interest “Hiking” on',
    );
  });

  test('what differs and is left as it is, is said too; a follower says nothing, and nothing is said twice', () => {
    const agreed: Decision = {
      kind: 'agreed',
      rule: 'R1',
      side: 'in',
      warnings: ['flagged', 'put-back'],
      notes: [{ mergeTag: 'AGE', why: 'not-a-number' }],
    };
    const follow: Decision = { kind: 'follow', rule: 'R1', side: 'in', lead: memberId(1) };
    const words = foretell(agreed, agreed, follow);
    expect(words).toEqual([
      expect.stringContaining('Nothing while both sides stay as they are (R1:'),
      expect.stringContaining('because what a run had changed was put back'),
      'Field AGE is left as it is: it takes a number.',
    ]);
  });

  test('there is always something to say', () => {
    expect(foretell()).toEqual(['Nothing: neither side has anybody to keep the same.']);
    expect(aheadWords({ isUnderWay: true, preview: null, names: NAMES })).toEqual([
      expect.stringContaining('under way at Mailchimp'),
    ]);
    expect(aheadWords({ isUnderWay: false, preview: null, names: NAMES })).toEqual([
      expect.stringContaining('cannot be told'),
    ]);
  });
});
