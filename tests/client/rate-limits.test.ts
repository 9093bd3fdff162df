import { expect, test } from 'vitest';
import { type RateLimits, rateLimitsOf } from '../../src/client/rate-limits.ts';
import { closeAll, endpoint, question } from './scripted-endpoint.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const inSeconds = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();

test.each<[string, Record<string, string>, ReturnType<typeof rateLimitsOf>]>([
  ['no word on limits', { 'content-type': 'text/plain', 'x-request-id': 'r' }, null],
  [
    'OpenAI and Groq',
    {
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-limit-tokens': '150000',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-reset-tokens': '6m0s',
    },
    { requests: { remaining: 59, resetMs: 1_000 }, tokens: { remaining: 149_984, resetMs: 360_000 } },
  ],
  [
    'spans below a second, and in parts of one',
    {
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-reset-requests': '20ms',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '2m59.56s',
    },
    { requests: { remaining: 3, resetMs: 20 }, tokens: { remaining: 0, resetMs: 179_560 } },
  ],
  [
    'Anthropic: dates, and the answer has limits of its own',
    {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': inSeconds(30),
      'anthropic-ratelimit-input-tokens-remaining': '9000',
      'anthropic-ratelimit-input-tokens-reset': inSeconds(12),
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': inSeconds(50),
    },
    { requests: { remaining: 0, resetMs: 30_000 }, tokens: { remaining: 9_000, resetMs: 12_000 } },
  ],
  [
    'OpenRouter: Unix time in milliseconds',
    {
      'X-RateLimit-Limit': '20',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(now + 41_000),
    },
    { requests: { remaining: 0, resetMs: 41_000 }, tokens: null },
  ],
  [
    'Unix time in seconds, by a clock that is an hour ahead',
    {
      'x-rate-limit-remaining': '2',
      'x-rate-limit-reset': String(now / 1_000 + 3_600 + 9),
      date: new Date(now + 3_600_000).toUTCString(),
    },
    { requests: { remaining: 2, resetMs: 9_000 }, tokens: null },
  ],
  [
    "the IETF's first draft",
    { 'RateLimit-Limit': '100', 'RateLimit-Remaining': '50', 'RateLimit-Reset': '30' },
    { requests: { remaining: 50, resetMs: 30_000 }, tokens: null },
  ],
  [
    'its next',
    { RateLimit: 'limit=100, remaining=7, reset=15' },
    { requests: { remaining: 7, resetMs: 15_000 }, tokens: null },
  ],
  [
    'and its last: of several policies the one with least left',
    { RateLimit: '"day";r=900;t=60000, "burst";r=5;t=3', 'RateLimit-Policy': '"burst";q=10;w=5' },
    { requests: { remaining: 5, resetMs: 3_000 }, tokens: null },
  ],
  [
    'Cerebras: by the day and by the minute',
    {
      'x-ratelimit-remaining-requests-day': '14000',
      'x-ratelimit-reset-requests-day': '33011.382867',
      'x-ratelimit-remaining-tokens-minute': '1200',
      'x-ratelimit-reset-tokens-minute': '11.38',
    },
    {
      requests: { remaining: 14_000, resetMs: expect.closeTo(33_011_382.867, 3) as number },
      tokens: { remaining: 1_200, resetMs: 11_380 },
    },
  ],
  [
    'Together',
    { 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '1', 'x-tokenlimit-remaining': '4000' },
    { requests: { remaining: 9, resetMs: 1_000 }, tokens: { remaining: 4_000, resetMs: null } },
  ],
  [
    'limits that were never set, or of other things',
    {
      'x-ratelimit-limit-requests': '0',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-remaining-images': '0',
      'x-ratelimit-remaining-tokens': '-1',
      'x-upload-limit-remaining': '0',
    },
    null,
  ],
])('%s', (_what, headers, expected) => {
  expect(rateLimitsOf(new Headers(headers), now)).toEqual(expected);
});

test.each([200, 429, 503])('they are told of an answer with status %i', async (status) => {
  const headers = { 'x-ratelimit-remaining-requests': '4', 'x-ratelimit-reset-requests': '2s' };
  const choices = [{ message: { content: '7' }, finish_reason: 'stop' }];
  const json = status === 200 ? { choices } : { error: { message: 'later' } };
  const { client } = await endpoint(() => ({ json, status, headers }));
  const told: unknown[] = [];
  const onLimits = (limits: RateLimits): void => {
    told.push(limits);
  };
  await client.complete({ ...question, stream: false, onLimits }).catch(() => undefined);
  await closeAll();
  expect(told).toEqual([{ requests: { remaining: 4, resetMs: 2_000 }, tokens: null }]);
});
