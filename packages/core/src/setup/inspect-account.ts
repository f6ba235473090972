import type { AccountInfo } from '../gateways/mailchimp/mailchimp.ts';
import { type Look, look, type Obstacle, unless, usage } from './obstacle.ts';
import { readMailchimp } from './readers.ts';

/** A key, and where it is used: everything up to and including `/3.0`. */
export interface AccountAccess {
  readonly apiKey: string;
  readonly baseUrl: string;
}

const KEY_SUFFIX = /-([a-z]{2}\d+)$/;
const OFFICIAL_HOST = /^([a-z]{2}\d+)\.api\.mailchimp\.com$/;

/**
 * Where a key is used: at the given base URL, or at the data centre that the key names (mailchimp-api.md 1.1). A key and a base URL of two data centres are told apart here, because Mailchimp
 * would only say that it does not know the key.
 */
export function locateAccount(apiKey: string, baseUrl: string | null): Look<AccountAccess> {
  const key = apiKey.trim();
  const dataCentre = KEY_SUFFIX.exec(key)?.[1] ?? null;
  const url = baseUrl?.trim().replace(/\/+$/, '') ?? null;
  const misplaced = findMisplacement(dataCentre, url);
  const access = { apiKey: key, baseUrl: url ?? `https://${dataCentre}.api.mailchimp.com/3.0` };
  return unless(misplaced === null ? [] : [misplaced], access);
}

function findMisplacement(dataCentre: string | null, url: string | null): Obstacle | null {
  if (url === null) return dataCentre === null ? usage('MAILCHIMP_KEY_MALFORMED', MALFORMED) : null;
  if (!/^https?:\/\/[^?#]+\/3\.0$/.test(url)) return usage('BAD_INPUT', BAD_URL);
  const named = OFFICIAL_HOST.exec(URL.canParse(url) ? new URL(url).host : '')?.[1] ?? null;
  if (named === null || named === dataCentre) return null;
  const said = dataCentre === null ? 'names no data centre' : `is of data centre ${dataCentre}`;
  return usage(
    'MAILCHIMP_KEY_MALFORMED',
    `The API key ${said}, and the base URL is of ${named}. Leave the base URL out: it follows from the key.`,
  );
}

const MALFORMED =
  'The API key must end in a dash and its data centre, such as -us6. Copy it whole from Account, Extras, API keys.';
const BAD_URL =
  'The base URL must be a web address up to and including /3.0, such as https://us6.api.mailchimp.com/3.0. Without one it follows from the key.';

/** Whose account a key opens. One request. */
export async function inspectAccount(access: AccountAccess, signal: AbortSignal): Promise<Look<AccountInfo>> {
  return await look(async () => await readMailchimp(access).fetchAccount(signal));
}
