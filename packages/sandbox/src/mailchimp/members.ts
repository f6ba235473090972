import {
  type Answer,
  type ApiCall,
  type ApiContext,
  audienceOf,
  bodyOf,
  memberByHash,
  memberOf,
  NO_CONTENT,
  ok,
  param,
  type RoutedCall,
  writeScope,
} from './api-call.ts';
import type { Audience } from './audience.ts';
import { requireProperties } from './body.ts';
import { type Member, subscriberHash } from './member.ts';
import { type MemberBody, parseMemberBody } from './member-body.ts';
import { problems } from './problem.ts';
import { memberRenderer } from './render-member.ts';
import {
  archiveMember,
  checkAddress,
  createMember,
  eraseMember,
  updateMember,
  type WriteScope,
} from './write-member.ts';

/** GET /lists/{list_id}/members/{subscriber_hash}; an archived member is found like any other. */
export function getMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  return rendered(context, call, audience, memberOf(call, audience));
}

/** POST /lists/{list_id}/members: adds, or brings back an archived member (reference 4.1). */
export function postMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const json = bodyOf(call);
  requireProperties(json, ['email_address', 'status']);
  const body = parseMemberBody(json);
  const member = addOrBringBack(writeScope(context, call, audience), body);
  return rendered(context, call, audience, member);
}

/** PUT: changes the member of the path, or creates one under the hash of the address in the body. */
export function putMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const body = parseMemberBody(bodyOf(call));
  const scope = writeScope(context, call, audience);
  const present = audience.find(param(call, 'subscriber_hash'));
  const member = present ?? createByPut(scope, body);
  if (present !== undefined) {
    const { optInOfRevivedByPut, tagsOnPut } = context.world.settings;
    updateMember(scope, present, body, { optInOfRevived: optInOfRevivedByPut, tags: tagsOnPut });
  }
  return rendered(context, call, audience, member);
}

/** PATCH: changes a present member; 404 where there is none. */
export function patchMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const body = parseMemberBody(bodyOf(call));
  const member = memberOf(call, audience);
  const optInOfRevived = context.world.settings.optInOfRevivedByPut;
  updateMember(writeScope(context, call, audience), member, body, { optInOfRevived, tags: 'ignored' });
  return rendered(context, call, audience, member);
}

/** DELETE: archives. */
export function deleteMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  archiveMember(writeScope(context, call, audience), memberOf(call, audience));
  return NO_CONTENT;
}

/** POST …/actions/delete-permanent: only the person's own sign-up brings the address back. */
export function deleteMemberPermanently(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  eraseMember(writeScope(context, call, audience), memberByHash(context, call, audience));
  return NO_CONTENT;
}

function addOrBringBack(scope: WriteScope, body: MemberBody): Member {
  const { email = '', status = 'subscribed' } = body;
  const present = scope.audience.findByHash(subscriberHash(email));
  if (present === undefined) return createMember(scope, email, status, body);
  checkAddress(scope.world, email);
  if (present.status !== 'archived') throw alreadyThere(present);
  updateMember(scope, present, body, { optInOfRevived: 'reset', tags: 'added' });
  return present;
}

/** Newer answers to POST tell those who left apart (reference 1.3). */
function alreadyThere({ email, status, hasLeftThemselves }: Member): Error {
  const isOutForGood = status === 'cleaned' || (status === 'unsubscribed' && hasLeftThemselves);
  return isOutForGood ? problems.existsInCompliance(email) : problems.memberExists(email);
}

function createByPut(scope: WriteScope, body: MemberBody): Member {
  const { email, statusIfNew, status = statusIfNew } = body;
  if (email === undefined) throw required('email_address');
  if (status === undefined) throw required('status_if_new');
  checkAddress(scope.world, email);
  const holder = scope.audience.findByHash(subscriberHash(email));
  if (holder !== undefined) throw problems.memberExists(email);
  return createMember(scope, email, status, body);
}

const required = (name: string): Error =>
  problems.invalidFields([{ field: '', message: `Required fields were not provided: ${name}` }]);

function rendered({ base }: ApiContext, call: ApiCall, audience: Audience, member: Member): Answer {
  const render = memberRenderer({ audience, base: base() }, { kind: 'all' });
  return ok(call, render(member));
}
