import type { ListedModel } from '../../client/openai-client.ts';
import { type ServerKind, surveyServer } from '../../client/server-facts.ts';
import type { ResolvedConfig, ResolvedModel } from '../../config/resolved.ts';
import { NeedlescopeError } from '../../core/errors.ts';
import { lengthsUpTo } from '../choose-lengths.ts';
import { openCorpus } from '../corpus-source.ts';
import { type Connection, listServedModels, onlyModel } from '../look-ahead.ts';
import { type OpenModel, openModels } from '../open-models.ts';
import { planRun } from '../plan-run.ts';
import { askProbes } from './ask-probes.ts';
import { type Finding, finding, inOrder } from './finding.ts';
import { judgeAnswers } from './judge-answers.ts';
import { judgeCounts } from './judge-counts.ts';
import { judgeServer } from './judge-server.ts';
import type { Observed } from './observed.ts';

/** What came of examining one model behind its endpoint. */
export interface Diagnosis {
  /** The label of the config. */
  readonly name: string;
  /** The id sent; empty where none was found. */
  readonly model: string;
  readonly endpointHost: string | null;
  readonly server: ServerKind | null;
  /** Tokens; null = not known. */
  readonly windows: { readonly claimed: number | null; readonly served: number | null };
  readonly tokenizer: string | null;
  /** Tokens sent while examining, as planned. */
  readonly promptTokens: number;
  readonly findings: readonly Finding[];
}

