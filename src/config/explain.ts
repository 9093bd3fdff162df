import type { z } from 'zod';
import { type ErrorCode, NeedlescopeError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { nearest } from '../core/nearest.ts';
import { placeAt } from './key.ts';
import { configSchema } from './schema.ts';

/** Something wrong with one key. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** `expected …, got …`. */
  readonly text: string;
  /** The key to show an example of, where it is another one. */
  readonly like?: readonly PropertyKey[];
}

/** A file that problems can be pointed at. */
export interface Source {
  readonly path: string;
  /** The line of the key at a path, or of the nearest one above it that stands in the file. */
  lineOf(path: readonly PropertyKey[]): number;
}

const mostShown = 10;

/** One error for all problems (the first ten), each with file, line and path; the hint ends with correct examples. */
export function configError(
  problems: readonly Problem[],
  options: { readonly source: Source | null; readonly code?: ErrorCode },
): NeedlescopeError {
  const { source, code = 'config_invalid' } = options;
  const lineOf = (problem: Problem): number => source?.lineOf(problem.path) ?? 0;
  const inOrder = [...problems].sort((a, b) => lineOf(a) - lineOf(b));
  const lines = inOrder.slice(0, mostShown).map(({ path, text }) => {
    const where = source === null ? '' : `${source.path}:${source.lineOf(path)}: `;
    return `${where}${path.length === 0 ? '' : `${pathText(path)}: `}${text}`;
  });
  if (problems.length > mostShown) lines.push(`… and ${problems.length - mostShown} more`);
  const examples = inOrder.flatMap(({ path, like }) => exampleFor(like ?? path) ?? []);
  const shown = [...new Set(examples)].slice(0, 3).join('\n').replaceAll('\n', '\n  ');
  return new NeedlescopeError(
    code,
    lines.join('\n'),
    shown === '' ? {} : { hint: `write it like\n  ${shown}` },
  );
}

/** What a failed parse of the config has to say, one problem a key. `input` is what was parsed. */
export function problemsOf(error: z.ZodError, input: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => explain(issue, [], input));
}

/** A path as users read it: `models[0].baseUrl`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

type Issue = z.core.$ZodIssue;

function explain(issue: Issue, base: readonly PropertyKey[], input: unknown): readonly Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const { keys } = placeAt(configSchema, path);
    return issue.keys.map((name) => unknownKey(path, name, keys));
  }
  if (issue.code === 'invalid_union') {
    const branch = closestBranch(issue.errors);
    if (branch !== null) return branch.flatMap((inner) => explain(inner, path, input));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, text: `expected a name without spaces or colons` }];
  }
  // Only checks of ours carry a message of their own.
  if (issue.code === 'custom' && issue.message !== 'Invalid input') return [{ path, text: issue.message }];
  const { expected, secret, candidates } = placeAt(configSchema, path);
  const value = valueAt(input, path);
  const names = issue.code === 'invalid_value' ? issue.values.map(String) : candidates;
  const close = typeof value === 'string' && !secret ? nearest(value, names) : null;
  const meant = close === null ? '' : ` (did you mean ${close}?)`;
  const got = shownValue(value, secret);
  return [{ path, text: `expected ${expected ?? expectedBy(issue)}, got ${got}${meant}` }];
}

/** What a check expects of a key that has no words of its own, such as a task's parameter. */
function expectedBy(issue: Issue): string {
  if (issue.code === 'invalid_type') return `a ${issue.expected === 'string' ? 'text' : issue.expected}`;
  if (issue.code === 'too_small' && issue.origin === 'string') return 'a text that is not empty';
  if (issue.code === 'too_small' && issue.origin === 'array') return 'a list that is not empty';
  return 'another value';
}

function unknownKey(path: readonly PropertyKey[], name: string, keys: readonly string[]): Problem {
  const close = nearest(name, keys);
  const help = close === null ? `one of ${keys.join(', ')}` : `did you mean ${close}?`;
  return {
    path: [...path, name],
    text: `expected a known key (${help}), got ${JSON.stringify(name)}`,
    like: [...path, close ?? name],
  };
}

/** The branch of a union that the user most likely meant: one that takes this kind of value, with the fewest problems. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const meant = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  return meant.length === 0 ? null : meant.reduce((best, next) => (next.length < best.length ? next : best));
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** A value as a message shows it: short, and without its text where that may be a secret. */
export function shownValue(value: unknown, secret: boolean): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value) && value.length === 0) return 'an empty list';
  const kind = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : null;
  if (kind !== null) return kind;
  // A key pasted in the wrong place must not travel into logs.
  if (secret) return typeof value === 'string' ? 'another text' : `a ${typeof value}`;
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The nearest example at or above a path as YAML; null where there is none. */
export function exampleFor(path: readonly PropertyKey[]): string | null {
  const { example } = placeAt(configSchema, path);
  return example === null ? null : exampleYaml(example.path, example.value);
}

/** YAML that sets one key: outer keys as a block, the value in one line. */
function exampleYaml(path: readonly PropertyKey[], value: Json): string {
  if (path.length === 0 && value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.entries(value)
      .map(([name, inner]) => `${name}: ${flow(inner)}`)
      .join('\n');
  }
  let text = flow(value);
  for (const part of [...path].reverse()) {
    const inner = text.replaceAll('\n', '\n  ');
    if (typeof part === 'number') text = `- ${inner}`;
    else
      text = /^- |^[\w-]+:(?: |\n)/.test(text) ? `${String(part)}:\n  ${inner}` : `${String(part)}: ${text}`;
  }
  return text;
}

function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${name}: ${flow(inner)}`)
      .join(', ')}}`;
  }
  if (typeof value !== 'string') return String(value);
  const plain =
    /^[A-Za-z][A-Za-z0-9_./-]*$|^\d+(?:k|Ki|M)$/.test(value) && !/^(?:true|false|null)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
