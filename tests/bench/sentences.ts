import { generateProse } from '../../src/corpus/generate.ts';
import { sentenceCuts } from '../../src/haystack/sentence-cuts.ts';
import {
  f1,
  type GoldScore,
  type GoldText,
  goldTexts,
  precision,
  recall,
  scoreOnGold,
} from '../haystack/gold-score.ts';
import { intlCuts, intlCutsUnwrapped } from '../haystack/intl-cuts.ts';
import { roughText } from '../haystack/rough-text.ts';
import { simpleCuts } from '../haystack/simple-cuts.ts';
import { cpuMs } from './cpu.ts';
import { atLeast, atMost, type Figure, told } from './figure.ts';

type Language = 'en' | 'zh';
type Cutter = (text: string) => Iterable<number>;

const ours = 'our rules';
/** What could cut sentences. Each may know the language of the text. */
const candidates: Readonly<Record<string, (language: Language) => Cutter>> = {
  [ours]: () => sentenceCuts,
  'a few simple rules': () => simpleCuts,
  'Intl.Segmenter': intlCuts,
  'Intl.Segmenter, lines joined': intlCutsUnwrapped,
};

/** Strings as a file would give them, not ropes. */
const texts: Readonly<Record<string, () => string>> = {
  'prose-en': () => generateProse({ language: 'en', seed: 7, chars: 1_000_000 }),
  'prose-zh': () => generateProse({ language: 'zh', seed: 7, chars: 350_000 }),
  'rough en': () => roughText('en', 14_000),
  'rough zh': () => roughText('zh', 20_000),
};

/** Quality on the gold set and CPU ms per MB on four texts, of every way to cut sentences. */
export async function sentenceFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, cutterOf] of Object.entries(candidates)) {
    const all = scoreAll(cutterOf, goldTexts);
    figures.push(
      told(`${name}: precision`, precision(all)),
      told(`${name}: recall`, recall(all)),
      name === ours ? atLeast(`${name}: F1`, f1(all), 0.99) : told(`${name}: F1`, f1(all)),
    );
    for (const language of ['en', 'zh', 'other'] as const) {
      const score = scoreAll(
        cutterOf,
        goldTexts.filter((text) => languageOf(text) === language),
      );
      figures.push(told(`${name}: F1, ${language}`, f1(score)));
    }
    figures.push(told(`${name}: of ${goldTexts.length} texts cut as marked`, all.exact));
  }
  for (const [kind, make] of Object.entries(texts)) {
    const text = Buffer.from(make()).toString();
    for (const [name, cutterOf] of Object.entries(candidates)) {
      const cut = cutterOf(kind.endsWith('zh') ? 'zh' : 'en');
      // Over a long text Intl.Segmenter takes the square of its length (Node 20): paragraph by paragraph is its best.
      const pieces = name.startsWith('Intl') ? text.split('\n\n') : [text];
      const ms = await cpuMs(() => pieces.map((piece) => cut(piece)), 5);
      const perMegabyte = (ms * 1e6) / Buffer.byteLength(text);
      const what = `${kind}, CPU per MB: ${name}`;
      const hasBar = name === ours && kind === 'prose-en';
      figures.push(hasBar ? atMost(what, perMegabyte, 15, 'ms') : told(what, perMegabyte, 'ms'));
    }
  }
  return figures;
}

/** A gold text is cut by its language's cutter; for all but Chinese and Japanese that is the English one. */
function scoreAll(cutterOf: (language: Language) => Cutter, wanted: readonly GoldText[]): GoldScore {
  const isEastern = (text: GoldText): boolean => languageOf(text) === 'zh' || text.group === 'japanese';
  const [zh, en] = [true, false].map((eastern) =>
    scoreOnGold(
      cutterOf(eastern ? 'zh' : 'en'),
      wanted.filter((text) => isEastern(text) === eastern),
    ),
  ) as [GoldScore, GoldScore];
  return {
    right: zh.right + en.right,
    wrong: zh.wrong + en.wrong,
    missed: zh.missed + en.missed,
    exact: zh.exact + en.exact,
  };
}

function languageOf({ group }: GoldText): Language | 'other' {
  if (group.startsWith('en ') || group === 'markdown') return 'en';
  return group.startsWith('zh ') ? 'zh' : 'other';
}
