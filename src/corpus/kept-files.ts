import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '../core/hash.ts';
import type { CatalogueFile } from './catalogue.ts';

/** The name of a file, as its address ends. */
export function fileName(file: CatalogueFile): string {
  return decodeURIComponent(basename(new URL(file.url).pathname));
}

/** Where a file of the catalogue is kept. Its hash is part of the name, so that another version never takes its place. */
export function keptPath(cacheDir: string, file: CatalogueFile): string {
  const name = fileName(file).replace(/[^\p{L}\p{N}._-]/gu, '_');
  return join(cacheDir, 'corpora', `${file.sha256.slice(0, 12)}-${name}`);
}

/** What is kept of a file; `wrong` says how it differs from what the catalogue names. */
export type Kept =
  | { readonly state: 'good'; readonly bytes: Uint8Array }
  | { readonly state: 'missing' }
  | { readonly state: 'wrong'; readonly difference: string };

/** Reads a kept file and checks it: it may have been placed by hand, or damaged since. */
export async function readKept(path: string, file: CatalogueFile): Promise<Kept> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) return { state: 'missing' };
  if (facts.size !== file.bytes) return { state: 'wrong', difference: `it has ${facts.size} bytes` };
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return { state: 'wrong', difference: 'it cannot be read' };
  const found = sha256(bytes);
  return found === file.sha256
    ? { state: 'good', bytes }
    : { state: 'wrong', difference: `its sha256 is ${found}` };
}

/** Keeps checked bytes, by temp file and rename: two runs at once never see half a file. */
export async function keepFile(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, bytes, { flag: 'wx' });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}
