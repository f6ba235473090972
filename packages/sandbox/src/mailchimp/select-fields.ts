import { problems } from './problem.ts';

interface FieldTree extends ReadonlyMap<string, FieldTree> {}

/** What `fields` or `exclude_fields` leave of an answer (reference 3.1). */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'only' | 'without'; readonly tree: FieldTree };

const ALL: Selection = { kind: 'all' };
const NOTHING: Selection = { kind: 'nothing' };

/** Reads both parameters; giving both is an error. */
export function selectionOf(query: URLSearchParams): Selection {
  const only = query.get('fields') ?? '';
  const without = query.get('exclude_fields') ?? '';
  if (only !== '' && without !== '') {
    throw problems.badRequest('fields and exclude_fields cannot be used together.');
  }
  if (only !== '') return { kind: 'only', tree: treeOf(only) };
  return without === '' ? ALL : { kind: 'without', tree: treeOf(without) };
}

/** What the selection leaves of one key of an object; arrays are passed through, as the dots do not count them. */
export function under(selection: Selection, key: string): Selection {
  if (selection.kind === 'all' || selection.kind === 'nothing') return selection;
  const branch = selection.tree.get(key);
  if (branch === undefined) return selection.kind === 'only' ? NOTHING : ALL;
  if (branch.size > 0) return { kind: selection.kind, tree: branch };
  return selection.kind === 'only' ? ALL : NOTHING;
}

/** The value without what was not asked for. */
export function prune(value: unknown, selection: Selection): unknown {
  if (selection.kind === 'all') return value;
  if (Array.isArray(value)) return value.map((item) => prune(item, selection));
  if (typeof value !== 'object' || value === null) return value;
  const pruned: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const left = under(selection, key);
    if (left.kind !== 'nothing') pruned[key] = prune(item, left);
  }
  return pruned;
}

function treeOf(paths: string): FieldTree {
  const root: Branch = new Map();
  for (const path of paths.split(',')) {
    let branch = root;
    for (const key of path.trim().split('.')) {
      const next = branch.get(key) ?? new Map();
      branch.set(key, next);
      branch = next;
    }
  }
  return root;
}

interface Branch extends Map<string, Branch> {}
