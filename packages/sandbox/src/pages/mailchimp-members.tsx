import type { Audience } from '../mailchimp/audience.ts';
import { lowerCased, type Member, type MemberStatus } from '../mailchimp/member.ts';
import { renderSeconds } from '../mailchimp/render-member.ts';
import { Hidden } from './layout.tsx';

/** Which members are shown; a page has `PAGE_SIZE`. */
export interface MemberQuery {
  readonly search: string;
  readonly status: string;
  readonly page: number;
}

const PAGE_SIZE = 50;
export const STATUSES: readonly MemberStatus[] = [
  'subscribed',
  'unsubscribed',
  'cleaned',
  'pending',
  'transactional',
  'archived',
];

/** What may be clicked at a member of each status; the names are those of the control API. */
const ACTS: Readonly<Record<MemberStatus, readonly (readonly [act: string, label: string])[]>> = {
  subscribed: [
    ['unsubscribeSelf', 'unsubscribe'],
    ['complain', 'complain'],
    ['bounce', 'bounce'],
    ['adminUnsubscribe', 'unsubscribe (admin)'],
    ['archive', 'archive'],
  ],
  unsubscribed: [
    ['signUp', 'subscribe again'],
    ['adminSubscribe', 'subscribe (admin)'],
    ['archive', 'archive'],
  ],
  pending: [
    ['confirm', 'confirm'],
    ['unsubscribeSelf', 'unsubscribe'],
  ],
  cleaned: [['signUp', 'subscribe again']],
  transactional: [
    ['signUp', 'subscribe'],
    ['archive', 'archive'],
  ],
  archived: [
    ['signUp', 'subscribe again'],
    ['adminSubscribe', 'subscribe (admin)'],
  ],
};

/** The members of an audience, to be searched, paged and acted on. */
export function MemberTable({
  audience,
  query,
  back,
}: {
  audience: Audience;
  query: MemberQuery;
  back: string;
}) {
  const found = findMembers(audience, query);
  const shown = found.slice((query.page - 1) * PAGE_SIZE, query.page * PAGE_SIZE);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  return (
    <>
      <SearchForm audience={audience} query={query} />
      <p>
        {found.length.toLocaleString('en-GB')} found, page {query.page} of {pages}{' '}
        {query.page > 1 && <a href={pageUrl(audience, query, query.page - 1)}>previous</a>}{' '}
        {query.page < pages && <a href={pageUrl(audience, query, query.page + 1)}>next</a>}
      </p>
      <table>
        <thead>
          <tr>
            <th>address</th>
            <th>name</th>
            <th>status</th>
            <th>changed</th>
            <th>what happens</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((member) => (
            <MemberRow audience={audience} member={member} back={back} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function SearchForm({ audience, query }: { audience: Audience; query: MemberQuery }) {
  return (
    <form class="line" method="get" action="/pages/mailchimp">
      <Hidden values={{ audience: audience.id }} />
      <label>
        Address or name <input name="search" value={query.search} />
      </label>{' '}
      <label>
        Status{' '}
        <select name="status">
          <option value="">all</option>
          {STATUSES.map((status) => (
            <option value={status} selected={status === query.status}>
              {status}
            </option>
          ))}
        </select>
      </label>{' '}
      <button type="submit">Search</button>
    </form>
  );
}

function MemberRow({ audience, member, back }: { audience: Audience; member: Member; back: string }) {
  const { FNAME = '', LNAME = '' } = member.mergeValues;
  const who = { listId: audience.id, email: member.contactId, back };
  const tags = member.tags.map(({ id }) => audience.tags.get(id).name).join(', ');
  return (
    <tr>
      <td>{member.email}</td>
      <td>
        <form method="post" action="/pages/mailchimp/act">
          <Hidden values={{ ...who, act: 'editProfile' }} />
          <input name="firstName" value={String(FNAME)} aria-label="first name" size={10} />
          <input name="lastName" value={String(LNAME)} aria-label="last name" size={10} />
          <button type="submit">change</button>
        </form>
      </td>
      <td>
        {member.status}
        {member.status === 'unsubscribed' && <div class="note">{member.unsubscribeReason}</div>}
        {tags !== '' && <div class="note">{tags}</div>}
      </td>
      <td>{renderSeconds(member.lastChanged)}</td>
      <td>
        {[...ACTS[member.status], ['deletePermanently', 'delete'] as const].map(([act, label]) => (
          <form method="post" action="/pages/mailchimp/act">
            <Hidden
              values={{
                ...who,
                act,
                ...(act === 'signUp' || act === 'adminSubscribe' ? { email: member.email } : {}),
              }}
            />
            <button type="submit">{label}</button>{' '}
          </form>
        ))}
      </td>
    </tr>
  );
}

function findMembers(audience: Audience, { search, status }: MemberQuery): readonly Member[] {
  const known = STATUSES.find((one) => one === status);
  const members =
    known === undefined ? [...audience.members()] : [...audience.sorted(known, 'last_changed')].reverse();
  const wanted = lowerCased(search.trim());
  return wanted === '' ? members : members.filter((member) => searchText(member).includes(wanted));
}

const searchText = ({ email, mergeValues }: Member): string =>
  lowerCased(`${email} ${mergeValues['FNAME'] ?? ''} ${mergeValues['LNAME'] ?? ''}`);

function pageUrl(audience: Audience, { search, status }: MemberQuery, page: number): string {
  const query = new URLSearchParams({ audience: audience.id, search, status, page: String(page) });
  return `/pages/mailchimp?${query}`;
}
