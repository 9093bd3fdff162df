import type { ModelPreset, TokenizerFamily } from './preset.ts';

/** The twelve depths both published charts of the article use. */
const publishedDepthPercents = [0, 9, 18, 27, 36, 45, 55, 64, 73, 82, 91, 100];

/** What the article's table prints as "128K" and "1M"; K is read as 1,000, as everywhere in this tool. */
const article128k = 128_000;
const article1m = 1_000_000;

/** What the models of one maker and generation share. */
function family(
  shared: Pick<ModelPreset, 'maker' | 'templateOverhead' | 'articleClaim'> & {
    readonly tokenizerFamily: TokenizerFamily;
    readonly extraBody?: ModelPreset['extraBody'];
    readonly stop?: readonly string[];
  },
  own: Pick<ModelPreset, 'label' | 'parameters' | 'id' | 'windows'> & Partial<ModelPreset>,
): ModelPreset {
  return {
    tokenizer: 'auto',
    extraBody: {},
    price: null,
    publishedGrid: null,
    stop: [],
    sources: [`https://huggingface.co/${own.id}`],
    verifiedOn: null,
    simulated: false,
    note: null,
    ...shared,
    ...own,
  };
}

// Overheads are counted from the published chat templates for one user message and the generation prompt.
const llama3 = {
  maker: 'Meta',
  tokenizerFamily: 'llama-3',
  templateOverhead: 10,
  articleClaim: article128k,
} as const;
// Its template writes today's date into every prompt, which would change a run overnight: the date is pinned to
// the template's own fallback. The overhead depends on that line, so it is learnt from the first usage.
const llama31 = {
  maker: 'Meta',
  tokenizerFamily: 'llama-3',
  templateOverhead: null,
  articleClaim: null,
  extraBody: { chat_template_kwargs: { date_string: '26 Jul 2024' } },
} as const;
const glm4 = {
  maker: 'Zhipu AI',
  tokenizerFamily: 'glm-4',
  templateOverhead: 6,
  articleClaim: article128k,
  stop: ['<|endoftext|>', '<|user|>', '<|observation|>'],
} as const;
// Without a system message the template inserts one of its own: 11 of the 19 tokens.
const qwen2 = {
  maker: 'Alibaba',
  tokenizerFamily: 'qwen2',
  templateOverhead: 19,
  articleClaim: article128k,
} as const;
const deepseek2 = {
  maker: 'DeepSeek',
  tokenizerFamily: 'deepseek-v2',
  templateOverhead: 6,
  articleClaim: article128k,
} as const;

/**
 * Models by preset name: the article's eleven and two of the next generation for comparison. Plain data.
 *
 * A card's "K" is 1,024: wherever a card and a config file agree, 8K, 32K and 128K stand for 8192, 32768 and 131072.
 */
export const models = {
  'llama-3-8b': family(llama3, {
    label: 'Llama 3 8B Instruct',
    parameters: '8B',
    id: 'meta-llama/Meta-Llama-3-8B-Instruct',
    windows: { config: 8_192, documented: 8_192 },
  }),
  'llama-3-70b': family(llama3, {
    label: 'Llama 3 70B Instruct',
    parameters: '70B',
    id: 'meta-llama/Meta-Llama-3-70B-Instruct',
    windows: { config: 8_192, documented: 8_192 },
  }),
  'llama-3.1-8b': family(llama31, {
    label: 'Llama 3.1 8B Instruct',
    parameters: '8B',
    id: 'meta-llama/Llama-3.1-8B-Instruct',
    windows: { config: 131_072, documented: 131_072 },
  }),
  'llama-3.1-70b': family(llama31, {
    label: 'Llama 3.1 70B Instruct',
    parameters: '70B',
    id: 'meta-llama/Llama-3.1-70B-Instruct',
    windows: { config: 131_072, documented: 131_072 },
  }),
  'glm-4-9b-chat': family(glm4, {
    label: 'GLM-4-9B-Chat',
    parameters: '9B',
    id: 'zai-org/glm-4-9b-chat',
    windows: { config: 131_072, documented: 131_072 },
  }),
  'glm-4-9b-chat-1m': family(glm4, {
    label: 'GLM-4-9B-Chat-1M',
    parameters: '9B',
    id: 'zai-org/glm-4-9b-chat-1m',
    windows: { config: 1_048_576, documented: 1_048_576 },
    articleClaim: article1m,
    publishedGrid: {
      contextLengths: [
        8_000, 100_360, 192_728, 285_088, 377_456, 469_816, 562_184, 654_544, 746_912, 839_272, 931_640,
        1_024_000,
      ],
      depthPercents: publishedDepthPercents,
    },
    sources: [
      'https://huggingface.co/zai-org/glm-4-9b-chat-1m',
      'grid: THUDM/GLM-4 resources/eval_needle.jpeg, read off the picture',
    ],
  }),
  'qwen2-0.5b': family(qwen2, {
    label: 'Qwen2 0.5B Instruct',
    parameters: '0.5B',
    id: 'Qwen/Qwen2-0.5B-Instruct',
    windows: { config: 32_768, documented: 32_768 },
  }),
  'qwen2-1.5b': family(qwen2, {
    label: 'Qwen2 1.5B Instruct',
    parameters: '1.5B',
    id: 'Qwen/Qwen2-1.5B-Instruct',
    windows: { config: 32_768, documented: 32_768 },
  }),
  // The documented windows of the three larger ones need YaRN switched on in the server.
  'qwen2-7b': family(qwen2, {
    label: 'Qwen2 7B Instruct',
    parameters: '7B',
    id: 'Qwen/Qwen2-7B-Instruct',
    windows: { config: 32_768, documented: 131_072 },
  }),
  'qwen2-57b-a14b': family(qwen2, {
    label: 'Qwen2 57B-A14B Instruct',
    parameters: '57B (14B active)',
    id: 'Qwen/Qwen2-57B-A14B-Instruct',
    windows: { config: 32_768, documented: 65_536 },
  }),
  'qwen2-72b': family(qwen2, {
    label: 'Qwen2 72B Instruct',
    parameters: '72B',
    id: 'Qwen/Qwen2-72B-Instruct',
    windows: { config: 32_768, documented: 131_072 },
  }),
  // The config files of both say more (YaRN factor 40 over 4096) than the makers' cards promise.
  'deepseek-v2-lite': family(deepseek2, {
    label: 'DeepSeek-V2-Lite Chat',
    parameters: '16B (2.4B active)',
    id: 'deepseek-ai/DeepSeek-V2-Lite-Chat',
    windows: { config: 163_840, documented: 32_768 },
  }),
  'deepseek-v2': family(deepseek2, {
    label: 'DeepSeek-V2 Chat',
    parameters: '236B (21B active)',
    id: 'deepseek-ai/DeepSeek-V2-Chat',
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
      contextLengths: [
        1_000, 12_000, 24_000, 35_000, 47_000, 58_000, 70_000, 81_000, 93_000, 104_000, 116_000, 128_000,
      ],
      depthPercents: publishedDepthPercents,
    },
    sources: [
      'https://huggingface.co/deepseek-ai/DeepSeek-V2-Chat',
      'grid: deepseek-ai/DeepSeek-V2 figures/niah.png (the base model), read off the picture',
    ],
  }),
} as const satisfies Record<string, ModelPreset>;
