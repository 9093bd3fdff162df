import { randomStream } from '../../src/core/random.ts';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { planText, renderPlan } from '../../src/haystack/parts.ts';
import { planHaystack } from '../../src/haystack/plan.ts';
import { cutNearest, type PreparedCorpus } from '../../src/haystack/prepare.ts';
import { chatFrame } from '../../src/prompt/template.ts';

export interface PlanCheck {
  readonly cells: number;
  /** Planned count differs from a full encode of the text. */
  readonly wrong: number;
  readonly over: number;
  readonly exact: number;
  readonly worstShort: number;
  readonly depthErrors: readonly number[];
}

/** Plans random cells and holds each against a full encode of the finished prompt. */
export async function checkPlans(
  prepared: PreparedCorpus,
  tokenizer: Tokenizer,
  options: {
    readonly language: 'en' | 'zh';
    readonly cells: number;
    readonly longest: number;
    readonly seed: number;
  },
): Promise<PlanCheck> {
  const random = randomStream(options.seed, 'cells', options.language, tokenizer.id);
  let wrong = 0;
  let over = 0;
  let exact = 0;
  let worstShort = 0;
  const depthErrors: number[] = [];
  for (let cell = 0; cell < options.cells; cell++) {
    // Log-uniform lengths, so that short texts (where seams touch) are met as often as long ones.
    const budget = Math.floor(420 * (options.longest / 420) ** random.float());
    const depth = random.pick([0, 1, 0.5, random.float(), random.float(), random.float()]);
    const value = String(1_000_000 + random.below(9_000_000));
    const needle =
      options.language === 'en' ? `The code for the mill is ${value}.` : `磨坊的通行码是${value}。`;
    const question = options.language === 'en' ? 'What is the code for the mill?' : '磨坊的通行码是多少？';
    const start = cutNearest(prepared, random.float() * (prepared.tokens - budget - 200));
    const frame = chatFrame({
      language: options.language,
      question,
      questionPosition: random.pick(['after', 'both']),
    });
    const plan = await planHaystack(prepared, {
      budget,
      ...frame,
      needles: [{ text: needle, depth }],
      start,
    });
    const text = renderPlan(plan, prepared.text);
    const sliced = planText(plan, prepared);
    if (Buffer.concat(sliced.bytes()).toString('utf8') !== text || sliced.chars !== text.length) {
      throw new Error(`the bytes are not those of the text: cell ${cell}`);
    }
    if (Buffer.concat(sliced.jsonBytes()).toString('utf8') !== JSON.stringify(text).slice(1, -1)) {
      throw new Error(`the JSON bytes are not those of the text: cell ${cell}`);
    }
    const counted = await tokenizer.count(text);
    const placement = plan.placements[0];
    if (!placement || text.slice(placement.charOffset, placement.charOffset + needle.length) !== needle) {
      throw new Error(`needle not at its offset: cell ${cell}, depth ${depth}, budget ${budget}`);
    }
    if (!text.startsWith(frame.head) || !text.endsWith(frame.tail)) throw new Error('frame lost');
    if (counted !== plan.tokens) wrong += 1;
    if (counted > budget) over += 1;
    if (counted === budget) exact += 1;
    worstShort = Math.max(worstShort, budget - counted);
    depthErrors.push(Math.abs(placement.depth - depth) * budget);
  }
  return { cells: options.cells, wrong, over, exact, worstShort, depthErrors };
}
