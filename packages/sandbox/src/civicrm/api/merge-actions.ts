import { findMergedFrom, findMergedTo, hasConflict, mergeContacts } from '../merges.ts';
import { seesContact } from '../query/contact-entity.ts';
import type { Action, ActionContext } from './action.ts';
import { ApiError } from './api-error.ts';
import { intParam } from './params.ts';

const mergeDuplicates: Action = {
  params: { contactId: 'int', duplicateId: 'int', mode: 'string' },
  needs: ['merge duplicate contacts'],
  run: ({ site }, params) => {
    const winner = site.tables.contacts.get(intParam(params, 'contactId'));
    const loser = site.tables.contacts.get(intParam(params, 'duplicateId'));
    if (winner === undefined || loser === undefined) throw new ApiError('Expected one Contact but found 0');
    const pair = { main_id: winner.id, other_id: loser.id };
    if (params['mode'] !== 'aggressive' && hasConflict(site, winner, loser)) {
      return { values: [{ merged: [], skipped: [pair] }] };
    }
    mergeContacts(site, winner, loser);
    return { values: [{ merged: [pair], skipped: [] }] };
  },
};

const getMergedTo: Action = {
  params: { contactId: 'int', isTest: 'bool' },
  needs: [],
  since: '5.80',
  run: (context, params) => {
    const loserId = intParam(params, 'contactId');
    const winnerId = sees(context, loserId) ? findMergedTo(context.site, loserId) : undefined;
    // Nothing is a list of one empty list (civicrm-recorded.md 7).
    return { values: [winnerId === undefined ? [] : { id: winnerId }] };
  },
};

const getMergedFrom: Action = {
  params: { contactId: 'int', isTest: 'bool' },
  needs: [],
  since: '5.80',
  run: (context, params) => {
    const losers = findMergedFrom(context.site, intParam(params, 'contactId'));
    return { values: losers.filter((id) => sees(context, id)).map((id) => ({ id })) };
  },
};

function sees(context: ActionContext, contactId: number): boolean {
  const row = context.site.tables.contacts.get(contactId);
  return row !== undefined && seesContact(context)(row);
}

export const mergeActions: ReadonlyMap<string, Action> = new Map([
  ['mergeDuplicates', mergeDuplicates],
  ['getMergedTo', getMergedTo],
  ['getMergedFrom', getMergedFrom],
]);
