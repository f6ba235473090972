import type { MemberState, TransitionOverrides } from '../../src/mailchimp/transitions.ts';
import type { TestMailchimp } from '../../testing/start-mailchimp.ts';
import { COLUMNS, PUT_CELLS, patchCell, postCell, SEEDS, STATES, SWITCHES } from './transition-table.ts';

const EMAIL = 'wilma@flintstone.org';

interface CellCheck {
  readonly verb: 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  readonly state: MemberState;
  readonly column: (typeof COLUMNS)[number];
  readonly expected: string;
  readonly overrides: TransitionOverrides;
}

/** Every cell by every verb that can ask for it, and every guessed cell once more as its setting says. */
export const CELLS: readonly CellCheck[] = [...STATES.flatMap(cellsOf), ...SWITCHES.map(switched)];

/** What is wrong with a cell; null where it is as expected. */
export async function checkCell(mailchimp: TestMailchimp, cell: CellCheck): Promise<string | null> {
  const { verb, state, column, expected, overrides } = cell;
  const { world, account } = mailchimp;
  const listId = world.addAudience(account.id, { name: `${verb} ${state}` }).id;
  world.configure({ transitions: overrides });
  bring(mailchimp, listId, state);
  const outcome = await outcomeOf(mailchimp, listId, verb, column);
  world.configure({ transitions: {} });
  return outcome === expected ? null : `${verb} ${state}>${column}: ${outcome} and not ${expected}`;
}

function cellsOf(state: MemberState): readonly CellCheck[] {
  const overrides = {};
  return COLUMNS.flatMap((column, n): readonly CellCheck[] => {
    const put = PUT_CELLS[state][n] ?? '';
    if (column === 'archived') return [{ verb: 'DELETE', state, column, expected: put, overrides }];
    return [
      { verb: 'PUT', state, column, expected: put, overrides },
      { verb: 'PATCH', state, column, expected: patchCell(state, n), overrides },
      { verb: 'POST', state, column, expected: postCell(state, n), overrides },
    ];
  });
}

function switched([cell, setting, expected]: (typeof SWITCHES)[number]): CellCheck {
  const [state, column] = cell.split('>') as [MemberState, (typeof COLUMNS)[number]];
  const verb = column === 'archived' ? 'DELETE' : 'PUT';
  return { verb, state, column, expected, overrides: { [cell]: setting } };
}

function bring({ world }: TestMailchimp, listId: string, state: MemberState): void {
  if (state === 'absent') return;
  world.seedMember(listId, { email: EMAIL, ...(state === 'forgotten' ? {} : SEEDS[state]) });
  if (state === 'forgotten') world.people.deletePermanently(listId, EMAIL);
}

/** What came of it, in one word each: a status and `+1 mail`, or the title of the problem. */
async function outcomeOf(
  { call, world }: TestMailchimp,
  listId: string,
  verb: string,
  column: string,
): Promise<string> {
  const members = `/lists/${listId}/members`;
  const body = { email_address: EMAIL, status: column };
  const sentBefore = world.mailsTo(EMAIL).length;
  const answer =
    verb === 'DELETE'
      ? await call('DELETE', `${members}/${EMAIL}`)
      : await call(verb, verb === 'POST' ? members : `${members}/${EMAIL}`, body);
  if (answer.status >= 400) return `${answer.status} ${answer.json.title}`;
  const mails = world.mailsTo(EMAIL).length - sentBefore;
  return `${world.findMember(listId, EMAIL)?.status}${mails > 0 ? ` +${mails} mail` : ''}`;
}
