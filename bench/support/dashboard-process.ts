import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The dashboard in a process of its own, and somebody who is signed in to it. */
export interface DashboardProcess {
  /** How long a page takes, in milliseconds. Throws where it is not shown. */
  time(path: string): Promise<number>;
  stop(): Promise<void>;
}

const WHO = { email: 'bench@example.org', password: 'a password for a benchmark' };

export async function startDashboardProcess(
  databaseUrl: string,
  appSecret: string,
): Promise<DashboardProcess> {
  const program = join(import.meta.dirname, '../../apps/dashboard/dist/main.js');
  const env = {
    ...process.env,
    ...{ DATABASE_URL: databaseUrl, QUEUE_URL: '', APP_SECRET: appSecret, LOG_LEVEL: 'error' },
    ...{ HOST: '127.0.0.1', PORT: '0', PUBLIC_URL: '', ADMIN_EMAIL: WHO.email, ADMIN_PASSWORD: WHO.password },
  };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const url = /https?:\/\/\S+/.exec(String(line))?.[0] ?? '';
  const cookie = await signIn(url);
  return {
    async time(path) {
      const begun = performance.now();
      const response = await fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' });
      await response.text();
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
      return performance.now() - begun;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function signIn(url: string): Promise<string> {
  const form = await fetch(`${url}/sign-in`);
  const formToken = /name="formToken" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const [first = ''] = form.headers.getSetCookie();
  const body = new URLSearchParams({ ...WHO, formToken });
  const headers = { cookie: first.split(';')[0] ?? '', origin: url };
  const answer = await fetch(`${url}/sign-in`, { method: 'POST', headers, body, redirect: 'manual' });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}
