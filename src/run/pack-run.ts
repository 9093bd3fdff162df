import type { Flags } from '../config/flags.ts';
import type { Resolution } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { type CallIdentity, cellKeys } from './cell-identity.ts';
import type { CorpusSource } from './corpus-source.ts';
import type { PlannedCell } from './job.ts';
import type { OpenPack } from './pack-reader.ts';
import type { ResolvedTokenizer } from './resolve-tokenizer.ts';

/** Flags that shape prompts, which a pack has decided. */
const decided = {
  task: '--task',
  suite: '--suite',
  lengths: '--lengths',
  depths: '--depths',
  trials: '--trials',
  corpus: '--corpus',
  language: '--language',
  seed: '--seed',
  tokenizer: '--tokenizer',
} as const satisfies Partial<Record<keyof Flags, string>>;

/**
 * A run's settings with all that shapes prompts taken from the pack. Throws `usage` for a flag that would shape them, and for a
 * model whose API takes another form of prompt.
 */
export function withPack(resolution: Resolution, pack: OpenPack, flags: Flags): Resolution {
  const { header } = pack;
  for (const [name, flag] of Object.entries(decided)) {
    if (flags[name as keyof typeof decided] === undefined) continue;
    throw new NeedlescopeError('usage', `${flag}: the prompts of ${pack.path} are fixed, got another wish`, {
      hint: `leave ${flag} out, or run without --pack`,
    });
  }
  const models = resolution.config.models.map((model) => {
    if (model.api !== header.api) {
      throw new NeedlescopeError(
        'usage',
        `${model.name}: expected api: ${header.api}, which the pack's prompts were made for, got ${model.api}`,
        { hint: `set api: ${header.api}, or export a pack for ${model.api}` },
      );
    }
    const { contextLengths, depths, trials } = header.grid;
    return { ...model, maxTokens: header.maxTokens, contextLengths, depths, trials };
  });
  return { ...resolution, config: { ...resolution.config, ...header.config, models } };
}

/** Result keys' identity of a model's calls on a task of the pack: that of the run the pack was exported from, with this model. */
export function packIdentity(pack: OpenPack, task: string, model: JsonObject): CallIdentity {
  const identity = pack.header.identities[task];
  if (identity === undefined) {
    throw new NeedlescopeError('input_unusable', `${pack.path}: expected an identity of the task ${task}`, {
      hint: 'export the pack again',
    });
  }
  return { ...identity, model } as unknown as CallIdentity;
}

/** The pack's prompts as the cells of the model `name`; `identityOf`: of its calls on a task, as `packIdentity` gives it. */
export function packCells(
  pack: OpenPack,
  name: string,
  identityOf: (task: string) => CallIdentity,
): PlannedCell[] {
  const keyOfTask = new Map<string, ReturnType<typeof cellKeys>>();
  return pack.entries.map(({ cell: place, promptTokens, read }) => {
    const keyOf = keyOfTask.get(place.task) ?? cellKeys(identityOf(place.task));
    keyOfTask.set(place.task, keyOf);
    const cell = { model: name, ...place };
    return {
      key: keyOf(cell),
      cell,
      promptTokens,
      build: async () => {
        const { promptKey, sample, messages } = await read();
        return { promptKey, sample, messages, text: messages.at(-1)?.content ?? '' };
      },
    };
  });
}

/** What counted the pack's prompts, by name: nothing is counted again. */
export function packTokenizer({ header }: OpenPack): ResolvedTokenizer {
  const frozen = (): never => {
    throw new RangeError('the prompts of a pack are not counted again');
  };
  return {
    tokenizer: { ...header.tokenizer, splitRule: 'none', fingerprint: null, count: frozen },
    templateOverhead: header.templateOverhead,
    window: null,
    chosen: null,
    calibration: null,
    warning: null,
    close: async () => {},
  };
}

/** Whether a model reads the pack's prompts in the tokens they were counted in, so that a cut of a few percent can be told. */
export function countsAlike(
  { header }: OpenPack,
  model: { readonly id: string; readonly tokenizer: unknown },
): boolean {
  if (!header.tokenizer.exact) return false;
  return model.id === header.model.id || model.tokenizer === header.tokenizer.id;
}

/** The pack's corpus as the manifest describes it. */
export function packSource({ header, path }: OpenPack): CorpusSource {
  const { id, language, sha256, origin, chars } = header.corpus;
  const frozen = (): never => {
    throw new RangeError(`${path}: no text is made for the prompts of a pack`);
  };
  return {
    corpus: { id, language, sha256, origin, text: frozen, endless: false, period: null, notes: [] },
    chars,
    prepared: async () => frozen(),
  };
}
