import { expect, onTestFinished } from 'vitest';
import { loadOfficialSchema } from '../contract/mailchimp/official-schema.ts';
import type { MailchimpSettings } from '../src/mailchimp/settings.ts';
import { startMailchimp, type TestMailchimp } from './start-mailchimp.ts';

const schema = loadOfficialSchema();

/**
 * Mailchimp alone on a port of its own, closed when the test ends. Where the official description is beside the repository, every
 * answer that the test gets has to agree with it.
 */
export async function serveMailchimp(settings: Partial<MailchimpSettings> = {}): Promise<TestMailchimp> {
  const disagreements: string[] = [];
  const mailchimp = await startMailchimp({
    settings,
    onExchange: (exchange) => disagreements.push(...(schema?.disagreements(exchange) ?? [])),
  });
  onTestFinished(async () => {
    await mailchimp.close();
    expect(disagreements).toEqual([]);
  });
  return mailchimp;
}
