import type { Problem } from './explain.ts';
import type { FlagValues } from './flags.ts';
import type { ModelEntry } from './model-entry.ts';
import type { FileConfig } from './schema.ts';

/** A model of the run with its place in the file; `index` is 0 for one that flags alone describe. */
export interface ChosenModel {
  readonly index: number;
  readonly entry: ModelEntry;
  /** What --model and --preset override; undefined where they picked this entry, or were not given. */
  readonly flags: { readonly model: string | undefined; readonly preset: string | undefined };
}

/**
 * The models of a run. With several models in the file, --model and --preset pick among them; with one they
 * override it; with none they describe one.
 */
export function chooseModels(
  file: FileConfig | null,
  flags: FlagValues,
): { readonly chosen: readonly ChosenModel[]; readonly problem: Problem | null } {
  const entries = file?.models ?? [];
  const { model, preset } = flags;
  if (entries.length === 0) {
    const described = [model, preset, flags.baseUrl, flags.provider].some((flag) => flag !== undefined);
    if (described) {
      return { chosen: [{ index: 0, entry: {}, flags: { model, preset } }], problem: null };
    }
    const text =
      'expected at least one model (models in a config, or --base-url with --model or --preset), got none';
    return { chosen: [], problem: { path: ['models'], text } };
  }
  if (entries.length === 1) {
    return {
      chosen: entries.map((entry, index) => ({
        index,
        entry,
        flags: { model: entry.name === model ? undefined : model, preset },
      })),
      problem: null,
    };
  }
  const chosen = entries
    .map((entry, index) => ({ index, entry, flags: { model: undefined, preset: undefined } }))
    .filter(({ entry }) => model === undefined || labelOf(entry) === model || entry.model === model)
    .filter(({ entry }) => preset === undefined || entry.preset === preset);
  if (chosen.length > 0) return { chosen, problem: null };
  const names = entries.map(labelOf).join(', ');
  const wanted = [model, preset].filter((each) => each !== undefined).join(' and ');
  return {
    chosen: [],
    problem: { path: ['models'], text: `expected one of this file's models (${names}), got ${wanted}` },
  };
}

function labelOf(entry: ModelEntry): string {
  return entry.name ?? entry.preset ?? entry.model ?? '(no name)';
}
