import { accountId, audienceId, siteId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES, parsePolicies } from '@mcsync/core/domain/policies';
import {
  type DetailChoices,
  type GroupChoice,
  listAudienceChoices,
  listDetailChoices,
  listGroupChoices,
} from '@mcsync/core/setup/list-choices';
import { obstaclesOf } from '@mcsync/core/setup/obstacle';
import type { Dependencies } from '../dependencies.ts';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { PairingFields } from '../html/pairing-fields.tsx';
import { PolicyFields } from '../html/policy-fields.tsx';
import { Problems } from '../html/problems.tsx';
import { page, queryOf } from '../page.ts';
import { DIRECTION_PREFIX, FIELD_PREFIX, type Given } from '../pairing-form.ts';
import { policiesIn } from '../policy-form.ts';
import type { Visit } from '../visit.ts';
import { PAIR, type Pair } from './details-form.ts';
import { StepList } from './step-list.tsx';

export interface Details {
  readonly pair: Pair;
  readonly audienceName: string;
  readonly groupTitle: string;
  /** Null: could not be asked for. */
  readonly choices: DetailChoices | null;
  readonly groups: readonly GroupChoice[];
  readonly given: Given;
  readonly problems: readonly string[];
}

export async function loadDetails(deps: Dependencies, pair: Pair, given: Given): Promise<Details> {
  const ids = { accountId: accountId(pair.account), siteId: siteId(pair.site) };
  const [audiences, groups, choices] = await Promise.all([
    listAudienceChoices(deps, ids.accountId),
    listGroupChoices(deps, ids.siteId),
    listDetailChoices(deps, { ...ids, audience: audienceId(pair.audience) }),
  ]);
  const found = groups.kind === 'found' ? groups.found : [];
  const audience =
    audiences.kind === 'found' ? audiences.found.find(({ id }) => id === pair.audience) : undefined;
  return {
    ...{ pair, given },
    audienceName: audience?.name ?? pair.audience,
    groupTitle: found.find(({ id }) => id === pair.group)?.title ?? `group ${pair.group}`,
    choices: choices.kind === 'found' ? choices.found : null,
    groups: found.filter(({ id }) => id !== pair.group),
    problems: obstaclesOf(audiences, groups, choices).map(({ message }) => message),
  };
}

/** First and last name go both ways unless somebody says otherwise (rules section 5). */
const USUAL: Given = {
  [`${FIELD_PREFIX}FNAME`]: 'first_name',
  [`${DIRECTION_PREFIX}FNAME`]: 'both',
  [`${FIELD_PREFIX}LNAME`]: 'last_name',
  [`${DIRECTION_PREFIX}LNAME`]: 'both',
};

/** What else is kept the same, and how: interests with groups, merge fields with fields, policies. */
export const detailsPage = page<Details>({
  load: async (deps, visit) => await loadDetails(deps, queryOf(visit, PAIR), USUAL),
  render: renderDetails,
});

export function renderDetails(details: Details, visit: Visit) {
  const { pair, audienceName, groupTitle, problems, given } = details;
  const { policies } = parsePolicies(policiesIn(given), DEFAULT_POLICIES);
  return (
    <Layout title="Interests, fields, policies" path="/set-up" visit={visit}>
      <StepList at="details" />
      <hgroup>
        <h1>Interests, fields, policies</h1>
        <p>
          {audienceName} ⇄ {groupTitle}. Everything here may stay as it is.
        </p>
      </hgroup>
      <Problems problems={problems} />
      <form method="post" action="/set-up/connection">
        <FormToken token={visit.cookie.formToken()} />
        {Object.entries(pair).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={String(value)} />
        ))}
        <PairingFields {...details} />
        <article>
          <h2>Policies</h2>
          <PolicyFields policies={policies} />
        </article>
        <button type="submit">Connect, and preview the first sync</button>
        <p>
          <small>The preview reads both systems and writes to neither. You approve it, or not.</small>
        </p>
      </form>
    </Layout>
  );
}
