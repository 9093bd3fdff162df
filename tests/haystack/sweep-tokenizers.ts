import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { loadTokenizerJson } from '../../src/tokenizer/huggingface.ts';
import { loadRankFile } from '../../src/tokenizer/rank-file.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { llamaStyleRankFile, qwenStyleRankFile, tokenizerJson } from '../tokenizer/made-files.ts';

/** The tokenizers that planned counts are held to, each in its own form; files are made in `dir`. */
export const sweepTokenizers: Readonly<Record<string, (dir: string) => Promise<Tokenizer>>> = {
  o200k_base: () => loadTiktoken('o200k_base'),
  cl100k_base: () => loadTiktoken('cl100k_base'),
  'a Llama-3-style rank file': async (dir) => loadRankFile(await llamaStyleRankFile(dir), null),
  'a Qwen-style rank file': async (dir) => loadRankFile(await qwenStyleRankFile(dir), null),
  'a tokenizer.json': async (dir) =>
    (await loadTokenizerJson(await tokenizerJson(dir, { kind: 'llama3' }))).tokenizer,
};
