import { createWithLibrary, type TokenizerJson } from './huggingface-library.ts';
import { readPipeline } from './pipeline.ts';
import { type MergeModel, rankMerges } from './rank-merges.ts';
import { createTiktoken, type LocalTokenizer, type TiktokenParts } from './tiktoken.ts';
import { oncePerContent, readTokenizerFile, unusable } from './tokenizer-file.ts';

export interface LoadedTokenizer {
  readonly tokenizer: LocalTokenizer;
  /** Why tiktoken does not run it, which makes it slow; null where it does. */
  readonly slow: string | null;
}

/**
 * The tokenizer of a Hugging Face `tokenizer.json`: run by tiktoken where its structure shows that the tokens are the same for every
 * text, else by Hugging Face's library. Throws `tokenizer_unusable` for a file that is none, or that neither understands.
 */
export async function loadTokenizerJson(path: string): Promise<LoadedTokenizer> {
  const file = await readTokenizerFile(path);
  const id = `tokenizer.json:${file.digest}`;
  return oncePerContent(id, async () => {
    const json = parse(path, file.bytes);
    const exact = asTiktoken(json);
    if (!('reason' in exact)) return { tokenizer: await createTiktoken({ id, ...exact }), slow: null };
    try {
      return { tokenizer: await createWithLibrary(id, json), slow: exact.reason };
    } catch (cause) {
      throw unusable(path, {
        expected: 'a tokenizer.json that the library understands',
        got: cause instanceof Error ? cause.message : String(cause),
        hint: 'let the server count (tokenizer: server), or give a rank file: {tiktoken: path, pattern: …}',
        cause,
      });
    }
  });
}

function parse(path: string, bytes: Buffer): TokenizerJson {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const hint = 'a tokenizer.model or .tiktoken file is given as {tiktoken: path}';
    throw unusable(path, { expected: 'a tokenizer.json', got: 'no JSON', hint, cause });
  }
  const model = (json as Partial<TokenizerJson> | null)?.model;
  if (model === null || typeof model !== 'object' || model['vocab'] === undefined) {
    throw unusable(path, {
      expected: 'a tokenizer.json',
      got: 'JSON without a model and its vocabulary',
      hint: 'give tokenizer.json: not vocab.json, tokenizer_config.json or config.json',
    });
  }
  return json as TokenizerJson;
}

/** The same tokenizer in tiktoken's terms, or why there is none. Structure decides, never a name or a sample of texts. */
function asTiktoken(json: TokenizerJson): Omit<TiktokenParts, 'id'> | { readonly reason: string } {
  const pipeline = readPipeline(json.normalizer, json.pre_tokenizer);
  if ('reason' in pipeline) return pipeline;
  const model = mergeModel(json.model);
  if ('reason' in model) return model;
  const ranked = rankMerges(model);
  if ('reason' in ranked) return ranked;
  const { pattern, normalise } = pipeline;
  return { ranks: ranked.ranks, pattern: pattern.regex, splitRule: pattern.splitRule, normalise };
}

function mergeModel(model: TokenizerJson['model']): MergeModel | { readonly reason: string } {
  const { type, vocab, merges, ignore_merges: ignoreMerges } = model;
  // Files of 2020 do not say their type; of those with merges there is one only.
  if ((type !== 'BPE' && type !== undefined) || !Array.isArray(merges) || !isNumbers(vocab)) {
    return { reason: `its model is ${typeof type === 'string' ? type : 'of another kind'}` };
  }
  if (model['byte_fallback'] === true) return { reason: 'it falls back to bytes' };
  if (model['dropout']) return { reason: 'it drops merges at random' };
  if (model['continuing_subword_prefix'] || model['end_of_word_suffix'])
    return { reason: 'it marks parts of words' };
  if (!merges.every(isMerge)) return { reason: 'its merges are written in an unknown form' };
  return { vocab, merges, ignoreMerges: ignoreMerges === true };
}

function isMerge(merge: unknown): merge is string | readonly [string, string] {
  if (typeof merge === 'string') return true;
  return Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string');
}

function isNumbers(vocab: unknown): vocab is Readonly<Record<string, number>> {
  return vocab !== null && typeof vocab === 'object' && !Array.isArray(vocab);
}
