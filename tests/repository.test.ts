import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from './modules.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const MANIFESTS = ['package.json', ...listFolders('packages'), ...listFolders('apps')];
const GUIDES = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'].filter((file) =>
  existsSync(join(ROOT, file)),
);

const manifestSchema = z.object({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const readManifest = (file: string) => manifestSchema.parse(JSON.parse(read(file)));

test('every model and every column of the schema says what it is for', () => {
  const lines = read('prisma/schema.prisma').split('\n');
  const isDeclaration = (line: string) => /^(model|enum) \w+ \{$|^ {2}\w+ +\w+/.test(line);
  const isInBlock = blocksOf(lines, 'model', 'enum');
  const silent = lines.filter(
    (line, at) => isInBlock(at) && isDeclaration(line) && !/^\s*\/\/\/ \S/.test(lines[at - 1] ?? ''),
  );
  expect(silent).toEqual([]);
});

test('every dependency has one exact version', () => {
  const versions = MANIFESTS.map(readManifest).flatMap(({ dependencies, devDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies }),
  );
  const isExact = (name: string, version: string) =>
    name.startsWith('@mcsync/') || /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version);
  expect(versions.filter(([name, version]) => !isExact(name, version))).toEqual([]);
});

test('the same dependency has the same version everywhere', () => {
  const versions = new Map<string, Set<string>>();
  for (const { dependencies, devDependencies } of MANIFESTS.map(readManifest)) {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  expect([...versions].filter(([, used]) => used.size > 1)).toEqual([]);
});

test('no file names a package registry, or a path of the machine it was written on', () => {
  // In pieces, or this file would name them.
  const forbidden = [['registry', 'npmjs'].join('.'), ['', 'work', ''].join('/'), ['', 'root', ''].join('/')];
  const offending = listTracked().filter((file) => {
    const text = read(file);
    return forbidden.some((name) => text.includes(name));
  });
  expect(offending).toEqual([]);
});

test('every npm script that a guide names is there', () => {
  const { scripts } = readManifest('package.json');
  const named = GUIDES.flatMap((file) => [
    ...read(file).matchAll(/\bnpm (?:run (?:-s )?)?(test|start|(?<=run |-s )[a-z:]+)/g),
  ]);
  const missing = named.map(([, script = '']) => script).filter((script) => scripts[script] === undefined);
  expect(missing).toEqual([]);
});

test('every npm script runs a file that is there', () => {
  const { scripts } = readManifest('package.json');
  const files = Object.values(scripts).flatMap((command) => command.match(/scripts\/\S+/g) ?? []);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('every setting that is read is explained, and every setting that is explained is read', () => {
  const [, block = ''] =
    /const ENVIRONMENT = z\.object\(\{\n([\s\S]*?)\n\}\)/.exec(read('packages/core/src/settings.ts')) ?? [];
  const settings = new Set([...block.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name = '']) => name));
  const ofComposeAlone = ['POSTGRES_PASSWORD'];
  expect([...explained()].filter((name) => !ofComposeAlone.includes(name)).toSorted()).toEqual(
    [...settings].toSorted(),
  );
});

test('every file that a guide links to is there', () => {
  const links = GUIDES.flatMap((guide) =>
    [...read(guide).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target),
  );
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});

test('docker compose asks for settings that .env.example explains, and for no others', () => {
  const asked = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
  expect(asked.filter((name) => !explained().has(name ?? ''))).toEqual([]);
});

test('docker compose gives its services only settings that .env.example explains', () => {
  const { services } = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
  const given = ['migrate', 'worker', 'dashboard'].flatMap((name) =>
    Object.keys(services[name]?.environment ?? {}),
  );
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((name) => !explained().has(name))).toEqual([]);
});

test('docker compose starts a service only after what it needs', () => {
  const { services } = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
  const waitsFor = (name: string) => Object.keys(services[name]?.depends_on ?? {}).sort();
  expect(waitsFor('migrate')).toEqual(['postgres']);
  expect(waitsFor('worker')).toEqual(['migrate', 'redis']);
  expect(waitsFor('dashboard')).toEqual(['migrate', 'redis']);
});

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      environment: z.record(z.string(), z.unknown()).optional(),
      depends_on: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

/** The settings of .env.example, each under a comment. */
function explained(): ReadonlySet<string> {
  return new Set([...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].flatMap(([, name]) => name ?? []));
}

/** Tells whether a line is inside, or at the head of, a block of one of these kinds. */
function blocksOf(lines: readonly string[], ...kinds: readonly string[]): (at: number) => boolean {
  let isInside = false;
  const inside = lines.map((line) => {
    const [, kind] = /^(\w+) \w+ \{$/.exec(line) ?? [];
    if (kind !== undefined) isInside = kinds.includes(kind);
    const answer = isInside;
    if (line === '}') isInside = false;
    return answer;
  });
  return (at) => inside[at] === true;
}

function listFolders(above: string): readonly string[] {
  return readdirSync(join(ROOT, above)).map((name) => `${above}/${name}/package.json`);
}

/** Every text file of the repository, new ones included. */
function listTracked(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)));
}
