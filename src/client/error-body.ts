import { fieldOf, stringOf } from './json-fields.ts';

/** The parts of an error answer, whichever of the known shapes it has. */
export interface ErrorBody {
  readonly message: string;
  readonly code: string | null;
  readonly type: string | null;
  readonly param: string | null;
  /** llama.cpp names its window in a field of its own. */
  readonly contextWindow: number | null;
}

/**
 * An error body taken apart. Shapes seen: `{error: {message, type, param, code}}` (OpenAI, vLLM, llama.cpp, OpenRouter with a
 * number as code), the same without the envelope (older vLLM, SGLang, DashScope), `{error: "text"}` (LM Studio),
 * `{detail: …}` (FastAPI), or plain text.
 */
export function readErrorBody(text: string): ErrorBody {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: a proxy's page or plain text. The text itself is the message.
    value = text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  }
  return readErrorValue(value);
}

/** As `readErrorBody`, for a body that is parsed already. */
export function readErrorValue(value: unknown): ErrorBody {
  const inner = fieldOf(value, 'error') ?? value;
  if (typeof inner === 'string') {
    return { message: inner, code: null, type: null, param: null, contextWindow: null };
  }
  const upstream = stringOf(fieldOf(fieldOf(inner, 'metadata'), 'raw'));
  const detail = fieldOf(inner, 'message') ?? fieldOf(inner, 'detail') ?? fieldOf(inner, 'errors');
  const message = stringOf(detail) ?? JSON.stringify(detail ?? inner ?? '');
  const window = fieldOf(inner, 'n_ctx');
  return {
    // OpenRouter wraps the text of the provider behind it, which is the one that says what is wrong.
    message: upstream === null ? message : `${message}: ${upstream}`,
    code: codeOf(fieldOf(inner, 'code')),
    type: stringOf(fieldOf(inner, 'type')),
    param: stringOf(fieldOf(inner, 'param')),
    contextWindow: typeof window === 'number' && window > 0 ? window : null,
  };
}

function codeOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : stringOf(value);
}
