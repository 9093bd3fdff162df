import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalTokenizer, loadTiktoken } from '../../../src/tokenizer/tiktoken.ts';
import { sweepTokenizers } from '../../haystack/sweep-tokenizers.ts';
import { type Figure, printFigures } from '../figure.ts';
import { requestFigures } from '../requests/request-figures.ts';
import { sentenceFigures } from '../sentences.ts';
import { hostileFigures } from './hostile.ts';
import { cacheFigures, planningFigures } from './planning.ts';
import { proseFigures } from './prose.ts';
import { startUpFigures } from './start-up.ts';

// `npm run bench:engine [part]`: what the haystack engine costs, each figure beside its bar. CPU time, and ratios of figures taken
// in the same run: a shared machine is slower at times, and both sides of a ratio with it.

const dir = await mkdtemp(join(tmpdir(), 'needlescope-bench-'));
const o200k = await loadTiktoken('o200k_base');
const parts: Record<string, () => readonly Figure[] | Promise<readonly Figure[]>> = {
  'start-up': startUpFigures,
  'generated prose, en': () => proseFigures('en'),
  'generated prose, zh': () => proseFigures('zh'),
  'where sentences end': sentenceFigures,
  'requests of a million tokens': () => requestFigures(),
  'prepared corpora on disk': () => cacheFigures(o200k),
  'hostile corpora, until ready or refused': () => hostileFigures(o200k),
};
for (const [name, load] of Object.entries(sweepTokenizers)) {
  for (const language of ['en', 'zh'] as const) {
    // Those that tiktoken runs answer at once: what `LocalTokenizer` promises.
    parts[`planning, ${name}, ${language}`] = async () =>
      planningFigures((await load(dir)) as LocalTokenizer, language);
  }
}

const wanted = process.argv[2] ?? '';
let missed = 0;
let seen = 0;
try {
  for (const [title, measure] of Object.entries(parts)) {
    if (!title.includes(wanted)) continue;
    const figures = await measure();
    seen += figures.length;
    missed += printFigures(title, figures);
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
if (seen === 0) throw new Error(`no part is named ${wanted}: ${Object.keys(parts).join(', ')}`);
console.log(`\n${seen} figures, ${missed === 0 ? 'every bar met' : `${missed} bars not met`}`);
process.exitCode = missed === 0 ? 0 : 1;
