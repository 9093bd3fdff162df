import type { Bilingual } from '../core/language.ts';
import type { SourceModel } from './importer.ts';

interface KnownModel {
  readonly maker: string;
  /** The window its maker claims, in tokens. */
  readonly claimed: number;
  /** What a reader of the published figures should know. */
  readonly note: Bilingual | null;
}

/** What is known of a published model and not in the published file: by the name that the file gives it. */
const knownModels: Readonly<Record<string, KnownModel>> = {
  'DeepSeek-V2 Base': {
    maker: 'DeepSeek',
    claimed: 128_000,
    note: {
      en: 'The article that shows this chart says that the model errs "around 25K". The chart has its errors at 35K and 104K.',
      zh: '引用此图的文章称模型在“25K 左右”出错；而图中的错误位于 35K 和 104K。',
    },
  },
  'GLM-4-9B-Chat-1M': { maker: 'Zhipu AI', claimed: 1_024_000, note: null },
  'GPT-4-1106-preview': {
    maker: 'OpenAI',
    claimed: 128_000,
    note: {
      en: 'A judge graded each answer from 1 to 10. The published picture prints means of 2 and 3 as 0 %; here they are 11.1 % and 22.2 %.',
      zh: '每个回答由评判模型按 1 到 10 打分。原图把均值 2 和 3 标为 0 %；此处为 11.1 % 和 22.2 %。',
    },
  },
  'claude-2.1': { maker: 'Anthropic', claimed: 200_000, note: null },
};

function known(name: string): KnownModel | undefined {
  return Object.hasOwn(knownModels, name) ? knownModels[name] : undefined;
}

/** A model of a source, with what is known of it. */
export function sourceModel(name: string): SourceModel {
  return {
    name,
    maker: known(name)?.maker ?? null,
    claimed: known(name)?.claimed ?? null,
    // Whatever tool asked it, a model of our endpoint has planted answers.
    simulated: name.startsWith('known-answer/'),
  };
}

/** What a reader of a model's published figures should know, or null. */
export function noteOn(name: string): Bilingual | null {
  return known(name)?.note ?? null;
}
