import { randomUUID } from 'node:crypto';
import type { SlicedText } from '../core/sliced-text.ts';
import type { Sent } from './transport.ts';

/** Texts kept out of a body while it is serialised, so that a million tokens never become one string. */
export interface SlicedBody {
  /** What the body holds for `text`: a short text itself, else a stand-in that no text can contain by chance. */
  readonly place: (text: string | SlicedText) => string;
  /**
   * The request with the texts' own bytes where their stand-ins were, and its exact length. Throws `SlicedBodyError` unless the
   * serialised body holds each stand-in exactly once: a request with a text missing or twice must not go out.
   */
  readonly fill: (request: Sent) => Sent;
}

/** A bug of ours, and no failure of the endpoint: never retried. */
export class SlicedBodyError extends Error {
  override readonly name = 'SlicedBodyError';
}

/** Up to here a string costs less than a body sent in pieces. */
const shortChars = 4_096;
/** Up to here one copy costs less than pieces that are written as the socket drains. */
const wholeBytes = 131_072;
/** Neighbours that fit in here are copied into one: each write is a system call, and behind TLS a record. */
const smallBytes = 16_384;
/**
 * The most that TLS is handed at once: it encrypts all that it is given into memory of its own. Measured with 32 calls at once:
 * 100 MB more than with one without this, 25 MB with it. A plain socket takes a slice of any size by reference.
 */
const encryptedBytes = 262_144;

const encoder = new TextEncoder();

/** A body for one request. `encrypted`: whether it travels by https. */
export function createSlicedBody({ encrypted }: { readonly encrypted: boolean }): SlicedBody {
  const chunkBytes = encrypted ? encryptedBytes : Number.POSITIVE_INFINITY;
  const name = `text-${randomUUID()}-`;
  const held: SlicedText[] = [];
  return {
    place: (text) => {
      if (typeof text === 'string') return text;
      if (text.chars <= shortChars) return String(text);
      return `${name}${held.push(text) - 1}`;
    },
    fill: (request) => {
      if (held.length === 0) return request;
      const parts = slicesOf(request.body, { name, held });
      const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
      if (length <= wholeBytes) return { ...request, body: Buffer.concat(parts, length) };
      const headers = { ...request.headers, 'content-length': String(length) };
      return { ...request, headers, body: inChunks(parts, chunkBytes) };
    },
  };
}

/** The body's bytes: what the package serialised, with slices in place of the stand-ins. */
function slicesOf(
  json: unknown,
  { name, held }: { readonly name: string; readonly held: readonly SlicedText[] },
): readonly Uint8Array[] {
  if (typeof json !== 'string') {
    throw new SlicedBodyError(`expected a serialised body, got ${typeof json}`);
  }
  // By the name and not by a pattern: one would have to be compiled for each request, and its name is new each time.
  const [start = '', ...pieces] = json.split(name);
  const slices: Uint8Array[] = [encoder.encode(start)];
  const places: number[] = [];
  for (const piece of pieces) {
    const digits = /^\d*/.exec(piece)?.[0] ?? '';
    places.push(digits === '' ? -1 : Number(digits));
    for (const slice of held[Number(digits)]?.jsonBytes() ?? []) slices.push(slice);
    slices.push(encoder.encode(piece.slice(digits.length)));
  }
  if (String(places.toSorted((a, b) => a - b)) !== String([...held.keys()])) {
    throw new SlicedBodyError(`expected each of ${held.length} texts once, got texts ${String(places)}`);
  }
  return slices;
}

/** Pulled one by one as the socket drains. Large slices stay what they are: views on bytes that exist once. */
function* inChunks(parts: readonly Uint8Array[], chunkBytes: number): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    if (bytes > 0 && bytes + part.byteLength > smallBytes) {
      yield Buffer.concat(small);
      small = [];
      bytes = 0;
    }
    if (part.byteLength <= smallBytes) {
      small.push(part);
      bytes += part.byteLength;
    } else {
      for (let at = 0; at < part.byteLength; at += chunkBytes) yield part.subarray(at, at + chunkBytes);
    }
  }
  if (bytes > 0) yield Buffer.concat(small);
}
