import type { Language } from '../core/language.ts';

/** Every text of the history page in both languages. `{name}` is filled from the variables of the call. */
const strings = {
  title: { en: 'Needlescope history', zh: 'Needlescope 历史' },
  lede: {
    en: 'Accuracy and effective length of each model over time. A change is marked where the runs before and after it differ by more than chance: Fisher’s exact test, corrected for every place it was looked for.',
    zh: '各模型的准确率与有效长度随时间的变化。前后差异超出偶然范围之处标为变化点：Fisher 精确检验，并按所有可能的分割位置校正。',
  },
  accuracy: { en: 'Accuracy, 95 % interval', zh: '准确率，95 % 区间' },
  effective: { en: 'Effective length: shown to not disproved', zh: '有效长度：已证实至未被否定' },
  change: {
    en: 'changed with {run}: {before} % to {after} %, p = {p}',
    zh: '自 {run} 起变化：{before} % 变为 {after} %，p = {p}',
  },
  no_change: { en: 'no change shown over {n} runs', zh: '{n} 次运行中未见变化' },
  regridded: { en: 'another grid from here on', zh: '自此网格不同' },
  regridded_note: {
    en: 'This run asked another grid, task version or text than the one before: a change here may come from that.',
    zh: '本次运行的网格、任务版本或语料与上一次不同：此处的变化可能由此而来。',
  },
  run: { en: 'Run', zh: '运行' },
  date: { en: 'Started', zh: '开始时间' },
  cells: { en: 'Cells', zh: '格数' },
  accuracy_short: { en: 'Accuracy', zh: '准确率' },
  shown: { en: 'Shown', zh: '已证实' },
  not_disproved: { en: 'Not disproved', zh: '未被否定' },
  none: { en: 'none', zh: '无' },
  not_computed: { en: 'not computed', zh: '未计算' },
  not_scored: { en: 'not scored', zh: '未评分' },
  empty: { en: 'No measured runs.', zh: '没有实测运行。' },
  language: { en: '中文', zh: 'English' },
} as const satisfies Record<string, Record<Language, string>>;
export type HistoryKey = keyof typeof strings;

/** A text of the history page. */
export function historyText(
  lang: Language,
  key: HistoryKey,
  variables: Readonly<Record<string, string | number>> = {},
): string {
  return strings[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => String(variables[name] ?? whole));
}
