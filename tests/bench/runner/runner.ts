import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printFigures } from '../figure.ts';
import { installIncumbent } from './incumbent.ts';
import { runnerFigures } from './runner-figures.ts';
import { startSink } from './sink.ts';

// `npm run bench:runner [-- rounds]`: what a run costs beside the model's own time. Installs the Python incumbent (needlehaystack 2,
// command `niah`) into .venv-bench once, then runs it and `needlescope run` by turns against one endpoint that answers at once, and
// prints the ratios beside their bars. Needs Python 3.12 or newer, and the package index the first time; where there is no such Python
// it says so and stops with exit code 1, since nothing was compared. It takes about a minute; other work on the machine shows.

const rounds = Number(process.argv[2] ?? 3);
const incumbent = await installIncumbent();
if (incumbent === null) {
  console.log('nothing compared: no Python 3.12 or newer was found (by name, or under pyenv)');
  process.exit(1);
}
console.log(`${incumbent.versions}, against needlescope on Node ${process.versions.node}; best of ${rounds}`);
const folder = mkdtempSync(join(tmpdir(), 'needlescope-bench-'));
const sink = await startSink();
try {
  let missed = 0;
  for await (const { title, figures } of runnerFigures({ sink, incumbent, folder, rounds })) {
    missed += printFigures(title, figures);
  }
  process.exitCode = missed === 0 ? 0 : 1;
} finally {
  sink.stop();
  rmSync(folder, { recursive: true, force: true });
}
