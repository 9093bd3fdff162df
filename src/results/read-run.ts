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
    throw damagedManifest(path, 'expected JSON', cause);
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damagedManifest(path, `${issue?.path.join('.') || 'manifest'}: ${issue?.message ?? 'invalid'}`);
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

function damagedManifest(path: string, what: string, cause?: unknown): NeedlescopeError {
  return new NeedlescopeError('results_unusable', `${path}: ${what}`, {
    hint: 'the manifest is damaged; restore it, or start a run in another folder',
    cause,
  });
}
