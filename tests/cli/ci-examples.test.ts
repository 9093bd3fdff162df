import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Actions, createProgram } from '../../src/cli/program.ts';
import { readConfigFile } from '../../src/config/read-config.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const workflow = 'examples/ci/.github/workflows/scheduled-example.yml';

/** Every needlescope command line of a file, as a shell would split it; variables stand for one word each. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/npx --yes "\$NEEDLESCOPE" ([^\n;]+)/g)].map(([, line]) =>
    [...(line as string).matchAll(/"[^"]*"|\S+/g)].map(([word]) =>
      word.replaceAll('"', '').replace(/\$\{?\w+\}?/g, '1'),
    ),
  );
}

/** Which command a line calls; throws where the command or one of its flags does not exist. */
async function called(argv: readonly string[]): Promise<string> {
  let name = '';
  const actions = new Proxy({} as Actions, {
    get: (_, property) => async () => {
      name = String(property);
      return 0;
    },
  });
  const program = createProgram(actions, '0', () => {});
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  await program.parseAsync([...argv], { from: 'user' });
  return name;
}

describe.each([
  [workflow, ['plan', 'run', 'merge', 'report', 'check', 'compare', 'baseline', 'history']],
  ['examples/ci/gitlab-ci.yml', ['run', 'merge', 'report', 'check', 'compare']],
])('%s', (path, expected) => {
  test('calls commands and flags that exist, in this order', async () => {
    expect(await Promise.all(commandsIn(read(path)).map(called))).toEqual(expected);
  });
});

test('a command line with a flag that does not exist would be seen', async () => {
  const [argv] = commandsIn('npx --yes "$NEEDLESCOPE" run --no-such-flag "$X"');
  await expect(called(argv as string[])).rejects.toThrow(/no-such-flag/);
});

test('the workflow runs no text of an expression, and hands keys by environment only', () => {
  for (const path of [workflow, 'action.yml']) {
    const lines = read(path)
      .split('\n')
      .filter((line) => !/^\s*#/.test(line));
    const runs = lines.filter((line) => /npx|run: |git /.test(line));
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter((line) => line.includes('${{'))).toEqual([]);
    const secret = lines.filter((line) => line.includes('secrets.'));
    expect(secret.every((line) => /^\s+[A-Z_]+: \$\{\{ secrets\.[A-Z_]+ \}\}$/.test(line))).toBe(true);
  }
  expect(read(workflow)).toContain('secrets.VLLM_API_KEY');
  expect(read('action.yml')).not.toMatch(/^ {2}\S*key\S*:$/im);
});

test('the schedule keeps away from the hour, where jobs are dropped', () => {
  const [, minute] = /cron: ["'](\d+) /.exec(read(workflow)) ?? [];
  expect(Number(minute) % 5).not.toBe(0);
});

test('the image runs as no root and brings fonts', () => {
  const text = read('Dockerfile');
  expect(text).toMatch(/^USER node$/m);
  expect(text).toContain('fonts-noto-cjk');
  expect(text).toMatch(/^FROM node:\d+-slim$/m);
});

test('the config of the examples resolves, and names its key by variable', async () => {
  const file = await readConfigFile(join(root, 'examples/ci/needlescope.yaml'));
  const env = { VLLM_URL: 'http://127.0.0.1:8000/v1', VLLM_API_KEY: 'k' };
  const { config } = resolveConfig({ file, flags: {}, env });
  expect(config.models[0]).toMatchObject({ apiKeyEnv: 'VLLM_API_KEY', trials: 5 });
  expect(config.thresholds.length).toBe(3);
});
