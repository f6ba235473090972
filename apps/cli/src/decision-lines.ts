import type { Wait } from '@mcsync/core/domain/decision';
import { REFUSAL_REASONS, type RefusalReason } from '@mcsync/core/domain/refusal';
import type { DecisionEntry, UpdateEntry } from '@mcsync/core/store/person-records';
import { DECISION_STATE_WORDS } from '@mcsync/core/words/decisions';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { relinkWords } from '@mcsync/core/words/relinks';
import { UPDATE_STATE_WORDS, UPDATE_WORDS } from '@mcsync/core/words/updates';
import { WAIT_WORDS } from '@mcsync/core/words/waits';
import { writeWords } from '@mcsync/core/words/writes';
import pc from 'picocolors';
import { indented, moment } from './format.ts';
import { withMoments } from './moments.ts';

/** One decision: when and by which rule, what it wanted, what it rested on, and what came of it. */
export function decisionLines(decision: DecisionEntry): readonly string[] {
  const { createdAt, runId, rule, ruleAs, state, decidedBy, updates } = decision;
  const origin = runId === null ? 'outside a run' : `run ${runId}`;
  const ruled = ruleAs === null ? rule : `${rule} → ${ruleAs}`;
  const by = decidedBy === null ? '' : `, by ${decidedBy}`;
  return [
    `${moment(createdAt)}  ${origin}  ${pc.cyan(ruled)}  ${wantedWords(decision)} (${DECISION_STATE_WORDS[state]}${by})`,
    ...indented([pc.dim(`rested on: ${factWords(decision)}`), ...updates.flatMap(updateLines)]),
  ];
}

function wantedWords(decision: DecisionEntry): string {
  if (decision.facts.relink !== undefined) return relinkWords(decision.facts.relink);
  const wait = waitReasonOf(decision);
  const refusal = refusalReasonOf(decision);
  if (wait !== null) return `wait: ${WAIT_WORDS[wait]}`;
  const writes = decision.writes.map(writeWords).join(', then ');
  if (refusal !== null)
    return `refuse: ${REFUSAL_WORDS[refusal].what}${writes === '' ? '' : ` And ${writes}`}`;
  return decision.kind === 'follow' ? 'as decided for another address or contact of theirs' : writes;
}

/** M, C and B as they were when it was decided. */
function factWords({
  facts: { mailchimp, civicrm, base, leftBy, groupSince, mailchimpChangedAt },
}: DecisionEntry): string {
  const at = (iso: string | null) => (iso === null ? '' : ` since ${moment(new Date(iso))}`);
  const left = leftBy === null ? '' : ` by ${LEAVER_WORDS[leftBy] ?? leftBy}`;
  const state = civicrm === null || civicrm.state === 'live' ? '' : ` (${civicrm.state})`;
  return [
    `Mailchimp ${mailchimp === null ? 'nobody' : `${mailchimp.status}${left}${at(mailchimpChangedAt)}`}`,
    `CiviCRM ${civicrm === null ? 'nobody' : `${civicrm.group}${state}${at(groupSince)}`}`,
    `agreed ${base === null ? 'never' : base.side}`,
  ].join('; ');
}

const LEAVER_WORDS: Readonly<Record<string, string>> = {
  person: 'their own will',
  administrator: 'an administrator',
  us: 'us',
};

function updateLines({ kind, state, attempts, settledAt, answer }: UpdateEntry): readonly string[] {
  const tries = attempts > 1 ? `, tried ${attempts} times` : '';
  const when = settledAt === null ? '' : `, ${moment(settledAt)}`;
  return [
    `at Mailchimp: ${UPDATE_WORDS[kind]}: ${UPDATE_STATE_WORDS[state]}${when}${tries}`,
    ...(answer === null ? [] : [`Mailchimp's words: "${answer}"`]),
  ];
}

/** Why a decision waits; null where it does not. */
export function waitReasonOf({ kind, reason }: DecisionEntry): Wait['why'] | null {
  if (kind !== 'wait') return null;
  return Object.keys(WAIT_WORDS).find((why): why is Wait['why'] => why === reason) ?? null;
}

function refusalReasonOf({ kind, reason }: DecisionEntry): RefusalReason | null {
  return kind === 'refuse' ? (REFUSAL_REASONS.find((known) => known === reason) ?? null) : null;
}

/** The same for programs. */
export function decisionJson(decision: DecisionEntry) {
  const { mailchimp, base, ...facts } = decision.facts;
  return {
    ...decision,
    facts: { ...facts, mailchimp: withMoments(mailchimp), base: withMoments(base) },
    words: wantedWords(decision),
    outcome: DECISION_STATE_WORDS[decision.state],
  };
}
