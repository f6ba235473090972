import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { CivicrmWorld } from './civicrm/civicrm-world.ts';
import { createCivicrmPages } from './civicrm/page/page-router.ts';
import { createCivicrmRouter } from './civicrm/router.ts';
import { SandboxClock } from './clock.ts';
import { createControlRouter } from './control.ts';
import { Faults } from './faults.ts';
import { createMailchimpService } from './mailchimp/mailchimp-service.ts';
import { MailchimpWorld } from './mailchimp/mailchimp-world.ts';
import { createMailchimpRouter } from './mailchimp/router.ts';
import type { MailchimpSettings } from './mailchimp/settings.ts';
import { createPagesRouter } from './pages/pages-router.tsx';
import { refuseOtherSites } from './pages/same-site.ts';
import { Random } from './random.ts';
import { RequestLog } from './request-log.ts';
import type { Sandbox, SandboxParts } from './sandbox.ts';

export interface SandboxOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** The same seed gives the same keys, ids and people; default 1. */
  readonly seed?: number;
  /** CiviCRM's version; default 6.13.3, the one recorded. */
  readonly civicrmVersion?: string;
  /** CiviCRM's time zone, by its IANA name; default UTC. */
  readonly timeZone?: string;
  readonly mailchimpSettings?: Partial<MailchimpSettings>;
}

/** Longer than clients keep an idle connection, so that they never send into one that is being closed. */
const KEEP_ALIVE_MS = 60_000;

/** Serves an empty Mailchimp account and an empty CiviCRM on one port of 127.0.0.1. Resolves when it answers. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = createParts(options, () => sandbox.url);
  const app = express();
  const server = createServer(app);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const sandbox = describe(parts, server);
  app.disable('x-powered-by');
  const { clock, faults, requests } = parts;
  const around = { clock, faults, requests, publicUrl: () => sandbox.url };
  app.use('/mailchimp', createMailchimpRouter({ ...around, ...parts.mailchimp }));
  app.use('/civicrm', createCivicrmPages(parts.civicrm.world));
  app.use('/site', createCivicrmRouter({ ...around, world: parts.civicrm.world }));
  app.use('/control', refuseOtherSites, createControlRouter(sandbox));
  app.use('/', createPagesRouter(sandbox));
  return sandbox;
}

function createParts(
  { seed = 1, civicrmVersion, timeZone, mailchimpSettings = {} }: SandboxOptions,
  publicUrl: () => string,
): SandboxParts {
  const clock = new SandboxClock();
  // Each world has a generator of its own: what happens in one changes nothing in the other.
  const seeds = new Random(seed);
  const randomFor = () => new Random(seeds.int(0, 2 ** 31));
  const mailchimp = new MailchimpWorld({ clock, random: randomFor(), settings: mailchimpSettings });
  const account = mailchimp.addAccount();
  const civicrm = new CivicrmWorld({
    clock,
    random: randomFor(),
    ...(civicrmVersion === undefined ? {} : { version: civicrmVersion }),
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const [apiKey = ''] = account.keys;
  const faults = new Faults();
  const service = createMailchimpService({ world: mailchimp, clock, faults, publicUrl });
  return {
    mailchimp: { world: mailchimp, accountId: account.id, apiKey, service },
    civicrm: { world: civicrm, apiKey: civicrm.caller('service').apiKey ?? '' },
    clock,
    faults,
    requests: new RequestLog(),
  };
}

function describe(parts: SandboxParts, server: Server): Sandbox {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox listens on no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    ...parts,
    url,
    mailchimp: { ...parts.mailchimp, baseUrl: `${url}/mailchimp/3.0` },
    civicrm: { ...parts.civicrm, url: `${url}/site` },
    close: () => {
      parts.mailchimp.service.sender.close();
      return close(server, parts.clock);
    },
  };
}

async function close(server: Server, clock: SandboxClock): Promise<void> {
  clock.clearAlarms();
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
