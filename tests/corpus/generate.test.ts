import { expect, test } from 'vitest';
import { type Language, languages } from '../../src/core/language.ts';
import { generateProse, generatorIdentity } from '../../src/corpus/generate.ts';

const samples: Readonly<Record<Language, string>> = {
  en: generateProse({ language: 'en', seed: 7, chars: 1_000_000 }),
  zh: generateProse({ language: 'zh', seed: 7, chars: 350_000 }),
};

function sentencesOf(text: string, language: Language): string[] {
  const parts = language === 'en' ? text.split(/(?<=\."?)\s+/) : text.split(/(?<=。”?)(?!”)\n*/);
  return parts.filter((part) => part.length > 0);
}

/** Share of 8-grams (words in English, characters in Chinese) that stood before. */
function repeatedShare(units: readonly string[], joint: string): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (let i = 0; i + 8 <= units.length; i++) {
    const before = seen.size;
    if (seen.add(units.slice(i, i + 8).join(joint)).size === before) repeated++;
  }
  return repeated / (units.length - 7);
}

test.each(languages)('%s: equal seeds give equal texts, others do not', (language) => {
  const again = generateProse({ language, seed: 7, chars: 20_000 });
  expect(samples[language].startsWith(again)).toBe(true);
  expect(generateProse({ language, seed: 8, chars: 20_000 }).slice(0, 200)).not.toBe(again.slice(0, 200));
});

test.each(languages)('%s: paragraphs hold 3 to 8 sentences and are parted by a blank line', (language) => {
  const counts = new Set(
    samples[language].split('\n\n').map((paragraph) => sentencesOf(paragraph, language).length),
  );
  expect([...counts].sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(samples[language]).not.toMatch(/\n\n\n|[^\n]\n[^\n]|^\s|\s$/);
});

test.each(languages)('%s: no sentence occurs twice', (language) => {
  const sentences = sentencesOf(samples[language], language);
  expect(sentences.length).toBeGreaterThan(8_000);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test('fewer than one 8-gram in 500 repeats', () => {
  expect(repeatedShare(samples.en.split(/\s+/), ' ')).toBeLessThan(0.002);
  expect(repeatedShare([...samples.zh.replaceAll('\n', '')], '')).toBeLessThan(0.002);
});

test.each(languages)(
  '%s: nothing that a needle, its question or its value could be mistaken for',
  (language) => {
    expect(samples[language]).not.toMatch(/\d|needle|access code|通行码|暗号|[?？!！]/i);
  },
);

test('English is printable ASCII with single spaces and closed quotations', () => {
  expect(samples.en).toMatch(/^[A-Za-z ,.;:'"\n-]+$/);
  expect(samples.en).not.toMatch(/ {2}| [,.;:]|[,;:.][A-Za-z]|,[,.]|\.\./);
  for (const sentence of sentencesOf(samples.en, 'en')) {
    expect(sentence).toMatch(/^"?[A-Z].*\."?$/);
    expect(sentence.split('"').length % 2).toBe(1);
  }
});

test('English takes `an` before vowel sounds and `a` before others', () => {
  const consonantSounds = /^(?:uni|use|usu|one|ewe|eu)/i;
  const articles = [...samples.en.matchAll(/\b(an?) ([a-z]+)/gi)];
  expect(articles.length).toBeGreaterThan(5_000);
  const wrong = articles.filter(([, article = '', word = '']) => {
    const vowel =
      (/^[aeiou]/i.test(word) && !consonantSounds.test(word)) || /^(?:honest|honour|hour|heir)/i.test(word);
    return vowel !== (article.toLowerCase() === 'an');
  });
  expect(wrong.map((match) => match[0])).toEqual([]);
});

test('Chinese has over 2,000 characters, its own punctuation and no spaces', () => {
  expect(samples.zh).toMatch(/^[\p{Script=Han}，。；：、“”（）—\n]+$/u);
  expect(new Set(samples.zh.match(/\p{Script=Han}/gu)).size).toBeGreaterThan(2_000);
  expect(samples.zh).not.toMatch(/[，。；：、]{2}|“”|（）|“[^”]*“|”[^“]*”/);
  expect(samples.zh.split('——').join('').includes('—')).toBe(false);
});

test('the identity is of data, version and seed', () => {
  const identity = generatorIdentity('en', 7);
  expect(identity).toEqual({ id: 'prose-en', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(generatorIdentity('en', 7)).toEqual(identity);
  expect(generatorIdentity('en', 8).sha256).not.toBe(identity.sha256);
  expect(generatorIdentity('zh', 7).id).toBe('prose-zh');
  expect(generatorIdentity('zh', 7).sha256).not.toBe(identity.sha256);
});

// These openings are the bytes that results are compared by: a change here needs a higher generatorVersion.
test.each([
  [
    'en',
    'Sabysa Priestshaw had watched over the buttermilk tart and the cold brawn at Maldworth, and Oralilda and the tinsmith',
  ],
  ['zh', '仰襄钊在深湾村写信，提到电报和天文。邵超嵩回信夹着舒关滩的拍卖，字里满是迷惘。'],
] as const)('%s: the text of seed 1 opens as it always did', (language, opening) => {
  expect(generateProse({ language, seed: 1, chars: 1 }).slice(0, opening.length)).toBe(opening);
});
