import type { Result } from '../core/result.ts';
import type { Manifest } from '../results/manifest.ts';

export interface ImportOptions {
  /** The name of the run that is made, and of its folder. */
  readonly runName: string;
  /** ISO 8601; stands as the time of every row, so that the same input gives the same run. */
  readonly importedAt: string;
  readonly toolVersion: string;
}

/** What was published, as a run of ours: rows whose model nobody asked here. */
export interface ImportedRun {
  readonly manifest: Manifest;
  readonly results: readonly Result[];
}

/** Reads one format of others' published results. */
export interface Importer {
  readonly summary: string;
  /** The run in `json`; throws `input_unusable` where it is not of this format or damaged. */
  readonly importRun: (json: unknown, options: ImportOptions) => ImportedRun;
}
