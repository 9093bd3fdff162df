import type { NoEffectiveReason } from '../../analysis/no-effective-length.ts';
import type { Language } from '../../core/language.ts';

/** The analysis' reasons for giving no effective length, in Chinese. */
const reasons: Readonly<Record<NoEffectiveReason, string>> = {
  'imported: one answer a cell': '引用数据：每格只有一次回答',
  'fewer than 3 short lengths': '短长度不足 3 个',
  'fewer than 30 short cells': '短长度的格子不足 30 个',
  'base under 50 %': '短长度的基准得分低于 50 %',
};

/** A reason in `lang`; as it came where it is not one of the analysis'. */
export function reasonIn(lang: Language, reason: string): string {
  return lang === 'zh' ? ((reasons as Readonly<Record<string, string>>)[reason] ?? reason) : reason;
}
