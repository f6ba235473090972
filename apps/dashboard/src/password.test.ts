import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';

test('a password is right for its hash, and no other is', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(await verifyPassword('correct horse battery', hash)).toBe(true);
  expect(await verifyPassword('correct horse batterz', hash)).toBe(false);
  expect(await verifyPassword('', hash)).toBe(false);
});

test('the same password is stored differently each time', async () => {
  expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
});

test('a guess costs what OWASP asks for, and the hash says so', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(isOutdated(hash)).toBe(false);
});

test('a hash that scrypt made before is still good, and is to be made again', async () => {
  const salt = Buffer.from('some salt, kept with it');
  const key = scryptSync('correct horse', salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  const stored = `$scrypt$ln=10,r=8,p=1$${salt.toString('base64url')}$${key.toString('base64url')}`;
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  expect(await verifyPassword('wrong horse', stored)).toBe(false);
  expect(isOutdated(stored)).toBe(true);
});

test('nobody has the hash of nobody', async () => {
  expect(await verifyPassword('correct horse', null)).toBe(false);
  expect(await verifyPassword('', null)).toBe(false);
});

test('keyboards spell accents in two ways, and both are right', async () => {
  const hash = await hashPassword('caf\u00e9 au lait');
  expect(await verifyPassword('cafe\u0301 au lait', hash)).toBe(true);
});

test('a stored hash that cannot be read is a bug, not a wrong password', async () => {
  await expect(verifyPassword('correct horse', 'plain text')).rejects.toThrow();
});
