import { RULE_WORDS } from './rules.ts';

/** Ids of the page that no decision carries: sections, events and invariants, each in a sentence. */
const OTHER_WORDS = {
  '2': 'Subscription: what both sides last agreed, and what each says now.',
  '2.2': 'How somebody is removed at Mailchimp.',
  '2.4': 'Which of a contact’s addresses is the best one.',
  '2.7':
    'Only membership of the group counts; marks of a contact are told, and change nothing by themselves.',
  '6': 'Changes of address.',
  '8': 'What may happen without a person, and what waits for approval.',
  '9': 'Clocks of the two systems, and how changes are found.',
  E1: 'A contact is added at Mailchimp.',
  E2: 'Somebody unsubscribes at Mailchimp.',
  E3: 'Mail to somebody bounces, and Mailchimp cleans them.',
  E4: 'Somebody is archived at Mailchimp.',
  E5: 'Somebody is permanently deleted at Mailchimp.',
  E6: 'Interests change at Mailchimp.',
  E7: 'Other data changes at Mailchimp.',
  E8: 'Somebody is added in CiviCRM.',
  E9: 'Somebody is removed in CiviCRM.',
  E10: 'A membership is deleted in CiviCRM.',
  E14: 'Somebody is added to an interest group.',
  E15: 'Somebody is removed from an interest group.',
  E16: 'An interest group is deleted or disabled.',
  E17: 'The subscription group is deleted or disabled.',
  E18: 'Other data changes in CiviCRM.',
  E19: 'The audience is deleted, the key revoked, the account suspended.',
  E20: 'An interest is deleted at Mailchimp.',
  E21: 'The group becomes smart, or gains a child.',
  E22: 'Two runs are asked for at once.',
  E23: 'A side shrinks impossibly.',
  E24: 'Our own rights shrink.',
  E25: 'Our own writes come back as changes.',
  E26: 'CiviCRM, or our own database, is restored from a backup.',
  E27: 'Our database is copied to a second installation.',
  I1: 'After changes stop, two runs later both sides agree or say why not, and a further run writes nothing.',
  I2: 'Nobody who left by their own will is subscribed again without being asked.',
  I3: 'Nobody is removed from either side without a decision on record that names the rule and the facts.',
  I4: 'A run that cannot read everything it needs writes nothing.',
  I5: 'Nobody is mailed a confirmation twice for one act.',
  I6: 'Runs of one connection never touch another.',
  I7: 'No decision rests on a change that our own write made.',
} as const;

/** Every id of the rules with its meaning, for the table in docs/rules.md. What is not on the page (`unlisted`, `undo`) is left out. */
export function listRules(): ReadonlyMap<string, string> {
  const { unlisted: _, undo: __, ...decided } = RULE_WORDS;
  const entries = Object.entries({ ...OTHER_WORDS, ...decided });
  return new Map(entries.toSorted(([one], [other]) => compareIds(one, other)));
}

/** Sections by number, then A, E, I, R; each by number, then letter. */
function compareIds(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
