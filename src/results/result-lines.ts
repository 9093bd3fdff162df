import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { rowSchema } from './row-schema.ts';

const newline = 0x0a;

/** The rows of a results file and where its whole lines end, in bytes. */
export interface ResultLines {
  /** The last row of every key, in file order of that last row. */
  readonly rows: ReadonlyMap<string, Result>;
  /** Everything from here on is a torn last line. */
  readonly wholeBytes: number;
}

/**
 * The rows in the bytes of `file` (its name is for messages only). What follows the last newline was torn off by a
 * kill and is left out; any other line that is no row throws `results_unusable` with file and line.
 */
export function parseResultLines(bytes: Uint8Array, file: string): ResultLines {
  // Line by line from bytes: a results file may be longer than the longest string.
  const decoder = new TextDecoder();
  const rows = new Map<string, Result>();
  let start = 0;
  let line = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
    line++;
    const text = decoder.decode(bytes.subarray(start, end));
    start = end + 1;
    if (text.trim() === '') continue;
    const row = parseRow(text, `${file}:${line}`);
    rows.delete(row.key);
    rows.set(row.key, row);
  }
  return { rows, wholeBytes: start };
}

function parseRow(text: string, place: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(place, 'expected a line of JSON', cause);
  }
  const parsed = rowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(
    place,
    `expected a result row: ${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'invalid'}`,
  );
}

function damaged(place: string, message: string, cause?: unknown): NeedlescopeError {
  return new NeedlescopeError('results_unusable', `${place}: ${message}`, {
    hint: 'the line is damaged; delete it and run again: its cell is then asked once more',
    cause,
  });
}
