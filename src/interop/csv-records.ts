import type { SourceFile } from './importer.ts';
import { headOf, sourceError, withoutMark } from './source-text.ts';

/** One record of a CSV file by the names in its header, with the line it begins on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** The names in the first line of a CSV file; quotes and a byte order mark are taken off. */
export function csvHeader(file: SourceFile): string[] {
  const [first] = lines(headOf(file), file, { onlyFirst: true });
  return (first?.values ?? []).map((name) => name.trim());
}

/**
 * The records of a CSV file (RFC 4180, comma-separated, any line end), empty lines left out. Throws `input_unusable` with
 * the line of an open quote, or of a record that has another number of fields than the header.
 */
export function parseCsv(file: SourceFile): CsvRecord[] {
  const [header, ...rows] = lines(withoutMark(file.text), file, { onlyFirst: false });
  const names = (header?.values ?? []).map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw sourceError(file, `expected each column once, got ${twice} twice`, { line: 1 });
  return rows.map(({ line, values }) => {
    if (values.length !== names.length) {
      throw sourceError(file, `expected ${names.length} fields as in the header, got ${values.length}`, {
        line,
      });
    }
    // Without a prototype: a column may be called `__proto__`.
    const fields: Record<string, string> = Object.create(null) as Record<string, string>;
    names.forEach((name, index) => {
      fields[name] = values[index] ?? '';
    });
    return { line, fields };
  });
}

interface Line {
  readonly line: number;
  readonly values: readonly string[];
}

function lines(text: string, file: SourceFile, { onlyFirst }: { readonly onlyFirst: boolean }): Line[] {
  const found: Line[] = [];
  let values: string[] = [];
  let line = 1;
  let start = 1;
  let at = 0;
  const endLine = (): void => {
    if (values.length > 1 || values[0] !== '') found.push({ line: start, values });
    values = [];
    start = line;
  };
  while (at < text.length && !(onlyFirst && found.length > 0)) {
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end === -1) {
        if (onlyFirst) break;
        throw sourceError(file, 'expected a closing quote, got the end of the file', { line });
      }
      const value = text.slice(at + 1, end);
      values.push(value.replaceAll('""', '"'));
      line += value.split('\n').length - 1;
      at = end + 1;
    } else {
      const end = nextBreak(text, at);
      values.push(text.slice(at, end));
      at = end;
    }
    const char = text[at];
    if (char === ',') {
      at += 1;
      if (at === text.length) values.push('');
      continue;
    }
    if (char !== undefined && char !== '\r' && char !== '\n') {
      if (onlyFirst) break;
      throw sourceError(
        file,
        `expected a comma or a line end after a closing quote, got ${JSON.stringify(char)}`,
        {
          line,
        },
      );
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    endLine();
  }
  if (values.length > 0) endLine();
  return found;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function nextBreak(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}
