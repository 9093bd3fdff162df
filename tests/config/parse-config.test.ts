import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';

const parse = (text: string) => parseConfig(text, { path: 'bench.yaml', dir: '.' });

function failure(text: string): NeedlescopeError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof NeedlescopeError) return error;
    throw error;
  }
  throw new Error('the config was accepted');
}

describe('what is wrong is told with file, line, path, expectation and an example', () => {
  const cases: readonly (readonly [name: string, yaml: string, message: string, hint: string])[] = [
    [
      'an unknown key, with the nearest',
      'version: 1\nseed: 7\ntrails: 3\n',
      'bench.yaml:3: trails: expected a known key (did you mean trials?), got "trails"',
      'trials: 3',
    ],
    [
      'an unknown key of a model',
      'version: 1\nmodels:\n  - preset: qwen2-7b\n    baseURL: http://x\n',
      'bench.yaml:4: models[0].baseURL: expected a known key (did you mean baseUrl?), got "baseURL"',
      'models:\n    - baseUrl: "http://127.0.0.1:8000/v1"',
    ],
    [
      'a bad length in a list',
      'version: 1\ncontextLengths:\n  - 1k\n  - 12 kilo\n',
      'bench.yaml:4: contextLengths[1]: expected a length in tokens: 8000, 128k (1,000s), 128Ki (1,024s) or 1M, got "12 kilo"',
      'contextLengths: [1k, 2k, 4k, 8k]',
    ],
    [
      'a range that runs backwards',
      'version: 1\ncontextLengths: {from: 8k, to: 1k, count: 4}\n',
      'bench.yaml:2: contextLengths: expected from below to, got from 8000 to 1000',
      'contextLengths: [1k, 2k, 4k, 8k]',
    ],
    [
      'a length listed twice',
      'version: 1\ncontextLengths: [1k, 1000]\n',
      'bench.yaml:2: contextLengths: expected each value once, got 1000 twice',
      'contextLengths: [1k, 2k, 4k, 8k]',
    ],
    [
      'a depth beyond the end',
      'version: 1\ndepths: [0, 101]\n',
      'bench.yaml:2: depths[1]: expected a percentage from 0 to 100, got 101',
      'depths: {count: 11}',
    ],
    [
      'an unknown corpus to repeat',
      'version: 1\ncorpus: {id: novels, repeat: true}\n',
      'bench.yaml:2: corpus.id: expected one of prose-en, prose-zh, tiny-shakespeare, moby-dick, war-and-peace, novels-en, classics-zh, classics-zh-hant, got "novels" (did you mean novels-en?)',
      'corpus: prose-en',
    ],
    [
      'repeat that is no yes or no',
      'version: 1\ncorpus:\n  files: a.txt\n  repeat: 3\n',
      'bench.yaml:4: corpus.repeat: expected true or false, got 3',
      'corpus: prose-en',
    ],
    [
      'a key of no kind of corpus',
      'version: 1\ncorpus: {file: a.txt}\n',
      'corpus.file: expected a known key (did you mean files?), got "file"',
      'corpus: prose-en',
    ],
    [
      'a wrong choice',
      'version: 1\norder: ramdom\n',
      'bench.yaml:2: order: expected random, cache or bust, got "ramdom" (did you mean random?)',
      'order: random',
    ],
    [
      'a corpus that does not ship',
      'version: 1\ncorpus: prose-eng\n',
      'bench.yaml:2: corpus: expected prose-en, prose-zh, tiny-shakespeare, moby-dick, war-and-peace, novels-en, classics-zh, classics-zh-hant, {files: "texts/*.txt", language: en}, or {id: moby-dick, repeat: true}, got "prose-eng" (did you mean prose-en?)',
      'corpus: prose-en',
    ],
    [
      'a task that is not in the table',
      'version: 1\ntasks: [{name: niah_singel}]\n',
      'bench.yaml:2: tasks[0].name: expected a task (niah_single), got "niah_singel" (did you mean niah_single?)',
      'tasks:\n    - name: niah_single',
    ],
    [
      'one task twice without ids',
      'version: 1\ntasks:\n  - name: niah_single\n  - name: niah_single\n',
      'bench.yaml:4: tasks[1].id: expected an id of its own for each task, got "niah_single" twice',
      'answers: ["blue clock"]',
    ],
    [
      'a threshold that does not parse',
      'version: 1\nthresholds:\n  - accuracy >= 0.9\n  - accuracy above 0.9\n',
      'bench.yaml:4: thresholds[1]: threshold "accuracy above 0.9": expected',
      'thresholds: ["accuracy >= 0.95"',
    ],
    [
      'a strategy that is not there yet',
      'version: 1\nstrategy: adaptive\n',
      'bench.yaml:2: strategy: expected grid, got adaptive',
      'strategy: grid',
    ],
    ['no version', 'trials: 3\n', 'version: expected 1, got nothing', 'version: 1'],
    ['an empty file', '', 'bench.yaml:1: version: expected 1, got nothing', 'version: 1'],
    ['a list', '- 1\n', 'bench.yaml:1: expected a mapping of keys, got a list', 'version: 1'],
    [
      'a field of the request that the tool writes itself',
      'version: 1\nmodels: [{extraBody: {max_tokens: 5}}]\n',
      'models[0].extraBody.max_tokens: expected a field that the tool does not write itself',
      'extraBody: {chat_template_kwargs: {enable_thinking: false}}',
    ],
    [
      'an empty parameter of a task',
      'version: 1\ntasks: [{name: niah_single, needle: "", question: q, answers: [a]}]\n',
      'tasks[0].needle: expected a text that is not empty, got ""',
      'needle: "The spare key',
    ],
  ];

  test.each(cases)('%s', (_name, yaml, message, hint) => {
    const error = failure(yaml);
    expect(error.code).toBe('config_invalid');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test('a needle without its question and answers', () => {
    const error = failure('version: 1\ntasks:\n  - name: niah_single\n    needle: The key is blue.\n');
    expect(error.message.split('\n')).toEqual([
      'bench.yaml:3: tasks[0].question: expected question too (needle, question and answers go together), got nothing',
      'bench.yaml:3: tasks[0].answers: expected answers too (needle, question and answers go together), got nothing',
    ]);
  });

  test('ten problems at once, by line, and how many more', () => {
    const keys = Array.from({ length: 14 }, (_, i) => `unheard${i}: 1`);
    const lines = failure(['version: 1', ...keys].join('\n')).message.split('\n');
    expect(lines.length).toBe(11);
    expect(lines[0]).toContain('bench.yaml:2: unheard0:');
    expect(lines[9]).toContain('bench.yaml:11: unheard9:');
    expect(lines[10]).toBe('… and 4 more');
  });
});

describe('texts that are not one plain YAML mapping', () => {
  const cases: readonly (readonly [name: string, yaml: string, message: string])[] = [
    [
      'a key twice',
      'version: 1\nseed: 1\nseed: 2\n',
      'bench.yaml:3: expected valid YAML: Map keys must be unique',
    ],
    ['a list that never ends', 'version: [\n', 'expected valid YAML'],
    ['a tag of someone', 'version: !number 1\n', 'bench.yaml:1: expected valid YAML: Unresolved tag'],
    ['two documents', 'version: 1\n---\nversion: 1\n', 'bench.yaml:2: expected valid YAML: one document'],
    ['endless nesting', '['.repeat(50_000), 'expected valid YAML: this is nested too deeply'],
    [
      'a reference to nothing',
      'version: 1\nseed: *seed\n',
      'bench.yaml:2: expected valid YAML: *seed names nothing',
    ],
    [
      'references that multiply',
      `a: &a [x, x, x, x, x]\n${['a', 'b', 'c', 'd', 'e', 'f']
        .map((name, i, all) => `${all[i + 1] ?? 'g'}: &${all[i + 1] ?? 'g'} [${`*${name}, `.repeat(9)}]`)
        .join('\n')}`,
      'expected valid YAML: its references',
    ],
  ];
  test.each(cases)('%s', (_name, yaml, message) => {
    const error = failure(yaml);
    expect(error.code).toBe('config_invalid');
    expect(error.message).toContain(message);
  });

  test('a key that names the prototype is a key like any other, and unknown', () => {
    expect(failure('version: 1\n__proto__: {polluted: 1}\n').message).toContain('bench.yaml:2: __proto__:');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('what may be a secret never stands in a message', () => {
  const secret = 'sk-3f9a0c77d1';
  test.each([
    ['a key in place of its name', `version: 1\nmodels: [{apiKeyEnv: ${secret}}]\n`],
    ['a key in a header', `version: 1\nmodels: [{headers: {Authorization: Bearer ${secret}}}]\n`],
    ['a list in a header', `version: 1\nmodels: [{headers: {X-Api-Key: [${secret}]}}]\n`],
  ])('%s', (_name, yaml) => {
    const error = failure(yaml);
    expect(`${error.message} ${error.hint}`).not.toContain(secret);
    expect(error.message).toContain('models[0].');
  });
});

test('values are read: lengths in tokens, depths as fractions, both ascending', () => {
  const { value } = parse(
    'version: 1\ncontextLengths: [128Ki, 1k, 1M, 1.5k]\ndepths: [100, 0, 33.3333]\nmodels: [{contextWindow: 128k}]\n',
  );
  expect(value.contextLengths).toEqual([1000, 1500, 131_072, 1_000_000]);
  expect(value.depths).toEqual([0, 0.333333, 1]);
  expect(value.models?.[0]?.contextWindow).toBe(128_000);
});

test('a reference to an earlier value is followed, also to its line', () => {
  const text = 'version: 1\nmodels:\n  - &one {preset: qwen2-7b, maxTokens: 0}\n  - *one\n';
  expect(
    failure(text)
      .message.split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['bench.yaml:3:', 'bench.yaml:3:']);
});
