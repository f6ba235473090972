import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from './account.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import { type ApiProblem, problems } from './problem.ts';

/**
 * Whose account the request opens: Basic with any user name and the key as password, or Bearer (reference 1.1). Throws 401 without
 * a key or with one that opens nothing (a wrong data centre makes it another key), 403 where the account is suspended.
 */
export function authenticate(world: MailchimpWorld, headers: IncomingHttpHeaders): Account {
  const key = keyIn(headers.authorization ?? '');
  if (key === '') throw problems.keyMissing();
  const account = world.findAccountByKey(key);
  if (account === undefined) throw problems.keyInvalid();
  if (account.isSuspended) throw problems.userDisabled();
  return account;
}

function keyIn(authorization: string): string {
  const [scheme = '', credentials = ''] = authorization.split(' ', 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic': {
      const pair = Buffer.from(credentials, 'base64').toString();
      return pair.slice(pair.indexOf(':') + 1);
    }
    default:
      return '';
  }
}

const TRIGGERED: readonly ApiProblem[] = [
  problems.badRequest('The request was malformed.'),
  problems.invalidAction(),
  problems.jsonParse(),
  problems.invalidResource('The resource submitted could not be validated.'),
  problems.keyMissing(),
  problems.keyInvalid(),
  problems.forbidden(),
  problems.userDisabled(),
  problems.notFound(),
  problems.methodNotAllowed(['GET']),
  problems.nestingTooDeep(),
  problems.invalidMethodOverride(),
  problems.upgradeRequired(),
  problems.tooManyRequests(),
  problems.serverError(),
];

/** The error that a request asks for with `X-Trigger-Error: APIKeyMissing`, to see it; none for an unknown name. */
export function triggeredProblem(headers: IncomingHttpHeaders): ApiProblem | undefined {
  const name = headers['x-trigger-error'];
  return TRIGGERED.find(({ title }) => title.replaceAll(' ', '') === name);
}
