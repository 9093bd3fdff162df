import { NeedlescopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { knownAnswerModels } from './known-answer.ts';
import { models } from './model-table.ts';
import type { ModelPreset } from './preset.ts';
import { type TokenizerPlaces, tokenizerFamilies } from './tokenizer-families.ts';

const presets = new Map<string, ModelPreset>([
  ...Object.entries(models),
  ...Object.entries(knownAnswerModels),
]);

/** Every preset's name, real models first, in the tables' order. */
export function presetNames(): readonly string[] {
  return [...presets.keys()];
}

/** The row of a preset; undefined where no table has that name. */
export function findPreset(name: string): ModelPreset | undefined {
  return presets.get(name);
}

/** The row of a model by an id that some server or repository has for it; undefined where no row knows it. */
export function findByModelId(id: string): ModelPreset | undefined {
  return [...presets.values()].find(
    (row) => row.id === id || Object.values(row.ids).includes(id) || row.otherRepositories.includes(id),
  );
}

/** A row as `list models --json` prints it: its name as `preset`, its facts, and where its tokenizer can be had. */
export type ModelDescription = { readonly preset: string } & ModelPreset & {
    readonly tokenizerPlaces: TokenizerPlaces;
  };

/** The row of a preset with its name; throws `unknown_name` with the nearest name. */
export function describeModel(preset: string): ModelDescription {
  const row = presets.get(preset);
  if (row !== undefined) return { preset, ...row, tokenizerPlaces: tokenizerFamilies[row.tokenizerFamily] };
  const close = nearest(preset, presetNames());
  throw new NeedlescopeError('unknown_name', `expected a model preset, got ${JSON.stringify(preset)}`, {
    hint: close === null ? 'see `needlescope list models`' : `did you mean ${close}?`,
  });
}
