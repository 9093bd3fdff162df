import { brotliCompressSync, constants } from 'node:zlib';
import type { Language } from '../../../src/core/language.ts';
import { generateProse } from '../../../src/corpus/generate.ts';
import { sentenceCuts } from '../../../src/haystack/sentence-cuts.ts';
import { loadTiktoken } from '../../../src/tokenizer/tiktoken.ts';
import { cpuMs } from '../cpu.ts';
import { atLeast, atMost, type Figure } from '../figure.ts';

const chars: Readonly<Record<Language, number>> = { en: 4_800_000, zh: 1_150_000 };
/** Real prose by the same measure: 2.9 and 2.6. */
const mostRatio: Readonly<Record<Language, number>> = { en: 3.9, zh: 3.5 };

/** How fast a million tokens of our prose are written, and how much like prose they are. */
export async function proseFigures(language: Language): Promise<Figure[]> {
  const make = (): string => generateProse({ language, seed: 7, chars: chars[language] });
  const text = make();
  const bytes = Buffer.from(text);
  const cpu = await cpuMs(make, 8);
  const tokens = (await loadTiktoken('o200k_base')).count(text);
  const cuts = sentenceCuts(text);
  const sentences = Array.from(cuts.subarray(0, -1), (cut, k) => text.slice(cut, cuts[k + 1]).trim());
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
  const units = language === 'en' ? text.split(/\s+/) : [...text.replaceAll('\n', '')];
  return [
    atLeast('tokens looked at (o200k)', tokens, 950_000),
    atLeast('written, MB a second of CPU', bytes.length / 1_000 / cpu, 20),
    atMost('sentences that stood before', sentences.length - new Set(sentences).size, 0),
    atMost('8-grams that stood before', 100 * repeatedShare(units), 0.5, '%'),
    atMost('brotli ratio, 16 MB window', bytes.length / packed.length, mostRatio[language]),
    ...(language === 'zh'
      ? [atLeast('distinct characters', new Set(text.match(/\p{Script=Han}/gu)).size, 2_000)]
      : []),
  ];
}

/** Share of 8-grams (of words in English, of characters in Chinese) that stood before. */
function repeatedShare(units: readonly string[]): number {
  const seen = new Set<string>();
  for (let i = 0; i + 8 <= units.length; i++) seen.add(units.slice(i, i + 8).join(' '));
  return 1 - seen.size / (units.length - 7);
}
