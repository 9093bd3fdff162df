import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { commandLine } from '../cli/in-process.ts';
import { command, manifestIn, rowsOf, start, temporaryFolder } from './command.ts';

let server: ReferenceServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  server = await startReferenceServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const config = async (text: string): Promise<string> => {
  await writeFile(join(folder.dir, 'needles.yaml'), text);
  return 'needles.yaml';
};
/** A command that only reads: in this process, since half a second of starting Node each would be most of what is tested. */
const reading = (...args: string[]): ReturnType<typeof commandLine> =>
  commandLine(args, { cwd: folder.dir, cacheDir: join(folder.dir, '.cache', 'needlescope') });
const flags = (model: string, ...more: string[]): string[] => [
  'run',
  '--base-url',
  server.url,
  '--model',
  `known-answer/${model}`,
  '--out',
  'out',
  ...more,
];

describe('a run', () => {
  test("from a config, a user's own needle included, in English and Chinese", async () => {
    await mkdir(join(folder.dir, 'texts'));
    const sentence = '老人沿着河岸慢慢走回村子，路边的柳树在风里摇着。';
    const lines = Array.from({ length: 400 }, (_, i) => `第${i + 1}天，${sentence}`);
    await writeFile(join(folder.dir, 'texts/a.txt'), lines.join('\n'));
    const path = await config(`
version: 1
models:
  - name: mine
    model: known-answer/perfect
    baseUrl: \${ENDPOINT}
    apiKeyEnv: MY_KEY
    tokenizer: o200k_base
tasks:
  - name: niah_single
  - name: niah_single
    id: own
    needle: "王师傅把备用钥匙藏在第三块青石板下面。"
    question: "王师傅把备用钥匙藏在哪里？"
    answers: ["第三块青石板"]
contextLengths: [1k, 2k]
depths: [0, 50, 100]
trials: 1
corpus: {files: "texts/*.txt", language: zh}
output: reports/mine
`);
    const ended = await command(['run', path], {
      cwd: folder.dir,
      env: { ENDPOINT: server.url, MY_KEY: 'sk-planted-42' },
    });
    expect(ended).toMatchObject({ code: 0 });
    const rows = await rowsOf(join(folder.dir, 'reports/mine'));
    expect(rows).toHaveLength(12);
    expect(rows.map((row) => row.score?.value)).toEqual(rows.map(() => 1));
    expect(new Set(rows.map((row) => row.cell.task))).toEqual(new Set(['niah_single', 'own']));
    for (const row of rows) expect(row.completion?.usage.promptTokens).toBe(row.sample.promptTokens);
    const page = await readFile(join(folder.dir, 'reports/mine/report.html'), 'utf8');
    const manifest = await readFile(join(folder.dir, 'reports/mine/manifest.json'), 'utf8');
    for (const text of [page, manifest, ended.stdout, ended.stderr])
      expect(text).not.toContain('sk-planted-42');
  });

  test('sends no request but its cells, each once, in the order of the rows at concurrency 1', async () => {
    const before = server.requests().length;
    const ended = await command(
      flags(
        'perfect',
        '--tokenizer',
        'o200k_base',
        '--lengths',
        '600,900',
        '--depths',
        '0,50,100',
        '--trials',
        '2',
        '--concurrency',
        '1',
      ),
      { cwd: folder.dir },
    );
    expect(ended).toMatchObject({ code: 0 });
    const asked = server.requests().slice(before);
    const rows = await rowsOf(join(folder.dir, 'out'));
    expect(rows).toHaveLength(12);
    expect(asked.map((request) => request.promptSha256)).toEqual(rows.map((row) => row.sample.promptSha256));
  });

  test("the server's own tokenizer, window and template are found without being told", async () => {
    const ended = await command(
      [
        'run',
        '--base-url',
        server.url,
        '--model',
        'known-answer/window-8k',
        '--tokenizer',
        'server',
        '--depths',
        '50',
        '--trials',
        '1',
        '--out',
        'out',
      ],
      { cwd: folder.dir },
    );
    expect(ended).toMatchObject({ code: 0 });
    const rows = await rowsOf(join(folder.dir, 'out'));
    expect(rows.map((row) => row.cell.contextLength).sort((a, b) => a - b)).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
    for (const row of rows) expect(row.completion?.usage.promptTokens).toBe(row.sample.promptTokens);
    const manifest = await manifestIn(join(folder.dir, 'out'));
    expect(manifest.models[0]).toMatchObject({ templateOverhead: 8, windows: { served: 8_192 } });
  });

  test('a grown grid resumes; a changed question exits 2, says what changed, and loses nothing', async () => {
    const base = ['--tokenizer', 'o200k_base', '--depths', '0,100', '--trials', '1'];
    expect(await command(flags('perfect', ...base, '--lengths', '600'), { cwd: folder.dir })).toMatchObject({
      code: 0,
    });
    const before = server.requests().length;
    expect(
      await command(flags('perfect', ...base, '--lengths', '600,700'), { cwd: folder.dir }),
    ).toMatchObject({ code: 0 });
    expect(server.requests().length - before).toBe(2);
    const changed = await command(flags('perfect', ...base, '--lengths', '600', '--seed', '8'), {
      cwd: folder.dir,
    });
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(/seed: 7 → 8/);
    expect(changed.stderr).toMatch(/--out/);
    expect(await rowsOf(join(folder.dir, 'out'))).toHaveLength(4);
  });

  test('warns of a model the endpoint does not list and of a window under the grid, and records overflow', async () => {
    const ended = await command(
      flags(
        'window-8k',
        '--tokenizer',
        'o200k_base',
        '--lengths',
        '4k,16k',
        '--depths',
        '50',
        '--trials',
        '1',
      ),
      { cwd: folder.dir },
    );
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/warning: .*serves 8192 tokens and the grid goes to 16K/);
    const rows = await rowsOf(join(folder.dir, 'out'));
    expect(Object.fromEntries(rows.map((row) => [row.cell.contextLength, row.reason]))).toEqual({
      4000: null,
      16000: 'overflow',
    });
    const missing = await command(
      [
        'run',
        '--base-url',
        server.url,
        '--model',
        'known-answer/perfekt',
        '--tokenizer',
        'o200k_base',
        '--lengths',
        '600',
        '--depths',
        '50',
        '--trials',
        '1',
        '--out',
        'typo',
      ],
      { cwd: folder.dir },
    );
    expect(missing.code).toBe(4);
    expect(missing.stderr).toMatch(
      /does not list known-answer\/perfekt; did you mean known-answer\/perfect\?/,
    );
  });

  test('thresholds decide the exit code', async () => {
    const body = (rule: string): string => `
version: 1
models: [{name: m, model: known-answer/lost-in-the-middle, baseUrl: "${server.url}", tokenizer: o200k_base}]
contextLengths: [6k]
depths: [0, 50, 100]
trials: 1
thresholds: ["${rule}"]
output: out
`;
    expect(await command(['run', await config(body('accuracy >= 0.5'))], { cwd: folder.dir })).toMatchObject({
      code: 0,
    });
    const unmet = await command(['run', await config(body('accuracy >= 0.9'))], { cwd: folder.dir });
    expect(unmet.code).toBe(5);
    expect(unmet.stdout).toContain('NOT MET');
    expect(await command(['check', 'out'], { cwd: folder.dir })).toMatchObject({ code: 5 });
    expect(await command(['check', 'out', '--threshold', 'failed == 0'], { cwd: folder.dir })).toMatchObject({
      code: 0,
    });
  });
});

