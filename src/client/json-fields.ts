/** A field of something that came over the wire; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** The value if it is a non-empty string, else null. */
export function stringOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The value if it is a whole number from `least` up, else null. */
export function countOf(value: unknown, least = 0): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : null;
}

/** The elements of a list, none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
