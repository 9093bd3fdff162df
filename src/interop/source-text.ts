import { basename } from 'node:path';
import type { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import type { SourceFile } from './importer.ts';

/** `input_unusable` for a place in a source file, named as `file:line` where the line is known. */
export function sourceError(
  file: SourceFile,
  what: string,
  {
    line = null,
    hint,
    cause,
  }: { readonly line?: number | null; readonly hint?: string; readonly cause?: unknown } = {},
): NeedlescopeError {
  const where = line === null ? file.path : `${file.path}:${line}`;
  return new NeedlescopeError('input_unusable', `${where}: ${what}`, {
    hint: hint ?? 'nothing was imported; mend the file or leave it out, or name the format with --from',
    cause,
  });
}

/** The file's content as JSON; throws `input_unusable` with the line of the fault. */
export function parseJson(file: SourceFile): unknown {
  try {
    return JSON.parse(withoutMark(file.text));
  } catch (cause) {
    throw sourceError(file, 'expected JSON, but the text is torn or something else', {
      line: lineOfFault(file.text, cause),
      cause,
    });
  }
}

/** A record with the line that it begins on, from 1. */
export interface PlacedRecord {
  readonly value: unknown;
  readonly line: number | null;
}

/**
 * What `read` makes of each line's JSON value, empty lines left out, one at a time: a line may hold a whole prompt. Throws
 * `input_unusable` with the line that is no JSON, or where there is none at all.
 */
export function mapJsonLines<T>(file: SourceFile, read: (record: PlacedRecord) => T): T[] {
  const made: T[] = [];
  let line = 0;
  for (const text of withoutMark(file.text).split('\n')) {
    line += 1;
    if (text.trim() === '') continue;
    made.push(read({ value: parseLine(file, text, line), line }));
  }
  if (made.length === 0) throw sourceError(file, 'expected rows, but the file is empty');
  return made;
}

function parseLine(file: SourceFile, text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = 'expected one JSON object a line, but this line is torn or something else';
    throw sourceError(file, what, { line, cause });
  }
}

/** `record` as the schema reads it; throws `input_unusable` that says what was expected and what came. */
export function checkRecord<T>(file: SourceFile, { value, line }: PlacedRecord, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 3).map(({ path, message }) => {
    const place = path.join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  throw sourceError(file, problems.join('; '), { line, cause: parsed.error });
}

/** The items of a JSON array, each with the line it begins on. `items` is what `text` parses to. */
export function placeItems(text: string, items: readonly unknown[]): PlacedRecord[] {
  const lines = linesOfItems(text);
  return items.map((value, index) => ({ value, line: lines[index] ?? null }));
}

/** The lines on which the items of the outermost array of JSON `text` begin. */
function linesOfItems(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let level = 0;
  let awaited = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === '\n') line += 1;
    if (/\s/.test(char)) continue;
    if (awaited && char !== ']') {
      lines.push(line);
      awaited = false;
    }
    if (char === '"') at = endOfString(text, at);
    else if (char === '[' || char === '{') {
      level += 1;
      awaited = level === 1;
    } else if (char === ']' || char === '}') level -= 1;
    else if (char === ',' && level === 1) awaited = true;
  }
  return lines;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** V8 names the character at which it gave up, on most faults. */
function lineOfFault(text: string, cause: unknown): number | null {
  const position = cause instanceof Error ? /position (\d+)/.exec(cause.message)?.[1] : undefined;
  return position === undefined ? null : text.slice(0, Number(position)).split('\n').length;
}

/** Spreadsheets and Windows editors begin files with a byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Characters of a file that its format is recognised by. */
export const headLength = 65_536;

/** The beginning of a file, for recognising it without reading all of it. */
export function headOf(file: SourceFile): string {
  return withoutMark(file.head ?? file.text.slice(0, headLength)).trimStart();
}

/** Names of the files, for the source line of charts: at most three are named. */
export function fileNames(files: readonly SourceFile[]): string {
  const names = [...new Set(files.map(({ path }) => basename(path)))];
  return names.length <= 3 ? names.join(', ') : `${files.length} files from ${names[0]} to ${names.at(-1)}`;
}

/** A percentage as a fraction, without the noise of the division: 14.62 → 0.1462. */
export function fractionOf(percent: number): number {
  return Number((percent / 100).toFixed(10));
}
