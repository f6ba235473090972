import { CATEGORIES, type Category, type Limit } from './plan.ts';

type Switch = 'off' | 'on';

/** How one connection wants what the rules leave open (architecture.md, "Policies of a connection"). */
export interface Policies {
  readonly removal: 'unsubscribe' | 'archive';
  readonly reconfirm: 'ask' | 'never';
  readonly doubleOptIn: Switch;
  readonly firstSync: 'newer' | 'mailchimp' | 'civicrm' | 'leaving-wins';
  readonly leavingAlwaysWins: Switch;
  readonly mirrorRefusals: Switch;
  readonly eraseAtMailchimp: Switch;
  readonly flagged: 'warn' | 'refuse';
  readonly holdCleaned: Switch;
  readonly moveAddress: Switch;
  /** Only what differs from the default of `DEFAULT_LIMITS`. */
  readonly limits: Readonly<Partial<Record<Category, Limit>>>;
  /** Interval of incremental runs such as `1h`; null: the installation's. */
  readonly every: string | null;
  /** When full runs start; null: the installation's. */
  readonly fullCron: string | null;
}

export const DEFAULT_POLICIES: Policies = {
  removal: 'unsubscribe',
  reconfirm: 'ask',
  doubleOptIn: 'off',
  firstSync: 'newer',
  leavingAlwaysWins: 'off',
  mirrorRefusals: 'off',
  eraseAtMailchimp: 'off',
  flagged: 'warn',
  holdCleaned: 'on',
  moveAddress: 'on',
  limits: {},
  every: null,
  fullCron: null,
};

/** The policies with a closed set of values, default first. */
export const POLICY_CHOICES = {
  removal: ['unsubscribe', 'archive'],
  reconfirm: ['ask', 'never'],
  doubleOptIn: ['off', 'on'],
  firstSync: ['newer', 'mailchimp', 'civicrm', 'leaving-wins'],
  leavingAlwaysWins: ['off', 'on'],
  mirrorRefusals: ['off', 'on'],
  eraseAtMailchimp: ['off', 'on'],
  flagged: ['warn', 'refuse'],
  holdCleaned: ['on', 'off'],
  moveAddress: ['on', 'off'],
} as const;

const FREE_TEXT = ['every', 'fullCron'] as const;
const LIMIT_PREFIX = 'limits.';

/** Policies changed by `name=value` pairs; every problem in words, so that all can be told at once. */
export interface ParsedPolicies {
  readonly policies: Policies;
  readonly problems: readonly string[];
}

/**
 * Reads `name=value` settings (`removal=archive`, `limits.subscribed=5%`) on top of `start`. Never throws: what cannot be read is a problem that names the
 * policy and what it takes. Intervals and cron lines are checked where they are used, by the library that reads them.
 */
export function parsePolicies(
  settings: readonly string[],
  start: Policies = DEFAULT_POLICIES,
): ParsedPolicies {
  let policies = start;
  const problems: string[] = [];
  for (const setting of settings) {
    const [name, value] = splitSetting(setting);
    const change = readPolicy(name, value);
    if (typeof change === 'string') problems.push(change);
    else policies = { ...policies, ...change, limits: { ...policies.limits, ...change.limits } };
  }
  return { policies, problems };
}

function splitSetting(setting: string): readonly [string, string] {
  const at = setting.indexOf('=');
  return at < 0 ? [setting.trim(), ''] : [setting.slice(0, at).trim(), setting.slice(at + 1).trim()];
}

function readPolicy(name: string, value: string): Partial<Policies> | string {
  if (name.startsWith(LIMIT_PREFIX)) return readLimit(name.slice(LIMIT_PREFIX.length), value);
  if (isFreeText(name)) return value === '' ? `Policy ${name} needs a value.` : { [name]: value };
  if (!isChoice(name)) return `There is no policy "${name}". Policies: ${policyNames().join(', ')}.`;
  const allowed: readonly string[] = POLICY_CHOICES[name];
  return allowed.includes(value)
    ? { [name]: value }
    : `Policy ${name} takes ${allowed.join(' or ')}, not "${value}".`;
}

function readLimit(category: string, value: string): Partial<Policies> | string {
  if (!isCategory(category)) {
    return `There is no category "${category}" to limit. Categories: ${CATEGORIES.join(', ')}.`;
  }
  const limit = parseLimit(value);
  if (limit === null)
    return `Policy limits.${category} takes a share (5%), a number of people or none, not "${value}".`;
  return { limits: { [category]: limit } };
}

/** `5%` → a share, `20` → a number of people, `none` → no limit; null where the text is none of these. */
export function parseLimit(text: string): Limit | null {
  if (text === 'none') return { kind: 'none' };
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (share !== undefined) return Number(share) <= 100 ? { kind: 'share', share: Number(share) / 100 } : null;
  return /^\d+$/.test(text) ? { kind: 'number', people: Number(text) } : null;
}

const policyNames = () => [...Object.keys(POLICY_CHOICES), `${LIMIT_PREFIX}<category>`, ...FREE_TEXT];
const isChoice = (name: string): name is keyof typeof POLICY_CHOICES => Object.hasOwn(POLICY_CHOICES, name);
const isFreeText = (name: string): name is (typeof FREE_TEXT)[number] =>
  FREE_TEXT.some((known) => known === name);
const isCategory = (name: string): name is Category => CATEGORIES.some((known) => known === name);
