import { expect, test } from 'vitest';
import { languages } from '../../src/core/language.ts';
import type { PromptMessage } from '../../src/core/sample.ts';
import { slicedText } from '../../src/core/sliced-text.ts';
import {
  chatFrame,
  chatMessages,
  completionFrame,
  promptChars,
  promptPieces,
  questionPositions,
} from '../../src/prompt/template.ts';

const question = 'What is the code?';

test('the question stands where it was asked to stand, and the haystack between tags', () => {
  for (const language of languages) {
    for (const questionPosition of questionPositions) {
      const { head, tail } = chatFrame({ language, question, questionPosition });
      expect(head.includes(question), `${language} ${questionPosition} head`).toBe(
        questionPosition !== 'after',
      );
      expect(tail.includes(question), `${language} ${questionPosition} tail`).toBe(
        questionPosition !== 'before',
      );
      expect(head.endsWith('<text>\n')).toBe(true);
      expect(tail.startsWith('\n</text>\n')).toBe(true);
    }
  }
});

test('these are the words, until its version is raised', async () => {
  const frames = languages.map((language) => [
    ...questionPositions.map((questionPosition) => chatFrame({ language, question, questionPosition })),
    completionFrame({ language, question, stem: 'The code is' }),
  ]);
  await expect(frames).toMatchFileSnapshot('../golden/prompt-frames.txt');
});

test('a base model is left in the middle of its answer', () => {
  const { tail } = completionFrame({ language: 'en', question, stem: 'The code is' });
  expect(tail.endsWith('The code is')).toBe(true);
  // Without a stem nothing follows the label: vocabularies give a word its blank in front.
  expect(completionFrame({ language: 'en', question, stem: '' }).tail).toMatch(/\nAnswer:$/);
  expect(completionFrame({ language: 'zh', question, stem: '' }).tail).toMatch(/\n回答：$/);
});

test('one text for all messages', () => {
  const text = (messages: readonly PromptMessage[]): string =>
    promptPieces(messages)
      .map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8')))
      .join('');
  expect(text(chatMessages(null, 'u'))).toBe('u');
  expect(text(chatMessages('s', 'u'))).toBe('s\n\nu');
  expect(text(chatMessages('s', slicedText('灯 🙂')))).toBe('s\n\n灯 🙂');
  expect(promptChars(chatMessages('s', slicedText('灯 🙂')))).toBe(7);
  expect(promptChars(chatMessages(null, 'u'))).toBe(1);
  expect(chatMessages('s', 'u').map((message) => message.role)).toEqual(['system', 'user']);
});
