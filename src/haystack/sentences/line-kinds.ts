/* What the lines of Markdown are, told by how they begin. */

type LineKind = 'text' | 'heading' | 'item' | 'quote' | 'table' | 'rule' | 'fence';

const heading = /[ ]{0,3}#{1,6}[ \t]/y;
const bullet = /[ \t]*[-*+•][ \t]/y;
const numbered = /[ \t]*(\d{1,3})(?:[.)][ \t]|[.)、](?=[\p{Script=Han}]))/uy;
const rule = /[ ]{0,3}(?:=+|-{3,}|_{3,}|(?:\*[ \t]?){3,}|(?:-[ \t]){3,}-?)[ \t]*(?=\n|$)/y;
const fence = /[ \t>]*(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})/y;

/** A line's kind, and the number of an item that has one. */
export interface Line {
  readonly kind: LineKind;
  readonly number?: number;
}

const plain: Line = { kind: 'text' };

/** The kind of the line that starts at `at`. */
export function lineAt(text: string, at: number): Line {
  let first = at;
  while (text[first] === ' ' || text[first] === '\t') first++;
  switch (text[first]) {
    case '#':
      return matches(heading, text, at) ? { kind: 'heading' } : plain;
    case '|':
      return { kind: 'table' };
    case '>':
      return matches(fence, text, at) ? { kind: 'fence' } : { kind: 'quote' };
    case '`':
    case '~':
      return matches(fence, text, at) ? { kind: 'fence' } : plain;
    case '-':
    case '*':
    case '+':
    case '•':
    case '=':
    case '_':
      if (matches(rule, text, at)) return { kind: 'rule' };
      return matches(bullet, text, at) ? { kind: 'item' } : plain;
    default: {
      const code = text.charCodeAt(first);
      if (!(code >= 0x30 && code <= 0x39)) return plain;
      numbered.lastIndex = at;
      const found = numbered.exec(text);
      return found ? { kind: 'item', number: Number(found[1]) } : plain;
    }
  }
}

/** Where the block of a fence or a table that starts at `at` ends: at the line break after its last line, or at the text's end. */
export function blockEnd(text: string, at: number, kind: 'fence' | 'table'): number {
  let line = at;
  let marks = '';
  if (kind === 'fence') {
    fence.lastIndex = at;
    marks = fence.exec(text)?.[1] ?? '';
  }
  for (;;) {
    const end = lineEnd(text, line);
    if (end === text.length) return end;
    const next = end + 1;
    if (kind === 'fence' ? line > at && closes(text, line, end, marks) : lineAt(text, next).kind !== 'table')
      return end;
    line = next;
  }
}

function closes(text: string, line: number, end: number, marks: string): boolean {
  fence.lastIndex = line;
  const found = fence.exec(text);
  if (!found?.[1]?.startsWith(marks)) return false;
  return text.slice(fence.lastIndex, end).trim() === '';
}

/** Where the line that holds `at` ends. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
