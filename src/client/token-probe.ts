import { hashOf } from '../core/hash.ts';
import type { EndpointError } from './endpoint-error.ts';
import { countOf, fieldOf, listOf } from './json-fields.ts';
import { listBody, listedCounts, llamaCpp, type TokenDialect, vllm } from './token-dialect.ts';
import { bytesOfPieces } from './token-pieces.ts';
import { isAnswered, type Post, tryPost } from './token-post.ts';

/** What a server showed of its tokenizer. */
export interface ProbedServer {
  readonly dialect: TokenDialect;
  /** Whether it shows tokens that are pieces of the text. */
  readonly pieces: boolean;
  /** Whether it counts several texts in one call. */
  readonly lists: boolean;
  /** The served window that came along, in tokens; null where none did. */
  readonly window: number | null;
  /** SHA-256 over the ids of the probe's tokens, else their number, and over their bytes where it shows them. */
  readonly fingerprint: string;
}

/**
 * A text in which vocabularies differ: words common and rare, digits, code, Chinese, an emoji of four bytes, blanks. Fixed: it pins
 * what is kept in caches. No character that Unicode normalisation would change.
 */
const probe = `The lighthouse keeper counted 48213 lanterns in 1907, unhurriedly, then un-counted them.
\tfor (let i = 0; i <= 0xff; i++) { sum += table[i] ?? "none"; } // 3.14159
灯塔看守人数了四万八千盏灯。雾散之前、海鸥停在栏杆上。Zwölf Boxkämpfer, l'été, Ωμέγα, привет 🦀🏮
  <b>naïve&nbsp;café</b>   https://example.org/a_b?c=%20  QWERTYuiop...!!`;

/**
 * Finds out which dialect a server speaks and what it shows, by one text. Throws the `EndpointError` of the last try where it counts
 * in none, or cannot be reached.
 */
export async function probeServer(post: Post, model: string): Promise<ProbedServer> {
  // llama.cpp's first: it answers a body without `content` with no tokens at all instead of an error.
  const llama = llamaCpp(model);
  const told = await tryPost(post, '/tokenize', llama.body(probe, true));
  if (told !== null && listOf(fieldOf(told, 'tokens')).length > 0)
    return { ...seen(llama, told), lists: false, window: null };
  const dialect = vllm(model);
  const answer = await askWithPieces(post, dialect);
  const looked = seen(dialect, answer);
  const lists = !looked.pieces && (await countsLists(post, model, dialect.count(answer)));
  // Who counts lists is SGLang, whose `max_model_len` is no window.
  return { ...looked, lists, window: lists ? null : countOf(fieldOf(answer, 'max_model_len'), 1) };
}

/** Tokenizers that keep bytes in their vocabulary break the answer with strings, and only that one. */
async function askWithPieces(post: Post, dialect: TokenDialect): Promise<unknown> {
  try {
    return await post('/tokenize', dialect.body(probe, true));
  } catch (error) {
    if (!isAnswered(error) || isNoRoute(error)) throw error;
    return post('/tokenize', dialect.body(probe, false));
  }
}

function isNoRoute(error: EndpointError): boolean {
  return error.kind === 'not_found' || error.kind === 'auth';
}

function seen(
  dialect: TokenDialect,
  answer: unknown,
): Pick<ProbedServer, 'dialect' | 'pieces' | 'fingerprint'> {
  const pieces = dialect.pieces(answer);
  const bytes = pieces === null ? null : bytesOfPieces(pieces, probe);
  const tokens = dialect.ids(answer) ?? dialect.count(answer);
  return { dialect, pieces: bytes !== null, fingerprint: hashOf({ tokens, bytes }) };
}

async function countsLists(post: Post, model: string, tokens: number): Promise<boolean> {
  const answer = await tryPost(post, '/tokenize', listBody(model, [probe, probe]));
  return listedCounts(answer, 2)?.every((count) => count === tokens) ?? false;
}
