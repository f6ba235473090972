import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@mcsync/core/log';
import { readSettings, type Settings } from '@mcsync/core/settings';
import { dropEmbedded } from '@mcsync/core/store/drop-embedded';
import { openService, type Service } from '@mcsync/core/worker/open-service';

export interface DemoInstallation {
  readonly settings: Settings;
  readonly service: Service;
}

/**
 * An empty installation on embedded defaults, whatever the environment says. What an earlier demo left is thrown away: the sandbox's world is new each time, so the database must be. Rejects with
 * `UsageError` while another demo runs.
 */
export async function openInstallation(
  dataDir: string,
  logLevel: string | undefined,
): Promise<DemoInstallation> {
  await mkdir(dataDir, { recursive: true });
  // Where openService() puts it.
  await dropEmbedded({ dataDir: join(dataDir, 'postgres'), database: 'mcsync' });
  const settings = readSettings({ DATA_DIR: dataDir, LOG_LEVEL: logLevel ?? 'error' });
  return { settings, service: await openService(settings, createLog(settings.logLevel)) };
}
