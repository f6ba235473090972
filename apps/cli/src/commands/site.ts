import type { SiteId } from '@mcsync/core/domain/ids';
import { addSite } from '@mcsync/core/setup/add-site';
import { checkSite } from '@mcsync/core/setup/check-site';
import { listSites } from '@mcsync/core/store/sites';
import type { Command } from 'commander';
import pc from 'picocolors';
import { toSiteId } from '../arguments.ts';
import { columns, moment } from '../format.ts';
import { done, type Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';

export function addSiteCommands(program: Command, run: Run): void {
  const site = program.command('site').description('CiviCRM sites: add, list, check');
  site
    .command('add')
    .description('add a CiviCRM site, once its key has every right that a sync needs; again renews its key')
    .requiredOption('--url <url>', 'everything before /civicrm/ajax/api4, such as https://example.org')
    .requiredOption('--api-key <key>', 'key of the API user, or - to read it from standard input')
    .option('--name <name>', 'what to call it; without one the host’s name')
    .action((options: SiteOptions) => run((session) => add(session, options)));
  site
    .command('list')
    .description('list all sites')
    .action(() => run(list));
  site
    .command('check')
    .description('check that a site can be reached and that its key has every right')
    .argument('<id>', 'id of the site', toSiteId)
    .action((id: SiteId) => run((session) => check(session, id)));
}

interface SiteOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly name?: string;
}

async function add(session: Session, { url, apiKey, name }: SiteOptions): Promise<Outcome> {
  const key = await session.readKey(apiKey);
  const added = await addSite(await session.setup(), { url, apiKey: key, name: name ?? null });
  for (const warning of added.warnings) session.output.note(warning);
  const verb = added.outcome === 'added' ? 'Added' : 'Renewed';
  return done(added, [`${pc.green('✓')} ${verb} site ${added.id} "${added.name}" at ${added.url}.`]);
}

async function list(session: Session): Promise<Outcome> {
  const { store } = await session.service();
  const sites = await listSites(store.db);
  const rows = sites.map(({ id, name, url, version, checkedAt }) => [
    String(id),
    name,
    url,
    version ?? '',
    moment(checkedAt),
  ]);
  const header = ['id', 'name', 'url', 'version', 'checked'].map((title) => pc.dim(title));
  const lines = rows.length === 0 ? ['No site yet. "mcsync site add" adds one.'] : columns([header, ...rows]);
  return done(sites, lines);
}

async function check(session: Session, id: SiteId): Promise<Outcome> {
  const checked = await checkSite(await session.setup(), id);
  for (const warning of checked.warnings) session.output.note(warning);
  const version = checked.version === null ? '' : ` It is CiviCRM ${checked.version}.`;
  return done(checked, [
    `${pc.green('✓')} Site ${id} "${checked.name}" answers, and its key has every right.${version}`,
  ]);
}
