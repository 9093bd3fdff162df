import { NeedlescopeError } from '../core/errors.ts';
import { withoutFrame } from './book-text.ts';
import { cleanText } from './clean-text.ts';
import { addFindings, type Findings, noFindings } from './findings.ts';

/**
 * Of a corpus no more than this is read, in bytes. It holds some 5 million tokens: twice what a million-token grid can use
 * (its longest haystack and as much room to begin in), and all of it is tokenised before the first call.
 */
export const mostCorpusBytes = 24 * 1024 * 1024;

/** A text read from files, and what its owner should know of it. */
export interface GatheredText {
  readonly text: string;
  readonly notes: readonly string[];
}

interface Gatherer {
  /** Adds a file; `shape` gives its text the form it needs. Throws `corpus_unusable` where it cannot serve as text. */
  add(file: { readonly bytes: Uint8Array; readonly name: string; shape?(text: string): string }): void;
  /** The whole. Throws `corpus_unusable` that names the files where none of them held any text. */
  join(names: readonly string[]): { readonly text: string; readonly findings: Findings };
}

/** Takes files one by one, cleans them, and joins them with a blank line between them. */
export function gatherTexts(): Gatherer {
  const texts: string[] = [];
  let findings = noFindings;
  return {
    add: ({ bytes, name, shape }) => {
      const clean = cleanText(bytes, name);
      const framed = withoutFrame(clean.text);
      findings = addFindings(findings, clean.findings);
      if (framed.length < clean.text.length) findings = addFindings(findings, { ...noFindings, frames: 1 });
      const text = (shape === undefined ? framed : shape(framed)).replace(/^\n+/, '').trimEnd();
      if (text.length > 0) texts.push(text);
    },
    join: (names) => {
      if (texts.length === 0) {
        throw new NeedlescopeError('corpus_unusable', `expected text, but ${listed(names)} hold none`);
      }
      return { text: texts.join('\n\n'), findings };
    },
  };
}

/** Names in a sentence: the first three, and how many more. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