describe('what goes wrong', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'an unknown key',
      'version: 1\nmodles: []\n',
      /needles\.yaml:2: modles: .*(did you mean models|models)/s,
    ],
    [
      'a bad length',
      'version: 1\nmodels: [{preset: qwen2-7b, baseUrl: "http://127.0.0.1:1/v1"}]\ncontextLengths: [12x]\n',
      /needles\.yaml:3: contextLengths/,
    ],
    [
      'a missing variable',
      'version: 1\nmodels: [{preset: qwen2-7b, baseUrl: "${' + 'NO_SUCH_URL}"}]\n',
      /NO_SUCH_URL/,
    ],
    ['broken YAML', 'version: 1\n  models: [\n', /needles\.yaml:\d/],
  ];
  test.each(cases)('%s: exit 2, one message with the fix', async (_, text, message) => {
    const ended = await command(['run', await config(text)], { cwd: folder.dir });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).toMatch(/^fix: /m);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.stdout).toBe('');
  });

  test('no server: exit 4 within seconds, resumable', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const address = closed.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const ended = await command(
      [
        'run',
        '--base-url',
        `http://127.0.0.1:${port}/v1`,
        '--model',
        'x',
        '--tokenizer',
        'o200k_base',
        '--lengths',
        '1k',
        '--out',
        'out',
      ],
      { cwd: folder.dir },
    );
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/127\.0\.0\.1/);
    expect(ended.stderr).toMatch(/^fix: .*resum/m);
    // Port 1 is one that fetch refuses by itself: no server can be there either.
    const blocked = await command(
      ['run', '--base-url', 'http://127.0.0.1:1/v1', '--model', 'x', '--lengths', '1k', '--out', 'out'],
      { cwd: folder.dir },
    );
    expect([blocked.code, blocked.stderr]).toEqual([4, expect.stringContaining('cannot be reached')]);
  });

  test('an output folder that is a file, a damaged results file, a second run on one folder: exit 3', async () => {
    await writeFile(join(folder.dir, 'taken'), 'x');
    const file = await command(flags('perfect', '--lengths', '600', '--out', 'taken'), { cwd: folder.dir });
    expect(file.code).toBe(3);
    expect(file.stderr).toMatch(/taken/);
    await mkdir(join(folder.dir, 'bad'));
    await writeFile(join(folder.dir, 'bad/results.jsonl'), '{"v":1}\nnot json\n{"v":1}\n');
    const damaged = await command(
      [
        'run',
        '--base-url',
        server.url,
        '--model',
        'known-answer/perfect',
        '--lengths',
        '600',
        '--out',
        'bad',
      ],
      { cwd: folder.dir },
    );
    expect(damaged.code).toBe(3);
    expect(damaged.stderr).toMatch(/results\.jsonl:1/);
    const args = flags(
      'slow',
      '--tokenizer',
      'o200k_base',
      '--lengths',
      '600',
      '--depths',
      '0,50,100',
      '--trials',
      '5',
      '--concurrency',
      '1',
    );
    const first = start(args, { cwd: folder.dir });
    while ((await rowsOf(join(folder.dir, 'out')).catch(() => [])).length < 1) await wait(20);
    const second = await command(args, { cwd: folder.dir });
    expect(second.code).toBe(3);
    first.child.kill('SIGKILL');
    await first.ended;
  });

  test('an unknown command, flag or name: exit 2 and the nearest', async () => {
    const flag = await reading('run', '--lenghts', '1k');
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('--lengths')]);
    const preset = await reading('plan', '--preset', 'qwen2-7');
    expect([preset.code, preset.stderr]).toEqual([2, expect.stringContaining('qwen2-7b')]);
    const topic = await reading('list', 'model');
    expect([topic.code, topic.stderr]).toEqual([2, expect.stringContaining('models')]);
  });
});

