import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';

/** A tokenizer's file as it was read. */
export interface TokenizerFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** The first 12 hex digits of its sha256: what names it in results, wherever it lies. */
  readonly digest: string;
}

/** The largest published ones hold some 35 MB. */
const mostBytes = 256_000_000;

/**
 * Reads a tokenizer's file; throws `tokenizer_unusable` where there is none, or what stands there is something a download left in its
 * place.
 */
export async function readTokenizerFile(path: string): Promise<TokenizerFile> {
  const bytes = await readBytes(path);
  const start = bytes.toString('latin1', 0, 256).trimStart();
  if (start.startsWith('version https://git-lfs')) {
    throw unusable(path, { got: 'a Git LFS pointer in its place', hint: 'git lfs pull' });
  }
  if (/^<(!doctype|html|\?xml)/i.test(start)) {
    const hint = 'a download answered with a page: log in or accept the licence there, and download it again';
    throw unusable(path, { got: 'a web page', hint });
  }
  if (bytes.length === 0) throw unusable(path, { got: 'an empty file', hint: 'download it again' });
  return { path, bytes, digest: sha256(bytes).slice(0, 12) };
}

/** The error for a file that cannot serve as a tokenizer. @default expected "the file of a tokenizer" */
export function unusable(
  path: string,
  problem: {
    readonly expected?: string;
    readonly got: string;
    readonly hint: string;
    readonly cause?: unknown;
  },
): NeedlescopeError {
  const { expected = 'the file of a tokenizer', got, hint, cause } = problem;
  return new NeedlescopeError('tokenizer_unusable', `${path}: expected ${expected}, got ${got}`, {
    hint,
    cause,
  });
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) {
      throw unusable(path, { got: `${size} bytes`, hint: 'give the tokenizer, not the weights' });
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof NeedlescopeError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    if (code === 'EISDIR') throw unusable(path, { got: 'a folder', hint: 'give the path of a file', cause });
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw unusable(path, { got: `none: ${code}`, hint: 'make the file readable', cause });
    }
    const name = /\.[a-z]+$/i.test(path) ? basename(path) : 'tokenizer.json';
    const hint = `download it from the model's repository: hf download <owner>/<model> ${name} --local-dir .`;
    throw unusable(path, { got: 'none: there is no such file', hint, cause });
  }
}

const built = new Map<string, Promise<unknown>>();

/** What `build` makes for an id that names a content, made once per process: two models may share a tokenizer. */
export function oncePerContent<T>(id: string, build: () => Promise<T>): Promise<T> {
  const known = built.get(id);
  if (known !== undefined) return known as Promise<T>;
  const made = build();
  built.set(id, made);
  // A failure names the path it came from, which may be another one next time.
  made.catch(() => built.delete(id));
  return made;
}
