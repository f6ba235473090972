import type { Connection } from '@mcsync/core/store/connections';
import { nameOf } from '../alerts.ts';

export interface ConnectionNavProps {
  readonly connection: Connection;
  /** The page that is shown. */
  readonly at: 'connection' | 'people' | 'problems' | 'settings' | 'none';
}

/** Heading of a connection's pages, and the way from one to the other. */
export function ConnectionNav({ connection, at }: ConnectionNavProps) {
  const path = `/connections/${connection.id}`;
  const places = [
    { name: 'connection', path, title: 'State' },
    { name: 'people', path: `${path}/people`, title: 'People' },
    { name: 'problems', path: `${path}/problems`, title: 'Problems' },
    { name: 'settings', path: `${path}/settings`, title: 'Settings' },
  ];
  return (
    <>
      <p class="kicker">
        <a href={path}>{nameOf(connection)}</a>
      </p>
      <nav aria-label="Connection" class="tabs">
        <ul>
          {places.map((place) => (
            <li key={place.name}>
              <a href={place.path} {...(place.name === at && { 'aria-current': 'page' })}>
                {place.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
