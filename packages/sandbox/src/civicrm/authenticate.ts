import type { Caller } from './callers.ts';

/** What a request says about who sends it; header names in lower case. */
export interface Credentials {
  readonly header: (name: string) => string | undefined;
  /** The form field `_authx`: from the query of a GET, the body of a POST. */
  readonly authxField: string | undefined;
  /** The form field `_authxSiteKey`. */
  readonly siteKeyField: string | undefined;
}

/** How a caller came in. `Authorization:` counts as something a browser may have sent, the other two do not. */
export type Flow = 'xheader' | 'header' | 'param' | 'none';

export type Authentication =
  | { readonly kind: 'caller'; readonly caller: Caller; readonly flow: Flow }
  /** 401, text/plain. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** `Bearer ` with nothing after it ends on a page (civicrm-recorded.md 8). */
  | { readonly kind: 'broken' };

export interface Registry {
  readonly anonymous: Caller;
  readonly siteKey: string;
  readonly findByKey: (apiKey: string) => Caller | undefined;
}

/** authx: finds the caller, or says why not. No credential at all is no error: the call runs with nobody's rights. */
export function authenticate(credentials: Credentials, registry: Registry): Authentication {
  const [flow, credential] = readCredential(credentials);
  if (credential === undefined) return { kind: 'caller', caller: registry.anonymous, flow: 'none' };
  const match = /^(Bearer|Basic)(?:\s+(.*))?$/i.exec(credential.trim());
  if (match === null) return refused('Invalid credential');
  if (match[1]?.toLowerCase() === 'basic') {
    return refused(`Authentication type "pass" with flow "${flow}" is not allowed for this principal.`);
  }
  const key = match[2]?.trim() ?? '';
  if (key === '') return { kind: 'broken' };
  const caller = registry.findByKey(key);
  if (caller === undefined) return refused('Invalid credential');
  const siteKey = credentials.header('x-civi-key') ?? credentials.siteKeyField;
  if (!caller.may('authenticate with api key') && siteKey !== registry.siteKey) {
    return refused('Login not permitted. Must satisfy guard (site_key, perm).');
  }
  return { kind: 'caller', caller, flow };
}

function readCredential({ header, authxField }: Credentials): readonly [Flow, string | undefined] {
  const own = header('x-civi-auth');
  if (own !== undefined) return ['xheader', own];
  const common = header('authorization');
  if (common !== undefined) return ['header', common];
  return ['param', authxField];
}

const refused = (reason: string): Authentication => ({ kind: 'refused', reason: `HTTP 401 ${reason}` });
