import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem 1.5rem; color: #222; }
nav a { margin-right: 1rem; } table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #ddd; }
form { display: inline; } form.line { display: block; margin: .5rem 0; } button { font: inherit; }
input, select { font: inherit; max-width: 14rem; } .note { color: #666; } .error { background: #fdd; padding: .5rem; }
@media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #ddd; } th, td { border-color: #444; } .error { background: #622; }
a { color: #8bf; } }`;

/** The frame of every page of the sandbox. */
export function Layout({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title} · sandbox</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <nav>
          <a href="/">Sandbox</a>
          <a href="/pages/mailchimp">Mailchimp</a>
          <a href="/civicrm">CiviCRM</a>
        </nav>
        <h1>{title}</h1>
        {children}
      </body>
    </html>
  );
}

/** A whole document; everything in it is escaped by the library. */
export const renderPage = (page: VNode): string => `<!doctype html>${renderToString(page)}`;

/** What is sent along without being shown. */
export function Hidden({ values }: { values: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(values).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
