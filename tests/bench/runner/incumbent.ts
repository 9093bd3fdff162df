import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type Command, outputOf } from './measured.ts';
import type { Work } from './work.ts';

/** needlehaystack 2, installed. */
export interface Incumbent {
  readonly python: string;
  /** Of it, of its client and of Python, for the reader. */
  readonly versions: string;
  /** `niah run` on a work, in a new folder under `folder`. */
  command(work: Work, options: { readonly folder: string; readonly name: string }): Command;
}

const venv = resolve('.venv-bench');
const leastMinor = 12;

/** Installs needlehaystack 2 beside the repository's own packages, once. Null where there is no Python that it runs on. */
export async function installIncumbent(): Promise<Incumbent | null> {
  const python = join(venv, 'bin', 'python');
  if (!existsSync(join(venv, 'bin', 'niah'))) {
    const found = await findPython();
    if (found === null) return null;
    const here = { cwd: process.cwd(), env: {} };
    await outputOf({ ...here, argv: [found, '-m', 'venv', '--clear', venv] });
    await outputOf({ ...here, argv: [python, '-m', 'pip', 'install', '--quiet', 'needlehaystack>=2,<3'] });
  }
  const ranks = writeRanks(join(venv, 'ranks'));
  const env = {
    TIKTOKEN_CACHE_DIR: ranks,
    OPENAI_API_KEY: 'none',
  };
  return {
    python,
    versions: await versionsOf(python),
    command: (work, { folder, name }) => {
      const { run } = writeConfig(work, join(folder, name));
      return {
        argv: [join(venv, 'bin', 'niah'), 'run', run],
        cwd: folder,
        env: { ...env, OPENAI_BASE_URL: work.baseUrl },
      };
    },
  };
}

/** Its two files: the model and the run. Its own text, task and settings wherever it has one; JSON is YAML too. */
function writeConfig(work: Work, dir: string): { readonly run: string } {
  mkdirSync(dir, { recursive: true });
  const model = join(dir, 'model.yaml');
  const run = join(dir, 'run.yaml');
  writeFileSync(
    model,
    JSON.stringify({
      id: 'sink',
      runtime: { sdk: 'openai-python', api: 'chat_completions' },
      client: { api_key_env: 'OPENAI_API_KEY' },
      request: { model: 'sink', max_tokens: 128, temperature: 0 },
    }),
  );
  writeFileSync(
    run,
    JSON.stringify({
      run_name: 'bench',
      model,
      // A new value for every cell, as ours.
      task: { type: 'uuid' },
      haystack: { type: 'files', path: 'PaulGrahamEssays' },
      sweep: {
        context_lengths: [work.contextLength],
        depth_percents: { min: 0, max: 100, num: work.depths },
        seeds: Array.from({ length: work.trials }, (_, seed) => seed),
      },
      runner: { concurrency: work.concurrency },
      store: { path: join(dir, 'results.jsonl') },
    }),
  );
  return { run };
}

/** The file that its tokenizer would download, under the name it looks for, made of the same ranks in npm's tiktoken. Returns the folder. */
function writeRanks(dir: string): string {
  const url = 'https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken';
  const sha256 = '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7';
  const path = join(dir, createHash('sha1').update(url).digest('hex'));
  const packed = createRequire(import.meta.url).resolve('tiktoken/encoders/cl100k_base.json');
  const { bpe_ranks: lines } = JSON.parse(readFileSync(packed, 'utf8')) as { readonly bpe_ranks: string };
  const file = lines
    .split('\n')
    .flatMap((line) => {
      const [, first, ...tokens] = line.split(' ');
      return tokens.map((token, i) => `${token} ${Number(first) + i}\n`);
    })
    .join('');
  // tiktoken would remove a file of another content, and ask the network.
  const made = createHash('sha256').update(file).digest('hex');
  if (made !== sha256) throw new Error(`cl100k_base: expected ranks of SHA-256 ${sha256}, got ${made}`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path, file);
  return dir;
}

async function versionsOf(python: string): Promise<string> {
  const asked =
    'import sys; from importlib.metadata import version as v; ' +
    "print(f\"needlehaystack {v('needlehaystack')}, openai {v('openai')}, Python {sys.version.split()[0]}\")";
  return (await outputOf({ argv: [python, '-c', asked], cwd: process.cwd(), env: {} })).stdout.trim();
}

/** A Python that is new enough, by name or where pyenv keeps it. */
async function findPython(): Promise<string | null> {
  const named = [12, 13, 14].map((minor) => `python3.${minor}`);
  for (const python of [...named, 'python3', 'python', ...(await pyenvPythons())]) {
    const minor = await output([
      python,
      '-c',
      'import sys; print(sys.version_info[0] == 3 and sys.version_info[1])',
    ]);
    if (Number(minor) >= leastMinor) return python;
  }
  return null;
}

async function pyenvPythons(): Promise<readonly string[]> {
  const root = await output(['pyenv', 'root']);
  if (root === null) return [];
  const versions = join(root.trim(), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions).map((version) => join(versions, version, 'bin', 'python3'));
}

/** What a command prints; null where it is missing or fails. */
async function output(argv: readonly string[]): Promise<string | null> {
  try {
    return (await outputOf({ argv, cwd: process.cwd(), env: {} })).stdout;
  } catch {
    return null;
  }
}
