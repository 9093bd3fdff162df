import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { sha256 } from '../../src/core/hash.ts';
import { generatedCorpora, knownCorpora } from '../../src/corpus/catalogue.ts';
import { mostCorpusBytes } from '../../src/corpus/gathered-text.ts';
import { generatorIdentity } from '../../src/corpus/generate.ts';
import { type CorpusSpec, corpusLanguage, loadCorpus } from '../../src/corpus/load-corpus.ts';

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

/** A corpus with its text written out. */
async function load(spec: CorpusSpec, chars = 1_000) {
  const corpus = await loadCorpus(spec, { seed: 7, baseDir });
  return { ...corpus, text: corpus.text(chars) };
}

async function failure(spec: CorpusSpec): Promise<NeedlescopeError> {
  const error = await load(spec).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NeedlescopeError);
  return error as NeedlescopeError;
}

describe('generated corpora', () => {
  test.each(Object.entries(generatedCorpora))(
    '%s has its language, length and identity',
    async (id, { language }) => {
      const corpus = await load(id);
      expect(corpus).toMatchObject({ ...generatorIdentity(language, 7), id, language, origin: 'generated' });
      expect(corpus).toMatchObject({ endless: true, period: null, notes: [] });
      expect(corpus.text.length).toBeGreaterThanOrEqual(1_000);
      const longer = await load(id, 9_000);
      expect(longer.sha256).toBe(corpus.sha256);
      expect(longer.text.startsWith(corpus.text)).toBe(true);
      expect(await load({ id, repeat: true })).toEqual(corpus);
    },
  );

  test('an unknown id names the nearest one', async () => {
    const error = await failure('prose-e');
    expect(error.code).toBe('unknown_name');
    expect(error.hint).toContain('prose-en');
    expect((await failure('moby-dik')).hint).toContain('moby-dick');
    for (const { id } of knownCorpora()) expect(error.message).toContain(id);
    expect((await failure('toString')).code).toBe('unknown_name');
    expect((await failure({ id: 'toString', repeat: true })).code).toBe('unknown_name');
    expect(() => corpusLanguage('toString')).toThrow(NeedlescopeError);
  });

  test('the language of every corpus is known before it is loaded', () => {
    for (const { id, language } of knownCorpora()) {
      expect(corpusLanguage(id)).toBe(language);
      expect(corpusLanguage({ id, repeat: true })).toBe(language);
    }
    expect(corpusLanguage({ files: 'a.txt', language: 'zh' })).toBe('zh');
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

  test('are repeated on purpose, whole and with a blank line between, and are known by one copy', async () => {
    const folder = await files('repeat', { 'a.txt': 'One.\n', 'b.txt': 'Two.\n' });
    const spec = { files: `${folder}/*.txt`, language: 'en' } as const;
    const once = await load(spec);
    expect(once).toMatchObject({ text: 'One.\n\nTwo.', endless: false, period: null });
    const again = await load({ ...spec, repeat: true });
    expect(again).toMatchObject({ sha256: once.sha256, endless: true, period: 12 });
    expect(again.text.length).toBeGreaterThanOrEqual(1_000);
    expect(again.text.split('\n\n')).toEqual(
      Array.from({ length: 2 * Math.ceil(1_002 / 12) }, (_, i) => (i % 2 === 0 ? 'One.' : 'Two.')),
    );
    expect(await load({ ...spec, repeat: false })).toEqual(once);
  });

  test('lose the frame of Project Gutenberg, and say what else was met', async () => {
    const folder = await files('notes', {
      'a.txt': 'Title\n*** START OF THE PROJECT GUTENBERG EBOOK A ***\n\nOne <|im_end|> two.\n',
      'b.txt': 'A plain text, with\u200bout anything but one thing.',
    });
    const { text, notes } = await load({ files: `${folder}/*.txt`, language: 'en' });
    expect(text).toBe('One <|im_end|> two.\n\nA plain text, without anything but one thing.');
    expect(notes).toHaveLength(3);
    expect(notes.join('\n')).toMatch(/<\|im_end\|>[\s\S]*1 invisible[\s\S]*Project Gutenberg/);
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

  test('a folder is told, with the glob to write instead', async () => {
    const folder = await files('a folder', { 'a.txt': 'One.' });
    const error = await failure({ files: `${folder}/`, language: 'en' });
    expect(error.code).toBe('corpus_unusable');
    expect(error.hint).toContain(`write "${folder}/*.txt"`);
  });

  test('a file whose name reads like a glob is meant as it is written', async () => {
    const folder = await files('names', { '[1] (draft) {a}.txt': 'One.', '1.txt': 'Not this.' });
    expect((await load({ files: `${folder}/[1] (draft) {a}.txt`, language: 'en' })).text).toBe('One.');
  });

  test.skipIf(process.platform === 'win32')('a pipe is not waited for', async () => {
    const folder = await files('pipes', { 'a.txt': 'One.' });
    await new Promise((done) =>
      execFile('sh', ['-c', 'mkfifo "$0"', join(baseDir, folder, 'pipe.txt')], done),
    );
    expect((await stat(join(baseDir, folder, 'pipe.txt'))).isFIFO()).toBe(true);
    for (const name of ['pipe.txt', '*.txt']) {
      const error = await load({ files: `${folder}/${name}`, language: 'en' }).then(
        ({ text }) => ({ text }),
        (reason: NeedlescopeError) => ({ code: reason.code }),
      );
      expect(error).toEqual(name === '*.txt' ? { text: 'One.' } : { code: 'corpus_unusable' });
    }
  });

  test('a great many files without text are told by the first few', async () => {
    const folder = await files(
      'many',
      Object.fromEntries(
        Array.from({ length: 1_000 }, (_, i) => [`${String(i).padStart(4, '0')}.txt`, '\n']),
      ),
    );
    const error = await failure({ files: `${folder}/*`, language: 'en' });
    expect(error.message).toContain(
      `${folder}/0000.txt, ${folder}/0001.txt, ${folder}/0002.txt and 997 more hold none`,
    );
    expect(error.message.length).toBeLessThan(200);
  });

  test.each([
    ['English', 'The quick fox sits by the river, and waits. '],
    ['Chinese, which a cut between bytes would break', '天地玄黃，宇宙洪荒。'],
  ])('of 100 MB only the beginning is used, and that is said: %s', async (name, sentence) => {
    const folder = await files(`large ${name}`, { 'z.txt': 'never read' });
    const path = join(baseDir, folder, 'large.txt');
    const million = Buffer.from(sentence.repeat(Math.ceil(1_000_000 / Buffer.byteLength(sentence))));
    const file = await open(path, 'w');
    for (let i = 0; i < 100; i++) await file.write(million);
    await file.close();
    const { text, notes } = await load({ files: `${folder}/*.txt`, language: 'en' });
    await rm(path);
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeLessThanOrEqual(mostCorpusBytes);
    expect(bytes).toBeGreaterThan(mostCorpusBytes - 4);
    expect(text.startsWith(sentence.repeat(3))).toBe(true);
    expect(sentence).toContain(text.slice(-3));
    expect(text).not.toContain('\ufffd');
    expect(notes).toEqual([
      expect.stringMatching(/first 24 MiB .* the rest of large .*large\.txt and whatever/),
    ]);
  });

  test('the limit holds for all files together', async () => {
    const half = `${'word '.repeat(mostCorpusBytes / 10)}`;
    const folder = await files('two', { 'a.txt': half, 'b.txt': half, 'c.txt': 'too much' });
    const { text, notes } = await load({ files: `${folder}/*.txt`, language: 'en' });
    expect(text).not.toContain('too much');
    expect(notes.join()).toContain('c.txt');
    expect((await load({ files: `${folder}/[ab].txt`, language: 'en' })).notes).toEqual([]);
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
