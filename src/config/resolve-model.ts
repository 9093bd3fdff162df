import type { JsonObject } from '../core/json.ts';
import { nearest } from '../core/nearest.ts';
import { isSimulated } from '../models/known-answer.ts';
import { findPreset, presetNames } from '../models/presets.ts';
import type { PriceTable } from '../models/prices.ts';
import { findProvider, providers } from '../models/providers.ts';
import type { ChosenModel } from './choose-models.ts';
import { broughtBody, joinedBody, keyOf, presetId, providerOf, thinkingBody } from './choose-provider.ts';
import { type Connection, connect, type Environment, hostOf } from './connections.ts';
import type { Problem } from './explain.ts';
import type { FlagValues } from './flags.ts';
import { defaultDepths } from './grid.ts';
import type { Decider } from './layers.ts';
import type { Api, ResolvedModel } from './resolved.ts';
import type { FileConfig } from './schema.ts';

export interface ModelRequest {
  readonly chosen: ChosenModel;
  /** Its place among the run's models, for origins. */
  readonly position: number;
  readonly file: FileConfig | null;
  readonly flags: FlagValues;
  readonly env: Environment;
  /** Prices of a file, which stand over those of the model table. */
  readonly prices: PriceTable | null;
  /** Nothing will be called: addresses and keys may be absent. */
  readonly offline: boolean;
  readonly decide: Decider;
}

interface ModelProblem extends Problem {
  readonly code: 'config_invalid' | 'env_missing' | 'unknown_name';
}

export interface ModelOutcome {
  readonly model: ResolvedModel;
  readonly connection: Connection;
  readonly problems: readonly ModelProblem[];
}

/** Where a base model has answered: it would go on with another paragraph, question or text of its own. Requests take four. */
const completionStops = ['\n\n', '\nQuestion:', '\n问题：', '\n<'];