describe('without a server', () => {
  test('plan works offline and prints JSON: grid, tokens, cost, origins', async () => {
    const ended = await command(
      [
        'plan',
        '--preset',
        'deepseek-v2',
        '--base-url',
        'http://127.0.0.1:1/v1',
        '--tokenizer',
        'cl100k_base',
        '--lengths',
        '1k,2k',
        '--json',
      ],
      { cwd: folder.dir },
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const plan = JSON.parse(ended.stdout);
    expect(plan.total).toEqual({ cells: 66, promptTokens: 33 * (872 + 1_872), completionTokens: 66 * 128 });
    expect(plan.origins).toMatchObject({
      trials: 'default',
      'models[0].tokenizer': 'flag',
      'models[0].price': 'preset',
    });
    expect(plan.grids[0].estimate.cost.currency).toBe('USD');
  });

  test('list prints arrays, models by their preset with windows as numbers', async () => {
    const models = JSON.parse((await reading('list', 'models', '--json')).stdout);
    const names = models.map((model: { preset: string }) => model.preset);
    for (const name of 'llama-3-8b llama-3-70b glm-4-9b-chat glm-4-9b-chat-1m qwen2-0.5b qwen2-1.5b qwen2-7b qwen2-57b-a14b qwen2-72b deepseek-v2-lite deepseek-v2'.split(
      ' ',
    )) {
      expect(names).toContain(name);
    }
    expect(models[names.indexOf('llama-3-8b')].windows).toMatchObject({ config: 8192, documented: 8192 });
    for (const topic of ['tasks', 'corpora', 'scorers', 'tokenizers', 'suites', 'profiles']) {
      const ended = await reading('list', topic, '--json');
      expect(JSON.parse(ended.stdout).length, topic).toBeGreaterThan(0);
      expect((await reading('list', topic)).stdout.split('\n').length).toBeGreaterThan(1);
    }
  });

  test('--version prints the version, --help the commands and exit codes', async () => {
    expect((await command(['--version'], { cwd: folder.dir })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await command(['--help'], { cwd: folder.dir });
    expect(help.code).toBe(0);
    for (const word of ['demo', 'run', 'plan', 'report', 'check', 'serve', 'show', 'list', '130'])
      expect(help.stdout).toContain(word);
  });
});

test('show prints the very prompt of a row; a changed corpus is told', async () => {
  await mkdir(join(folder.dir, 'texts'));
  const text = Array.from(
    { length: 900 },
    (_, i) => `Entry ${i}: the "mill" stood by the river; it rained.`,
  ).join('\n');
  await writeFile(join(folder.dir, 'texts/a.txt'), text);
  const body = (corpus: string): string => `
version: 1
models: [{name: m, model: known-answer/perfect, baseUrl: "${server.url}", tokenizer: o200k_base}]
contextLengths: [600, 1500]
depths: [0, 50, 100]
trials: 1
prompt: {system: "Be brief.", questionPosition: both}
corpus: ${corpus}
`;
  for (const [corpus, out] of [
    ['{files: "texts/*.txt", language: en}', 'files'],
    ['prose-zh', 'prose'],
  ] as const) {
    await writeFile(join(folder.dir, 'show.yaml'), body(corpus));
    expect((await command(['run', 'show.yaml', '--out', out], { cwd: folder.dir })).code).toBe(0);
    const rows = await rowsOf(join(folder.dir, out));
    expect(rows).toHaveLength(6);
    for (const row of rows.slice(0, 3)) {
      const shown = await reading('show', out, row.key.slice(0, 14));
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(sha256(shown.stdout)).toBe(row.sample.promptSha256);
    }
  }
  const [row] = await rowsOf(join(folder.dir, 'files'));
  await writeFile(join(folder.dir, 'texts/a.txt'), text.replaceAll('river', 'rivers'));
  const changed = await reading('show', 'files', row?.key ?? '');
  expect([changed.code, changed.stdout]).toEqual([3, '']);
  expect((await reading('show', 'files', 'abc')).code).toBe(2);
});

test('report: several runs, several formats; terminal on stdout', async () => {
  const common = ['--tokenizer', 'o200k_base', '--lengths', '600', '--depths', '0,100', '--trials', '1'];
  expect((await command(flags('perfect', ...common), { cwd: folder.dir })).code).toBe(0);
  const ended = await reading('report', 'out', '--format', 'md,csv,json,terminal', '-o', 'both');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('SIMULATED');
  expect(await readFile(join(folder.dir, 'both.md'), 'utf8')).toContain('SIMULATED');
  expect((await readFile(join(folder.dir, 'both.csv'), 'utf8')).trim().split('\n')).toHaveLength(3);
  expect(JSON.parse(await readFile(join(folder.dir, 'both.json'), 'utf8')).panels).toHaveLength(1);
  // The same questions to two models, in two folders of one name: each answer stays with its own run.
  const other = flags('refuses', ...common).map((arg) => (arg === 'out' ? 'b/out' : arg));
  expect((await command(other, { cwd: folder.dir })).code).toBe(0);
  expect((await reading('report', 'out', 'b/out', '--format', 'json', '-o', 'two.json')).code).toBe(0);
  const view = JSON.parse(await readFile(join(folder.dir, 'two.json'), 'utf8')) as {
    panels: { run: string; overall: { mean: number } }[];
  };
  expect(view.panels.map(({ run, overall }) => [run, overall.mean])).toEqual([
    ['out', 1],
    ['b/out', 0],
  ]);
  expect((await command(['report', 'nowhere'], { cwd: folder.dir })).code).toBe(3);
});
