import { type Answer, type ApiContext, ok, type RoutedCall } from './api-call.ts';
import type { Audience } from './audience.ts';
import { selfLink } from './links.ts';
import { lowerCased, type Member } from './member.ts';
import { problems } from './problem.ts';
import { memberRenderer } from './render-member.ts';

/** Not paged; the real one stops somewhere as well (where was not established). */
const MOST_SHOWN = 30;

interface Found {
  readonly audience: Audience;
  readonly member: Member;
}

/** GET /search-members?query=: by address or name, in one audience or all of the account (reference 9.1). */
export function searchMembers(context: ApiContext, call: RoutedCall): Answer {
  const text = lowerCased(call.query.get('query') ?? '').trim();
  if (text === '') throw problems.badRequest('The query parameter is required.');
  const audiences = audiencesOf(call);
  const exact = audiences.flatMap((audience) =>
    find(audience, (member) => lowerCased(member.email) === text),
  );
  const full = audiences.flatMap((audience) => find(audience, (member) => searchText(member).includes(text)));
  return ok(call, {
    exact_matches: rendered(context, exact),
    full_search: rendered(context, full),
    _links: selfLink(context.base(), '/search-members', 'SearchMembers'),
  });
}

function audiencesOf({ account, query }: RoutedCall): readonly Audience[] {
  const listId = query.get('list_id');
  if (listId === null) return [...account.audiences.values()];
  const audience = account.audiences.get(listId);
  if (audience === undefined) throw problems.notFound();
  return [audience];
}

const find = (audience: Audience, matches: (member: Member) => boolean): readonly Found[] =>
  audience
    .sorted('all-but-archived', 'last_changed')
    .filter(matches)
    .map((member) => ({ audience, member }));

const searchText = ({ email, mergeValues }: Member): string =>
  lowerCased(`${email} ${mergeValues['FNAME'] ?? ''} ${mergeValues['LNAME'] ?? ''}`);

function rendered({ base }: ApiContext, found: readonly Found[]): unknown {
  const members = found
    .slice(0, MOST_SHOWN)
    .map(({ audience, member }) => memberRenderer({ audience, base: base() }, { kind: 'all' })(member));
  return { members, total_items: found.length };
}
