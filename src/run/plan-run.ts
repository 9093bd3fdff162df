import type { ResolvedConfig, ResolvedTask } from '../config/resolved.ts';
import type { JsonObject } from '../core/json.ts';
import { haystackVersion } from '../haystack/prepare.ts';
import { templateVersions } from '../prompt/template.ts';
import type { Task } from '../tasks/task.ts';
import { tasks } from '../tasks/tasks.ts';
import type { LearnedEvent } from './call-event.ts';
import { buildCanary, controlLength } from './canary-prompt.ts';
import type { CallIdentity } from './cell-identity.ts';
import type { CorpusSource } from './corpus-source.ts';
import { priceOf } from './cost.ts';
import type { ModelJob, PlannedCell } from './job.ts';
import { gridOf, type OpenModel } from './open-models.ts';
import { orderCells } from './order-cells.ts';
import type { OpenPack } from './pack-reader.ts';
import { countsAlike, packCells, packIdentity } from './pack-run.ts';
import { planCells } from './plan-cells.ts';
import { sharedTextOf } from './prefix-cache.ts';
import { shardCells } from './shard.ts';
import { taskScorer } from './task-scorer.ts';

export interface PlanRunOptions {
  readonly config: ResolvedConfig;
  readonly source: CorpusSource;
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** Prompts that exist already, in place of those the config would make. */
  readonly pack?: OpenPack | null;
  /** Called when something of a model became known that the manifest holds. */
  onLearnt(): void;
  /** Told what answers teach about a model's tokens. */
  tell?(learned: LearnedEvent): void;
}

/** The jobs of a run, one a model, their cells planned and in the order of the calls. No prompt is made yet. */
export function planRun(models: readonly OpenModel[], options: PlanRunOptions): ModelJob[] {
  return models.map((model) => jobOf(model, options));
}

/** The identity of a model's calls on a task: what result keys are made of, beside the cell's place. */
export function identityOf(
  model: OpenModel,
  task: ResolvedTask,
  { config, source, pack = null }: Pick<PlanRunOptions, 'config' | 'source' | 'pack'>,
): CallIdentity {
  const { settings } = model;
  const { name, api, maxTokens, temperature, stop, extraBody } = settings;
  const identity = {
    model: { name, id: settings.model, api, maxTokens, temperature, stop, extraBody },
    task: { id: task.id, name: task.name, version: tasks[task.name].version, params: task.params },
    prompt: { version: templateVersions[settings.api], ...config.prompt, salted: settings.order === 'bust' },
    haystack: {
      version: haystackVersion,
      mode: config.haystacks,
      // Where a user's files lie does not matter, only what is in them.
      corpus: source.corpus.origin === 'files' ? 'files' : source.corpus.id,
      sha256: source.corpus.sha256,
      // A repeated text has other room to begin in than the same text as it is.
      ...(source.corpus.period === null ? {} : { repeated: true }),
      language: source.corpus.language,
      tokenizer: model.tokenizer.id,
      lengthBy: config.lengthBy,
    },
    seed: config.seed,
  } satisfies JsonObject;
  return pack === null ? identity : packIdentity(pack, task.id, identity.model);
}

function jobOf(model: OpenModel, options: PlanRunOptions): ModelJob {
  const { config, source, shard, pack = null } = options;
  const { settings, overhead, tokenizer } = model;
  const planner = {
    model: settings.name,
    api: settings.api,
    maxTokens: settings.maxTokens,
    overhead,
    scale: model.scale,
    seed: config.seed,
    language: source.corpus.language,
    mode: config.haystacks,
    endless: source.corpus.endless,
    salted: settings.order === 'bust',
    prompt: config.prompt,
    corpus: () => source.prepared(tokenizer),
  };
  const taskOf = (id: string): ResolvedTask => {
    const task = config.tasks.find((candidate) => candidate.id === id);
    if (task === undefined) throw new RangeError(`no task ${id}`);
    return task;
  };
  const planned = (): PlannedCell[] =>
    config.tasks.flatMap((task) =>
      planCells(
        {
          ...planner,
          identity: identityOf(model, task, options),
          task: { id: task.id, name: task.name, params: task.params, row: tasks[task.name] as Task },
        },
        gridOf(model, task.id),
      ),
    );
  const cells =
    pack === null
      ? planned()
      : packCells(pack, settings.name, (id) => identityOf(model, taskOf(id), options));
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
    price: priceOf(settings.price),
    sharedText: sharedTextOf(config, settings.order),
    overheadUnknown: !overhead.known(),
    // A tokenizer that tells the bytes of its tokens runs here, and asks no server.
    layoutState: () =>
      pack === null && tokenizer.tokenBytes !== undefined
        ? JSON.stringify([overhead.tokens(), model.scale?.now() ?? null])
        : null,
    learnCount: ({ promptTokens, tokenEstimate }, counted) => {
      const before = overhead.known();
      overhead.learn(promptTokens, counted);
      const { name } = settings;
      if (!before && overhead.known()) {
        options.onLearnt();
        options.tell?.({ type: 'learned', model: name, what: 'overhead', tokens: overhead.tokens() });
      }
      if (model.scale === null || tokenEstimate === undefined) return;
      const base = Math.round((promptTokens - overhead.tokens()) / tokenEstimate.scale);
      const { scale } = model.scale.now();
      model.scale.learn({ base, counted: counted - overhead.tokens() });
      const now = model.scale.now();
      if (Math.abs(now.scale / scale - 1) > toldShare)
        options.tell?.({ type: 'learned', model: name, what: 'scale', ...now });
    },
    learnWindow: (tokens) => {
      if (model.facts.learnWindow(tokens)) options.onLearnt();
    },
    learnAdapted: (words) => {
      if (model.facts.learnAdapted(words)) options.onLearnt();
    },
    // A pack has no text to make canaries of.
    ...(pack === null
      ? { canaries: { controlLength: controlLength(planner), build: (place) => buildCanary(planner, place) } }
      : {}),
    // A foreign tokenizer counts up to a half more than the model's own: only a cut beyond that can be told from it.
    cutShare: () => {
      if (pack !== null) {
        const { model: id, tokenizer: counter } = settings;
        return countsAlike(pack, { id, tokenizer: counter }) ? exactShare : foreignShare;
      }
      if (model.scale !== null) return exactShare + 2 * model.scale.now().error;
      return tokenizer.exact && config.lengthBy === 'model' ? exactShare : foreignShare;
    },
    scorerOf: (id) => taskScorer(config.tasks, id),
    cells: shardCells(orderCells(cells, settings.order, config.seed), shard),
  };
}

/** The share of a prompt that must be missing before it counts as cut by the server. */
const exactShare = 0.01;
const foreignShare = 0.4;

/** A scale moves a little with every answer; by less than this nobody needs to know. */
const toldShare = 0.005;

/** A price in dollars, or null: other currencies are shown as they are and never added up. */
function usd(price: OpenModel['settings']['price']): ModelJob['priceUsd'] {
  return price?.currency === 'USD' ? priceOf(price) : null;
}
