import type { SplitRule } from '../core/tokenizer.ts';
import { deepseekRegex, deepseekSplits } from './deepseek-splits.ts';

/** A regular expression that splits texts into words, and what is known of the tokenizers that use it. */
export interface KnownPattern {
  /** Whom to recognise it by. */
  readonly summary: string;
  /**
   * As tiktoken runs it and as a `tokenizer.json` spells it. Every character is part of a match, wherever it stands: tiktoken drops
   * the rest, Hugging Face keeps it.
   */
  readonly regex: string;
  /** The splits of a `tokenizer.json` that come to the same, one after the other. @default [regex] */
  readonly splits?: readonly string[];
  readonly splitRule: Exclude<SplitRule, 'none'>;
  /** What the maker's own code does to a text before a rank file is used. A tokenizer.json says so itself. */
  readonly normalise: 'NFC' | null;
  /** How many ranks the published file holds; null where there is none, or one that another row claims. */
  readonly ranks: number | null;
}

const contractions = "'s|'t|'re|'ve|'m|'ll|'d";
const endings = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const cl100k = String.raw`(?i:${contractions})|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|${endings}`;
const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const o200kWords = (suffix: string): string =>
  String.raw`[^\r\n\p{L}\p{N}]?${upper}*${lower}+${suffix}|[^\r\n\p{L}\p{N}]?${upper}+${lower}*${suffix}`;

/** The patterns a config can name. Where two are spelt alike, the first is the one that a `tokenizer.json` is taken for. */
export const patterns = {
  cl100k: {
    summary: 'GPT-4 and GPT-3.5',
    regex: cl100k,
    splitRule: 'split-regex',
    normalise: null,
    ranks: 100_256,
  },
  llama3: { summary: 'Llama 3', regex: cl100k, splitRule: 'split-regex', normalise: null, ranks: 128_000 },
  glm4: { summary: 'GLM-4', regex: cl100k, splitRule: 'split-regex', normalise: null, ranks: 151_329 },
  qwen2: {
    summary: 'Qwen to Qwen3: every digit alone, NFC first',
    regex: cl100k.replace('{1,3}', ''),
    splitRule: 'split-regex',
    normalise: 'NFC',
    ranks: 151_643,
  },
  o200k: {
    summary: 'GPT-4o and later',
    regex: String.raw`${o200kWords(`(?i:${contractions})?`)}|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${endings}`,
    splitRule: 'split-regex',
    normalise: null,
    ranks: 199_998,
  },
  tekken: {
    summary: 'Mistral NeMo and later',
    regex: String.raw`${o200kWords('')}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${endings}`,
    splitRule: 'split-regex',
    normalise: null,
    ranks: null,
  },
  deepseek3: {
    summary: 'DeepSeek-V3 and R1',
    regex: deepseekRegex,
    splits: deepseekSplits,
    splitRule: 'split-regex',
    normalise: null,
    ranks: null,
  },
  gpt2: {
    summary: 'GPT-2, GPT-3 and most byte-level tokenizers',
    regex: String.raw`${contractions}| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
    splitRule: 'gpt2',
    normalise: null,
    ranks: 50_256,
  },
  'gpt2-digits': {
    summary: 'as gpt2 with every digit cut out first: StarCoder, SmolLM',
    // Spaces before a digit stand at the end of their stretch, so they stay together: a digit does not count as what follows.
    regex: String.raw`${contractions}| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?![^\s\p{N}])|\s+`,
    splitRule: 'gpt2',
    normalise: null,
    ranks: null,
  },
} as const satisfies Record<string, KnownPattern>;
export type PatternName = keyof typeof patterns;

export const patternNames = Object.keys(patterns) as PatternName[];

/** The row of these splits, one after the other, or null. Another spelling of the same thing is not recognised. */
export function patternSpelt(splits: readonly string[]): KnownPattern | null {
  const escaped = splits.map((regex) => regex.replaceAll('\r', '\\r').replaceAll('\n', '\\n'));
  const same = ({ regex, splits: own = [regex] }: KnownPattern): boolean =>
    own.length === escaped.length && own.every((each, i) => each === escaped[i]);
  return Object.values<KnownPattern>(patterns).find(same) ?? null;
}
