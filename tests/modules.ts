import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where one of our files imports from. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file of ours it names, from the root of the repository; `null` for packages and Node.js. */
  readonly file: string | null;
  /** What is imported by name; empty where it is all or nothing. */
  readonly names: readonly string[];
}

export interface Module {
  /** From the root of the repository. */
  readonly file: string;
  readonly imports: readonly Import[];
  readonly hasDefaultExport: boolean;
  /** Whether it passes on what another file of ours exports. */
  readonly isBarrel: boolean;
}

/** Every TypeScript file of ours under these folders, tests included; no generated code. */
export function readModules(...folders: readonly string[]): readonly Module[] {
  return folders.flatMap(listSources).map(readModule);
}

function listSources(folder: string): readonly string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const sources = names.filter(
    (name) => /\.tsx?$/.test(name) && !/(^|\/)(node_modules|dist|generated)\//.test(name),
  );
  return sources.map((name) => join(folder, name));
}

function readModule(file: string): Module {
  const parsed = parseSync(file, readFileSync(join(ROOT, file), 'utf8'));
  const exported = parsed.module.staticExports.flatMap(({ entries }) => entries);
  return {
    file,
    imports: listImports(parsed).map(({ specifier, names }) => ({
      specifier,
      names,
      file: resolve(file, specifier),
    })),
    hasDefaultExport: exported.some(({ exportName }) => exportName.kind === 'Default'),
    isBarrel: exported.some(
      ({ moduleRequest }) => moduleRequest !== null && resolve(file, moduleRequest.value) !== null,
    ),
  };
}

type Written = Pick<Import, 'specifier' | 'names'>;

/** Imports and re-exports, of values and of types, at the head of a file and in the middle of it. */
function listImports({ module, program }: ParseResult): readonly Written[] {
  const found: Written[] = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    names: entries.flatMap(({ importName }) => importName.name ?? []),
  }));
  for (const { moduleRequest, importName } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null)
      found.push({ specifier: moduleRequest.value, names: [importName.name ?? []].flat() });
  }
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal') found.push({ specifier: String(source.value), names: [] });
    },
    TSImportType: ({ source }) => void found.push({ specifier: source.value, names: [] }),
  }).visit(program);
  return found;
}

const OWN_PACKAGE = /^@mcsync\/(core|sandbox)\/(.+)$/;

function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return relative(ROOT, join(ROOT, dirname(from), specifier));
  const [, name, path] = OWN_PACKAGE.exec(specifier) ?? [];
  if (name === undefined || path === undefined) return null;
  const base = join('packages', name, path.startsWith('testing/') ? path : join('src', path));
  return existsSync(join(ROOT, `${base}.tsx`)) ? `${base}.tsx` : `${base}.ts`;
}
