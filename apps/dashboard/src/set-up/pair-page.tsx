import { accountId, siteId } from '@mcsync/core/domain/ids';
import {
  type AudienceChoice,
  type GroupChoice,
  listAudienceChoices,
  listGroupChoices,
} from '@mcsync/core/setup/list-choices';
import { type Look, obstaclesOf } from '@mcsync/core/setup/obstacle';
import { type AccountSummary, listAccounts, listSites, type SiteSummary } from '@mcsync/core/store/sites';
import { z } from 'zod';
import { optional, rowNumber } from '../connection-path.ts';
import { formatNumber } from '../html/format.ts';
import { Layout } from '../html/layout.tsx';
import { Problems } from '../html/problems.tsx';
import { type Handle, queryOf, redirect, showPage } from '../page.ts';
import type { Visit } from '../visit.ts';
import { StepList } from './step-list.tsx';

const QUERY = z.object({ site: optional(rowNumber), account: optional(rowNumber) });

interface Pair {
  readonly sites: readonly SiteSummary[];
  readonly accounts: readonly AccountSummary[];
  readonly site: SiteSummary;
  readonly account: AccountSummary;
  readonly audiences: Look<readonly AudienceChoice[]>;
  readonly groups: Look<readonly GroupChoice[]>;
}

/** An audience is paired with a group. Only those that can be used can be picked; the others are there with the reason. */
export const pairPage: Handle = async (visit, deps) => {
  const query = queryOf(visit, QUERY);
  const { db } = deps.store;
  const [sites, accounts] = await Promise.all([listSites(db), listAccounts(db)]);
  const site = sites.find(({ id }) => query.site === undefined || id === query.site);
  const account = accounts.find(({ id }) => query.account === undefined || id === query.account);
  if (site === undefined || account === undefined) return redirect('/set-up');
  const [audiences, groups] = await Promise.all([
    listAudienceChoices(deps, accountId(account.id)),
    listGroupChoices(deps, siteId(site.id)),
  ]);
  return showPage(render({ sites, accounts, site, account, audiences, groups }, visit));
};

function render({ sites, accounts, site, account, audiences, groups }: Pair, visit: Visit) {
  const problems = obstaclesOf(audiences, groups).map(({ message }) => message);
  return (
    <Layout title="Audience and group" path="/set-up" visit={visit}>
      <StepList at="pair" />
      <h1>Audience and group</h1>
      <Problems problems={problems} />
      {(sites.length > 1 || accounts.length > 1) && (
        <form method="get" action="/set-up/pair" class="filters">
          <Place name="account" title="Mailchimp account" places={accounts} chosen={account.id} />
          <Place name="site" title="CiviCRM site" places={sites} chosen={site.id} />
          <div class="buttons">
            <button type="submit" class="secondary">
              Look there
            </button>
          </div>
        </form>
      )}
      <form method="get" action="/set-up/details">
        <input type="hidden" name="site" value={site.id} />
        <input type="hidden" name="account" value={account.id} />
        <div class="pair">
          <fieldset>
            <legend>Audience of {account.name}</legend>
            {audiences.kind === 'found' &&
              audiences.found.map(({ id, name, subscribed, problems: why }) => (
                <Option key={id} name="audience" value={id} title={name} people={subscribed} problems={why} />
              ))}
            {audiences.kind === 'found' && audiences.found.length === 0 && (
              <p>There is none. Make an audience at Mailchimp first.</p>
            )}
          </fieldset>
          <fieldset>
            <legend>Group of {site.name}</legend>
            {groups.kind === 'found' &&
              groups.found.map(({ id, title, people, problems: why }) => (
                <Option
                  key={id}
                  name="group"
                  value={String(id)}
                  title={title}
                  people={people}
                  problems={why}
                />
              ))}
            {groups.kind === 'found' && groups.found.length === 0 && (
              <p>There is none. Make a group in CiviCRM first, under Contacts, Manage Groups.</p>
            )}
          </fieldset>
        </div>
        <button type="submit">Next: interests, fields and policies</button>
      </form>
    </Layout>
  );
}

function Place({
  name,
  title,
  places,
  chosen,
}: {
  readonly name: string;
  readonly title: string;
  readonly places: readonly { readonly id: number; readonly name: string }[];
  readonly chosen: number;
}) {
  return (
    <div>
      <label for={name}>{title}</label>
      <select id={name} name={name}>
        {places.map((place) => (
          <option key={place.id} value={place.id} selected={place.id === chosen}>
            {place.name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface OptionProps {
  readonly name: string;
  readonly value: string;
  readonly title: string;
  readonly people: number | null;
  readonly problems: readonly string[];
}

/** What cannot be picked says why. */
function Option({ name, value, title, people, problems }: OptionProps) {
  const id = `${name}-${value}`;
  const isUsable = problems.length === 0;
  return (
    <div class="option">
      <input
        id={id}
        type="radio"
        name={name}
        value={value}
        required
        disabled={!isUsable}
        {...(!isUsable && { 'aria-describedby': `${id}-why` })}
      />
      <label for={id}>
        {title} {people !== null && <small>{formatNumber(people)} people</small>}
      </label>
      {!isUsable && (
        <small id={`${id}-why`} class="why">
          {problems.join(' ')}
        </small>
      )}
    </div>
  );
}
