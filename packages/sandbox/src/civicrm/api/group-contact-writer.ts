import { deleteMembership, insertMembership, type Mark, updateMembership } from '../memberships.ts';
import { groupContactEntity } from '../query/group-contact-entity.ts';
import { isAtLeast } from '../site.ts';
import type { GroupContactRow } from '../tables/rows.ts';
import type { ActionContext } from './action.ts';
import type { Params } from './params.ts';
import { ANSWER_END, missingOf, type Writer } from './write-actions.ts';

const ACCESS = ['access CiviCRM'] as const;

/** Memberships by the API's way: each write of a row writes history, changed or not (civicrm-recorded.md 3). */
export const groupContactWriter: Writer<GroupContactRow> = {
  entity: groupContactEntity,
  needs: { create: ACCESS, save: ACCESS, update: ACCESS, delete: ACCESS },
  params: { method: 'string', tracking: 'string' },
  find: ({ site }, id) => site.tables.groupContacts.get(id),
  mandatory: (values) => missingOf(values, ['group_id', 'contact_id']),
  mayWrite: ({ caller }) => caller.may('edit all contacts'),
  insert: (context, values, params) =>
    insertMembership(
      context.site,
      {
        groupId: Number(values['group_id']),
        contactId: Number(values['contact_id']),
        status: String(values['status'] ?? 'Added'),
      },
      markOf(context, params),
    ),
  update: (context, row, values, params) =>
    updateMembership(context.site, row, String(values['status'] ?? row.status), markOf(context, params)),
  remove: (context, row) => deleteMembership(context.site, row, markOf(context, {})),
  answer: (_context, { row }) => ({ ...row, ...ANSWER_END }),
  answerOfLast: { method: null, tracking: null },
  deletedId: (row) => String(row.id),
};

/** `method` and `tracking` are parameters of the action; before 5.77 they did not reach the history (civicrm-api.md 3.2). */
function markOf({ site }: ActionContext, params: Params): Mark {
  if (!isAtLeast(site, '5.77')) return { method: null, tracking: null };
  const tracking = String(params['tracking'] ?? '');
  return { method: String(params['method'] ?? 'API'), tracking: tracking === '' ? null : tracking };
}
