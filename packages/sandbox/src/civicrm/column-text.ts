/**
 * A text as CiviCRM stores it in a column of `length` characters: too long is cut without a word and ends in `...`, the word
 * `null` becomes `Null`, nothing becomes NULL (civicrm-recorded.md 13).
 */
export function columnText(value: string, length: number): string | null {
  if (value === '') return null;
  const text = value === 'null' ? 'Null' : value;
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 3).join('')}...`;
}
