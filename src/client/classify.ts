import type { EndpointErrorDetails, EndpointErrorKind } from './endpoint-error.ts';
import type { ErrorBody } from './error-body.ts';
import { recogniseOverflow, speaksOfThrottling } from './overflow.ts';

/**
 * Providers' own codes that say more than the status. Zhipu uses 429 for busy models and for unpaid bills alike (1113, 1304,
 * 1308, 1310, 1311: no wait helps); OpenAI does so with `insufficient_quota`.
 */
const kindsByCode: Readonly<Record<string, EndpointErrorKind>> = {
  insufficient_quota: 'balance',
  billing_hard_limit_reached: 'balance',
  Arrearage: 'balance',
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
  model_not_found: 'not_found',
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
  return kindsByStatus[status] ?? (status >= 500 ? 'server' : 'rejected');
}

function statusIn(code: string | null): number | null {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : null;
}
