import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { rowSchema } from './row-schema.ts';

const newline = 0x0a;

/** The rows of a results file and where its whole lines end. */
export interface ResultLines {
  /** The last row of every key, in file order of that last row. */
  readonly rows: ReadonlyMap<string, Result>;
  /** Everything from this byte on is a torn last line. */
  readonly wholeBytes: number;
  /** False where the last whole row lacks its line end: it must get one before another row follows. */
  readonly endsInLine: boolean;
}

/**
 * The rows in the bytes of `file` (its name is for messages only). Throws `results_unusable` with file and line for a line that is
 * no row. A last line without an end that is no JSON was torn off by a kill, and is left out.
 *
 * People open this file, so what editors and scripts do to it is settled here, and nothing goes away in silence:
 * - lines end in LF or CRLF, blank lines mean nothing, a byte order mark may stand before any line;
 * - the last line's own end may be missing (some editors strip it): a row that is whole counts. One that was torn cannot look whole,
 *   since it lacks its last brace;
 * - a line that stands twice counts once, and of two rows with one key the later one;
 * - a row whose values were changed counts as it stands, as long as it is a row;
 * - any other line (no JSON, no UTF-8, no row, a newer version's) is an error that names it: leaving it out would ask a paid cell again.
 */
export function parseResultLines(bytes: Uint8Array, file: string): ResultLines {
  const rows = new Map<string, Result>();
  const add = (row: Result): void => {
    rows.delete(row.key);
    rows.set(row.key, row);
  };
  let start = 0;
  let line = 1;
  // Line by line from bytes: a results file may be longer than the longest string.
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
    const value = parseLine(bytes.subarray(start, end));
    if (value instanceof Error) throw noJson(`${file}:${line}`, value);
    if (value !== blank) add(rowOf(value, `${file}:${line}`));
    start = end + 1;
    line++;
  }
  const value = parseLine(bytes.subarray(start));
  if (value === blank || value instanceof Error) return { rows, wholeBytes: start, endsInLine: true };
  add(rowOf(value, `${file}:${line}`));
  return { rows, wholeBytes: bytes.length, endsInLine: false };
}

const blank = Symbol('blank');
// Drops a mark before the text it is given, and refuses bytes that another encoding would garble.
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The JSON value of a line, or why it is none. */
function parseLine(bytes: Uint8Array): unknown {
  try {
    const text = decoder.decode(bytes);
    return text.trim() === '' ? blank : JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function rowOf(value: unknown, place: string): Result {
  const parsed = rowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new NeedlescopeError(
    'results_unusable',
    `${place}: expected a result row: ${where || 'row'}: ${issue?.message ?? 'invalid'}`,
    { hint: where === 'v' ? 'use the version that wrote it, or name another folder with --out' : correctIt },
  );
}

const correctIt = 'correct the line, or delete it and run again: its cell is then asked once more';

function noJson(place: string, cause: Error): NeedlescopeError {
  const message = `${place}: expected a line of JSON in UTF-8`;
  return new NeedlescopeError('results_unusable', message, { hint: correctIt, cause });
}
