import { describe, expect, test } from 'vitest';
import { readPrompt } from '../../src/reference/read-prompt.ts';
import { ask, facts, paragraphs, sentences } from './synthetic.ts';

const document = paragraphs('en', [
  ...sentences('en', 100),
  'Who would have thought so?',
  ...sentences('en', 100, 2),
]);
const { question } = facts.en;

describe('the question and the document are found', () => {
  const cases: Readonly<Record<string, string>> = {
    'between tags, question after': ask('en', document, question),
    'between tags, question before':
      `Below is a text between <text> tags. While you read, keep this in mind: ${question}\n\n<text>\n${document}\n</text>\n\n` +
      'Now answer the question that was asked before the text.',
    'in other tags': `<document>\n${document}\n</document>\n${question}`,
    'in quotes': `Use the text.\n"""\n${document}\n"""\n${question} Do not guess.`,
    'with nothing but a blank line': `${document}\n\n${question}`,
    'with an answer label': `${document}\n\nQuestion: ${question}\nAnswer:`,
    'in front, unmarked': `${question}\n\n${document}`,
  };
  test.each(Object.entries(cases))('%s', (_, prompt) => {
    const reading = readPrompt(prompt);
    expect(reading.question).toContain(question);
    expect(reading.document.trim().replace(/\n*Question:$/, '')).toBe(document);
  });
});

test('a Chinese prompt is read', () => {
  const text = paragraphs('zh', sentences('zh', 100));
  expect(readPrompt(ask('zh', text, facts.zh.question))).toEqual({
    question: facts.zh.question,
    document: text,
    stem: '',
  });
});

test('a request without a question mark is taken by its label or its line', () => {
  const task = 'Give the access code for the amber lighthouse.';
  expect(readPrompt(`${document}\n\nQuestion: ${task}`).question).toBe(task);
  expect(readPrompt(`<text>\n${document}\n</text>\n\n${task}\nAnswer in a few words.`).question).toBe(task);
});

test('the stem of a completion is what its last line leaves open', () => {
  const stem = 'The access code for the amber lighthouse is';
  const reading = readPrompt(`<text>\n${document}\n</text>\n\nQuestion: ${question}\nAnswer: ${stem}`);
  expect(reading).toEqual({ question, document, stem });
  expect(readPrompt(`${document}\n\n${stem}`).question).toBe(stem);
});

test('a prompt that lost its beginning still has its question and the rest of its document', () => {
  const prompt = ask('en', document, question);
  const reading = readPrompt(prompt.slice(3_000));
  expect(reading.question).toBe(question);
  expect(document.endsWith(reading.document)).toBe(true);
  expect(reading.document.length).toBeGreaterThan(2_000);
});

test('an empty prompt asks nothing', () => {
  expect(readPrompt('')).toEqual({ question: '', document: '', stem: '' });
});
