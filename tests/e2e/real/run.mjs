import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { startModelServer } from './model-server.mjs';
import { preparePython, run } from './python.mjs';

// Asks two real models, one after the other, behind a real llama.cpp server, and checks the runs: `npm run e2e:real`. With
// `--update-sample` a run of the first that passes becomes the sample in reports/sample.

const root = resolve(import.meta.dirname, '../../..');
const work = join(root, '.e2e');
const sampleFolder = join(root, 'reports', 'sample');
const config = relative(root, join(import.meta.dirname, 'config.yaml'));
const baseConfig = relative(root, join(import.meta.dirname, 'base-model.yaml'));
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

/** What `doctor` says of a server, in a file: a finding is no failure of the command. */
async function doctor(args, file, env) {
  say(`\n$ needlescope doctor ${args.join(' ')}`);
  const out = await open(file, 'w');
  try {
    const command = ['dist/main.js', 'doctor', ...args, '--timeout', '600', '--json'];
    await run(process.execPath, command, {
      cwd: root,
      env: { ...process.env, ...env },
      signal,
      stdout: out.fd,
    });
  } finally {
    await out.close();
  }
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

/** Starts a model, lets `use` ask it, and stops it again. */
async function withModel(python, model, use) {
  const logFile = join(work, `server-${model[0]}.log`);
  const server = await startModelServer({ python, model, logFile, signal });
  say(`${server.model} answers at ${server.url}`);
  try {
    await use({ LLAMA_CPP_URL: `${server.url}/v1` });
  } finally {
    await server.stop();
  }
}

/** The main run, one by flags alone, one of a base model, what doctor says of both servers, and what the checks say of all that. */
async function runAndCheck(python, folder) {
  const byFlags = join(work, 'by-flags');
  const base = join(work, 'base');
  for (const each of [folder, byFlags, base]) await rm(each, { recursive: true, force: true });
  const names = {
    NEEDLESCOPE_REAL_CONFIG: config,
    NEEDLESCOPE_REAL_RUN: relative(root, folder),
    NEEDLESCOPE_REAL_RUN_BY_FLAGS: relative(root, byFlags),
    NEEDLESCOPE_REAL_RUN_BASE: relative(root, base),
    NEEDLESCOPE_REAL_DOCTOR: join(work, 'doctor.json'),
    NEEDLESCOPE_REAL_DOCTOR_BASE: join(work, 'doctor-base.json'),
  };
  let checks = [];
  await withModel(python, ['gemma3', join(work, 'gemma-3-270m.gguf')], async (env) => {
    await needlescope(['run', baseConfig, '--out', names.NEEDLESCOPE_REAL_RUN_BASE], env);
    await doctor([baseConfig], names.NEEDLESCOPE_REAL_DOCTOR_BASE, env);
  });
  await withModel(python, ['smollm2'], async (env) => {
    await needlescope(['run', config, '--out', names.NEEDLESCOPE_REAL_RUN], env);
    // One model is served: the address is all that is needed.
    const endpoint = ['--base-url', env.LLAMA_CPP_URL, '--lengths', '512,12k'];
    const grid = ['--depths', '50', '--trials', '1', '--concurrency', '1'];
    await needlescope(['run', ...endpoint, ...grid, '--out', names.NEEDLESCOPE_REAL_RUN_BY_FLAGS], env);
    await doctor(endpoint, names.NEEDLESCOPE_REAL_DOCTOR, env);
    checks = await check({ ...names, ...env });
  });
  return checks;
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
  const into = async (folder) => report(await runAndCheck(python, folder));
  return updateSample ? await replaceSample(() => into(sampleFolder)) : await into(join(work, 'run'));
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.log(`FAIL  ${signal.aborted ? 'interrupted' : error.message}`);
  console.log('0 passed, 1 failed');
  process.exitCode = signal.aborted ? 130 : 1;
}
