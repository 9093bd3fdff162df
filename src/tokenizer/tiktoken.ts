import { createRequire } from 'node:module';
import { NeedlescopeError } from '../core/errors.ts';
import type { SplitRule, TokenBytes, Tokenizer } from '../core/tokenizer.ts';
import { asciiCounter } from './ascii-count.ts';

const require = createRequire(import.meta.url);

/** Encodings that ship with the tool, through the `tiktoken` package. */
export const tiktokenEncodings = ['o200k_base', 'cl100k_base'] as const;
export type TiktokenEncoding = (typeof tiktokenEncodings)[number];

/** A tokenizer that counts without waiting. */
export interface LocalTokenizer extends Tokenizer {
  count(text: string): number;
  tokenBytes?(text: string): TokenBytes | null;
}

/** One that also tells the bytes of its tokens. */
export interface TiktokenTokenizer extends LocalTokenizer {
  tokenBytes(text: string): Uint32Array | null;
}

export interface TiktokenParts {
  readonly id: string;
  /** Tokens in base64 by rank, in lines of `! <first rank> <token> <token> …`. Well formed: tiktoken itself only crashes on others. */
  readonly ranks: string;
  /** The regular expression that splits a text into words, in the syntax of Rust's fancy-regex. */
  readonly pattern: string;
  readonly splitRule: SplitRule;
  /** What happens to a text before it is split. @default null */
  readonly normalise?: 'NFC' | null;
}

const loaders = {
  o200k_base: () => import('tiktoken/encoders/o200k_base.json', { with: { type: 'json' } }),
  cl100k_base: () => import('tiktoken/encoders/cl100k_base.json', { with: { type: 'json' } }),
} as const;

const loaded = new Map<TiktokenEncoding, Promise<TiktokenTokenizer>>();

/**
 * The tokenizer of an encoding, made once per process. What wasm needs (0.3–0.6 s: the rank map is built inside it) is built when the
 * first text comes that `asciiCounter` does not count.
 */
export function loadTiktoken(encoding: TiktokenEncoding): Promise<TiktokenTokenizer> {
  const known = loaded.get(encoding);
  if (known) return known;
  const built = loaders[encoding]().then(({ default: { bpe_ranks: ranks, pat_str: pattern } }) => {
    const parts: TiktokenParts = { id: encoding, ranks, pattern, splitRule: 'split-regex' };
    let encoder: Encoder | null = null;
    return tiktokenOf(parts, () => {
      encoder ??= buildEncoder(parts);
      return encoder;
    });
  });
  loaded.set(encoding, built);
  return built;
}

/**
 * A tokenizer that tiktoken runs. Throws `tokenizer_unusable` for a pattern it does not understand; counting throws it for a text that
 * stalls the pattern (a million spaces). Texts should be well formed: a lone surrogate counts as U+FFFD, of three bytes, which is what
 * UTF-8 makes of it.
 */
export async function createTiktoken(parts: TiktokenParts): Promise<TiktokenTokenizer> {
  // Now, since a user's parts may be wrong.
  const encoder = buildEncoder(parts);
  return tiktokenOf(parts, () => encoder);
}

function tiktokenOf(parts: TiktokenParts, encoder: () => Encoder): TiktokenTokenizer {
  const { id, ranks, pattern, splitRule, normalise = null } = parts;
  // Ordinary: text that looks like a special token (`<|endoftext|>`) counts as the text it is.
  const encode = (text: string): Uint32Array => {
    const built = encoder();
    try {
      return built.encode_ordinary(text);
    } catch (cause) {
      throw new NeedlescopeError(
        'tokenizer_unusable',
        `${id} cannot split a text of ${text.length} characters: it holds an endless run of one kind`,
        { hint: 'shorten runs of spaces and the like to a few thousand characters', cause },
      );
    }
  };
  let lengths: Uint32Array | null = null;
  const countAscii = asciiCounter(ranks, pattern);
  return {
    id,
    exact: true,
    splitRule,
    // No normal form changes ASCII.
    count: (text) =>
      countAscii?.(text) ?? encode(normalise === null ? text : text.normalize(normalise)).length,
    tokenBytes: (text) => {
      if (normalise !== null && text.normalize(normalise) !== text) return null;
      lengths ??= tokenLengths(ranks);
      // The ids are a copy of our own, and each is read once before it is written over.
      const bytes = encode(text);
      let sum = 0;
      for (let i = 0; i < bytes.length; i++) {
        const length = lengths[bytes[i] as number] as number;
        bytes[i] = length;
        sum += length;
      }
      // A pattern of a user's own may skip characters.
      return sum === Buffer.byteLength(text) ? bytes : null;
    },
  };
}

type Encoder = Pick<import('tiktoken/lite').Tiktoken, 'encode_ordinary'>;

function buildEncoder({ ranks, pattern }: Pick<TiktokenParts, 'ranks' | 'pattern'>): Encoder {
  const refused = (cause?: unknown): NeedlescopeError =>
    new NeedlescopeError('tokenizer_unusable', `expected a pattern that tiktoken runs, got ${pattern}`, {
      hint: 'write it as Rust does: no lookbehind of open length, and never an empty match',
      cause,
    });
  if (matchesNothing(pattern)) throw refused();
  // Its wasm takes time and memory even unused, and counting does not wait.
  const { Tiktoken } = require('tiktoken/lite') as typeof import('tiktoken/lite');
  try {
    const encoder = new Tiktoken(ranks, {}, pattern);
    encoder.encode_ordinary(sampleText);
    return encoder;
  } catch (cause) {
    throw refused(cause);
  }
}

/** Letters of two scripts, digits, punctuation and spaces of two kinds, so that every pattern finds something to split. */
const sampleText = "It's 12 \n  字。";

/** Whether a pattern has an empty match, on which tiktoken thinks for ten seconds before it crashes. False where JavaScript cannot tell. */
function matchesNothing(pattern: string): boolean {
  try {
    const inJavaScript = new RegExp(pattern.replaceAll('(?i:', '(?:').replace(/([*+?}])\+/g, '$1'), 'gu');
    return [...sampleText.matchAll(inJavaScript)].some(([match]) => match === '');
  } catch {
    return false;
  }
}

/** Bytes of each token by rank. Asking wasm for them would corrupt it where ranks have gaps. */
function tokenLengths(ranks: string): Uint32Array {
  const lines = ranks.split('\n').map((line) => {
    const tokens = line.split(' ').slice(1);
    return { first: Number(tokens.shift()), tokens };
  });
  const lengths = new Uint32Array(Math.max(0, ...lines.map(({ first, tokens }) => first + tokens.length)));
  for (const { first, tokens } of lines) {
    for (const [i, token] of tokens.entries()) {
      const padding = token.endsWith('==') ? 2 : token.endsWith('=') ? 1 : 0;
      lengths[first + i] = (token.length / 4) * 3 - padding;
    }
  }
  return lengths;
}
