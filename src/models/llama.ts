import type { ModelPreset } from './preset.ts';
import { article128k, tableRow } from './table-row.ts';

// The overhead is counted from the published template: BOS, 5 for a message, 4 for the generation prompt.
const llama3 = {
  maker: 'Meta',
  tokenizerFamily: 'llama-3',
  templateOverhead: 10,
  articleClaim: article128k,
  verifiedOn: '2026-11-25',
  unverified: ['ids.ollama'],
  note: {
    en: "The article's table says 128K; Llama 3 was made for 8,192 tokens. The 128K of the family came with Llama 3.1.",
    zh: '文章的表格写的是 128K；Llama 3 的窗口只有 8,192 个 token，128K 是 Llama 3.1 才有的。',
  },
} as const;

// Its template writes today's date into every prompt, which would change a run overnight: the date is pinned to
// the template's own fallback. 25 of the 35 tokens are that system message; any date takes as many.
const llama31 = {
  maker: 'Meta',
  tokenizerFamily: 'llama-3',
  templateOverhead: 35,
  extraBody: { chat_template_kwargs: { date_string: '26 Jul 2024' } },
  unverified: ['windows.config', 'ids.ollama'],
} as const;

const card = (repository: string): string => `https://huggingface.co/${repository}`;
const modelCard = 'https://github.com/meta-llama/llama3 MODEL_CARD.md: 8k for both sizes';
const hosts =
  "ids: the services' lists as LiteLLM's price table and OpenRouter's pages had them in November 2026; several of them served on demand only";

/** Llama 3, and Llama 3.1 beside it: the article says 128K of the first, which holds of the second. */
export const llamaModels = {
  'llama-3-8b': tableRow(llama3, {
    label: 'Llama 3 8B Instruct',
    parameters: '8B',
    id: 'meta-llama/Meta-Llama-3-8B-Instruct',
    ids: { ollama: 'llama3:8b', openrouter: 'meta-llama/llama-3-8b-instruct' },
    otherRepositories: ['NousResearch/Meta-Llama-3-8B-Instruct', 'LLM-Research/Meta-Llama-3-8B-Instruct'],
    windows: { config: 8_192, documented: 8_192 },
    sources: [card('meta-llama/Meta-Llama-3-8B-Instruct'), modelCard, hosts],
    unverified: ['otherRepositories'],
  }),
  'llama-3-70b': tableRow(llama3, {
    label: 'Llama 3 70B Instruct',
    parameters: '70B',
    id: 'meta-llama/Meta-Llama-3-70B-Instruct',
    ids: {
      ollama: 'llama3:70b',
      openrouter: 'meta-llama/llama-3-70b-instruct',
      fireworks: 'accounts/fireworks/models/llama-v3-70b-instruct',
    },
    windows: { config: 8_192, documented: 8_192 },
    sources: [card('meta-llama/Meta-Llama-3-70B-Instruct'), modelCard, hosts],
  }),
  'llama-3.1-8b': tableRow(llama31, {
    label: 'Llama 3.1 8B Instruct',
    parameters: '8B',
    id: 'meta-llama/Llama-3.1-8B-Instruct',
    ids: { ollama: 'llama3.1:8b', fireworks: 'accounts/fireworks/models/llama-v3p1-8b-instruct' },
    otherRepositories: ['meta-llama/Meta-Llama-3.1-8B-Instruct'],
    windows: { config: 131_072, documented: 131_072 },
    sources: [card('meta-llama/Llama-3.1-8B-Instruct'), hosts],
  }),
  'llama-3.1-70b': tableRow(llama31, {
    label: 'Llama 3.1 70B Instruct',
    parameters: '70B',
    id: 'meta-llama/Llama-3.1-70B-Instruct',
    ids: {
      ollama: 'llama3.1:70b',
      openrouter: 'meta-llama/llama-3.1-70b-instruct',
      fireworks: 'accounts/fireworks/models/llama-v3p1-70b-instruct',
    },
    otherRepositories: ['meta-llama/Meta-Llama-3.1-70B-Instruct'],
    windows: { config: 131_072, documented: 131_072 },
    sources: [card('meta-llama/Llama-3.1-70B-Instruct'), hosts],
  }),
} as const satisfies Record<string, ModelPreset>;
