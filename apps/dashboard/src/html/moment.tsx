import { formatMoment } from './format.ts';

/** When something was; never, where it was not yet. In UTC until the browser tells it in the reader's zone (public/local-times.js); the exact time on hover. */
export function Moment({ at, never = 'never' }: { readonly at: Date | null; readonly never?: string }) {
  if (at === null) return <>{never}</>;
  const iso = at.toISOString();
  return (
    <time datetime={iso} title={iso}>
      {formatMoment(at)}
    </time>
  );
}
