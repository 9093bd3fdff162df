import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { byteCharacters } from '../../src/tokenizer/byte-level.ts';
import { patterns } from '../../src/tokenizer/patterns.ts';

/*
 * Files as makers publish them, made from the ranks that the `tiktoken` package holds: the structure is theirs, the vocabulary is not.
 */

/** A rank file of Llama 3's size and form. Its first ranks are cl100k's, as Llama's are; the others are o200k's. */
export function llamaStyleRankFile(dir: string): Promise<string> {
  return rankFile(join(dir, 'tokenizer.model'), patterns.llama3.ranks);
}

/** A rank file of Qwen's size and form. */
export function qwenStyleRankFile(dir: string): Promise<string> {
  return rankFile(join(dir, 'qwen.tiktoken'), patterns.qwen2.ranks);
}

/** A rank file of the first `count` ranks of cl100k and o200k. */
export async function rankFile(path: string, count: number): Promise<string> {
  const lines = (await mixedRanks(count)).map((token, rank) => `${token} ${rank}\n`);
  await writeFile(path, lines.join(''));
  return path;
}

/** Tokens by rank, in base64: cl100k's, then those of o200k that cl100k lacks. */
export async function mixedRanks(count: number): Promise<string[]> {
  const ranks = await ranksOf('cl100k_base');
  if (ranks.length >= count) return ranks.slice(0, count);
  const seen = new Set(ranks);
  const more = (await ranksOf('o200k_base')).filter((token) => !seen.has(token));
  return [...ranks, ...more].slice(0, count);
}

/** Tokens of an encoding by rank, in base64. */
export async function ranksOf(encoding: 'cl100k_base' | 'o200k_base' | 'gpt2'): Promise<string[]> {
  const path = createRequire(import.meta.url).resolve(`tiktoken/encoders/${encoding}.json`);
  const { bpe_ranks: ranks } = JSON.parse(await readFile(path, 'utf8')) as { readonly bpe_ranks: string };
  return ranks.split('\n').flatMap((line) => line.split(' ').slice(2));
}

/**
 * `llama3`: every pair that makes a token is a merge, and whole words are taken as they are. `qwen2`: one merge a token, NFC first.
 * `deepseek3`: the same
 * after three splits. `gpt2` and `digits`: the byte-level splitter's own rule, without and with digits cut out. `sentencepiece` and `unigram`: small, made by
 * hand, with the marks for spaces that are theirs.
 */
export type JsonKind = 'llama3' | 'qwen2' | 'deepseek3' | 'gpt2' | 'digits' | 'sentencepiece' | 'unigram';

/** The path of a `tokenizer.json` in a folder of its own. `size`: tokens of its vocabulary. @default size 20,000 */
export async function tokenizerJson(
  dir: string,
  options: { readonly kind: JsonKind; readonly size?: number },
): Promise<string> {
  const { kind, size = 20_000 } = options;
  const folder = join(dir, kind);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'tokenizer.json');
  await writeFile(path, JSON.stringify(await jsonOf(kind, size)));
  return path;
}

const byteLevel = (regex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: regex,
});

const splitBy = (...regexes: readonly string[]) => ({
  type: 'Sequence',
  pretokenizers: [
    ...regexes.map((regex) => ({
      type: 'Split',
      pattern: { Regex: regex },
      behavior: 'Isolated',
      invert: false,
    })),
    byteLevel(false),
  ],
});

const endOfText = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

