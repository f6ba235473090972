/** Every permission that decides something here (civicrm-api.md 1.4). */
export const PERMISSIONS = [
  'authenticate with api key',
  'access CiviCRM',
  'access AJAX API',
  'view all contacts',
  'edit all contacts',
  'add contacts',
  'delete contacts',
  'access deleted contacts',
  'edit groups',
  'merge duplicate contacts',
  'view all activities',
  'administer CiviCRM',
  'edit api keys',
  'view debug output',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const SYNC = [
  'authenticate with api key',
  'access CiviCRM',
  'access AJAX API',
  'view all contacts',
  'edit all contacts',
  'add contacts',
  'delete contacts',
  'edit groups',
] as const satisfies readonly Permission[];

/** The callers of civicrm-recorded.md, and `service`, who has the rights that civicrm-api.md 1.4 recommends. */
export const CALLERS = {
  admin: PERMISSIONS,
  sync: [...SYNC, 'merge duplicate contacts', 'view debug output'],
  synctrash: [...SYNC, 'access deleted contacts'],
  readonly: ['authenticate with api key', 'access CiviCRM', 'access AJAX API', 'view all contacts'],
  nokey: SYNC.filter((permission) => permission !== 'authenticate with api key'),
  service: [
    'authenticate with api key',
    'access CiviCRM',
    'view all contacts',
    'edit all contacts',
    'add contacts',
    'access deleted contacts',
    'view all activities',
    'view debug output',
  ],
} as const satisfies Record<string, readonly Permission[]>;

export type CallerName = keyof typeof CALLERS;
export const CALLER_NAMES = Object.keys(CALLERS) as readonly CallerName[]; // keys() forgets the keys' type

/** Somebody who calls the API: a contact with a key and a login of the CMS, or nobody in particular. */
export class Caller {
  readonly name: string;
  readonly apiKey: string | null;
  readonly contactId: number | null;
  readonly userId: number | null;
  readonly #permissions: Set<Permission>;

  constructor(options: {
    readonly name: string;
    readonly apiKey: string | null;
    readonly contactId: number | null;
    readonly userId: number | null;
    readonly permissions: readonly Permission[];
  }) {
    this.name = options.name;
    this.apiKey = options.apiKey;
    this.contactId = options.contactId;
    this.userId = options.userId;
    this.#permissions = new Set(options.permissions);
  }

  may(permission: Permission): boolean {
    return this.#permissions.has(permission);
  }

  /** `edit all contacts` implies seeing them. */
  get maySeeContacts(): boolean {
    return this.may('view all contacts') || this.may('edit all contacts');
  }

  grant(...permissions: readonly Permission[]): void {
    for (const permission of permissions) this.#permissions.add(permission);
  }

  /** Takes rights away from now on: answers then have fewer rows, not errors (E24). */
  revoke(...permissions: readonly Permission[]): void {
    for (const permission of permissions) this.#permissions.delete(permission);
  }
}

/** Who calls without a credential. */
export const createAnonymous = (): Caller =>
  new Caller({ name: 'anonymous', apiKey: null, contactId: null, userId: null, permissions: [] });
