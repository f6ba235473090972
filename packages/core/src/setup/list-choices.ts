import { checkGroup } from '../decide/check-connection.ts';
import type { AccountId, AudienceId, GroupId, SiteId } from '../domain/ids.ts';
import type { CatalogueField } from '../gateways/civicrm/catalogue.ts';
import type {
  CatalogueAudience,
  CatalogueInterest,
  CatalogueMergeField,
} from '../gateways/mailchimp/catalogue.ts';
import { type Connection, listConnections } from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import { getAccount, getSite } from '../store/sites.ts';
import { andLook, type Look, look } from './obstacle.ts';
import { browseCivicrm, browseMailchimp } from './readers.ts';
import type { SetupContext } from './setup-context.ts';

/** An audience, and why it cannot be picked; nothing there: it can. */
export interface AudienceChoice extends CatalogueAudience {
  readonly problems: readonly string[];
}

/** A group, and why it cannot be picked; nothing there: it can. */
export interface GroupChoice {
  readonly id: GroupId;
  readonly title: string;
  /** Null on versions that do not tell. */
  readonly people: number | null;
  readonly problems: readonly string[];
}

/** All audiences of an account; those that another connection has cannot be picked (rules section 8). */
export async function listAudienceChoices(
  { store, secrets, signal }: SetupContext,
  id: AccountId,
): Promise<Look<readonly AudienceChoice[]>> {
  const account = await look(() => getAccount(store.db, secrets, id));
  return await andLook(account, (opened) =>
    look(async () => {
      const [audiences, connections] = await Promise.all([
        browseMailchimp(opened).fetchAudiences(signal),
        listConnections(store.db),
      ]);
      const taken = (audience: AudienceId) =>
        connections.find((one) => one.accountId === id && one.audienceId === audience);
      return audiences.map((audience) => ({ ...audience, problems: takenWords(taken(audience.id)) }));
    }),
  );
}

/** All groups of a site, with every reason why one cannot be picked (E17, E21, rules section 8). */
export async function listGroupChoices(
  { store, secrets, signal }: SetupContext,
  id: SiteId,
): Promise<Look<readonly GroupChoice[]>> {
  const site = await look(() => getSite(store.db, secrets, id));
  return await andLook(site, (opened) =>
    look(async () => {
      const [groups, taken] = await Promise.all([
        browseCivicrm(opened).fetchGroups(signal),
        listTakenGroups(store.db, id),
      ]);
      return groups.map((group) => ({
        ...{ id: group.id, title: group.title, people: group.contactCount },
        problems: [...checkGroup(group).map(({ message }) => message), ...takenWords(taken.get(group.id))],
      }));
    }),
  );
}

/** Who has which group of a site, for people or for an interest. */
async function listTakenGroups(db: Db, site: SiteId): Promise<ReadonlyMap<number, Connection>> {
  const connections = (await listConnections(db)).filter(({ siteId }) => siteId === site);
  const taken = new Map<number, Connection>();
  for (const connection of connections) {
    const { interests } = connection.pairings;
    for (const group of [connection.groupId, ...interests.map(({ groupId }) => groupId)])
      taken.set(group, connection);
  }
  return taken;
}

const takenWords = (connection: Connection | undefined): readonly string[] =>
  connection === undefined
    ? []
    : [`It is connected already: "${connection.audienceName}" with "${connection.groupTitle}".`];

/** What of an audience and a site can be paired besides the people. */
export interface DetailChoices {
  readonly interests: readonly CatalogueInterest[];
  readonly mergeFields: readonly CatalogueMergeField[];
  readonly contactFields: readonly CatalogueField[];
  /** Of CiviCRM. */
  readonly tags: readonly string[];
}

export async function listDetailChoices(
  { store, secrets, signal }: SetupContext,
  { accountId, siteId, audience }: { accountId: AccountId; siteId: SiteId; audience: AudienceId },
): Promise<Look<DetailChoices>> {
  return await look(async () => {
    const [account, site] = await Promise.all([
      getAccount(store.db, secrets, accountId),
      getSite(store.db, secrets, siteId),
    ]);
    const mailchimp = browseMailchimp(account);
    const civicrm = browseCivicrm(site);
    const [interests, mergeFields, contactFields, tags] = await Promise.all([
      mailchimp.fetchInterests(audience, signal),
      mailchimp.fetchMergeFields(audience, signal),
      civicrm.fetchContactFields(signal),
      civicrm.fetchTags(signal),
    ]);
    return { interests, mergeFields, contactFields, tags };
  });
}
