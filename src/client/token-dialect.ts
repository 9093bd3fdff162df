import { EndpointError } from './endpoint-error.ts';
import { countOf, fieldOf, listOf } from './json-fields.ts';
import type { TokenPiece } from './token-pieces.ts';

/**
 * How a server is asked for the tokens of a text at `POST /tokenize`, and how its answer is read. What exists, read in the
 * servers' sources:
 * - llama.cpp (tools/server): `{content, add_special, parse_special, with_pieces}` → `{tokens: [id]}`, with pieces
 *   `{tokens: [{id, piece}]}`, a piece being a string, or a list of bytes where it is no UTF-8 of its own. Unknown fields are
 *   ignored, so servers older than `with_pieces` answer with plain ids; `model` chooses among several models.
 * - vLLM (entrypoints/serve/tokenize/protocol.py): `{model, prompt: string, add_special_tokens, return_token_strs}` →
 *   `{count, max_model_len, tokens: [id], token_strs: [string] | null}`. `token_strs` came with version 0.9.1 (its pull request
 *   18941) and holds vocabulary strings (`convert_ids_to_tokens`).
 * - SGLang (entrypoints/openai/protocol.py): `{model, prompt: string | [string], add_special_tokens}` →
 *   `{tokens, count, max_model_len}`, the first two a list each for a list of texts. No strings; and its `max_model_len` is the
 *   tokenizer's `model_max_length`, not the window that is served.
 */
export interface TokenDialect {
  readonly name: 'llama.cpp' | 'vLLM';
  /** The body that asks for the tokens of `text`, with their pieces or without. */
  body(text: string, pieces: boolean): object;
  /** Tokens in an answer. Throws `bad_response`. */
  count(answer: unknown): number;
  /** The ids in an answer; null where it has none. */
  ids(answer: unknown): readonly unknown[] | null;
  /** The pieces in an answer; null where it has none. */
  pieces(answer: unknown): readonly TokenPiece[] | null;
}

/** The dialect of llama.cpp. */
export function llamaCpp(model: string): TokenDialect {
  const tokens = (answer: unknown): readonly unknown[] => {
    const list = fieldOf(answer, 'tokens');
    if (Array.isArray(list)) return list;
    throw badAnswer('/tokenize: expected `tokens`');
  };
  return {
    name: 'llama.cpp',
    body: (text, pieces) => ({
      model,
      content: text.toWellFormed(),
      add_special: false,
      parse_special: false,
      ...(pieces ? { with_pieces: true } : {}),
    }),
    count: (answer) => tokens(answer).length,
    ids: (answer) => tokens(answer).map((token) => fieldOf(token, 'id') ?? token),
    pieces: (answer) => allPieces(tokens(answer).map((token) => fieldOf(token, 'piece'))),
  };
}

/** The dialect of vLLM and SGLang. */
export function vllm(model: string): TokenDialect {
  const count = (answer: unknown): number => {
    const tokens = countOf(fieldOf(answer, 'count'));
    if (tokens !== null) return tokens;
    throw badAnswer('/tokenize: expected `count`');
  };
  const listed = (answer: unknown, field: string): readonly unknown[] | null => {
    const list = listOf(fieldOf(answer, field));
    return list.length === count(answer) ? list : null;
  };
  return {
    name: 'vLLM',
    body: (text, pieces) => ({
      model,
      prompt: text.toWellFormed(),
      add_special_tokens: false,
      ...(pieces ? { return_token_strs: true } : {}),
    }),
    count,
    ids: (answer) => listed(answer, 'tokens'),
    pieces: (answer) => {
      const strings = listed(answer, 'token_strs');
      return strings === null ? null : allPieces(strings);
    },
  };
}

/** What asks SGLang for the counts of several texts at once. */
export function listBody(model: string, texts: readonly string[]): object {
  return { model, prompt: texts.map((text) => text.toWellFormed()), add_special_tokens: false };
}

/** The counts in an answer to `listBody`; null where it is not one of them for each of `texts`. */
export function listedCounts(answer: unknown, texts: number): readonly number[] | null {
  const counts = listOf(fieldOf(answer, 'count')).map((count) => countOf(count));
  return counts.length === texts && counts.every((count) => count !== null) ? counts : null;
}

/** An answer that is not what was asked for. */
export function badAnswer(message: string): EndpointError {
  return new EndpointError(message, { kind: 'bad_response', code: 'bad_response' });
}

function allPieces(values: readonly unknown[]): readonly TokenPiece[] | null {
  return values.every(isPiece) ? values : null;
}

function isPiece(value: unknown): value is TokenPiece {
  return typeof value === 'string' || (Array.isArray(value) && value.every((byte) => isByte(byte)));
}

function isByte(value: unknown): value is number {
  const byte = countOf(value);
  return byte !== null && byte <= 0xff;
}
