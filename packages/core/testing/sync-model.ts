import { indexComponent } from '../src/decide/component.ts';
import { actBehind, newestId } from '../src/decide/group-history.ts';
import { observeAbsence, observeMember, observeOwnWrite } from '../src/decide/observe-member.ts';
import { planUpdates } from '../src/decide/plan-update.ts';
import { reconcile } from '../src/decide/reconcile.ts';
import { type Settlement, settleUpdate } from '../src/decide/settle-update.ts';
import { refusalFingerprint } from '../src/decide/subscribe.ts';
import type { Context } from '../src/decide/subscription.ts';
import type { Decision, Write } from '../src/domain/decision.ts';
import { addressKey, subscriberHash } from '../src/domain/email.ts';
import type { Base, Link, MailchimpFacts } from '../src/domain/facts.ts';
import type { Instant } from '../src/domain/instant.ts';
import type { MemberRecord } from '../src/domain/mailchimp-call.ts';
import type { Policies } from '../src/domain/policies.ts';
import type { PlannedUpdate } from '../src/domain/update.ts';
import { type AudienceModel, createAudience } from './audience-model.ts';
import { context, mailchimp, writesOf } from './factories.ts';
import { createGroup, type GroupModel } from './group-model.ts';
import { createRows, type Row } from './rows-model.ts';

/** A decision with the link that it is about. */
export interface Decided {
  readonly link: Link;
  readonly decision: Decision;
}

/** A confirmation mail that a round caused, with the acts in CiviCRM that it answers. */
export interface Mail {
  readonly address: string;
  readonly acts: readonly string[];
}

/** `lost`: writes take effect and nobody hears of it. */
export type Answers = 'heard' | 'lost';

/** Both systems in memory and ourselves between them, with the rules of decide/ and nothing else of ours. */
export interface SyncModel {
  readonly audience: AudienceModel;
  readonly group: GroupModel;
  readonly mails: readonly Mail[];
  /** Lets time pass. Milliseconds. */
  wait(ms: number): void;
  /** Reads both sides whole, decides, writes and settles. */
  round(answers?: Answers): readonly Decided[];
}

const NEVER_SEEN = { everSubscribed: false, changedAt: null, optedInAt: null } as const;

type MailchimpWrite = Extract<Write, { kind: 'subscribe' | 'remove-at-mailchimp' | 'change-address' }>;

