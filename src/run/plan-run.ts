import type { ResolvedConfig, ResolvedTask } from '../config/resolved.ts';
import type { JsonObject } from '../core/json.ts';
import { haystackVersion } from '../haystack/prepare.ts';
import { templateVersion } from '../prompt/template.ts';
import { type ScorerName, scorers } from '../scorers/scorers.ts';
import type { Task } from '../tasks/task.ts';
import { tasks } from '../tasks/tasks.ts';
import type { CallIdentity } from './cell-identity.ts';
import type { CorpusSource } from './corpus-source.ts';
import type { ModelJob } from './job.ts';
import { gridOf, type OpenModel } from './open-models.ts';
import { orderCells } from './order-cells.ts';
import { planCells } from './plan-cells.ts';
import { shardCells } from './shard.ts';

export interface PlanRunOptions {
  readonly config: ResolvedConfig;
  readonly source: CorpusSource;
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** Called when a model's template overhead became known. */
  onOverhead(): void;
}

/** The jobs of a run, one a model, their cells planned and in the order of the calls. No prompt is made yet. */
export function planRun(models: readonly OpenModel[], options: PlanRunOptions): ModelJob[] {
  return models.map((model) => jobOf(model, options));
}

/** The identity of a model's calls on a task: what result keys are made of, beside the cell's place. */
export function identityOf(
  model: OpenModel,
  task: ResolvedTask,
  { config, source }: Pick<PlanRunOptions, 'config' | 'source'>,
): CallIdentity {
  const { settings } = model;
  const { name, api, maxTokens, temperature, stop, extraBody } = settings;
  return {
    model: { name, id: settings.model, api, maxTokens, temperature, stop, extraBody },
    task: { id: task.id, name: task.name, version: tasks[task.name].version, params: task.params },
    prompt: { version: templateVersion, ...config.prompt, salted: settings.order === 'bust' },
    haystack: {
      version: haystackVersion,
      mode: config.haystacks,
      // Where a user's files lie does not matter, only what is in them.
      corpus: source.corpus.origin === 'files' ? 'files' : source.corpus.id,
      sha256: source.corpus.sha256,
      language: source.corpus.language,
      tokenizer: model.tokenizer.id,
      lengthBy: config.lengthBy,
    },
    seed: config.seed,
  } satisfies JsonObject;
}

function jobOf(model: OpenModel, options: PlanRunOptions): ModelJob {
  const { config, source, shard } = options;
  const { settings, overhead, tokenizer } = model;
  const cells = config.tasks.flatMap((task) =>
    planCells(
      {
        identity: identityOf(model, task, options),
        model: settings.name,
        api: settings.api,
        maxTokens: settings.maxTokens,
        overhead,
        task: { id: task.id, name: task.name, params: task.params, row: tasks[task.name] as Task },
        seed: config.seed,
        language: source.corpus.language,
        mode: config.haystacks,
        generated: source.corpus.origin === 'generated',
        salted: settings.order === 'bust',
        prompt: config.prompt,
        corpus: () => source.prepared(tokenizer),
      },
      gridOf(model, task.id),
    ),
  );
  return {
    name: settings.name,
    model: settings.model,
    ...model.connection,
    api: settings.api,
    maxTokens: settings.maxTokens,
    temperature: settings.temperature,
    extraBody: settings.extraBody,
    stop: settings.stop,
    priceUsd: usd(settings.price),
    overheadUnknown: !overhead.known(),
    learnOverhead: (planned, counted) => {
      const before = overhead.known();
      overhead.learn(planned, counted);
      if (!before && overhead.known()) options.onOverhead();
    },
    countsExact: tokenizer.exact && config.lengthBy === 'model',
    scorerOf: (id) => {
      const task = config.tasks.find((candidate) => candidate.id === id);
      if (task === undefined) throw new RangeError(`no task ${id}`);
      const name: ScorerName = tasks[task.name].scorer;
      return { name, scorer: scorers[name] };
    },
    cells: shardCells(orderCells(cells, settings.order, config.seed), shard),
  };
}

/** A price in dollars, or null: other currencies are shown as they are and never added up. */
function usd(price: OpenModel['settings']['price']): ModelJob['priceUsd'] {
  if (price === null || price.currency !== 'USD') return null;
  return { input: price.input, cachedInput: price.cachedInput ?? price.input, output: price.output };
}
