import type { RuleId, Wait } from '@mcsync/core/domain/decision';
import type { CivicrmFacts, Link, MailchimpFacts } from '@mcsync/core/domain/facts';
import type { SyncStatus } from '@mcsync/core/domain/member';
import type { PersonRecord } from '@mcsync/core/store/person-records';
import { FIELD_NOTE_WORDS } from '@mcsync/core/words/field-notes';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { GROUP_STATUS_WORDS, MEMBER_STATUS_WORDS } from '@mcsync/core/words/sides';
import { WAIT_WORDS } from '@mcsync/core/words/waits';
import { FLAG_WORDS, WARNING_WORDS } from '@mcsync/core/words/warnings';
import pc from 'picocolors';
import { decisionJson, decisionLines, waitReasonOf } from './decision-lines.ts';
import { columns, indented, moment } from './format.ts';
import { withMoments } from './moments.ts';

/** One link of a person as people read it: both sides, what they agreed, how it stands, why, and what happened before. */
export function personLines(record: PersonRecord): readonly string[] {
  const { link, decisions } = record;
  const facts: readonly (readonly [string, string])[] = [
    ['Mailchimp', mailchimpWords(link.mailchimp)],
    ['CiviCRM', civicrmWords(link.civicrm, record.isCovered)],
    ['Agreed', agreedWords(link)],
    ...statusRows(record),
    ...(record.rule === null ? [] : [['Rule', ruleWords(record.rule, record.ruleAs)] as const]),
    ...record.warnings.map((warning) => ['Warning', WARNING_WORDS[warning]] as const),
    ...record.fieldNotes.map(
      ({ mergeTag, why }) => ['Field', `${mergeTag} ${FIELD_NOTE_WORDS[why]}`] as const,
    ),
  ];
  return indented([
    ...columns(facts.map(([title, words]) => [pc.bold(title), words])),
    ...(decisions.length === 0
      ? [pc.dim('No decision was recorded: agreement leaves none.')]
      : ['', pc.bold('What was decided, newest first'), ...decisions.flatMap(decisionLines)]),
  ]);
}

function mailchimpWords(facts: MailchimpFacts | null): string {
  if (facts === null) return 'nobody with their best address';
  const said = [
    `${facts.address} is ${MEMBER_STATUS_WORDS[facts.status]}`,
    ...(facts.changedAt === null ? [] : [`changed ${moment(facts.changedAt)}`]),
    ...(facts.optedInAt === null ? [] : [`opted in ${moment(facts.optedInAt)}`]),
    ...(facts.unsubscribeReason === '' ? [] : [`gave as reason "${facts.unsubscribeReason}"`]),
    ...(facts.ownWrite?.status === facts.status ? ['made so by us'] : []),
    ...(facts.leftByOwnWill ? ['left by their own will'] : []),
    ...(facts.forgotten ? ['Mailchimp has said "Forgotten Email Not Subscribed"'] : []),
    ...(facts.inComplianceState ? ['Mailchimp has said "Member In Compliance State"'] : []),
  ];
  return said.join(', ');
}

function civicrmWords(facts: CivicrmFacts | null, isCovered: boolean): string {
  if (facts === null) return 'no contact with this address';
  const said = [
    `contact ${facts.contactId}${facts.state === 'live' ? '' : ` (${facts.state})`} is ${GROUP_STATUS_WORDS[facts.group]}`,
    facts.addresses.length === 0
      ? 'no usable address'
      : `addresses, best first: ${facts.addresses.join(', ')}`,
    ...(facts.hasHeldAddress ? ['an address is on hold'] : []),
    ...facts.flags.map((flag) => FLAG_WORDS[flag]),
    ...(isCovered ? ['shares the address with the contact that the member is matched with'] : []),
  ];
  return said.join('; ');
}

function agreedWords({ base }: Link): string {
  if (base === null) return 'never';
  return `${base.side}, ${moment(base.agreedAt)}${base.byTrash ? ', because the contact was put in the trash' : ''}`;
}

const STATUS_WORDS: Readonly<Record<SyncStatus, string>> = {
  todo: 'to be looked at by the next sync',
  live: 'a change is under way',
  ok: 'agreed',
  fail: 'cannot be agreed',
};

/** The sync status; of a refusal its reason and what to do, of a wait what it waits for. */
function statusRows(record: PersonRecord): readonly (readonly [string, string])[] {
  const { syncStatus, link } = record;
  const { refusal } = link;
  if (syncStatus === 'fail' && refusal !== null) {
    const { what, remedy } = REFUSAL_WORDS[refusal.reason];
    const again =
      refusal.retryAt === null ? '' : ` It is tried again by itself from ${moment(refusal.retryAt)}.`;
    return [
      ['Status', `${pc.red(STATUS_WORDS.fail)} (${refusal.reason}): ${what}`],
      ['To do', `${remedy}${again}`],
    ];
  }
  const wait = currentWait(record);
  const paint = syncStatus === 'ok' ? pc.green : pc.yellow;
  if (wait !== null) return [['Status', `${paint('waits')} (${wait}): ${WAIT_WORDS[wait]}`]];
  return [['Status', `${paint(STATUS_WORDS[syncStatus])} (${syncStatus})`]];
}

const ruleWords = (rule: RuleId, as: RuleId | null): string =>
  `${rule}: ${RULE_WORDS[rule]}${as === null ? '' : ` The outcome is that of ${as}.`}`;

/**
 * What they wait for now. Whom an update of ours has made pending waits without a decision that says so; agreement leaves no decision behind, so that the newest one may be of another rule than the
 * row's.
 */
function currentWait({ link: { mailchimp, civicrm }, rule, decisions }: PersonRecord): Wait['why'] | null {
  if (mailchimp?.status === 'pending' && civicrm?.group === 'Added') return 'asked';
  const [newest] = decisions;
  return newest !== undefined && newest.rule === rule ? waitReasonOf(newest) : null;
}

/** The same for programs, with the sentences that people read. */
export function personJson(record: PersonRecord) {
  const { link, isCovered, syncStatus, rule, ruleAs, warnings, updatedAt, decisions } = record;
  const wait = currentWait(record);
  return {
    memberId: link.id,
    mailchimp: withMoments(link.mailchimp),
    civicrm: link.civicrm && withoutHistory(link.civicrm),
    agreed: withMoments(link.base),
    isCovered,
    syncStatus,
    reason: link.refusal?.reason ?? null,
    waitsFor: wait,
    explanation: explanationOf(record),
    rule: rule === null ? null : { id: rule, as: ruleAs, words: RULE_WORDS[rule] },
    warnings: warnings.map((code) => ({ code, words: WARNING_WORDS[code] })),
    fieldNotes: record.fieldNotes.map((note) => ({ ...note, words: FIELD_NOTE_WORDS[note.why] })),
    updatedAt,
    decisions: decisions.map(decisionJson),
  };
}

/** History is read for decisions and not kept. */
function withoutHistory({ history: _, ...facts }: CivicrmFacts) {
  return facts;
}

function explanationOf(record: PersonRecord): string {
  const { syncStatus, link } = record;
  if (syncStatus === 'fail' && link.refusal !== null) {
    const { what, remedy } = REFUSAL_WORDS[link.refusal.reason];
    return `${what} ${remedy}`;
  }
  const wait = currentWait(record);
  return wait === null ? STATUS_WORDS[syncStatus] : WAIT_WORDS[wait];
}
