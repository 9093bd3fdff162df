import type { Tokenizer } from '../core/tokenizer.ts';

/** Encodings that ship with the tool, through the `tiktoken` package. */
export const tiktokenEncodings = ['o200k_base', 'cl100k_base'] as const;
export type TiktokenEncoding = (typeof tiktokenEncodings)[number];

/** A tokenizer that counts without waiting. */
export interface LocalTokenizer extends Tokenizer {
  count(text: string): number;
}

const loaders = {
  o200k_base: () => import('tiktoken/encoders/o200k_base.json', { with: { type: 'json' } }),
  cl100k_base: () => import('tiktoken/encoders/cl100k_base.json', { with: { type: 'json' } }),
} as const;

const loaded = new Map<TiktokenEncoding, Promise<LocalTokenizer>>();

/**
 * The tokenizer of an encoding, built once per process (0.3–0.6 s: the rank map is built inside wasm, so it is
 * loaded only when a count is needed).
 */
export function loadTiktoken(encoding: TiktokenEncoding): Promise<LocalTokenizer> {
  const known = loaded.get(encoding);
  if (known) return known;
  const built = build(encoding);
  loaded.set(encoding, built);
  return built;
}

async function build(encoding: TiktokenEncoding): Promise<LocalTokenizer> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    import('tiktoken/lite'),
    loaders[encoding](),
  ]);
  const encoder = new Tiktoken(ranks.bpe_ranks, ranks.special_tokens, ranks.pat_str);
  return {
    id: encoding,
    exact: true,
    splitRule: 'split-regex',
    // Ordinary: text that looks like a special token (`<|endoftext|>`) counts as the text it is.
    count: (text) => encoder.encode_ordinary(text).length,
  };
}
