import { join } from 'node:path';
import type { Connection } from '../config/connections.ts';
import type { Resolution } from '../config/resolve.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { randomStream } from '../core/random.ts';
import type { RunData } from '../results/run-data.ts';

/** Cells to ask again: one model and task at some of its lengths. */
export interface FreshTrials {
  readonly model: string;
  readonly task: string;
  readonly contextLengths: readonly number[];
  /** How the candidate is reached. */
  readonly connection: Connection;
  /** What corpus and tokenizer files are relative to. */
  readonly baseDir: string;
}

/**
 * The settings of a run that asks part of `candidate` again with fresh trials: all as it was but for the seed, and so the texts and
 * needles, in a folder below the candidate's. The same call resumes it. Throws `usage` for an imported run, which nobody can ask again.
 */
export function freshTrials(candidate: RunData, fresh: FreshTrials): Resolution {
  const { manifest, dir } = candidate;
  if (manifest.imported !== null) {
    throw new NeedlescopeError('usage', `${dir} was imported: there is nothing to ask again`, {
      hint: 'leave --confirm out',
    });
  }
  // Written by `configForManifest` from a resolved config, and by nothing else.
  const config = manifest.config as unknown as ResolvedConfig;
  const model = config.models.find(({ name }) => name === fresh.model);
  const task = config.tasks.find(({ id }) => id === fresh.task);
  if (model === undefined || task === undefined) {
    throw new NeedlescopeError(
      'results_unusable',
      `${dir}: expected ${fresh.model} on ${fresh.task} in its config`,
      {
        hint: 'restore manifest.json, or leave --confirm out',
      },
    );
  }
  const folder = [fresh.model, fresh.task].map(encodeURIComponent).join('@');
  return {
    config: {
      ...config,
      models: [{ ...model, contextLengths: fresh.contextLengths }],
      tasks: [task],
      // A stream of its own, so that no other run's seed is met by counting up.
      seed: randomStream(config.seed, 'confirm').below(2 ** 31),
      thresholds: [],
      output: join(dir, 'confirm', folder),
    },
    connections: new Map([[fresh.model, fresh.connection]]),
    origins: {},
    baseDir: fresh.baseDir,
    tokenizerDir: fresh.baseDir,
    shard: null,
  };
}
