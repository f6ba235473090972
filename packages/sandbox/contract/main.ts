import { checkCivicrm } from './civicrm/check-civicrm.ts';
import { formatReport, isShort } from './format-report.ts';
import { checkMailchimp } from './mailchimp/check-mailchimp.ts';
import type { ContractReport } from './report.ts';

/** One line for each system that the sandbox stands for. */
const CHECKS: readonly (() => Promise<ContractReport>)[] = [checkCivicrm, checkMailchimp];

let areAllWhole = true;
for (const check of CHECKS) {
  const report = await check();
  process.stdout.write(`\n${formatReport(report)}`);
  if (isShort(report)) areAllWhole = false;
}
if (!areAllWhole) process.exitCode = 1;
