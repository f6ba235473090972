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
import { PolicyFields } from '../html/policy-fields.tsx';
import { Problems } from '../html/problems.tsx';
import { Table } from '../html/table.tsx';
import { page, queryOf } from '../page.ts';
import { policiesIn } from '../policy-form.ts';
import type { Visit } from '../visit.ts';
import {
  DIRECTION_PREFIX,
  FIELD_PREFIX,
  type Given,
  INTEREST_PREFIX,
  PAIR,
  type Pair,
} from './details-form.ts';
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
    groups: found.filter(({ id, problems }) => id !== pair.group && problems.length === 0),
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
  const { pair, audienceName, groupTitle, choices, problems, given } = details;
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
        <article>
          <h2>Interests</h2>
          <Interests {...details} />
        </article>
        <article>
          <h2>Fields</h2>
          {choices === null ? (
            <p>The fields could not be asked for.</p>
          ) : (
            <Fields choices={choices} given={given} />
          )}
        </article>
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

const textOf = (given: Given, name: string): string => {
  const value = given[name];
  return typeof value === 'string' ? value : '';
};

function Interests({ choices, groups, given }: Details) {
  if (choices === null) return <p>The interests could not be asked for.</p>;
  if (choices.interests.length === 0) return <p>The audience has no interests. There is nothing to pair.</p>;
  return (
    <>
      <p>
        Who is in the group has the interest, and the other way round. Left empty, an interest is left alone.
      </p>
      {choices.interests.map(({ id, name, category }) => (
        <div key={id}>
          <label for={`${INTEREST_PREFIX}${id}`}>
            {category}: {name}
          </label>
          <select id={`${INTEREST_PREFIX}${id}`} name={`${INTEREST_PREFIX}${id}`}>
            <option value="">not paired</option>
            {groups.map((group) => (
              <option
                key={group.id}
                value={group.id}
                selected={textOf(given, `${INTEREST_PREFIX}${id}`) === String(group.id)}
              >
                {group.title}
              </option>
            ))}
          </select>
        </div>
      ))}
    </>
  );
}

const DIRECTIONS = [
  ['civicrm-to-mailchimp', 'from CiviCRM to Mailchimp'],
  ['mailchimp-to-civicrm', 'from Mailchimp to CiviCRM'],
  ['both', 'both ways'],
] as const;

/** Fields of what hangs on a contact, by the paths that APIv4 joins them by. */
const JOINED = [
  ['address_primary.city', 'City'],
  ['address_primary.postal_code', 'Postal code'],
  ['address_primary.street_address', 'Street'],
  ['phone_primary.phone', 'Phone'],
] as const;

function Fields({ choices, given }: { readonly choices: DetailChoices; readonly given: Given }) {
  return (
    <>
      <p>Left empty, a merge field is left alone.</p>
      <datalist id="contact-fields">
        {choices.contactFields.map(({ path, title }) => (
          <option key={path} value={path} label={title} />
        ))}
        {JOINED.map(([path, title]) => (
          <option key={path} value={path} label={title} />
        ))}
      </datalist>
      <Table caption="Merge fields" columns={['At Mailchimp', 'Field in CiviCRM', 'Which way']}>
        {choices.mergeFields.map(({ tag, name, type }) => (
          <tr key={tag}>
            <th scope="row">
              <label for={`${FIELD_PREFIX}${tag}`}>
                {name}{' '}
                <small>
                  {tag}, {type}
                </small>
              </label>
            </th>
            <td>
              <input
                id={`${FIELD_PREFIX}${tag}`}
                name={`${FIELD_PREFIX}${tag}`}
                list="contact-fields"
                value={textOf(given, `${FIELD_PREFIX}${tag}`)}
                autocomplete="off"
              />
            </td>
            <td>
              <select name={`${DIRECTION_PREFIX}${tag}`} aria-label={`Which way ${name} goes`}>
                {DIRECTIONS.map(([value, words]) => (
                  <option
                    key={value}
                    value={value}
                    selected={textOf(given, `${DIRECTION_PREFIX}${tag}`) === value}
                  >
                    {words}
                  </option>
                ))}
              </select>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
