import { readFileSync } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import type { SourceFile } from './importer.ts';
import { headLength } from './source-text.ts';

/** 500 RULER predictions at 128K tokens with their inputs are 280 MB; V8 holds no string much longer than this. */
const mostBytes = 500 * 1024 * 1024;

export interface SourcePath {
  /** As the user named it, for messages. */
  readonly named: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * The files that paths name, sorted inside folders, each once; read when their text is asked for. Of a folder those with one of `endings` are taken,
 * at any depth, hidden ones left out. Throws
 * `input_unusable` for what cannot be read, and from `text` for what is not UTF-8.
 */
export async function readSources(
  paths: readonly SourcePath[],
  endings: readonly string[],
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const seen = new Set<string>();
  for (const source of paths) {
    const found = await filesAt(source, endings);
    for (const each of found) {
      const real = await realpath(each.path).catch(() => each.path);
      if (seen.has(real)) continue;
      seen.add(real);
      files.push(await openSource(each));
    }
  }
  return files;
}

async function filesAt(source: SourcePath, endings: readonly string[]): Promise<SourcePath[]> {
  const about = await stat(source.path).catch((cause: unknown) => {
    throw unreadable(source, 'expected a file or folder, found none that can be read', cause);
  });
  if (!about.isDirectory()) return [source];
  const inside = await walk(source, endings);
  if (inside.length > 0) return inside;
  throw unreadable(source, `expected files ending in ${endings.join(', ')} in this folder, found none`);
}

async function walk(folder: SourcePath, endings: readonly string[]): Promise<SourcePath[]> {
  const entries = await readdir(folder.path, { withFileTypes: true });
  const parts: SourcePath[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const inner = { named: join(folder.named, entry.name), path: join(folder.path, entry.name) };
    if (entry.isDirectory()) parts.push(...(await walk(inner, endings)));
    else if (entry.isFile() && endings.includes(extname(entry.name))) parts.push(inner);
  }
  return parts;
}

async function openSource(source: SourcePath): Promise<SourceFile> {
  const about = await stat(source.path);
  if (!about.isFile()) throw unreadable(source, 'expected a regular file, got a device or pipe');
  if (about.size > mostBytes) {
    throw unreadable(source, `expected at most ${mostBytes >> 20} MiB, got ${about.size >> 20} MiB`);
  }
  return {
    path: source.named,
    head: await readHead(source),
    get text() {
      return decode(source, readWhole(source), { stream: false });
    },
  };
}

/** The first characters: bytes are read up to a bound, and one that is cut in two at their end is left out. */
async function readHead(source: SourcePath): Promise<string> {
  const buffer = Buffer.alloc(headLength);
  const bytes = await open(source.path, 'r')
    .then(async (handle) => {
      const { bytesRead } = await handle.read(buffer, 0, headLength, 0).finally(() => handle.close());
      return buffer.subarray(0, bytesRead);
    })
    .catch((cause: unknown) => {
      throw unreadable(source, 'expected a readable file', cause);
    });
  return decode(source, bytes, { stream: true });
}

function readWhole(source: SourcePath): Uint8Array {
  try {
    return readFileSync(source.path);
  } catch (cause) {
    throw unreadable(source, 'expected a readable file', cause);
  }
}

function decode(source: SourcePath, bytes: Uint8Array, options: { readonly stream: boolean }): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, options);
  } catch (cause) {
    throw unreadable(source, 'expected UTF-8 text, got other bytes', cause);
  }
}

function unreadable({ named }: SourcePath, what: string, cause?: unknown): NeedlescopeError {
  return new NeedlescopeError('input_unusable', `${named}: ${what}`, {
    hint: 'nothing was imported; name the files or folders of published results',
    cause,
  });
}
