import { describe, expect, test } from 'vitest';
import { joinWrappedLines, withoutFrame } from '../../src/corpus/book-text.ts';

describe('the frame around a book of Project Gutenberg', () => {
  const body = '\n\nA TALE\n\nIt began.\n\nIt ended.';
  test.each([
    [
      'THE, with blanks',
      '*** START OF THE PROJECT GUTENBERG EBOOK A TALE ***',
      '*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***',
    ],
    [
      'THIS, without',
      '***START OF THIS PROJECT GUTENBERG EBOOK A TALE***',
      '***END OF THIS PROJECT GUTENBERG EBOOK A TALE***',
    ],
    [
      'a title over two lines',
      '*** START OF THIS PROJECT GUTENBERG EBOOK A TALE;\nOR, A STORY ***',
      '*** END OF THIS PROJECT GUTENBERG EBOOK A TALE;\nOR, A STORY ***',
    ],
  ])('is left out: %s', (_name, start, end) => {
    const text = `Title: A Tale\n\n${start}\n${body}\n\n\nEnd of the Project Gutenberg EBook of A Tale\n\n${end}\n\nLicence\n`;
    expect(withoutFrame(text)).toBe(body);
    expect(withoutFrame(`Title\n${start}\n${body}\n${end}\nLicence`).trim()).toBe(body.trim());
  });

  test('may have one mark only, or just a last line', () => {
    expect(withoutFrame(`${body}\n*** END OF THE PROJECT GUTENBERG EBOOK A TALE ***\nLicence`)).toBe(
      `${body}\n`,
    );
    expect(withoutFrame(`${body}\n\n\nEnd of Project Gutenberg's A Tale, by Somebody\n\n`)).toBe(body);
  });

  test.each([
    ['a plain text', body],
    ['stars of its own', 'One.\n*** START OF PART TWO ***\nTwo.\n*** END OF PART TWO ***\nThree.'],
    [
      'a mention',
      'He read *** START OF THE PROJECT GUTENBERG EBOOK X *** aloud.\nEnd of the Project Gutenberg text, he said.\nThen he slept.',
    ],
    ['nothing', ''],
  ])('%s stays as it is', (_name, text) => {
    expect(withoutFrame(text)).toBe(text);
  });
});

describe('wrapped lines', () => {
  const en = 'It was a long line of a wrapped paragraph, with words';
  const zh = '話說天下大勢，分久必合，合久必分：周末七國分爭，并入於秦。及秦滅之後';

  test('are joined with a space in English, with nothing in Chinese and after a hyphen or dash', () => {
    expect(joinWrappedLines(`${en}\n${en}\nin it.`, 'en')).toBe(`${en} ${en} in it.`);
    expect(joinWrappedLines(`${en} \nin it.`, 'en')).toBe(`${en} in it.`);
    expect(joinWrappedLines(`${en}--\nin it`, 'en')).toBe(`${en}--in it`);
    expect(joinWrappedLines(`${en}—\nin it`, 'en')).toBe(`${en}—in it`);
    expect(joinWrappedLines(`${zh}\n，楚、漢分爭。`, 'zh')).toBe(`${zh}，楚、漢分爭。`);
  });

  test('stay apart before a blank or indented line, and where they are short', () => {
    for (const text of [
      `${en}\n\n${en}`,
      `${en}\n  indented`,
      `${zh}\n　　卻說玄德`,
      'Tiger, tiger,\nburning bright\n',
      '\n\n',
      '',
    ]) {
      expect(joinWrappedLines(text, text.includes('話') ? 'zh' : 'en')).toBe(text);
    }
  });
});
