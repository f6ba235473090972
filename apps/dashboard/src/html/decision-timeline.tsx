import { REFUSAL_REASONS } from '@mcsync/core/domain/refusal';
import type { DecisionEntry, UpdateEntry } from '@mcsync/core/store/person-records';
import { DECISION_STATE_WORDS } from '@mcsync/core/words/decisions';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { relinkWords } from '@mcsync/core/words/relinks';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { UPDATE_STATE_WORDS, UPDATE_WORDS } from '@mcsync/core/words/updates';
import { WAIT_WORDS } from '@mcsync/core/words/waits';
import { writeWords } from '@mcsync/core/words/writes';
import { factWords } from './change-table.tsx';
import { Moment } from './moment.tsx';

/** Everything that was decided about somebody, newest first: by which rule, on which facts, and what came of it. */
export function DecisionTimeline({ decisions }: { readonly decisions: readonly DecisionEntry[] }) {
  if (decisions.length === 0) return <p>Nothing had to be decided: agreement leaves no decision behind.</p>;
  return (
    <ol class="timeline">
      {decisions.map((decision) => (
        <Entry key={decision.id} decision={decision} />
      ))}
    </ol>
  );
}

function Entry({ decision }: { readonly decision: DecisionEntry }) {
  const { createdAt, runId, rule, ruleAs, state, decidedBy, updates } = decision;
  return (
    <li>
      <p>
        <Moment at={createdAt} />{' '}
        {runId === null ? 'outside a run' : <a href={`/runs/${runId}`}>run {runId}</a>}
        {': '}
        <strong>{wantedWords(decision)}</strong>
      </p>
      <p>
        Rule {rule}: {RULE_WORDS[rule]}
        {ruleAs !== null && ` The outcome is that of ${ruleAs}: ${RULE_WORDS[ruleAs]}`}
      </p>
      <p class="quiet">It rested on: {factWords(decision.facts)}.</p>
      <p>
        {DECISION_STATE_WORDS[state]}
        {decidedBy !== null && `, by ${decidedBy}`}
      </p>
      {updates.map((update) => (
        <Update key={update.id} update={update} />
      ))}
    </li>
  );
}

function wantedWords({ kind, reason, writes, facts: { relink } }: DecisionEntry): string {
  if (relink !== undefined) return relinkWords(relink);
  const written = writes.map(writeWords).join(', then ');
  if (kind === 'wait')
    return Object.entries(WAIT_WORDS).find(([why]) => why === reason)?.[1] ?? 'Nothing is written now.';
  if (kind === 'refuse') {
    const known = REFUSAL_REASONS.find((one) => one === reason);
    const what = known === undefined ? 'Both sides cannot agree.' : REFUSAL_WORDS[known].what;
    return written === '' ? what : `${what} And ${written}.`;
  }
  return kind === 'follow' ? 'as decided for another address or contact of theirs' : written;
}

function Update({ update }: { readonly update: UpdateEntry }) {
  const { kind, state, attempts, submittedAt, settledAt, answer } = update;
  return (
    <p>
      At Mailchimp: {UPDATE_WORDS[kind]}: {UPDATE_STATE_WORDS[state]}
      {submittedAt !== null && (
        <>
          {', sent '}
          <Moment at={submittedAt} />
        </>
      )}
      {settledAt !== null && (
        <>
          {', settled '}
          <Moment at={settledAt} />
        </>
      )}
      {attempts > 1 && `, tried ${attempts} times`}
      {answer !== null && `. Mailchimp’s words: “${answer}”`}
    </p>
  );
}
