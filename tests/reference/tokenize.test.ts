import { expect, test } from 'vitest';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { createPromptCounter } from '../../src/reference/count-tokens.ts';
import { tokenize } from '../../src/reference/tokenize.ts';

/** A token is three bytes of UTF-8, or what is left. */
function lengths(text: string): number[] {
  const bytes = Buffer.byteLength(text);
  return Array.from({ length: Math.ceil(bytes / 3) }, (_, i) => Math.min(3, bytes - 3 * i));
}
const telling: Tokenizer = {
  id: 'threes',
  exact: true,
  splitRule: 'none',
  count: (text) => lengths(text).length,
  tokenBytes: lengths,
};
const { tokenBytes: _, ...silent } = telling;

function ask(fields: Readonly<Record<string, unknown>>, tokenizer: Tokenizer = telling): Promise<object> {
  // The counter cuts at paragraphs, which this toy does not bear: one line is one part.
  return tokenize(fields, { counter: createPromptCounter(tokenizer), tokenizer });
}

// 19 bytes: the crab and the no-break space lie across tokens, the byte order mark is one.
const text = '\ufeffgo 🦀 灯\u00a0é!';
const model = 'known-answer/perfect';

test('pieces are text where their bytes are, else the bytes', async () => {
  const answer = await ask({ content: text, add_special: false, with_pieces: true });
  expect(answer).toEqual({
    tokens: [
      { id: 0, piece: '\ufeff' },
      { id: 1, piece: 'go ' },
      { id: 2, piece: [0xf0, 0x9f, 0xa6] },
      { id: 3, piece: [0x80, 0x20, 0xe7] },
      { id: 4, piece: [0x81, 0xaf, 0xc2] },
      { id: 5, piece: [0xa0, 0xc3, 0xa9] },
      { id: 6, piece: '!' },
    ],
  });
  expect(await ask({ content: text })).toEqual({ tokens: [0, 1, 2, 3, 4, 5, 6] });
});

test('vocabulary strings have a letter for each byte', async () => {
  const answer = await ask({ model, prompt: text, return_token_strs: true });
  expect(answer).toEqual({
    count: 7,
    max_model_len: 131_072,
    tokens: [0, 1, 2, 3, 4, 5, 6],
    token_strs: ['ï»¿', 'goĠ', 'ðŁ¦', 'ĢĠç', 'ģ¯Â', 'łÃ©', '!'],
  });
  expect(await ask({ model, prompt: text })).toEqual({ count: 7, max_model_len: 131_072 });
  // The soft hyphen's byte is the last of the unprintable ones.
  expect(await ask({ model, prompt: 'í', return_token_strs: true })).toMatchObject({ token_strs: ['ÃŃ'] });
});

test('all 256 bytes have letters of their own', async () => {
  // Every byte that UTF-8 can hold, in one text.
  const points = [...Array(0x800).keys(), ...Array.from({ length: 0x10 }, (_, i) => 0x1000 * i + 0x800)];
  const all = [
    ...points.filter((point) => point < 0xd800 || point > 0xdfff),
    0x1f980,
    0x4ffff,
    0x8ffff,
    0xcffff,
    0x10ffff,
  ]
    .map((point) => String.fromCodePoint(point))
    .join('');
  const bytes = Buffer.from(all);
  const { token_strs } = (await ask({ model, prompt: all, return_token_strs: true })) as {
    token_strs: string[];
  };
  const letters = [...token_strs.join('')];
  expect(letters).toHaveLength(bytes.length);
  const byLetter = new Map(letters.map((letter, i) => [letter, bytes[i]]));
  expect(byLetter.size).toBe(new Set(bytes).size);
  expect(byLetter.size).toBeGreaterThan(240);
  expect(letters.map((letter) => byLetter.get(letter))).toEqual([...bytes]);
});

test('a tokenizer that does not tell its bytes only counts', async () => {
  const { tokens } = (await ask({ content: text, with_pieces: true }, silent)) as { tokens: number[] };
  expect(tokens).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const prompt = { model, prompt: text, return_token_strs: true };
  expect(await ask(prompt, silent)).toEqual({ count: 7, max_model_len: 131_072 });
  const untold = { ...telling, tokenBytes: () => null };
  expect(await ask(prompt, untold)).toEqual({ count: 7, max_model_len: 131_072 });
});

test('messages are counted with their template, and a prompt or an unknown model refused', async () => {
  const messages = [{ role: 'user', content: 'abcdef' }];
  expect(await ask({ model, messages, return_token_strs: true })).toEqual({
    count: 10,
    max_model_len: 131_072,
  });
  await expect(ask({ model })).rejects.toMatchObject({ status: 400 });
  await expect(ask({ model: 'x', prompt: 'y' })).rejects.toMatchObject({ status: 404 });
});
