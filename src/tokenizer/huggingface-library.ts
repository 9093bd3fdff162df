import type { TokenBytes } from '../core/tokenizer.ts';
import { stepsOf } from './pipeline.ts';
import type { LocalTokenizer } from './tiktoken.ts';

/** The parts of a `tokenizer.json` that turn a text into tokens. */
export interface TokenizerJson {
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly model: Readonly<Record<string, unknown>>;
}

/**
 * A tokenizer of whatever kind that Hugging Face's library runs, some 5 to 20 times slower than tiktoken, and with no promise where counts add up.
 * Throws what the library throws for a file that it does not understand. Special tokens are left out of what it knows, so that their
 * text counts as text, and nothing is added around a text.
 */
export async function createWithLibrary(id: string, json: TokenizerJson): Promise<LocalTokenizer> {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const { normalizer = null, pre_tokenizer = null, model } = json;
  const tokenizer = new Tokenizer(
    {
      normalizer,
      pre_tokenizer: withAllDigits(pre_tokenizer),
      model,
      added_tokens: [],
      post_processor: null,
      decoder: null,
    },
    {},
  );
  const tokenize = (text: string): string[] =>
    text === '' ? [] : tokenizer.tokenize(text, { add_special_tokens: false });
  // One look at all its parts, since the library makes some of them late.
  tokenize('A text. 字');
  const normalisers = stepsOf(normalizer, 'normalizers');
  const isByteLevel = stepsOf(pre_tokenizer, 'pretokenizers').at(-1)?.['type'] === 'ByteLevel';
  const tellsBytes = isByteLevel && normalisers.every((step) => step['type'] === 'NFC');
  return {
    id,
    exact: true,
    splitRule: 'none',
    count: (text) => tokenize(text).length,
    ...(tellsBytes ? { tokenBytes: (text: string) => byteLengths(text, tokenize(text)) } : {}),
  };
}

/** The same stage with its digits spelt out. The library takes 0 to 9 only, where the original takes every numeral there is. */
function withAllDigits(stage: unknown): unknown {
  const {
    type,
    pretokenizers,
    individual_digits: single,
  } = (stage ?? {}) as Readonly<Record<string, unknown>>;
  if (type === 'Sequence' && Array.isArray(pretokenizers)) {
    return { type, pretokenizers: pretokenizers.map(withAllDigits) };
  }
  if (type !== 'Digits') return stage;
  const pattern = { Regex: single === true ? String.raw`\p{N}` : String.raw`\p{N}+` };
  return { type: 'Split', pattern, behavior: 'Isolated', invert: false };
}

/** Byte-level tokens have a character for each byte. Null where they are not the bytes of the text: it was normalised, or something added. */
function byteLengths(text: string, tokens: readonly string[]): TokenBytes | null {
  const lengths = Uint32Array.from(tokens, (token) => token.length);
  const sum = lengths.reduce((total, length) => total + length, 0);
  return sum === Buffer.byteLength(text) ? lengths : null;
}
