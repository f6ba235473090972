/** One entry of `_links`. */
export interface Link {
  readonly rel: string;
  readonly href: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly targetSchema?: string;
  readonly schema?: string;
}

const DEFINITIONS = 'https://us1.api.mailchimp.com/schema/3.0/Definitions';

const targetSchema = (name: string): { readonly targetSchema: string } => ({
  targetSchema: `${DEFINITIONS}/${name}/Response.json`,
});

/** The links of one answer; `base` is everything up to and including `/3.0`. */
export function selfLink(base: string, path: string, schemaName: string): readonly Link[] {
  return [{ rel: 'self', href: `${base}${path}`, method: 'GET', ...targetSchema(schemaName) }];
}

const MEMBER = targetSchema('Lists/Members');

export function memberLinks(base: string, listId: string, hash: string): readonly Link[] {
  const parent = `${base}/lists/${listId}/members`;
  const self = `${parent}/${hash}`;
  return [
    { rel: 'self', href: self, method: 'GET', ...MEMBER },
    { rel: 'parent', href: parent, method: 'GET', ...targetSchema('Lists/Members/Collection') },
    { rel: 'update', href: self, method: 'PATCH', ...MEMBER },
    { rel: 'upsert', href: self, method: 'PUT', ...MEMBER },
    { rel: 'delete', href: self, method: 'DELETE' },
    { rel: 'activity', href: `${self}/activity`, method: 'GET', ...targetSchema('Lists/Members/Activity') },
    { rel: 'goals', href: `${self}/goals`, method: 'GET', ...targetSchema('Lists/Members/Goals') },
    { rel: 'notes', href: `${self}/notes`, method: 'GET', ...targetSchema('Lists/Members/Notes') },
    { rel: 'events', href: `${self}/events`, method: 'POST', ...targetSchema('Lists/Members/Events') },
    { rel: 'delete_permanent', href: `${self}/actions/delete-permanent`, method: 'POST' },
  ];
}

const LIST_RELATIONS = [
  'abuse-reports',
  'activity',
  'clients',
  'growth-history',
  'interest-categories',
  'members',
  'merge-fields',
  'segments',
  'webhooks',
  'signup-forms',
  'locations',
] as const;

export function listLinks(base: string, listId: string): readonly Link[] {
  const self = `${base}/lists/${listId}`;
  const list = targetSchema('Lists');
  return [
    { rel: 'self', href: self, method: 'GET', ...list },
    { rel: 'parent', href: `${base}/lists`, method: 'GET', ...targetSchema('Lists/Collection') },
    { rel: 'update', href: self, method: 'PATCH', ...list },
    { rel: 'batch-sub-unsub-members', href: self, method: 'POST', ...targetSchema('Lists/BatchPOST') },
    { rel: 'delete', href: self, method: 'DELETE' },
    ...LIST_RELATIONS.map((rel): Link => ({ rel, href: `${self}/${rel}`, method: 'GET' })),
  ];
}
