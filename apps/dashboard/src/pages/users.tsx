import { ROLES } from '@mcsync/core/domain/role';
import { type Administrator, listAdministrators } from '@mcsync/core/store/administrators';
import { type Invitation, listInvitations } from '@mcsync/core/store/invitations';
import type { Dependencies } from '../dependencies.ts';
import { FormToken } from '../html/form-token.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { PostButton } from '../html/post-button.tsx';
import { Problems } from '../html/problems.tsx';
import { Said } from '../html/said.tsx';
import { Table } from '../html/table.tsx';
import { page } from '../page.ts';
import type { Visit } from '../visit.ts';

export interface UsersView {
  readonly users: readonly Administrator[];
  readonly invitations: readonly Invitation[];
  readonly problems: readonly string[];
  /** Just made: shown this once. */
  readonly link: { readonly email: string; readonly url: string } | null;
}

export async function loadUsers({ store }: Dependencies): Promise<UsersView> {
  const [users, invitations] = await Promise.all([
    listAdministrators(store.db),
    listInvitations(store.db, new Date()),
  ]);
  return { users, invitations, problems: [], link: null };
}

/** Who may sign in, and who is invited. */
export const usersPage = page<UsersView>({ load: loadUsers, render: renderUsers });

export function renderUsers({ users, invitations, problems, link }: UsersView, visit: Visit) {
  return (
    <Layout title="Users" path="/users" visit={visit}>
      <h1>Users</h1>
      <Said visit={visit} />
      <Problems problems={problems} />
      {link !== null && (
        <div class="notice attention" role="status">
          <p>Send this link to {link.email}. It works once, for three days, and is shown this once:</p>
          <p>
            <code class="whole">{link.url}</code>
          </p>
        </div>
      )}
      <article>
        <Table caption="Who may sign in" columns={['E-mail address', 'Role', 'Since', '']}>
          {users.map((user) => (
            <UserRow key={user.id} user={user} visit={visit} />
          ))}
        </Table>
      </article>
      {invitations.length > 0 && <Invitations invitations={invitations} visit={visit} />}
      <InviteForm visit={visit} />
    </Layout>
  );
}

function UserRow({ user, visit }: { readonly user: Administrator; readonly visit: Visit }) {
  const { id, email, role, createdAt } = user;
  const fields = { id: String(id) };
  const other = role === 'viewer' ? 'administrator' : 'viewer';
  return (
    <tr>
      <th scope="row">{email}</th>
      <td>{role}</td>
      <td>
        <Moment at={createdAt} />
      </td>
      <td>
        {id === visit.administrator?.id ? (
          'you'
        ) : (
          <div class="buttons">
            <PostButton
              visit={visit}
              action="/users/role"
              fields={{ ...fields, role: other }}
              kind="secondary outline"
              label={`Make ${email} ${other}`}
            >
              Make {other}
            </PostButton>
            <PostButton
              visit={visit}
              action="/users/sign-out"
              fields={fields}
              kind="secondary outline"
              label={`Sign out ${email} everywhere`}
            >
              Sign out everywhere
            </PostButton>
            <PostButton
              visit={visit}
              action="/users/remove"
              fields={fields}
              kind="contrast outline"
              label={`Remove ${email}`}
            >
              Remove
            </PostButton>
          </div>
        )}
      </td>
    </tr>
  );
}

function Invitations({
  invitations,
  visit,
}: {
  readonly invitations: readonly Invitation[];
  readonly visit: Visit;
}) {
  return (
    <article>
      <Table caption="Invited" columns={['E-mail address', 'As', 'By', 'Until', '']}>
        {invitations.map(({ id, email, role, invitedBy, expiresAt }) => (
          <tr key={id}>
            <th scope="row">{email}</th>
            <td>{role}</td>
            <td>{invitedBy}</td>
            <td>
              <Moment at={expiresAt} />
            </td>
            <td>
              <PostButton
                visit={visit}
                action="/users/withdraw"
                fields={{ id: String(id) }}
                kind="secondary outline"
                label={`Withdraw the invitation of ${email}`}
              >
                Withdraw
              </PostButton>
            </td>
          </tr>
        ))}
      </Table>
    </article>
  );
}

function InviteForm({ visit }: { readonly visit: Visit }) {
  return (
    <article>
      <h2>Invite somebody</h2>
      <p>
        An administrator may do everything. A viewer may look at everything, people included, and change
        nothing.
      </p>
      <form method="post" action="/users/invite">
        <FormToken token={visit.cookie.formToken()} />
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" required autocomplete="off" />
        <label for="role">Role</label>
        <select id="role" name="role">
          {ROLES.toReversed().map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </select>
        <button type="submit">Make an invitation</button>
      </form>
    </article>
  );
}
