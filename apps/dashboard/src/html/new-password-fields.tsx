import { SHORTEST_PASSWORD } from '../administrator-input.ts';

/** A password that somebody chooses, typed twice. `called`: what it is called on the form. */
export function NewPasswordFields({ called }: { readonly called: 'A password' | 'A new password' }) {
  return (
    <>
      <label for="password">{called}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="new-password"
        minlength={SHORTEST_PASSWORD}
        aria-describedby="password-help"
        required
      />
      <small id="password-help">At least {SHORTEST_PASSWORD} characters; a few random words will do.</small>
      <label for="repeated">{called.replace('A ', 'The ')} again</label>
      <input id="repeated" name="repeated" type="password" autocomplete="new-password" required />
    </>
  );
}
