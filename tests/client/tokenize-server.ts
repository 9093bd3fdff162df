import { createServerCounter, type ServerCounter } from '../../src/client/tokenize.ts';
import {
  type Reply,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from '../run/scripted-server.ts';

/** What `closeAll` closes. */
const open: (() => Promise<void>)[] = [];

/** Stops what a test started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

/** A counter on a scripted server, and what the server saw. */
export async function counterOn(
  script: (request: SeenRequest) => Reply,
): Promise<{ readonly counter: ServerCounter; readonly server: ScriptedServer }> {
  const server = await startScriptedServer(script);
  open.push(() => server.close());
  const options = { model: 'm', apiKey: 'sk-secret-0123', headers: {}, timeoutSeconds: 5 };
  const counter = await createServerCounter({ baseUrl: server.url, ...options });
  open.unshift(() => counter.close());
  return { counter, server };
}

const encoder = new TextEncoder();

/** A toy vocabulary: full stops, and words with the space before them, cut every `size` bytes; so an emoji falls apart. */
export function toyTokens(text: string, size = 3): Uint8Array[] {
  return (text.match(/\s?[^\s。]+|[\s。]/gu) ?? []).flatMap((word) => {
    const bytes = encoder.encode(word);
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
  });
}

export const toyBytes = (text: string, size = 3): number[] =>
  toyTokens(text, size).map(({ length }) => length);

const idOf = (bytes: Uint8Array): number => bytes.reduce((id, byte) => (id * 257 + byte) % 1_000_003, 0);

/** A piece as llama.cpp shows it. */
export function pieceOf(bytes: Uint8Array): string | number[] {
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) ? text : [...bytes];
}

/** GPT-2's byte alphabet, written out from its ranges. */
const alphabet: string[] = [];
for (const [from, to] of [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
] as const) {
  for (let byte = from; byte <= to; byte++) alphabet[byte] = String.fromCharCode(byte);
}
for (let byte = 0, next = 0x100; byte < 0x100; byte++) alphabet[byte] ??= String.fromCharCode(next++);

/** A token as byte-level vocabularies write it. */
export const byteLevel = (bytes: Uint8Array): string => [...bytes].map((byte) => alphabet[byte]).join('');

/** SentencePiece's way: short words with `▁` for the space, characters beyond the basic plane in bytes. */
export function sentencePieces(text: string): string[] {
  return (
    text.replaceAll(' ', '\u2581').match(/\u2581?[^\u2581\u{10000}-\u{10ffff}]{1,4}|[\s\S]/gu) ?? []
  ).flatMap((piece) =>
    (piece.codePointAt(0) ?? 0) > 0xffff
      ? [...encoder.encode(piece)].map((byte) => `<0x${byte.toString(16).toUpperCase()}>`)
      : [piece],
  );
}

/** llama.cpp's server. `pieces: false` is one from before `with_pieces`; `prefix` stands in front of every text. */
export function llamaServer({ size = 3, pieces = true, prefix = '' } = {}): (request: SeenRequest) => Reply {
  return ({ path, body }) => {
    if (path !== '/tokenize') return { text: 'File Not Found', status: 404 };
    const { content, with_pieces } = body as { content?: string; with_pieces?: boolean };
    const tokens = content === undefined ? [] : toyTokens(prefix + content, size);
    const shown = tokens.map((bytes) => ({ id: idOf(bytes), piece: pieceOf(bytes) }));
    return { json: { tokens: pieces && with_pieces === true ? shown : shown.map(({ id }) => id) } };
  };
}

/** vLLM's server; `strings` writes a text's tokens as vocabulary strings, null for a version without them. */
export function vllmServer({
  size = 3,
  strings = (text: string): string[] | null => toyTokens(text, size).map(byteLevel),
} = {}): (request: SeenRequest) => Reply {
  return ({ path, body }) => {
    if (path !== '/tokenize') return { json: { detail: 'Not Found' }, status: 404 };
    const { prompt, return_token_strs } = body as { prompt?: string; return_token_strs?: boolean };
    if (typeof prompt !== 'string') return { json: { detail: 'field required' }, status: 422 };
    const token_strs = strings(prompt);
    const ids = token_strs === null ? toyTokens(prompt, size).map(idOf) : token_strs.map((_, i) => i);
    return {
      json: {
        count: ids.length,
        max_model_len: 8_192,
        tokens: ids,
        token_strs: return_token_strs === true ? token_strs : null,
      },
    };
  };
}
