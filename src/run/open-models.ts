import { surveyServer } from '../client/server-facts.ts';
import type { ResolvedConfig, ResolvedModel } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { corpusLanguage } from '../corpus/load-corpus.ts';
import { knownAnswerOwner } from '../models/known-answer.ts';
import { findPreset } from '../models/presets.ts';
import { findProvider } from '../models/providers.ts';
import { chatMessages } from '../prompt/template.ts';
import type { Grid, Manifest, ModelRecord } from '../results/manifest.ts';
import { type LearningScale, learningScale } from '../tokenizer/calibration.ts';
import { loadTiktoken, tiktokenEncodings } from '../tokenizer/tiktoken.ts';
import { lengthsUpTo } from './choose-lengths.ts';
import { windowFix } from './doctor/window-fix.ts';
import { type EndpointFacts, endpointFacts } from './endpoint-facts.ts';
import type { RunEvent } from './job.ts';
import { type Connection, listServedModels, onlyModel, servedWarnings } from './look-ahead.ts';
import { type ResolvedTokenizer, resolveTokenizer, type TokenizerRequest } from './resolve-tokenizer.ts';
import { type TemplateOverhead, templateOverhead } from './template-overhead.ts';
import type { TokenizerCaches } from './tokenizer-caches.ts';

/** A model whose endpoint has been looked at: all that planning needs, before any question is asked. */
export interface OpenModel {
  readonly settings: ResolvedModel;
  readonly connection: Connection;
  /** What prompts are counted with; another than the model's own under `lengthBy: <encoding>`. */
  readonly tokenizer: Tokenizer;
  readonly overhead: TemplateOverhead;
  /** Where tokens are estimates that the endpoint's own counts make better; null: they are counted, or nothing can be learnt. */
  readonly scale: LearningScale | null;
  /** What is found out of its endpoint, its window first of all. */
  readonly facts: EndpointFacts;
  readonly contextLengths: readonly number[];
  close(): Promise<void>;
}

export interface OpenModelsOptions {
  readonly config: ResolvedConfig;
  /** What tokenizer files are relative to, absolute. */
  readonly baseDir: string;
  readonly connections: ReadonlyMap<string, Connection>;
  /** The run's earlier manifest: an overhead that was learned once is known. */
  readonly before: Manifest | null;
  /** What counted the prompts where they exist already: no tokenizer is looked for. */
  readonly counted?: ResolvedTokenizer | null;
  /** Where other programs keep tokenizers, for `auto` and the names of families; nothing: nowhere is looked. */
  readonly tokenizerCaches?: TokenizerCaches | undefined;
  warn(message: string): void;
  tell?(event: RunEvent): void;
}

/** Looks at every endpoint of a run: model list, window, tokenizer, template overhead. Asks no model anything. */
export async function openModels(options: OpenModelsOptions): Promise<OpenModel[]> {
  const opened: OpenModel[] = [];
  const lists = new Map<string, ReturnType<typeof listServedModels>>();
  try {
    for (const settings of options.config.models) {
      const connection = options.connections.get(settings.name);
      if (connection === undefined) throw new RangeError(`no connection for ${settings.name}`);
      const listed = lists.get(connection.baseUrl) ?? listServedModels(connection);
      lists.set(connection.baseUrl, listed);
      opened.push(await openModel(settings, connection, await listed, options));
    }
    return opened;
  } catch (error) {
    await Promise.all(opened.map((model) => model.close()));
    throw error;
  }
}

