import type { ComponentChildren } from 'preact';
import { mayChange, type Visit } from '../visit.ts';
import { FormToken } from './form-token.tsx';

interface DocumentProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** htmx adds no style elements and evaluates no texts, which our policy for contents would refuse, and keeps no page for later. */
const HTMX = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
});

/** The frame of every page. Everything works without the scripts; they refresh what changes, and tell times in the reader's zone. */
function Document({ title, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="htmx-config" content={HTMX} />
        <title>{`${title} · mcsync`}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/pico.min.css" />
        <link rel="stylesheet" href="/assets/style.css" />
        <script defer src="/assets/htmx.min.js" />
        <script defer src="/assets/sse.min.js" />
        <script defer src="/assets/local-times.js" />
      </head>
      <body>{children}</body>
    </html>
  );
}

export interface LayoutProps extends DocumentProps {
  /** Path of the page in the navigation, to mark it there. */
  readonly path: string;
  readonly visit: Visit;
}

const PLACES = [
  { path: '/', name: 'Overview', isForAll: true },
  { path: '/set-up', name: 'Set-up', isForAll: false },
  { path: '/activity', name: 'Activity', isForAll: true },
  { path: '/users', name: 'Users', isForAll: false },
  { path: '/queues', name: 'Queues', isForAll: false },
  { path: '/api', name: 'API', isForAll: true },
] as const;

/** A page for somebody who is signed in. */
export function Layout({ path, visit, children, title }: LayoutProps) {
  const places = PLACES.filter(({ isForAll }) => isForAll || mayChange(visit));
  const { administrator } = visit;
  return (
    <Document title={title}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="container-fluid">
        <nav aria-label="Main">
          <ul>
            <li class="brand">mcsync</li>
            {places.map((place) => (
              <li key={place.path}>
                <a href={place.path} {...(place.path === path && { 'aria-current': 'page' })}>
                  {place.name}
                </a>
              </li>
            ))}
          </ul>
          <ul>
            <li class="who">
              <a href="/account" {...(path === '/account' && { 'aria-current': 'page' })}>
                {administrator?.email}
              </a>
              {administrator?.role === 'viewer' && <small> viewer</small>}
            </li>
            <li>
              <form method="post" action="/sign-out">
                <FormToken token={visit.cookie.formToken()} />
                <button type="submit" class="secondary outline">
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
export function Card({ children, title }: DocumentProps) {
  return (
    <Document title={title}>
      <main class="container card">
        <p class="brand">mcsync</p>
        <article>{children}</article>
      </main>
    </Document>
  );
}
