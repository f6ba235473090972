import { Client } from './client.ts';
import type { TestStores } from './open-stores.ts';
import { startDashboard, WILMA } from './start-dashboard.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly type: string | null;
  /** What stood in it as JSON, or else its text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly body: any;
}

/** How a program calls a dashboard, with a token or with another one. */
export const callerOf =
  (url: string, token: string) =>
  async (method: string, path: string, body?: object, bearer = token): Promise<ApiAnswer> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const type = response.headers.get('content-type');
    const answer = await response.text();
    return { status: response.status, type, body: /json/.test(type ?? '') ? JSON.parse(answer) : answer };
  };

/** A dashboard, Wilma at a browser, and a program with a token of hers. */
export async function openProgram(stores: TestStores) {
  const { url } = await startDashboard(stores);
  const wilma = new Client(url);
  await wilma.signIn(WILMA);
  const { text } = await wilma.send('/account', '/account/make-token', { name: 'reports' });
  const token = /mcsync_[\w-]{43}/.exec(text)?.[0] ?? '';
  return { ...stores, url, wilma, token, call: callerOf(url, token) };
}
