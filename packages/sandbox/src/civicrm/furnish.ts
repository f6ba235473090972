import { CALLER_NAMES, CALLERS, Caller } from './callers.ts';
import { createGroup } from './groups.ts';
import { seedContact, seedEmail, seedHistory, seedMembership } from './seeding.ts';
import { type Site, siteNow } from './site.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;
const EMAIL_DOMAIN = 'oakfield-trust.test';

/** Puts in place what every site has: its own organisation, addresses that belong to nobody, a group of staff. Returns who may call. */
export function furnish(site: Site): readonly Caller[] {
  const now = siteNow(site);
  const past = { createdAt: now - 6 * YEAR_MS, modifiedAt: now - YEAR_MS };
  const own = { contact_type: 'Organization', organization_name: 'Default Organization' };
  seedContact(site, { ...past, values: own });
  for (const name of ['development', 'finance']) {
    seedEmail(site, null, { email: `${name}@${EMAIL_DOMAIN}` });
  }
  const staff = createGroup(site, { title: 'Administrators', name: 'Administrators', group_type: ['1'] });
  return CALLER_NAMES.map((name, at) => {
    const contactId = seedContact(site, {
      ...past,
      values: { contact_type: 'Individual', first_name: name, last_name: 'Account' },
      emails: [{ email: `${name}@${EMAIL_DOMAIN}` }],
    }).id;
    const joined = { groupId: staff.id, contactId, status: 'Added' };
    seedMembership(site, staff.id, contactId, 'Added');
    seedHistory(site, [{ ...joined, method: 'Admin', at: past.createdAt }]);
    const apiKey = site.random.hex(32);
    return new Caller({ name, apiKey, contactId, userId: at + 1, permissions: CALLERS[name] });
  });
}
