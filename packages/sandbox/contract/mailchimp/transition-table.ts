import type { MemberSeed } from '../../src/mailchimp/new-member.ts';
import type { Cell, MemberState, Outcome } from '../../src/mailchimp/transitions.ts';

/** What a cell asks for; `archived` is asked for by DELETE. */
export const COLUMNS = [
  'subscribed',
  'unsubscribed',
  'pending',
  'cleaned',
  'transactional',
  'archived',
] as const;

const COMPLIANCE = '400 Member In Compliance State';
const FORGOTTEN = '400 Forgotten Email Not Subscribed';
const INVALID = '400 Invalid Resource';
const NOT_ALLOWED = '405 Method Not Allowed';
const MISSING = '404 Resource Not Found';
const EXISTS = '400 Member Exists';

type Row = readonly [string, string, string, string, string, string];

/** Reference 4.2 by PUT and DELETE, a row for each state and a cell for each of `COLUMNS`; the stricter reading where it guesses. */
export const PUT_CELLS: Readonly<Record<MemberState, Row>> = {
  absent: ['subscribed', 'unsubscribed', 'pending +1 mail', 'cleaned', 'transactional', MISSING],
  subscribed: ['subscribed', 'unsubscribed', INVALID, 'cleaned', INVALID, 'archived'],
  'unsubscribed-by-admin': ['subscribed', 'unsubscribed', 'pending +1 mail', INVALID, INVALID, 'archived'],
  'unsubscribed-by-person': [COMPLIANCE, 'unsubscribed', 'pending +1 mail', INVALID, INVALID, 'archived'],
  cleaned: [COMPLIANCE, COMPLIANCE, COMPLIANCE, 'cleaned', COMPLIANCE, NOT_ALLOWED],
  pending: ['subscribed', 'unsubscribed', 'pending', INVALID, INVALID, NOT_ALLOWED],
  'pending-after-leaving': [COMPLIANCE, 'unsubscribed', 'pending', INVALID, INVALID, NOT_ALLOWED],
  transactional: ['subscribed', INVALID, 'pending +1 mail', INVALID, 'transactional', NOT_ALLOWED],
  archived: ['subscribed', INVALID, 'pending +1 mail', INVALID, INVALID, NOT_ALLOWED],
  'archived-after-leaving': [COMPLIANCE, INVALID, 'pending +1 mail', INVALID, INVALID, NOT_ALLOWED],
  forgotten: [FORGOTTEN, FORGOTTEN, FORGOTTEN, FORGOTTEN, FORGOTTEN, MISSING],
};

export const STATES = Object.keys(PUT_CELLS) as readonly MemberState[];

/** PATCH does as PUT to whoever is there, and makes nobody. */
export const patchCell = (state: MemberState, column: number): string =>
  state === 'absent' || state === 'forgotten' ? MISSING : (PUT_CELLS[state][column] ?? '');

/** POST adds and brings back; whoever is there already is refused, those who left or bounced in words of their own. */
export function postCell(state: MemberState, column: number): string {
  switch (state) {
    case 'absent':
    case 'forgotten':
    case 'archived':
    case 'archived-after-leaving':
      return PUT_CELLS[state][column] ?? '';
    case 'unsubscribed-by-person':
    case 'cleaned':
      return COMPLIANCE;
    default:
      return EXISTS;
  }
}

/** Every cell that the reference guesses or has not established: what a setting may make of it, and what then comes of it by PUT. */
export const SWITCHES: readonly (readonly [cell: Cell, setting: Outcome, outcome: string])[] = [
  ['subscribed>pending', 'ok-with-mail', 'pending +1 mail'],
  ['subscribed>transactional', 'unchanged', 'subscribed'],
  ['unsubscribed-by-admin>cleaned', 'ok', 'cleaned'],
  ['unsubscribed-by-admin>transactional', 'ok', 'transactional'],
  ['unsubscribed-by-person>cleaned', 'ok', 'cleaned'],
  ['unsubscribed-by-person>transactional', 'ok', 'transactional'],
  ['cleaned>unsubscribed', 'ok', 'unsubscribed'],
  ['cleaned>pending', 'ok-with-mail', 'pending +1 mail'],
  ['cleaned>transactional', 'ok', 'transactional'],
  ['pending>cleaned', 'ok', 'cleaned'],
  ['pending>transactional', 'ok', 'transactional'],
  ['pending-after-leaving>subscribed', 'ok', 'subscribed'],
  ['pending-after-leaving>cleaned', 'ok', 'cleaned'],
  ['pending-after-leaving>transactional', 'ok', 'transactional'],
  ['transactional>unsubscribed', 'ok', 'unsubscribed'],
  ['transactional>cleaned', 'ok', 'cleaned'],
  ['transactional>archived', 'ok', 'archived'],
  ['archived>unsubscribed', 'ok', 'unsubscribed'],
  ['archived>pending', 'refused', INVALID],
  ['archived>cleaned', 'ok', 'cleaned'],
  ['archived>transactional', 'ok', 'transactional'],
  ['archived-after-leaving>subscribed', 'ok', 'subscribed'],
  ['archived-after-leaving>unsubscribed', 'ok', 'unsubscribed'],
  ['archived-after-leaving>pending', 'refused', INVALID],
  ['archived-after-leaving>cleaned', 'ok', 'cleaned'],
  ['archived-after-leaving>transactional', 'ok', 'transactional'],
];

/** How somebody gets into each state. */
export const SEEDS: Readonly<
  Record<Exclude<MemberState, 'absent' | 'forgotten'>, Omit<MemberSeed, 'email'>>
> = {
  subscribed: { status: 'subscribed' },
  'unsubscribed-by-admin': { status: 'unsubscribed', unsubscribedBy: 'admin' },
  'unsubscribed-by-person': { status: 'unsubscribed', unsubscribedBy: 'person' },
  cleaned: { status: 'cleaned' },
  pending: { status: 'pending' },
  'pending-after-leaving': { status: 'pending', hasLeftThemselves: true },
  transactional: { status: 'transactional' },
  archived: { status: 'archived', statusBeforeArchive: 'subscribed' },
  'archived-after-leaving': {
    status: 'archived',
    statusBeforeArchive: 'unsubscribed',
    hasLeftThemselves: true,
  },
};
