import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import { sha256OfAll } from '../core/hash.ts';
import { promptPieces } from '../prompt/template.ts';
import {
  type PackEnd,
  type PackHeader,
  type PackPrompt,
  packEndSchema,
  packHeaderSchema,
  packPromptSchema,
} from './pack-format.ts';

/** A frozen prompt that can be read: a few numbers now, its text when its turn comes. */
interface PackEntry extends Pick<PackPrompt, 'cell' | 'promptKey'> {
  readonly promptTokens: number;
  read(): Promise<PackPrompt>;
}

/** A pack whose every prompt was read once and has the hash it says. */
export interface OpenPack {
  readonly path: string;
  readonly header: PackHeader;
  readonly entries: readonly PackEntry[];
  /** Of all of the pack but its last line, which says it too. */
  readonly sha256: string;
  close(): Promise<void>;
}

const newline = 0x0a;
const chunkBytes = 1 << 20;

/**
 * Opens a pack and checks all of it: the number of prompts, their order, and that each text has its hash. Throws `input_unusable`,
 * naming the line.
 */
export async function openPack(path: string): Promise<OpenPack> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    throw unusable(path, 'expected a prompt pack, but the file cannot be read', cause);
  }
  try {
    let header: PackHeader | null = null;
    let end: PackEnd['end'] | null = null;
    const entries: PackEntry[] = [];
    const hash = createHash('sha256');
    for await (const { line, number, offset } of linesOf(handle)) {
      const place = `${path}:${number}`;
      const value = jsonOf(line, place);
      if (!isEnd(value)) hash.update(line).update('\n');
      if (header === null) {
        header = parsed(packHeaderSchema, value, place) as unknown as PackHeader;
      } else if (end !== null) {
        throw unusable(place, 'expected nothing behind the last line of the pack');
      } else if (isEnd(value)) {
        end = parsed(packEndSchema, value, place).end;
      } else {
        const { cell, promptKey, sample } = checkedPrompt(value, place);
        const read = async (): Promise<PackPrompt> => {
          const bytes = new Uint8Array(line.length);
          await handle.read(bytes, 0, line.length, offset);
          return checkedPrompt(jsonOf(bytes, place), place);
        };
        entries.push({ cell, promptKey, promptTokens: sample.promptTokens, read });
      }
    }
    if (header === null) throw unusable(path, 'expected a prompt pack, got an empty file');
    const sha256 = hash.digest('hex');
    if (end === null || end.prompts !== entries.length || end.sha256 !== sha256) {
      const found = `${entries.length} prompts`;
      throw unusable(
        path,
        end === null
          ? `the pack is torn: it has ${found} and no last line`
          : `the pack was changed after it was written: ${end.prompts} prompts were, ${found} are here, and its hash is another`,
      );
    }
    checkPlaces(path, header, entries);
    return { path, header, entries, sha256, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Throws where a prompt is of a task that the header does not describe, or of a place that has one already. */
function checkPlaces(path: string, { config, identities }: PackHeader, entries: readonly PackEntry[]): void {
  const seen = new Set<string>();
  for (const { cell } of entries) {
    const { task, contextLength, depth, trial } = cell;
    if (!Object.hasOwn(identities, task) || !config.tasks.some(({ id }) => id === task)) {
      throw unusable(path, `expected prompts of tasks that the first line describes, got one of ${task}`);
    }
    const place = JSON.stringify([task, contextLength, depth, trial]);
    if (seen.has(place)) throw unusable(path, `expected one prompt a place, got two of ${place}`);
    seen.add(place);
  }
}

function isEnd(value: unknown): boolean {
  return value !== null && typeof value === 'object' && 'end' in value;
}

function checkedPrompt(value: unknown, place: string): PackPrompt {
  const prompt = parsed(packPromptSchema, value, place);
  if (sha256OfAll(promptPieces(prompt.messages)) === prompt.sample.promptSha256) return prompt;
  throw unusable(place, 'the prompt was changed: its text has another hash than the pack says');
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unusable(place, `${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'invalid'}`);
}

function jsonOf(bytes: Uint8Array, place: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw unusable(place, 'expected a line of JSON in UTF-8', cause);
  }
}

/** Lines with where they start; a last line without an end counts, as an editor may leave it. */
async function* linesOf(
  handle: FileHandle,
): AsyncGenerator<{ readonly line: Uint8Array; readonly number: number; readonly offset: number }> {
  let rest = new Uint8Array(0);
  let offset = 0;
  let number = 0;
  const buffer = new Uint8Array(chunkBytes);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, offset + rest.length);
    const joined = new Uint8Array(rest.length + bytesRead);
    joined.set(rest);
    joined.set(buffer.subarray(0, bytesRead), rest.length);
    let start = 0;
    for (let at = joined.indexOf(newline, rest.length); at !== -1; at = joined.indexOf(newline, start)) {
      number++;
      if (at > start) yield { line: joined.slice(start, at), number, offset: offset + start };
      start = at + 1;
    }
    rest = joined.slice(start);
    offset += start;
    if (bytesRead > 0) continue;
    if (rest.length > 0) yield { line: rest, number: number + 1, offset };
    return;
  }
}

function unusable(place: string, message: string, cause?: unknown): NeedlescopeError {
  return new NeedlescopeError('input_unusable', `${place}: ${message}`, {
    hint: 'make it again: needlescope export config.yaml --to pack -o prompts.jsonl',
    ...(cause === undefined ? {} : { cause }),
  });
}
