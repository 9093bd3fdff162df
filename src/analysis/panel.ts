import type { Flag } from '../core/score.ts';
import type { Grid, ImportRecord, ModelRecord, TaskRecord } from '../results/manifest.ts';

/** A mean with its two-sided 95 % interval, all in [0, 1], over `n` observations. */
export interface Estimate {
  readonly n: number;
  /** `n` after the design effect, which the interval rests on; equal to `n` where no cells share a haystack. */
  readonly effectiveN: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** What is known of one place of a heatmap: all trials of one length and depth. */
export interface CellSummary {
  readonly contextLength: number;
  readonly depth: number;
  /** Over scored trials; null where none was scored. */
  readonly score: Estimate | null;
  readonly planned: number;
  readonly scored: number;
  /** Trials by reason: truncated, overflow, filtered, no_answer, unreadable. */
  readonly unscored: Readonly<Record<string, number>>;
  readonly failed: number;
  /** Planned trials without a row. */
  readonly missing: number;
  readonly flags: Readonly<Partial<Record<Flag, number>>>;
  /** Keys of the rows behind it, by trial. */
  readonly keys: readonly string[];
}

/** One column of a heatmap. */
export interface LengthSummary {
  readonly contextLength: number;
  /** Over scored cells; null where none was scored. */
  readonly score: Estimate | null;
  /**
   * One-sided 95 % bounds, clusters respected. `lower` decides *shown*; *not disproved* uses an upper bound that is
   * further out than `upper`, because it asks about all lengths at once.
   */
  readonly oneSided: { readonly lower: number; readonly upper: number } | null;
  /** Mean with every unscored, failed and missing cell as 0. */
  readonly floor: number;
  /** scored / planned. Under 0.95 the length cannot hold a bar. */
  readonly coverage: number;
  readonly planned: number;
  readonly scored: number;
}

/** Percentiles in milliseconds over the `n` rows that recorded a time (nearest-rank: each is a time that occurred). */
export interface Percentiles {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

/** Effective length as a bracket, never one number. Lengths in tokens; null = not even the shortest. */
export interface EffectiveLength {
  /** The bar that was applied, 0 to 1. */
  readonly bar: number;
  readonly rule: 'absolute' | 'relative' | 'all_depths';
  /** Scored cells behind each length (the fewest, lengths with none left out). */
  readonly cellsPerLength: number;
  readonly shown: number | null;
  readonly notDisproved: number | null;
}

/** One model on one task: what a heatmap draws and a table row says. */
export interface Panel {
  /** Unique in a report: run, model, task. */
  readonly id: string;
  readonly run: string;
  readonly model: ModelRecord;
  readonly task: TaskRecord;
  readonly grid: Grid;
  readonly imported: ImportRecord | null;
  /** `cells[depthIndex][lengthIndex]`, depths and lengths ascending as in `grid`. */
  readonly cells: readonly (readonly CellSummary[])[];
  readonly lengths: readonly LengthSummary[];
  /** Score by depth, over all lengths, in the grid's order; null where nothing was scored. */
  readonly depths: readonly (Estimate | null)[];
  readonly overall: Estimate | null;
  readonly counts: {
    readonly planned: number;
    readonly scored: number;
    readonly unscored: Readonly<Record<string, number>>;
    readonly failed: number;
    readonly missing: number;
  };
  /** null with `effectiveReason` saying why there is none (imports of one answer a cell, too few cells, low base, simulated…). */
  readonly effective: EffectiveLength | null;
  readonly effectiveReason: string | null;
  /** Trials under 3: the run is a preview, and every view says so. False for imports, which say what they are instead. */
  readonly preview: boolean;
  readonly costUsd: number | null;
  readonly promptTokens: number;
  /** Over scored rows; null where none recorded a time (imports, or no streaming). */
  readonly timing: { readonly ttft: Percentiles | null; readonly latency: Percentiles | null };
}
