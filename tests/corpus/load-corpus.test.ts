import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { sha256 } from '../../src/core/hash.ts';
import { corpora } from '../../src/corpus/catalogue.ts';
import { generatorIdentity } from '../../src/corpus/generate.ts';
import { type CorpusSpec, loadCorpus } from '../../src/corpus/load-corpus.ts';

let baseDir = '';
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'needlescope-corpus-'));
});
afterAll(() => rm(baseDir, { recursive: true, force: true }));

async function files(folder: string, contents: Record<string, string | Uint8Array>): Promise<string> {
  for (const [name, content] of Object.entries(contents)) {
    const path = join(baseDir, folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
  }
  return folder;
}

const load = (spec: CorpusSpec) => loadCorpus(spec, { seed: 7, chars: 1_000, baseDir });

async function failure(spec: CorpusSpec): Promise<NeedlescopeError> {
  const error = await load(spec).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NeedlescopeError);
  return error as NeedlescopeError;
}

describe('generated corpora', () => {
  test.each(Object.entries(corpora))('%s has its language, length and identity', async (id, { language }) => {
    const corpus = await load(id as keyof typeof corpora);
    expect(corpus).toMatchObject({ ...generatorIdentity(language, 7), id, language, origin: 'generated' });
    expect(corpus.text.length).toBeGreaterThanOrEqual(1_000);
    const longer = await loadCorpus(id as keyof typeof corpora, { seed: 7, chars: 9_000, baseDir });
    expect(longer.sha256).toBe(corpus.sha256);
    expect(longer.text.startsWith(corpus.text)).toBe(true);
  });

  test('an unknown id names the nearest one', async () => {
    const error = await failure('prose-e' as CorpusSpec);
    expect(error.code).toBe('unknown_name');
    expect(error.hint).toContain('prose-en');
    expect((await failure('toString' as CorpusSpec)).code).toBe('unknown_name');
  });
});

describe('files', () => {
  test('are joined in code-point order of their paths with a blank line between them', async () => {
    const folder = await files('order', {
      'b.txt': 'third\n\n',
      'a10.txt': 'first',
      'a9.txt': 'second',
      '\u{ff5e}.txt': 'fourth',
      '\u{1f600}.txt': 'fifth',
      'notes.md': '# left out',
      'deep/c.txt': 'left out too',
      'empty.txt': ' \n',
    });
    const corpus = await load({ files: `${folder}/*.txt`, language: 'en' });
    expect(corpus.text).toBe('first\n\nsecond\n\nthird\n\nfourth\n\nfifth');
    expect(corpus).toMatchObject({
      id: 'files:order/*.txt',
      language: 'en',
      origin: 'files',
      sha256: sha256(corpus.text),
    });
    const several = await load({
      files: [`${folder}/**/c.txt`, `${folder}/b.txt`, `${folder}/b.txt`],
      language: 'en',
    });
    expect(several.text).toBe('third\n\nleft out too');
  });

  test('lose their byte order mark, CR and control characters, and keep Markdown', async () => {
    const folder = await files('clean', {
      'a.md': '\ufeff# One\r\n\r\n* two\u0000\u001bthree\tfour\rfive **six** \u3000七',
    });
    const { text } = await load({ files: `${folder}/a.md`, language: 'zh' });
    expect(text).toBe('# One\n\n* two  three\tfour\nfive **six** \u3000七');
  });

  test.each([
    ['another encoding', Buffer.from([0x61, 0x62, 0xd6, 0xd0, 0x63]), 2],
    ['a character cut at the end', Buffer.from('ab中').subarray(0, 4), 2],
    ['a lone surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1],
    ['a late fault', Buffer.concat([Buffer.from('天地 '.repeat(500)), Buffer.from([0xff])]), 3_500],
  ])('%s is refused with its offset', async (name, bytes, offset) => {
    const folder = await files(`bad ${name}`, { 'ok.txt': 'fine', 'z.txt': bytes });
    const error = await failure({ files: `${folder}/*.txt`, language: 'en' });
    expect(error.code).toBe('corpus_unusable');
    expect(error.message).toContain(`z.txt is not: the first bad byte stands at byte offset ${offset}`);
    expect(error.message.endsWith(String(offset))).toBe(true);
  });

  test('no match names the patterns and the folder', async () => {
    const error = await failure({ files: ['none/*.txt', 'nothing.md'], language: 'en' });
    expect(error.code).toBe('corpus_unusable');
    expect(error.message).toContain('none/*.txt');
    expect(error.message).toContain('nothing.md');
    expect(error.message).toContain(baseDir);
  });

  test('files without any text are refused', async () => {
    const folder = await files('blank', { 'a.txt': '\n \t\n' });
    expect((await failure({ files: `${folder}/*`, language: 'en' })).code).toBe('corpus_unusable');
  });

  test.each([
    ['letters', 'x'],
    ['Han', '天'],
    ['dashes', '-'],
    ['signs', '='],
    ['spaces', ' '],
  ])('a run of more than 4,000 %s is refused, one of 4,000 is not', async (name, character) => {
    const folder = await files(`run ${name}`, {
      'short.txt': `One. ${character.repeat(3_998)} two.`,
      'long.txt': `One two.\n${character.repeat(4_002)}\nthree`,
    });
    await expect(load({ files: `${folder}/short.txt`, language: 'en' })).resolves.toBeDefined();
    const error = await failure({ files: `${folder}/*.txt`, language: 'en' });
    expect(error.code).toBe('corpus_unusable');
    expect(error.message).toMatch(/long\.txt .* at character (?:8|9)$/);
  });
});