/** One model with every setting decided, and its connection; problems instead of throwing, so that all are told at once. */
export function resolveModel(request: ModelRequest): ModelOutcome {
  const { chosen, file, flags, decide } = request;
  const { entry } = chosen;
  const at = ['models', chosen.index];
  const problems: ModelProblem[] = [];
  const setting = (name: string): string => `models[${request.position}].${name}`;

  const sentId = chosen.flags.model ?? entry.model;
  const ownRow = sentId !== undefined && isSimulated(sentId) && findPreset(sentId) ? sentId : null;
  const presetName = decide(setting('preset'), {
    flag: chosen.flags.preset,
    file: entry.preset,
    fallback: ownRow,
  });
  const preset = presetName === null ? undefined : findPreset(presetName);
  if (presetName !== null && preset === undefined) {
    problems.push(
      unknown({ path: [...at, 'preset'], what: 'a model preset', name: presetName }, presetNames()),
    );
  }
  const providerName = decide(setting('provider'), {
    flag: flags.provider,
    file: entry.provider,
    preset: providerOf(flags.baseUrl ?? entry.baseUrl),
    fallback: null,
  });
  const provider = providerName === null ? undefined : findProvider(providerName);
  if (providerName !== null && provider === undefined) {
    const names = Object.keys(providers);
    problems.push(unknown({ path: [...at, 'provider'], what: 'a provider', name: providerName }, names));
  }

  const model = decide(setting('model'), {
    flag: chosen.flags.model,
    file: entry.model,
    preset: presetId(preset, providerName),
    fallback: '',
  });
  const simulated = isSimulated(model) || preset?.simulated === true;
  const apiKeyEnv = decide(setting('apiKeyEnv'), {
    flag: flags.apiKeyEnv,
    file: entry.apiKeyEnv,
    preset: keyOf(provider, {
      named: (flags.provider ?? entry.provider) !== undefined,
      headers: entry.headers ?? {},
      env: request.env,
    }),
    fallback: null,
  });
  const { connection, problems: connecting } = connect(
    {
      path: at,
      baseUrl: decide(setting('endpointHost'), {
        flag: flags.baseUrl,
        file: entry.baseUrl,
        preset: provider?.baseUrl,
        fallback: null,
      }),
      apiKeyEnv,
      headers: entry.headers ?? {},
      tokensField: provider?.tokensField ?? null,
      optional: { baseUrl: request.offline || simulated, apiKey: request.offline },
    },
    request.env,
  );
  for (const { path, text, environment } of connecting) {
    problems.push({ path, text, code: environment ? 'env_missing' : 'config_invalid' });
  }

  const published = flags.publishedGrid ? (preset?.publishedGrid ?? null) : undefined;
  if (published === null) {
    const charted = presetNames().filter((name) => findPreset(name)?.publishedGrid);
    const text = `expected a preset whose maker published a chart (${charted.join(', ')}) for --lengths published`;
    problems.push({ path: [...at, 'preset'], text, code: 'config_invalid' });
  }
  const endpointHost = hostOf(connection.baseUrl);
  const api = decide<Api>(setting('api'), { flag: flags.api, file: entry.api, fallback: 'chat' });
  const price = decide(setting('price'), {
    file: entry.price,
    preset: request.prices?.find(model, providerName) ?? preset?.price,
    fallback: null,
  });
  const thinking = entry.thinking === undefined ? {} : thinkingBody(entry.thinking, preset, provider);
  if (thinking === null) {
    const text =
      'expected a provider or preset with a switch for thinking (extraBody takes any field), got none that is known';
    problems.push({ path: [...at, 'thinking'], text, code: 'config_invalid' });
  }
  const resolved: ResolvedModel = {
    name: decide(setting('name'), {
      file: entry.name,
      // A server that is asked which model it has is known by its address until it answers.
      fallback: presetName ?? (model === '' ? (endpointHost ?? 'model') : model),
    }),
    model,
    preset: presetName,
    provider: providerName,
    endpointHost,
    apiKeyEnv,
    maker: preset?.maker ?? null,
    parameters: preset?.parameters ?? null,
    simulated,
    note: preset?.note ?? null,
    windows: {
      claimed: decide(setting('windows.claimed'), {
        file: entry.contextWindow,
        preset: preset?.windows.documented,
        fallback: null,
      }),
      config: preset?.windows.config ?? null,
      documented: preset?.windows.documented ?? null,
    },
    tokenizer: decide(setting('tokenizer'), {
      flag: flags.tokenizer,
      file: entry.tokenizer,
      preset: preset?.tokenizer,
      fallback: 'auto',
    }),
    templateOverhead: decide(setting('templateOverhead'), {
      file: entry.templateOverhead,
      // What a row knows is its chat template's; the known-answer endpoint puts nothing around a text.
      preset: api === 'chat' ? preset?.templateOverhead : preset?.simulated === true ? 0 : undefined,
      fallback: null,
    }),
    api,
    maxTokens: decide(setting('maxTokens'), { file: entry.maxTokens, fallback: 128 }),
    temperature: decide(setting('temperature'), { file: entry.temperature, fallback: 0 }),
    stop: decide<readonly string[]>(setting('stop'), {
      file: entry.stop,
      // A row's stop sequences end the turns of a chat, which a base model does not know.
      preset: api === 'chat' && preset !== undefined && preset.stop.length > 0 ? preset.stop : undefined,
      fallback: api === 'completions' ? completionStops : [],
    }),
    extraBody: joinedBody(
      decide<JsonObject>(setting('extraBody'), {
        file: entry.extraBody,
        preset: broughtBody(preset, provider),
        fallback: {},
      }),
      thinking ?? {},
    ),
    price: price && {
      input: price.input,
      cachedInput: price.cachedInput ?? null,
      output: price.output,
      currency: price.currency ?? 'USD',
    },
    contextLengths: decide<readonly number[] | null>(setting('contextLengths'), {
      flag: published?.contextLengths ?? flags.contextLengths,
      file: entry.contextLengths ?? file?.contextLengths,
      fallback: null,
    }),
    depths: decide(setting('depths'), {
      flag: flags.depths ?? published?.depthPercents.map((percent) => percent / 100),
      file: entry.depths ?? file?.depths,
      fallback: defaultDepths,
    }),
    trials: decide(setting('trials'), {
      flag: flags.trials,
      file: entry.trials ?? file?.trials,
      fallback: 3,
    }),
    order: decide(setting('order'), {
      flag: flags.order,
      file: entry.order ?? file?.order,
      fallback: 'random',
    }),
  };
  return { model: resolved, connection, problems };
}

function unknown(
  key: { readonly path: readonly PropertyKey[]; readonly what: string; readonly name: string },
  names: readonly string[],
): ModelProblem {
  const close = nearest(key.name, names);
  const help = close === null ? `one of ${names.slice(0, 13).join(', ')}` : `did you mean ${close}?`;
  const text = `expected ${key.what} (${help}), got ${JSON.stringify(key.name)}`;
  return { path: key.path, text, code: 'unknown_name' };
}
