import { describe, expect, test } from 'vitest';
import {
  ADDRESS,
  BY_ADMIN,
  BY_PERSON,
  day,
  decide,
  decideOne,
  type HistoryAct,
  history,
  type LinkFacts,
  link,
  NOW,
  under,
  writesOf,
} from '../../testing/factories.ts';
import type { MailchimpFacts } from '../domain/facts.ts';
import { contactId, mailchimpContactId } from '../domain/ids.ts';
import { DEFAULT_POLICIES, type Policies } from '../domain/policies.ts';
import { indexComponent } from './component.ts';
import { refusalFingerprint } from './subscribe.ts';

// All of them are in the group and were agreed out: R4b, R4c or R4f subscribes, and 2.3 says how.
const joining = (member: Partial<MailchimpFacts> | null, rest: Omit<LinkFacts, 'mailchimp'> = {}) =>
  link({ mailchimp: member, base: 'out', ...rest });
const OTHER = 'wilma@quarry.test';

const written = (how: string) => ({
  kind: 'change',
  category: how === 'pending' ? 'asked' : 'subscribed',
  writes: [{ kind: 'subscribe', how, address: ADDRESS, isAsk: how === 'pending' }],
});
const refused = (reason: string) => ({ kind: 'refuse', as: '2.3', reason, writes: [] });

describe('2.3, an ask is repeated only after a new Added act', () => {
  const asked = { at: day(30), historyId: 1 };
  const after = (...acts: readonly HistoryAct[]) =>
    joining(BY_PERSON, {
      ask: asked,
      civicrm: { history: history({ status: 'Added', at: day(1) }, ...acts) },
    });

  test('nothing happened since: not asked again', () => {
    expect(decideOne(after())).toMatchObject(refused('already-asked'));
  });

  test('removed and added again since: asked again', () => {
    const again = after({ status: 'Removed', at: day(40) }, { status: 'Added', at: day(41) });
    expect(decideOne(again)).toMatchObject(written('pending'));
  });

  test('the row was only saved again: not asked again', () => {
    expect(decideOne(after({ status: 'Added', at: day(40), method: 'API' }))).toMatchObject(
      refused('already-asked'),
    );
  });

  test('we added them ourselves: that is nobody’s act', () => {
    const ours = after(
      { status: 'Removed', at: day(40), byUs: true },
      { status: 'Added', at: day(41), byUs: true },
    );
    expect(decideOne(ours)).toMatchObject(refused('already-asked'));
  });

  test('an ask by way of another link of the contact counts', () => {
    const contact = { addresses: [ADDRESS, OTHER] };
    const [first, second] = decide([
      joining(BY_PERSON, { id: 1, civicrm: contact }),
      joining(
        { ...BY_PERSON, address: OTHER, contactId: mailchimpContactId('mc-other') },
        { id: 2, civicrm: contact, ask: asked },
      ),
    ]);
    expect([first, second]).toMatchObject([refused('already-asked'), refused('already-asked')]);
  });

  test('an ask of before does not keep somebody from being subscribed who need not be asked', () => {
    expect(decideOne(joining(BY_ADMIN, { ask: asked }))).toMatchObject(written('subscribed'));
  });
});

