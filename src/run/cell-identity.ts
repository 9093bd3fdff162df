import type { Cell } from '../core/cell.ts';
import { hashOf, sha256 } from '../core/hash.ts';
import { canonicalJson, type JsonObject } from '../core/json.ts';

/**
 * All that shapes the prompts and calls of one model on one task, without the cell's own place. Base URL, key, price,
 * execution, thresholds and output are left out: they do not change what is asked.
 */
export interface CallIdentity extends JsonObject {
  readonly model: JsonObject;
  readonly task: JsonObject;
  readonly prompt: JsonObject;
  readonly haystack: JsonObject;
  readonly seed: number;
}

/** The result key of a cell: SHA-256 of the identity and the cell's place. The identity is put in order once for many cells. */
export function cellKeys(identity: CallIdentity): (cell: Cell) => string {
  // What `hashOf({ v: 1, identity, cell })` hashes: keys stand in the order of the alphabet.
  const behind = `,"identity":${canonicalJson(identity)},"v":1}`;
  return (cell) => sha256(`{"cell":${canonicalJson(cell)}${behind}`);
}

/** The key that pairs runs: SHA-256 of task, version, place and prompt, without model and endpoint. */
export function promptKey(
  task: { readonly name: string; readonly version: number },
  cell: Cell,
  promptSha256: string,
): string {
  const { contextLength, depth, trial } = cell;
  return hashOf({ v: 1, task: task.name, version: task.version, contextLength, depth, trial, promptSha256 });
}

/** The paths at which two identities differ, as `prompt.system: "a" → "b"`, in a stable order. */
export function identityChanges(before: JsonObject, after: JsonObject): string[] {
  const changes: string[] = [];
  const walk = (path: string, a: unknown, b: unknown): void => {
    if (isObject(a) && isObject(b)) {
      const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
      for (const key of keys) walk(path === '' ? key : `${path}.${key}`, a[key], b[key]);
    } else if (hashOf({ value: a }) !== hashOf({ value: b })) {
      changes.push(`${path}: ${show(a)} → ${show(b)}`);
    }
  };
  walk('', before, after);
  return changes;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = value === undefined ? 'not set' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
