import type { Tokenizer } from '../core/tokenizer.ts';
import type { PromptCounter } from './count-tokens.ts';
import { messagesOf, modelOf, promptOf, RequestError } from './request.ts';
import { type Wardrobe, wardrobe } from './served.ts';

/**
 * The answer to `POST /tokenize`, in the dialect it is asked in: llama.cpp's `content` (with `with_pieces`), or vLLM's `prompt` or
 * `messages` (with `return_token_strs`). Ids are positions: who counts looks at the length of the list. Throws a `RequestError`.
 */
export async function tokenize(
  fields: Readonly<Record<string, unknown>>,
  options: {
    readonly counter: PromptCounter;
    readonly tokenizer: Tokenizer;
    /** @default the endpoint's own models */
    readonly models?: Wardrobe;
  },
): Promise<object> {
  const { counter, tokenizer, models = wardrobe(null, {}) } = options;
  const dialect = models.dress.tokenize;
  if (dialect === null) throw new RequestError(404, 'No such route: POST /tokenize.', { code: 'not_found' });
  const content = fields['content'];
  if (dialect === 'llama.cpp' && typeof content !== 'string') return { tokens: [] };
  if (typeof content === 'string' && (dialect === 'both' || dialect === 'llama.cpp')) {
    const tokens = fields['with_pieces'] === true ? await tokensOf(content, tokenizer) : null;
    if (tokens === null) return { tokens: positions(counter.count(content)) };
    return { tokens: tokens.map((bytes, id) => ({ id, piece: pieceOf(bytes) })) };
  }
  const { profile, template } = modelOf(fields, models);
  const window = { max_model_len: profile.window };
  if (fields['messages'] !== undefined)
    return { count: counter.countMessages(messagesOf(fields), template), ...window };
  const prompt = promptOf(fields);
  const tokens =
    fields['return_token_strs'] === true && dialect !== 'sglang' ? await tokensOf(prompt, tokenizer) : null;
  if (tokens === null) return { count: counter.count(prompt), ...window };
  const strings = { tokens: positions(tokens.length), token_strs: tokens.map(vocabularyString) };
  return { count: tokens.length, ...window, ...strings };
}

/** The bytes of each token; null where the tokenizer does not tell them. */
async function tokensOf(text: string, tokenizer: Tokenizer): Promise<Uint8Array[] | null> {
  const lengths = (await tokenizer.tokenBytes?.(text)) ?? null;
  if (lengths === null) return null;
  const bytes = Buffer.from(text);
  let from = 0;
  return Array.from(lengths, (length) => {
    from += length;
    return bytes.subarray(from - length, from);
  });
}

function positions(count: number): number[] {
  return [...Array(count).keys()];
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As llama.cpp does: text where the bytes are valid UTF-8 on their own, else the bytes. */
function pieceOf(bytes: Uint8Array): string | number[] {
  try {
    return decoder.decode(bytes);
  } catch {
    return [...bytes];
  }
}

/** GPT-2's alphabet for bytes: printable Latin-1 as it is, the other 68 from U+0100 on. */
const letters: readonly string[] = (() => {
  let unprintable = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = /[!-~\u00a1-\u00ac\u00ae-\u00ff]/.test(String.fromCharCode(byte));
    return String.fromCharCode(printable ? byte : 0x100 + unprintable++);
  });
})();

/** As byte-level vocabularies write a token. */
function vocabularyString(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => letters[byte]).join('');
}
