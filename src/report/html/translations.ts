import type { Language } from '../../core/language.ts';

/**
 * Chinese for sentences that come as data: reasons of the analysis, notes of the shipped imports and profiles.
 * The key is the English text; `*` stands for any run of characters, which is carried over.
 */
const chinese: readonly (readonly [string, string])[] = [
  ['imported: one answer a cell', '引用数据：每格只有一次回答'],
  ['fewer than 3 short lengths', '短长度不足 3 个'],
  ['fewer than 30 short cells', '短长度的格子不足 30 个'],
  ['base under 50 %', '短长度的基准得分低于 50 %'],
  [
    'The article that shows this chart says that the model errs "around 25K". The chart has its errors at 35K and 104K.',
    '引用此图的文章称模型在“25K 左右”出错；而图中的错误位于 35K 和 104K。',
  ],
  ['Sees everything in a window of * tokens.', '在 * 词元的窗口内全部可见。'],
  [
    'Refuses prompts that do not fit * tokens together with the answer asked for.',
    '提示与所求回答合计超过 * 词元时拒绝请求。',
  ],
  [
    'Claims * tokens, keeps the last * in silence and counts only those.',
    '宣称 * 词元，实际悄悄只保留最后 * 个，并只按这些计数。',
  ],
  [
    'Claims * tokens; past * it keeps the first words and the tail, * tokens in all.',
    '宣称 * 词元；超过 * 后只保留开头几个词和结尾，共 * 词元。',
  ],
  [
    'From * tokens on misses what stands between * and * of the text.',
    '从 * 词元起，看不到位于全文 * 至 * 之间的内容。',
  ],
  [
    'Sees everything to * tokens; beyond, only about the last * of them.',
    '到 * 词元为止全部可见；更长时只看得到最后约 *。',
  ],
  ['Misses blocks of the grid at * tokens.', '在 * 词元处看不到若干区块。'],
  [
    'Misses the four places that score below 10 in the published chart of DeepSeek-V2 Base: *.',
    '看不到 DeepSeek-V2 Base 公布图中低于 10 分的四个位置：*。',
  ],
  [
    'Sees everything, and answers with a look-alike of the fact wherever the text has one.',
    '全部可见，但只要文中有相似内容就以其作答。',
  ],
  [
    'Sees like lost-in-the-middle, and makes up a number for whatever it does not see.',
    '可见范围同 lost-in-the-middle，看不到时编造一个数字。',
  ],
  ['Declines to answer anything.', '拒绝回答任何问题。'],
  [
    'Thinks about sixty words before each answer; a smaller answer budget ends in the thoughts.',
    '每次回答前思考约六十词；回答额度更小时，额度会在思考中用尽。',
  ],
  [
    'Fails three requests in ten: 429, 500, 503, resets, half answers, errors inside a 200.',
    '十次请求中失败三次：429、500、503、连接重置、半截回答、状态 200 中的错误。',
  ],
  ['Waits * before its first word and * before each further one.', '首个词前等待 *，其后每个词前等待 *。'],
];

function match(pattern: string, value: string): string[] | null {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('(.*?)');
  return new RegExp(`^${source}$`, 's').exec(value)?.slice(1) ?? null;
}

/** The sentence in `lang` where a translation is known, else as it came. */
export function translated(lang: Language, english: string): string {
  if (lang === 'en') return english;
  for (const [pattern, target] of chinese) {
    const parts = match(pattern, english);
    if (parts !== null) return target.replace(/\*/g, () => parts.shift() ?? '');
  }
  return english;
}
