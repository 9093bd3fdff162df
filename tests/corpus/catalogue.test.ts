import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import data from '../../corpora/catalogue.json' with { type: 'json' };
import { languages } from '../../src/core/language.ts';
import { catalogueRow, knownCorpora } from '../../src/corpus/catalogue.ts';
import { mostCorpusBytes } from '../../src/corpus/gathered-text.ts';
import { fileName, keptPath } from '../../src/corpus/kept-files.ts';

const row = z.strictObject({
  language: z.enum(languages),
  summary: z
    .string()
    .min(20)
    .max(300)
    .regex(/tokens\.$/),
  licence: z.string().regex(/^Public domain: .*\d/),
  source: z.url({ protocol: /^https$/ }),
  wrapped: z.literal(true).optional(),
  files: z
    .array(
      z.strictObject({
        // A commit by its whole name: what lies behind it cannot change.
        url: z
          .string()
          .regex(/^https:\/\/raw\.githubusercontent\.com\/[\w-]+\/[\w-]+\/[0-9a-f]{40}\/[\w%./-]+\.txt$/),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        bytes: z.int().min(100_000),
        from: z.string().min(10).optional(),
      }),
    )
    .min(1),
});

test('every row of the catalogue is complete, pinned and within what a corpus may hold', () => {
  const rows = z.record(z.string().regex(/^[a-z][a-z-]+$/), row).parse(data);
  expect(Object.keys(rows).length).toBeGreaterThanOrEqual(3);
  expect(new Set(Object.values(rows).map(({ language }) => language)).size).toBe(languages.length);
  const bySha = new Map<string, string>();
  for (const [id, { files }] of Object.entries(rows)) {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    expect(bytes, id).toBeGreaterThan(1_000_000);
    expect(bytes, id).toBeLessThan(mostCorpusBytes);
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(files.length);
    for (const { url, sha256 } of files) {
      expect(bySha.get(sha256) ?? url, id).toBe(url);
      bySha.set(sha256, url);
    }
  }
});

test('the list names every corpus once, those that ship first', () => {
  const known = knownCorpora();
  expect(known.map(({ id }) => id)).toEqual(['prose-en', 'prose-zh', ...Object.keys(data)]);
  for (const { id, origin, bytes, source } of known) {
    const row = catalogueRow(id);
    expect(origin).toBe(row === null ? 'generated' : 'catalogue');
    expect(source === null).toBe(row === null);
    expect(bytes).toBe(row === null ? null : row.files.reduce((sum, file) => sum + file.bytes, 0));
  }
  expect(catalogueRow('toString')).toBeNull();
});

test('kept files have readable names of their own', () => {
  const files = Object.keys(data).flatMap((id) => catalogueRow(id)?.files ?? []);
  expect(files.map(fileName)).toContain('三国演义.txt');
  const paths = new Set(files.map((file) => keptPath('/cache', file)));
  expect(paths.size).toBe(new Set(files.map(({ sha256 }) => sha256)).size);
  for (const path of paths) expect(path).toMatch(/^\/cache\/corpora\/[0-9a-f]{12}-[\p{L}\p{N}._-]+\.txt$/u);
});

test('the page about corpora names each of them with what it is', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/corpora.md'), 'utf8');
  for (const { id, source } of knownCorpora()) {
    expect(page).toContain(`\`${id}\``);
    if (source !== null) expect(page).toContain(source);
  }
});
