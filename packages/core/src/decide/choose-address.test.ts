import { describe, expect, test } from 'vitest';
import type { ContactAddress } from '../domain/contact-address.ts';
import { chooseAddresses } from './choose-address.ts';

const at = (id: number, address: string, facts: Partial<ContactAddress> = {}): ContactAddress => ({
  id,
  address,
  isPrimary: false,
  isBulkmail: false,
  isOnHold: false,
  ...facts,
});

describe('2.4: the best address', () => {
  test('bulk-mail first, then primary, then the lowest id', () => {
    const addresses = [
      at(1, 'low@x.test'),
      at(2, 'primary@x.test', { isPrimary: true }),
      at(4, 'bulk-high@x.test', { isBulkmail: true }),
      at(3, 'bulk-low@x.test', { isBulkmail: true }),
      at(5, 'both@x.test', { isBulkmail: true, isPrimary: true }),
    ];
    expect(chooseAddresses(addresses).addresses).toEqual([
      'both@x.test',
      'bulk-low@x.test',
      'bulk-high@x.test',
      'primary@x.test',
      'low@x.test',
    ]);
  });

  test('not on hold, not empty', () => {
    const held = at(1, 'held@x.test', { isOnHold: true, isBulkmail: true });
    expect(chooseAddresses([held, at(2, '   '), at(3, 'fine@x.test')])).toEqual({
      addresses: ['fine@x.test'],
      hasHeldAddress: true,
    });
  });

  test('trimmed and in lower case, each once however often it stands there', () => {
    const twice = [
      at(1, ' Wilma@X.test'),
      at(2, 'wilma@x.TEST ', { isPrimary: true }),
      at(3, 'other@x.test'),
    ];
    expect(chooseAddresses(twice).addresses).toEqual(['wilma@x.test', 'other@x.test']);
  });

  test('an address that is on hold in one place and not in another is usable', () => {
    expect(chooseAddresses([at(1, 'a@x.test', { isOnHold: true }), at(2, 'A@x.test')]).addresses).toEqual([
      'a@x.test',
    ]);
  });

  test('an empty address that is on hold is no held address', () => {
    expect(chooseAddresses([at(1, '', { isOnHold: true })])).toEqual({
      addresses: [],
      hasHeldAddress: false,
    });
    expect(chooseAddresses([])).toEqual({ addresses: [], hasHeldAddress: false });
  });

  test('leaves what it was given as it was', () => {
    const addresses = [at(2, 'b@x.test'), at(1, 'a@x.test')];
    chooseAddresses(addresses);
    expect(addresses.map(({ id }) => id)).toEqual([2, 1]);
  });
});
