import type { Household } from './household.ts';
import type { LiveHistory } from './live-history.ts';

/** What happened to the households that an error names by an address, to the syncs, and what was decided; where it names none, all that happened. */
export async function tellHistory(history: LiveHistory, error: unknown): Promise<string> {
  const { households, happened } = history;
  const text = String(error).toLowerCase();
  const named = households.filter(({ addresses }) =>
    addresses.some((address) => text.includes(address.toLowerCase())),
  );
  const told = named.length === 0 ? households : named;
  const concerns = (household: Household | null) => household === null || told.includes(household);
  const lines = happened.filter(({ household }) => concerns(household)).map((one) => one.text);
  const decided = await Promise.all(named.map((household) => tellDecisions(history, household)));
  return [...lines, ...decided.flat()].join('\n');
}

/** Our rows of a household, and what was decided about each. */
async function tellDecisions(
  { store, connection }: LiveHistory,
  { addresses, contacts }: Household,
): Promise<readonly string[]> {
  const rows = await store.db.member.findMany({
    where: {
      connectionId: connection.id,
      OR: [
        { addressKey: { in: addresses.map((address) => address.toLowerCase()) } },
        { contactId: { in: [...contacts] } },
      ],
    },
    include: { decisions: { include: { updates: true }, orderBy: { id: 'asc' } } },
    orderBy: { id: 'asc' },
  });
  return [
    `Contacts: ${contacts.join(', ')}`,
    ...rows.flatMap(({ decisions, ...row }) => [
      JSON.stringify(row),
      ...decisions.map(({ updates, ...decision }) => {
        const { runId, rule, ruleAs, kind, reason, writes, state, facts } = decision;
        const sent = updates.map((update) => [update.kind, update.state, update.httpStatus, update.reason]);
        return `  run ${runId} ${JSON.stringify({ rule, ruleAs, kind, reason, writes, state, sent, facts })}`;
      }),
    ]),
  ];
}
