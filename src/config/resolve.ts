import type { PriceTable } from '../models/prices.ts';
import { chooseCorpus } from './choose-corpus.ts';
import { chooseModels } from './choose-models.ts';
import { chooseTasks } from './choose-tasks.ts';
import type { Connection, Environment } from './connections.ts';
import { configError, type Problem } from './explain.ts';
import { type Flags, type FlagValues, readFlags, type Shard, shardOfCi } from './flags.ts';
import { createDecider, type Decider, type Origins } from './layers.ts';
import type { ConfigFile } from './parse-config.ts';
import { type ModelOutcome, resolveModel } from './resolve-model.ts';
import type { ResolvedConfig } from './resolved.ts';
import type { FileConfig } from './schema.ts';

export interface ResolveRequest {
  readonly file: ConfigFile | null;
  readonly flags: Flags;
  readonly env: Environment;
  /** Prices of the file of `--prices`. @default null */
  readonly prices?: PriceTable | null;
  /** Nothing will be called, as in `plan`: models may lack an address, and keys need not be set. @default false */
  readonly offline?: boolean;
}

export interface Resolution {
  readonly config: ResolvedConfig;
  /** By model name. A Map, so that turning a resolution into JSON never writes a secret. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** Where each setting came from, by path: `trials`, `execution.concurrency`, `models[0].windows.claimed`. */
  readonly origins: Origins;
  /** What corpus files are relative to: the config's folder, or `.` where a flag named them. */
  readonly baseDir: string;
  /** What tokenizer files are relative to, by the same rule. */
  readonly tokenizerDir: string;
  readonly shard: Shard | null;
}

/**
 * A run's settings by defaults < preset < file < flags. Throws `config_invalid`, `env_missing`, `unknown_name` or
 * `usage`, pointing at file and line where the file is at fault; all problems of the models are told at once.
 */
export function resolveConfig(request: ResolveRequest): Resolution {
  const { env, offline = false, prices = null } = request;
  const source = request.file;
  const file = source?.value ?? null;
  const flags = readFlags(request.flags);
  const decide = createDecider();

  const { chosen, problem } = chooseModels(file, flags);
  if (problem !== null) throw configError([problem], { source });
  const outcomes = chosen.map((each, position) =>
    resolveModel({ chosen: each, position, file, flags, env, prices, offline, decide }),
  );
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  const code = problems[0]?.code;
  if (code !== undefined) throw configError(problems, { source, code });
  const repeated = repeatedNames(outcomes, chosen);
  if (repeated.length > 0) throw configError(repeated, { source });

  const tasks = chooseTasks(file, flags, decide);
  const corpus = chooseCorpus(file, flags, decide);
  const models = outcomes.map((outcome) => outcome.model);
  const stem = source === null ? models.map((model) => model.name).join('+') : stemOf(source.path);
  const config: ResolvedConfig = {
    version: 1,
    models,
    tasks,
    lengthBy: decide('lengthBy', { file: file?.lengthBy, fallback: 'model' }),
    trials: decide('trials', { flag: flags.trials, file: file?.trials, fallback: 3 }),
    corpus,
    haystacks: decide('haystacks', { file: file?.haystacks, fallback: 'fresh' }),
    strategy: decide('strategy', { file: file?.strategy, fallback: 'grid' }),
    ...decideBlocks(file, flags, decide),
    seed: decide('seed', { flag: flags.seed, file: file?.seed, fallback: 7 }),
    thresholds: decide('thresholds', { file: file?.thresholds, fallback: [] }),
    output: decide('output', { flag: flags.output, file: file?.output, fallback: `reports/${slug(stem)}` }),
  };
  return {
    config,
    connections: new Map(outcomes.map(({ model, connection }) => [model.name, connection])),
    origins: decide.origins,
    baseDir: flags.corpus === undefined && source !== null ? source.dir : '.',
    tokenizerDir: flags.tokenizer === undefined && source !== null ? source.dir : '.',
    shard: flags.shard ?? shardOfCi(env),
  };
}

function decideBlocks(
  file: FileConfig | null,
  flags: FlagValues,
  decide: Decider,
): Pick<ResolvedConfig, 'prompt' | 'execution' | 'budget'> {
  const { prompt, execution, budget } = file ?? {};
  return {
    prompt: {
      system: decide('prompt.system', { file: prompt?.system, fallback: null }),
      questionPosition: decide('prompt.questionPosition', {
        file: prompt?.questionPosition,
        fallback: 'after',
      }),
    },
    execution: {
      concurrency: decide('execution.concurrency', {
        flag: flags.concurrency,
        file: execution?.concurrency,
        fallback: 4,
      }),
      requestsPerMinute: decide('execution.requestsPerMinute', {
        flag: flags.requestsPerMinute,
        file: execution?.requestsPerMinute,
        fallback: null,
      }),
      tokensPerMinute: decide('execution.tokensPerMinute', {
        flag: flags.tokensPerMinute,
        file: execution?.tokensPerMinute,
        fallback: null,
      }),
      timeoutSeconds: decide('execution.timeoutSeconds', { file: execution?.timeoutSeconds, fallback: 600 }),
      maxAttempts: decide('execution.maxAttempts', { file: execution?.maxAttempts, fallback: 6 }),
      stream: decide('execution.stream', { file: execution?.stream, fallback: true }),
    },
    budget: {
      cost: decide('budget.cost', { flag: flags.cost, file: budget?.cost, fallback: null }),
      promptTokens: decide('budget.promptTokens', { file: budget?.promptTokens, fallback: null }),
      minutes: decide('budget.minutes', { flag: flags.minutes, file: budget?.minutes, fallback: null }),
    },
  };
}

function repeatedNames(
  outcomes: readonly ModelOutcome[],
  chosen: readonly { readonly index: number }[],
): readonly Problem[] {
  const names = outcomes.map((outcome) => outcome.model.name);
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [
          {
            path: ['models', chosen[i]?.index ?? i, 'name'],
            text: `expected a name of its own for each model, got ${JSON.stringify(name)} twice`,
          },
        ],
  );
}

function stemOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? '').replace(/\.ya?ml$/i, '');
}

/** A folder name from any label: letters, digits, dots and dashes. */
function slug(text: string): string {
  const plain = text
    .replace(/[^\p{L}\p{N}._+-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return plain === '' ? 'run' : plain;
}