export interface ExamineOptions {
  readonly config: ResolvedConfig;
  /** What corpus and tokenizer files are relative to, absolute. */
  readonly baseDir: string;
  readonly tokenizerDir: string;
  readonly cacheDir: string | null;
  /** How long one question may take to be answered. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly tell: (message: string) => void;
}

/** Where no length is asked for and no window known. */
const assumedWindow = 8_000;

/**
 * Examines one model: what its endpoint lists and tells, then a few questions. Rejects only for what is no matter of the endpoint, such as
 * a corpus that cannot be read.
 */
export async function examineModel(
  settings: ResolvedModel,
  connection: Connection,
  options: ExamineOptions,
): Promise<Diagnosis> {
  const startedMs = performance.now();
  const { name, endpointHost, apiKeyEnv, windows } = settings;
  const none: Diagnosis = {
    ...{ name, model: settings.model, endpointHost, server: null, tokenizer: null, promptTokens: 0 },
    ...{ windows: { claimed: windows.claimed, served: null }, findings: [] },
  };
  options.tell(`looking at ${endpointHost ?? connection.baseUrl}`);
  const reached = await reach(connection, apiKeyEnv);
  if (!('listed' in reached)) return { ...none, findings: reached.findings };
  const { listed } = reached;
  const found: Finding[] = [
    finding('reach', 'ok', [`${endpointHost} answered in ${Math.round(performance.now() - startedMs)} ms`]),
    keyFinding(connection, apiKeyEnv),
  ];
  let model = settings.model;
  try {
    model = model === '' ? onlyModel(listed, connection.baseUrl).id : model;
  } catch (error) {
    return { ...none, findings: [...found, asFinding('model', error)] };
  }
  const server = await surveyServer({ ...connection, model });
  const window = listed?.find(({ id }) => id === model)?.window ?? server.window;
  const contextLengths = settings.contextLengths ?? lengthsUpTo(window ?? windows.claimed ?? assumedWindow);
  const warnings: string[] = [];
  const config = { ...options.config, models: [{ ...settings, model, contextLengths }] };
  const opened = await openOne(config, { connection, options, warn: (message) => warnings.push(message) });
  if (!('settings' in opened)) {
    const { kind } = server;
    return { ...none, model, server: kind, findings: [...found, opened] };
  }
  try {
    const seen = await observe(opened, { config, options, listed, server, window, warnings });
    const { longest, short, again, middle, talk } = seen;
    const served = longest?.error?.servedWindow ?? seen.window;
    const refusedKey = talk.error?.kind === 'auth' || talk.error?.kind === 'balance';
    const judged = [...judgeServer(seen), ...judgeCounts(seen), ...judgeAnswers(seen)];
    const all = refusedKey
      ? [found[0] as Finding, keyProblem(talk.error.message, apiKeyEnv), ...judged]
      : [...found, ...judged];
    return {
      ...none,
      // As a run calls a model that nobody named.
      name: settings.model === '' ? model : name,
      model,
      server: server.kind,
      windows: { claimed: windows.claimed, served },
      tokenizer: seen.tokenizer.id,
      promptTokens: [short, again, middle, longest].reduce((sum, probe) => sum + (probe?.planned ?? 0), 0),
      findings: inOrder(all),
    };
  } finally {
    await opened.close();
  }
}

/** The list of models, or why it is pointless to go on. */
async function reach(
  connection: Connection,
  apiKeyEnv: string | null,
): Promise<{ readonly listed: readonly ListedModel[] | null } | { readonly findings: readonly Finding[] }> {
  if (apiKeyEnv !== null && connection.apiKey === null) {
    const fix = `export ${apiKeyEnv}=… in this shell`;
    return { findings: [finding('key', 'problem', [`${apiKeyEnv} is not set`, fix])] };
  }
  try {
    return { listed: await listServedModels(connection) };
  } catch (error) {
    if (!(error instanceof NeedlescopeError)) throw error;
    return {
      findings: [
        error.code === 'endpoint_rejected'
          ? keyProblem(error.message, apiKeyEnv)
          : finding('reach', 'problem', [error.message, 'start the server, or correct --base-url']),
      ],
    };
  }
}

function keyFinding({ apiKey }: Connection, apiKeyEnv: string | null): Finding {
  return finding('key', 'ok', [apiKey === null ? 'none sent, none asked for' : `${apiKeyEnv} is taken`]);
}

function keyProblem(message: string, apiKeyEnv: string | null): Finding {
  const fix =
    apiKeyEnv === null
      ? '--api-key-env NAME, the environment variable that holds the key'
      : `put a key that this endpoint takes into ${apiKeyEnv}`;
  return finding('key', 'problem', [message, fix]);
}

function asFinding(check: Finding['check'], error: unknown): Finding {
  if (!(error instanceof NeedlescopeError)) throw error;
  return finding(check, 'problem', [error.message, error.hint ?? null]);
}

/** The model with its tokenizer, or what is wrong with that. */
async function openOne(
  config: ResolvedConfig,
  {
    connection,
    options,
    warn,
  }: {
    readonly connection: Connection;
    readonly options: ExamineOptions;
    readonly warn: (message: string) => void;
  },
): Promise<OpenModel | Finding> {
  const name = config.models[0]?.name ?? '';
  try {
    const opened = await openModels({
      config,
      baseDir: options.tokenizerDir,
      connections: new Map([[name, connection]]),
      before: null,
      warn,
    });
    return opened[0] as OpenModel;
  } catch (error) {
    return asFinding('tokenizer', error);
  }
}

/** Asks the model and gathers all that was seen. */
async function observe(
  opened: OpenModel,
  {
    config,
    options,
    warnings,
    window,
    ...told
  }: Pick<Observed, 'listed' | 'server' | 'window'> & {
    readonly config: ResolvedConfig;
    readonly options: ExamineOptions;
    readonly warnings: readonly string[];
  },
): Promise<Observed> {
  const { settings, tokenizer, overhead } = opened;
  const overheadKnown = overhead.known();
  const longest = Math.max(...opened.contextLengths);
  options.tell(`${settings.name}: preparing texts of up to ${longest} tokens`);
  const source = await openCorpus(config.corpus, {
    seed: config.seed,
    longest,
    mode: config.haystacks,
    baseDir: options.baseDir,
    cacheDir: options.cacheDir,
    signal: options.signal,
  });
  // Before anything is timed: making a text ready takes this process's whole attention.
  await source.prepared(tokenizer);
  const adapted: string[] = [];
  const [job] = planRun([opened], { config, source, shard: null, onLearnt: () => undefined });
  if (job === undefined) throw new RangeError('no job');
  const probes = await askProbes({
    job: { ...job, learnAdapted: (words) => adapted.splice(0, adapted.length, ...words) },
    execution: {
      ...config.execution,
      concurrency: 1,
      maxAttempts: 2,
      timeoutSeconds: Math.min(config.execution.timeoutSeconds, options.timeoutSeconds),
    },
    longest,
    around: overhead.tokens,
    seed: config.seed,
    signal: options.signal,
    tell: (message) => options.tell(`${settings.name}: ${message}`),
  });
  const { model, api, maxTokens, windows } = settings;
  return {
    ...told,
    ...probes,
    patient: { model, api, maxTokens, claimed: windows.claimed, longest },
    window: window ?? opened.facts.servedWindow(),
    tokenizer: { id: tokenizer.id, exact: tokenizer.exact, warning: warnings[0] ?? null },
    overheadKnown,
    cutShare: job.cutShare?.() ?? 0.01,
    adapted,
  };
}
