import { PostButton } from '../html/post-button.tsx';
import type { Visit } from '../visit.ts';

export interface CheckButtonProps {
  readonly visit: Visit;
  /** What is looked at again. */
  readonly kind: 'site' | 'account';
  readonly of: { readonly id: number; readonly name: string };
}

/** Looks again at a place that is kept. */
export function CheckButton({ visit, kind, of: { id, name } }: CheckButtonProps) {
  return (
    <PostButton
      visit={visit}
      action={`/set-up/${kind}/check`}
      fields={{ id: String(id) }}
      kind="secondary outline"
      label={`Check ${name}`}
    >
      Check
    </PostButton>
  );
}

/** How somebody calls a place, for its form. */
export function NameField({ name }: { readonly name: string }) {
  return (
    <>
      <label for="name">What you call it (may stay empty)</label>
      <input id="name" name="name" type="text" maxlength={100} value={name} />
    </>
  );
}

/** A key that the other end has made, for the form of a place. It is never shown again. */
export function KeyField() {
  return (
    <>
      <label for="apiKey">API key</label>
      <input id="apiKey" name="apiKey" type="password" required autocomplete="off" class="code" />
    </>
  );
}
