import type { Answer, Deferred } from './api-call.ts';
import type { JsonObject } from './body.ts';
import { problems } from './problem.ts';

const UNREACHABLE = 'The URL could not be validated: it has to answer a GET with 200.';

/** The `url` of a body; throws where it is no address that something could be delivered to. */
export function checkUrl(json: JsonObject): string {
  const url = String(json['url']);
  const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
  if (!isUrl) throw problems.invalidFields([{ field: 'url', message: 'Please enter a valid URL' }]);
  return url;
}

/** An answer that waits for the URL to answer a GET; without that it is a refusal. */
export function onceAnswered(url: string, conclude: () => Answer): Deferred {
  return {
    callbackUrl: url,
    conclude: (isAnswered) => {
      if (!isAnswered) throw problems.invalidFields([{ field: 'url', message: UNREACHABLE }]);
      return conclude();
    },
  };
}

/** Whether a GET of the URL answers 200 in time; the request carries no signature (reference 7.1). */
export async function answersGet(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false; // refused, reset, too slow: all the same to whoever asks
  }
}
