import type { Language } from '../../core/language.ts';
import { flagNames, markNames } from '../marks.ts';
import { bilingual, phrase } from './bilingual.ts';
import { type StringKey, text } from './strings.ts';

/** What the list of evidence can be narrowed to; `misses` are scored cells below full score. */
const evidenceFilters = [
  'all',
  'misses',
  'hits',
  ...markNames.filter((name) => name !== 'missing'),
  ...flagNames,
] as const satisfies readonly StringKey[];
export type EvidenceFilter = (typeof evidenceFilters)[number];

/** The frame of the list of all answers; the script fills it, and without one it stays hidden. */
export function evidenceSection(lang: Language): string {
  const options = evidenceFilters
    .map((name) => bilingual(lang, (l) => text(l, name), 'option', `value="${name}"`))
    .join('');
  return `<section class="card evidence" id="evidence" hidden aria-labelledby="evidence-title"><h2 id="evidence-title">${phrase(lang, 'evidence')} <span class="hint">${phrase(lang, 'evidence_hint')}</span></h2><form class="pick" role="search"><label>${phrase(lang, 'show')} <select id="filter">${options}</select></label><label class="grow">${phrase(lang, 'search')} <input id="search" type="search" autocomplete="off" spellcheck="false"></label><output id="found" for="filter search"></output></form><ol id="rows" class="rows"></ol><button type="button" id="more" hidden>${phrase(lang, 'more')}</button></section>`;
}