describe('2.3, refusals', () => {
  const fingerprintOf = (facts: LinkFacts, policies: Partial<Policies> = {}) => {
    const given = link(facts);
    if (given.civicrm === null) throw new Error('a fingerprint needs a contact');
    return refusalFingerprint(given.civicrm, indexComponent([given]), { ...DEFAULT_POLICIES, ...policies });
  };
  const rejected = (facts: LinkFacts, retryAt: number | null = null) =>
    link({
      base: 'out',
      ...facts,
      refusal: { reason: 'rejected', fingerprint: fingerprintOf(facts), retryAt },
    });

  test('what Mailchimp has rejected stands while nothing changed', () => {
    const standing = rejected({ mailchimp: null });
    expect(decideOne(standing)).toMatchObject({
      ...refused('rejected'),
      fingerprint: standing.refusal?.fingerprint,
    });
  });

  test.each<[string, LinkFacts]>([
    ['M’s status', { mailchimp: BY_ADMIN }],
    [
      'the group row',
      {
        mailchimp: null,
        civicrm: {
          history: history(
            { status: 'Added', at: day(1) },
            { status: 'Removed', at: day(2) },
            { status: 'Added', at: day(3) },
          ),
        },
      },
    ],
    ['the best address', { mailchimp: null, civicrm: { addresses: [OTHER] } }],
  ])('it is looked at again when %s changes', (_, changed) => {
    const before = rejected({ mailchimp: null });
    expect(decideOne({ ...link({ base: 'out', ...changed }), refusal: before.refusal })).toMatchObject({
      kind: 'change',
    });
  });

  test('it is looked at again when the policy changes', () => {
    expect(decideOne(rejected({ mailchimp: null }), under({ doubleOptIn: 'on' }))).toMatchObject({
      kind: 'change',
    });
  });

  test('it is not looked at again because the group row was saved again', () => {
    const saved = history({ status: 'Added', at: day(1) }, { status: 'Added', at: day(40), method: 'API' });
    const standing = {
      ...link({ base: 'out', mailchimp: null, civicrm: { history: saved } }),
      refusal: rejected({ mailchimp: null }).refusal,
    };
    expect(decideOne(standing)).toMatchObject(refused('rejected'));
  });

  test('a refusal that passes is tried again when its time has come, and not before', () => {
    expect(decideOne(rejected({ mailchimp: null }, NOW + 1))).toMatchObject({
      ...refused('rejected'),
      retryAt: NOW + 1,
    });
    expect(decideOne(rejected({ mailchimp: null }, NOW))).toMatchObject({ kind: 'change' });
  });

  test('what Mailchimp has forgotten stands, though there is nobody but the mark', () => {
    const mark = { status: 'absent', contactId: null, everSubscribed: false, forgotten: true } as const;
    expect(decideOne(link({ mailchimp: mark, base: 'out' }))).toMatchObject(refused('forgotten'));
  });

  test('"Member In Compliance State" is answered by asking, not by refusing for ever', () => {
    const member = { ...BY_ADMIN, inComplianceState: true };
    const given = link({
      mailchimp: member,
      base: 'out',
      refusal: { reason: 'compliance', fingerprint: fingerprintOf({ mailchimp: member }), retryAt: null },
    });
    expect(decideOne(given)).toMatchObject(written('pending'));
  });

  test('somebody’s best address that belongs to a member of a status that nobody knows is left alone', () => {
    const decisions = decide([
      joining(null, { id: 1 }),
      link({ id: 2, mailchimp: { status: 'unknown' }, civicrm: { contactId: contactId(2) } }),
    ]);
    expect(decisions).toMatchObject([
      refused('unknown-status'),
      { kind: 'refuse', reason: 'unknown-status' },
    ]);
  });

  test('whoever is asked at the best address is not asked for the sake of another', () => {
    const contact = { addresses: [ADDRESS, OTHER] };
    const decisions = decide([
      joining({ status: 'pending' }, { id: 1, civicrm: contact }),
      joining(
        { ...BY_ADMIN, address: OTHER, contactId: mailchimpContactId('mc-other') },
        { id: 2, civicrm: contact },
      ),
    ]);
    expect(decisions).toMatchObject([
      { kind: 'wait', rule: 'R6a', why: 'asked' },
      { kind: 'wait', rule: 'R4b', as: 'R6a', why: 'asked' },
    ]);
  });

  test('a flag that was taken away ends the refusal that rested on it', () => {
    const flagged = { mailchimp: null, civicrm: { flags: ['opted-out'] } } as const;
    const fingerprint = fingerprintOf(flagged, { flagged: 'refuse' });
    const cleared = link({
      mailchimp: null,
      base: 'out',
      refusal: { reason: 'flagged', fingerprint, retryAt: null },
    });
    expect(decideOne(cleared, under({ flagged: 'refuse' }))).toMatchObject({ kind: 'change' });
  });

  test('a second address ends the refusal of somebody whose only one had bounced', () => {
    const fingerprint = fingerprintOf({ mailchimp: { status: 'cleaned' } });
    const second = link({
      mailchimp: { status: 'cleaned' },
      civicrm: { addresses: [ADDRESS, OTHER] },
      base: 'out',
      refusal: { reason: 'cleaned', fingerprint, retryAt: null },
    });
    expect(decideOne(second)).toMatchObject({ writes: [{ address: OTHER }] });
  });

  test('mirrorRefusals removes the refused from the group, once however many addresses they have', () => {
    const contact = { addresses: [ADDRESS, OTHER] };
    const decisions = decide(
      [
        joining({ status: 'cleaned' }, { id: 1, civicrm: contact }),
        joining(
          { status: 'cleaned', address: OTHER, contactId: mailchimpContactId('mc-other') },
          { id: 2, civicrm: contact },
        ),
      ],
      under({ mirrorRefusals: 'on' }),
    );
    expect(decisions).toMatchObject([
      { kind: 'refuse', reason: 'cleaned' },
      { kind: 'refuse', reason: 'cleaned' },
    ]);
    expect(decisions.flatMap(writesOf)).toEqual([{ kind: 'remove-from-group', contactId: 1 }]);
  });

  test('mirrorRefusals leaves those alone who are refused for another reason than 2.3', () => {
    const undated = link({ civicrm: { group: 'Removed', history: [] } });
    expect(decideOne(undated, under({ mirrorRefusals: 'on' }))).toMatchObject({
      reason: 'undated',
      writes: [],
    });
  });
});

describe('2.3 and 2.7, flags', () => {
  const flagged = joining(null, { civicrm: { flags: ['deceased'] } });

  test('flagged=warn subscribes and lists them', () => {
    expect(decideOne(flagged)).toMatchObject({ ...written('if-new'), warnings: ['flagged'] });
  });

  test('flagged=refuse refuses them', () => {
    expect(decideOne(flagged, under({ flagged: 'refuse' }))).toMatchObject(refused('flagged'));
  });

  test('nobody who is in is removed because of a flag', () => {
    const inAlready = link({
      civicrm: { flags: ['opted-out', 'do-not-email', 'deceased'], hasHeldAddress: true },
      base: 'in',
    });
    expect(decideOne(inAlready, under({ flagged: 'refuse' }))).toMatchObject({ kind: 'agreed', side: 'in' });
  });
});
