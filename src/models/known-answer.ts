import type { ModelPreset } from './preset.ts';
import { tableRow } from './table-row.ts';

const prefix = 'known-answer/';

/** Who owns the models of the known-answer endpoint, as its model list says. */
export const knownAnswerOwner = 'needlescope';

/** Whether a model id belongs to the known-answer endpoint, so that SIMULATED must stand across its results. */
export function isSimulated(modelId: string): boolean {
  return modelId.startsWith(prefix);
}

/**
 * A row of the known-answer endpoint. `claims` is what the profile pretends to be sold with and `serves` what the endpoint
 * takes, both in tokens: a reader sees the same gap as with a real model.
 */
function simulated(
  profile: string,
  facts: { readonly claims: number; readonly serves: number; readonly en: string; readonly zh: string },
): ModelPreset {
  const id = `${prefix}${profile}`;
  return tableRow(
    { maker: null, tokenizerFamily: 'o200k' },
    {
      label: id,
      parameters: null,
      id,
      windows: { config: facts.serves, documented: facts.claims },
      tokenizer: 'o200k_base',
      templateOverhead: 8,
      sources: ['the known-answer endpoint that ships with this tool'],
      simulated: true,
      note: { en: `Simulated, no real model: ${facts.en}`, zh: `模拟结果，并非真实模型：${facts.zh}` },
    },
  );
}

const claims128k = 128_000;
const claims131k = 131_072;
const servesAll = 1_100_000;

/** The known-answer endpoint's models by the name they are asked under. */
export const knownAnswerModels = {
  'known-answer/perfect': simulated('perfect', {
    claims: claims131k,
    serves: claims131k,
    en: 'it sees the whole context.',
    zh: '能看到全部上下文。',
  }),
  'known-answer/perfect-1m': simulated('perfect-1m', {
    claims: 1_048_576,
    serves: servesAll,
    en: 'it sees the whole context, up to a million tokens.',
    zh: '能看到全部上下文，最长一百万 token。',
  }),
  'known-answer/window-8k': simulated('window-8k', {
    claims: claims128k,
    serves: 8_192,
    en: 'it is sold as 128K and refuses every request of more than 8,192 tokens.',
    zh: '宣称 128K，但拒绝任何超过 8,192 token 的请求。',
  }),
  'known-answer/truncates-8k': simulated('truncates-8k', {
    claims: claims131k,
    serves: claims131k,
    en: 'it is sold as 128K, keeps the last 8,192 tokens in silence and counts only those.',
    zh: '宣称 128K，却悄悄只保留末尾 8,192 个 token，用量也只计这些。',
  }),
  'known-answer/halves': simulated('halves', {
    claims: claims131k,
    serves: claims131k,
    en: 'it is sold as 128K; past 8,192 tokens it keeps the first words and the tail, 4,098 tokens in all, without an error.',
    zh: '宣称 128K，但超过 8,192 token 时不报错，只留开头几个词与末尾，共 4,098 个 token。',
  }),
  'known-answer/lost-in-the-middle': simulated('lost-in-the-middle', {
    claims: claims128k,
    serves: servesAll,
    en: 'from 4,400 tokens on it misses what lies between 32.5 and 67.5 % of the text.',
    zh: '从 4,400 token 起，看不到位于全文 32.5% 至 67.5% 之间的内容。',
  }),
  'known-answer/fades': simulated('fades', {
    claims: claims128k,
    serves: servesAll,
    en: 'it sees everything up to 16K, beyond that only about the last 16K tokens.',
    zh: '16K 以内全部可见，超过后只能看到末尾约 16K token。',
  }),
  'known-answer/fade-64k': simulated('fade-64k', {
    claims: claims128k,
    serves: servesAll,
    en: 'it sees everything up to 64K, beyond that only about the last 64K tokens.',
    zh: '64K 以内全部可见，超过后只能看到末尾约 64K token。',
  }),
  'known-answer/patchy': simulated('patchy', {
    claims: claims128k,
    serves: servesAll,
    en: 'it misses in a few blocks of lengths and depths and nowhere else.',
    zh: '只在少数指定的长度与深度区块内答错，其余全对。',
  }),
  'known-answer/published-deepseek-v2-cells': simulated('published-deepseek-v2-cells', {
    claims: claims128k,
    serves: servesAll,
    en: "it misses at the four cells below 10 in DeepSeek-V2 Base's published chart: 35K at 27, 36 and 64 %, 104K at 45 %.",
    zh: '只在 DeepSeek-V2 Base 公布图表中低于 10 分的四格答错：35K 的 27%、36%、64% 与 104K 的 45%。',
  }),
  'known-answer/distractible': simulated('distractible', {
    claims: claims128k,
    serves: servesAll,
    en: 'it prefers a similar sentence to the right one where there is any.',
    zh: '若有相似的句子，会优先选中它而非正确的那一句。',
  }),
  'known-answer/hallucinates': simulated('hallucinates', {
    claims: claims128k,
    serves: servesAll,
    en: 'from 4,400 tokens on it misses what lies in the middle of the text, and makes up a number instead.',
    zh: '从 4,400 token 起看不到文中段的内容，并编造一个数字作答。',
  }),
  'known-answer/refuses': simulated('refuses', {
    claims: claims128k,
    serves: servesAll,
    en: 'it declines every question.',
    zh: '拒绝回答所有问题。',
  }),
  'known-answer/thinks': simulated('thinks', {
    claims: claims128k,
    serves: servesAll,
    en: 'it thinks before it answers, and the thoughts count against the answer’s budget.',
    zh: '先思考再回答，思考也占用回答的额度。',
  }),
  'known-answer/flaky': simulated('flaky', {
    claims: claims128k,
    serves: servesAll,
    en: 'it sees the whole context, and about a third of its calls fail in one way or another.',
    zh: '能看到全部上下文，但约三分之一的调用会以各种方式失败。',
  }),
  'known-answer/slow': simulated('slow', {
    claims: claims128k,
    serves: servesAll,
    en: 'it sees the whole context and takes its time.',
    zh: '能看到全部上下文，但响应缓慢。',
  }),
} as const satisfies Record<string, ModelPreset>;
