/** Any origin does to read a path: it only must come out again. */
const HERE = 'http://here.invalid';

/** Where to go after signing in: a path of ours as asked for, or else the first page. What would lead elsewhere counts as not asked for. */
export function nextPath(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/') || !URL.canParse(asked, HERE)) return '/';
  const { origin, pathname, search } = new URL(asked, HERE);
  // Once more: after resolving dots the path itself may begin like a host's name.
  return origin === HERE && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
