/** The steps of the guided path, in their order. */
const STEPS = [
  { name: 'site', title: 'CiviCRM site', path: '/set-up/site' },
  { name: 'account', title: 'Mailchimp account', path: '/set-up/account' },
  { name: 'pair', title: 'Audience and group', path: '/set-up/pair' },
  { name: 'details', title: 'Interests, fields, policies', path: null },
  { name: 'preview', title: 'Preview and approve', path: null },
] as const;

export type StepName = (typeof STEPS)[number]['name'];

/** Where on the path one is. */
export function StepList({ at }: { readonly at: StepName }) {
  const now = STEPS.findIndex(({ name }) => name === at);
  return (
    <nav aria-label="Steps of the set-up">
      <ol class="steps">
        {STEPS.map(({ name, title, path }, index) => (
          <li key={name} {...(name === at && { 'aria-current': 'step' })}>
            {path !== null && index !== now ? <a href={path}>{title}</a> : title}
          </li>
        ))}
      </ol>
    </nav>
  );
}
