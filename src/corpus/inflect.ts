/*
 * English word forms. An entry of a word list is `base`, `base/form` where the form is irregular, `base/form/gerund` where
 * that is too, or `base*` where the last letter doubles (`plan*` → planned, planning).
 */

/** Endings a word list can be asked for: `s` plural of nouns, `ed` past of verbs, `ing` gerund of verbs. */
export const endings = ['s', 'ed', 'ing'] as const;
export type Ending = (typeof endings)[number];

/** The base form of an entry. */
export function baseForm(entry: string): string {
  return splitEntry(entry).base;
}

/** The form of an entry with the given ending. */
export function inflect(entry: string, ending: Ending): string {
  const { base, doubles, form, gerund } = splitEntry(entry);
  if (ending === 'ing') return gerund ?? gerundOf(base, doubles);
  if (form !== undefined) return form;
  return ending === 's' ? pluralOf(base) : pastOf(base, doubles);
}

/** The phrase with the indefinite article that its first sound asks for. */
export function withArticle(phrase: string): string {
  return `${startsWithVowelSound(phrase) ? 'an' : 'a'} ${phrase}`;
}

function splitEntry(entry: string) {
  const [head = '', form, gerund] = entry.split('/');
  const doubles = head.endsWith('*');
  return { base: doubles ? head.slice(0, -1) : head, doubles, form, gerund };
}

function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

function pastOf(verb: string, doubles: boolean): string {
  if (doubles) return `${verb}${verb.slice(-1)}ed`;
  if (verb.endsWith('e')) return `${verb}d`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`;
}

function gerundOf(verb: string, doubles: boolean): string {
  if (doubles) return `${verb}${verb.slice(-1)}ing`;
  if (verb.endsWith('ie')) return `${verb.slice(0, -2)}ying`;
  return /[^eoy]e$/.test(verb) ? `${verb.slice(0, -1)}ing` : `${verb}ing`;
}

const vowelButConsonantSound = /^(?:one|once|uni(?!n|m)|use|usu|usa|eu|ewe|uten)/i;
const silentH = /^(?:hour|honest|honou?r|heir)/i;

function startsWithVowelSound(phrase: string): boolean {
  const first = phrase[0] as string;
  if ('aeiouAEIOU'.includes(first)) return !('oueOUE'.includes(first) && vowelButConsonantSound.test(phrase));
  return (first === 'h' || first === 'H') && silentH.test(phrase);
}
