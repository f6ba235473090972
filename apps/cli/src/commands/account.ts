import type { AccountId } from '@mcsync/core/domain/ids';
import { addAccount } from '@mcsync/core/setup/add-account';
import { checkAccount } from '@mcsync/core/setup/check-account';
import { listAccounts } from '@mcsync/core/store/sites';
import type { Command } from 'commander';
import pc from 'picocolors';
import { toAccountId } from '../arguments.ts';
import { columns } from '../format.ts';
import { done, type Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';

export function addAccountCommands(program: Command, run: Run): void {
  const account = program.command('account').description('Mailchimp accounts: add, list, check');
  account
    .command('add')
    .description('add a Mailchimp account, once Mailchimp accepts its key; again renews the key')
    .requiredOption('--api-key <key>', 'API key with its data centre, or - to read it from standard input')
    .option('--base-url <url>', 'everything up to and including /3.0; without one it follows from the key')
    .option('--name <name>', 'what to call it; without one as Mailchimp does')
    .action((options: AccountOptions) => run((session) => add(session, options)));
  account
    .command('list')
    .description('list all accounts')
    .action(() => run(list));
  account
    .command('check')
    .description('check that the key of an account still opens it')
    .argument('<id>', 'id of the account', toAccountId)
    .action((id: AccountId) => run((session) => check(session, id)));
}

interface AccountOptions {
  readonly apiKey: string;
  readonly baseUrl?: string;
  readonly name?: string;
}

async function add(session: Session, { apiKey, baseUrl, name }: AccountOptions): Promise<Outcome> {
  const key = await session.readKey(apiKey);
  const request = { apiKey: key, baseUrl: baseUrl ?? null, name: name ?? null };
  const added = await addAccount(await session.setup(), request);
  const verb = added.outcome === 'added' ? 'Added' : 'Renewed';
  return done(added, [`${pc.green('✓')} ${verb} account ${added.id} "${added.name}" at ${added.baseUrl}.`]);
}

async function list(session: Session): Promise<Outcome> {
  const { store } = await session.service();
  const accounts = await listAccounts(store.db);
  const rows = accounts.map(({ id, name, baseUrl, mailchimpAccountId }) => [
    String(id),
    name,
    baseUrl,
    mailchimpAccountId,
  ]);
  const header = ['id', 'name', 'base URL', "Mailchimp's id"].map((title) => pc.dim(title));
  const lines =
    rows.length === 0 ? ['No account yet. "mcsync account add" adds one.'] : columns([header, ...rows]);
  return done(accounts, lines);
}

async function check(session: Session, id: AccountId): Promise<Outcome> {
  const checked = await checkAccount(await session.setup(), id);
  return done(checked, [
    `${pc.green('✓')} Account ${id} "${checked.name}": Mailchimp accepts the key, and calls it "${checked.nameAtMailchimp}".`,
  ]);
}
