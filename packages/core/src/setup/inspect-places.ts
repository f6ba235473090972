import { checkGroup, checkRights } from '../decide/check-connection.ts';
import { isViewIncomplete } from '../decide/detect-shrink.ts';
import type { AudienceId, GroupId } from '../domain/ids.ts';
import type { SiteProbe } from '../gateways/civicrm/civicrm.ts';
import type { Account, Site } from '../store/sites.ts';
import { fault, type Look, look, type Obstacle, unless, usage } from './obstacle.ts';
import { readCivicrm, readMailchimp } from './readers.ts';

/** An audience that is there. */
export interface AudienceFindings {
  readonly name: string;
  readonly subscribed: number;
}

/** A group that can be synced. */
export interface GroupFindings {
  readonly title: string;
  /** People Added, those in the trash left out. */
  readonly added: number;
}

/** Is the audience in the account that the key opens (E19)? Four small requests at the most. */
export async function inspectAudience(
  account: Account,
  audience: AudienceId,
  signal: AbortSignal,
): Promise<Look<AudienceFindings>> {
  const looked = await look(async () => {
    const reader = readMailchimp(account);
    const found = await reader.fetchAudience(audience, signal);
    return found && { name: found.name, ...(await reader.fetchCounts(audience, signal)) };
  });
  if (looked.kind === 'obstructed') return looked;
  const { found } = looked;
  const missing = `There is no audience ${audience} in the Mailchimp account "${account.name}". Its id is under Audience, Settings, "Audience ID".`;
  return unless(found === null ? [usage('MAILCHIMP_AUDIENCE_MISSING', missing)] : [], {
    name: found?.name ?? '',
    subscribed: found?.subscribed ?? 0,
  });
}

/** Can the group be a subscription or an interest group (E17, E21), and may our key see all of it (E24)? One or two requests. */
export async function inspectGroup(
  site: Site,
  group: GroupId,
  signal: AbortSignal,
): Promise<Look<GroupFindings>> {
  const looked = await look(async () => await readCivicrm(site).probe(group, signal));
  if (looked.kind === 'obstructed') return looked;
  const probe = looked.found;
  const added = probe.added - probe.addedTrashed;
  return unless(obstaclesIn(probe), { title: probe.group?.title ?? '', added });
}

function obstaclesIn({ rights, group, added }: SiteProbe): readonly Obstacle[] {
  const missing = checkRights(rights).map(({ code, message }) => fault(code, message));
  // Without rights no group is shown, whether there is one or not.
  if (missing.length > 0 && group === null) return missing;
  const wrong = checkGroup(group).map(({ code, message }) => usage(code, message));
  const isHidden = missing.length === 0 && isViewIncomplete(added, group?.contactCount ?? null);
  return [...missing, ...wrong, ...(isHidden ? [fault('CIVICRM_RIGHTS_MISSING', VIEW_INCOMPLETE)] : [])];
}

const VIEW_INCOMPLETE =
  'CiviCRM shows the API user far fewer members of the group than there are. Give its role the permission "view all contacts".';
