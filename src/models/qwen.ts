import type { ModelPreset } from './preset.ts';
import { article128k, tableRow } from './table-row.ts';

const qwen2 = {
  maker: 'Alibaba',
  tokenizerFamily: 'qwen2',
  // Without a system message the template inserts one of its own: 11 of the 19 tokens.
  templateOverhead: 19,
  defaultSystemPrompt: 'You are a helpful assistant.',
  articleClaim: article128k,
  sampling: { temperature: 0.7, topP: 0.8 },
  unverified: ['ids.ollama', 'sampling'],
} as const;

/** The documented windows above 32,768 need YaRN switched on in the server, which also changes answers to short prompts. */
const yarn = (factor: number) => ({ factor, originalWindow: 32_768, ropeTheta: 1_000_000 });

/** The default system prompt is longer than Qwen2's. */
const qwen25Long = {
  maker: 'Alibaba',
  tokenizerFamily: 'qwen2',
  templateOverhead: 29,
  defaultSystemPrompt: 'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.',
  ids: { xinference: 'qwen2.5-instruct-1m' },
  verifiedOn: '2026-11-25',
  unverified: ['windows.config'],
} as const;
const xinference = "window: Xinference's list of built-in models, qwen2.5-instruct-1m";

/** The update of July 2025: it never thinks, and its template adds no system message. */
const qwen3 = {
  maker: 'Alibaba',
  tokenizerFamily: 'qwen2',
  templateOverhead: 8,
  sampling: { temperature: 0.7, topP: 0.8 },
  verifiedOn: '2026-11-25',
  unverified: ['windows.config', 'templateOverhead', 'sampling'],
} as const;
const qwen3Readme = 'https://github.com/QwenLM/Qwen3: 256K, extendable to a million tokens';

const card = (repository: string): string => `https://huggingface.co/${repository}`;

/** Qwen2 in the article's five sizes, and the long ones of its successor. */
export const qwenModels = {
  'qwen2-0.5b': tableRow(qwen2, {
    label: 'Qwen2 0.5B Instruct',
    parameters: '0.5B',
    id: 'Qwen/Qwen2-0.5B-Instruct',
    ids: { ollama: 'qwen2:0.5b', xinference: 'qwen2-instruct' },
    windows: { config: 32_768, documented: 32_768 },
    sources: [card('Qwen/Qwen2-0.5B-Instruct')],
  }),
  'qwen2-1.5b': tableRow(qwen2, {
    label: 'Qwen2 1.5B Instruct',
    parameters: '1.5B',
    id: 'Qwen/Qwen2-1.5B-Instruct',
    ids: { ollama: 'qwen2:1.5b', xinference: 'qwen2-instruct' },
    windows: { config: 32_768, documented: 32_768 },
    sources: [card('Qwen/Qwen2-1.5B-Instruct')],
  }),
  'qwen2-7b': tableRow(qwen2, {
    label: 'Qwen2 7B Instruct',
    parameters: '7B',
    id: 'Qwen/Qwen2-7B-Instruct',
    ids: {
      ollama: 'qwen2:7b',
      xinference: 'qwen2-instruct',
      fireworks: 'accounts/fireworks/models/qwen2-7b-instruct',
    },
    windows: { config: 32_768, documented: 131_072 },
    yarn: yarn(4),
    sources: [card('Qwen/Qwen2-7B-Instruct')],
    verifiedOn: '2026-11-25',
  }),
  'qwen2-57b-a14b': tableRow(qwen2, {
    label: 'Qwen2 57B-A14B Instruct',
    parameters: '57B (14B active)',
    id: 'Qwen/Qwen2-57B-A14B-Instruct',
    ids: { xinference: 'qwen2-moe-instruct' },
    windows: { config: 32_768, documented: 65_536 },
    yarn: yarn(2),
    sources: [card('Qwen/Qwen2-57B-A14B-Instruct')],
    verifiedOn: '2026-11-25',
    unverified: ['windows.config', 'yarn.factor'],
  }),
  'qwen2-72b': tableRow(qwen2, {
    label: 'Qwen2 72B Instruct',
    parameters: '72B',
    id: 'Qwen/Qwen2-72B-Instruct',
    ids: {
      ollama: 'qwen2:72b',
      xinference: 'qwen2-instruct',
      fireworks: 'accounts/fireworks/models/qwen2-72b-instruct',
    },
    windows: { config: 32_768, documented: 131_072 },
    yarn: yarn(4),
    sources: [card('Qwen/Qwen2-72B-Instruct')],
    verifiedOn: '2026-11-25',
  }),
  'qwen2.5-7b-1m': tableRow(qwen25Long, {
    label: 'Qwen2.5 7B Instruct 1M',
    parameters: '7B',
    id: 'Qwen/Qwen2.5-7B-Instruct-1M',
    windows: { config: 1_010_000, documented: 1_010_000 },
    sources: [card('Qwen/Qwen2.5-7B-Instruct-1M'), xinference],
  }),
  'qwen2.5-14b-1m': tableRow(qwen25Long, {
    label: 'Qwen2.5 14B Instruct 1M',
    parameters: '14B',
    id: 'Qwen/Qwen2.5-14B-Instruct-1M',
    windows: { config: 1_010_000, documented: 1_010_000 },
    sources: [card('Qwen/Qwen2.5-14B-Instruct-1M'), xinference],
  }),
  'qwen3-4b-2507': tableRow(qwen3, {
    label: 'Qwen3 4B Instruct 2507',
    parameters: '4B',
    id: 'Qwen/Qwen3-4B-Instruct-2507',
    windows: { config: 262_144, documented: 262_144 },
    sources: [card('Qwen/Qwen3-4B-Instruct-2507'), qwen3Readme],
  }),
  'qwen3-30b-a3b-2507': tableRow(qwen3, {
    label: 'Qwen3 30B-A3B Instruct 2507',
    parameters: '30B (3B active)',
    id: 'Qwen/Qwen3-30B-A3B-Instruct-2507',
    windows: { config: 262_144, documented: 262_144 },
    sources: [card('Qwen/Qwen3-30B-A3B-Instruct-2507'), qwen3Readme],
  }),
  'qwen3-235b-a22b-2507': tableRow(qwen3, {
    label: 'Qwen3 235B-A22B Instruct 2507',
    parameters: '235B (22B active)',
    id: 'Qwen/Qwen3-235B-A22B-Instruct-2507',
    windows: { config: 262_144, documented: 262_144 },
    sources: [card('Qwen/Qwen3-235B-A22B-Instruct-2507'), qwen3Readme],
  }),
} as const satisfies Record<string, ModelPreset>;
