import type { ErrorBody } from './error-body.ts';

/** Wording of throttling. It is ruled out first: "too many tokens, please wait" is no statement about a window. */
const throttling =
  /rate.?limit|throttl|too many requests|tokens per (?:min|minute|day|hour)|\b[tr]p[md]\b|quota|please (?:wait|slow)|try again (?:in|later)|overloaded|concurren|频率|速率|并发|限流|稍后|配额|额度|请求过多/i;

/** Codes of throttling and of unpaid bills, whatever the text beside them says. The numbers are Zhipu's. */
const throttlingCodes = /^(?:rate_limit|insufficient_quota|Throttling|1113$|13(?:0[23458]|1[0-2])$)/;

/**
 * How servers say that a prompt is longer than their window. A group named `window` holds the limit in tokens.
 * Sources: the servers' own error texts (vLLM, SGLang, TGI, llama.cpp, Ollama, LM Studio) and the error tables and
 * recorded answers of the hosted services.
 */
const wordings: readonly RegExp[] = [
  /maximum context length(?: is| of|:) (?<window>\d[\d,]*)/i,
  /context length is only (?<window>\d[\d,]*)/i,
  /longer than the maximum model length of (?<window>\d[\d,]*)/i,
  /maximum (?:input|prompt|context) length \((?<window>\d[\d,]*)\)/i,
  /maximum (?:input|prompt) length (?:is|of) (?<window>\d[\d,]*)/i,
  /longer than the model'?s context length \((?<window>\d[\d,]*)/i,
  /exceed(?:s|ed)? the (?:model'?s )?(?:maximum |available )?context (?:size|length|window)(?: \((?<window>\d[\d,]*))?/i,
  /exceed(?:s|ed)? the (?:model'?s )?max(?:imum)?[_ ](?:model[_ ]len|sequence length|input length|(?:number of )?tokens?)\D{0,20}(?<window>\d[\d,]*)?/i,
  /prompt token count of \d[\d,]* exceeds the limit of (?<window>\d[\d,]*)/i,
  /exceed(?:s|ed)? (?:the )?model token limit(?:: ?(?<window>\d[\d,]*))?/i,
  /context window exceeds limit/i,
  /prompt has \d[\d,]* tokens?, but the configured context size is (?<window>\d[\d,]*)/i,
  /too large for model with (?<window>\d[\d,]*) maximum context length/i,
  /prompt is too long: \d[\d,]* tokens > (?<window>\d[\d,]*) maximum/i,
  /length of prompt_tokens \(\d+\) must be less than max_seq_len \((?<window>\d[\d,]*)\)/i,
  /`?inputs`? tokens \+ `?max_new_tokens`? must be <= (?<window>\d[\d,]*)/i,
  /range of input length should be \[\d+, ?(?<window>\d[\d,]*)\]/i,
  /cannot be greater than max_model_len[a-z_= ]*(?<window>\d[\d,]*)/i,
  /max_(?:completion_)?tokens must be at least 1, got -\d+/i,
  /requested token count exceeds the model'?s maximum context length(?: of (?<window>\d[\d,]*))?/i,
  /prompt is (?:too long|longer than the (?:current )?context)/i,
  /longer than the context length currently available/i,
  /number of tokens to keep from.{0,40}greater than the context length/i,
  /loaded with context length of only (?<window>\d[\d,]*)/i,
  /reduce the length of (?:the|your) (?:messages|prompt|input)/i,
  /(?:input|prompt|request|context)(?: length| size)? (?:is )?too (?:long|large)/i,
  /request entity too large|payload too large|content too large/i,
  /prompt ?超长|(?:(?:输入|上下文|提示词?)的?(?:长度|内容)?|请求的?(?:长度|内容))(?:过长|超长|超出|超过)/i,
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

const saidChars = 2_000;

/** That an endpoint refused a prompt for its length, with the window it named in tokens (null: none named). */
export interface Overflow {
  readonly servedWindow: number | null;
}

/** Whether an error answer means that the prompt is longer than the window; null where it means anything else. */
export function recogniseOverflow(status: number | null, body: ErrorBody): Overflow | null {
  // Some servers echo the request they refuse: what a haystack says is no statement of theirs.
  const said = body.message.slice(0, saidChars);
  if (status === 429 || throttling.test(said)) return null;
  if (throttlingCodes.test(body.code ?? '') || throttlingCodes.test(body.type ?? '')) return null;
  const named = body.contextWindow ?? windowIn(said);
  if (overflowCodes.has(body.code ?? '') || overflowCodes.has(body.type ?? ''))
    return { servedWindow: named };
  if (wordings.some((wording) => wording.test(said))) return { servedWindow: named };
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
