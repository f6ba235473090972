import { createHash } from 'node:crypto';

/** An address as the rules compare it: trimmed and in lower case (rules 2.4). Two spellings of one address give the same key. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

/** Whether two spellings are one address (rules 2.4). */
export function sameAddress(one: string, other: string): boolean {
  return addressKey(one) === addressKey(other);
}

/**
 * Mailchimp's `subscriber_hash`: MD5 of the lower-cased address. Only ASCII letters are lowered: languages differ in the rest, and for members that
 * exist the id that Mailchimp returned is used instead (mailchimp-api.md 11).
 */
export function subscriberHash(address: string): string {
  const lowered = address.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return createHash('md5').update(lowered, 'utf8').digest('hex');
}
