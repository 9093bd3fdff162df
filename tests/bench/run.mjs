import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

// Runs a measurement: `node tests/bench/run.mjs tests/bench/<name>.ts […]`. Node 20 runs no TypeScript, and a loader's own
// threads and memory would be in the figures: the entry and every `*.child.ts`, which runs in a process of its own, are
// bundled first, packages left out, and found by `startChild`.

const root = resolve(import.meta.dirname, '../..');
const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) throw new Error('expected the file to run, e.g. tests/bench/requests/requests.ts');

// Under node_modules, so that packages are found from there; one folder a run, so that two runs can go on at once.
const folder = join(root, 'node_modules', '.cache', 'needlescope-bench', String(process.pid));
const source = resolve(entry);
const children = readdirSync(import.meta.dirname, { recursive: true })
  .filter((path) => path.endsWith('.child.ts'))
  .map((path) => join(import.meta.dirname, path));
await build({
  entryPoints: [source, ...children],
  outdir: folder,
  outbase: import.meta.dirname,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'inline',
  logLevel: 'warning',
});

const built = join(folder, relative(import.meta.dirname, source), '..', `${basename(source, '.ts')}.mjs`);
const run = spawn(process.execPath, ['--enable-source-maps', built, ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NEEDLESCOPE_BENCH: folder },
});
// Whoever stops this stops what it measures.
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => run.kill(name));
const code = await new Promise((done) => run.on('close', done));
rmSync(folder, { recursive: true, force: true });
process.exitCode = code ?? 1;
