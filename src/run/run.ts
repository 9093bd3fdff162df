import type { Resolution } from '../config/resolve.ts';
import { openRunFolder } from '../results/writer.ts';
import { openCorpus } from './corpus-source.ts';
import { executeRun } from './execute.ts';
import type { RunEvent, RunSummary } from './job.ts';
import type { Connection } from './look-ahead.ts';
import { openModels } from './open-models.ts';
import { planRun } from './plan-run.ts';
import { checkSameRun, type ManifestParts, manifestOf } from './run-manifest.ts';

export interface RunOptions {
  readonly resolution: Resolution;
  /** By model name, every address known. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** The run's folder, absolute. */
  readonly dir: string;
  /** What corpus files are relative to, absolute. */
  readonly baseDir: string;
  readonly toolVersion: string;
  readonly onEvent: (event: RunEvent) => void;
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Does a run from its settings to its rows: opens the folder, looks at the endpoints, plans, asks, and closes the
 * manifest whatever happened. The same settings in the same folder resume.
 */
export async function runNeedles(options: RunOptions): Promise<RunSummary> {
  const { resolution, dir, onEvent } = options;
  const { config, shard } = resolution;
  const now = options.now ?? Date.now;
  const at = (): string => new Date(now()).toISOString();
  // Every output is open before the first call that costs anything.
  const folder = await openRunFolder(dir);
  try {
    const models = await openModels({
      config,
      connections: options.connections,
      before: folder.manifest,
      warn: (message) => onEvent({ type: 'warning', message }),
    });
    try {
      const longest = Math.max(...models.flatMap((model) => model.contextLengths));
      const source = await openCorpus(config.corpus, {
        seed: config.seed,
        longest,
        mode: config.haystacks,
        baseDir: options.baseDir,
      });
      let parts: ManifestParts | null = null;
      let saving: Promise<void> = Promise.resolve();
      const save = (): void => {
        const current = parts;
        if (current !== null)
          saving = saving.then(() => folder.writeManifest(manifestOf(current, 'started', null)));
      };
      const jobs = planRun(models, { config, source, shard, onOverhead: save });
      const startedAt = folder.manifest?.startedAt ?? at();
      parts = { dir, config, models, jobs, source, shard, toolVersion: options.toolVersion, startedAt };
      checkSameRun(folder.manifest, parts);
      await folder.writeManifest(manifestOf(parts, 'started', null));
      let status: 'finished' | 'aborted' = 'aborted';
      try {
        const summary = await executeRun({
          jobs,
          execution: config.execution,
          budget: config.budget,
          folder,
          seed: config.seed,
          onEvent,
          stop: options.stop,
          abort: options.abort,
          now,
        });
        if (summary.ended === 'complete') status = 'finished';
        return summary;
      } finally {
        await saving;
        await folder.writeManifest(manifestOf(parts, status, at()));
      }
    } finally {
      await Promise.all(models.map((model) => model.close()));
    }
  } finally {
    await folder.close();
  }
}
