import { addressKey } from '@mcsync/core/domain/email';

/** Shorter ones are guessed. */
export const SHORTEST_PASSWORD = 12;
/** Longer ones only cost us time. */
export const LONGEST_PASSWORD = 256;
/** RFC 5321. */
const LONGEST_EMAIL = 254;

/** Somebody to be let in, as typed. */
export interface AdministratorInput {
  readonly email: string;
  readonly password: string;
}

/** Every problem with it, each with what to do. */
export function checkAdministrator({ email, password }: AdministratorInput): readonly string[] {
  const problems: string[] = [...checkEmail(email)];
  if (password.length < SHORTEST_PASSWORD)
    problems.push(
      `Choose a password of at least ${SHORTEST_PASSWORD} characters; a few random words will do.`,
    );
  if (password.length > LONGEST_PASSWORD)
    problems.push(`Choose a password of at most ${LONGEST_PASSWORD} characters.`);
  if (password !== '' && addressKey(password) === addressKey(email))
    problems.push('Choose a password that is not your address.');
  return problems;
}

/** Whether somebody can be reached by it at all. */
export function checkEmail(email: string): readonly string[] {
  const address = addressKey(email);
  return /^[^\s@]+@[^\s@]+$/.test(address) && address.length <= LONGEST_EMAIL
    ? []
    : ['Enter an e-mail address, such as wilma@example.org.'];
}
