import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { readRun } from '../../src/results/read-run.ts';
import { openRunFolder } from '../../src/results/writer.ts';
import { manifest, row } from './row-fixture.ts';

let root = '';
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'needlescope-edited-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const [a, b, c] = [row('a'), row('b'), row('c', { promptKey: '针' })].map((each) => JSON.stringify(each));
const better = JSON.stringify(
  row('b', { score: { value: 0.25, raw: null, scale: null, answer: 'x', scorer: 's' } }),
);

/** A run's folder whose results file was left like this by another program. */
async function edited(content: string | Buffer): Promise<{ readonly dir: string; readonly file: string }> {
  const dir = join(root, `run-${folders++}`);
  const folder = await openRunFolder(dir);
  await folder.writeManifest(manifest());
  await folder.close();
  const file = join(dir, 'results.jsonl');
  await writeFile(file, content);
  return { dir, file };
}

const valuesOf = (results: readonly Result[]): [string, number | undefined][] =>
  results.map(({ key, score }) => [key, score?.value]);
const all: [string, number][] = [
  ['a', 1],
  ['b', 1],
  ['c', 1],
];

const kept: readonly (readonly [string, string, [string, number][]])[] = [
  ['CRLF line ends', `${a}\r\n${b}\r\n${c}\r\n`, all],
  ['a byte order mark', `\ufeff${a}\n${b}\n${c}\n`, all],
  ['two files with marks joined', `\ufeff${a}\n${b}\n\ufeff${c}\n`, all],
  ['blank lines', `\n${a}\n\n  \n${b}\n${c}\n\n`, all],
  ['a line indented', `${a}\n  ${b}\n${c}\n`, all],
  ['a line that stands twice', `${a}\n${b}\n${b}\n${c}\n`, all],
  ['no end of the last line', `${a}\n${b}\n${c}`, all],
  ['CRLF and no end of the last line', `${a}\r\n${b}\r\n${c}`, all],
  ['one line without an end', `${a}`, [['a', 1]]],
  [
    'a changed score',
    `${a}\n${better}\n${c}\n`,
    [
      ['a', 1],
      ['b', 0.25],
      ['c', 1],
    ],
  ],
  ['an older row behind a newer one', `${better}\n${a}\n${b}\n${c}\n`, all],
];

test.each(kept)(
  '%s: every row counts, nothing of the file goes, and the next row is whole',
  async (_what, content, rows) => {
    const { dir, file } = await edited(content);
    expect(valuesOf((await readRun(dir)).results)).toEqual(rows);
    const folder = await openRunFolder(dir);
    expect(valuesOf([...folder.existing.values()])).toEqual(rows);
    expect(folder.tornBytes).toBe(0);
    folder.append(row('next'));
    await folder.close();
    const after = await readFile(file, 'utf8');
    expect(after.startsWith(content)).toBe(true);
    expect(after.endsWith(`\n${JSON.stringify(row('next'))}\n`)).toBe(true);
    expect(valuesOf((await readRun(dir)).results)).toEqual([...rows, ['next', 1]]);
  },
);

const latin1 = Buffer.from(`${JSON.stringify(row('b', { promptKey: 'Straße' }))}\n`, 'latin1');
const anew = /delete it and run again/;
const told: readonly (readonly [string, string | Buffer, number, RegExp])[] = [
  ['a word before the rows', `rows:\n${a}\n`, 1, anew],
  ['a line cut short in the middle', `${a}\n${b?.slice(0, 90)}\n${c}\n`, 2, anew],
  ['half a line joined with the next', `${a}\n${b?.slice(0, 90)}${c}\n`, 2, anew],
  ['two rows on a line', `${a}\n${b}${c}\n`, 2, anew],
  ['rows as one array', `[${a},${b}]\n`, 1, anew],
  ['a comma behind a row', `${a},\n${b}\n`, 1, anew],
  ['a row spread over lines', `${JSON.stringify(row('a'), null, 2)}\n`, 1, anew],
  ['a line in another encoding', Buffer.concat([Buffer.from(`${a}\n`), latin1]), 2, anew],
  ['another encoding altogether', Buffer.from(`${a}\n${b}\n`, 'utf16le'), 1, anew],
  [
    'a row of a newer version at the end, without a line end',
    `${a}\n${b?.replace('"v":1', '"v":2')}`,
    2,
    /use the version/,
  ],
  ['something else at the end, without a line end', `${a}\n"done"`, 2, anew],
  ['blank lines before the bad one', `${a}\n\n\nbad\n`, 4, anew],
];

test.each(told)(
  '%s: the line is named with its fix, and the file stays as it is',
  async (_what, content, line, fix) => {
    const { dir, file } = await edited(content);
    const error = {
      code: 'results_unusable',
      message: expect.stringContaining(`${file}:${line}: expected `),
      hint: expect.stringMatching(fix),
    };
    await expect(readRun(dir)).rejects.toMatchObject(error);
    await expect(openRunFolder(dir)).rejects.toMatchObject(error);
    expect((await readFile(file)).equals(Buffer.from(content))).toBe(true);
  },
);
