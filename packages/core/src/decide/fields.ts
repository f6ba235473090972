import type { Mapping, MergeField } from '../domain/pairings.ts';
import {
  type CivicrmValue,
  type ConversionFault,
  type MailchimpValue,
  type ProfileBase,
  sameJson,
} from '../domain/profile.ts';
import {
  isEmptyAtMailchimp,
  isEmptyInCivicrm,
  saysTheSame,
  toCivicrmValue,
  toMailchimpValue,
} from './convert.ts';

/** What becomes of one field of one person. */
export type FieldOutcome =
  /** Nothing to write: the pair of values is agreed. */
  | { readonly kind: 'agreed' }
  /** Nothing is written and nothing agreed; `differs`: both have a value and nobody knows which is right. */
  | { readonly kind: 'kept'; readonly why: 'differs' | 'not-carried' }
  | { readonly kind: 'to-mailchimp'; readonly value: MailchimpValue; readonly overwrites: boolean }
  | { readonly kind: 'to-civicrm'; readonly value: CivicrmValue; readonly overwrites: boolean }
  /** The other side would refuse it. */
  | { readonly kind: 'refused'; readonly why: ConversionFault };

/** Both values and what was last agreed of them. */
export interface FieldFacts {
  readonly base: ProfileBase['fields'][string] | undefined;
  readonly mailchimp: MailchimpValue;
  readonly civicrm: CivicrmValue;
}

/**
 * Rules section 5 for one field: three-way, each side against its own half of the base pair. Base none: empties are filled, and differing values stay as they are.
 * Empty never overwrites unless the mapping says so.
 */
export function mergeField(mapping: Mapping, field: MergeField, facts: FieldFacts): FieldOutcome {
  if (saysTheSame(field, facts.mailchimp, facts.civicrm)) return { kind: 'agreed' };
  if (facts.base === undefined) return fillEmpty(mapping, field, facts);
  const [mailchimp, civicrm] = facts.base;
  const byMailchimp = !sameJson(mailchimp, facts.mailchimp);
  const byCivicrm = !sameJson(civicrm, facts.civicrm);
  if (byMailchimp && byCivicrm) return settleConflict(mapping, field, facts);
  if (byCivicrm) return toMailchimp(mapping, field, facts);
  // Each reads as it was when both agreed: one of them had put the value into its own form.
  return byMailchimp ? toCivicrm(mapping, facts) : { kind: 'agreed' };
}

function fillEmpty(mapping: Mapping, field: MergeField, facts: FieldFacts): FieldOutcome {
  if (isEmptyAtMailchimp(facts.mailchimp)) return toMailchimp(mapping, field, facts);
  if (isEmptyInCivicrm(facts.civicrm)) return toCivicrm(mapping, facts);
  return { kind: 'kept', why: 'differs' };
}

/** Who has no value loses to who has one, unless the mapping lets empty win. */
function settleConflict(mapping: Mapping, field: MergeField, facts: FieldFacts): FieldOutcome {
  const mailchimpWins = (): FieldOutcome => toCivicrm(mapping, facts);
  const civicrmWins = (): FieldOutcome => toMailchimp(mapping, field, facts);
  if (mapping.direction !== 'both')
    return mapping.direction === 'mailchimp-to-civicrm' ? mailchimpWins() : civicrmWins();
  if (mapping.empty === 'keeps') {
    if (isEmptyInCivicrm(facts.civicrm)) return mailchimpWins();
    if (isEmptyAtMailchimp(facts.mailchimp)) return civicrmWins();
  }
  return mapping.conflict === 'mailchimp' ? mailchimpWins() : civicrmWins();
}

const NOT_CARRIED: FieldOutcome = { kind: 'kept', why: 'not-carried' };

function toMailchimp(mapping: Mapping, field: MergeField, { mailchimp, civicrm }: FieldFacts): FieldOutcome {
  if (mapping.direction === 'mailchimp-to-civicrm') return NOT_CARRIED;
  const converted = toMailchimpValue(field, civicrm);
  const overwrites = !isEmptyAtMailchimp(mailchimp);
  switch (converted.kind) {
    case 'refused':
      return converted;
    case 'empty':
      return mapping.empty === 'clears' ? { kind: 'to-mailchimp', value: '', overwrites } : NOT_CARRIED;
    case 'value':
      return { kind: 'to-mailchimp', value: converted.value, overwrites };
  }
}

function toCivicrm(mapping: Mapping, { mailchimp, civicrm }: FieldFacts): FieldOutcome {
  if (mapping.direction === 'civicrm-to-mailchimp') return NOT_CARRIED;
  const converted = toCivicrmValue(mapping.dataType, mailchimp);
  const overwrites = !isEmptyInCivicrm(civicrm);
  switch (converted.kind) {
    case 'refused':
      return converted;
    case 'empty':
      return mapping.empty === 'clears' ? { kind: 'to-civicrm', value: null, overwrites } : NOT_CARRIED;
    case 'value':
      return { kind: 'to-civicrm', value: converted.value, overwrites };
  }
}

/** What becomes of one tag: one way, by name (rules section 5). Null: as it should be already. */
export function mergeTag(
  name: string,
  wanted: boolean,
  shown: { readonly names: readonly string[]; readonly shown: 'all' | 'some' },
  base: boolean | undefined,
): boolean | null {
  if (shown.names.includes(name.toLowerCase())) return wanted ? null : false;
  // Of somebody with more tags than Mailchimp shows, one that is not shown is as we left it.
  const isOn = shown.shown === 'some' && base === true;
  return wanted === isOn ? null : wanted;
}
