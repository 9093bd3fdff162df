import { parseBaseUrl } from './base-url.ts';
import { startExchange } from './exchange.ts';
import { countOf, fieldOf, listOf, stringOf } from './json-fields.ts';
import { requestHeaders } from './request-headers.ts';
import { type AnswerHead, createTransport } from './transport.ts';

export type ServerKind = 'llama.cpp' | 'vLLM' | 'SGLang' | 'Ollama' | 'LM Studio';

/** What a server tells of itself beside its API. */
export interface ServerFacts {
  /** Null: none that is known here, or a gateway in front of one. */
  readonly kind: ServerKind | null;
  /** The window it serves the model with, in tokens; null where it does not tell. */
  readonly window: number | null;
  /** Requests that share what the window was taken from (llama.cpp); null elsewhere. */
  readonly slots: number | null;
  /** Its clock less ours, in ms, to about a second; null where no answer came with a date. */
  readonly clockAheadMs: number | null;
}

export interface SurveyOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The id sent; empty where it is not known yet. */
  readonly model: string;
  /** Bounds each look. @default 5 */
  readonly timeoutSeconds?: number;
}

interface Look {
  /** Null: no answer, a refusal, or no JSON. */
  readonly json: unknown;
  readonly clockAheadMs: number | null;
}
type Looks = (path: string, body?: object) => Promise<Look>;
type Told = Pick<ServerFacts, 'window' | 'slots'>;

/**
 * Finds out by its own routes which server answers at an address, and what it tells of the window. Asks no model anything and
 * never rejects: what is not told is null. Routes as read in the servers' sources and documentation, November 2026.
 */
export async function surveyServer(options: SurveyOptions): Promise<ServerFacts> {
  const address = parseBaseUrl(options.baseUrl);
  const headers = requestHeaders(address, options.apiKey, options.headers);
  const transport = createTransport();
  const query = new URLSearchParams(address.query).toString();
  const look: Looks = async (path, body) => {
    const exchange = startExchange(transport, { timeoutMs: 1_000 * (options.timeoutSeconds ?? 5) });
    const url = `${address.root}${path}${query === '' ? '' : `?${query}`}`;
    const request = {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { ...headers, 'content-type': 'application/json' },
    };
    const sentMs = Date.now();
    let text = '';
    let clockAheadMs: number | null = null;
    const hear = (answered: AnswerHead['headers']): void => {
      const date = Date.parse(answered.get('date') ?? '');
      // A date has whole seconds: half of one is missing from it on average.
      if (!Number.isNaN(date)) clockAheadMs = date + 500 - (sentMs + Date.now()) / 2;
    };
    try {
      await exchange.send(url, request, {
        onHead: ({ headers: answered }) => hear(answered),
        onText: (part) => {
          text += part;
          return false;
        },
      });
      return { json: JSON.parse(text) as unknown, clockAheadMs };
    } catch {
      // What does not answer, or not in JSON, tells nothing: that is an answer too.
      if (exchange.errorAnswer !== null) hear(exchange.errorAnswer.headers);
      return { json: null, clockAheadMs };
    }
  };
  try {
    const asked = Object.entries(kinds) as [ServerKind, (typeof kinds)[ServerKind]][];
    const looks = await Promise.all(asked.map(([, { path }]) => look(path)));
    const found = asked.findIndex(([, { knows }], i) => knows(looks[i]?.json));
    const clocks = looks.flatMap(({ clockAheadMs }) => clockAheadMs ?? []);
    const known = asked[found];
    const told =
      known === undefined ? nothing : await known[1].tell(looks[found]?.json, { ...options, look });
    return { kind: known?.[0] ?? null, ...told, clockAheadMs: clocks[0] ?? null };
  } finally {
    await transport.close();
  }
}

const nothing: Told = { window: null, slots: null };

interface Kind {
  /** A route that only this server has, or answers in its own way. */
  readonly path: string;
  knows(json: unknown): boolean;
  tell(json: unknown, ask: { readonly model: string; readonly look: Looks }): Promise<Told>;
}

/** In the order of trust: the first that knows its own answer is the one. */
const kinds: Readonly<Record<ServerKind, Kind>> = {
  'llama.cpp': {
    path: '/props',
    knows: (json) => fieldOf(json, 'default_generation_settings') !== undefined,
    tell: async (json) => ({
      window: countOf(fieldOf(fieldOf(json, 'default_generation_settings'), 'n_ctx'), 1),
      slots: countOf(fieldOf(json, 'total_slots'), 1),
    }),
  },
  Ollama: {
    path: '/api/ps',
    // LM Studio answers unknown routes with 200 and an `error`.
    knows: (json) => Array.isArray(fieldOf(json, 'models')),
    // Only what is loaded has a window; what is loaded later gets the server's own default.
    tell: async (json, { model }) => {
      const named = (row: unknown): boolean =>
        [fieldOf(row, 'name'), fieldOf(row, 'model')].some((id) => id === model || id === `${model}:latest`);
      const row = listOf(fieldOf(json, 'models')).find(named);
      return { window: countOf(fieldOf(row, 'context_length'), 1), slots: null };
    },
  },
  'LM Studio': {
    path: '/api/v0/models',
    knows: (json) =>
      listOf(fieldOf(json, 'data')).some((row) => fieldOf(row, 'max_context_length') !== undefined),
    tell: async (json, { model }) => {
      const row = listOf(fieldOf(json, 'data')).find((each) => fieldOf(each, 'id') === model);
      return { window: countOf(fieldOf(row, 'loaded_context_length'), 1), slots: null };
    },
  },
  SGLang: {
    path: '/get_model_info',
    knows: (json) => stringOf(fieldOf(json, 'model_path')) !== null,
    tell: async (_, { look }) => {
      const { json } = await look('/get_server_info');
      return { window: countOf(fieldOf(json, 'context_length'), 1), slots: null };
    },
  },
  vLLM: {
    path: '/version',
    knows: (json) => stringOf(fieldOf(json, 'version')) !== null,
    // Its window stands in the list of models.
    tell: async () => nothing,
  },
};
