import type { EndpointErrorDetails, EndpointErrorKind } from './endpoint-error.ts';
import type { ErrorBody } from './error-body.ts';
import { recogniseOverflow, speaksOfThrottling } from './overflow.ts';

/**
 * Providers' own codes that say more than the status. Zhipu uses 429 for busy models and for unpaid bills alike (1113, 1304,
 * 1308, 1310, 1311: no wait helps); OpenAI does so with `insufficient_quota`, Moonshot with `exceeded_current_quota_error`. For an
 * unknown model some answer 400: Zhipu (1211), SiliconFlow (20012), Groq, Mistral.
 */
const kindsByCode: Readonly<Record<string, EndpointErrorKind>> = {
  insufficient_quota: 'balance',
  billing_hard_limit_reached: 'balance',
  billing_not_active: 'balance',
  exceeded_current_quota_error: 'balance',
  Arrearage: 'balance',
  AccountOverdueError: 'balance',
  '1113': 'balance',
  '1304': 'balance',
  '1308': 'balance',
  '1310': 'balance',
  '1311': 'balance',
  '1302': 'rate_limited',
  '1303': 'rate_limited',
  '1305': 'rate_limited',
  '1312': 'rate_limited',
  rate_limit_exceeded: 'rate_limited',
  invalid_api_key: 'auth',
  InvalidApiKey: 'auth',
  account_deactivated: 'auth',
  model_not_found: 'not_found',
  model_decommissioned: 'not_found',
  invalid_model: 'not_found',
  ModelNotFound: 'not_found',
  '1211': 'not_found',
  '20012': 'not_found',
  content_filter: 'filtered',
  content_policy_violation: 'filtered',
  data_inspection_failed: 'filtered',
  DataInspectionFailed: 'filtered',
  '1301': 'filtered',
};

const kindsByStatus: Readonly<Record<number, EndpointErrorKind>> = {
  401: 'auth',
  402: 'balance',
  403: 'auth',
  404: 'not_found',
  405: 'not_found',
  408: 'server',
  409: 'server',
  425: 'server',
  429: 'rate_limited',
};

/** Statuses that say no more than that the request was not liked. */
const refusals: ReadonlySet<number> = new Set([400, 403, 422]);

/**
 * What a refusal says where neither status nor code does: DeepSeek's "Model Not Exist" and OpenRouter's "not a valid model ID" are
 * plain 400s, so are Google's "API key not valid" and Anthropic's "credit balance is too low". "You exceeded your current quota" is
 * not among them: Google says it of a minute's quota.
 */
const kindsByText: readonly (readonly [RegExp, EndpointErrorKind])[] = [
  [
    /insufficient (?:account )?(?:balance|funds?|credits?)|balance (?:is )?(?:insufficient|too low|not enough)|余额不足|欠费/i,
    'balance',
  ],
  [/api[ _-]?key (?:is )?(?:not valid|invalid|expired|missing)|(?:invalid|incorrect) api[ _-]?key/i, 'auth'],
  [
    /\bmodel\b[^,;\n]{0,100}?\b(?:not exist|not found)\b|not a valid model|\b(?:invalid|unknown) model(?: id| name)?[:\s]*[`'"]|模型不存在/i,
    'not_found',
  ],
];
/** Only the start: some servers echo the request they refuse. */
const saidChars = 300;

const overloadedText =
  /overload|(?:at|over|out of|no) capacity|\bbusy\b|slow.?down|pending requests|queue (?:is )?full|繁忙|过载|拥挤/i;
const siteOverloaded = 529;

/** What an error answer means: `status` of the HTTP answer, or null for an error inside a 200. */
export function classifyError(
  status: number | null,
  body: ErrorBody,
): Pick<EndpointErrorDetails, 'kind' | 'code' | 'servedWindow'> {
  const overflow = recogniseOverflow(status, body);
  if (overflow !== null) return { kind: 'overflow', code: 'overflow', servedWindow: overflow.servedWindow };
  // An error inside a 200 may carry the status it stands for as its code (OpenRouter).
  const meant = status === null || status < 400 ? statusIn(body.code) : status;
  const code = status === null || status < 400 ? 'error_in_answer' : `http_${status}`;
  return { kind: kindOf(meant, body), code };
}

function kindOf(status: number | null, body: ErrorBody): EndpointErrorKind {
  // One prompt over the tokens a minute of the account (Groq's 413): waiting cannot help, shortening can.
  if (status === 413) return 'rejected';
  const byCode = kindsByCode[body.code ?? ''] ?? kindsByCode[body.type ?? ''];
  if (byCode !== undefined) return byCode;
  if (body.code?.startsWith('Throttling')) return 'rate_limited';
  if (status === 403 && /moderation|flagged/i.test(body.message)) return 'filtered';
  if (status === null) return speaksOfThrottling(body.message) ? 'rate_limited' : 'server';
  const said = body.message.slice(0, saidChars);
  const byText = refusals.has(status) ? kindsByText.find(([wording]) => wording.test(said)) : undefined;
  return byText?.[1] ?? kindsByStatus[status] ?? (status >= 500 ? 'server' : 'rejected');
}

/**
 * Whether a failure of the endpoint means that it has more to do than it can: a 529, a 503 that names a wait, or one in as many
 * words. Rate limits are told by their kind.
 */
export function isOverloaded(status: number | null, body: ErrorBody, retryAfterMs: number | null): boolean {
  const meant = status === null || status < 400 ? statusIn(body.code) : status;
  if (meant !== null && meant < 500) return false;
  if (meant === siteOverloaded || (meant === 503 && retryAfterMs !== null)) return true;
  return overloadedText.test(body.message.slice(0, saidChars)) || overloadedText.test(body.type ?? '');
}

function statusIn(code: string | null): number | null {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : null;
}
