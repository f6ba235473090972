import type { UpdateKind, UpdateState } from '../domain/update.ts';

/** What a change for Mailchimp does. */
export const UPDATE_WORDS: Readonly<Record<UpdateKind, string>> = {
  subscribe: 'subscribe',
  ask: 'ask them to confirm',
  unsubscribe: 'unsubscribe',
  archive: 'archive',
  withdraw: 'take the ask back',
  erase: 'delete permanently',
  move: 'change the address',
  update: 'change interests, fields or tags',
};

/** What became of a change for Mailchimp. */
export const UPDATE_STATE_WORDS: Readonly<Record<UpdateState, string>> = {
  queued: 'waits to be sent',
  submitted: 'is at Mailchimp',
  confirmed: 'Mailchimp has confirmed it',
  refused: 'Mailchimp has refused it',
  differs: 'Mailchimp says something else, which was decided afresh',
  unknown: 'nobody knows what came of it, so they were read and decided afresh',
  withdrawn: 'a later decision took its place before it was sent',
};
