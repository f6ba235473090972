import type { ComponentChildren } from 'preact';
import { FormToken } from './form-token.tsx';

interface DocumentProps {
  readonly title: string;
  /** Loads itself again after so many seconds; by default never. */
  readonly refreshSeconds?: number;
  readonly children: ComponentChildren;
}

/** The frame of every page. */
function Document({ title, refreshSeconds, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {refreshSeconds !== undefined && <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{`${title} · mcsync`}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/pico.min.css" />
        <link rel="stylesheet" href="/assets/style.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}

export interface LayoutProps extends DocumentProps {
  /** Path of the page, to mark it in the navigation. */
  readonly path: string;
  /** Who is signed in. */
  readonly email: string;
  readonly formToken: string;
}

const PLACES = [
  { path: '/', name: 'Status' },
  { path: '/queues', name: 'Queues' },
] as const;

/** A page for somebody who is signed in. */
export function Layout({ path, email, formToken, children, ...document }: LayoutProps) {
  return (
    <Document {...document}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="container-fluid">
        <nav aria-label="Main">
          <ul>
            <li>
              <strong>mcsync</strong>
            </li>
            {PLACES.map((place) => (
              <li key={place.path}>
                <a href={place.path} {...(place.path === path && { 'aria-current': 'page' })}>
                  {place.name}
                </a>
              </li>
            ))}
          </ul>
          <ul>
            <li class="who">{email}</li>
            <li>
              <form method="post" action="/sign-out">
                <FormToken token={formToken} />
                <button type="submit" class="secondary outline" title="Ends your sessions in all browsers">
                  Sign out
                </button>
              </form>
            </li>
          </ul>
        </nav>
      </header>
      <main id="main" class="container-fluid">
        {children}
      </main>
    </Document>
  );
}

/** A page with one thing to do or to read, for anybody. */
export function Card({ children, ...document }: DocumentProps) {
  return (
    <Document {...document}>
      <main class="container card">
        <p class="brand">mcsync</p>
        <article>{children}</article>
      </main>
    </Document>
  );
}
