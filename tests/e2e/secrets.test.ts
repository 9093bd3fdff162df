import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cuttingModel, plain, whole } from '../run/cutting-server.ts';
import {
  type Reply,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from '../run/scripted-server.ts';
import { command, type Ended, rowsOf, temporaryFolder } from './command.ts';

const key = 'sk-planted-0123456789';
const token = 'tok-planted-9876543210';
const user = 'planted-user';
const password = 'planted/pass+42';
/** Everything that must show up nowhere, in every dress it travels in. */
const planted = [key, token, user, password, encodeURIComponent(password), btoa(`${user}:${password}`)];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: ScriptedServer;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await server.close();
  await folder.remove();
});

/** All that a request carried, as a careless server says it back. */
const echo = ({ headers, path }: SeenRequest): string =>
  `${JSON.stringify(headers)} ${decodeURIComponent(path)}`;

/** A server that says back what it was called with: in errors, in answers, in thoughts. */
function careless(request: SeenRequest): Reply {
  if (request.method === 'GET' || !request.path.includes('/chat/completions')) {
    return { json: { error: { message: `no such thing for ${echo(request)}` } }, status: 404 };
  }
  const said = String(request.headers['authorization']);
  if (request.index % 5 === 4) return { text: `worker died: ${echo(request)}`, status: 500 };
  const found = cuttingModel({ cut: whole, say: (text) => ({ json: text }) })(request) as { json: string };
  if (request.prompt.length > 4_000 && request.prompt.length < 5_500) {
    return {
      json: { error: { message: `bad call ${echo(request)}`, param: said, code: said } },
      status: 400,
    };
  }
  const message = { content: `${found.json}, said to ${echo(request)}`, reasoning_content: echo(request) };
  return {
    json: {
      model: said,
      choices: [{ message, finish_reason: 'stop' }],
      usage: { prompt_tokens: 99_999, completion_tokens: 9 },
    },
  };
}

/** None of the names looks like a secret's, so that no net under the output catches what must not get that far. */
const env = (): Record<string, string> => ({
  NEEDLE_ACCOUNT: key,
  NEEDLE_TEAM: token,
  NEEDLE_URL: server.url.replace('http://', `http://${user}:${encodeURIComponent(password)}@`),
  PLAIN_URL: server.url,
});

const config = `
version: 1
models:
  - {name: keyed, model: m, baseUrl: "\${PLAIN_URL}", apiKeyEnv: NEEDLE_ACCOUNT, tokenizer: o200k_base, headers: {X-Team: "\${NEEDLE_TEAM}"}}
  - {name: basic, model: m, baseUrl: "\${NEEDLE_URL}", tokenizer: o200k_base}
contextLengths: [700, 1200]
depths: [0, 100]
trials: 1
execution: {concurrency: 1, maxAttempts: 2}
thresholds: ["accuracy >= 0.9"]
output: out
`;

async function needlescope(args: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  return command(args, { cwd: folder.dir, env: { ...env(), ...more } });
}

/** Every file under a folder, by path. */
async function filesUnder(dir: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path, (await readFile(path)).toString('latin1'));
  }
  return files;
}

function expectClean(what: string, text: string): void {
  for (const secret of planted) {
    expect(text.includes(secret), `${secret} in ${what}: …${around(text, secret)}…`).toBe(false);
  }
}

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 60), at + 90);
}

const expectQuiet = (what: string, { stdout, stderr }: Ended): void => {
  expectClean(`${what}, stdout`, stdout);
  expectClean(`${what}, stderr`, stderr);
};

