import { expect, test } from 'vitest';
import { EndpointError } from '../../src/client/endpoint-error.ts';
import type { Completion } from '../../src/core/completion.ts';
import { endsInLoop } from '../../src/run/degenerate.ts';
import {
  type AskedCell,
  leastPromptTokens,
  resultOfCompletion,
  resultOfError,
  resultOfKnownWindow,
} from '../../src/run/outcome.ts';
import { looksLikeRefusal } from '../../src/run/refusal.ts';
import { includes } from '../../src/scorers/includes.ts';
import { row } from '../results/row-fixture.ts';

const asked = (more: Partial<AskedCell['job']> = {}, promptTokens = 10_000): AskedCell => ({
  job: {
    priceUsd: { input: 1, cachedInput: 0.1, output: 2 },
    scorerOf: () => ({ name: 'includes', scorer: includes }),
    ...more,
  },
  planned: { key: 'k', cell: row('k').cell },
  prompt: { promptKey: 'p', sample: { ...row('k').sample, promptTokens } },
  attempts: 2,
  startedAt: 'then',
  finishedAt: 'now',
});

const completion = (more: Partial<Completion> = {}): Completion => ({
  text: 'It is 48213.',
  reasoning: null,
  finishReason: 'stop',
  servedModel: null,
  usage: { promptTokens: 10_000, completionTokens: 5, cachedTokens: null },
  ttftMs: 1,
  latencyMs: 2,
  ...more,
});
const counted = (promptTokens: number | null): Partial<Completion> => ({
  usage: { promptTokens, completionTokens: 5, cachedTokens: null },
});
const loop = 'the number is '.repeat(20);

test.each<[string, Partial<Completion>, number, string[]]>([
  ['a right answer', {}, 1, []],
  ['a wrong one', { text: '12345' }, 0, []],
  ['an empty one that ended by itself', { text: '' }, 0, []],
  ['a right one that was cut', { finishReason: 'length' }, 1, []],
  ['a wrong one that was cut', { text: 'Well, the number', finishReason: 'length' }, 0, ['cut']],
  ['a loop that ran into the limit', { text: loop, finishReason: 'length' }, 0, ['cut', 'degenerate']],
  ['a refusal', { text: "I'm sorry, but I can't help with that." }, 0, ['refusal']],
  ['a refusal in Chinese', { text: '抱歉，我无法回答这个问题。' }, 0, ['refusal']],
  [
    'a needle left in the thoughts',
    { text: 'I do not know.', reasoning: '48213?' },
    0,
    ['needle_in_thoughts'],
  ],
  ['no usage', counted(null), 1, []],
  ['a server that counts more', counted(12_000), 1, []],
  ['a server that counts 1 % less', counted(9_900), 1, []],
])('%s is scored', (_what, more, value, flags) => {
  const result = resultOfCompletion(asked(), completion(more));
  expect(result).toMatchObject({
    outcome: 'scored',
    reason: null,
    flags,
    score: { value, scorer: 'includes' },
    attempts: 2,
  });
});

test.each<[string, Partial<Completion>, string]>([
  ['a prompt the server cut, though the answer is right', counted(9_899), 'truncated'],
  ['a filtered answer', { finishReason: 'content_filter' }, 'filtered'],
  ["Zhipu's filter", { finishReason: 'sensitive' }, 'filtered'],
  ["z.ai's overflow", { finishReason: 'model_context_window_exceeded', text: '' }, 'overflow'],
  [
    'thinking that never ended',
    { text: '', reasoning: 'Let me see: 48213', finishReason: 'length' },
    'no_answer',
  ],
  ['nothing at all up to the limit', { text: ' \n', finishReason: 'length' }, 'no_answer'],
])('%s is unscored', (_what, more, reason) => {
  const result = resultOfCompletion(asked(), completion(more));
  expect(result).toMatchObject({ outcome: 'unscored', reason, score: null, flags: [] });
  expect(result.completion).not.toBeNull();
});

test('short prompts get 64 tokens of grace, estimated ones two fifths', () => {
  expect(leastPromptTokens(1_000, true)).toBe(936);
  expect(leastPromptTokens(100_000, true)).toBe(99_000);
  expect(resultOfCompletion(asked({ countsExact: false }), completion(counted(6_500))).outcome).toBe(
    'scored',
  );
  expect(resultOfCompletion(asked({ countsExact: false }), completion(counted(4_098))).reason).toBe(
    'truncated',
  );
});

test('the cost follows usage, and is unknown where price or usage are', () => {
  const usage = { promptTokens: 1_000_000, completionTokens: 500_000, cachedTokens: 400_000 };
  expect(resultOfCompletion(asked(), completion({ usage })).costUsd).toBeCloseTo(0.6 + 0.04 + 1, 10);
  expect(resultOfCompletion(asked({ priceUsd: null }), completion({ usage })).costUsd).toBeNull();
  expect(resultOfCompletion(asked(), completion(counted(null))).costUsd).toBeNull();
});

test('a stored answer is cut to 2,000 characters, never inside a character', () => {
  const result = resultOfCompletion(asked(), completion({ text: `x${'🜚'.repeat(1_500)}` }));
  expect(result.score?.answer).toBe(`x${'🜚'.repeat(999)}`);
  expect(result.completion?.text).toHaveLength(3_001);
});

test.each([
  ['overflow', 'overflow', 'unscored', 'overflow'],
  ['filtered', 'http_400', 'unscored', 'filtered'],
  ['server', 'http_500', 'failed', 'http_500'],
  ['timeout', 'timeout', 'failed', 'timeout'],
] as const)('a call that ended in %s', (kind, code, outcome, reason) => {
  const error = new EndpointError('words', { kind, code, status: 400 });
  expect(resultOfError(asked(), error)).toMatchObject({
    outcome,
    reason,
    score: null,
    completion: null,
    costUsd: null,
    error: { code, message: 'words', status: 400 },
  });
});

test('a cell that is known to be too long says that it was not sent', () => {
  const result = resultOfKnownWindow({ ...asked(), attempts: 0 }, 8_192);
  expect(result).toMatchObject({ outcome: 'unscored', reason: 'overflow', attempts: 0 });
  expect(result.error?.message).toContain('8192');
});

test('a scorer that leaves 0 to 1 is a bug and no score', () => {
  const scorer = { summary: '', version: 1, score: () => ({ value: Number.NaN }) };
  const job = { scorerOf: () => ({ name: 'broken', scorer }) };
  expect(() => resultOfCompletion(asked(job), completion())).toThrow(/broken/);
});

test.each([
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', true],
  [`Well. ${'七号门的数字是'.repeat(8)}七号门`, true],
  [`${'A long unit of words that comes again and again, as loops do. '.repeat(5)}A long`, true],
  ['The secret number of the harbour library is 48213.', false],
  ['ha ha ha', false],
  [`${'loop '.repeat(30)}and then it found its way out: 48213`, false],
  ['', false],
])('a loop is one that reaches the end: %s', (text, expected) => {
  expect(endsInLoop(text)).toBe(expected);
});

test.each([
  ['As an AI language model, I have no access.', true],
  ['I am not able to provide that.', true],
  ['很抱歉，我不能提供该信息。', true],
  ['The text does not say.', false],
  ['Sorry, the number is 48213.', false],
  ["He can't reach the library before noon.", false],
])('a refusal declines: %s', (text, expected) => {
  expect(looksLikeRefusal(text)).toBe(expected);
});
