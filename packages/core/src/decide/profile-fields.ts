import { sameAddress } from '../domain/email.ts';
import type { Mapping, Pairings } from '../domain/pairings.ts';
import { type FieldOutcome, mergeField, mergeTag } from './fields.ts';
import type { Scene } from './profile-interests.ts';
import type { Part } from './profile-sheet.ts';

/** Rules section 5 for all mappings of one link; those of the contact's best member come before those of others. Gives false where it has to be read who else holds the address. */
export function decideFields(pairings: Pairings, part: Part, scene: Scene): boolean {
  if (scene.leadOf(part) !== part) return true;
  return pairings.mappings.map((mapping) => decideField(mapping, pairings, part, scene)).every(Boolean);
}

function decideField(mapping: Mapping, { mergeFields }: Pairings, part: Part, scene: Scene): boolean {
  const { member, contact, link } = part;
  const { mergeTag: tag, fieldPath } = mapping;
  const field = mergeFields.find((one) => one.tag === tag);
  const mailchimp = member.profile.fields[tag];
  // What the contact's best member says goes on to the others.
  const { values } = scene.sourceOf(part).sheet;
  const civicrm = fieldPath in values ? values[fieldPath] : contact.profile.fields[fieldPath];
  if (field === undefined || mailchimp === undefined || civicrm === undefined) return true;
  const facts = { base: link.profileBase?.fields[tag], mailchimp, civicrm };
  const outcome = mergeField(mapping, field, facts);
  if (outcome.kind !== 'to-civicrm') {
    note(mapping, part, outcome, [mailchimp, civicrm]);
    return true;
  }
  switch (mayWriteToCivicrm(part, scene)) {
    case 'unread':
      return false;
    case 'yes':
      note(mapping, part, outcome, [mailchimp, civicrm]);
      return true;
    case 'no': {
      // What this member says stays there; what the contact says goes on.
      if (mapping.direction !== 'both') return true;
      const oneWay = mergeField({ ...mapping, direction: 'civicrm-to-mailchimp' }, field, facts);
      note(mapping, part, oneWay, [mailchimp, civicrm]);
      return true;
    }
  }
}

/** Never from a member whose address several contacts hold, nor from one other than the best address's (rules section 5). */
function mayWriteToCivicrm({ member, contact }: Part, { parts }: Scene): 'yes' | 'no' | 'unread' {
  const best = contact.addresses[0];
  const isBest = best !== undefined && sameAddress(best, member.address);
  const isShared = parts.some(
    (other) => other.member.contactId === member.contactId && other.contact.contactId !== contact.contactId,
  );
  if (!isBest || isShared) return 'no';
  if (member.holders === undefined) return 'unread';
  return member.holders > 1 ? 'no' : 'yes';
}

/** Puts on the sheet what becomes of one field. */
function note(
  { mergeTag: tag, fieldPath }: Mapping,
  part: Part,
  outcome: FieldOutcome,
  [mailchimp, civicrm]: Part['sheet']['agree']['fields'][string],
): void {
  const { sheet } = part;
  switch (outcome.kind) {
    case 'agreed':
      sheet.agree.fields[tag] = [mailchimp, civicrm];
      return;
    case 'to-mailchimp':
      sheet.fields[tag] = outcome.value;
      sheet.pendingAtMailchimp.fields[tag] = [outcome.value, civicrm];
      sheet.categories.add(outcome.overwrites ? 'overwritten' : 'filled');
      return;
    case 'to-civicrm':
      sheet.values[fieldPath] = outcome.value;
      sheet.pendingInCivicrm.fields[tag] = [mailchimp, outcome.value];
      sheet.categories.add(outcome.overwrites ? 'overwritten' : 'filled');
      return;
    case 'refused':
      sheet.warnings.add('value-refused');
      sheet.notes.push({ mergeTag: tag, why: outcome.why });
      return;
    case 'kept':
      if (outcome.why !== 'differs') return;
      sheet.warnings.add('value-differs');
      sheet.notes.push({ mergeTag: tag, why: 'differs' });
      return;
  }
}

/** Tags, one way and by name. */
export function decideTags({ tags, extraTags }: Pairings, part: Part, scene: Scene): void {
  const { member, contact, link, sheet } = part;
  const shown = member.profile.tags;
  if (shown === null || scene.leadOf(part) !== part) return;
  for (const name of [...tags, ...extraTags]) {
    const wanted = contact.profile.tags[name];
    if (wanted === undefined) continue;
    if (link.profileBase?.apart?.tags[name] === !wanted) {
      sheet.warnings.add('put-back');
      continue;
    }
    const change = mergeTag(name, wanted, shown, link.profileBase?.tags[name]);
    if (change === null) {
      sheet.agree.tags[name] = wanted;
      continue;
    }
    sheet.tags[name] = change;
    sheet.pendingAtMailchimp.tags[name] = change;
    sheet.categories.add('filled');
  }
}
