import type { Cell } from '../core/cell.ts';
import type { FailureRecord, Outcome, Result } from '../core/result.ts';
import type { Sample } from '../core/sample.ts';
import type { Flag } from '../core/score.ts';
import type { Grid, ImportRecord, Manifest, TaskRecord } from '../results/manifest.ts';

/** A file of someone else's results. */
export interface SourceFile {
  /** As it was named to us: for messages, and for formats that keep facts in their paths. */
  readonly path: string;
  /** The whole content. From disk it is read anew at each use, since files may be larger together than the memory. */
  readonly text: string;
  /** The first characters, for recognising the format. @default those of `text` */
  readonly head?: string;
}

export interface ImportOptions {
  /** The name of the run that is made, and of its folder. */
  readonly runName: string;
  /** ISO 8601; stands as the time of every row, so that the same input gives the same run. */
  readonly importedAt: string;
  readonly toolVersion: string;
}

/** What the user says of files that do not say it themselves; null = nothing. */
export interface ImportHints {
  /** The model's label, where the files name none. */
  readonly model: string | null;
  /** Where the figures come from, in the user's words. */
  readonly source: string | null;
}

/** What one source record says of one cell. A further record of the same cell is its next trial. */
export interface SourceRecord {
  readonly model: string;
  readonly task: string;
  readonly contextLength: number;
  /** From 0 to 1. */
  readonly depth: number;
  /** Where the source numbers its trials. */
  readonly trial?: number;
  readonly outcome: Outcome;
  /** As in `Result.reason`. */
  readonly reason: string | null;
  readonly flags: readonly Flag[];
  /** `value` from 0 to 1; `raw` on `scale` as published, null where the source gives no other than `value`. */
  readonly score: {
    readonly value: number;
    readonly raw: number | null;
    readonly scale: readonly [number, number] | null;
    readonly scorer: string;
  } | null;
  readonly answer: string | null;
  readonly question: string | null;
  readonly target: readonly string[];
  readonly needles: Sample['needles'];
  readonly error: FailureRecord | null;
}

/** A model as its publisher names it, with what is known of it besides. */
export interface SourceModel {
  readonly name: string;
  readonly maker: string | null;
  /** The window its maker claims, in tokens. */
  readonly claimed: number | null;
  readonly simulated: boolean;
}

/** Everything that the files of one format say, in their order. */
export interface PublishedResults {
  readonly imported: ImportRecord;
  readonly models: readonly SourceModel[];
  readonly tasks: readonly TaskRecord[];
  readonly records: readonly SourceRecord[];
  /** Cells that the source plans and has nothing of. */
  readonly missing: readonly Cell[];
  /** The publisher's own grid; null = the places that records and missing cells name. */
  readonly grids: readonly Grid[] | null;
}

/** What was published, as a run of ours: rows whose model nobody asked here. */
export interface ImportedRun {
  readonly manifest: Manifest;
  readonly results: readonly Result[];
}

/** Reads one format of others' published results. */
export interface Importer {
  readonly summary: string;
  /** Endings of the files that are looked at in a folder. */
  readonly endings: readonly string[];
  /** Whether a file's head looks like this format: cheap, never throws, never true for another format's files. */
  readonly recognises: (file: SourceFile) => boolean;
  /** What the files say, at least one; throws `input_unusable` with file and line where one is not of this format or damaged. */
  readonly read: (files: readonly SourceFile[], hints: ImportHints) => PublishedResults;
}
