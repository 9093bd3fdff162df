import type { ErrorBody } from './error-body.ts';

/** Wording of throttling. It is ruled out first: "too many tokens, please wait" is no statement about a window. */
const throttling =
  /rate.?limit|throttl|too many requests|tokens per (?:min|minute|day|hour)|\b[tr]p[md]\b|quota|please (?:wait|slow)|try again (?:in|later)|overloaded|concurren/i;

/**
 * How servers say that a prompt is longer than their window. A group named `window` holds the limit in tokens.
 * Sources: the servers' own error texts (vLLM, SGLang, TGI, llama.cpp, Ollama, LM Studio) and the error tables of the
 * hosted services.
 */
const wordings: readonly RegExp[] = [
  /maximum context length (?:is|of) (?<window>\d[\d,]*)/i,
  /maximum (?:input|prompt|context) length \((?<window>\d[\d,]*)\)/i,
  /maximum (?:input|prompt) length (?:is|of) (?<window>\d[\d,]*)/i,
  /longer than the model'?s context length \((?<window>\d[\d,]*)/i,
  /exceeds? the (?:model'?s )?(?:maximum |available )?context (?:size|length|window)(?: \((?<window>\d[\d,]*))?/i,
  /exceeds? the (?:model'?s )?max(?:imum)?[_ ](?:model[_ ]len|sequence length|input length|tokens?)\D{0,20}(?<window>\d[\d,]*)?/i,
  /`?inputs`? tokens \+ `?max_new_tokens`? must be <= (?<window>\d[\d,]*)/i,
  /range of input length should be \[\d+, ?(?<window>\d[\d,]*)\]/i,
  /cannot be greater than max_model_len[a-z_= ]*(?<window>\d[\d,]*)/i,
  /max_(?:completion_)?tokens must be at least 1, got -\d+/i,
  /requested token count exceeds the model'?s maximum context length(?: of (?<window>\d[\d,]*))?/i,
  /prompt is (?:too long|longer than the (?:current )?context)/i,
  /longer than the context length currently available/i,
  /number of tokens to keep from.{0,40}greater than the context length/i,
  /context overflows.{0,60}context length of only (?<window>\d[\d,]*)/i,
  /reduce the length of (?:the|your) (?:messages|prompt|input)/i,
  /(?:input|prompt|request|context)(?: length| size)? (?:is )?too (?:long|large)/i,
  /request entity too large|payload too large|content too large/i,
  /prompt ?超长|(?:输入|上下文|提示词?|请求)(?:的)?(?:长度|内容)?(?:过长|超长|超出|超过)/i,
];

/** The providers' own codes and types for it. `1261` is Zhipu's. */
const overflowCodes: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'exceed_context_size_error',
  'string_above_max_length',
  'model_context_window_exceeded',
  'request_too_large',
  '1261',
]);

/** That an endpoint refused a prompt for its length, with the window it named in tokens (null: none named). */
export interface Overflow {
  readonly servedWindow: number | null;
}

/** Whether an error answer means that the prompt is longer than the window; null where it means anything else. */
export function recogniseOverflow(status: number | null, body: ErrorBody): Overflow | null {
  if (status === 429 || throttling.test(body.message)) return null;
  const named = body.contextWindow ?? windowIn(body.message);
  if (overflowCodes.has(body.code ?? '') || overflowCodes.has(body.type ?? ''))
    return { servedWindow: named };
  if (wordings.some((wording) => wording.test(body.message))) return { servedWindow: named };
  // Cerebras answers with a status and nothing else; any 413 speaks of length.
  if (status === 413 || (status === 400 && isEmpty(body))) return { servedWindow: null };
  return null;
}

/** Whether an error text speaks of too many calls or tokens in a time rather than in one prompt. */
export function speaksOfThrottling(message: string): boolean {
  return throttling.test(message);
}

function isEmpty(body: ErrorBody): boolean {
  return (body.message === '' || body.message === '""') && body.code === null && body.type === null;
}

/** The limit in an error text, in tokens. */
function windowIn(message: string): number | null {
  for (const wording of wordings) {
    const digits = wording.exec(message)?.groups?.['window'];
    if (digits !== undefined) return Number(digits.replaceAll(',', ''));
  }
  return availableWindow(message);
}

/** llama.cpp: "request (80032 tokens) exceeds the available context size (8192 tokens)". */
function availableWindow(message: string): number | null {
  const digits = /context (?:size|length|window) ?\(?(?:of )?(\d[\d,]*) tokens/i.exec(message)?.[1];
  return digits === undefined ? null : Number(digits.replaceAll(',', ''));
}
