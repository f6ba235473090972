import type { Administrator } from '@mcsync/core/store/administrators';
import { RequestRefused } from './refusal.ts';
import type { Visit } from './visit.ts';

/** Who is signed in. Throws where nobody is, which the guards have made sure of. */
export function whoOf({ administrator }: Pick<Visit, 'administrator'>): Administrator {
  if (administrator === null) throw new RequestRefused('not-signed-in');
  return administrator;
}