export function createSync(policies: Partial<Policies>, start: Instant): SyncModel {
  let now = start;
  const audience = createAudience(() => now);
  const group = createGroup(() => now);
  const known = new Map<string, MailchimpFacts>();
  const rows = createRows(group, known);
  const mails: Mail[] = [];
  const rules = (): Context => context({ policies, now });

  /** fetch-mailchimp: who is there is observed, and who is not there any more. Being seen subscribed clears every refusal. */
  const observe = (): void => {
    const records = new Map(audience.records().map((record) => [addressKey(record.address), record]));
    for (const [key, record] of records) {
      const before = known.get(key) ?? null;
      // Erased and signed up again is another member at the same address.
      const isSame = before === null || before.contactId === null || before.contactId === record.contactId;
      known.set(key, observeMember(isSame ? before : null, record));
      if (record.status === 'subscribed') for (const row of rowsAt(key)) row.refusal = null;
    }
    for (const [key, facts] of known) if (!records.has(key)) known.set(key, observeAbsence(facts));
  };

  const rowsAt = (address: string): readonly Row[] => rows.list().filter(({ member }) => member === address);

  const decide = (component: readonly Row[]): readonly Decided[] => {
    const links = component.map(rows.factsOf);
    const reconciled = reconcile(links, rules());
    if (reconciled.kind === 'decided') return zip(links, reconciled.decisions);
    if (!reconciled.wanted.has('member')) throw new Error(`unread: ${[...reconciled.wanted].join()}`);
    // R4g: read singly, and really not there.
    for (const { member, base } of component) {
      const facts = member === null ? undefined : known.get(member);
      const isStale = facts?.status === 'absent' && base?.side === 'in';
      if (member !== null && facts !== undefined && isStale) known.set(member, { ...facts, status: 'gone' });
    }
    return decide(component);
  };

  /** The base moves when everything is confirmed. Whoever is asked has not agreed yet (R6a): their base stays. */
  const apply = (decided: readonly Decided[], answers: Answers): void => {
    for (const { link, decision } of decided) {
      const row = rows.of(link);
      const followers = decided.filter(
        (other) => other.decision.kind === 'follow' && other.decision.lead === link.id,
      );
      if (decision.kind === 'agreed') agree(row, decision.side, decision.byTrash);
      if (decision.kind === 'refuse') {
        const { reason, fingerprint, retryAt } = decision;
        row.refusal = { reason, fingerprint, retryAt };
      }
      const sharers = [link, ...followers.map((follower) => follower.link)];
      const isConfirmed = writesOf(decision).map((write) => perform(write, row, sharers, answers));
      if (decision.kind !== 'change' || decision.category === 'asked' || isConfirmed.includes(false))
        continue;
      agree(row, decision.side, decision.byTrash);
      for (const write of decision.writes) agreeAt(write);
      for (const follower of followers) {
        if (follower.decision.kind === 'follow') {
          agree(rows.of(follower.link), follower.decision.side, follower.decision.byTrash);
        }
      }
    }
  };

  const agree = (row: Row, side: Base['side'] | null, byTrash: true | undefined): void => {
    if (side === null) return; // R6a: an ask moves no base
    const { mailchimp, civicrm } = rows.factsOf(row);
    const historyId = newestId(civicrm?.history ?? null);
    row.base = {
      side,
      agreedAt: now,
      optedInAt: mailchimp?.optedInAt ?? null,
      historyId,
      byTrash: byTrash ?? false,
    };
    row.refusal = null;
  };

  /** A subscription may be led to by a link whose own member is at another address: the link that it was for is agreed as well. */
  const agreeAt = (write: Write): void => {
    if (write.kind !== 'subscribe') return;
    const address = addressKey(write.address);
    rows.attach(address, write.contactId);
    for (const row of rowsAt(address)) if (row.contact === write.contactId) agree(row, 'in', undefined);
  };

  /** True: confirmed, the base may move. */
  const perform = (write: Write, row: Row, sharers: readonly Link[], answers: Answers): boolean => {
    switch (write.kind) {
      case 'add-to-group':
        return group.write('Added', write.contactId);
      case 'remove-from-group':
        return group.write('Removed', write.contactId);
      case 'put-on-hold':
        return group.hold(write.contactId, write.address);
      case 'add-address':
        group.addAddress(write.contactId, write.address);
        return true;
      case 'create-contact':
        row.contact = group.addContact(write.address);
        return group.write('Added', row.contact);
      case 'subscribe':
      case 'remove-at-mailchimp':
        return submit(write, row, sharers, answers);
      default:
        throw new Error('this model pairs no interests and no fields');
    }
  };

  const submit = (write: MailchimpWrite, row: Row, sharers: readonly Link[], answers: Answers): boolean => {
    const address = write.kind === 'subscribe' ? addressKey(write.address) : (row.member ?? '');
    const target = known.get(address);
    const [update] = planUpdates([write], () =>
      target === undefined ? null : { ...target, id: subscriberHash(target.address) },
    );
    if (update === undefined) throw new Error('a write to Mailchimp without a call');
    const fingerprints = new Map(sharers.map((link) => [rows.of(link), fingerprintOf(link)]));
    if (write.kind === 'subscribe' && write.isAsk) {
      row.ask = { at: now, historyId: newestId(rows.factsOf(row).civicrm?.history ?? null) };
    }
    const mailsBefore = audience.mails.length;
    const settlement = send(update, answers);
    if (audience.mails.length > mailsBefore)
      mails.push({ address, acts: [...new Set(sharers.flatMap(actOf))] });
    if (settlement.kind === 'confirmed') confirm(settlement.member, address, row, write);
    if (settlement.kind === 'refused') refuse(settlement, address, fingerprints);
    return settlement.kind === 'confirmed';
  };

  const send = ({ calls, wantedStatus }: PlannedUpdate, answers: Answers): Settlement => {
    const [call, ...more] = calls;
    const outcome = audience.send(call);
    const heard = answers === 'lost' ? ({ kind: 'unknown', httpStatus: null } as const) : outcome;
    const [next, ...rest] = more;
    const settled = {
      wantedStatus,
      wantedAddress: null,
      hasNextCall: next !== undefined,
      attempts: 1,
      retries: 0,
    };
    const settlement = settleUpdate(settled, heard, now);
    if (settlement.kind !== 'next-call' || next === undefined) return settlement;
    return send({ kind: 'archive', calls: [next, ...rest], wantedStatus }, answers);
  };

  const fingerprintOf = ({ civicrm }: Link): string =>
    civicrm === null
      ? ''
      : refusalFingerprint(civicrm, indexComponent(rows.list().map(rows.factsOf)), rules().policies);

  const confirm = (member: MemberRecord | null, address: string, row: Row, write: MailchimpWrite): void => {
    const before = known.get(address) ?? null;
    row.member ??= address;
    const record = member ?? audience.find(address);
    if (record === null) {
      if (before !== null) known.set(address, observeAbsence(before));
      return;
    }
    const removalMethod = write.kind === 'remove-at-mailchimp' ? write.removalMethod : null;
    known.set(address, observeOwnWrite(before, record, removalMethod));
  };

  /** What Mailchimp said holds for everybody who wanted the write. */
  const refuse = (
    { reason, retryAt, mark }: Extract<Settlement, { kind: 'refused' }>,
    address: string,
    fingerprints: ReadonlyMap<Row, string>,
  ): void => {
    for (const [row, fingerprint] of fingerprints) row.refusal = { reason, fingerprint, retryAt };
    if (mark === null) return;
    // Of somebody who is not there the mark alone is remembered.
    const before =
      known.get(address) ?? mailchimp({ contactId: null, address, status: 'absent', ...NEVER_SEEN });
    known.set(address, {
      ...before,
      forgotten: before.forgotten || mark === 'forgotten',
      inComplianceState: before.inComplianceState || mark === 'in-compliance-state',
    });
  };

  const round = (answers: Answers = 'heard'): readonly Decided[] => {
    observe();
    rows.link();
    const decided = rows.components().flatMap(decide);
    apply(decided, answers);
    return decided;
  };

  const wait = (ms: number): void => {
    now += ms;
  };

  return { audience, group, mails, wait, round };
}

function zip(links: readonly Link[], decisions: readonly Decision[]): readonly Decided[] {
  return links.map((link, at) => {
    const decision = decisions[at];
    if (decision === undefined) throw new Error('a link without a decision');
    return { link, decision };
  });
}

function actOf({ civicrm }: Link): readonly string[] {
  if (civicrm === null) return [];
  return [`${civicrm.contactId}/${actBehind(civicrm.group, civicrm.history ?? [])?.id ?? 0}`];
}
