import { NeedlescopeError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { nearest } from '../core/nearest.ts';
import type { SplitRule } from '../core/tokenizer.ts';
import { type KnownPattern, patternNames, patternSpelt, patterns } from './patterns.ts';
import { createTiktoken, type TiktokenTokenizer } from './tiktoken.ts';
import { oncePerContent, readTokenizerFile, type TokenizerFile, unusable } from './tokenizer-file.ts';

/**
 * The tokenizer of a file of `<base64> <rank>` lines, as Llama 3 (`tokenizer.model`), Qwen (`qwen.tiktoken`) and GLM-4 publish. `pattern`
 * is a name of `patterns`, a regular expression, or null to go by the number of ranks. Throws `tokenizer_unusable`, and `unknown_name`
 * for a name that no pattern has.
 */
export async function loadRankFile(path: string, pattern: string | null): Promise<TiktokenTokenizer> {
  const file = await readTokenizerFile(path);
  const { ranks, count } = parseRanks(file);
  const split = pattern === null ? guessed(path, count) : named(pattern);
  const id = `tiktoken:${file.digest}:${split.id}`;
  const { regex, splitRule, normalise } = split;
  return oncePerContent(id, () => createTiktoken({ id, ranks, pattern: regex, splitRule, normalise }));
}

interface Split extends Pick<KnownPattern, 'regex' | 'normalise'> {
  readonly id: string;
  readonly splitRule: SplitRule;
}

function named(pattern: string): Split {
  const name = patternNames.find((each) => each === pattern);
  if (name !== undefined) return { ...patterns[name], id: name };
  if (/^[\w.-]*$/.test(pattern)) {
    const close = nearest(pattern, patternNames);
    throw new NeedlescopeError(
      'unknown_name',
      `expected a pattern (${patternNames.join(', ')}) or a regular expression, got ${JSON.stringify(pattern)}`,
      { hint: close === null ? 'for example: pattern: llama3' : `did you mean ${close}?` },
    );
  }
  // An expression says how to split and nothing else: what happens before it is known of names only.
  const splitRule = patternSpelt([pattern])?.splitRule ?? 'none';
  return { id: sha256(pattern).slice(0, 8), regex: pattern, splitRule, normalise: null };
}

function guessed(path: string, count: number): Split {
  const name = patternNames.find((each) => patterns[each].ranks === count);
  if (name !== undefined) return { ...patterns[name], id: name };
  const sizes = patternNames.flatMap((each) =>
    patterns[each].ranks === null ? [] : [`${patterns[each].ranks} of ${each}`],
  );
  throw unusable(path, {
    expected: `a known number of ranks (${sizes.join(', ')}), or a pattern to be named`,
    got: `${count} ranks`,
    hint: `{tiktoken: path, pattern: llama3}, with one of ${patternNames.join(', ')}, or a regular expression`,
  });
}

const damaged = 'download it again: it is damaged or cut short';

/** Above any vocabulary there is: a larger rank is damage, and would cost memory. */
const mostRanks = 4_000_000;

/** The ranks of a file in tiktoken's own form. Checked to the last byte: tiktoken itself crashes on the first character it lacks. */
function parseRanks(file: TokenizerFile): { readonly ranks: string; readonly count: number } {
  const { path, bytes } = file;
  const expected = 'lines of `<base64> <rank>`';
  if (bytes.some((byte) => byte === 0 || byte >= 0x80)) {
    const hint =
      'SentencePiece models are not read: give the tokenizer.json of the same repository, {huggingface: path}';
    throw unusable(path, { expected, got: 'a binary file', hint });
  }
  const text = bytes.toString('latin1');
  if (/^\s*[{[]/.test(text)) {
    throw unusable(path, { expected, got: 'JSON', hint: 'give a tokenizer.json as {huggingface: path}' });
  }
  const tokens: string[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const [number, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const bad = (problem: string): NeedlescopeError =>
      unusable(path, { expected, got: `${problem} in line ${number + 1}`, hint: damaged });
    const space = line.indexOf(' ');
    const token = line.slice(0, space);
    const rank = Number(line.slice(space + 1).trimEnd() || Number.NaN);
    if (space <= 0 || !Number.isInteger(rank) || rank < 0) throw bad('no base64 with a rank');
    if (rank >= mostRanks) throw bad(`rank ${rank}`);
    // Node reads over what is no base64, so only what comes out again unchanged went in whole.
    if (Buffer.from(token, 'base64').toString('base64') !== token) throw bad('bad base64');
    if (tokens[rank] !== undefined) throw bad(`rank ${rank} a second time`);
    if (seen.has(token)) throw bad('a token for the second time');
    tokens[rank] = token;
    seen.add(token);
    count++;
  }
  for (let byte = 0; byte < 256; byte++) {
    if (seen.has(Buffer.of(byte).toString('base64'))) continue;
    throw unusable(path, { expected: 'a rank for every byte', got: `none for byte ${byte}`, hint: damaged });
  }
  return { ranks: inLines(tokens), count };
}

/** A line for each stretch of ranks without a gap. */
function inLines(tokens: readonly (string | undefined)[]): string {
  const lines: string[] = [];
  let stretch: string[] = [];
  for (let rank = 0; rank <= tokens.length; rank++) {
    const token = tokens[rank];
    if (token !== undefined) stretch.push(token);
    else if (stretch.length > 0) {
      lines.push(`! ${rank - stretch.length} ${stretch.join(' ')}`);
      stretch = [];
    }
  }
  return lines.join('\n');
}
