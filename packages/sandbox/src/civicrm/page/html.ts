/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes HTML of a template; whatever is put into it is escaped, unless it is HTML or a list of HTML. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | null | Html | readonly Html[])[]
): Html {
  const parts = strings.map((string, at) => string + (at < values.length ? toText(values[at] ?? '') : ''));
  return new Html(parts.join(''));
}

function toText(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('\n');
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
