import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { loadTokenizerJson } from '../../src/tokenizer/huggingface.ts';
import { createWithLibrary, type TokenizerJson } from '../../src/tokenizer/huggingface-library.ts';
import type { LocalTokenizer } from '../../src/tokenizer/tiktoken.ts';
import { type JsonKind, tokenizerJson } from './made-files.ts';
import { mixedText } from './mixed-texts.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-tokenizer-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const read = async (path: string): Promise<TokenizerJson> =>
  JSON.parse(await readFile(path, 'utf8')) as TokenizerJson;
const bytesBy = (tokenizer: LocalTokenizer, text: string): number[] | null => {
  const bytes = tokenizer.tokenBytes?.(text) ?? null;
  return bytes === null ? null : [...bytes];
};

/** A file with other values in some places of the one made of `kind`. */
async function changed(
  kind: JsonKind,
  name: string,
  change: (json: Record<string, object>) => object,
): Promise<string> {
  const json = (await read(await tokenizerJson(dir, { kind, size: 400 }))) as unknown as Record<
    string,
    object
  >;
  const path = join(dir, `${name}.json`);
  await writeFile(path, JSON.stringify({ ...json, ...change(json) }));
  return path;
}

describe.each([
  ['llama3', 'split-regex'],
  ['qwen2', 'split-regex'],
  ['deepseek3', 'split-regex'],
  ['gpt2', 'gpt2'],
  ['digits', 'gpt2'],
] as const)('a %s file', (kind, splitRule) => {
  let ours: LocalTokenizer;
  let library: LocalTokenizer;
  beforeAll(async () => {
    const path = await tokenizerJson(dir, { kind, size: 8_000 });
    const loaded = await loadTokenizerJson(path);
    expect(loaded.slow).toBeNull();
    ours = loaded.tokenizer;
    library = await createWithLibrary('library', await read(path));
    expect(ours.id).toBe(`tokenizer.json:${sha256(await readFile(path)).slice(0, 12)}`);
  });

  test('is run by tiktoken', () => expect(ours).toMatchObject({ splitRule, exact: true }));

  test('has the tokens that the library makes, one for one', () => {
    let compared = 0;
    fc.assert(
      fc.property(mixedText, (text) => {
        expect(ours.count(text)).toBe(library.count(text));
        const bytes = bytesBy(ours, text);
        expect(bytes, text).toEqual(
          kind === 'qwen2' && text !== text.normalize('NFC') ? null : bytesBy(library, text),
        );
        if (bytes !== null) compared += 1;
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(150);
  });

  test('composes characters only where its normalizer says so', () => {
    const [composed, apart] = ['caf\u00e9 \u212b', 'cafe\u0301 A\u030a'];
    if (kind === 'qwen2') expect(ours.count(apart)).toBe(ours.count(apart.normalize('NFC')));
    else expect(ours.count(apart)).not.toBe(ours.count(composed));
  });
});

test('the text of special tokens is text, and nothing is added around a text', async () => {
  for (const kind of ['llama3', 'gpt2', 'sentencepiece'] as const) {
    const path = await tokenizerJson(dir, { kind, size: 400 });
    const library = await createWithLibrary('library', await read(path));
    const { tokenizer } = await loadTokenizerJson(path);
    for (const each of [tokenizer, library]) {
      expect(each.count('')).toBe(0);
      expect(each.count('<|endoftext|>')).toBeGreaterThan(6);
    }
  }
});

describe('what is not rank BPE goes to the library', () => {
  test('SentencePiece, with bytes for what it cannot write', async () => {
    const { tokenizer, slow } = await loadTokenizerJson(await tokenizerJson(dir, { kind: 'sentencepiece' }));
    expect(slow).toContain('normalizer');
    expect(tokenizer).toMatchObject({ splitRule: 'none', exact: true });
    // ▁the ▁sea ▁ x; then three bytes of a character that is not in its vocabulary.
    expect(tokenizer.count('the sea x')).toBe(4);
    expect(tokenizer.count('the sea 字')).toBe(6);
    expect(tokenizer.tokenBytes).toBeUndefined();
  });

  test('Unigram', async () => {
    const { tokenizer, slow } = await loadTokenizerJson(await tokenizerJson(dir, { kind: 'unigram' }));
    expect(slow).toContain('words');
    expect(tokenizer.count('the sea')).toBe(2);
    expect(tokenizer.splitRule).toBe('none');
  });

  test.each<[string, JsonKind, (json: Record<string, object>) => object, string]>([
    [
      'byte_fallback',
      'gpt2',
      ({ model }) => ({ model: { ...model, byte_fallback: true } }),
      'falls back to bytes',
    ],
    ['dropout', 'gpt2', ({ model }) => ({ model: { ...model, dropout: 0.1 } }), 'at random'],
    [
      'a suffix',
      'gpt2',
      ({ model }) => ({ model: { ...model, end_of_word_suffix: '</w>' } }),
      'parts of words',
    ],
    [
      'splits of which one drops text',
      'deepseek3',
      ({ pre_tokenizer: sequence }) => {
        const [first, ...more] = (sequence as { pretokenizers: object[] }).pretokenizers;
        const dropping = { ...first, behavior: 'Removed', invert: true };
        return { pre_tokenizer: { type: 'Sequence', pretokenizers: [dropping, ...more] } };
      },
      'a way of its own',
    ],
    ['a prefix space', 'gpt2', () => ({ pre_tokenizer: { type: 'ByteLevel' } }), 'a way of its own'],
    ['no split at all', 'gpt2', () => ({ pre_tokenizer: null }), 'a way of its own'],
    ['NFKC', 'gpt2', () => ({ normalizer: { type: 'NFKC' } }), 'normalizer'],
    [
      'digits in groups',
      'gpt2',
      ({ pre_tokenizer: level }) => ({
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [{ type: 'Digits', individual_digits: false }, level],
        },
      }),
      'a way of its own',
    ],
    [
      'a pattern that is not known',
      'gpt2',
      () => ({
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: '\\p{L}+|\\p{N}+' }, behavior: 'Isolated', invert: false },
            { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
          ],
        },
      }),
      'a way of its own',
    ],
  ])('%s', async (name, kind, change, reason) => {
    const { tokenizer, slow } = await loadTokenizerJson(await changed(kind, name, change));
    expect(slow).toContain(reason);
    expect(tokenizer.splitRule).toBe('none');
    expect(tokenizer.count('so it is, 1 or 2')).toBeGreaterThan(1);
  });
});

