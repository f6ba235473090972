import { createLog } from '@mcsync/core/log';
import { listen } from '@mcsync/core/process/listen';
import { type RunningProgram, runProgram } from '@mcsync/core/process/run-program';
import { readSettings } from '@mcsync/core/settings';
import { hasAdministrator } from '@mcsync/core/store/administrators';
import { openService } from '@mcsync/core/worker/open-service';
import { createApp } from './app.ts';
import { ensureAdministrator } from './ensure-administrator.ts';
import { createFirstVisit } from './first-visit.ts';

await runProgram(start);

async function start(): Promise<RunningProgram> {
  const settings = readSettings(process.env);
  const log = createLog(settings.logLevel).child({ program: 'dashboard' });
  const { store, secrets, queues, close } = await openService(settings, log);
  const ending = new AbortController();
  if (settings.admin !== null) await ensureAdministrator(store.db, settings.admin, log);
  const firstVisit = (await hasAdministrator(store.db)) ? null : createFirstVisit();
  const { appSecret, publicUrl, host, port } = settings;
  const app = createApp({
    store,
    secrets,
    signal: ending.signal,
    queues,
    appSecret,
    publicUrl,
    firstVisit,
    log,
  });
  const server = await listen(app, { host, port, variable: 'PORT' });
  process.stdout.write(`Dashboard: ${server.url}\n`);
  // For whoever runs the server, and only here: the log may be read by more people.
  if (firstVisit !== null)
    process.stdout.write(`First visit: nobody can sign in yet; the one-time token is ${firstVisit.token}\n`);
  log.info({ dashboard: server.url }, 'dashboard started');
  return {
    async stop() {
      log.info('stopping');
      // Whoever watches would keep the server from closing.
      ending.abort();
      await server.close();
      await close();
      log.info('stopped');
    },
  };
}
