import { beforeAll, describe, expect, test } from 'vitest';
import type { ContractReport } from '../report.ts';
import { checkMailchimp } from './check-mailchimp.ts';
import { loadOfficialSchema } from './official-schema.ts';

const isDescribed = loadOfficialSchema() !== null;
let report: ContractReport;

beforeAll(async () => {
  report = await checkMailchimp();
}, 120_000);

const named = (name: string) => report.lines.find((line) => line.name === name);

describe('the sandbox’s Mailchimp behaves as the reference says', () => {
  test.each(['transition cells', 'behaviours', 'faults'])('%s', (name) => {
    const { passed = 0, total = 0, failures } = named(name) ?? {};
    expect(failures).toEqual([]);
    expect([passed, total > 0]).toEqual([total, true]);
  });

  test.skipIf(!isDescribed)(
    'every answer agrees with the official description (skipped where it is not beside the repository)',
    () => {
      expect(named('schema validations')?.failures).toEqual([]);
      expect(named('operations validated')?.failures).toEqual([]);
      expect(named('schema validations')?.total).toBeGreaterThan(900);
    },
  );

  test.runIf(process.env['CI'] === 'true')('the description is there where it must not be skipped', () => {
    expect(isDescribed).toBe(true);
  });
});
