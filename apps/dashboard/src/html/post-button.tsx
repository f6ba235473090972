import type { ComponentChildren } from 'preact';
import type { Visit } from '../visit.ts';
import { FormToken } from './form-token.tsx';

export interface PostButtonProps {
  readonly visit: Visit;
  /** Where it is sent. */
  readonly action: string;
  /** Sent along. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly kind?: 'primary' | 'secondary' | 'contrast' | 'secondary outline' | 'contrast outline';
  /** What it is about, for those who hear only the button. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** A button that does something: a form of its own, so that it works without a script. */
export function PostButton({
  visit,
  action,
  fields = {},
  kind = 'primary',
  label,
  children,
}: PostButtonProps) {
  return (
    <form method="post" action={action} class="button">
      <FormToken token={visit.cookie.formToken()} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button
        type="submit"
        {...(kind !== 'primary' && { class: kind })}
        {...(label !== undefined && { 'aria-label': label })}
      >
        {children}
      </button>
    </form>
  );
}
