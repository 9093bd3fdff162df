import { type KnownPattern, patternSpelt, patterns } from './patterns.ts';

/** What a `tokenizer.json` does to a text before its merges, where that is one known pattern over the bytes of the text. */
export interface Pipeline {
  readonly pattern: KnownPattern;
  readonly normalise: 'NFC' | null;
}

/** The pipeline that a file describes, or why it is not one that tiktoken runs exactly. */
export function readPipeline(
  normalizer: unknown,
  preTokenizer: unknown,
): Pipeline | { readonly reason: string } {
  const normalisers = stepsOf(normalizer, 'normalizers');
  if (normalisers.some((step) => step['type'] !== 'NFC'))
    return { reason: 'its normalizer rewrites the text' };
  const pattern = patternOf(stepsOf(preTokenizer, 'pretokenizers'));
  if (pattern === null) return { reason: 'it splits texts into words in a way of its own' };
  return { pattern, normalise: normalisers.length > 0 ? 'NFC' : null };
}

type Step = Readonly<Record<string, unknown>>;

/** The steps of a sequence and of the sequences in it; none for null. */
export function stepsOf(stage: unknown, list: 'normalizers' | 'pretokenizers'): readonly Step[] {
  if (stage === null || stage === undefined) return [];
  const step = stage as Step;
  const inner = step['type'] === 'Sequence' ? step[list] : null;
  return Array.isArray(inner) ? inner.flatMap((each) => stepsOf(each, list)) : [step];
}

function patternOf(steps: readonly Step[]): KnownPattern | null {
  const last = steps.at(-1);
  const splits = steps.slice(0, -1);
  const [first] = splits;
  if (last === undefined) return null;
  if (isByteLevel(last, { splits: true })) {
    if (first === undefined) return patterns.gpt2;
    const isDigits = first['type'] === 'Digits' && first['individual_digits'] === true;
    return isDigits && splits.length === 1 ? patterns['gpt2-digits'] : null;
  }
  if (!isByteLevel(last, { splits: false }) || !splits.every((step) => keepsAll(step, splits.length)))
    return null;
  const regexes = splits.map((step) => (step['pattern'] as Step | undefined)?.['Regex']);
  return regexes.every((regex) => typeof regex === 'string') ? patternSpelt(regexes) : null;
}

/** Whether a split drops nothing. The known single patterns match all of a text, so what lies between matches may be removed: nothing does. */
function keepsAll({ type, behavior, invert }: Step, splits: number): boolean {
  if (type !== 'Split') return false;
  return (
    (behavior === 'Isolated' && (splits === 1 || invert !== true)) ||
    (splits === 1 && behavior === 'Removed' && invert === true)
  );
}

function isByteLevel(step: Step, { splits }: { readonly splits: boolean }): boolean {
  // Where the fields are missing, Hugging Face adds a space and splits.
  const { type, add_prefix_space: prefix = true, use_regex: regex = true } = step;
  return type === 'ByteLevel' && prefix === false && regex === splits;
}
