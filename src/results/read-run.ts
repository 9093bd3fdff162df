import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { errnoOf } from './file-errors.ts';
import type { Manifest } from './manifest.ts';
import { manifestSchema } from './manifest-schema.ts';
import { parseResultLines } from './result-lines.ts';
import type { RunData } from './run-data.ts';

/** The name of a run's manifest in its folder. */
export const manifestFile = 'manifest.json';
/** The name of a run's rows in its folder. */
export const resultsFile = 'results.jsonl';

/**
 * A finished or unfinished run as it lies in `dir`: the last row of every key, a torn last line left out.
 * Throws `results_unusable` where the folder, a file or a line cannot be used.
 */
export async function readRun(dir: string): Promise<RunData> {
  const manifest = await readManifest(dir);
  if (manifest === null) throw missing(dir, manifestFile);
  const path = join(dir, resultsFile);
  const bytes = await readIfThere(path);
  if (bytes === null) throw missing(dir, resultsFile);
  return { dir, manifest, results: [...parseResultLines(bytes, path).rows.values()] };
}

/** The manifest in `dir`, or null where there is none; throws `results_unusable` for one that cannot be read. */
export async function readManifest(dir: string): Promise<Manifest | null> {
  const path = join(dir, manifestFile);
  const bytes = await readIfThere(path);
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const came = bytes.length === 0 ? 'the file is empty' : 'the text is torn or no JSON';
    throw damagedManifest(path, `expected the manifest of a run, but ${came}`, { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw damagedManifest(path, `${place || 'manifest'}: ${issue?.message ?? 'invalid'}`, {
    newer: place === 'v',
  });
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === 'ENOENT') return null;
    throw new NeedlescopeError(
      'results_unusable',
      `${path}: expected a readable file (${errno ?? 'error'})`,
      {
        hint: 'name the folder of a run: it holds manifest.json and results.jsonl',
        cause,
      },
    );
  }
}

function missing(dir: string, file: string): NeedlescopeError {
  return new NeedlescopeError('results_unusable', `${dir}: expected the folder of a run, found no ${file}`, {
    hint: 'name a folder that `needlescope run` or `needlescope import` wrote',
  });
}

function damagedManifest(
  path: string,
  what: string,
  { cause, newer = false }: { readonly cause?: unknown; readonly newer?: boolean },
): NeedlescopeError {
  return new NeedlescopeError('results_unusable', `${path}: ${what}`, {
    // The rows do not need a manifest: their keys tell which cells are done.
    hint: newer
      ? 'use the version that wrote it, or name another folder with --out'
      : `move it away and repeat the run's command: it is written anew, ${resultsFile} is kept and no finished cell is asked again`,
    cause,
  });
}
