import type { ActKind } from '../domain/act.ts';

/** What somebody did, to be read after their address. An act without words does not compile. */
export const ACT_WORDS: Readonly<Record<ActKind, string>> = {
  'site-added': 'added a CiviCRM site',
  'account-added': 'added a Mailchimp account',
  'connection-added': 'connected an audience with a group',
  'connection-removed': 'removed the connection',
  'policies-changed': 'changed the policies',
  'sync-started': 'started a sync',
  'plan-started': 'asked for a plan',
  'person-synced': 'had one person synced',
  'run-approved': 'approved the plan',
  'run-rejected': 'rejected the plan',
  'run-aborted': 'aborted the run',
  'connection-paused': 'paused the connection',
  'connection-resumed': 'let the connection run again',
  'writing-stopped': 'stopped all writing',
  'writing-allowed': 'allowed writing again',
  'people-exported': 'exported people as CSV',
  'user-invited': 'invited somebody',
  'user-joined': 'accepted an invitation',
  'user-role-changed': 'gave somebody another role',
  'user-removed': 'removed somebody',
};
