import { DIRECTIONS, type Direction } from '@mcsync/core/domain/pairings';
import type { DetailChoices, GroupChoice } from '@mcsync/core/setup/list-choices';
import { DIRECTION_PREFIX, FIELD_PREFIX, type Given, INTEREST_PREFIX, TAG_PREFIX } from '../pairing-form.ts';

export interface PairingFieldsProps {
  /** What may be paired; null: could not be asked for. */
  readonly choices: DetailChoices | null;
  /** All of the site; those with problems cannot be picked. */
  readonly groups: readonly GroupChoice[];
  /** What the form holds already. */
  readonly given: Given;
}

/** Fields for what a connection can keep the same besides its people: interests with groups, merge fields with fields, tags. */
export function PairingFields({ choices, groups, given }: PairingFieldsProps) {
  return (
    <>
      <article>
        <h2>Interests</h2>
        {choices === null ? (
          <p>The interests could not be asked for.</p>
        ) : (
          <Interests choices={choices} groups={groups} given={given} />
        )}
      </article>
      <article>
        <h2>Fields</h2>
        {choices === null ? (
          <p>The fields could not be asked for.</p>
        ) : (
          <Fields choices={choices} given={given} />
        )}
      </article>
      {choices !== null && choices.tags.length > 0 && (
        <article>
          <h2>Tags</h2>
          <Tags choices={choices} given={given} />
        </article>
      )}
    </>
  );
}

const textOf = (given: Given, name: string): string => {
  const value = given[name];
  return typeof value === 'string' ? value : '';
};

function Interests({ choices, groups, given }: PairingFieldsProps & { readonly choices: DetailChoices }) {
  if (choices.interests.length === 0) return <p>The audience has no interests that are not paired yet.</p>;
  const usable = groups.filter(({ problems }) => problems.length === 0);
  const others = groups.filter(({ problems }) => problems.length > 0);
  return (
    <>
      <p>
        Who is in the group has the interest, and the other way round. Left empty, an interest is left alone.
      </p>
      {choices.interests.map(({ id, name, category }) => (
        <div key={id}>
          <label for={`${INTEREST_PREFIX}${id}`}>
            {category}: {name}
          </label>
          <select id={`${INTEREST_PREFIX}${id}`} name={`${INTEREST_PREFIX}${id}`}>
            <option value="">not paired</option>
            {usable.map((group) => (
              <option
                key={group.id}
                value={group.id}
                selected={textOf(given, `${INTEREST_PREFIX}${id}`) === String(group.id)}
              >
                {group.title}
              </option>
            ))}
          </select>
        </div>
      ))}
      {others.length > 0 && (
        <details>
          <summary>Groups that cannot be picked</summary>
          <ul>
            {others.map(({ id, title, problems }) => (
              <li key={id}>
                <strong>{title}</strong>: {problems.join(' ')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

export const DIRECTION_WORDS: Readonly<Record<Direction, string>> = {
  'civicrm-to-mailchimp': 'from CiviCRM to Mailchimp',
  'mailchimp-to-civicrm': 'from Mailchimp to CiviCRM',
  both: 'both ways',
};

/** Fields of what hangs on a contact, by the paths that APIv4 joins them by. */
const JOINED = [
  ['address_primary.city', 'City'],
  ['address_primary.postal_code', 'Postal code'],
  ['address_primary.street_address', 'Street'],
  ['phone_primary.phone', 'Phone'],
] as const;

function Fields({ choices, given }: { readonly choices: DetailChoices; readonly given: Given }) {
  if (choices.mergeFields.length === 0)
    return <p>The audience has no merge fields that are not paired yet.</p>;
  return (
    <>
      <p>Left empty, a merge field is left alone.</p>
      <datalist id="contact-fields">
        {choices.contactFields.map(({ path, title }) => (
          <option key={path} value={path} label={title} />
        ))}
        {JOINED.map(([path, title]) => (
          <option key={path} value={path} label={title} />
        ))}
      </datalist>
      {choices.mergeFields.map(({ tag, name, type }) => (
        <div key={tag} class="mapping">
          <label for={`${FIELD_PREFIX}${tag}`}>
            {name}{' '}
            <small>
              {tag}, {type}
            </small>
          </label>
          <input
            id={`${FIELD_PREFIX}${tag}`}
            name={`${FIELD_PREFIX}${tag}`}
            list="contact-fields"
            value={textOf(given, `${FIELD_PREFIX}${tag}`)}
            placeholder="a field in CiviCRM"
            autocomplete="off"
          />
          <select name={`${DIRECTION_PREFIX}${tag}`} aria-label={`Which way ${name} goes`}>
            {DIRECTIONS.map((direction) => (
              <option
                key={direction}
                value={direction}
                selected={textOf(given, `${DIRECTION_PREFIX}${tag}`) === direction}
              >
                {DIRECTION_WORDS[direction]}
              </option>
            ))}
          </select>
        </div>
      ))}
    </>
  );
}

function Tags({ choices, given }: { readonly choices: DetailChoices; readonly given: Given }) {
  return (
    <>
      <p>Mailchimp gets the tag of whoever has it in CiviCRM.</p>
      {choices.tags.map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            name={`${TAG_PREFIX}${name}`}
            value="on"
            checked={textOf(given, `${TAG_PREFIX}${name}`) !== ''}
          />
          {name}
        </label>
      ))}
    </>
  );
}
