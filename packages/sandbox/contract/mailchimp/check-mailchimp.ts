import { type Exchange, startMailchimp } from '../../testing/start-mailchimp.ts';
import type { ContractReport } from '../report.ts';
import type { Behaviour } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { CELLS, checkCell } from './check-transitions.ts';
import { FAULTS } from './fault-table.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { callEveryOperation, OFFERED } from './offered-operations.ts';
import { loadOfficialSchema } from './official-schema.ts';

type Line = ContractReport['lines'][number];

/**
 * Does the sandbox's Mailchimp behave as the reference says? Every answer given on the way is held against the official description,
 * where that is beside the repository; without it this is said among the differences, and with CI=true it is a failure.
 */
export async function checkMailchimp(): Promise<ContractReport> {
  const seen: Exchange[] = [];
  const onExchange = (exchange: Exchange): void => {
    seen.push(exchange);
  };
  const lines = [
    await checkCells(onExchange),
    await checkEach('behaviours', BEHAVIOURS, onExchange),
    await checkEach('faults', FAULTS, onExchange),
  ];
  await callEveryOperation(onExchange);
  const validations = validate(seen);
  return {
    system: 'mailchimp',
    lines: validations === null ? lines : [...validations, ...lines],
    knownDifferences: [
      ...KNOWN_DIFFERENCES,
      ...(validations === null
        ? ['schema validations were skipped: the description is not beside the repository']
        : []),
    ],
  };
}

function validate(seen: readonly Exchange[]): readonly Line[] | null {
  const schema = loadOfficialSchema();
  if (schema === null) {
    const failures = ['the official description is not beside the repository'];
    return process.env['CI'] === 'true'
      ? [{ name: 'schema validations', passed: 0, total: seen.length, failures }]
      : null;
  }
  const disagreeing = seen
    .map((exchange) => schema.disagreements(exchange))
    .filter((found) => found.length > 0);
  const answered = new Set(
    seen.flatMap((exchange) => (exchange.status < 300 ? (schema.operationOf(exchange) ?? []) : [])),
  );
  const silent = OFFERED.filter((operation) => !answered.has(operation));
  return [
    line('schema validations', seen.length, disagreeing.flat(), disagreeing.length),
    line(
      'operations validated',
      OFFERED.length,
      silent.map((operation) => `${operation} was never answered`),
    ),
  ];
}

async function checkCells(onExchange: (exchange: Exchange) => void): Promise<Line> {
  const mailchimp = await startMailchimp({ onExchange });
  const failures: string[] = [];
  try {
    for (const cell of CELLS) {
      const failure = await checkCell(mailchimp, cell);
      if (failure !== null) failures.push(failure);
    }
  } finally {
    await mailchimp.close();
  }
  return line('transition cells', CELLS.length, failures);
}

async function checkEach(
  name: string,
  behaviours: readonly Behaviour[],
  onExchange: (exchange: Exchange) => void,
): Promise<Line> {
  const failures: string[] = [];
  for (const behaviour of behaviours) {
    const failure = await checkOne(behaviour, onExchange);
    if (failure !== null) failures.push(failure);
  }
  return line(name, behaviours.length, failures);
}

async function checkOne(
  { says, settings = {}, check }: Behaviour,
  onExchange: (exchange: Exchange) => void,
): Promise<string | null> {
  const mailchimp = await startMailchimp({ settings, onExchange });
  try {
    await check(mailchimp);
    return null;
  } catch (error) {
    return `${says}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await mailchimp.close();
  }
}

const line = (name: string, total: number, failures: readonly string[], failed = failures.length): Line => ({
  name,
  passed: total - failed,
  total,
  failures,
});
