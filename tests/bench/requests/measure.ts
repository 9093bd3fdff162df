import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateProse } from '../../../src/corpus/generate.ts';
import { startChild } from '../child.ts';
import type { ClientFigures, ClientOptions } from './client.child.ts';

/** What one million-token request costs the process that sends it. */
export interface RequestFigures extends ClientFigures {
  readonly mode: ClientOptions['mode'];
  readonly concurrency: number;
}

/** Some 1,000,000 tokens of English. */
const promptBytes = 4_700_000;

/**
 * Asks a server in a process of its own, at each concurrency with both clients one after the other, each in a fresh process.
 * CPU and wall time are per request, after a warm-up.
 */
export async function measureRequests(options: {
  readonly concurrencies: readonly number[];
  readonly requests: number;
}): Promise<readonly RequestFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'needlescope-bench-'));
  const sink = startChild('requests/sink');
  try {
    const { url } = (await sink.line()) as { readonly url: string };
    const files = writeCorpus(folder);
    const figures: RequestFigures[] = [];
    for (const concurrency of options.concurrencies) {
      for (const mode of ['plain', 'ours'] as const) {
        const { requests } = options;
        const asked: ClientOptions = { mode, url, file: files[mode], promptBytes, concurrency, requests };
        const client = startChild('requests/client', asked);
        figures.push({ mode, concurrency, ...((await client.line()) as ClientFigures) });
      }
    }
    return figures;
  } finally {
    sink.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Written here and read there: making prose would be the most that the measured process ever takes. */
function writeCorpus(folder: string): Readonly<Record<ClientOptions['mode'], string>> {
  const prose = generateProse({ language: 'en', seed: 7, chars: promptBytes * 1.1 });
  // As in typeset prose: a few characters outside Latin-1 double a string's memory.
  const text = prose.replaceAll("'", '’').replace(/\bthe (?=\w+ed\b)/g, 'the – ');
  if (!/[^\0-\xff]/.test(text)) throw new Error('expected a text whose string takes two bytes a character');
  const files = { plain: join(folder, 'corpus.txt'), ours: join(folder, 'corpus.json') };
  writeFileSync(files.plain, text);
  writeFileSync(files.ours, JSON.stringify(text).slice(1, -1));
  return files;
}
