import type { CharityBuilder } from './charity-builder.ts';

/** So many other contacts for each person of the audience or the group: donors, suppliers, people met once. */
export const REST_OF_CRM = 0.25;

/** Somebody else in the CRM. */
export function buildOther(charity: CharityBuilder): void {
  const { random, people } = charity;
  if (random.chance(0.12)) {
    const { name, email } = people.organisation();
    charity.organisation(random.chance(0.8) ? 'Organization' : 'Household', name, [{ email }]);
    return;
  }
  const person = people.person();
  const isReachable = random.chance(0.8);
  const id = charity.contact(person, isReachable ? [{ email: person.email }] : [], {
    is_deleted: random.chance(0.02),
    is_opt_out: random.chance(0.03),
    is_deceased: random.chance(0.01),
  });
  if (random.chance(0.1)) charity.volunteer(id);
}
