import type { RemoveHow, Write } from '../domain/decision.ts';
import type { ProfileWrite } from '../domain/profile.ts';

const REMOVE_WORDS: Readonly<Record<RemoveHow, string>> = {
  unsubscribe: 'unsubscribe',
  archive: 'archive',
  withdraw: 'take the ask back',
  erase: 'delete permanently',
};

/** One change of the outside world, to be read after "will" or "would". Holds the address that it is for. */
export function writeWords(write: Write): string {
  switch (write.kind) {
    case 'subscribe':
      return `${write.how === 'pending' ? 'let Mailchimp ask' : 'subscribe'} ${write.address}`;
    case 'remove-at-mailchimp':
      return `${REMOVE_WORDS[write.how]} at Mailchimp`;
    case 'add-to-group':
      return `add contact ${write.contactId} to the group`;
    case 'remove-from-group':
      return `remove contact ${write.contactId} from the group`;
    case 'create-contact':
      return `create a contact for ${write.address}, in the group`;
    case 'put-on-hold':
      return `put ${write.address} of contact ${write.contactId} on hold`;
    case 'add-address':
      return `add ${write.address} to contact ${write.contactId} as bulk-mail address`;
    case 'take-off-hold':
      return `take ${write.address} of contact ${write.contactId} off hold`;
    case 'remove-address':
      return `take ${write.address} from contact ${write.contactId} again`;
    case 'change-address':
      return `change their address at Mailchimp to ${write.address}`;
    case 'update-member':
      return `change at Mailchimp ${profileWords(write.profile)}`;
    case 'add-to-interest-group':
      return `add contact ${write.contactId} to interest group ${write.groupId}`;
    case 'remove-from-interest-group':
      return `remove contact ${write.contactId} from interest group ${write.groupId}`;
    case 'write-fields':
      return `change ${Object.keys(write.values).join(', ')} of contact ${write.contactId}`;
  }
}

function profileWords({ interests, fields, tags }: ProfileWrite): string {
  return [
    ...Object.entries(interests).map(([id, isOn]) => `interest ${id} ${isOn ? 'on' : 'off'}`),
    ...Object.keys(fields),
    ...Object.entries(tags).map(([name, isOn]) => `tag ${name} ${isOn ? 'on' : 'off'}`),
  ].join(', ');
}
