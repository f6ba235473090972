import type { Member, MemberStatus } from './member.ts';

/** A member's status as far as it decides what the API may make of it; more than the API shows. */
export type MemberState =
  | 'absent'
  | 'subscribed'
  | 'unsubscribed-by-admin' // or by the API
  | 'unsubscribed-by-person'
  | 'cleaned'
  | 'pending'
  | 'pending-after-leaving' // asked again after an own unsubscription
  | 'transactional'
  | 'archived'
  | 'archived-after-leaving' // archived after an own unsubscription or a bounce
  | 'forgotten';

export type Outcome =
  | 'ok'
  | 'ok-with-mail' // and a confirmation mail goes out
  | 'unchanged' // 200, the status stays; the rest of the request still applies
  | 'compliance' // 400 Member In Compliance State
  | 'forgotten' // 400 Forgotten Email Not Subscribed
  | 'refused' // 400 Invalid Resource
  | 'not-allowed' // 405
  | 'not-found'; // 404

/** One cell of the table, as a setting names it: `archived>pending`. */
export type Cell = `${MemberState}>${MemberStatus}`;
export type TransitionOverrides = Readonly<Partial<Record<Cell, Outcome>>>;

/** Reference 4.2. Its columns; `archived` is asked for by DELETE. Cells that it marks GUESS have the stricter reading here. */
const TABLE: Readonly<Record<MemberState, Readonly<Record<MemberStatus, Outcome>>>> = {
  absent: {
    subscribed: 'ok',
    unsubscribed: 'ok',
    pending: 'ok-with-mail',
    cleaned: 'ok',
    transactional: 'ok',
    archived: 'not-found',
  },
  subscribed: {
    subscribed: 'unchanged',
    unsubscribed: 'ok',
    pending: 'refused', // GUESS: ok, sends mail
    cleaned: 'ok',
    transactional: 'refused', // GUESS: ignored or refused
    archived: 'ok',
  },
  'unsubscribed-by-admin': {
    subscribed: 'ok',
    unsubscribed: 'unchanged',
    pending: 'ok-with-mail',
    cleaned: 'refused', // GUESS: ok
    transactional: 'refused', // GUESS
    archived: 'ok',
  },
  'unsubscribed-by-person': {
    subscribed: 'compliance',
    unsubscribed: 'unchanged',
    pending: 'ok-with-mail',
    cleaned: 'refused', // GUESS: ok
    transactional: 'refused', // GUESS
    archived: 'ok',
  },
  cleaned: {
    subscribed: 'compliance',
    unsubscribed: 'compliance', // not established
    pending: 'compliance', // not established; "treat as refused"
    cleaned: 'unchanged',
    transactional: 'compliance', // not established
    archived: 'not-allowed',
  },
  pending: {
    subscribed: 'ok',
    unsubscribed: 'ok',
    pending: 'unchanged', // no second mail
    cleaned: 'refused', // GUESS: ok
    transactional: 'refused', // GUESS
    archived: 'not-allowed',
  },
  'pending-after-leaving': {
    subscribed: 'compliance', // GUESS
    unsubscribed: 'ok',
    pending: 'unchanged',
    cleaned: 'refused', // GUESS: ok
    transactional: 'refused', // GUESS
    archived: 'not-allowed',
  },
  transactional: {
    subscribed: 'ok',
    unsubscribed: 'refused', // GUESS: ok
    pending: 'ok-with-mail',
    cleaned: 'refused', // GUESS: ok
    transactional: 'unchanged',
    archived: 'not-allowed', // GUESS: ok
  },
  archived: {
    subscribed: 'ok',
    unsubscribed: 'refused', // GUESS: ok
    pending: 'ok-with-mail', // GUESS, kept: asking is the strict way back, refusing it would leave none at all
    cleaned: 'refused', // GUESS: ok
    transactional: 'refused', // GUESS
    archived: 'not-allowed',
  },
  'archived-after-leaving': {
    subscribed: 'compliance', // GUESS
    unsubscribed: 'refused', // GUESS: ok
    pending: 'ok-with-mail', // GUESS, kept for the same reason
    cleaned: 'refused', // GUESS: ok
    transactional: 'refused', // GUESS
    archived: 'not-allowed',
  },
  forgotten: {
    subscribed: 'forgotten',
    unsubscribed: 'forgotten',
    pending: 'forgotten',
    cleaned: 'forgotten',
    transactional: 'forgotten',
    archived: 'not-found',
  },
};

/** What the API does when asked to bring somebody from a state to a status. */
export function transition(from: MemberState, to: MemberStatus, overrides: TransitionOverrides): Outcome {
  return overrides[`${from}>${to}`] ?? TABLE[from][to];
}

/** The row of the table that a member stands in. */
export function stateOf(member: Member): MemberState {
  switch (member.status) {
    case 'unsubscribed':
      return member.hasLeftThemselves ? 'unsubscribed-by-person' : 'unsubscribed-by-admin';
    case 'pending':
      return member.hasLeftThemselves ? 'pending-after-leaving' : 'pending';
    case 'archived':
      return member.hasLeftThemselves || member.statusBeforeArchive === 'cleaned'
        ? 'archived-after-leaving'
        : 'archived';
    default:
      return member.status;
  }
}