async function jsonOf(kind: JsonKind, size: number): Promise<object> {
  const around = (stages: { normalizer?: object; pre_tokenizer?: object }, model: object): object => ({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [{ id: 9_000_000, content: '<|endoftext|>', ...endOfText }],
    normalizer: null,
    pre_tokenizer: null,
    ...stages,
    // It adds a token to every text: whoever counts a text must not run it.
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|endoftext|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: {
        '<|endoftext|>': { id: '<|endoftext|>', ids: [9_000_000], tokens: ['<|endoftext|>'] },
      },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model,
  });
  switch (kind) {
    case 'llama3':
      return around(
        { pre_tokenizer: splitBy(patterns.llama3.regex) },
        byteModel(await mixedRanks(size), { everyPair: true }),
      );
    case 'qwen2':
      return around(
        { normalizer: { type: 'NFC' }, pre_tokenizer: splitBy(patterns.qwen2.regex) },
        byteModel(await mixedRanks(size), { everyPair: false }),
      );
    case 'deepseek3':
      return around(
        {
          normalizer: { type: 'Sequence', normalizers: [] },
          pre_tokenizer: splitBy(...patterns.deepseek3.splits),
        },
        byteModel(await mixedRanks(size), { everyPair: false }),
      );
    case 'gpt2':
      return around(
        { pre_tokenizer: byteLevel(true) },
        byteModel((await ranksOf('gpt2')).slice(0, size), { everyPair: false }),
      );
    case 'digits':
      return around(
        {
          pre_tokenizer: {
            type: 'Sequence',
            pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
          },
        },
        byteModel((await ranksOf('gpt2')).slice(0, size), { everyPair: false }),
      );
    case 'sentencepiece':
      return around(
        {
          normalizer: {
            type: 'Sequence',
            normalizers: [
              { type: 'Prepend', prepend: '▁' },
              { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
            ],
          },
        },
        sentencePieceModel(),
      );
    case 'unigram':
      return around(
        { pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true } },
        { type: 'Unigram', unk_id: 0, vocab: unigramScores() },
      );
  }
}

/** A byte-level BPE model of ranks, in GPT-2's letters. */
function byteModel(ranks: readonly string[], { everyPair }: { readonly everyPair: boolean }): object {
  const tokens = ranks.map((token) =>
    Array.from(Buffer.from(token, 'base64'), (byte) => byteCharacters[byte]).join(''),
  );
  const rankOf = new Map(tokens.map((token, rank) => [token, rank]));
  const merges = tokens.flatMap((token, rank) =>
    everyPair ? pairsOf(token, rankOf) : mergeOf(token, rank, rankOf),
  );
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: everyPair ? null : '',
    end_of_word_suffix: everyPair ? null : '',
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: everyPair,
    vocab: Object.fromEntries(rankOf),
    // Both of the forms that are in use.
    merges: everyPair ? merges.map((pair) => pair.join(' ')) : merges,
  };
}

/** All pairs of tokens that make a token, the lower ranks first, as files made from rank files list them. */
function pairsOf(token: string, rankOf: ReadonlyMap<string, number>): [string, string][] {
  const pairs: [string, string][] = [];
  for (let cut = 1; cut < token.length; cut++) {
    const pair: [string, string] = [token.slice(0, cut), token.slice(cut)];
    if (pair.every((part) => rankOf.has(part))) pairs.push(pair);
  }
  const rank = (part: string): number => rankOf.get(part) as number;
  return pairs.sort((a, b) => rank(a[0]) - rank(b[0]) || rank(a[1]) - rank(b[1]));
}

/** The one pair that lower ranks leave of a token, if they leave a pair. */
function mergeOf(token: string, below: number, rankOf: ReadonlyMap<string, number>): [string, string][] {
  let parts = Array.from(token);
  while (parts.length > 2) {
    const made = parts.slice(1).map((part, i) => rankOf.get((parts[i] as string) + part) ?? below);
    const lowest = Math.min(...made);
    if (lowest >= below) return [];
    const at = made.indexOf(lowest);
    parts = [...parts.slice(0, at), parts.slice(at, at + 2).join(''), ...parts.slice(at + 2)];
  }
  return parts.length === 2 ? [parts as [string, string]] : [];
}

/** Words of a few letters, and bytes for what these cannot write. */
function sentencePieceModel(): object {
  const letters = ['▁', ...'abcdefghijklmnopqrstuvwxyz.,'];
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  const merges: [string, string][] = [
    ['t', 'h'],
    ['th', 'e'],
    ['▁', 'the'],
    ['i', 'n'],
    ['▁', 'a'],
    ['s', 'e'],
    ['se', 'a'],
    ['▁', 'sea'],
  ];
  const tokens = ['<unk>', ...bytes, ...letters, ...merges.map((pair) => pair.join(''))];
  return {
    type: 'BPE',
    dropout: null,
    unk_token: '<unk>',
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: true,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges,
  };
}

function unigramScores(): [string, number][] {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz.', (letter): [string, number] => [letter, -8]);
  return [['<unk>', 0], ['▁', -3], ...letters, ['▁the', -4], ['▁sea', -5], ['in', -5]];
}
