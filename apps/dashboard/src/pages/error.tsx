import { Card } from '../html/layout.tsx';

export interface ErrorPage {
  readonly title: string;
  readonly text: string;
  /** All that is wrong, each with what to do. */
  readonly problems: readonly string[];
  /** By which the log says more. */
  readonly reference: string | null;
}

/** Says why there is nothing to see, and the way back. */
export function errorPage({ title, text, problems, reference }: ErrorPage) {
  return (
    <Card title={title}>
      <h1>{title}</h1>
      {problems.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
      <p>
        {text} {reference !== null && <code>{reference}</code>}
      </p>
      <p>
        <a href="/">To the overview</a>
      </p>
    </Card>
  );
}