describe('planted keys, tokens and passwords', () => {
  test('show up in no output and no file, whatever the server says back', async () => {
    server = await startScriptedServer(careless);
    await writeFile(join(folder.dir, 'needles.yaml'), config);
    const ended = await needlescope(['run', 'needles.yaml', '--verbose', '--events', 'events.jsonl']);
    expect([ended.code, ended.stderr]).toEqual([4, expect.stringContaining('1 failed') as string]);
    expectQuiet('run', ended);

    // The server was really given them, and really said them back.
    const sent = server.seen.map(({ headers }) => `${headers['authorization']} ${headers['x-team']}`);
    expect(sent).toContain(`Bearer ${key} ${token}`);
    expect(sent).toContain(`Basic ${btoa(`${user}:${password}`)} undefined`);
    const rows = await rowsOf(join(folder.dir, 'out'));
    expect(rows).toHaveLength(8);
    expect(rows.filter(({ outcome }) => outcome === 'scored').length).toBeGreaterThanOrEqual(4);
    for (const { completion, score, error } of rows) {
      expect(completion?.text ?? error?.message).toContain('[redacted]');
      if (completion === null) continue;
      expect(completion.reasoning).toContain('[redacted]');
      expect(score?.value).toBe(1);
    }

    const first = rows[0]?.key as string;
    const others: readonly (readonly string[])[] = [
      ['run', 'needles.yaml', '--json'],
      ['plan', 'needles.yaml'],
      ['plan', 'needles.yaml', '--json'],
      ['report', 'out', '--format', 'html,md,csv,json,terminal', '-o', 'reported'],
      ['check', 'out', '--json'],
      ['check', 'out', '--threshold', 'accuracy >= 0.5'],
      ['show', 'out', first],
      ['show', 'out', first, '--json'],
    ];
    for (const args of others) {
      const came = await needlescope(args);
      expect(came.stdout.length + came.stderr.length, args.join(' ')).toBeGreaterThan(0);
      expectQuiet(args.join(' '), came);
    }

    const files = await filesUnder(folder.dir);
    const names = [...files.keys()].map((path) => path.slice(folder.dir.length + 1));
    for (const name of ['events.jsonl', 'out/results.jsonl', 'out/manifest.json', 'out/report.html'])
      expect(names).toContain(name);
    expect(names.some((name) => name.startsWith('.cache/'))).toBe(true);
    expect(names.filter((name) => name.startsWith('reported')).length).toBeGreaterThan(2);
    for (const [path, text] of files) expectClean(path, text);
  }, 60_000);

  test.each([
    ['a key that is refused', ['--api-key-env', 'NEEDLE_ACCOUNT', '--model', 'm'], /401/],
    ['a choice of models', ['--api-key-env', 'NEEDLE_ACCOUNT'], /serves 2 models: a, b/],
  ])('show up in no error about %s', async (_what, args, expected) => {
    server = await startScriptedServer((request) =>
      request.method === 'GET' && !args.includes('--model')
        ? { json: { data: [{ id: 'a' }, { id: 'b' }] } }
        : { json: { error: { message: `Incorrect API key: ${echo(request)}` } }, status: 401 },
    );
    const url = env()['NEEDLE_URL'] as string;
    const ended = await needlescope(['run', '--base-url', url, ...args, '--lengths', '700', '--out', 'out']);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(expected);
    expectQuiet('run', ended);
  });

  test('show up in no complaint about an address or a flag', async () => {
    server = await startScriptedServer(() => plain('7'));
    const spoilt = [
      `${server.url}?key=${key}`,
      `ftp://${user}:${password}@h/v1`,
      `${env()['NEEDLE_URL']}/chat/completions`,
    ];
    for (const url of spoilt) {
      const ended = await needlescope(['run', '--base-url', url, '--model', 'm', '--lengths', '700']);
      expect(ended.code).toBe(2);
      expectQuiet(url, ended);
      const typo = await needlescope(['run', `--base-rul=${url}`]);
      expect(typo.code).toBe(2);
      expectQuiet(url, typo);
      const path = join(folder.dir, 'spoilt.yaml');
      await writeFile(path, `version: 1\nmodels: [{model: m, baseUrl: "\${SPOILT}"}]\n`);
      const file = await needlescope(['run', 'spoilt.yaml'], { SPOILT: url });
      expect(file.code).toBe(2);
      expectQuiet(url, file);
    }
  });

  test.each([
    ['caught', `throw new TypeError(said());`],
    ['uncaught', `setImmediate(() => { throw Object.assign(new Error(said()), { config: process.env }); });`],
    ['rejected', `Promise.reject(Object.assign(new Error(said()), { cause: new Error(said()) }));`],
  ])('show up in no crash of our own: %s', async (_how, crash) => {
    server = await startScriptedServer(careless);
    await writeFile(join(folder.dir, 'needles.yaml'), config);
    // Scoring breaks, with a message that holds all it can lay hands on.
    const broken = join(folder.dir, 'broken.mjs');
    await writeFile(
      broken,
      `const said = () => 'boom ' + Object.values(process.env).join(' ');
const normalize = String.prototype.normalize;
String.prototype.normalize = function (...form) { if (/said to/.test(this)) { ${crash} } return normalize.apply(this, form); };\n`,
    );
    const ended = await needlescope(['run', 'needles.yaml'], {
      NODE_OPTIONS: `--import=${pathToFileURL(broken)}`,
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/this is a bug in needlescope[\s\S]*boom/);
    expectQuiet('run', ended);
    for (const [path, text] of await filesUnder(join(folder.dir, 'out'))) expectClean(path, text);
  });
});
