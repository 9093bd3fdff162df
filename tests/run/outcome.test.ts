import { expect, test } from 'vitest';
import { EndpointError } from '../../src/client/endpoint-error.ts';
import type { Completion } from '../../src/core/completion.ts';
import { endsInLoop, isGarbled } from '../../src/run/degenerate.ts';
import { offersOthers } from '../../src/run/hedged.ts';
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
  ['blanks up to the limit', { text: '\n \n '.repeat(20), finishReason: 'length' }, 0, ['cut', 'degenerate']],
  ['one token up to the limit', { text: '!'.repeat(128), finishReason: 'length' }, 0, ['cut', 'degenerate']],
  ['a loop behind the right answer', { text: `48213 ${loop}`, finishReason: 'length' }, 1, ['degenerate']],
  ['broken characters', { text: 'the \ufffd\ufffd\ufffd is \ufffd\ufffd' }, 0, ['degenerate']],
  ['a right one among others', { text: 'It is 48213, or maybe 48231.' }, 1, ['hedged']],
  ['wrong ones only', { text: 'It is 48231 or 48312.' }, 0, []],
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
  ["Gemini's filter", { finishReason: 'SAFETY', text: '' }, 'filtered'],
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

test('a prompt that canaries saw cut says how it is known, and a filtered answer stays filtered', () => {
  const seenCut = 'seen by canaries: words';
  const cut = { ...asked(), seenCut };
  expect(resultOfCompletion(cut, completion(counted(null)))).toMatchObject({
    outcome: 'unscored',
    reason: 'truncated',
    score: null,
    error: { code: 'truncated', message: seenCut, status: null },
  });
  expect(
    resultOfCompletion(cut, completion({ ...counted(null), finishReason: 'content_filter' })),
  ).toMatchObject({
    reason: 'filtered',
    error: null,
  });
  expect(resultOfCompletion({ ...asked(), seenCut: null }, completion(counted(null))).outcome).toBe('scored');
});

test('short prompts get 64 tokens of grace, estimated ones two fifths', () => {
  expect(leastPromptTokens(1_000, 0.01)).toBe(936);
  expect(leastPromptTokens(100_000, 0.01)).toBe(99_000);
  expect(resultOfCompletion(asked({ cutShare: () => 0.4 }), completion(counted(6_500))).outcome).toBe(
    'scored',
  );
  expect(resultOfCompletion(asked({ cutShare: () => 0.4 }), completion(counted(4_098))).reason).toBe(
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
  ['的'.repeat(40), true],
  [' '.repeat(40), true],
  [`${'她沿着河岸走回村子，数了数桥上的灯，一盏也没有少。'.repeat(4)}她沿着`, true],
  [`48213${'\n'.repeat(8)}`, false],
  [
    `${'A paragraph that is said again, with more words than any sentence has. '.repeat(10).concat('\n\n').repeat(5)}`,
    true,
  ],
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

test.each([
  ['4821355', ['4821355'], null, false],
  ['It is 4821355. Yes, 4,821,355.', ['4821355'], null, false],
  ['4821355 or 7654321', ['4821355'], null, true],
  ['可能是4821355，也可能是７６５４３２１。', ['4821355'], null, true],
  ['4821355, found on page 1204 of 2026', ['4821355'], null, false],
  ['The code for 7654321 is 4821355.', ['4821355'], 'What is the code for 7654321?', false],
  ['4821355 and 7654321', ['4821355', '7654321'], null, false],
  ['4821355, 7654321 and 1111111', ['4821355', '7654321'], null, true],
  [
    '1b671a64-40d5-491e-99b0-da01ff1f3341 or 2c671a64-40d5-491e-99b0-da01ff1f3342',
    ['1b671a64-40d5-491e-99b0-da01ff1f3341'],
    null,
    true,
  ],
  ['1b671a64-40d5-491e-99b0-da01ff1f3341', ['1b671a64-40d5-491e-99b0-da01ff1f3341'], null, false],
  ['under the third slab, or the fourth', ['the third slab'], null, false],
  ['12 or 13', ['12'], null, false],
])(
  'an answer is hedged where it offers another value of the kind: %s',
  (text, target, question, expected) => {
    expect(offersOthers(text, { target, question })).toBe(expected);
  },
);

test.each([
  ['\ufffd\ufffd\ufffd\ufffd 7', true],
  ['\u0001\u0002\u0003\u0004', true],
  ['\ue000\ue001\ue002 no', true],
  ['Ã¤Â¸Â\u00adÃ¦Â–Â‡', true],
  ['the ห้อง дом بيت 집', true],
  ['The café «Été» costs 3 €, £2 or ¥9.', false],
  ['The code is 4821355 📎📎📎', false],
  ['通行码是4821355。The code is 4821355.', false],
  ['Привет: hello: 你好', false],
  ['', false],
])('a garbled answer is told from language: %s', (text, expected) => {
  expect(isGarbled(text)).toBe(expected);
});
