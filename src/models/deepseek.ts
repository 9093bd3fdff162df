import type { ModelPreset } from './preset.ts';
import { article128k, publishedDepthPercents, tableRow } from './table-row.ts';

const deepseek2 = {
  maker: 'DeepSeek',
  tokenizerFamily: 'deepseek-v2',
  // BOS, `User: ` and `\n\nAssistant:` in plain words: about 6.
  templateOverhead: 6,
  articleClaim: article128k,
  verifiedOn: '2026-11-25',
  unverified: ['templateOverhead', 'ids.ollama'],
} as const;
const readme =
  'https://github.com/deepseek-ai/DeepSeek-V2: the list of models says 32k of the Lite ones and 128k of the others';

/** DeepSeek-V2 in both sizes, and what DeepSeek hosts now. The config files say more (YaRN factor 40 over 4096) than the makers promise. */
export const deepseekModels = {
  'deepseek-v2-lite': tableRow(deepseek2, {
    label: 'DeepSeek-V2-Lite Chat',
    parameters: '16B (2.4B active)',
    id: 'deepseek-ai/DeepSeek-V2-Lite-Chat',
    ids: { ollama: 'deepseek-v2:16b', fireworks: 'accounts/fireworks/models/deepseek-v2-lite-chat' },
    windows: { config: 163_840, documented: 32_768 },
    sources: ['https://huggingface.co/deepseek-ai/DeepSeek-V2-Lite-Chat', readme],
  }),
  'deepseek-v2': tableRow(deepseek2, {
    label: 'DeepSeek-V2 Chat',
    parameters: '236B (21B active)',
    id: 'deepseek-ai/DeepSeek-V2-Chat',
    ids: { ollama: 'deepseek-v2:236b' },
    otherRepositories: ['deepseek-ai/DeepSeek-V2-Chat-0628'],
    windows: { config: 163_840, documented: 131_072 },
    price: {
      input: 0.14,
      cachedInput: null,
      output: 0.28,
      currency: 'USD',
      asOf: '2024',
      source: "the article's figure for DeepSeek's own API",
    },
    publishedGrid: {
      // linspace(1000, 128000, 12), each cut to whole thousands.
      contextLengths: [
        1_000, 12_000, 24_000, 35_000, 47_000, 58_000, 70_000, 81_000, 93_000, 104_000, 116_000, 128_000,
      ],
      depthPercents: publishedDepthPercents,
    },
    sources: [
      'https://huggingface.co/deepseek-ai/DeepSeek-V2-Chat',
      readme,
      'grid: deepseek-ai/DeepSeek-V2 figures/niah.png (the base model), read off the picture',
    ],
    unverified: ['windows.config'],
  }),
  'deepseek-v4-flash': tableRow(
    { maker: 'DeepSeek', tokenizerFamily: 'deepseek-v4' },
    {
      label: 'DeepSeek-V4-Flash',
      parameters: null,
      id: 'deepseek-v4-flash',
      windows: { config: null, documented: 1_000_000 },
      thinking: { off: { thinking: { type: 'disabled' } }, on: { thinking: { type: 'enabled' } } },
      price: {
        input: 0.3,
        cachedInput: 0.006,
        output: 1.2,
        currency: 'USD',
        asOf: '2026-11',
        source: "LiteLLM 1.109.1's price table; it was half of that in the middle of the year",
      },
      sources: ["LiteLLM 1.109.1's price and context table"],
      unverified: ['windows.documented', 'thinking', 'price'],
    },
  ),
} as const satisfies Record<string, ModelPreset>;
