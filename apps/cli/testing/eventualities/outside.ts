import { createHash } from 'node:crypto';

/** What the sandbox prints when it answers. */
export interface SandboxAddress {
  readonly url: string;
  readonly mailchimp: { readonly baseUrl: string; readonly apiKey: string };
  readonly civicrm: { readonly url: string; readonly apiKey: string };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes; a wrong guess fails the test
export type Json = any;

/** What a sandbox’s fault is made of: `packages/sandbox/src/faults.ts`. */
export type Fault = Readonly<Record<string, string | number>>;

/** Both systems as anybody outside meets them: people and staff act there, and their public APIs are asked what they say. */
export interface Outside {
  readonly address: SandboxAddress;
  /** Somebody does something: `act('civicrm/trashContact', { contactId })`. Gives the id of what came of it, if anything. */
  act(name: string, details: object): Promise<Json>;
  /** Mailchimp’s API as anybody with the account’s key calls it; null: 404. */
  askMailchimp(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Json>;
  /** The rows that CiviCRM’s API answers with. */
  askCivicrm(call: `${string}/${string}`, params: object): Promise<readonly Json[]>;
  inject(fault: Fault): Promise<void>;
  mendAll(): Promise<void>;
  /** Every request of a system waits so long from now on. */
  slowDown(system: 'mailchimp' | 'civicrm', ms: number): Promise<void>;
  /** The sandbox’s time from now on. */
  setClock(at: number): Promise<void>;
  /** So much time goes by there; gives the time after it. */
  letPass(ms: number): Promise<number>;
  /** While it stands still Mailchimp works off no batch. */
  stopClock(): Promise<void>;
  releaseClock(): Promise<void>;
  /** Another key for the account, by which its API is asked from now on. */
  renewKey(): Promise<string>;
  /** Requests that changed something, on either side, since the last time this was asked. */
  takeWrites(): Promise<number>;
  /** The last requests, as `METHOD path`. */
  recentRequests(): Promise<readonly string[]>;
}

/** Mailchimp’s name for an address. */
export const hashOf = (email: string): string => createHash('md5').update(email.toLowerCase()).digest('hex');

export function openOutside(address: SandboxAddress): Outside {
  const { mailchimp, civicrm } = address;
  let key = mailchimp.apiKey;
  const control = async (method: string, path: string, body?: object): Promise<Json> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${address.url}/control/${path}`, { method, headers, ...init });
    const answer: Json = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.error}`);
    return answer;
  };
  return {
    address,
    act: async (name, details) => (await control('POST', name, details)).result,
    async askMailchimp(method, path, body) {
      const response = await fetch(`${mailchimp.baseUrl}${path}`, {
        method,
        headers: { authorization: `Basic ${Buffer.from(`test:${key}`).toString('base64')}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : await response.json();
    },
    async askCivicrm(call, params) {
      const response = await fetch(`${civicrm.url}/civicrm/ajax/api4/${call}`, {
        method: 'POST',
        headers: { 'X-Requested-With': 'XMLHttpRequest', 'X-Civi-Auth': `Bearer ${civicrm.apiKey}` },
        body: new URLSearchParams({ params: JSON.stringify(params) }),
      });
      if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`);
      return ((await response.json()) as Json).values;
    },
    inject: async (fault) => void (await control('POST', 'faults', fault)),
    mendAll: async () => void (await control('DELETE', 'faults')),
    slowDown: async (system, ms) => void (await control('POST', 'latency', { system, ms })),
    setClock: async (at) => void (await control('POST', 'clock', { set: at })),
    letPass: async (ms) => Date.parse((await control('POST', 'clock', { advanceMs: ms })).now),
    stopClock: async () => void (await control('POST', 'clock', { freeze: true })),
    releaseClock: async () => void (await control('POST', 'clock', { release: true })),
    async renewKey() {
      key = (await control('POST', 'mailchimp/addKey', {})).result;
      return key;
    },
    async takeWrites() {
      const { counts } = await control('GET', 'requests');
      await control('POST', 'requests/reset');
      return counts.mailchimp.write + counts.civicrm.write;
    },
    async recentRequests() {
      const { recent } = await control('GET', 'requests');
      return recent.map(({ method, path }: Json) => `${method} ${path}`);
    },
  };
}
