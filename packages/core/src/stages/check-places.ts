import { checkGroup, checkRights, type Problem } from '../decide/check-connection.ts';
import { isViewIncomplete } from '../decide/detect-shrink.ts';
import { FaultError } from '../errors/sync-error.ts';
import type { GroupInfo, SiteProbe } from '../gateways/civicrm/civicrm.ts';
import type { AudienceInfo } from '../gateways/mailchimp/mailchimp.ts';
import type { ApplyContext, PlanContext } from './stage.ts';

/** Both places of a connection, found fit to be synced. */
export interface Places {
  readonly audience: AudienceInfo;
  readonly site: SiteProbe;
  readonly group: GroupInfo;
}

/** Is everything there, and are our rights whole (E17, E19, E21, E24)? Throws a `FaultError` that says what is wrong and what to do. Two requests. */
export async function checkPlaces({ connection, mailchimp, civicrm, signal }: PlanContext): Promise<Places> {
  const [audience, site] = await Promise.all([
    mailchimp.fetchAudience(connection.audienceId, signal),
    civicrm.probe(connection.groupId, signal),
  ]);
  if (audience === null) {
    const message =
      'The audience is not in this Mailchimp account any more. Connect another audience, or restore it.';
    throw new FaultError('MAILCHIMP_AUDIENCE_MISSING', message);
  }
  refuse([...checkRights(site.rights), ...checkGroup(site.group)]);
  const group = site.group;
  if (group === null || isViewIncomplete(site.added, group.contactCount)) {
    const message =
      'CiviCRM shows the API user far fewer members of the group than there are. Give its role the permission "view all contacts".';
    throw new FaultError('CIVICRM_RIGHTS_MISSING', message);
  }
  return { audience, site, group };
}

/**
 * What a writing stage has to do, if both places are still fit for it: a plan may have waited for days, and rights may go while it is made (E24: stop before any
 * write). Costs nothing where there is nothing to do.
 */
export async function splitIfFit<Input>(
  ctx: ApplyContext,
  inputs: readonly Input[],
): Promise<readonly Input[]> {
  if (inputs.length > 0) await checkPlaces(ctx);
  return inputs;
}

function refuse(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first !== undefined) throw new FaultError(first.code, problems.map(({ message }) => message).join(' '));
}
