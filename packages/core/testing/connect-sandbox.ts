import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { audienceId, groupId } from '../src/domain/ids.ts';
import { DEFAULT_POLICIES, parsePolicies } from '../src/domain/policies.ts';
import { type Connection, type NewConnection, recordConnection } from '../src/store/connections.ts';
import type { Secrets } from '../src/store/secrets.ts';
import { recordAccount, recordSite } from '../src/store/sites.ts';
import type { Store } from '../src/store/store.ts';

/** Interests, fields and tags that a connection pairs. */
export type Paired = Pick<NewConnection, 'interests' | 'mappings'>;

/** Which audience and group are connected, and how. */
export interface SandboxPlace {
  readonly listId: string;
  readonly groupId: number;
  /** As `name=value`; the defaults where nothing is said. Throws where one cannot be read. */
  readonly policies?: readonly string[];
  readonly paired?: Paired;
}

/** Connects an audience and a group of a sandbox, whose account and site are recorded with them; nothing is asked of either. */
export async function connectSandbox(
  { store, secrets }: { readonly store: Store; readonly secrets: Secrets },
  { mailchimp, civicrm }: Pick<Sandbox, 'mailchimp' | 'civicrm'>,
  { policies = [], paired = { interests: [], mappings: [] }, ...place }: SandboxPlace,
): Promise<Connection> {
  const accountId = await recordAccount(store.db, secrets, {
    name: 'Sandbox',
    baseUrl: mailchimp.baseUrl,
    apiKey: mailchimp.apiKey,
    mailchimpAccountId: mailchimp.accountId,
  });
  const siteId = await recordSite(store.db, secrets, {
    name: 'Sandbox',
    url: civicrm.url,
    apiKey: civicrm.apiKey,
    version: null,
  });
  const parsed = parsePolicies(policies, DEFAULT_POLICIES);
  if (parsed.problems.length > 0) throw new Error(parsed.problems.join(' '));
  return await recordConnection(store.db, {
    accountId,
    siteId,
    audienceId: audienceId(place.listId),
    audienceName: 'Newsletter',
    groupId: groupId(place.groupId),
    groupTitle: 'Newsletter',
    policies: parsed.policies,
    ...paired,
  });
}
