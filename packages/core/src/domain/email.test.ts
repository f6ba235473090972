import { expect, test } from 'vitest';
import { addressKey, sameAddress, subscriberHash } from './email.ts';

test('2.4: addresses are compared trimmed and in lower case', () => {
  expect(addressKey('  Wilma@Bedrock.TEST\n')).toBe('wilma@bedrock.test');
  expect(sameAddress('Wilma@bedrock.test', ' wilma@BEDROCK.test')).toBe(true);
  expect(sameAddress('wilma@bedrock.test', 'wilma@bedrock.tes')).toBe(false);
});

test('Mailchimp’s hash is the MD5 of the trimmed, lower-cased address', () => {
  // From Mailchimp's own documentation of subscriber_hash.
  expect(subscriberHash('Urist.McVankab@freddiesjokes.com')).toBe('62eeb292278cc15f5817cb78f7790b08');
  expect(subscriberHash(' urist.mcvankab@freddiesjokes.com ')).toBe('62eeb292278cc15f5817cb78f7790b08');
});

test('only ASCII letters are lowered for the hash: languages differ in the rest', () => {
  expect(subscriberHash('ÄNNE@x.test')).toBe(subscriberHash('Änne@x.test'));
  expect(subscriberHash('ÄNNE@x.test')).not.toBe(subscriberHash('änne@x.test'));
});
