import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { errnoOf, outputUnusable } from './file-errors.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './read-run.ts';
import { replaceFile } from './replace-file.ts';
import type { RunData } from './run-data.ts';
import { writeRun } from './write-run.ts';

const noteFile = 'baseline.json';

/** What is known of a baseline beside its run. */
interface BaselineNote {
  readonly v: 1;
  /** ISO 8601. */
  readonly savedAt: string;
  /** The run it was made of. */
  readonly run: string;
  /** As git names it, where CI tells. */
  readonly commit: string | null;
}

/** A run that later ones are compared with: a run folder like any other, its rows without what only a reader needs. */
export interface Baseline {
  readonly name: string;
  readonly dir: string;
  readonly note: BaselineNote | null;
  readonly manifest: Manifest;
}

/**
 * Writes `run` as the baseline `name` under `folder`, in place of an earlier one of that name, which stays whole until the
 * new one is. Returns its folder. Throws `usage` for a name that is no file name, `output_unusable`.
 */
export async function saveBaseline(
  run: RunData,
  place: {
    readonly folder: string;
    readonly name: string;
    readonly savedAt: string;
    readonly commit: string | null;
  },
): Promise<string> {
  const { folder, name, savedAt, commit } = place;
  checkName(name);
  const dir = join(folder, name);
  const next = join(folder, `.${name}.new`);
  const old = join(folder, `.${name}.old`);
  await rm(next, { recursive: true, force: true });
  await writeRun(next, { manifest: run.manifest, results: run.results.map(slim) });
  const note: BaselineNote = { v: 1, savedAt, run: run.manifest.run, commit };
  await replaceFile(join(next, noteFile), `${JSON.stringify(note, null, 2)}\n`);
  try {
    await rm(old, { recursive: true, force: true });
    await rename(dir, old).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
    });
    await rename(next, dir);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    throw outputUnusable(dir, error);
  }
  return dir;
}

/** The baselines under `folder`, by name; none where there is no such folder. Throws `results_unusable` for a damaged one. */
export async function listBaselines(folder: string): Promise<Baseline[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const found: Baseline[] = [];
  for (const name of names.filter((each) => !each.startsWith('.')).sort()) {
    const dir = join(folder, name);
    const manifest = await readManifest(dir).catch((error: unknown) => {
      // A file beside the folders, a README say.
      if (error instanceof NeedlescopeError && errnoOf(error.cause) === 'ENOTDIR') return null;
      throw error;
    });
    if (manifest !== null) found.push({ name, dir, manifest, note: await readNote(dir) });
  }
  return found;
}

/** Throws `usage` for a name that would lead out of the folder, or that no file system takes. */
function checkName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,79}$/u.test(name)) return;
  throw new NeedlescopeError(
    'usage',
    `--name: expected letters, digits, dots and dashes, got ${JSON.stringify(name)}`,
    { hint: '--name main' },
  );
}

async function readNote(dir: string): Promise<BaselineNote | null> {
  try {
    return JSON.parse(await readFile(join(dir, noteFile), 'utf8')) as BaselineNote;
  } catch {
    // The run is what counts; without the note only its date is not known.
    return null;
  }
}

/** A row without the text around needles and without thoughts: a baseline is to be committed, and compares by keys and scores. */
function slim(row: Result): Result {
  return {
    ...row,
    sample: { ...row.sample, evidence: null },
    completion: row.completion === null ? null : { ...row.completion, reasoning: null },
  };
}