async function openModel(
  asked: ResolvedModel,
  connection: Connection,
  served: Awaited<ReturnType<typeof listServedModels>>,
  { config, baseDir, before, counted = null, tokenizerCaches, warn, tell }: OpenModelsOptions,
): Promise<OpenModel> {
  const named = asked.model === '' ? { ...asked, model: onlyModel(served, connection.baseUrl).id } : asked;
  const listed =
    served?.find(({ id }) => id === named.model) ?? (served?.length === 1 ? served[0] : undefined);
  // Whatever id it answers to: no result of the known-answer endpoint passes for a maker's model.
  const settings = listed?.ownedBy === knownAnswerOwner ? { ...named, simulated: true } : named;
  const learnt = before?.models.find(({ name, model }) => name === settings.name && model === settings.model);
  const look: TokenizerRequest = {
    spec: settings.tokenizer,
    baseDir,
    model: settings.model,
    ...connection,
    timeoutSeconds: 60,
    messages: settings.api === 'chat' ? chatMessages(config.prompt.system, 'Hello.') : null,
    probe: {
      api: settings.api,
      extraBody: settings.extraBody,
      system: settings.api === 'chat' ? config.prompt.system : null,
      language: corpusLanguage(config.corpus),
    },
    preset: settings.preset === null ? undefined : findPreset(settings.preset),
    caches: tokenizerCaches,
    serverCounts: settings.provider === null || findProvider(settings.provider)?.apiKeyEnv === null,
    earlierId: learnt?.tokenizer?.id ?? null,
    learnt: learntEstimate(learnt),
  };
  const resolved = counted ?? (await resolveTokenizer(look));
  const { chosen } = resolved;
  if (chosen !== null && settings.tokenizer !== 'server') {
    tell?.({ type: 'tokenizer', model: settings.name, tokenizer: resolved.tokenizer.id, message: chosen });
  }
  if (resolved.warning !== null) warn(resolved.warning);
  const toldWindow = listed?.window ?? resolved.window;
  const asksFor = Math.max(0, ...(settings.contextLengths ?? []));
  // Its own routes are looked at where they may tell what the list does not, or how a window that is too small is changed.
  const server =
    toldWindow === null || toldWindow < asksFor
      ? await surveyServer({ ...connection, model: settings.model })
      : null;
  const servedWindow = toldWindow ?? server?.window ?? null;
  const contextLengths = settings.contextLengths ?? chosenLengths(settings, servedWindow);
  const longest = Math.max(...contextLengths);
  for (const message of servedWarnings({
    name: settings.name,
    model: settings.model,
    served,
    window: servedWindow,
    longest,
    fix: windowFix({
      kind: server?.kind ?? null,
      model: settings.model,
      tokens: longest,
      slots: server?.slots ?? null,
    }),
  })) {
    warn(message);
  }
  const byModel = config.lengthBy === 'model' || counted !== null;
  const tokenizer = byModel ? resolved.tokenizer : await encodingNamed(config.lengthBy);
  const known =
    counted?.templateOverhead ??
    settings.templateOverhead ??
    resolved.templateOverhead ??
    learnt?.templateOverhead ??
    null;
  const calibration = config.lengthBy === 'model' ? resolved.calibration : null;
  return {
    settings,
    connection,
    tokenizer,
    // An estimate is off by more than any template adds: nothing can be learned from the difference.
    overhead: templateOverhead(known ?? (tokenizer.exact && config.lengthBy === 'model' ? null : 8)),
    scale: calibration === null ? null : learningScale(calibration),
    facts: endpointFacts({
      servedWindow: servedWindow ?? learnt?.windows.served ?? null,
      adapted: learnt?.adapted ?? [],
    }),
    contextLengths,
    close: resolved.close,
  };
}

/** The estimate that an earlier command of this run had come to. */
function learntEstimate(record: ModelRecord | undefined): NonNullable<TokenizerRequest['learnt']> | null {
  const estimate = record?.tokenizer?.estimate;
  return estimate === undefined ? null : { ...estimate, overhead: record?.templateOverhead ?? null };
}

/** Lengths that nobody asked for: up to what is served, else up to what is claimed. */
export function chosenLengths(settings: ResolvedModel, servedWindow: number | null): number[] {
  const window = servedWindow ?? settings.windows.claimed;
  if (window !== null) return lengthsUpTo(window);
  throw new NeedlescopeError(
    'usage',
    `${settings.name}: expected context lengths, since the endpoint does not tell its window`,
    { hint: '--lengths 1k,2k,4k,8k, or contextLengths in the config' },
  );
}

/** The encoding that `lengthBy` names; throws `config_invalid`. */
export async function encodingNamed(name: string): Promise<Tokenizer> {
  const encoding = tiktokenEncodings.find((known) => known === name);
  if (encoding !== undefined) return loadTiktoken(encoding);
  throw new NeedlescopeError(
    'config_invalid',
    `lengthBy: expected model or an encoding (${tiktokenEncodings.join(', ')}), got ${name}`,
    { hint: 'lengthBy: o200k_base' },
  );
}

/** The grid of a model and task. */
export function gridOf(model: OpenModel, task: string): Grid {
  return {
    model: model.settings.name,
    task,
    contextLengths: model.contextLengths,
    depths: model.settings.depths,
    trials: model.settings.trials,
  };
}
