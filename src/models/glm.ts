import type { ModelPreset } from './preset.ts';
import { article1m, article128k, publishedDepthPercents, tableRow } from './table-row.ts';

const glm4 = {
  maker: 'Zhipu AI',
  tokenizerFamily: 'glm-4',
  // [gMASK]<sop>, a role and its line break, the assistant's role: 5, or 6 where a line break stands alone.
  templateOverhead: 6,
  stop: ['<|endoftext|>', '<|user|>', '<|observation|>'],
  verifiedOn: '2026-11-25',
  unverified: ['templateOverhead', 'ids.ollama', 'ids.xinference'],
} as const;

/** What only Zhipu serves has no repository, no config file, and a tokenizer that nobody can look at. */
const hosted = {
  maker: 'Zhipu AI',
  tokenizerFamily: 'glm-4',
  unverified: ['windows.documented', 'tokenizerFamily', 'price', 'whether it is still served'],
} as const;

/** GLM-4: the two open models of the article, and the long ones that its maker hosts. */
export const glmModels = {
  'glm-4-9b-chat': tableRow(glm4, {
    label: 'GLM-4-9B-Chat',
    parameters: '9B',
    id: 'zai-org/glm-4-9b-chat',
    ids: { ollama: 'glm4:9b', xinference: 'glm4-chat', siliconflow: 'THUDM/glm-4-9b-chat' },
    otherRepositories: ['THUDM/glm-4-9b-chat', 'ZhipuAI/glm-4-9b-chat', 'zai-org/glm-4-9b-chat-hf'],
    windows: { config: 131_072, documented: 131_072 },
    articleClaim: article128k,
    sources: [
      'https://huggingface.co/zai-org/glm-4-9b-chat',
      'https://github.com/THUDM/GLM-4: the list of models says 128K',
    ],
    unverified: ['ids.siliconflow: it served 32K of it in 2024'],
  }),
  'glm-4-9b-chat-1m': tableRow(glm4, {
    label: 'GLM-4-9B-Chat-1M',
    parameters: '9B',
    id: 'zai-org/glm-4-9b-chat-1m',
    ids: { xinference: 'glm4-chat-1m' },
    otherRepositories: ['THUDM/glm-4-9b-chat-1m', 'ZhipuAI/glm-4-9b-chat-1m', 'zai-org/glm-4-9b-chat-1m-hf'],
    windows: { config: 1_048_576, documented: 1_048_576 },
    articleClaim: article1m,
    publishedGrid: {
      // linspace(8000, 1024000, 12), each rounded to a multiple of 8.
      contextLengths: [
        8_000, 100_360, 192_728, 285_088, 377_456, 469_816, 562_184, 654_544, 746_912, 839_272, 931_640,
        1_024_000,
      ],
      depthPercents: publishedDepthPercents,
    },
    sources: [
      'https://huggingface.co/zai-org/glm-4-9b-chat-1m',
      'https://github.com/THUDM/GLM-4: the list of models says 1M',
      'grid: THUDM/GLM-4 resources/eval_needle.jpeg, read off the picture',
    ],
  }),
  'glm-4-long': tableRow(hosted, {
    label: 'GLM-4-Long',
    parameters: null,
    id: 'glm-4-long',
    windows: { config: null, documented: 1_000_000 },
    price: {
      input: 1,
      cachedInput: null,
      output: 1,
      currency: 'CNY',
      asOf: '2026-11',
      source: "Zhipu's page of the model, which bears no date; it gives one price for all tokens",
    },
    sources: ['https://open.bigmodel.cn: the page of the model, undated; answers of 4K tokens at most'],
  }),
  'glm-4-plus': tableRow(hosted, {
    label: 'GLM-4-Plus',
    parameters: null,
    id: 'glm-4-plus',
    windows: { config: null, documented: 128_000 },
    price: {
      input: 5,
      cachedInput: null,
      output: 5,
      currency: 'CNY',
      asOf: '2026-11',
      source: "Zhipu's page of the model, which bears no date; it gives one price for all tokens",
    },
    sources: ['https://open.bigmodel.cn: the page of the model, undated'],
  }),
} as const satisfies Record<string, ModelPreset>;
