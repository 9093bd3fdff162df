import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TokenizerSpec } from '../config/model-entry.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { type LoadedTokenizer, loadTokenizerJson } from '../tokenizer/huggingface.ts';
import { loadRankFile } from '../tokenizer/rank-file.ts';

/** A tokenizer that is read from a file. */
export type FileSpec = Exclude<TokenizerSpec, string>;

/** The file that a spec means, or null where it is a name. A text is a path by its ending, its slash, or a folder that is there. */
export async function fileSpecOf(spec: TokenizerSpec, baseDir: string): Promise<FileSpec | null> {
  if (typeof spec !== 'string') return spec;
  if (/\.(tiktoken|model)$/i.test(spec)) return { tiktoken: spec };
  const isPath = /\.json$/i.test(spec) || /[\\/]/.test(spec) || (await isFolder(resolve(baseDir, spec)));
  return isPath ? { huggingface: spec } : null;
}

/** The tokenizer of a file, its path relative to `baseDir`. Throws `tokenizer_unusable`, and `unknown_name` for its pattern. */
export async function loadFileSpec(spec: FileSpec, baseDir: string): Promise<LoadedTokenizer> {
  if ('tiktoken' in spec) {
    return {
      tokenizer: await loadRankFile(resolve(baseDir, spec.tiktoken), spec.pattern ?? null),
      slow: null,
    };
  }
  const path = resolve(baseDir, spec.huggingface);
  return loadTokenizerJson((await isFolder(path)) ? await inFolder(path) : path);
}

/** Whether a tokenizer's id names the content of a file, as those of `loadFileSpec` do. */
export function isFileId(id: string): boolean {
  return /^(tokenizer\.json|tiktoken):/.test(id);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function inFolder(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (names.includes('tokenizer.json')) return join(folder, 'tokenizer.json');
  const ranks = names.sort().find((name) => /\.tiktoken$|^tokenizer\.model$/.test(name));
  throw new NeedlescopeError('tokenizer_unusable', `${folder}: expected a tokenizer.json in it, got none`, {
    hint:
      ranks === undefined
        ? "download it from the model's repository: hf download <owner>/<model> tokenizer.json --local-dir ."
        : `tokenizer: {tiktoken: ${JSON.stringify(join(folder, ranks))}}`,
  });
}
