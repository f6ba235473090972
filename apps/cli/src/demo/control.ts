import { z } from 'zod';
import type { Announcement } from './announcement.ts';

const happenedSchema = z.object({ happened: z.array(z.string()) });
const countsSchema = z.object({ read: z.number(), write: z.number() });
const requestsSchema = z.object({ counts: z.object({ mailchimp: countsSchema, civicrm: countsSchema }) });

/** Lets people and staff on both sides do a few things. Gives what happened, without saying to whom. */
export async function letPeopleAct(sandbox: Announcement, count: number): Promise<readonly string[]> {
  return happenedSchema.parse(await post(sandbox, 'act', { count })).happened;
}

/** How many requests changed anything since the last `forgetRequests`, as both systems have counted them themselves. */
export async function countWrites({ control }: Announcement): Promise<number> {
  const response = await fetch(`${control}/requests`);
  const { counts } = requestsSchema.parse(await response.json());
  return counts.mailchimp.write + counts.civicrm.write;
}

export async function forgetRequests(sandbox: Announcement): Promise<void> {
  await post(sandbox, 'requests/reset', {});
}

async function post({ control }: Announcement, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${control}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${path}`);
  return await response.json();
}
