import type { Message, Role } from '../core/sample.ts';
import type { Refusal } from './dress.ts';
import type { ServedModel, Wardrobe } from './served.ts';

/** A request to speak, as it was asked. A completion's prompt is one message without a template. */
export interface CompletionRequest {
  readonly api: 'chat' | 'completions';
  readonly served: ServedModel;
  readonly messages: readonly Message[];
  /** Null: no limit was asked for. */
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** An error as the endpoint answers it: HTTP status and an OpenAI-shaped body. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  readonly body: object;

  constructor(
    status: number,
    message: string,
    options: { type?: string; param?: string; code?: string | number } = {},
  ) {
    super(message);
    this.status = status;
    const { type = 'invalid_request_error', param = null, code = null } = options;
    this.body = { error: { message, type, param, code } };
  }
}

/** An error in the words of a dress. */
export class DressedError extends Error {
  override readonly name = 'DressedError';
  readonly status: number;
  readonly body: object;

  constructor({ status, body }: Refusal) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

type Fields = { readonly [key: string]: unknown };

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The object in a request's body. Throws a `RequestError` with status 400 for anything else. */
export function parseBody(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : '';
    throw new RequestError(400, `The body of the request is not JSON: ${reason}`);
  }
  if (!isFields(value)) throw new RequestError(400, 'The body of the request must be a JSON object.');
  return value;
}

/** The completion that a body asks for. Throws a `RequestError`: 404 for an unknown model, 400 for a bad field. */
export function parseCompletion(
  api: CompletionRequest['api'],
  fields: Fields,
  models: Wardrobe,
): CompletionRequest {
  const served = modelOf(fields, models);
  const options = fields['stream_options'];
  return {
    api,
    served,
    messages: api === 'chat' ? messagesOf(fields) : [{ role: 'user', content: promptOf(fields) }],
    maxTokens: maxTokensOf(fields),
    stop: stopOf(fields),
    stream: fields['stream'] === true,
    includeUsage: isFields(options) && options['include_usage'] === true,
  };
}

/** The model a body names, as it is served. Throws a `RequestError` where it names none or an unknown one. */
export function modelOf(fields: Fields, models: Wardrobe): ServedModel {
  const model = fields['model'];
  if (typeof model !== 'string') throw invalid('model', 'a string', model);
  const served = models.find(model);
  if (served === undefined) {
    throw new RequestError(
      404,
      `The model \`${model}\` does not exist; GET /v1/models lists those that do.`,
      {
        type: 'NotFoundError',
        param: 'model',
        code: 'model_not_found',
      },
    );
  }
  return served;
}

const roles: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
};

/** The conversation in a body; content may be a string or a list of text parts. Throws a `RequestError` with status 400. */
export function messagesOf(fields: Fields): readonly Message[] {
  const list = fields['messages'];
  if (!Array.isArray(list) || list.length === 0) throw invalid('messages', 'a list of messages', list);
  return list.map((entry: unknown, index) => {
    const role = isFields(entry) && typeof entry['role'] === 'string' ? roles[entry['role']] : undefined;
    if (!isFields(entry) || role === undefined) {
      throw invalid(`messages[${index}].role`, Object.keys(roles).join(', '), entry);
    }
    return { role, content: contentOf(entry['content'], index) };
  });
}

function contentOf(content: unknown, index: number): string {
  if (typeof content === 'string') return content;
  const param = `messages[${index}].content`;
  if (!Array.isArray(content)) throw invalid(param, 'a string or a list of text parts', content);
  const texts = content.map((part: unknown) => {
    const text = isFields(part) ? part['text'] : part;
    if (typeof text !== 'string') throw invalid(param, 'text parts only', part);
    return text;
  });
  return texts.join('');
}

/** The prompt of a completions body: a string, or a list of one. Throws a `RequestError` with status 400. */
export function promptOf(fields: Fields): string {
  const prompt: unknown = fields['prompt'];
  const text: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof text !== 'string') throw invalid('prompt', 'a string', prompt);
  return text;
}

function maxTokensOf(fields: Fields): number | null {
  const given = fields['max_completion_tokens'] ?? fields['max_tokens'] ?? null;
  if (given === null) return null;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1) {
    throw new RequestError(400, `max_tokens must be at least 1, got ${JSON.stringify(given)}.`, {
      param: 'max_tokens',
    });
  }
  return given;
}

function stopOf(fields: Fields): readonly string[] {
  const stop: unknown = fields['stop'] ?? [];
  const list: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  return list.map((sequence) => {
    if (typeof sequence !== 'string' || sequence === '') throw invalid('stop', 'strings', sequence);
    return sequence;
  });
}

function invalid(param: string, expected: string, got: unknown): RequestError {
  const shown = got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 80);
  return new RequestError(400, `${param}: expected ${expected}, got ${shown}.`, { param });
}
