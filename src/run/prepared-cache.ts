import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hashOf } from '../core/hash.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { type CorpusText, corpusText } from '../haystack/corpus-text.ts';
import { haystackVersion, joinPrepared, type PreparedCorpus } from '../haystack/prepare.ts';
import { splitRules, type TokenSums, tokenSums } from '../haystack/token-sums.ts';
import { openSections, writeSections } from './section-file.ts';

/** Raise it when the files below hold something else under the same key. */
const formatVersion = 1;

/** What may be kept. Beyond it the files that were not used for longest go. */
const mostCachedBytes = 1024 ** 3;

/** Prepared corpora on disk: the second run on the same text and tokenizer tokenises nothing. */
export interface PreparedCache {
  /** The cut and encoded text of `key`, from the disk or made from `make`'s text. */
  text(key: unknown, make: () => string | Promise<string>): Promise<CorpusText>;
  /** Sums of `corpus`, which `key` names, by `tokenizer`: from the disk, or counted now. */
  prepared(key: unknown, corpus: CorpusText, tokenizer: Tokenizer): Promise<PreparedCorpus>;
}

/** A cache in the folder `dir`, made when needed; null: nothing is kept. Damaged files are made anew, and a disk that cannot be written only costs time. */
export function preparedCache(dir: string | null): PreparedCache {
  const pathOf = (kind: 'text' | 'sums', key: unknown): string | null =>
    dir === null
      ? null
      : join(dir, 'prepared', `${kind}-${hashOf([formatVersion, haystackVersion, key])}.bin`);
  return {
    text: async (key, make) => {
      const path = pathOf('text', key);
      const known = path === null ? null : await used(path, readText(path));
      if (known !== null) return known;
      const made = corpusText(await make());
      if (path !== null) await keep(path, [asBytes(made.cuts), asBytes(made.marks), made.utf8, made.json]);
      return made;
    },
    prepared: async (key, corpus, tokenizer) => {
      const fingerprint = tokenizer.fingerprint === undefined ? tokenizer.id : tokenizer.fingerprint;
      const path = fingerprint === null ? null : pathOf('sums', [key, tokenizer.id, fingerprint]);
      const known = path === null ? null : await used(path, readSums(path, corpus));
      if (known !== null) return joinPrepared(corpus, known, tokenizer);
      // Counting takes seconds: Ctrl-C must be heard meanwhile.
      const made = await tokenSums(corpus, tokenizer, () => setImmediate());
      const rule = Uint32Array.of(splitRules.indexOf(made.rule));
      if (path !== null) await keep(path, [asBytes(rule), asBytes(made.hard), asBytes(made.cum)]);
      return joinPrepared(corpus, made, tokenizer);
    },
  };
}

/** Where sentences of the cached text at `path` start; null where the file is missing or damaged. */
function readText(path: string): CorpusText | null {
  const file = openSections(path);
  if (file === null) return null;
  try {
    const [cuts, marks, utf8, json] = [0, 1, 2, 3].map((section) => file.read(section));
    if (!cuts || !marks || !utf8 || !json) return null;
    const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length);
    const characters = asNumbers(cuts).at(-1);
    // A character a byte: all of it is ASCII, and copying is enough.
    const text = bytes.toString(characters === bytes.length ? 'latin1' : 'utf8');
    return { text, cuts: asNumbers(cuts), marks: asNumbers(marks), utf8, json };
  } finally {
    file.close();
  }
}

/** The sums at `path`, made for `corpus`; null where the file is missing, damaged or of another text. */
export function readSums(path: string, corpus: Pick<CorpusText, 'cuts'>): TokenSums | null {
  const file = openSections(path);
  if (file === null) return null;
  try {
    const [code, hard, cum] = [0, 1, 2].map((section) => file.read(section));
    if (!code || !hard || !cum) return null;
    const rule = splitRules[asNumbers(code)[0] as number];
    const sums = { hard: asNumbers(hard), cum: asNumbers(cum) };
    if (
      rule === undefined ||
      sums.hard.length !== corpus.cuts.length ||
      sums.cum.length !== corpus.cuts.length
    ) {
      return null;
    }
    return { rule, ...sums };
  } finally {
    file.close();
  }
}

function asBytes(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function asNumbers(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** Marks a file that served as used just now; passes on what came of it. */
async function used<T>(path: string, found: T | null): Promise<T | null> {
  if (found !== null) {
    const now = new Date();
    // Only the order of removal depends on it.
    await utimes(path, now, now).catch(() => undefined);
  }
  return found;
}

async function keep(path: string, sections: readonly Uint8Array[]): Promise<void> {
  try {
    await writeSections(path, sections);
    await prune(join(path, '..'), mostCachedBytes);
  } catch {
    // A full or read-only disk: the run goes on, the next one prepares again.
  }
}

/** Removes the files of `dir` that were not used for longest until at most `mostBytes` are left. */
export async function prune(dir: string, mostBytes: number): Promise<void> {
  const names = await readdir(dir);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  files.sort((a, b) => b.mtimeMs - a.mtimeMs);
  let kept = 0;
  for (const { path, size } of files) {
    kept += size;
    if (kept > mostBytes) await rm(path, { force: true });
  }
}
