/*
 * Words that carry a full stop of their own, sorted by what the stop can still mean, and words that open sentences. A dot
 * stands between the letters of `e.g`, whether the text writes "e.g." or "e. g.".
 */

/**
 * What a full stop after an abbreviation means. `title`: a name follows. `never`: it ends nothing. `number`: it ends nothing
 * before a number. `name`: it ends a sentence before a word that opens sentences only. `end`: it ends one before any capital.
 */
export type StopKind = 'title' | 'never' | 'number' | 'name' | 'end';

const words: Readonly<Record<StopKind, string>> = {
  title:
    'mr mrs ms dr drs mx prof rev hon sen rep gov pres gen col capt cpt lt sgt cpl maj adm messrs mme mlle mgr mm fr mt ' +
    'hr frl sra srta sres dra dña ud uds sig dott assoc डॉ प्रो',
  never:
    'e.g i.e cf c.f v n vs viz approx ca resp p.ex av z.b d.h u.a bzw vgl inkl evtl bspw ee p.ej т.е см им ул стр рис напр',
  number:
    'no nos nr núm num op ext c d fig figs vol vols p pp pág págs ch chap sec sect eq eqs art al est ed vers s с род ум ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri',
  name: 'inc ltd co corp bros jr sr st ave pvt blvd rd dept univ ph.d uu str oz lb ft г',
  end: 'etc usw a.m p.m т.д т.п др',
};

const kinds = new Map<string, StopKind>(
  (Object.keys(words) as StopKind[]).flatMap((kind) => words[kind].split(' ').map((word) => [word, kind])),
);
/** Titles that keep their meaning without a capital. */
const smallTitles = new Set(['mr', 'mrs', 'ms', 'dr']);

/** The kind of an abbreviation, given without its last dot and as the text writes it; undefined for any other word. */
export function stopKind(word: string): StopKind | undefined {
  const small = word.toLowerCase();
  const kind = kinds.get(small);
  if (kind !== 'title') return kind;
  const isSmall = word[0] === small[0] && small[0] !== small[0]?.toUpperCase();
  return isSmall && !smallTitles.has(small) ? undefined : kind;
}

/** Longest entry of the table. */
export const longestAbbreviation = 6;

const openers = new Set(
  (
    'the a an this that these those he she it we they you i his her its our their my your there here what who whom why how ' +
    'where when which then now in on at to of for from with by as but and or so if after before while although though because ' +
    'since until once not no all some many most few each every one both neither such even only also still just perhaps ' +
    'however yet meanwhile moreover nobody nothing everyone someone let do did is was are were has had can will ' +
    'der die das ein eine er sie es wir ich und aber dann wer im am ' +
    'le la les un une il elle ils elles nous vous et mais ce cette je on ' +
    'el los las una ella ellos nosotros y pero yo no ' +
    'он она оно они мы вы я это этот эта эти он она в на и но а там тогда'
  ).split(' '),
);

/** Whether a capitalised word is one that opens sentences rather than a name. */
export function opensSentences(word: string): boolean {
  return openers.has(word.toLowerCase());
}

const days = /^(?:mon|tues|wednes|thurs|fri|satur|sun)days?$/i;

/** Whether a capitalised word goes on after a time of day: a weekday, or a time zone in capitals. */
export function followsTime(word: string): boolean {
  return days.test(word) || /^[A-Z]{2,4}$/.test(word);
}
