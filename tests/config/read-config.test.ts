import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/config/read-config.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

const dir = mkdtempSync(join(tmpdir(), 'needlescope-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

// As in the contract, but for the placeholders of needle, question and answer.
const contract = `version: 1
models:
  - preset: glm-4-9b-chat-1m                # a row of the model table; any key below overrides it
    baseUrl: http://127.0.0.1:8000/v1
  - name: my-qwen                           # label in results and report
    model: Qwen/Qwen2-7B-Instruct           # id sent to the endpoint
    baseUrl: \${VLLM_URL}                    # \${NAME} is read from the environment in baseUrl and headers only
    apiKeyEnv: VLLM_API_KEY                 # the key itself never stands in a file
    contextWindow: 128k                     # what the maker claims
    tokenizer: qwen2                        # name | {huggingface: path} | {tiktoken: path, pattern: …} | server | auto
    api: chat                               # chat | completions (base models: the question becomes an answer stem to complete)
    maxTokens: 128
    temperature: 0
    extraBody: {chat_template_kwargs: {enable_thinking: false}}
    price: {input: 0.14, cachedInput: 0.014, output: 0.28, currency: USD}   # per million tokens
tasks:
  - name: niah_single                       # seeded key and 7-digit value, new for every cell
  - name: niah_single
    id: my-needle                           # a user's own needle
    needle: "…"
    question: "…"
    answers: ["…"]
contextLengths: [1k, 2k, 4k, 8k]            # or {from: 1k, to: 128k, count: 12, spacing: linear|log}
lengthBy: model                             # model | an encoding's name
depths: {count: 11}                         # or a list of percents, or {count: 35, spacing: sigmoid}
trials: 3                                   # under 3 a run is a preview, and says so
corpus: prose-en                            # id | {files: "texts/*.txt", language: zh}
haystacks: fresh                            # fresh: a text of its own for each cell | shared: one per length and trial | nested: one per trial, lengths are its prefixes
strategy: grid                              # grid | adaptive
order: random                               # random | cache | bust
prompt: {system: null, questionPosition: after}   # after | before | both
seed: 7
execution: {concurrency: 4, requestsPerMinute: null, tokensPerMinute: null, timeoutSeconds: 600, maxAttempts: 6, stream: true}
budget: {cost: null, promptTokens: null, minutes: null}
thresholds: ["accuracy >= 0.95", "accuracy[64k..128k] >= 0.9", "effectiveLength >= 64k"]   # effectiveLength tests *shown*
output: reports/my-run
`;

test("the contract's example reads and resolves", async () => {
  const source = await readConfigFile(file('contract.yaml', contract));
  const { config, connections } = resolveConfig({
    file: source,
    flags: {},
    env: { VLLM_URL: 'http://10.0.0.5:8000/v1/', VLLM_API_KEY: 'the-key' },
  });
  expect(config.models.map((model) => [model.name, model.model, model.windows.claimed])).toEqual([
    ['glm-4-9b-chat-1m', 'zai-org/glm-4-9b-chat-1m', 1_048_576],
    ['my-qwen', 'Qwen/Qwen2-7B-Instruct', 128_000],
  ]);
  expect(config.models[1]).toMatchObject({
    endpointHost: '10.0.0.5:8000',
    tokenizer: 'qwen2',
    extraBody: { chat_template_kwargs: { enable_thinking: false } },
    price: { input: 0.14, cachedInput: 0.014, output: 0.28, currency: 'USD' },
    contextLengths: [1000, 2000, 4000, 8000],
  });
  expect(config.tasks).toEqual([
    { id: 'niah_single', name: 'niah_single', params: {}, bar: null },
    {
      id: 'my-needle',
      name: 'niah_single',
      params: { needle: '…', question: '…', answers: ['…'] },
      bar: null,
    },
  ]);
  expect(config.output).toBe('reports/my-run');
  expect(connections.get('my-qwen')).toEqual({
    baseUrl: 'http://10.0.0.5:8000/v1',
    apiKey: 'the-key',
    headers: {},
  });
});

test('a missing environment variable is told with file and line', async () => {
  const source = await readConfigFile(file('env.yaml', contract));
  expect(() => resolveConfig({ file: source, flags: {}, env: {} })).toThrow(
    expect.objectContaining({
      code: 'env_missing',
      exitCode: 2,
      message: [
        `${join(dir, 'env.yaml')}:7: models[1].baseUrl: expected the environment variable VLLM_URL, which is not set`,
        `${join(dir, 'env.yaml')}:8: models[1].apiKeyEnv: expected the environment variable VLLM_API_KEY, which is not set`,
      ].join('\n'),
    }),
  );
});

describe('files that cannot be a config', () => {
  test.each([
    ['one that is not there', () => join(dir, 'absent.yaml'), 'there is no such file'],
    ['a folder', () => dir, 'expected a config file, got none: EISDIR'],
    [
      'bytes that are not UTF-8',
      () => file('latin.yaml', new Uint8Array([0x61, 0x3a, 0xe9])),
      'expected UTF-8 text',
    ],
    [
      'more than a megabyte',
      () => file('big.yaml', `# ${'x'.repeat(1_000_000)}`),
      'under 1 MB, got 1000002 bytes',
    ],
  ])('%s', async (_name, path, message) => {
    await expect(readConfigFile(path())).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });
});

describe('the examples that ship', () => {
  const examples = resolve(import.meta.dirname, '../../examples');
  const names = readdirSync(examples).filter((name) => name.endsWith('.yaml'));

  test('are these', () => {
    expect(names.sort()).toEqual([
      'base-model.yaml',
      'chinese.yaml',
      'demo-like.yaml',
      'glm-4-1m.yaml',
      'llama-cpp.yaml',
      'own-needle.yaml',
      'public-novels.yaml',
      'repeated-text.yaml',
      'vllm-qwen2-7b.yaml',
    ]);
  });

  test.each(names)('%s resolves with an empty environment', async (name) => {
    const source = await readConfigFile(join(examples, name));
    const { config, connections } = resolveConfig({ file: source, flags: {}, env: {} });
    for (const model of config.models) {
      expect(model.contextLengths?.length).toBeGreaterThan(1);
      expect(connections.get(model.name)?.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
      const largest = model.contextLengths?.at(-1) ?? Number.POSITIVE_INFINITY;
      expect(largest, name).toBeLessThanOrEqual(model.windows.claimed ?? 0);
    }
  });
});
