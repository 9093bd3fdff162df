/** One text as a stand-in tokenizer counts it and as the endpoint counted it (`usage.prompt_tokens`, template included). */
export interface Observation {
  readonly base: number;
  readonly counted: number;
}

/** How a model's tokens follow from a stand-in tokenizer's. */
export interface Calibration {
  /** Tokens of the model for one of the stand-in. */
  readonly scale: number;
  /** Half-width of the scale's error as a share of it: 0.02 = give or take 2 %. */
  readonly error: number;
}

/** A text of another kind than the probes' may be off by this share until its own answers tell. */
const errorOfProbes = 0.03;
/** No estimate claims to be better than this. */
const leastError = 0.002;
/** Answers that a scale is taken from: enough to be steady, few enough to follow a changed endpoint. */
const remembered = 64;
/** An answer further off than this share was cut or is not about the prompt that was sent. */
const farthest = 0.25;

/**
 * Scale and template overhead from two probes or more of different length: the least-squares line through them. Null where they fit no
 * plausible tokenizer (a scale outside 0.3 to 3, an overhead under 0 or over 512 tokens).
 */
export function fitProbes(
  probes: readonly Observation[],
): (Calibration & { readonly overhead: number }) | null {
  const count = probes.length;
  const meanBase = probes.reduce((sum, { base }) => sum + base, 0) / count;
  const meanCounted = probes.reduce((sum, { counted }) => sum + counted, 0) / count;
  let varied = 0;
  let together = 0;
  for (const { base, counted } of probes) {
    varied += (base - meanBase) ** 2;
    together += (base - meanBase) * (counted - meanCounted);
  }
  const scale = together / varied;
  const overhead = Math.round(meanCounted - scale * meanBase);
  if (!(scale >= 0.3 && scale <= 3) || overhead < -8 || overhead > 512) return null;
  const residuals = probes.map(({ base, counted }) => Math.abs(counted - overhead - scale * base) / base);
  return {
    scale: rounded(scale),
    error: rounded(Math.max(errorOfProbes, ...residuals)),
    overhead: Math.max(0, overhead),
  };
}

/** A scale that each answer makes better. */
export interface LearningScale {
  now(): Calibration;
  /** Takes the endpoint's count of a prompt of `base` stand-in tokens, the template's own tokens left out. */
  learn(observation: Observation): void;
}

/** Starts from a calibration and follows the answers: the scale of the last 64, and twice the farthest of them as its error. */
export function learningScale(start: Calibration): LearningScale {
  let current = start;
  const seen: Observation[] = [];
  return {
    now: () => current,
    learn: ({ base, counted }) => {
      if (base < 1 || Math.abs(counted / base / current.scale - 1) > farthest) return;
      seen.push({ base, counted });
      if (seen.length > remembered) seen.shift();
      // Long prompts weigh more: they are the ones that must not run over.
      const total = seen.reduce((sum, each) => ({
        base: sum.base + each.base,
        counted: sum.counted + each.counted,
      }));
      const scale = total.counted / total.base;
      const off = Math.max(...seen.map((each) => Math.abs(each.counted / each.base / scale - 1)));
      const error = Math.max(leastError, 2 * off);
      // Few answers may agree by chance.
      current = {
        scale: rounded(scale),
        error: rounded(seen.length < 3 ? Math.max(current.error, error) : error),
      };
    },
  };
}

/** To four decimals, as rows hold it. */
function rounded(scale: number): number {
  return Math.round(scale * 10_000) / 10_000;
}
