import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NeedlescopeError } from '../../../src/core/errors.ts';
import { openCorpus } from '../../../src/run/corpus-source.ts';
import type { LocalTokenizer } from '../../../src/tokenizer/tiktoken.ts';
import { atMost, type Figure } from '../figure.ts';

/** More than this is no "seconds" any more. */
const mostSeconds = 15;
const million = 1_000_000;

const inputs: Readonly<Record<string, (path: string) => Promise<void>>> = {
  '1 MB of one letter': (path) => writeFile(path, 'a'.repeat(million)),
  '1 MB of one ideograph': (path) => writeFile(path, '天'.repeat(million / 3)),
  '1 MB of words without a sentence end': (path) => writeFile(path, 'river stone '.repeat(million / 12)),
  '1 MB of Chinese without a sentence end': (path) => writeFile(path, '河边的石头，'.repeat(million / 18)),
  '1 MB of line breaks': (path) => writeFile(path, 'x\n\n\n'.repeat(million / 4)),
  '1 MB of full stops': (path) => writeFile(path, '. '.repeat(million / 2)),
  'a file of 100 MB': async (path) => {
    const file = await open(path, 'w');
    const sentence = 'The ferry left the harbour at noon, and nobody on the pier looked after it. ';
    const part = Buffer.from(sentence.repeat(Math.ceil(million / sentence.length)));
    for (let i = 0; i < 100; i++) await file.write(part);
    await file.close();
  },
};

/** Seconds until hostile files are ready or refused, tokenised by `tokenizer` and with no cache. */
export async function hostileFigures(tokenizer: LocalTokenizer): Promise<Figure[]> {
  const baseDir = await mkdtemp(join(tmpdir(), 'needlescope-bench-'));
  const figures: Figure[] = [];
  try {
    for (const [name, write] of Object.entries(inputs)) {
      await write(join(baseDir, 'a.txt'));
      const before = performance.now();
      const answer = await readyOrRefused(baseDir, tokenizer);
      figures.push(atMost(`${name}: ${answer}`, (performance.now() - before) / 1_000, mostSeconds, 's'));
    }
  } finally {
    await rm(baseDir, { recursive: true, force: true });
  }
  return figures;
}

async function readyOrRefused(baseDir: string, tokenizer: LocalTokenizer): Promise<string> {
  try {
    const spec = { files: 'a.txt', language: 'en' } as const;
    const source = await openCorpus(spec, { seed: 7, longest: 1_000, mode: 'fresh', baseDir });
    const { tokens } = await source.prepared(tokenizer);
    return `${tokens} tokens`;
  } catch (error) {
    if (error instanceof NeedlescopeError) return `refused (${error.code})`;
    throw error;
  }
}
