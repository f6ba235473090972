import { formatMoment } from './format.ts';

/** When something was; never, where it was not yet. */
export function Moment({ at }: { readonly at: Date | null }) {
  if (at === null) return <>never</>;
  return <time datetime={at.toISOString()}>{formatMoment(at)}</time>;
}
