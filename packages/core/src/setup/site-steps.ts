import { checkVersion } from '../decide/check-connection.ts';
import { groupId } from '../domain/ids.ts';
import type { Rights, SiteInfo } from '../gateways/civicrm/civicrm.ts';
import { locateSite } from './inspect-site.ts';
import { andLook, type Look, look, type Obstacle } from './obstacle.ts';
import { readCivicrm } from './readers.ts';

/** One thing that was looked at on a site, for whoever sets it up. `unknown`: an earlier step failed, so that nothing can be said. */
export interface SiteStep {
  readonly name: string;
  readonly outcome: 'fine' | 'warning' | 'problem' | 'unknown';
  /** What was found, or what to do. */
  readonly text: string;
}

/** A site looked at step by step: reachable, key, rights one by one, version, time zone. Three small requests; stores nothing, and never rejects for what it finds. */
export async function inspectSiteSteps(
  url: string,
  apiKey: string,
  signal: AbortSignal,
): Promise<readonly SiteStep[]> {
  const looked = await andLook(locateSite(url, apiKey), (access) =>
    look(async () => {
      const reader = readCivicrm(access);
      const info = await reader.fetchSite(signal);
      // Of whatever group: what matters here is the clock.
      const { utcOffsetMinutes } = await reader.probe(groupId(1), signal);
      return { info, utcOffsetMinutes };
    }),
  );
  return looked.kind === 'obstructed' ? obstructedSteps(looked) : foundSteps(looked.found);
}

const REACHABLE = 'The site answers';
const KEY = 'The API key is accepted';
const LATER = [KEY, 'Permissions', 'Version', 'Time zone'];

/** Whatever could not be looked at is said so, once. */
function obstructedSteps({ obstacles }: Extract<Look<unknown>, { kind: 'obstructed' }>): readonly SiteStep[] {
  const isKey = obstacles.some(
    ({ code }) => code === 'CIVICRM_KEY_REFUSED' || code === 'CIVICRM_NOT_SIGNED_IN',
  );
  const text = obstacles.map(({ message }: Obstacle) => message).join(' ');
  const unknown = (names: readonly string[]): readonly SiteStep[] =>
    names.map((name) => ({ name, outcome: 'unknown', text: 'not looked at yet' }));
  return isKey
    ? [
        { name: REACHABLE, outcome: 'fine', text: 'yes' },
        { name: KEY, outcome: 'problem', text },
        ...unknown(LATER.slice(1)),
      ]
    : [{ name: REACHABLE, outcome: 'problem', text }, ...unknown(LATER)];
}

function foundSteps({
  info,
  utcOffsetMinutes,
}: {
  readonly info: SiteInfo;
  readonly utcOffsetMinutes: number;
}): readonly SiteStep[] {
  const { rights } = info;
  return [
    { name: REACHABLE, outcome: 'fine', text: 'yes' },
    rights.isSignedIn
      ? { name: KEY, outcome: 'fine', text: `yes, as contact ${info.contactId ?? 'unknown'}` }
      : {
          name: KEY,
          outcome: 'problem',
          text: 'CiviCRM answered as to a stranger. Check that the API key is right and that no proxy strips the X-Civi-Auth header.',
        },
    ...RIGHTS.map(({ permission, has }) => rightStep(permission, rights.isSignedIn ? has(rights) : null)),
    versionStep(info),
    { name: 'Time zone', outcome: 'fine', text: `CiviCRM’s dates are ${offsetWords(utcOffsetMinutes)}` },
  ];
}

const RIGHTS: readonly { readonly permission: string; readonly has: (rights: Rights) => boolean }[] = [
  { permission: 'view all contacts', has: (rights) => rights.seesContacts && rights.seesHistory },
  { permission: 'access deleted contacts', has: (rights) => rights.seesTrash },
  { permission: 'edit all contacts', has: (rights) => rights.mayEditContacts },
  { permission: 'add contacts', has: (rights) => rights.mayAddContacts },
];

function rightStep(permission: string, has: boolean | null): SiteStep {
  const name = `Permission "${permission}"`;
  if (has === null) return { name, outcome: 'unknown', text: 'not looked at yet' };
  return has
    ? { name, outcome: 'fine', text: 'given' }
    : { name, outcome: 'problem', text: 'Missing. Give it to the role of the API user in the CMS.' };
}

function versionStep({ version, knowsMerges }: SiteInfo): SiteStep {
  const name = 'Version';
  switch (checkVersion(version)) {
    case 'fine':
      return { name, outcome: 'fine', text: `CiviCRM ${version}` };
    case 'old':
      return {
        ...{ name, outcome: 'warning' },
        text: `CiviCRM ${version}. Before 6.7, who is put in the trash is noticed by full runs only. Update it when you can.`,
      };
    case 'too-old':
      return { name, outcome: 'problem', text: `CiviCRM ${version} is older than 5.81. Update it first.` };
    case 'unknown':
      return knowsMerges
        ? { name, outcome: 'fine', text: 'new enough, though the API user may not ask for the number' }
        : { name, outcome: 'problem', text: 'Older than 5.81, as far as can be told. Update it first.' };
  }
}

/** 120 → "2 hours ahead of UTC"; 0 → "in UTC". */
function offsetWords(minutes: number): string {
  if (minutes === 0) return 'in UTC';
  const hours = Math.abs(minutes) / 60;
  return `${hours} ${hours === 1 ? 'hour' : 'hours'} ${minutes > 0 ? 'ahead of' : 'behind'} UTC`;
}
