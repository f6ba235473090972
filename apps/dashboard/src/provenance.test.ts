import { expect, test } from 'vitest';
import { findProvenance, type Provenance } from './provenance.ts';

const HOST = 'sync.example.org';
const PUBLIC_URL = 'https://sync.example.org/';

test.each<
  [secFetchSite: string | undefined, origin: string | undefined, host: string | undefined, Provenance]
>([
  // What browsers say themselves counts, whatever else is there.
  ['same-origin', undefined, HOST, 'own'],
  ['same-origin', 'https://evil.example', HOST, 'own'],
  ['same-site', 'https://sync.example.org', HOST, 'foreign'],
  ['cross-site', 'https://sync.example.org', HOST, 'foreign'],
  ['none', undefined, HOST, 'foreign'],
  ['', undefined, HOST, 'foreign'],
  // Older browsers, and any over HTTP.
  [undefined, 'https://sync.example.org', HOST, 'own'],
  [undefined, 'http://127.0.0.1:3000', '127.0.0.1:3000', 'own'],
  [undefined, 'http://127.0.0.1:8080', '127.0.0.1:3000', 'foreign'],
  [undefined, 'https://evil.example', HOST, 'foreign'],
  [undefined, 'https://sync.example.org.evil.example', HOST, 'foreign'],
  [undefined, 'null', HOST, 'foreign'],
  [undefined, '', HOST, 'foreign'],
  [undefined, 'null', undefined, 'foreign'],
  // A proxy that changes Host.
  [undefined, 'https://sync.example.org', '127.0.0.1:3000', 'own'],
  [undefined, 'http://sync.example.org', '127.0.0.1:3000', 'foreign'],
  // Programs.
  [undefined, undefined, HOST, 'unsaid'],
])('Sec-Fetch-Site %j, Origin %j, Host %j: %s', (secFetchSite, origin, host, expected) => {
  expect(findProvenance({ secFetchSite, origin, host }, PUBLIC_URL)).toBe(expected);
});

test('without a public URL only the host that was asked is ours', () => {
  const tracks = { secFetchSite: undefined, origin: 'https://sync.example.org', host: '127.0.0.1:3000' };
  expect(findProvenance(tracks, null)).toBe('foreign');
});
