/*
 * English word forms. An entry of a word list may be several words, one of which changes: the word that carries marks, else
 * the last of a noun and the first of a verb. The marks are `base/form` where plural or past is irregular,
 * `base/past/gerund/participle` for what else a verb needs (an empty part is regular; the participle is the past unless
 * given), or `base*` where the last letter doubles (`plan*` -> planned, planning).
 */

/** Endings a word list can be asked for: `s` plural of nouns, `ed` past, `ing` gerund and `en` participle of verbs. */
export const endings = ['s', 'ed', 'ing', 'en'] as const;
export type Ending = (typeof endings)[number];

/** The base form of an entry: its marks dropped. */
export function baseForm(entry: string): string {
  return marked.test(entry) ? entry.replace(/[/*][^ ]*/g, '') : entry;
}

/** The form of an entry with the given ending. */
export function inflect(entry: string, ending: Ending): string {
  if (!entry.includes(' ')) return inflectWord(entry, ending);
  const words = entry.split(' ');
  const carrier = words.findIndex((word) => marked.test(word));
  const at = carrier >= 0 ? carrier : ending === 's' ? words.length - 1 : 0;
  words[at] = inflectWord(words[at] as string, ending);
  return words.join(' ');
}

/** The indefinite article that the first sound of a phrase asks for, and a space. */
export function articleOf(phrase: string): 'a ' | 'an ' {
  return startsWithVowelSound(phrase) ? 'an ' : 'a ';
}

const marked = /[/*]/;

function inflectWord(word: string, ending: Ending): string {
  const [head = '', form, gerund, participle] = word.split('/');
  const doubles = head.endsWith('*');
  const base = doubles ? head.slice(0, -1) : head;
  if (ending === 'ing') return gerund || gerundOf(base, doubles);
  if (ending === 'en' && participle) return participle;
  return form ?? (ending === 's' ? pluralOf(base) : pastOf(base, doubles));
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
  const first = phrase[0] ?? '';
  if (first !== '' && 'aeiouAEIOU'.includes(first))
    return !('oueOUE'.includes(first) && vowelButConsonantSound.test(phrase));
  return (first === 'h' || first === 'H') && silentH.test(phrase);
}
