import { z } from 'zod';
import type { Json } from '../core/json.ts';

/** What the reference page, the JSON schema and error messages say of a key. */
export interface KeyFacts {
  readonly description: string;
  /** Ends the sentence "expected …". */
  readonly expected?: string;
  /** A small correct value. */
  readonly example?: Json;
  /** What holds where neither preset, file nor flag says anything. */
  readonly default?: Json;
  /** What a mistyped value is compared with, where the schema itself does not list it. */
  readonly candidates?: readonly string[];
  /** The value may hold a secret: messages never show it. */
  readonly secret?: boolean;
}

const facts = new WeakMap<z.ZodType, KeyFacts>();

/** The schema with its facts attached; descriptions, defaults and examples also go into the JSON schema. */
export function key<Schema extends z.ZodType>(schema: Schema, about: KeyFacts): Schema {
  const described = schema.meta({
    description: about.description,
    ...(about.default === undefined ? {} : { default: about.default }),
    ...(about.example === undefined ? {} : { examples: [about.example] }),
  });
  facts.set(described, about);
  return described;
}

/** What is known of the place a path leads to. */
export interface Place {
  /** The nearest key at or above the path that says what it expects. */
  readonly expected: string | null;
  /** The nearest example at or above the path, and the path of the key it belongs to. */
  readonly example: { readonly path: readonly PropertyKey[]; readonly value: Json } | null;
  /** The default of the key at the path itself. */
  readonly fallback: Json | undefined;
  readonly secret: boolean;
  readonly candidates: readonly string[];
  /** The keys of the mapping at the path; empty where it is not a mapping. */
  readonly keys: readonly string[];
}

/** Looks a path up in a schema, through optional parts and every branch of a union. */
export function placeAt(root: z.ZodType, path: readonly PropertyKey[]): Place {
  let example: Place['example'] = null;
  let secret = false;
  let expected: string | null = null;
  let fallback: Json | undefined;
  let candidates: readonly string[] = [];
  let level: readonly z.ZodType[] = layersOf(root);
  for (let depth = 0; ; depth++) {
    const known = level.flatMap((schema) => facts.get(schema) ?? []);
    const shown = known.find((each) => each.example !== undefined)?.example;
    if (shown !== undefined) example = { path: path.slice(0, depth), value: shown };
    secret ||= known.some((each) => each.secret === true);
    // An outer "expected" says nothing true of an inner key, except where the inner one is an element of a list.
    const own = known.find((each) => each.expected !== undefined)?.expected ?? null;
    expected = own ?? (typeof path[depth - 1] === 'number' ? expected : null);
    fallback = known.find((each) => each.default !== undefined)?.default;
    candidates = known.flatMap((each) => each.candidates ?? []);
    if (depth === path.length) break;
    level = level.flatMap((schema) => childrenOf(schema, path[depth] ?? '')).flatMap(layersOf);
  }
  const keys = level.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
  return { expected, example, fallback, secret, candidates, keys: [...new Set(keys)] };
}

/** A schema with everything it wraps: optional, nullable, the input of a transform, the branches of a union. */
function layersOf(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return [schema, ...layersOf(schema.unwrap() as z.ZodType)];
  }
  if (schema instanceof z.ZodPipe) return [schema, ...layersOf(schema.in as z.ZodType)];
  if (schema instanceof z.ZodUnion) {
    return [schema, ...schema.options.flatMap((option) => layersOf(option as z.ZodType))];
  }
  return [schema];
}

function childrenOf(schema: z.ZodType, name: PropertyKey): readonly z.ZodType[] {
  if (typeof name === 'number') return schema instanceof z.ZodArray ? [schema.element as z.ZodType] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (!(schema instanceof z.ZodObject) || typeof name !== 'string') return [];
  const child: unknown = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
  return child instanceof z.ZodType ? [child] : [];
}
