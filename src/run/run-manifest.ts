import { basename } from 'node:path';
import { configForManifest, type ResolvedConfig } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { hashOf } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Manifest, ModelRecord, RunStatus, TaskRecord } from '../results/manifest.ts';
import { tasks } from '../tasks/tasks.ts';
import { identityChanges } from './cell-identity.ts';
import type { CorpusSource } from './corpus-source.ts';
import type { ModelJob } from './job.ts';
import { gridOf, type OpenModel } from './open-models.ts';
import type { OpenPack } from './pack-reader.ts';
import { identityOf } from './plan-run.ts';

export interface ManifestParts {
  readonly dir: string;
  readonly config: ResolvedConfig;
  readonly models: readonly OpenModel[];
  readonly jobs: readonly ModelJob[];
  readonly source: CorpusSource;
  readonly shard: Manifest['shard'];
  /** The pack whose prompts are asked; null or nothing: they are made from the config. */
  readonly pack?: OpenPack | null;
  readonly toolVersion: string;
  readonly startedAt: string;
}

/** The manifest as it stands now; called again when something was learned and at the end. */
export function manifestOf(parts: ManifestParts, status: RunStatus, finishedAt: string | null): Manifest {
  const { config, models, source } = parts;
  const stored = configForManifest(config);
  return {
    v: 1,
    tool: { name: 'needlescope', version: parts.toolVersion },
    run: basename(parts.dir),
    status,
    startedAt: parts.startedAt,
    finishedAt,
    config: stored,
    configSha256: hashOf(stored),
    seed: config.seed,
    shard: parts.shard,
    lengthBy: config.lengthBy,
    corpus: {
      id: source.corpus.id,
      language: source.corpus.language,
      sha256: source.corpus.sha256,
      chars: source.chars,
      origin: source.corpus.origin,
    },
    models: models.map(modelRecord),
    tasks: config.tasks.map(taskRecord),
    grids: models.flatMap((model) => config.tasks.map((task) => gridOf(model, task.id))),
    plannedCells: parts.jobs.reduce((sum, job) => sum + job.cells.length, 0),
    imported: null,
    identities: identitiesOf(parts),
    ...(parts.pack ? { pack: parts.pack.sha256 } : {}),
  };
}

/** Throws `config_changed` where rows of an earlier run in this folder would no longer be this config's, naming what changed. */
export function checkSameRun(before: Manifest | null, parts: ManifestParts): void {
  if (before === null) return;
  if (before.imported !== null) {
    throw new NeedlescopeError('output_unusable', `${parts.dir} holds an imported run`, {
      hint: 'choose another folder with --out',
    });
  }
  const now = identitiesOf(parts);
  const changes = Object.entries(before.identities ?? {}).flatMap(([name, identity]) => {
    const current = now[name];
    return current === undefined
      ? []
      : identityChanges(identity, current).map((change) => `${name}: ${change}`);
  });
  if (changes.length === 0) return;
  throw new NeedlescopeError(
    'config_changed',
    `the config asks something else than the run in ${parts.dir} did:\n  ${changes.slice(0, 8).join('\n  ')}`,
    { hint: 'change it back to resume that run, or start a new one with --out reports/another-name' },
  );
}

function identitiesOf({
  config,
  models,
  source,
  pack = null,
}: ManifestParts): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    models.flatMap((model) =>
      config.tasks.map((task) => [
        `${model.settings.name} / ${task.id}`,
        identityOf(model, task, { config, source, pack }),
      ]),
    ),
  );
}

function modelRecord(model: OpenModel): ModelRecord {
  const { settings, tokenizer, overhead, facts } = model;
  const adapted = facts.adapted();
  const { name, maker, parameters, simulated, windows, maxTokens, price, note } = settings;
  return {
    name,
    model: settings.model,
    maker,
    parameters,
    endpointHost: settings.endpointHost ?? new URL(model.connection.baseUrl).host,
    simulated,
    windows: { ...windows, served: facts.servedWindow() },
    tokenizer: {
      id: tokenizer.id,
      exact: tokenizer.exact,
      ...(model.scale === null ? {} : { estimate: model.scale.now() }),
    },
    templateOverhead: overhead.known() ? overhead.tokens() : null,
    maxTokens,
    price,
    note,
    ...(adapted.length === 0 ? {} : { adapted }),
  };
}

function taskRecord(task: ResolvedConfig['tasks'][number]): TaskRecord {
  const needle = task.params['needle'];
  const { version, scorer } = tasks[task.name];
  return {
    id: task.id,
    name: task.name,
    version,
    scorer,
    needle: typeof needle === 'string' ? needle : null,
  };
}