test('a byte-level file that the library runs tells the bytes of its tokens', async () => {
  const json = await read(await tokenizerJson(dir, { kind: 'qwen2', size: 400 }));
  const library = await createWithLibrary('library', json);
  fc.assert(
    fc.property(mixedText, (text) => {
      const bytes = bytesBy(library, text);
      expect(bytes === null).toBe(
        text !== text.normalize('NFC') &&
          Buffer.byteLength(text.normalize('NFC')) !== Buffer.byteLength(text),
      );
      if (bytes === null) return;
      expect(bytes.length).toBe(library.count(text));
      expect(bytes.reduce((total, each) => total + each, 0)).toBe(Buffer.byteLength(text));
    }),
  );
});

describe('other ways to write the same file', () => {
  const spelt: [string, JsonKind, (json: Record<string, object>) => object][] = [
    [
      'an empty sequence of normalizers',
      'gpt2',
      () => ({ normalizer: { type: 'Sequence', normalizers: [] } }),
    ],
    ['a model without a type', 'gpt2', ({ model }) => ({ model: { ...model, type: undefined } })],
    [
      'line breaks as they are, not as escapes',
      'deepseek3',
      ({ pre_tokenizer: sequence }) => ({
        pre_tokenizer: JSON.parse(JSON.stringify(sequence).replaceAll('\\\\r\\\\n', '\\r\\n')) as object,
      }),
    ],
    [
      'a sequence of one',
      'gpt2',
      ({ pre_tokenizer: level }) => ({ pre_tokenizer: { type: 'Sequence', pretokenizers: [level] } }),
    ],
    [
      'matches kept by removing the rest',
      'llama3',
      ({ pre_tokenizer: sequence }) => {
        const [split, level] = (sequence as { pretokenizers: object[] }).pretokenizers;
        return {
          pre_tokenizer: {
            type: 'Sequence',
            pretokenizers: [{ ...split, behavior: 'Removed', invert: true }, level],
          },
        };
      },
    ],
  ];
  test.each(spelt)('%s', async (name, kind, change) => {
    const { tokenizer, slow } = await loadTokenizerJson(await changed(kind, name, change));
    const plain = await loadTokenizerJson(await tokenizerJson(dir, { kind, size: 400 }));
    expect(slow).toBeNull();
    expect(tokenizer.id).not.toBe(plain.tokenizer.id);
    expect(bytesBy(tokenizer, 'So it is, 2026.\n')).toEqual(bytesBy(plain.tokenizer, 'So it is, 2026.\n'));
  });

  test('one content is one tokenizer, wherever it lies', async () => {
    const path = await tokenizerJson(dir, { kind: 'gpt2', size: 400 });
    const copy = join(dir, 'copy.json');
    await writeFile(copy, await readFile(path));
    expect((await loadTokenizerJson(copy)).tokenizer).toBe((await loadTokenizerJson(path)).tokenizer);
  });
});

describe('files that are none', () => {
  test.each([
    ['no JSON', 'IQ== 0\nIg== 1\n', 'no JSON', '{tiktoken: path}'],
    ['vocab.json', '{"a": 0, "b": 1}', 'JSON without a model', 'tokenizer.json'],
    ['an empty file', '', 'an empty file', 'download'],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
      'Git LFS pointer',
      'git lfs pull',
    ],
    ['a web page', '<!DOCTYPE html><html></html>', 'a web page', 'licence'],
    [
      'a model that nobody knows',
      '{"normalizer":null,"pre_tokenizer":null,"model":{"type":"Other","vocab":null}}',
      'Unknown TokenizerModel type',
      'server',
    ],
  ])('%s', async (name, content, got, hint) => {
    const path = join(dir, `${name.replaceAll(' ', '-')}`);
    await writeFile(path, content);
    await expect(loadTokenizerJson(path)).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringMatching(
        new RegExp(`${name.replaceAll(' ', '-')}: expected .*got .*${got}`, 's'),
      ),
      hint: expect.stringContaining(hint),
    });
  });

  test('a file that is not there is told with how to get it', async () => {
    await expect(loadTokenizerJson(join(dir, 'nowhere', 'tokenizer.json'))).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringContaining(join(dir, 'nowhere', 'tokenizer.json')),
      hint: expect.stringContaining('hf download'),
    });
    await expect(loadTokenizerJson(dir)).rejects.toMatchObject({
      message: expect.stringContaining('a folder'),
    });
  });
});
