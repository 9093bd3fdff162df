/** Text compared by meaning of its characters: NFKC, lower case, single spaces, no separators inside numbers. */
export function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\d)[,_\u2009\u202f'’](?=\d{3}(?:\D|$))/g, '')
    .replace(/(?<=\d)[,_\u2009\u202f'’](?=\d{3}(?:\D|$))/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
