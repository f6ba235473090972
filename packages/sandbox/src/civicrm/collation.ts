// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII, whole
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * The form of a text that two texts share exactly when MariaDB's `utf8mb4_unicode_ci` calls them equal: case, accents and
 * trailing spaces do not count (civicrm-api.md 7.3).
 */
export function collate(text: string): string {
  const trimmed = text.endsWith(' ') ? text.trimEnd() : text;
  if (ASCII.test(trimmed)) return trimmed.toLowerCase();
  return trimmed.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}
