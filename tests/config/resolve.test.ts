import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flags } from '../../src/config/flags.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { type ResolveRequest, resolveConfig } from '../../src/config/resolve.ts';
import { configForManifest } from '../../src/config/resolved.ts';
import { corpusIds } from '../../src/config/schema.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { knownCorpora } from '../../src/corpus/catalogue.ts';

const read = (text: string) =>
  parseConfig(`version: 1\n${text}`, { path: 'bench/my run.yaml', dir: 'bench' });
const resolve = (text: string | null, flags: Flags = {}, more: Partial<ResolveRequest> = {}) =>
  resolveConfig({ file: text === null ? null : read(text), flags, env: {}, ...more });

function failure(run: () => unknown): NeedlescopeError {
  try {
    run();
  } catch (error) {
    if (error instanceof NeedlescopeError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const local = 'http://127.0.0.1:8000/v1';
const qwen = `models: [{preset: qwen2-7b, baseUrl: "${local}"}]\n`;

describe('precedence', () => {
  test('without anything but a model, all is default, and a run still knows all it needs', () => {
    const { config, origins, baseDir, shard } = resolve(null, { baseUrl: local, model: 'my-model' });
    expect(config).toEqual({
      version: 1,
      models: [
        {
          name: 'my-model',
          model: 'my-model',
          preset: null,
          provider: null,
          endpointHost: '127.0.0.1:8000',
          apiKeyEnv: null,
          maker: null,
          parameters: null,
          simulated: false,
          note: null,
          windows: { claimed: null, config: null, documented: null },
          tokenizer: 'auto',
          templateOverhead: null,
          api: 'chat',
          maxTokens: 128,
          temperature: 0,
          stop: [],
          extraBody: {},
          price: null,
          contextLengths: null,
          depths: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
          trials: 3,
          order: 'random',
        },
      ],
      tasks: [{ id: 'niah_single', name: 'niah_single', params: {}, bar: null }],
      lengthBy: 'model',
      trials: 3,
      corpus: 'prose-en',
      haystacks: 'fresh',
      strategy: 'grid',
      prompt: { system: null, questionPosition: 'after' },
      seed: 7,
      execution: {
        concurrency: 4,
        requestsPerMinute: null,
        tokensPerMinute: null,
        timeoutSeconds: 600,
        maxAttempts: 6,
        stream: true,
      },
      budget: { cost: null, promptTokens: null, minutes: null },
      thresholds: [],
      output: 'reports/my-model',
    });
    expect(origins).toMatchObject({
      'models[0].model': 'flag',
      'models[0].endpointHost': 'flag',
      'models[0].maxTokens': 'default',
      trials: 'default',
    });
    expect([baseDir, shard]).toEqual(['.', null]);
  });

  test('defaults < preset < file < flag, and each setting says which', () => {
    const byPreset = resolve(qwen);
    expect(byPreset.config.models[0]).toMatchObject({ tokenizer: 'auto', templateOverhead: 19 });
    expect(byPreset.origins).toMatchObject({
      'models[0].templateOverhead': 'preset',
      'models[0].windows.claimed': 'preset',
      'models[0].preset': 'file',
      'models[0].temperature': 'default',
    });

    const byFile = `models: [{preset: qwen2-7b, baseUrl: "${local}", templateOverhead: 30, contextWindow: 32k, tokenizer: cl100k_base}]\ntrials: 5\nexecution: {concurrency: 2}\n`;
    const filed = resolve(byFile);
    expect(filed.config.models[0]).toMatchObject({ tokenizer: 'cl100k_base', templateOverhead: 30 });
    expect(filed.config.models[0]?.windows).toEqual({ claimed: 32_000, config: 32_768, documented: 131_072 });
    expect(filed.config.trials).toBe(5);
    expect(filed.config.execution).toMatchObject({ concurrency: 2, maxAttempts: 6 });
    expect(filed.origins).toMatchObject({
      trials: 'file',
      'execution.concurrency': 'file',
      'execution.maxAttempts': 'default',
      'models[0].tokenizer': 'file',
    });

    const flagged = resolve(byFile, { tokenizer: 'o200k_base', trials: '1', concurrency: '8' });
    expect(flagged.config.models[0]?.tokenizer).toBe('o200k_base');
    expect(flagged.config.trials).toBe(1);
    expect(flagged.config.execution.concurrency).toBe(8);
    expect(flagged.origins).toMatchObject({
      trials: 'flag',
      'execution.concurrency': 'flag',
      'models[0].tokenizer': 'flag',
      'models[0].templateOverhead': 'file',
    });
  });

  test('null in a file is a value: it overrides a preset', () => {
    const text = `models: [{preset: deepseek-v2, baseUrl: "${local}", price: null, temperature: null, templateOverhead: null}]\n`;
    expect(resolve(text).config.models[0]).toMatchObject({
      price: null,
      temperature: null,
      templateOverhead: null,
    });
    const kept = resolve(`models: [{preset: deepseek-v2, baseUrl: "${local}"}]\n`);
    expect(kept.config.models[0]?.price).toEqual({
      input: 0.14,
      cachedInput: null,
      output: 0.28,
      currency: 'USD',
    });
  });

  test('a preset, an address and a tokenizer are enough, offline or not', () => {
    for (const offline of [true, false]) {
      const flags = { preset: 'llama-3-8b', baseUrl: local, tokenizer: 'o200k_base' };
      const { config } = resolve(null, flags, { offline });
      expect(config.models[0]).toMatchObject({
        name: 'llama-3-8b',
        model: 'meta-llama/Meta-Llama-3-8B-Instruct',
        tokenizer: 'o200k_base',
        windows: { claimed: 8192, config: 8192, documented: 8192 },
      });
    }
  });

  test("a model's own grid wins over the file's, a flag over both", () => {
    const text = `models:
  - {preset: qwen2-7b, baseUrl: "${local}", contextLengths: [4k], depths: [50], trials: 1, order: bust}
  - {preset: qwen2-72b, baseUrl: "${local}"}
contextLengths: [1k, 2k]
depths: [0, 100]
trials: 5
order: cache
`;
    const grids = (flags: Flags) =>
      resolve(text, flags).config.models.map((m) => [m.contextLengths, m.depths, m.trials, m.order]);
    expect(grids({})).toEqual([
      [[4000], [0.5], 1, 'bust'],
      [[1000, 2000], [0, 1], 5, 'cache'],
    ]);
    const flagged = [[8000, 16_000], [0, 0.25, 1], 2, 'random'];
    expect(grids({ lengths: '8k, 16k', depths: '0,25%,100', trials: '2', order: 'random' })).toEqual([
      flagged,
      flagged,
    ]);
  });

  test('a base model gets a stop of its own, unless it says otherwise', () => {
    const text = (more: string) => `models: [{model: base, baseUrl: "${local}", api: completions${more}}]\n`;
    expect(resolve(text('')).config.models[0]?.stop).toEqual(['\n\n', '\nQuestion:', '\n问题：', '\n<']);
    expect(resolve(text(', stop: ["###"]')).config.models[0]?.stop).toEqual(['###']);
    const preset = `models: [{preset: glm-4-9b-chat, baseUrl: "${local}", api: completions}]\n`;
    const { stop, templateOverhead } = resolve(preset).config.models[0] ?? {};
    expect(stop).toEqual(['\n\n', '\nQuestion:', '\n问题：', '\n<']);
    // What the row knows is the overhead and the end of a chat.
    expect(templateOverhead).toBeNull();
  });
});

describe('models', () => {
  test('none at all is an error with an example', () => {
    for (const run of [() => resolve(null), () => resolve('models: []\n'), () => resolve('trials: 3\n')]) {
      const error = failure(run);
      expect(error.code).toBe('config_invalid');
      expect(error.message).toContain('models: expected at least one model');
      expect(error.hint).toContain('preset: qwen2-7b');
    }
  });

  test('a model without an address is an error, but for a plan and for simulated models', () => {
    const error = failure(() => resolve(null, { model: 'my-model' }));
    expect(error.message).toContain(
      'baseUrl: expected the address of an endpoint (or --base-url, --provider)',
    );
    expect(resolve(null, { model: 'my-model' }, { offline: true }).config.models[0]?.endpointHost).toBeNull();
    const { config, connections } = resolve(null, { preset: 'known-answer/perfect' });
    expect(config.models[0]).toMatchObject({ simulated: true, endpointHost: null, templateOverhead: 8 });
    expect(connections.get('known-answer/perfect')?.baseUrl).toBeNull();
  });

  test('an address alone leaves the model to be found, and is its name until then', () => {
    const { config, connections } = resolve(null, { baseUrl: local });
    expect(config.models[0]).toMatchObject({ name: '127.0.0.1:8000', model: '' });
    expect(connections.get('127.0.0.1:8000')?.baseUrl).toBe(local);
  });

  test('a known-answer id is simulated and brings its row, whatever it is called', () => {
    const text = `models: [{name: looks real, model: known-answer/window-8k, baseUrl: "${local}"}]\n`;
    expect(resolve(text).config.models[0]).toMatchObject({
      name: 'looks real',
      preset: 'known-answer/window-8k',
      simulated: true,
      tokenizer: 'o200k_base',
      note: { en: expect.stringContaining('8,192') },
    });
  });

  test('unknown presets and providers are told with the nearest name and their line', () => {
    const error = failure(() => resolve('models:\n  - preset: qwen-2-7b\n    provider: vlm\n'));
    expect(error.code).toBe('unknown_name');
    expect(error.message).toContain(
      'bench/my run.yaml:3: models[0].preset: expected a model preset (did you mean qwen2-7b?), got "qwen-2-7b"',
    );
    expect(error.message).toContain(
      'bench/my run.yaml:4: models[0].provider: expected a provider (did you mean vllm?), got "vlm"',
    );
  });

  test('a provider brings its address and the name of its key', () => {
    const { config, connections, origins } = resolve(
      null,
      { provider: 'deepseek', model: 'deepseek-v4' },
      { env: { DEEPSEEK_API_KEY: 'k' } },
    );
    expect(config.models[0]?.apiKeyEnv).toBe('DEEPSEEK_API_KEY');
    expect(connections.get('deepseek-v4')).toMatchObject({
      baseUrl: 'https://api.deepseek.com/v1',
      apiKey: 'k',
    });
    expect(origins['models[0].endpointHost']).toBe('preset');
  });

  test('names are unique', () => {
    const text = `models:\n  - {preset: qwen2-7b, baseUrl: "${local}"}\n  - {preset: qwen2-7b, baseUrl: "${local}"}\n`;
    expect(failure(() => resolve(text)).message).toBe(
      'bench/my run.yaml:4: models[1].name: expected a name of its own for each model, got "qwen2-7b" twice',
    );
  });

  test('with several models in a file --model and --preset pick, with one --model overrides', () => {
    const two = `models:\n  - {name: a, model: m/a, baseUrl: "${local}"}\n  - {preset: qwen2-7b, baseUrl: "${local}"}\n`;
    const names = (flags: Flags) => resolve(two, flags).config.models.map((model) => model.name);
    expect(names({})).toEqual(['a', 'qwen2-7b']);
    expect(names({ model: 'a' })).toEqual(['a']);
    expect(names({ model: 'm/a' })).toEqual(['a']);
    expect(names({ preset: 'qwen2-7b' })).toEqual(['qwen2-7b']);
    expect(failure(() => names({ model: 'b' })).message).toContain(
      "expected one of this file's models (a, qwen2-7b), got b",
    );
    const one = `models: [{name: a, model: m/a, baseUrl: "${local}"}]\n`;
    expect(resolve(one, { model: 'm/b' }).config.models[0]).toMatchObject({ name: 'a', model: 'm/b' });
    expect(resolve(one, { model: 'a' }).config.models[0]).toMatchObject({ name: 'a', model: 'm/a' });
  });

  test.each([
    ['localhost:8000', 'got localhost:'],
    ['my-server', 'got another text'],
    ['ftp://host/v1', 'got ftp:'],
    [`${local}/chat/completions`, 'up to and without /chat/completions'],
    [`${local}?key=abc`, 'without ? and #'],
  ])('%s is no address of an endpoint', (baseUrl, message) => {
    const error = failure(() => resolve(null, { model: 'm', baseUrl }));
    expect(error.code).toBe('config_invalid');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('abc');
  });

  test('a key that is not set is an error, but for a plan', () => {
    const flags = { model: 'm', baseUrl: local, apiKeyEnv: 'MY_KEY' };
    for (const env of [{}, { MY_KEY: '' }, { MY_KEY: '  ' }]) {
      expect(failure(() => resolve(null, flags, { env })).code).toBe('env_missing');
      expect(resolve(null, flags, { env, offline: true }).connections.get('m')?.apiKey).toBeNull();
    }
    expect(resolve(null, flags, { env: { MY_KEY: 'k\n' } }).connections.get('m')?.apiKey).toBe('k');
  });
});

describe('tasks, corpus, output', () => {
  const own = `${qwen}tasks:\n  - {name: niah_single}\n  - {name: niah_single, id: mine, needle: n, question: q, answers: [a], bar: {relative: 0.85}}\n`;

  test('--task picks among the tasks of the file, else from the table', () => {
    const ids = (flags: Flags, text = own) => resolve(text, flags).config.tasks.map((task) => task.id);
    expect(ids({})).toEqual(['niah_single', 'mine']);
    expect(ids({ task: 'mine' })).toEqual(['mine']);
    expect(ids({ task: 'mine,niah_single' })).toEqual(['mine', 'niah_single']);
    expect(ids({ suite: 'niah' })).toEqual(['niah_single']);
    expect(ids({ task: 'niah_single' }, qwen)).toEqual(['niah_single']);
    expect(resolve(own, { task: 'mine' }).config.tasks[0]).toEqual({
      id: 'mine',
      name: 'niah_single',
      params: { needle: 'n', question: 'q', answers: ['a'] },
      bar: { relative: 0.85 },
    });
    expect(failure(() => ids({ task: 'niah_singel' }))).toMatchObject({
      code: 'unknown_name',
      hint: 'did you mean niah_single?',
    });
    expect(failure(() => ids({ suite: 'ruler' })).code).toBe('unknown_name');
    expect(failure(() => ids({ suite: 'niah', task: 'mine' })).code).toBe('usage');
  });

  test('the corpus and its language', () => {
    const corpus = (flags: Flags, text = qwen) => resolve(text, flags).config.corpus;
    expect(corpus({ language: 'zh' })).toBe('prose-zh');
    expect(corpus({ corpus: 'prose-zh', language: 'zh' })).toBe('prose-zh');
    expect(corpus({ language: 'zh' }, `${qwen}corpus: prose-en\n`)).toBe('prose-zh');
    expect(corpus({ corpus: 'texts/*.txt,more.md', language: 'zh' })).toEqual({
      files: ['texts/*.txt', 'more.md'],
      language: 'zh',
    });
    expect(corpus({}, `${qwen}corpus: {files: "*.md"}\n`)).toEqual({ files: ['*.md'], language: 'en' });
    expect(failure(() => corpus({ corpus: 'prose-en', language: 'zh' })).code).toBe('usage');
    expect(failure(() => corpus({ corpus: 'prose-eng' }))).toMatchObject({
      code: 'unknown_name',
      hint: 'did you mean prose-en?',
    });
    expect(corpusIds).toEqual(knownCorpora().map(({ id }) => id));
  });

  test('a public text and repeating it', () => {
    const corpus = (text: string, flags: Flags = {}) => resolve(`${qwen}${text}\n`, flags).config.corpus;
    expect(corpus('corpus: moby-dick')).toBe('moby-dick');
    expect(corpus('', { corpus: 'classics-zh', language: 'zh' })).toBe('classics-zh');
    expect(corpus('corpus: moby-dick', { language: 'en' })).toBe('moby-dick');
    expect(corpus('corpus: moby-dick', { language: 'zh' })).toBe('prose-zh');
    expect(failure(() => corpus('', { corpus: 'moby-dick', language: 'zh' }))).toMatchObject({
      code: 'usage',
      message: '--language: expected the language of corpus moby-dick, got zh',
    });
    expect(corpus('corpus: {id: moby-dick, repeat: true}')).toEqual({ id: 'moby-dick', repeat: true });
    expect(corpus('corpus: {id: moby-dick, repeat: true}', { language: 'en' })).toEqual({
      id: 'moby-dick',
      repeat: true,
    });
    expect(corpus('corpus: {id: moby-dick}')).toBe('moby-dick');
    expect(corpus('corpus: {id: moby-dick, repeat: false}')).toBe('moby-dick');
    // Our prose is as long as it is asked for, and its keys stay what they are.
    expect(corpus('corpus: {id: prose-zh, repeat: true}')).toBe('prose-zh');
    const files = { files: ['a.txt'], language: 'en' };
    expect(corpus('corpus: {files: a.txt, repeat: true}')).toEqual({ ...files, repeat: true });
    expect(corpus('corpus: {files: a.txt, repeat: false}')).toEqual(files);
    expect(corpus('corpus: {files: a.txt, repeat: true}', { language: 'zh' })).toEqual({
      files: ['a.txt'],
      language: 'zh',
      repeat: true,
    });
  });

  test('corpus files are relative to the config that names them, or to where the flag was typed', () => {
    const text = `${qwen}corpus: {files: "*.md"}\n`;
    expect(resolve(text).baseDir).toBe('bench');
    expect(resolve(text, { corpus: './x.md' }).baseDir).toBe('.');
  });

  test('the folder is named by flag, file, config or model', () => {
    expect(resolve(`${qwen}output: o\n`, { out: 'p' }).config.output).toBe('p');
    expect(resolve(`${qwen}output: o\n`).config.output).toBe('o');
    expect(resolve(qwen).config.output).toBe('reports/my-run');
    expect(resolve(null, { preset: 'known-answer/perfect' }).config.output).toBe(
      'reports/known-answer-perfect',
    );
    expect(resolve(null, { model: '../..', baseUrl: local }).config.output).toBe('reports/run');
  });
});

describe('flags', () => {
  test.each<[Flags, string]>([
    [{ trials: 'x' }, '--trials: expected a whole number from 1 to 10000, got "x"'],
    [{ trials: '' }, '--trials: expected a whole number from 1 to 10000, got ""'],
    [{ seed: '1.5' }, '--seed: expected a whole number from 0 up, got "1.5"'],
    [{ lengths: '1k,lots' }, '--lengths: expected lengths in tokens with commas between, got "1k,lots"'],
    [{ lengths: '1k,1000' }, '--lengths: expected each value once, got 1000 twice'],
    [{ depths: '0,150' }, '--depths: expected percents from 0 to 100 with commas between, got "0,150"'],
    [{ order: 'fast' }, '--order: expected random, cache or bust, got "fast"'],
    [{ language: 'fr' }, '--language: expected en or zh, got "fr"'],
    [{ shard: '3/2' }, '--shard: expected part/parts, counted from 1, got "3/2"'],
    [{ shard: '0/2' }, '--shard: expected part/parts, counted from 1, got "0/2"'],
    [{ rpm: '0' }, '--rpm: expected a whole number from 1 up, or null, got "0"'],
    [{ maxCost: '-1' }, '--max-cost: expected a number above 0, or null, got "-1"'],
    [{ tokenizer: ' ' }, '--tokenizer: expected a text, got an empty one'],
    [
      { apiKeyEnv: 'sk-123' },
      '--api-key-env: expected the name of an environment variable, without $, got another text',
    ],
  ])('%j', (flags, message) => {
    const error = failure(() => resolve(qwen, flags));
    expect(error.code).toBe('usage');
    expect(error.message).toBe(message);
    expect(error.hint).toMatch(/^for example: --[a-z-]+ \S+$/);
  });

  test('all of them reach their setting', () => {
    const { config, shard, origins } = resolve(qwen, {
      seed: '11',
      concurrency: '2',
      rpm: '30',
      tpm: '500000',
      maxCost: '2.5',
      maxMinutes: '90',
      shard: '2/3',
    });
    expect(config.seed).toBe(11);
    expect(config.execution).toMatchObject({
      concurrency: 2,
      requestsPerMinute: 30,
      tokensPerMinute: 500_000,
    });
    expect(config.budget).toEqual({ cost: 2.5, promptTokens: null, minutes: 90 });
    expect(shard).toEqual({ index: 2, count: 3 });
    expect(origins).toMatchObject({ 'budget.cost': 'flag', 'execution.requestsPerMinute': 'flag' });
  });
});

describe('secrets', () => {
  const secret = fc
    .string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'), minLength: 8, maxLength: 24 })
    .map((text) => `S3CR${text}T`);

  test('none from the environment reaches the manifest, the origins or a JSON of the whole resolution', () => {
    const text = [
      'models:',
      `  - name: a`,
      `    model: m`,
      `    baseUrl: \${URL}`,
      `    apiKeyEnv: KEY`,
      `    headers: {Authorization: "Bearer \${TOKEN}", X-Team: "\${TEAM}"}`,
    ].join('\n');
    fc.assert(
      fc.property(secret, secret, secret, secret, (key, token, team, password) => {
        const env = { URL: `http://user:${password}@host:81/${team}/v1`, KEY: key, TOKEN: token, TEAM: team };
        const resolution = resolve(text, {}, { env });
        expect(resolution.connections.get('a')).toEqual({
          baseUrl: env.URL,
          apiKey: key,
          headers: { Authorization: `Bearer ${token}`, 'X-Team': team },
        });
        const manifest = configForManifest(resolution.config);
        expect(manifest).toMatchObject({ models: [{ endpointHost: 'host:81', apiKeyEnv: 'KEY' }] });
        expect(JSON.stringify([manifest, resolution])).not.toContain('S3CR');
      }),
    );
  });

  test('none from the environment reaches a message', () => {
    fc.assert(
      fc.property(secret, (hidden) => {
        const text = `models:\n  - {model: m, baseUrl: "\${URL}", headers: {X-A: "\${A}"}}\n`;
        const error = failure(() =>
          resolve(text, {}, { env: { URL: `not a url ${hidden}`, A: `${hidden}\r\nX: y` } }),
        );
        expect(error.message).toContain('models[0].baseUrl');
        expect(error.message).toContain('models[0].headers');
        expect(`${error.message}${error.hint}`).not.toContain(hidden);
      }),
    );
  });

  test('the environment is read in baseUrl and headers only', () => {
    const text = `${qwen}output: "\${HOME}/x"\nprompt: {system: "\${HOME}"}\n`;
    const { config } = resolve(text, {}, { env: { HOME: '/home/me' } });
    expect([config.output, config.prompt.system]).toEqual([`\${HOME}/x`, `\${HOME}`]);
  });
});

test('the manifest keeps the whole resolved config as JSON', () => {
  const { config } = resolve(qwen);
  expect(configForManifest(config)).toEqual(config);
});
