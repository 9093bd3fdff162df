import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** SHA-256 of the UTF-8 bytes of `text` (or of `bytes`), as 64 lower-case hex digits. */
export function sha256(text: string | Uint8Array): string {
  return sha256OfAll([text]);
}

/** SHA-256 of texts and bytes one after the other. */
export function sha256OfAll(pieces: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** SHA-256 of the canonical JSON of `value`: equal values give equal hashes whatever their key order. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
