import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { isHardBoundary } from '../../src/haystack/hard-boundary.ts';
import { type PatternName, patternNames, patterns } from '../../src/tokenizer/patterns.ts';
import { createTiktoken, type TiktokenTokenizer } from '../../src/tokenizer/tiktoken.ts';
import { mixedRanks } from './made-files.ts';
import { mixedText } from './mixed-texts.ts';

// A vocabulary in which words with their spaces, line breaks in rows and common Chinese are tokens: cutting at the wrong place shows.
let ranks = '';
beforeAll(async () => {
  ranks = `! 0 ${(await mixedRanks(24_000)).join(' ')}`;
});

const make = (name: PatternName): Promise<TiktokenTokenizer> => {
  const { regex, splitRule, normalise } = patterns[name];
  return createTiktoken({ id: name, ranks, pattern: regex, splitRule, normalise });
};

describe.each(patternNames)('%s', (name) => {
  test('counts left and right of every hard boundary add up to the whole', async () => {
    const tokenizer = await make(name);
    let boundaries = 0;
    fc.assert(
      fc.property(mixedText, (text) => {
        const whole = tokenizer.count(text);
        for (let at = 1; at < text.length; at++) {
          if (!isHardBoundary(text, at, tokenizer.splitRule)) continue;
          boundaries += 1;
          const sum = tokenizer.count(text.slice(0, at)) + tokenizer.count(text.slice(at));
          expect(sum, `${JSON.stringify(text)} at ${at}`).toBe(whole);
        }
      }),
      { numRuns: 250 },
    );
    expect(boundaries).toBeGreaterThan(400);
  });

  test('every character is part of a word', async () => {
    const tokenizer = await make(name);
    fc.assert(
      fc.property(mixedText, (text) => {
        const composed = patterns[name].normalise === null ? text : text.normalize('NFC');
        expect(tokenizer.tokenBytes(composed)).not.toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});

test('a place that is not hard shows: after a line break, under the rule of GPT-2', async () => {
  const tokenizer = await make('gpt2');
  const [left, right] = ['quiet.\n\n', 'The harbour'];
  expect(isHardBoundary(left + right, left.length, 'split-regex')).toBe(true);
  expect(isHardBoundary(left + right, left.length, tokenizer.splitRule)).toBe(false);
  expect(tokenizer.count(left) + tokenizer.count(right)).not.toBe(tokenizer.count(left + right));
});
