import { Card } from '../html/layout.tsx';

export interface ErrorPage {
  readonly title: string;
  readonly text: string;
  /** By which the log says more. */
  readonly reference: string | null;
}

/** Says why there is nothing to see, and the way back. */
export function errorPage({ title, text, reference }: ErrorPage) {
  return (
    <Card title={title}>
      <h1>{title}</h1>
      <p>
        {text} {reference !== null && <code>{reference}</code>}
      </p>
      <p>
        <a href="/">To the status page</a>
      </p>
    </Card>
  );
}
