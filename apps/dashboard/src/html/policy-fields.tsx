import { CATEGORIES, type Limit } from '@mcsync/core/domain/plan';
import { POLICY_CHOICES, type Policies } from '@mcsync/core/domain/policies';
import { CATEGORY_WORDS } from '@mcsync/core/words/categories';
import { POLICY_WORDS } from '@mcsync/core/words/policies';

type Choice = keyof typeof POLICY_CHOICES;
const NAMES = Object.keys(POLICY_CHOICES) as readonly Choice[]; // keys() forgets them

/** Fields for every policy of a connection. Their names are those of `--policy`. */
export function PolicyFields({ policies }: { readonly policies: Policies }) {
  return (
    <>
      <div class="policies">
        {NAMES.map((name) => (
          <div key={name}>
            <label for={`policy-${name}`}>{questionOf(name)}</label>
            <select id={`policy-${name}`} name={name}>
              {optionsOf(name).map(([value, words], at) => (
                <option key={value} value={value} selected={policies[name] === value}>
                  {words}
                  {at === 0 && ' (usual)'}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
      <div class="pair">
        <div>
          <label for="policy-every">Look for changes every</label>
          <input
            id="policy-every"
            name="every"
            type="text"
            value={policies.every ?? ''}
            placeholder="as usual, such as 1h"
          />
        </div>
        <div>
          <label for="policy-fullCron">Compare everything by (cron line)</label>
          <input
            id="policy-fullCron"
            name="fullCron"
            type="text"
            value={policies.fullCron ?? ''}
            placeholder="as usual, such as 0 3 * * *"
          />
        </div>
      </div>
      <details>
        <summary>How many people may be changed in a day without approval</summary>
        <p>A share such as 5%, a number of people, or none for no limit. Left empty, the usual one counts.</p>
        {CATEGORIES.map((category) => (
          <div key={category}>
            <label for={`limit-${category}`}>{CATEGORY_WORDS[category]}</label>
            <input
              id={`limit-${category}`}
              name={`limits.${category}`}
              type="text"
              value={limitText(policies.limits[category])}
            />
          </div>
        ))}
      </details>
    </>
  );
}

/** Policies for whoever may look at them, and change nothing. */
export function PolicyList({ policies }: { readonly policies: Policies }) {
  const limits = CATEGORIES.filter((category) => policies.limits[category] !== undefined);
  return (
    <dl>
      {NAMES.map((name) => (
        <div key={name}>
          <dt>{questionOf(name)}</dt>
          <dd>{optionsOf(name).find(([value]) => value === policies[name])?.[1]}</dd>
        </div>
      ))}
      <div>
        <dt>Looks for changes every</dt>
        <dd>{policies.every ?? 'as usual'}</dd>
      </div>
      <div>
        <dt>Compares everything by</dt>
        <dd>{policies.fullCron ?? 'as usual'}</dd>
      </div>
      {limits.map((category) => (
        <div key={category}>
          <dt>In a day without approval {CATEGORY_WORDS[category]}</dt>
          <dd>{limitText(policies.limits[category])}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Its dots never stand on a line of their own. */
const questionOf = (name: Choice): string => POLICY_WORDS[name].question.replace(/ …$/, '\u00a0…');

/** The usual value first, as `POLICY_CHOICES` has it. */
function optionsOf(name: Choice): readonly (readonly [string, string])[] {
  const words: Readonly<Record<string, string>> = POLICY_WORDS[name].values;
  return POLICY_CHOICES[name].map((value) => [value, words[value] ?? value]);
}

function limitText(limit: Limit | undefined): string {
  switch (limit?.kind) {
    case undefined:
      return '';
    case 'none':
      return 'none';
    case 'number':
      return String(limit.people);
    case 'share':
      // 0.07 × 100 is 7.000000000000001.
      return `${Number((limit.share * 100).toFixed(6))}%`;
  }
}
