import { addressKey, subscriberHash } from '../src/domain/email.ts';
import type { MailchimpStatus } from '../src/domain/facts.ts';
import type { Instant } from '../src/domain/instant.ts';
import type { CallOutcome, MemberCall, MemberRecord } from '../src/domain/mailchimp-call.ts';

/** One person as Mailchimp keeps them. `isUnwilling`: left by their own hand, which Mailchimp never forgets until they come back by it. */
interface Person {
  readonly contactId: string;
  readonly address: string;
  status: MailchimpStatus;
  changedAt: Instant;
  optedInAt: Instant | null;
  reason: string;
  isUnwilling: boolean;
}

/** What people and administrators do at Mailchimp; an act that makes no sense for somebody's state does nothing. */
export type MailchimpAct =
  | 'sign-up'
  | 'sign-up-double'
  | 'confirm'
  | 'leave'
  | 'admin-removes'
  | 'admin-restores'
  | 'admin-archives'
  | 'bounces'
  | 'buys'
  | 'erased';

/** An audience in memory, as far as the rules can tell it from the real one (mailchimp-api.md 4.2). Confirmation mails that our calls caused are counted. */
export interface AudienceModel {
  act(kind: MailchimpAct, address: string): void;
  send(call: MemberCall): CallOutcome;
  find(address: string): MemberRecord | null;
  records(): readonly MemberRecord[];
  readonly mails: string[];
}

const BY_ADMIN = 'N/A (Unsubscribed by admin)';

export function createAudience(now: () => Instant): AudienceModel {
  const people = new Map<string, Person>();
  const forgotten = new Set<string>();
  const mails: string[] = [];
  let made = 0;

  const create = (address: string, status: MailchimpStatus): Person => {
    made += 1;
    const optedInAt = status === 'subscribed' ? now() : null;
    const person = {
      contactId: `mc-${made}`,
      address,
      status,
      changedAt: now(),
      optedInAt,
      reason: '',
      isUnwilling: false,
    };
    people.set(addressKey(address), person);
    return person;
  };
  const move = (person: Person, status: MailchimpStatus, reason = ''): void => {
    if (person.status === status) return;
    Object.assign(person, { status, reason, changedAt: now() });
  };
  const ask = (person: Person): void => {
    move(person, 'pending');
    mails.push(addressKey(person.address));
  };

  const signUp = (address: string): void => {
    forgotten.delete(addressKey(address));
    const person = people.get(addressKey(address)) ?? create(address, 'subscribed');
    if (person.status === 'cleaned') return;
    move(person, 'subscribed');
    Object.assign(person, { optedInAt: now(), isUnwilling: false });
  };

  const act = (kind: MailchimpAct, address: string): void => {
    const person = people.get(addressKey(address));
    const isIn = person?.status === 'subscribed';
    if (kind === 'sign-up') signUp(address);
    else if (kind === 'sign-up-double') {
      if (person === undefined && !forgotten.has(addressKey(address))) create(address, 'pending');
      else if (person !== undefined && ['unsubscribed', 'archived'].includes(person.status))
        move(person, 'pending');
    } else if (kind === 'buys') {
      if (person === undefined && !forgotten.has(addressKey(address))) create(address, 'transactional');
    } else if (person === undefined) return;
    else if (kind === 'confirm' && person.status === 'pending') signUp(address);
    else if (kind === 'leave' && isIn) {
      move(person, 'unsubscribed', 'No longer interested');
      person.isUnwilling = true;
    } else if (kind === 'admin-removes' && isIn) move(person, 'unsubscribed', BY_ADMIN);
    else if (kind === 'admin-restores' && !isIn && !person.isUnwilling && person.status !== 'cleaned')
      move(person, 'subscribed');
    else if (kind === 'admin-archives' && !['cleaned', 'pending'].includes(person.status))
      move(person, 'archived');
    else if (kind === 'bounces' && isIn) move(person, 'cleaned');
    else if (kind === 'erased') {
      people.delete(addressKey(address));
      forgotten.add(addressKey(address));
    }
  };

  const byKey = (key: string): Person | undefined =>
    [...people.values()].find(
      ({ contactId, address }) => contactId === key || subscriberHash(address) === key,
    );

  const put = ({
    email_address: address,
    status,
    status_if_new: ifNew,
  }: Extract<MemberCall, { kind: 'put' }>['body']): CallOutcome => {
    const person = people.get(addressKey(address));
    if (person === undefined) {
      if (forgotten.has(addressKey(address))) return refused('Forgotten Email Not Subscribed');
      const made = create(address, status ?? ifNew ?? 'subscribed');
      if (made.status === 'pending') mails.push(addressKey(address));
      return done(made);
    }
    if (status === undefined || status === person.status) return done(person);
    if (person.status === 'cleaned') return refused('Member In Compliance State');
    if (status === 'pending') ask(person);
    else if (person.isUnwilling) return refused('Member In Compliance State');
    else move(person, status);
    return done(person);
  };

  /** A2: only of somebody subscribed, and to an address that nobody has or ever had. */
  const moveTo = (person: Person, address: string): CallOutcome => {
    const key = addressKey(address);
    if (person.status !== 'subscribed' || people.has(key) || forgotten.has(key))
      return refused('Invalid Resource');
    people.delete(addressKey(person.address));
    people.set(key, Object.assign(person, { address, changedAt: now() }));
    return done(person);
  };

  const send = (call: MemberCall): CallOutcome => {
    if (call.kind === 'put') return put(call.body);
    const person = byKey(call.key);
    if (person === undefined) return refused('Resource Not Found', 404);
    if (call.kind === 'patch') {
      if (person.status === 'cleaned') return refused('Member In Compliance State');
      const { status, email_address: address } = call.body;
      if (address !== undefined) return moveTo(person, address);
      if (status !== undefined) move(person, status, BY_ADMIN);
      return done(person);
    }
    if (call.kind === 'delete-permanent') {
      act('erased', person.address);
      return { kind: 'done', httpStatus: 204, member: null };
    }
    if (['cleaned', 'pending', 'archived'].includes(person.status)) return refused('Method Not Allowed', 405);
    move(person, 'archived');
    return { kind: 'done', httpStatus: 204, member: null };
  };

  return {
    act,
    send,
    find: (address) => recordOf(people.get(addressKey(address))),
    records: () => [...people.values()].flatMap((person) => recordOf(person) ?? []),
    mails,
  };
}

const refused = (title: string, httpStatus = 400): CallOutcome => ({
  kind: 'refused',
  httpStatus,
  title,
  detail: '',
});
const done = (person: Person): CallOutcome => ({ kind: 'done', httpStatus: 200, member: recordOf(person) });

function recordOf(person: Person): MemberRecord;
function recordOf(person: Person | undefined): MemberRecord | null;
function recordOf(person: Person | undefined): MemberRecord | null {
  if (person === undefined) return null;
  const { contactId, address, status, changedAt, optedInAt, reason } = person;
  return {
    contactId,
    id: subscriberHash(address),
    address,
    status,
    changedAt,
    optedInAt,
    signedUpAt: null,
    unsubscribeReason: status === 'unsubscribed' ? reason : '',
    firstName: '',
    lastName: '',
  };
}
