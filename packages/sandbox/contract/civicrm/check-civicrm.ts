import type { ContractReport } from '../report.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { serveRecordedSite } from './recorded-site.ts';
import { readRecordings } from './recording.ts';
import { replay } from './replay.ts';

/** Replays the recordings of a real CiviCRM against a fresh one of the sandbox's. */
export async function checkCivicrm(): Promise<ContractReport> {
  const site = await serveRecordedSite();
  try {
    const replayed = await replay(site, readRecordings());
    const known = new Set(KNOWN_DIFFERENCES.flatMap(({ interaction }) => interaction ?? []));
    const failures = replayed.flatMap(({ name, differences: [first] }) => {
      if (known.has(name))
        return first === undefined ? [`${name}: a known difference that is none any more`] : [];
      return first === undefined ? [] : [`${name}: ${first}`];
    });
    const total = replayed.length - known.size;
    return {
      system: 'civicrm',
      lines: [{ name: 'recorded interactions replayed', passed: total - failures.length, total, failures }],
      knownDifferences: KNOWN_DIFFERENCES.map(({ why }) => why),
    };
  } finally {
    await site.close();
  }
}
