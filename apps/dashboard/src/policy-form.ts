import { CATEGORIES } from '@mcsync/core/domain/plan';
import { POLICY_CHOICES } from '@mcsync/core/domain/policies';

const NAMES = [
  ...Object.keys(POLICY_CHOICES),
  'every',
  'fullCron',
  ...CATEGORIES.map((one) => `limits.${one}`),
];

/** What a form says of policies, as `name=value`; what was left empty is not said. */
export function policiesIn(form: Readonly<Record<string, unknown>>): readonly string[] {
  return NAMES.flatMap((name) => {
    const value = form[name];
    return typeof value === 'string' && value.trim() !== '' ? [`${name}=${value.trim()}`] : [];
  });
}
