export interface BoardEntry {
  /** Where Bull Board is mounted, with a slash at the end. */
  readonly basePath: string;
  readonly title: string;
  /** Its settings as JSON, safe to stand in a page. */
  readonly uiConfig: string;
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

/**
 * The page in which Bull Board starts. Its own one loads fonts from Google, which learns from it who administers what, and styles its parts inline, which our policy
 * for contents refuses.
 */
export function boardEntry({ basePath, title, uiConfig, styles, scripts }: BoardEntry) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <base href={basePath} />
        <title>{title}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/icon.svg" />
        {styles.map((style) => (
          <link key={style} rel="stylesheet" href={style} />
        ))}
      </head>
      <body class="preload">
        <script
          id="__UI_CONFIG__"
          type="application/json"
          // As it is: the browser reads a script's text without resolving what JSX would have escaped.
          dangerouslySetInnerHTML={{ __html: uiConfig }}
        />
        <div id="root" />
        {scripts.map((script) => (
          <script key={script} defer src={script} />
        ))}
      </body>
    </html>
  );
}
