import type { Resolution } from '../config/resolve.ts';
import { openRunFolder, type RunFolder } from '../results/writer.ts';
import { type CorpusSource, openCorpus } from './corpus-source.ts';
import { examineDisk } from './doctor/disk.ts';
import { executeRun } from './execute.ts';
import type { ModelJob, RunEvent, RunSummary } from './job.ts';
import type { Connection } from './look-ahead.ts';
import { type OpenModel, openModels } from './open-models.ts';
import type { OpenPack } from './pack-reader.ts';
import { packSource, packTokenizer } from './pack-run.ts';
import { planRun } from './plan-run.ts';
import { checkSameRun, type ManifestParts, manifestOf } from './run-manifest.ts';
import { isFinished } from './tally.ts';
import type { TokenizerCaches } from './tokenizer-caches.ts';

export interface RunOptions {
  readonly resolution: Resolution;
  /** By model name, every address known. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** The run's folder, absolute. */
  readonly dir: string;
  /** What corpus files are relative to, absolute. */
  readonly baseDir: string;
  /** What tokenizer files are relative to, absolute. @default baseDir */
  readonly tokenizerDir?: string;
  /** Where downloads and prepared corpora are kept; null or nothing keeps none. */
  readonly cacheDir?: string | null;
  /** Where other programs keep tokenizers, for `auto` and the names of families; nothing: nowhere is looked. */
  readonly tokenizerCaches?: TokenizerCaches;
  readonly toolVersion: string;
  /** Frozen prompts to ask; the resolution is already theirs (`withPack`). */
  readonly pack?: OpenPack | null;
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
  const { resolution, dir, onEvent, pack = null } = options;
  const { config, shard } = resolution;
  const now = options.now ?? Date.now;
  const at = (): string => new Date(now()).toISOString();
  // Every output is open before the first call that costs anything.
  const folder = await openRunFolder(dir);
  if (folder.tornBytes > 0) onEvent({ type: 'warning', message: tornMessage(folder) });
  try {
    const models = await openModels({
      config,
      baseDir: options.tokenizerDir ?? options.baseDir,
      connections: options.connections,
      before: folder.manifest,
      counted: pack === null ? null : packTokenizer(pack),
      tokenizerCaches: options.tokenizerCaches,
      warn: (message) => onEvent({ type: 'warning', message }),
      tell: onEvent,
    });
    try {
      const longest = Math.max(...models.flatMap((model) => model.contextLengths));
      const source = pack === null ? await openRunCorpus(options, longest) : packSource(pack);
      let parts: ManifestParts | null = null;
      const save = (): void => {
        // A disk that cannot take it is told by the next row; what was learnt is written again at the end.
        if (parts !== null) folder.writeManifest(manifestOf(parts, 'started', null)).catch(() => undefined);
      };
      const jobs = planRun(models, { config, source, shard, pack, onLearnt: save, tell: onEvent });
      const startedAt = folder.manifest?.startedAt ?? at();
      const { toolVersion } = options;
      parts = { dir, config, models, jobs, source, shard, pack, toolVersion, startedAt };
      checkSameRun(folder.manifest, parts);
      const disk = await examineDisk(
        dir,
        jobs.reduce((sum, { cells }) => sum + cells.length, 0),
      );
      if (disk.severity !== 'ok') onEvent({ type: 'warning', message: `${disk.message}; ${disk.fix}` });
      await folder.writeManifest(manifestOf(parts, 'started', null));
      try {
        if (pack === null)
          await prepareCorpora(models, { jobs, source, folder, onEvent, stop: options.stop });
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
        const status = summary.ended === 'complete' ? 'finished' : 'aborted';
        await folder.writeManifest(manifestOf(parts, status, at()));
        return summary;
      } catch (error) {
        // A full disk may refuse this too; what comes first is what the user must know.
        await folder.writeManifest(manifestOf(parts, 'aborted', at())).catch(() => undefined);
        throw error;
      }
    } finally {
      await Promise.all(models.map((model) => model.close()));
    }
  } finally {
    await folder.close();
  }
}

async function openRunCorpus(options: RunOptions, longest: number): Promise<CorpusSource> {
  const { config } = options.resolution;
  const { onEvent } = options;
  return openCorpus(config.corpus, {
    seed: config.seed,
    longest,
    mode: config.haystacks,
    baseDir: options.baseDir,
    cacheDir: options.cacheDir ?? null,
    onProgress: (progress) => onEvent({ type: 'corpus', ...progress }),
    warn: (message) => onEvent({ type: 'warning', message }),
    signal: AbortSignal.any([options.stop, options.abort]),
  });
}

/** Tokenises what the cells still to ask are made of: a corpus that is too short is told before any call. */
async function prepareCorpora(
  models: readonly OpenModel[],
  run: {
    readonly jobs: readonly ModelJob[];
    readonly source: CorpusSource;
    readonly folder: Pick<RunFolder, 'existing'>;
    readonly onEvent: (event: RunEvent) => void;
    readonly stop: AbortSignal;
  },
): Promise<void> {
  for (const [i, job] of run.jobs.entries()) {
    const model = models[i];
    if (run.stop.aborted) return;
    if (model === undefined || job.cells.every(({ key }) => isFinished(run.folder.existing.get(key))))
      continue;
    run.onEvent({ type: 'preparing', model: job.name, tokenizer: model.tokenizer.id });
    await run.source.prepared(model.tokenizer);
  }
}

function tornMessage({ dir, tornBytes }: Pick<RunFolder, 'dir' | 'tornBytes'>): string {
  return `${dir}: the last row was torn off after ${tornBytes} bytes, as a kill leaves it; its cell is asked again`;
}
