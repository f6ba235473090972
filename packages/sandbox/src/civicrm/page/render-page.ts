import type { CivicrmWorld } from '../civicrm-world.ts';
import { nameOf } from '../contact-names.ts';
import { SessionTime } from '../session-time.ts';
import type { ContactRow, EmailRow } from '../tables/rows.ts';
import { findContacts, MOST_CONTACTS } from './find-contacts.ts';
import { type Html, html } from './html.ts';

/** What somebody looks at. */
export interface View {
  /** Where the page is mounted, such as `/civicrm`. */
  readonly base: string;
  readonly search: string;
  readonly contactId: number | null;
  readonly groupId: number | null;
}

/** The state of the sandbox's CiviCRM, with a button for everything that staff and people do there. */
export function renderPage(world: CivicrmWorld, view: View): string {
  const shown = shownContacts(world, view);
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>CiviCRM (sandbox)</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #ddd;vertical-align:top}
form{display:inline}article{border:1px solid #ccc;border-radius:6px;padding:.5rem 1rem;margin:1rem 0}.trash{opacity:.6}</style></head>
<body><h1><a href="${view.base}">CiviCRM</a> <small>sandbox, ${world.timeZone.name}, version ${world.version}</small></h1>
<h2>Groups</h2>
<table><thead><tr><th>Id</th><th>Title</th><th>Added</th><th>Removed</th><th>Pending</th></tr></thead><tbody>
${world.tables.groups.all().map((group) => groupRow(world, view, group.id))}
</tbody></table>
<h2>Contacts</h2>
<form method="get" action="${view.base}"><input type="search" name="q" aria-label="Name or address" placeholder="Name or address" value="${view.search}"><button>Find</button></form>
${addForm(view)}
${shown.length === MOST_CONTACTS ? html`<p>The first ${MOST_CONTACTS} of more.</p>` : html``}
${shown.map((id) => contactCard(world, view, world.contact(id)))}
</body></html>`.text;
}

function shownContacts(world: CivicrmWorld, view: View): readonly number[] {
  if (view.contactId !== null) return world.tables.contacts.get(view.contactId) ? [view.contactId] : [];
  if (view.search !== '') return findContacts(world, view.search);
  if (view.groupId === null) return [];
  const members: number[] = [];
  for (const { contact_id: id } of world.tables.groupContacts.inGroupTail(view.groupId, 0)) {
    if (members.length === MOST_CONTACTS) break;
    members.push(id);
  }
  return members;
}

function groupRow(world: CivicrmWorld, { base }: View, groupId: number): Html {
  const { title, is_active: isActive } = world.group(groupId);
  const counts = new Map<string, number>();
  for (const { status } of world.tables.groupContacts.inGroupTail(groupId, 0)) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const cells = ['Added', 'Removed', 'Pending'].map((status) => html`<td>${counts.get(status) ?? 0}</td>`);
  return html`<tr><td>${groupId}</td><td><a href="${base}?group=${groupId}">${title}</a>${isActive ? '' : ' (disabled)'}</td>${cells}</tr>`;
}

const addForm = ({ base }: View): Html => html`<form method="post" action="${base}/act">
<input name="firstName" aria-label="First name" placeholder="First name"><input name="lastName" aria-label="Last name" placeholder="Last name">
<input name="email" type="email" aria-label="Address" placeholder="Address"><button name="act" value="add-contact">Add contact</button></form>`;

function contactCard(world: CivicrmWorld, view: View, row: ContactRow): Html {
  const name = nameOf(row, 'display_name') ?? 'nameless';
  return html`<article class="${row.is_deleted ? 'trash' : 'live'}">
<h3><a href="${view.base}?contact=${row.id}">${name}</a> <small>${row.id}${row.is_deleted ? ', in the trash' : ''}${flagsOf(row)}</small></h3>
${button(view, row, row.is_deleted ? 'restore' : 'trash', row.is_deleted ? 'Restore' : 'Move to trash')}
${form(view, row, 'rename', html`<input name="firstName" aria-label="First name" value="${row.first_name}"><input name="lastName" aria-label="Last name" value="${row.last_name}"><button>Rename</button>`)}
<ul>${world.emailsOf(row.id).map((email) => emailItem(view, row, email))}</ul>
${memberships(world, view, row)}
${view.contactId === row.id ? history(world, row) : html``}
</article>`;
}

const flagsOf = (row: ContactRow): string =>
  [
    row.is_opt_out === true ? ', opted out' : '',
    row.do_not_email === true ? ', do not email' : '',
    row.is_deceased === true ? ', deceased' : '',
  ].join('');

function emailItem(view: View, row: ContactRow, email: EmailRow): Html {
  const isHeld = email.on_hold !== 0;
  const marks = [
    email.is_primary ? 'primary' : '',
    email.is_bulkmail ? 'bulk mail' : '',
    isHeld ? 'on hold' : '',
  ];
  const act = form(
    view,
    row,
    isHeld ? 'unhold' : 'hold',
    html`<input type="hidden" name="emailId" value="${email.id}"><button>${isHeld ? 'Take off hold' : 'Put on hold'}</button>`,
  );
  return html`<li>${email.email} <small>${marks.filter((mark) => mark !== '').join(', ')}</small> ${act}</li>`;
}

function memberships(world: CivicrmWorld, view: View, row: ContactRow): Html {
  const items = world.tables.groups.all().map((group) => {
    const status = world.statusOf(group.id, row.id);
    const isIn = status === 'Added';
    return html`<li>${group.title}: ${status ?? 'no row'} ${form(
      view,
      row,
      isIn ? 'remove' : 'add',
      html`<input type="hidden" name="groupId" value="${group.id}"><button>${isIn ? 'Remove' : 'Add'}</button>`,
    )}</li>`;
  });
  return html`<ul>${items}</ul>`;
}

function history(world: CivicrmWorld, row: ContactRow): Html {
  const time = new SessionTime(world);
  const events = world.tables.history.ofContact(row.id).map((event) => {
    const title = event.group_id === null ? 'all mail' : world.group(event.group_id).title;
    return html`<tr><td>${event.id}</td><td>${time.render(event.date)}</td><td>${title}</td><td>${event.status}</td><td>${event.method}</td><td>${event.tracking}</td></tr>`;
  });
  return html`<table><caption>History</caption><thead><tr><th>Id</th><th>Date</th><th>Group</th><th>Status</th><th>Method</th><th>Tracking</th></tr></thead><tbody>${events}</tbody></table>`;
}

const button = (view: View, row: ContactRow, act: string, label: string): Html =>
  form(view, row, act, html`<button>${label}</button>`);

const form = ({ base }: View, row: ContactRow, act: string, inside: Html): Html =>
  html`<form method="post" action="${base}/act"><input type="hidden" name="act" value="${act}"><input type="hidden" name="contactId" value="${row.id}">${inside}</form>`;
