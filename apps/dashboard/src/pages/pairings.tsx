import type { DetailChoices, GroupChoice } from '@mcsync/core/setup/list-choices';
import { listDetailChoices, listGroupChoices } from '@mcsync/core/setup/list-choices';
import { obstaclesOf } from '@mcsync/core/setup/obstacle';
import type { Connection } from '@mcsync/core/store/connections';
import { getConnectionOf } from '../connection-path.ts';
import type { Dependencies } from '../dependencies.ts';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { PairingFields } from '../html/pairing-fields.tsx';
import { Problems } from '../html/problems.tsx';
import { page } from '../page.ts';
import type { Given } from '../pairing-form.ts';
import type { Visit } from '../visit.ts';

export interface PairingsView {
  readonly connection: Connection;
  /** What is not paired yet; null: could not be asked for. */
  readonly choices: DetailChoices | null;
  readonly groups: readonly GroupChoice[];
  readonly given: Given;
  readonly problems: readonly string[];
}

export async function loadPairings(deps: Dependencies, visit: Visit, given: Given): Promise<PairingsView> {
  const connection = await getConnectionOf(visit, deps);
  const { siteId, accountId, audienceId: audience } = connection;
  const [groups, choices] = await Promise.all([
    listGroupChoices(deps, siteId),
    listDetailChoices(deps, { siteId, accountId, audience }),
  ]);
  return {
    ...{ connection, given },
    choices: choices.kind === 'found' ? withoutPaired(choices.found, connection) : null,
    groups: groups.kind === 'found' ? groups.found : [],
    problems: obstaclesOf(groups, choices).map(({ message }) => message),
  };
}

function withoutPaired(choices: DetailChoices, { pairings }: Connection): DetailChoices {
  const tags = pairings.tags.map((name) => name.toLowerCase());
  return {
    ...choices,
    interests: choices.interests.filter(
      ({ id }) => !pairings.interests.some(({ interestId }) => interestId === id),
    ),
    mergeFields: choices.mergeFields.filter(
      ({ tag }) => !pairings.mappings.some(({ mergeTag }) => mergeTag === tag),
    ),
    tags: choices.tags.filter((name) => !tags.includes(name.toLowerCase())),
  };
}

/** What else a connection that is there is to keep the same. */
export const pairingsPage = page<PairingsView>({
  load: (deps, visit) => loadPairings(deps, visit, {}),
  render: renderPairings,
});

export function renderPairings(view: PairingsView, visit: Visit) {
  const { connection, problems } = view;
  const path = `/connections/${connection.id}`;
  return (
    <Layout title="Pair more" path="/settings" visit={visit}>
      <ConnectionNav connection={connection} at="settings" />
      <hgroup>
        <h1>Pair more</h1>
        <p>
          What is paired already can be unpaired under <a href={`${path}/settings`}>Settings</a>.
        </p>
      </hgroup>
      <Problems problems={problems} />
      <form method="post" action={`${path}/pair`}>
        <FormToken token={visit.cookie.formToken()} />
        <PairingFields {...view} />
        <button type="submit">Pair</button>
        <p>
          <small>
            Nothing is written yet. The next sync reads both sides whole; what it would change by an interest
            that is newly paired waits for your approval.
          </small>
        </p>
      </form>
    </Layout>
  );
}
