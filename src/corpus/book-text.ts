import type { Language } from '../core/language.ts';

const startMark = /^\*{3} ?START OF TH(?:E|IS) PROJECT GUTENBERG [^*]{1,400}\*{3}[^\n]*\n/m;
const endMark = /^\*{3} ?END OF TH(?:E|IS) PROJECT GUTENBERG /m;
/** The last line of many editions, before the mark or in its place. */
const endLine = /\n+End of (?:the )?Project Gutenberg[^\n]{0,200}\s*$/;

/**
 * A text between the marks that Project Gutenberg sets around a book, without its header and licence; a text without such
 * marks, as it is.
 */
export function withoutFrame(text: string): string {
  const start = startMark.exec(text);
  const body = start === null ? text : text.slice(start.index + start[0].length);
  const end = endMark.exec(body);
  const inner = end === null ? body : body.slice(0, end.index);
  return cutEndLine(inner);
}

/** Looks at the tail only: the pattern's `\s*$` would be tried at every line of the book. */
function cutEndLine(text: string): string {
  const from = Math.max(0, text.length - 2_000);
  const found = endLine.exec(text.slice(from).trimEnd());
  return found === null ? text : text.slice(0, from + found.index);
}

/** The shortest line that can be one of a wrapped paragraph, in characters: verses, headings and last lines are shorter. */
const fullLine: Readonly<Record<Language, number>> = { en: 45, zh: 28 };

/**
 * Joins the lines of wrapped paragraphs. A line is joined to the next if it is a full one, and the next is neither blank
 * nor indented. In Chinese a break may stand inside a word, so that nothing takes its place.
 */
export function joinWrappedLines(text: string, language: Language): string {
  const lines = text.split('\n');
  const shortest = fullLine[language];
  let joined = '';
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    if (next === undefined) return joined + line;
    if (line.length < shortest || next === '' || /^\s/.test(next)) joined += `${line}\n`;
    else joined += language === 'zh' || /[-—]$/.test(line) ? line : `${line.trimEnd()} `;
  }
  return joined;
}
