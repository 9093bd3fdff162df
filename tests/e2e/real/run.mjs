import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { startModelServer } from './model-server.mjs';
import { preparePython, run } from './python.mjs';

// Asks a real model behind a real llama.cpp server and checks the run: `npm run e2e:real`. With `--update-sample` a run
// that passes becomes the sample in reports/sample.

const root = resolve(import.meta.dirname, '../../..');
const work = join(root, '.e2e');
const sampleFolder = join(root, 'reports', 'sample');
const config = relative(root, join(import.meta.dirname, 'config.yaml'));
const updateSample = process.argv.includes('--update-sample');

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stopping.abort(new Error('interrupted')));
const { signal } = stopping;

const say = (line) => process.stderr.write(`${line}\n`);

/** A command of ours, run from the root of the repository as a user would. */
async function needlescope(args, env) {
  say(`\n$ needlescope ${args.join(' ')}`);
  const code = await run(process.execPath, ['dist/main.js', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    signal,
  });
  if (code !== 0) throw new Error(`needlescope ${args[0]} ended with exit code ${code}`);
}

async function check(env) {
  const outcomeFile = join(work, 'checks.json');
  await rm(outcomeFile, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--project', 'real', '--reporter=json', `--outputFile=${outcomeFile}`];
  await run(process.execPath, [vitest, ...args], { cwd: root, env: { ...process.env, ...env }, signal });
  const outcome = JSON.parse(await readFile(outcomeFile, 'utf8'));
  return outcome.testResults.flatMap(({ assertionResults, message, name }) =>
    assertionResults.length > 0
      ? assertionResults.map(({ title, status, failureMessages }) => ({
          title,
          passed: status === 'passed',
          why: failureMessages.join('\n'),
        }))
      : [{ title: relative(root, name), passed: false, why: message }],
  );
}

/** The main run, a second one by flags alone, and what the checks say about both. */
async function runAndCheck(server, folder) {
  const byFlags = join(work, 'by-flags');
  for (const each of [folder, byFlags]) await rm(each, { recursive: true, force: true });
  const env = {
    LLAMA_CPP_URL: `${server.url}/v1`,
    NEEDLESCOPE_REAL_CONFIG: config,
    NEEDLESCOPE_REAL_RUN: relative(root, folder),
    NEEDLESCOPE_REAL_RUN_BY_FLAGS: relative(root, byFlags),
  };
  await needlescope(['run', config, '--out', env.NEEDLESCOPE_REAL_RUN], env);
  const endpoint = ['--base-url', env.LLAMA_CPP_URL, '--model', server.model];
  const grid = ['--lengths', '512,12k', '--depths', '50', '--trials', '1', '--concurrency', '1'];
  await needlescope(['run', ...endpoint, ...grid, '--out', env.NEEDLESCOPE_REAL_RUN_BY_FLAGS], env);
  return check(env);
}

/** Tells each check on a line of its own; returns whether there were checks and all of them passed. */
function report(checks) {
  for (const { title, passed, why } of checks) {
    console.log(passed ? `ok    ${title}` : `FAIL  ${title}\n${why.replace(/^/gm, '        ')}`);
  }
  const failed = checks.filter(({ passed }) => !passed).length;
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return checks.length > 0 && failed === 0;
}

/** Lets `make` write the sample's folder, and puts the old one back unless it returns true. */
async function replaceSample(make) {
  const before = join(work, 'sample-before');
  await rm(before, { recursive: true, force: true });
  const existed = await rename(sampleFolder, before).then(
    () => true,
    () => false,
  );
  let good = false;
  try {
    good = await make();
  } finally {
    if (!good) {
      await rm(sampleFolder, { recursive: true, force: true });
      if (existed) await rename(before, sampleFolder);
    }
  }
  return good;
}

async function main() {
  await mkdir(work, { recursive: true });
  const python = await preparePython(join(work, 'venv'), signal);
  const server = await startModelServer({ python, logFile: join(work, 'server.log'), signal });
  say(`${server.model} answers at ${server.url}`);
  try {
    const into = async (folder) => report(await runAndCheck(server, folder));
    return updateSample ? await replaceSample(() => into(sampleFolder)) : await into(join(work, 'run'));
  } finally {
    await server.stop();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.log(`FAIL  ${signal.aborted ? 'interrupted' : error.message}`);
  console.log('0 passed, 1 failed');
  process.exitCode = signal.aborted ? 130 : 1;
}
